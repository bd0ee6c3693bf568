"""The whole story in a real browser: a 汇编 arrives, 501 enterprises are matched, six groups bring them their lists, they
apply and are paid, and the audit finds what nobody was told of, where it sticks, and who misses out.

The work that an office does by commands is done by commands, on one store; what people do at pages is done at pages.
"""

from __future__ import annotations

import csv
import io
import json
import threading
import zipfile
from datetime import UTC, date, datetime
from types import SimpleNamespace
from urllib.parse import quote

import docx
import pytest
import waitress
from argon2 import PasswordHasher
from click.testing import CliRunner

from cli import cli
from corpus.store import Store
from indexer.follow import open_index
from ledger.access.users import Users
from ledger.reaching.telling import go_round
from ledger.tables import Ledger
from tests.web.test_browser import ARGUMENTS, CHROMIUM
from web.accounts.signed import Accounts
from web.app import create_app
from web.review.desk import Desk
from web.services import Services

pytestmark = pytest.mark.browser

TODAY = date(2024, 6, 30)
AT = datetime(2024, 6, 30, 2, 0)  # noqa: DTZ001 ten o'clock in Beijing, UTC without a zone as the ledger keeps it
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
WORD = "correct horse battery"
BOOK = """济源示范区管委会关于支持企业发展的若干措施
济管〔2024〕3号
各镇人民政府、街道办事处，各有关部门：
为支持企业发展，制定以下措施。
一、规模奖励
对上年度营业收入2000万元以上的企业，给予10万元一次性奖励。（责任部门：工业和信息化局）
二、研发补助
对上年度研发费用100万元以上的企业，给予5万元一次性补助。（责任部门：科技局）
三、稳岗补助
对上年度从业人员300人以上的企业，给予8万元一次性补助。（责任部门：人力资源和社会保障局）
四、附则
本措施自2024年1月1日起施行，有效期至2025年12月31日。
济源示范区管委会
2024年1月1日"""
NEW = """济源示范区管委会关于支持小微企业的若干措施
济管〔2024〕9号
各有关部门：
一、小微补助
对上年度从业人员20人以下的企业，给予1万元一次性补助。（责任部门：工业和信息化局）
二、附则
本措施自2024年6月1日起施行，有效期至2025年12月31日。
济源示范区管委会
2024年6月1日"""
GROUPS = 6
ENTERPRISES = 501


def facts(no: int) -> dict:
    """The figures of enterprise `no`; every seventh has not told its revenue."""
    known = {"rd_spend": {"2023": 400_000.0 * (no % 5)}, "employees": {"2023": float(10 + no % 400)}}
    return known if no % 7 == 0 else known | {"revenue": {"2023": 1e6 * (no % 60)}}


def eligible(measure: str, no: int) -> bool:
    """Whether enterprise `no` qualifies, reckoned here a second time."""
    known = facts(no)
    match measure:
        case "规模奖励":
            return known.get("revenue", {}).get("2023", 0.0) >= 2e7
        case "研发补助":
            return known["rd_spend"]["2023"] >= 1e6
        case "稳岗补助":
            return known["employees"]["2023"] >= 300
        case _:
            return known["employees"]["2023"] <= 20


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office with its store, its commands and its files."""
    folder = tmp_path_factory.mktemp("office")

    def run(*args: str, code: int = 0) -> dict:
        done = CliRunner().invoke(cli, [*args, "--json", "--data", str(folder / "data"), "--as-of", TODAY.isoformat()])
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)

    for name, text in (("汇编.docx", BOOK), ("新文件.docx", NEW)):
        made = docx.Document()
        for line in text.split("\n"):
            made.add_paragraph(line)
        made.save(folder / name)
    return SimpleNamespace(folder=folder, run=run)


@pytest.fixture(scope="module")
def town(office):
    """The site of the office, and a browser for each who signs in."""
    if CHROMIUM is None:
        pytest.skip("没有找到 chromium：装上 Debian 的 chromium 包再跑浏览器测试")
    sync_api = pytest.importorskip("playwright.sync_api", reason="没有装 playwright")
    store = Store(office.folder / "data")
    ledger = Ledger(store.engine)
    users = Users(ledger)
    services = Services.over(store, open_index(office.folder / "data" / "index", store), today=lambda: TODAY)
    app = create_app(services, Desk(store, office.folder / "pages"), Accounts(users, b"k" * 32, lambda: AT, CHEAP))
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    complaints: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)

        def somebody(name, role=None, bound=None):
            if role is not None:
                users.add(name, role, bound, CHEAP.hash(WORD), by="测试", at=AT)
            context = browser.new_context(
                locale="zh-CN", base_url=f"http://127.0.0.1:{server.effective_port}", accept_downloads=True
            )
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto("/sign-in")
            page.get_by_label("姓名").fill(name)
            page.get_by_label("密码").fill(WORD)
            page.get_by_role("button", name="登录").click()
            return page

        yield SimpleNamespace(somebody=somebody, store=store, ledger=ledger)
        browser.close()
    server.close()
    store.close()
    assert complaints == []


def confirm_all(page, expected: int) -> None:
    """Go through the drafts by the key that accepts, after a look at each."""
    page.goto("/review")
    if page.get_by_label("姓名").is_visible():
        page.get_by_label("姓名").fill("审核员")
        page.keyboard.press("Enter")
    page.get_by_role("link", name="从第一条开始").click()
    for _ in range(expected):
        page.get_by_role("button", name="确认").first.click()
    page.goto("/review")
    assert page.get_by_text("没有等着审核的草稿").is_visible()


def register_all(office) -> None:
    with (office.folder / "干部.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("助企干部", "工作组", "组长"))
        for no in range(2 * GROUPS):
            rows.writerow((f"干部{no}", f"第{no % GROUPS + 1}组", f"干部{no % GROUPS}"))
    assert office.run("people", str(office.folder / "干部.csv"))["new"] == 2 * GROUPS
    lines = [
        json.dumps(
            {
                "id": f"E{no:03}",
                "name": f"{no}号企业",
                "as_of": "2024-01-31",
                "cadre": f"干部{no % (2 * GROUPS)}",
                "facts": facts(no),
            },
            ensure_ascii=False,
        )
        for no in range(ENTERPRISES)
    ]
    (office.folder / "企业.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert office.run("register", str(office.folder / "企业.jsonl"))["new"] == ENTERPRISES


def test_the_story(office, town):
    # ---- a 汇编 arrives, is cut, and a person confirms what the machine read
    report = office.run("ingest", str(office.folder / "汇编.docx"))
    assert [one["status"] for one in report["documents"]] == ["indexed"]
    admin = town.somebody("管理员", "administrator")
    confirm_all(admin, 3)
    ids = {m.title: m.id for policy in town.store.policies() for m in policy.measures}
    assert list(ids) == ["规模奖励", "研发补助", "稳岗补助"]
    assert {m.review for policy in town.store.policies() for m in policy.measures} == {"confirmed"}

    # ---- 501 enterprises of the register are matched; six groups and their cadres get their lists
    register_all(office)
    assert office.run("outreach")["first"] is True
    mine = [no for no in range(ENTERPRISES) if no % (2 * GROUPS) == 3]
    cadre = town.somebody("三号干部", "cadre", "干部3")
    assert f"分包的 {len(mine)} 家企业" in cadre.locator(".lead").inner_text()
    with cadre.expect_download() as download:
        cadre.get_by_role("link", name="下载全部清单（Word）").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as lists:
        assert len(lists.namelist()) == len(mine)
        text = "\n".join(p.text for p in docx.Document(io.BytesIO(lists.read(lists.namelist()[0]))).paragraphs)
    assert "一企一策政策清单" in text

    # ---- visits: one enterprise is told, tells its revenue, applies; another does not want to
    told, shy = (next(no for no in mine if no % 7 == 0), next(no for no in mine if eligible("研发补助", no)))
    cadre.goto(f"/desk/E{told:03}")
    before = eligible("规模奖励", told)
    assert before is False
    cadre.get_by_label("2023 年").first.fill("3000")
    cadre.get_by_label("走访记录").fill("看了车间，问了去年的收入")
    cadre.get_by_role("button", name="记下并重新判定").click()
    assert "符合的事项由" in cadre.locator(".notice").inner_text()
    row = cadre.locator(".entry-row", has=cadre.get_by_role("link", name="规模奖励")).first
    row.get_by_role("button", name="已申报").click()
    cadre.goto(f"/desk/E{shy:03}")
    row = cadre.locator(".entry-row", has=cadre.get_by_role("link", name="研发补助")).first
    row.get_by_text("不申报…").click()
    row.get_by_role("button", name="材料太多").click()

    # ---- applications and payments come in from the offices: 规模奖励 flows, 研发补助 sticks, of 稳岗补助 nobody was told
    steps = [("enterprise_id", "measure_id", "step", "on", "amount")]
    applied = [no for no in range(ENTERPRISES) if eligible("规模奖励", no) and no % 2 == 0]
    waiting = [no for no in range(ENTERPRISES) if eligible("研发补助", no) and no != shy][:40]
    for no in applied:
        steps += [
            (f"E{no:03}", ids["规模奖励"], step, day, "")
            for step, day in (("informed", "2024-02-01"), ("applied", "2024-02-10"), ("approved", "2024-03-01"))
        ]
        steps.append((f"E{no:03}", ids["规模奖励"], "paid", "2024-04-01", "100000"))
    for no in waiting:
        steps += [
            (f"E{no:03}", ids["研发补助"], step, day, "")
            for step, day in (("informed", "2024-02-01"), ("applied", "2024-02-10"))
        ]
    with (office.folder / "环节.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(steps)
    assert office.run("uptake", "import", str(office.folder / "环节.csv"))["new"] == len(steps) - 1

    # ---- the audit: counted here a second time
    rows = {row["title"]: row for row in office.run("audit")["rows"]}
    for title in ids:
        whom = {no for no in range(ENTERPRISES) if eligible(title, no)} | ({told} if title == "规模奖励" else set())
        assert rows[title]["eligible"] == len(whom), title
    assert rows["规模奖励"]["unknown"] == sum(no % 7 == 0 for no in range(ENTERPRISES)) - 1
    assert rows["规模奖励"]["paid"] == len(applied)
    assert rows["规模奖励"]["amount_paid"] == 100_000 * len(applied)
    assert rows["研发补助"]["applied"] == len(waiting)
    assert rows["稳岗补助"]["informed"] == 0
    assert rows["研发补助"]["paid"] == 0

    auditor = town.somebody("督查员", "auditor")
    page = auditor.locator("main")
    auditor.goto("/audit/lists/untold")
    assert "稳岗补助" in page.inner_text()
    assert "规模奖励" not in auditor.locator("tbody").inner_text()
    auditor.goto(f"/audit/measures/{quote(ids['稳岗补助'])}")
    missing = next(no for no in range(ENTERPRISES) if eligible("稳岗补助", no))
    assert f"{missing}号企业" in page.inner_text()
    auditor.goto("/audit/lists/overdue")
    assert "研发补助" in page.inner_text()
    auditor.goto(f"/audit/measures/{quote(ids['研发补助'])}")
    assert "材料太多" in page.inner_text()
    auditor.goto("/teams")
    assert auditor.get_by_role("heading", name="第4组").is_visible()
    with auditor.expect_download() as download:
        auditor.goto("/audit")
        auditor.get_by_role("link", name="下载 Excel").click()
    assert download.value.path().read_bytes().startswith(b"PK")

    # ---- a new policy finds its enterprises: those who gain are told, on their pages and their cadres'
    office.run("ingest", str(office.folder / "新文件.docx"))
    confirm_all(admin, 1)
    gaining = [no for no in range(ENTERPRISES) if eligible("小微补助", no)]
    told_of = go_round(town.ledger, town.store.policies(), TODAY, datetime.now(UTC).replace(tzinfo=None), {})
    assert {one.enterprise_id for one in told_of.changes if one.kind == "gains"} == {f"E{no:03}" for no in gaining}
    enterprise = town.somebody("小微企业", "enterprise", f"E{gaining[0]:03}")
    enterprise.goto("/messages")
    assert "小微补助" in enterprise.locator("main").inner_text()
    enterprise.goto("/mine")
    entry = enterprise.locator(".entry-row", has=enterprise.get_by_role("link", name="小微补助")).first
    entry.get_by_role("button", name="已申报").click()
    assert "小微补助：已申报，已记下" in enterprise.locator(".notice").inner_text()
    row = next(row for row in office.run("audit")["rows"] if row["title"] == "小微补助")
    assert (row["eligible"], row["informed"], row["applied"]) == (len(gaining), 1, 1)
