"""Every page answers, says what it must, and works without a script."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from corpus.model import All, Benefit, Cap, Clause, Condition, Fixed, Measure, Policy
from matcher.catalogue import compile_catalogue
from matcher.match import match
from tests.web.conftest import TODAY, searching
from web.app import create_app
from web.services import Services

HOSTILE = '"><script>alert(9)</script>'


def text(response):
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["查政策", "看我能享受什么", "示例机械公司", "开始填写"]),
        ("/search", ["共 4 份政策", "现行有效", "已过期"]),
        ("/search?q=研发费用", ["研发费用补助", "<mark>研发费用</mark>", "#c-%E4%B8%80%28%E4%BA%8C%29"]),
        (
            "/policies/P-1",
            ["济管〔2023〕1号", "2023年7月17日至2026年7月16日", "第 3 页", "高新技术企业奖励", "example.org"],
        ),
        ("/policies/P-0", ["已过期"]),
        (
            "/measures/M-1",
            ["20 万元", "科技局", "高新技术企业证书", "2024年5月1日至2024年9月30日", "持有高新技术企业", "一(一)1"],
        ),
        ("/measures/M-2", ["按研发费用的 5%，最高 50 万元", "满足以下任一项", "营业收入（2023年）不低于2000 万元"]),
        ("/measures/M-D", ["待审核", "还没有经人审核"]),
        ("/measures/M-3", ["需要您确认", "建设海外仓"]),
        ("/profile?sample=S-1", ["不清楚", "万元", "统一社会信用代码", "更多情况"]),
        ("/samples/S-1", ["符合", "待核实", "不在有效期", "下载 Word 清单"]),
    ],
)
def test_page_says(client, path, words):
    response = client.get(path)
    assert response.status_code == 200
    for word in words:
        assert word in text(response), word


def test_every_page_has_landmarks_language_and_one_h1(client):
    for path in ("/", "/search", "/policies/P-1", "/measures/M-1", "/profile", "/samples/S-1", "/nowhere"):
        page = text(client.get(path))
        assert '<html lang="zh-CN">' in page
        assert page.count("<h1") == 1, path
        for landmark in ("<header", "<main", "<footer", '<nav aria-label="主导航"'):
            assert landmark in page, (path, landmark)


def test_ids_are_unique_and_labels_point_at_inputs(client):
    for path in ("/profile?sample=S-1", "/samples/S-1", "/search?q=研发"):
        page = text(client.get(path))
        ids = re.findall(r'\sid="([^"]*)"', page)
        assert len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1]
        for target in re.findall(r'<label[^>]*\sfor="([^"]*)"', page):
            assert target in ids, target


def test_search_hands_the_filters_on(client, services):
    client.get("/search?q=研发&region=419001&level=city&status=in_force&department=科技局")
    asked = services.search.asked
    assert {k: asked[k] for k in ("region", "level", "status", "department")} == {
        "region": "419001", "level": "city", "status": "in_force", "department": "科技局",
    }  # fmt: skip
    assert asked["as_of"] == TODAY


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("status=expired", "P-0", "P-1"),
        ("level=province", "P-2", "P-1"),
        ("region=410100", "P-2", "P-1"),
        ("department=商务局", "P-1", "P-2"),
    ],
)
def test_browsing_narrows(client, query, there, gone):
    page = text(client.get(f"/search?{query}"))
    assert f'/policies/{there}"' in page
    assert f'/policies/{gone}"' not in page


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A catalogue of 400 policies with a draft measure each, as a book that a machine read leaves it."""
    rule = Condition("manual", "confirm", "有项目")
    policies = [
        Policy(
            f"L-{i}",
            f"政策{i}",
            measures=(Measure(f"L-{i}-1", f"事项{i}", rule, review="draft", department=f"部门{i}"),),
        )
        for i in range(400)
    ]
    catalogue = compile_catalogue(policies)
    search = searching(policies, tmp_path_factory.mktemp("large"))
    return create_app(Services(policies, search, lambda p, d: match(catalogue, p, d), lambda: TODAY)).test_client()


def test_a_large_catalogue_comes_in_portions(large):
    page = text(large.get("/search"))
    assert "400 份政策，先列前 20 份" in page
    assert page.count('<article class="group">') == 20
    assert 'href="/search?q=&amp;n=40"' in page
    assert text(large.get("/search?n=40")).count('<article class="group">') == 40
    assert text(large.get("/search?n=-5")).count('<article class="group">') == 1
    assert text(large.get("/search?n=many")).count('<article class="group">') == 20


def test_a_ceiling_that_two_share_is_said_with_its_clause(tmp_path):
    cap = Cap("year", 5e6, "本办法")
    given = Benefit("one_off_grant", Fixed(4e6), caps=(cap,))
    clauses = (Clause("九", "同一企业年度累计奖励不超过500万元。"),)
    two = tuple(Measure(f"C-{i}", f"事项{i}", All(), given) for i in (1, 2))
    policies = [Policy("C", "某办法", clauses=clauses, measures=two)]
    catalogue = compile_catalogue(policies)
    services = Services(
        policies,
        searching(policies, tmp_path),
        lambda p, d, had=(): match(catalogue, p, d, received=had),
        lambda: TODAY,
    )
    page = text(create_app(services).test_client().post("/match", data={}))
    assert "预计可得 <strong>500 万元</strong>" in page
    assert (
        "2 项共用一个封顶，同一年度合计最高 500 万元（不计封顶时：800 万元），九：同一企业年度累计奖励不超过500万元。"
        in page
    )
    sheet = text(create_app(services).test_client().post("/checklist/html", data={}))
    assert "2 项共用一个封顶，同一年度合计最高 500 万元" in sheet


def test_a_long_result_says_what_it_leaves_out(large):
    response = large.post("/match", data={})
    assert text(response).count('<details class="card') == 150
    assert "另有 250 项排在后面，没有列出" in text(response)
    assert len(response.data) < 500_000


def test_an_empty_result_helps(client):
    page = text(client.get("/search?q=没有这样的词&level=city"))
    assert "没有找到" in page
    assert "去掉筛选条件" in page
    assert "/profile" in page


def test_a_measure_past_its_term_is_counted_apart(client):
    page = text(client.get("/samples/S-1"))
    assert "旧的奖励" in page
    assert "政策已于 2022-12-31 失效" in page


def test_a_result_shows_reasons_clauses_and_the_tree(client):
    page = text(client.get("/samples/S-1"))
    for words in (
        "注册地属于河南省济源市",
        "满足以下任一项",
        "/policies/P-1#c-",
        "首次认定的高新技术企业，一次性奖励20万元。",
    ):
        assert words in page, words


@pytest.mark.parametrize("path", ["/policies/P-%3Cscript%3E", "/measures/M-%3Cb%3E", "/search", "/", "/samples/S-1"])
def test_hostile_documents_stay_text(client, path):
    page = text(client.get(path))
    for bad in ("<script>alert", "<img src=x", "<b onmouseover", 'href="javascript:'):
        assert bad not in page, bad


@pytest.mark.parametrize(
    "path",
    [
        f"/search?q={quote(HOSTILE)}",
        f"/search?region={quote(HOSTILE)}",
        f"/policies/{quote(HOSTILE)}",
        f"/{quote(HOSTILE)}",
    ],
)
def test_hostile_addresses_stay_text(client, path):
    assert "<script>alert(9)" not in text(client.get(path))


def test_hostile_answers_stay_text(client):
    form = {
        "name": HOSTILE,
        "description": HOSTILE,
        "region": HOSTILE,
        f"confirm:{HOSTILE}": "yes",
        "qualification": HOSTILE,
    }
    assert "<script>alert(9)" not in text(client.post("/match", data=form))
    form.pop("region")
    page = text(client.post("/match", data=form))
    assert "<script>alert(9)" not in page
    assert "&lt;script&gt;alert(9)" in page


def test_highlights_let_only_marks_through():
    from web.pages.search import marked

    assert str(marked("<mark>奖</mark><img src=x>")) == "<mark>奖</mark>&lt;img src=x&gt;"


def test_nothing_inline_and_no_cookie(client):
    for path in ("/", "/search?q=研发", "/profile", "/samples/S-1", "/policies/P-1"):
        response = client.get(path)
        page = text(response)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert not re.search(r"<[^>]*\s(style|on\w+)=", page)
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/v1/openapi.json", "/static/site.css", "/healthz"])
def test_security_headers(client, path):
    with client.get(path) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in policy


def test_what_was_typed_is_not_cached(client):
    assert client.post("/match", data={}).headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_by_their_content(client):
    page = text(client.get("/"))
    address = re.search(r'href="(/static/site\.css\?v=[0-9a-f]{10})"', page)[1]
    with client.get(address) as response:
        assert "max-age=31536000" in response.headers["Cache-Control"]


def test_long_pages_are_packed(client):
    import gzip

    packed = client.get("/profile", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "看我能享受什么" in gzip.decompress(packed.data).decode()
    assert "Content-Encoding" not in client.get("/profile").headers


def test_health(client):
    assert client.get("/healthz").get_json() == {"status": "ok", "policies": 4, "measures": 6}


def test_pickers_offer_names_with_codes(client):
    assert "河南省济源市（419001）" in client.get("/options/regions?q=济源").get_json()
    assert any(words.startswith("铅锌冶炼（") for words in client.get("/options/industries?q=铅锌").get_json())
    assert client.get("/options/nothing?q=x").status_code == 404
