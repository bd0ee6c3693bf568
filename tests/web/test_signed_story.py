"""Accounts in a real browser: an administrator lets a cadre in, who tells and visits; the enterprise and the audit see it."""

from __future__ import annotations

import threading

import pytest
import waitress

from tests.web.signing import WORD
from tests.web.test_browser import ARGUMENTS, CHROMIUM, CONTRAST, NAMELESS

pytestmark = pytest.mark.browser

PAGES = {
    "督查员": [
        "/audit",
        "/audit?by=cadre",
        "/audit?by=measure&within=region%3D419001&within=cadre%3D王五",
        "/audit/lists/missing",
        "/audit/lists/dormant",
        "/audit/measures/M-1",
        "/audit/voices",
        "/teams",
    ],
    "李干部": ["/desk", "/desk/E-1", "/desk/E-1/facts/revenue", "/desk/E-1/facts/event"],
    "一号公司": ["/mine", "/mine/facts", "/mine/facts/qualification", "/messages", "/password"],
    "管理员": ["/accounts", "/outbox?preview=1", "/search?q=研发费用", "/searches"],
}
# The tallest of the menu's words: one that is broken into lines is taller than two lines.
TALLEST = "Math.max(...[...document.querySelectorAll('.top nav a')].map(word => word.offsetHeight))"


@pytest.fixture
def somebody(signed):
    """Opens a browser for somebody and signs in; whatever the browser complains of fails the test."""
    if CHROMIUM is None:
        pytest.skip("没有找到 chromium：装上 Debian 的 chromium 包再跑浏览器测试")
    sync_api = pytest.importorskip("playwright.sync_api", reason="没有装 playwright")
    server = waitress.create_server(signed.app, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    complaints: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)

        def somebody(name, word=WORD, **how):
            context = browser.new_context(
                locale="zh-CN", base_url=f"http://127.0.0.1:{server.effective_port}", accept_downloads=True, **how
            )
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
            page.goto("/sign-in")
            page.get_by_label("姓名").fill(name)
            page.get_by_label("密码").fill(word)
            page.get_by_role("button", name="登录").click()
            return page

        yield somebody
        browser.close()
    server.close()
    assert complaints == []


@pytest.mark.parametrize("scripts", [True, False])
def test_from_an_account_to_the_audit(somebody, scripts):
    admin = somebody("管理员", java_script_enabled=scripts)
    admin.get_by_label("姓名（登录用）").fill("赵六")
    admin.get_by_label("身份").select_option(label="助企干部")
    admin.get_by_label("企业编号、干部姓名或部门").fill("李四")
    admin.get_by_role("button", name="开通").click()
    word = admin.locator(".notice code").inner_text()

    cadre = somebody("赵六", word, java_script_enabled=scripts)
    cadre.get_by_role("link", name="1号公司").click()
    row = cadre.locator(".entry-row", has=cadre.get_by_role("link", name="高新技术企业奖励")).first
    assert "要带：高新技术企业证书" in row.inner_text()
    row.get_by_text("不申报…").click()
    row.get_by_role("button", name="材料太多").click()
    assert "不申报，已记下" in cadre.locator(".notice").inner_text()
    cadre.get_by_label("走访记录").fill("见了张总")
    cadre.get_by_label("建设海外仓").select_option(label="是")
    cadre.get_by_role("button", name="记下并重新判定").click()
    assert "由 2 项变为 3 项" in cadre.locator(".notice").inner_text()
    with cadre.expect_download() as download:
        cadre.get_by_role("link", name="Word 清单").click()
    assert download.value.suggested_filename == "一企一策政策清单-1号公司.docx"

    enterprise = somebody("一号公司", java_script_enabled=scripts)
    assert enterprise.get_by_role("link", name="海外仓建设补助").first.is_visible()
    enterprise.get_by_role("link", name="看登记的情况").click()
    assert "走访（李四）" in enterprise.locator("main").inner_text()

    auditor = somebody("督查员", java_script_enabled=scripts)
    auditor.get_by_role("link", name="高新技术企业奖励").click()
    assert auditor.locator(".funnel tr", has_text="已告知").locator("strong").inner_text() == "8"
    auditor.get_by_role("button", name="退出").click()
    auditor.goto("/audit")
    assert auditor.get_by_role("heading", name="登录").is_visible()


def test_nothing_runs_off_the_screen_and_everything_can_be_read(somebody):
    for name, paths in PAGES.items():
        page = somebody(name)
        for path in paths:
            page.goto(path)
            assert page.evaluate(NAMELESS) == [], path
            assert page.evaluate(CONTRAST) == [], path
            for width in (360, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
                assert page.evaluate(TALLEST) < 50, (path, width)
