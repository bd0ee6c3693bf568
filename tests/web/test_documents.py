"""Documents: the shelf, a document beside what was cut out of it, and cuts mended by a person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import quote

import pytest

from corpus.model import All, Clause, Measure, Notice, Policy
from corpus.store import Received, sha256
from tests.web import desks
from tests.web.desks import AT
from web.review.book import ROW_LETTERS, SCREEN_LETTERS, Row, make_book
from web.review.reading import Reader

taken_in, site = desks.taken_in, desks.site


def forget(site):
    """As after a start anew: what is read comes from disk, or from the original."""
    site.app.extensions["huiqi.reader"] = Reader(site.store, site.pages)


def address(site):
    return f"/documents/{site.store.documents()[0].sha256}"


# ---------------------------------------------------------------- the shelf


def test_the_shelf_tells_what_came_of_each_file(site):
    notices = (Notice("unread", "第 2 页是扫描件", 2), Notice("ocr", "第 3 页", 3), Notice("unread", "第 4 页", 4))
    scanned = Received("/secret/place/扫描.pdf", sha256(b"x"), "application/pdf", 9, "封面：加密", notices)
    site.store.put(scanned)
    page = site.get("/documents")
    text = re.sub(r"<[^>]+>", " ", page)
    assert "示范措施.txt" in page
    assert re.search(r"扫描.pdf\s+PDF\s+9\s+0\s+0\s+未读 2\s*识别 1\s+封面：加密", text)
    assert "/secret" not in page
    assert str(site.folder) not in page


def test_the_shelf_is_paged(site):
    for n in range(101):
        site.store.put(Received(f"{n:03}.pdf", sha256(str(n).encode()), "application/pdf"))
    assert "第 1 页，共 2 页" in site.get("/documents")
    assert "100.pdf" in site.get("/documents?page=2")
    assert "100.pdf" not in site.get("/documents")


# ---------------------------------------------------------------- one document


def test_a_document_stands_beside_its_clauses(site):
    page = site.get(address(site))
    assert "按研发费用的10%给予补助，最高不超过100万元" in page
    assert '<span class="path">一(一)</span>' in page
    assert "草稿 1" in page
    assert 'class="k-line uncut"' not in page


def test_what_was_not_cut_shows(site):
    found = site.store.documents()[0]
    kept = site.store.document(found.sha256)
    policy = kept.policies[0]
    short = replace(policy, clauses=policy.clauses[:3], measures=())
    site.store.put(replace(kept, policies=(short,)), site.store.original(kept).read_bytes())
    page = site.get(address(site))
    assert re.search(r'uncut"[^>]*>[^<]*高新技术企业给予20万元', page)


def test_pages_unread_are_marked(site):
    found = site.store.document(site.store.documents()[0].sha256)
    site.store.put(replace(found, notices=(Notice("unread", "第 3 页没有文字", 3), Notice("skipped", "重复收录"))))
    page = site.get(f"{address(site)}?page=3")
    assert "第 3 页没有文字" in page
    assert "这一页没有读出文字" in page
    assert "略过：重复收录" in page
    assert 'class="m-unread"' in page


def test_a_structured_file_shows_its_policies(site, policies):
    site.store.put(Received("事项.measures.yaml", sha256(b"y"), "application/yaml", policies=policies), b"y")
    page = site.get(f"/documents/{sha256(b'y')}")
    assert policies[0].title in page
    assert "没有版面文字" in page


def test_an_original_that_is_gone(site):
    site.store.original(site.store.documents()[0]).unlink()
    assert "没有版面文字" in site.get(address(site))


def test_what_never_came(site):
    assert "没有收到过这份文件" in site.get("/documents/0000", status=404)


def test_what_was_read_is_kept(site):
    site.get(address(site))
    (kept,) = site.pages.glob("*.json")
    kept.write_text('[["留着的字", 1, "line"]]', encoding="utf-8")
    forget(site)
    assert "留着的字" in site.get(address(site))
    kept.write_text("spoiled", encoding="utf-8")
    forget(site)
    assert "研发费用" in site.get(address(site))


# ---------------------------------------------------------------- size


def huge(pages=400, letters=3000):
    rows = [Row("字" * letters, page) for page in range(1, pages + 1)]
    clauses = tuple(Clause(f"{n}", "字" * letters, page=n) for n in range(1, pages + 1))
    return rows, Policy("p", "大书", clauses=clauses, pages=(1, pages))


def test_every_page_of_a_large_book_is_on_one_screen_or_more():
    rows, policy = huge()
    book = make_book(rows, [policy], ())
    shown = [leaf.page for screen in book.screens for leaf in screen]
    assert sorted(set(shown)) == list(range(1, 401))
    assert shown == sorted(shown)
    for page in (1, 77, 400):
        assert page in [leaf.page for leaf in book.screens[book.screen_of(page)]]
    assert book.screen_of(999) == len(book.screens) - 1


@pytest.mark.parametrize(
    "rows",
    [
        [Row("长" * 400_000, 1)],
        [Row("行", 1)] * 30_000,
        [Row("表｜格" * 2000, 1, "table")] * 60,
        [Row("无页" * 3000, None)] * 60,
    ],
)
def test_no_screen_is_larger_than_it_may_be(rows):
    policy = Policy("p", "政策", clauses=tuple(Clause(str(n), "条款" * 900, page=1) for n in range(900)), pages=(1, 1))
    book = make_book(rows, [policy], ())
    for screen in book.screens:
        assert sum(len(row.text) for leaf in screen for row in leaf.rows) <= 2 * SCREEN_LETTERS + ROW_LETTERS
        assert sum(len(leaf.pieces) for leaf in screen) <= 150
    assert sum(len(leaf.pieces) for screen in book.screens for leaf in screen) == 901
    assert sum(len(row.text) for s in book.screens for leaf in s for row in leaf.rows) == sum(len(r.text) for r in rows)


@pytest.mark.parametrize("row", ["长" * 400_000, "行\n" * 60_000])
def test_no_page_is_heavier_than_200_kb(site, row):
    raw = row.encode()
    clauses = tuple(Clause(f"第{n}条", "条款的话" * 200) for n in range(500))
    site.store.put(Received("大.txt", sha256(raw), "text/plain", policies=(Policy("big", "大", clauses=clauses),)), raw)
    first = site.get(f"/documents/{sha256(raw)}")
    screens = int(re.search(r"第 1 屏，共 (\d+) 屏", first)[1])
    for screen in (1, 2, screens):
        assert len(site.get(f"/documents/{sha256(raw)}?screen={screen}").encode()) < 200_000


def test_clauses_without_pages_stand_where_their_words_are():
    rows = [Row("开头" * 900, None), Row("再来" * 900, None), Row("第一条 给予奖励", None)] + [
        Row("尾" * 1000, None)
    ] * 9
    policy = Policy("p", "政策", clauses=(Clause("一", "第一条给予奖励"),))
    book = make_book(rows, [policy], ())
    (leaf,) = [leaf for screen in book.screens for leaf in screen if any(piece.clause for piece in leaf.pieces)]
    assert any("给予奖励" in row.text for row in leaf.rows)


# ---------------------------------------------------------------- mending


def test_a_policy_is_renamed(site):
    site.get(f"{address(site)}?mend={site.policy.id}")
    site.post(address(site), policy=site.policy.id, how="rename", title="正确的名称", doc_no="示政〔2024〕8号")
    assert (site.policy.title, site.policy.doc_no) == ("正确的名称", "示政〔2024〕8号")
    (kept,) = site.store.recuts(site.store.documents()[0].sha256)
    assert (kept.by, kept.at, kept.was) == ("张三", AT, ("示范市促进工业发展若干措施", "示政〔2024〕3号"))
    page = site.get(address(site))
    assert "切分的更正" in page
    assert "正确的名称" in site.get(f"/policies/{site.policy.id}")


def test_a_policy_is_split_and_joined_again(site):
    before = site.policy
    page = site.get(f"{address(site)}?mend={before.id}&clause=二")
    assert "另起一项" in page
    where = site.post(address(site), policy=before.id, how="split", clause="二", title="稳定就业措施", doc_no="")
    assert "已保存" in site.get(where)
    _, second = site.store.policies()
    assert second.clauses[0].path == "二"
    assert [m.clauses[0][0] for m in second.measures] == ["二"]
    page = site.get(f"{address(site)}?mend={quote(second.id)}")
    assert "并入前一项政策" in page
    site.post(address(site), policy=second.id, how="join")
    assert [c.text for c in site.policy.clauses] == [c.text for c in before.clauses]
    assert len(site.store.recuts(site.store.documents()[0].sha256)) == 2


def test_headers_follow_a_new_cut(site):
    before = site.policy
    site.get(f"{address(site)}?mend={before.id}&clause=二")
    site.post(
        address(site), policy=before.id, how="split", clause="二", title="示范市人社局关于稳定就业的若干措施", doc_no=""
    )
    first, second = site.store.policies()
    assert (first.expires_on, first.written_on, first.issued_on) == (None, None, None)
    assert (second.issuer, second.written_on) == ("示范市人社局", date(2024, 1, 1))
    assert (second.effective_from, second.expires_on) == (date(2024, 1, 1), date(2026, 12, 31))
    site.get(f"{address(site)}?mend={quote(second.id)}")
    site.post(address(site), policy=second.id, how="join")
    after = site.policy
    for name in ("issuer", "written_on", "issued_on", "effective_from", "expires_on", "validity", "region", "level"):
        assert getattr(after, name) == getattr(before, name), name


def test_a_mending_is_taken_back(site):
    before = site.policy
    site.get(f"{address(site)}?mend={before.id}&clause=二")
    site.post(address(site), policy=before.id, how="split", clause="二", title="另一项")
    page = site.get(address(site))
    (line,) = site.store.recuts(site.store.documents()[0].sha256)
    assert "撤销" in page
    where = site.post(f"{address(site)}/undo", no=str(line.no))
    page = site.get(where)
    assert "已撤销这次更正" in page
    assert "张三已撤销" in page
    assert site.policy == before
    site.get(f"{address(site)}?mend={before.id}")
    assert "或已撤销" in site.get(site.post(f"{address(site)}/undo", no=str(line.no)))


def test_what_wants_looking_at_is_listed_by_itself(site):
    site.store.refuse(Received("坏.pdf", sha256(b"bad"), "", reason="PDF 损坏，打不开"))
    page = site.get("/documents")
    assert "只看有拒收、未读、存疑的 1 份" in page
    page = site.get("/documents?only=wanting")
    assert "PDF 损坏，打不开" in page
    assert "示范措施.txt" not in page
    assert "PDF 损坏，打不开" in site.get(f"/documents/{sha256(b'bad')}")


def test_what_another_file_holds_is_mended_there(site):
    again = Received("副本.txt", sha256(b"again"), "text/plain", policies=(site.policy,))
    site.store.put(again, repeats=[site.policy.id])
    assert "另 1 项别的文件已有" in site.get("/documents")
    page = site.get(f"/documents/{again.sha256}")
    assert "条款和更正以那一份为准" in page
    assert "更正</a>" not in page


def test_review_goes_on_after_a_new_cut(site):
    draft = site.policy.measures[-1]
    site.get(f"{address(site)}?mend={site.policy.id}&clause=二")
    site.post(address(site), policy=site.policy.id, how="split", clause="二", title="另一项")
    site.get(site.address(draft.id))
    site.post(site.address(draft.id), action="accept")
    assert site.store.measure(draft.id)[1].review == "confirmed"


@pytest.mark.parametrize(
    ("data", "status", "says"),
    [
        ({"how": "join"}, 303, "前面没有可并入的政策"),
        ({"how": "split", "clause": "九", "title": "另"}, 303, "不能从条款"),
        ({"how": "rename", "title": "  "}, 303, "没有写名称"),
        ({"how": "burn"}, 400, "没有这种更正"),
        ({"how": "join", "policy": "nobody"}, 400, "没有这项政策"),
    ],
)
def test_a_mending_that_does_not_fit_changes_nothing(site, data, status, says):
    before = site.store.policies()
    site.get(f"{address(site)}?mend={site.policy.id}")
    where = site.post(address(site), status=status, **{"policy": site.policy.id, **data})
    assert says in unescape(site.get(where) if where else site.page)
    assert site.store.policies() == before


def test_mending_wants_a_name_and_a_token(site):
    assert site.client.post(address(site), data={"how": "rename"}).status_code == 400
    site.get("/review/name")
    site.post("/review/name", name="")
    site.get("/review/name")
    assert "/review/name" in site.post(address(site), policy=site.policy.id, how="rename", title="改名")
    assert site.policy.title == "示范市促进工业发展若干措施"


def test_hostile_names_stay_words(site):
    clause = Clause("<b>", "<img src=x onerror=alert(1)>")
    bad = Policy(
        "bad",
        "<script>alert(1)</script>",
        clauses=(clause,),
        measures=(Measure("x", "x", All()),),
    )
    site.store.put(Received("<i>.txt", sha256(b"z"), "text/plain", policies=(bad,)), b"<script>alert(2)</script>")
    for where in ("/documents", f"/documents/{sha256(b'z')}", f"/documents/{sha256(b'z')}?mend=bad"):
        page = site.get(where)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<i>.txt" not in page
