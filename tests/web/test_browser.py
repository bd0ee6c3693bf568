"""The pages in a real browser, over a real store and index: the main story, a phone, and life without scripts."""

from __future__ import annotations

import shutil
import threading
from io import BytesIO
from pathlib import Path

import docx
import pytest
import waitress

from corpus.model import Policy
from corpus.store import Received, Store, sha256
from indexer.search.search import Index
from tests.web.conftest import TODAY
from web.app import create_app
from web.services import Services

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGES = ("/", "/search?q=研发费用", "/policies/P-1", "/measures/M-2", "/profile?sample=S-1", "/samples/S-1", "/nowhere")


@pytest.fixture(scope="module")
def store(tmp_path_factory, policies):
    store = Store(tmp_path_factory.mktemp("site"))
    raw = Path(__file__).with_name("world.measures.yaml").read_bytes()
    store.put(Received("world.measures.yaml", sha256(raw), "application/yaml", policies=policies), raw)
    yield store
    store.close()


@pytest.fixture(scope="module")
def index(store):
    index = Index(store.folder / "index")
    index.update(store.policies())
    yield index
    index.close()


@pytest.fixture(scope="module")
def site(store, index, sample):
    """The address of the site, served by waitress over a store and an index of its own."""
    if CHROMIUM is None:
        pytest.skip("没有找到 chromium：装上 Debian 的 chromium 包再跑浏览器测试")
    app = create_app(Services.over(store, index, today=lambda: TODAY, samples=(sample,), office="企业服务中心"))
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture(scope="module")
def browser(site):
    sync_api = pytest.importorskip("playwright.sync_api", reason="没有装 playwright")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(site, browser):
    """Opens a page of the site; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    # The browser also remarks on a form that comes back (400) and on the page that says that there is none (404).
    expected = ("status of 400", "status of 404")
    contexts = []

    def listen(message):
        if message.type == "error" and not any(words in message.text for words in expected):
            complaints.append(message.text)

    def visit(path="/", **how):
        context = browser.new_context(locale="zh-CN", base_url=site, **how)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def tell(page):
    """Fill in the form for an enterprise that M-1 and M-2 are for, but for one fact."""
    page.get_by_label("企业名称").fill("济源某某机械有限公司")
    page.get_by_label("企业注册在哪个县").fill("济源市")
    page.get_by_label("企业主营属于").fill("3421")
    page.get_by_label("高新技术企业", exact=True).check()
    page.locator("[name='revenue.2023']").fill("9600")
    page.locator("[name='rd_spend.2023']").fill("620")
    page.get_by_role("button", name="看结果").click()


def test_from_a_search_to_the_list_in_word(visit):
    page = visit("/")
    page.get_by_label("检索政策").fill("研发费用 补助")
    page.get_by_role("button", name="查政策").click()
    page.locator("mark").first.wait_for()  # the answer may take a while where the machine is busy
    page.get_by_role("link", name="关于支持企业创新的若干措施", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "关于支持企业创新的若干措施"
    page.get_by_role("link", name="看我能享受什么").click()
    tell(page)

    tally = page.locator(".tally")
    assert tally.get_by_role("link", name="符合", exact=False).first.inner_text().split()[0] == "1"
    card = page.locator("details.card", has_text="高新技术企业奖励")
    assert not card.get_by_text("持有高新技术企业").first.is_visible()
    card.locator("summary").first.click()
    assert card.get_by_text("持有高新技术企业").first.is_visible()
    assert card.get_by_text("首次认定的高新技术企业，一次性奖励20万元。").is_visible()

    # An answer right there settles the next one.
    page.get_by_label("纳税信用等级是哪一级？").select_option(label="A级")
    page.get_by_role("button", name="重新判定").click()
    assert page.locator(".tally a.eligible strong").inner_text() == "2"
    assert page.locator(".bundle").inner_text().find("51 万元") > 0

    with page.expect_download() as download:
        page.get_by_role("button", name="下载 Word 清单").click()
    assert download.value.suggested_filename == "一企一策政策清单-济源某某机械有限公司.docx"
    document = docx.Document(BytesIO(Path(download.value.path()).read_bytes()))
    assert document.paragraphs[1].text == "济源某某机械有限公司"
    assert any(paragraph.text == "一、可直接申报（2 项）" for paragraph in document.paragraphs)


def test_without_scripts(visit):
    page = visit("/profile", java_script_enabled=False)
    tell(page)
    assert page.locator(".tally a.eligible strong").inner_text() == "1"
    page.get_by_role("button", name="修改企业情况").click()
    assert page.get_by_label("企业名称").input_value() == "济源某某机械有限公司"
    assert page.locator("[name='revenue.2023']").input_value() == "9600"
    assert page.get_by_label("高新技术企业", exact=True).is_checked()


def test_a_place_of_many_names_is_asked_about(visit):
    page = visit("/profile", java_script_enabled=False)
    page.get_by_label("企业注册在哪个县").fill("鼓楼区")
    page.get_by_role("button", name="看结果").click()
    picker = page.get_by_label("企业注册在哪个县")
    assert picker.evaluate("node => node.tagName") == "SELECT"
    picker.select_option(index=1)
    page.get_by_role("button", name="看结果").click()
    assert page.locator(".tally").is_visible()


def test_a_picker_offers_what_is_typed(visit):
    page = visit("/profile")
    page.get_by_label("企业主营属于").press_sequentially("铅锌")
    option = page.locator("#list-industry option").first
    option.wait_for(state="attached")
    assert "铅锌" in option.get_attribute("value")


def test_a_link_to_a_clause_lands_there(visit):
    page = visit("/search?q=研发费用")
    page.locator(".hit .clause-link").first.click()
    assert page.locator("li:target").inner_text().find("研发费用") > 0


def test_what_comes_later_is_there_without_a_restart(visit, store, index):
    page = visit("/search")
    assert page.get_by_text("刚刚印发的通知").count() == 0
    store.put(Received("later.md", sha256(b"later"), "text/markdown", policies=(Policy("P-LATER", "刚刚印发的通知"),)))
    index.update(store.policies())
    page.reload()
    assert page.get_by_role("link", name="刚刚印发的通知").is_visible()


def test_the_list_opens_for_printing(visit):
    page = visit("/samples/S-1")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="打印清单").click()
    popup.value.wait_for_load_state()
    assert popup.value.get_by_role("heading", name="一企一策政策清单").is_visible()


def test_nothing_runs_off_the_screen(visit):
    page = visit("/")
    for path in PAGES:
        page.goto(path)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_every_control_has_a_name_and_enough_contrast(visit):
    page = visit("/")
    for path in PAGES:
        page.goto(path)
        assert page.evaluate(NAMELESS) == [], path
        assert page.evaluate(CONTRAST) == [], path


def test_the_keyboard_reaches_the_main_things(visit):
    page = visit("/policies/P-1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


# Controls that a screen reader could not name.
NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden]), select, button, a[href]")]
  .filter((node) => !(node.getAttribute("aria-label") || node.labels?.length || node.textContent.trim()))
  .map((node) => node.outerHTML)"""
# Every visible piece of text against the nearest opaque background: at least 4.5 to 1 (WCAG 2 AA).
CONTRAST = """() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const found = colour(getComputedStyle(node).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const pale = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility()) continue;
    const [a, b] = [light(colour(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) pale.push(node.outerHTML.slice(0, 120));
  }
  return pale;
}"""


@pytest.mark.parametrize("scripts", [True, False])
def test_searching_on_a_phone(visit, scripts):
    page = visit("/search?q=济源 研发费用", viewport={"width": 360, "height": 740}, java_script_enabled=scripts)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("a.chip").first.click()
    assert "without=" in page.url
    assert page.locator("a.chip").count() == 0
    page.get_by_role("link", name="恢复", exact=True).click()
    page.get_by_role("link", name="最新发布").click()
    assert "sort=date" in page.url
    assert page.locator("a.chip").count() == 1
    page.get_by_role("button", name="有用", exact=True).first.click()
    assert page.get_by_text("记下了，谢谢。").is_visible()
    page.locator("article").get_by_role("link", name="看我能享受什么").first.click()
    assert page.url.endswith("/profile")
