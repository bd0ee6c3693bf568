"""Review in a real browser: by keys alone, without scripts, and ten real clauses with every key and click counted."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from urllib.parse import unquote

import pytest
import waitress

from corpus.benefits import dump_amount, parse_benefit
from corpus.fields import registry
from corpus.model import All, Any, Clause, Condition, Fixed, Policy, Tiers, Words
from corpus.rules import parse_rule
from corpus.store import Received, Store, sha256
from indexer.extract import draft_measures
from indexer.follow import open_index
from tests.web import desks
from tests.web.desks import AT, TODAY
from web.app import create_app
from web.review.desk import Desk
from web.review.giftform import sum_of
from web.review.values import value_texts
from web.services import Services

pytestmark = pytest.mark.browser
taken_in, site = desks.taken_in, desks.site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("没有找到 chromium：装上 Debian 的 chromium 包再跑浏览器测试")
    sync_api = pytest.importorskip("playwright.sync_api", reason="没有装 playwright")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Opens the pages of an application; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    servers, contexts = [], []

    def visit(app, path="/review", **how):
        server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
        threading.Thread(target=server.run, daemon=True).start()
        servers.append(server)
        context = browser.new_context(locale="zh-CN", base_url=f"http://127.0.0.1:{server.effective_port}", **how)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    for server in servers:
        server.close()
    assert complaints == []


class Hand:
    """A reviewer at the keyboard and the mouse, counting what each takes. A value typed counts a key a letter."""

    def __init__(self, page):
        self.page = page
        self.keys = self.clicks = self.letters = 0

    def sign(self, name):
        self.page.goto("/review/name")
        self.page.fill("#name", name)
        with self.page.expect_navigation():
            self.page.click("text=开始")

    def key(self, key, *, onward=True):
        self.keys += 1
        if not onward:
            self.page.keyboard.press(key)
            return
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def changing(self, do):
        self.page.evaluate("document.querySelector('form[data-live]').dataset.old = 1")
        do()
        self.page.wait_for_selector("form[data-live]:not([data-old])")

    def push(self, button):
        self.clicks += 1
        self.changing(lambda: self.page.click(f'button[value="{button}"]'))

    def choose(self, name, value):
        control = self.page.locator(f'select[name="{name}"]')
        if control.input_value() == value:
            return
        self.clicks += 2  # one to open the list, one on the choice
        if control.get_attribute("data-again") is None:
            control.select_option(value)
        else:
            self.changing(lambda: control.select_option(value))

    def write(self, name, text):
        control = self.page.locator(f'[name="{name}"]:not([type=checkbox])')
        if control.input_value() == text:
            return
        self.clicks += 1
        self.letters += len(text)
        control.fill(text)


# ---------------------------------------------------------------- the story


def test_a_policy_is_reviewed_by_keys_alone(site, visit):
    hand = Hand(visit(site.app))
    hand.sign("张三")
    hand.key("Enter")
    assert "第 1 条，共 4 条" in hand.page.inner_text("main")
    hand.key("j")
    hand.key("k")
    hand.key("a")  # the first is right
    hand.key("u")  # on second thoughts
    hand.key("a")
    hand.key("x", onward=False)  # the second is none
    hand.key("2")
    hand.key("e")  # the third wants another sum
    sums = hand.page.locator('[name="b.a.t0.a.value"]')
    sums.fill("60万元")
    hand.key("Control+Enter")
    hand.key("a")
    assert "没有等着审核的草稿" in hand.page.inner_text("main")
    by = [(d.action, d.by) for d in site.store.decisions()]
    assert by == [(action, "张三") for action in ("accept", "reopen", "accept", "reject", "correct", "accept")]
    corrected = site.store.decisions()[4].after
    assert [tier.amount for tier in corrected.benefit.amount.tiers] == [Fixed(6e5), Fixed(2e5)]


def test_keys_typed_into_a_box_are_letters(site, visit):
    hand = Hand(visit(site.app))
    hand.sign("张三")
    hand.key("Enter")
    hand.key("e")
    hand.page.locator("#why").press_sequentially("axe")
    assert hand.page.input_value("#why") == "axe"
    hand.key("Escape")
    assert site.store.decisions() == ()


def test_a_form_that_grows_keeps_what_was_typed_and_where_one_is(site, visit):
    hand = Hand(visit(site.app))
    hand.sign("张三")
    hand.key("Enter")
    hand.key("e")
    hand.page.fill("#title", "改过的名称")
    hand.push("add:r")
    hand.choose("r.3.field", "region")
    assert hand.page.evaluate("document.activeElement.name") == "r.3.field"
    hand.write("r.3.value", "济源市")
    hand.key("Control+Enter")
    (decision,) = site.store.decisions()
    assert decision.after.title == "改过的名称"
    assert Condition("region", "within", ("419001",)) in decision.after.rule.of


def test_without_scripts_everything_is_a_click(site, visit):
    page = visit(site.app, java_script_enabled=False)
    page.goto("/review/name")
    page.fill("#name", "李四")
    page.click("text=开始")
    page.click("text=从第一条开始")
    page.click("text=确认 >> nth=0")
    page.click("summary:has-text('不算事项')")
    page.click("text=只是目标")
    page.click("a:has-text('更正')")
    page.click("button[value='untier:1']")
    page.click("text=保存并确认")
    assert [d.action for d in site.store.decisions()] == ["accept", "reject", "correct"]


def test_a_cut_is_mended_in_the_browser(site, visit):
    hand = Hand(visit(site.app, "/documents"))
    hand.sign("张三")
    hand.page.goto("/documents")
    hand.page.click("text=示范措施.txt")
    hand.page.click("text=更正")
    hand.page.fill("[name=title]", "正名")
    hand.page.click("text=保存")
    assert "正名" in hand.page.inner_text("main")
    assert site.store.policies()[0].title == "正名"


@pytest.mark.parametrize("width", [360, 1360])
def test_nothing_sticks_out(site, visit, width):
    page = visit(site.app, viewport={"width": width, "height": 800})
    Hand(page).sign("张三")
    _, draft = site.draft("一(三)")
    for path in ("/review", draft, f"{draft}?edit=1", "/documents", f"/documents/{site.store.documents()[0].sha256}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


# ---------------------------------------------------------------- ten real clauses


def alike(one, other):
    """Whether two conditions or groups ask the same; words for a person count as the same where most of them are."""
    if isinstance(one, Condition) and isinstance(other, Condition) and one.field == other.field == "manual":
        a, b = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (str(one.value), str(other.value)))
        return 2 * len(a & b) >= 0.5 * (len(a) + len(b))
    if type(one) is type(other) and isinstance(one, Any):
        return len(one.of) == len(other.of) and all(any(alike(a, b) for b in other.of) for a in one.of)
    return one == other


def tops(rule):
    return rule.of if isinstance(rule, All) else (rule,)


def paid(amount):
    """An amount without the words of a base that no field has, which two readers write differently."""
    if amount is None or isinstance(amount, Words):
        return None
    return {key: value for key, value in dump_amount(amount).items() if key != "of" or ":" not in str(value)}


def right(measure, rule, benefit):
    mine, theirs = tops(measure.rule), tops(rule)
    same_rule = len(mine) == len(theirs) and all(any(alike(a, b) for b in mine) for a in theirs)
    given = measure.benefit
    return same_rule and given.kind == benefit.kind and paid(given.amount) == paid(benefit.amount)


def within_reach(rule, benefit):
    """Whether the hand below can make the form say it: conditions and one level of 任一项; any amount but tiers."""
    flat = all(
        isinstance(top, Condition) or (isinstance(top, Any) and all(isinstance(c, Condition) for c in top.of))
        for top in tops(rule)
    )
    return flat and benefit is not None and not isinstance(benefit.amount, Tiers)


def write_condition(hand, at, condition):
    field = registry()[condition.field]
    hand.choose(f"{at}.field", condition.field)
    if len(field.operators) > 1:
        hand.choose(f"{at}.op", condition.op)
    for key, texts in value_texts(field, condition.value).items():
        if field.values:
            hand.choose(f"{at}.{key}", texts[0])
        else:
            hand.write(f"{at}.{key}", texts[0])


def correct(hand, measure, rule, benefit):
    hand.key("e")
    mine = list(tops(measure.rule))
    for i in reversed([i for i, top in enumerate(mine) if not any(alike(top, wanted) for wanted in tops(rule))]):
        hand.push(f"drop:r.{i}")
        del mine[i]
    for wanted in (top for top in tops(rule) if not any(alike(top, have) for have in mine)):
        at = f"r.{len(mine)}"
        mine.append(wanted)
        if isinstance(wanted, Condition):
            hand.push("add:r")
            write_condition(hand, at, wanted)
            continue
        hand.push("group:r")
        for n, inner in enumerate(wanted.of):
            if n:
                hand.push(f"add:{at}")
            write_condition(hand, f"{at}.{n}", inner)
    hand.choose("b.kind", benefit.kind)
    if paid(measure.benefit.amount) != paid(benefit.amount):
        form = sum_of(benefit.amount)
        hand.choose("b.a.shape", form.shape)
        for key in (
            "base_kind",
            "base",
            "low",
            "high",
            "each",
            "cut",
            "value",
            "cap",
            "floor",
            "above",
            "up_to",
            "text",
        ):
            control = hand.page.locator(f'[name="b.a.{key}"]')
            if control.count():
                (hand.choose if key == "base_kind" else hand.write)(f"b.a.{key}", form.first(key))
    hand.key("Control+Enter")


@pytest.mark.shared
def test_ten_real_clauses(shared, tmp_path, visit, capsys):
    """Every draft of ten labelled clauses brought to what its label says: the wrong ones through the form."""
    wanted, policies = {}, []
    for line in (shared / "data" / "conditions" / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        labels = [(parse_rule(m["rule"]), m["benefit"] and parse_benefit(m["benefit"])) for m in row["measures"]]
        bare = Policy(row["id"], row["title"], region=row["region"], clauses=(Clause("一", row["text"]),))
        drafts = draft_measures(bare)
        if not labels or len(drafts) != len(labels) or not all(within_reach(*label) for label in labels):
            continue
        policies.append(replace(bare, measures=drafts))
        wanted |= {draft.id: label for draft, label in zip(drafts, labels, strict=True)}
        if len(policies) == 10:
            break
    store = Store(tmp_path / "data")
    store.put(Received("十条.jsonl", sha256(b"ten"), "application/jsonl", policies=tuple(policies)))
    services = Services.over(store, open_index(tmp_path / "data" / "index", store), today=lambda: TODAY)
    hand = Hand(visit(create_app(services, Desk(store, tmp_path / "pages", now=lambda: AT))))
    hand.sign("张三")
    hand.key("Enter")
    accepted = corrected = 0
    costs = []
    while "/review/" in hand.page.url:
        identity = unquote(hand.page.url.partition("/review/")[2]).partition("?")[0]
        _, measure = store.measure(identity)
        before = hand.keys + hand.clicks, hand.letters
        if right(measure, *wanted[identity]):
            hand.key("a")
            accepted += 1
        else:
            correct(hand, measure, *wanted[identity])
            corrected += 1
            costs.append((hand.keys + hand.clicks - before[0], hand.letters - before[1]))
    for policy in store.policies():
        for measure in policy.measures:
            assert measure.review == "confirmed"
            assert right(measure, *wanted[measure.id]), measure.id
    store.close()
    with capsys.disabled():
        print(
            f"\n十条真实条款、{accepted + corrected} 个草稿：{accepted} 个一键确认，{corrected} 个更正；"
            f"按键 {hand.keys}，点击 {hand.clicks}，输入 {hand.letters} 字；每次更正（键＋点击，字）{sorted(costs)}"
        )
    assert accepted + corrected >= 10
    assert sum(presses for presses, _ in costs) <= 14 * max(corrected, 1)
