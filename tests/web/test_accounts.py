"""Signing in and out: passwords, sessions that end, tries in vain, forms of another's making, the first user."""

from __future__ import annotations

import re
import stat
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from cli import cli
from corpus.errors import InputError
from ledger.access.users import TRIES, TRIES_FROM, WINDOW, Users, users
from ledger.layout import trail
from tests.web.signing import AT, CHEAP, PEOPLE, WORD, Signed, text
from web.accounts.passwords import first_password, fits, make_hash
from web.accounts.signed import IDLE, WHOLE, secret_in
from web.serve import trust_proxy

HOMES = {"enterprise": "/mine", "cadre": "/desk", "office": "/audit", "auditor": "/audit", "administrator": "/accounts"}


@pytest.mark.parametrize("name", PEOPLE)
def test_who_signs_in_comes_to_their_own_page(signed, name):
    response = signed.client().post("/sign-in", name=name, password=WORD)
    assert (response.status_code, response.location) == (303, HOMES[PEOPLE[name][0]])


def test_a_wrong_password_and_an_unknown_name_look_alike(signed):
    browser = signed.client()
    wrong, unknown = (
        browser.post("/sign-in", name=name, password="wrong wrong wrong") for name in ("督查员", "没有人")
    )
    assert wrong.status_code == unknown.status_code == 403
    assert "姓名或密码不对" in text(wrong)
    strip = lambda response: re.sub(r'value="[^"]*"', "", text(response))  # noqa: E731
    assert strip(wrong) == strip(unknown)


def test_one_is_led_back_to_where_one_wanted_to_go(signed):
    browser = signed.client()
    response = browser.get("/audit?by=region")
    assert response.status_code == 303
    assert response.location == "/sign-in?next=/audit?by%3Dregion"
    back = re.search(r'name="next" value="([^"]*)"', text(browser.get(response.location)))[1]
    response = browser.post("/sign-in", name="督查员", password=WORD, next=back)
    assert response.location == "/audit?by=region"


@pytest.mark.parametrize(
    "back", ["https://example.org/", "//example.org", "/\\example.org", "\\\\example.org", "/a\nb"]
)
def test_one_is_never_led_away(signed, back):
    response = signed.client().post("/sign-in", name="督查员", password=WORD, next=back)
    assert response.location == "/audit"


def test_the_cookie_is_for_this_site_alone(signed):
    client = signed.app.test_client()
    page = text(client.get("/sign-in"))
    token = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]
    form = {"csrf_token": token, "name": "督查员", "password": WORD}
    cookie = client.post("/sign-in", data=form).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_stays_on_https(signed):
    assert "Secure" in signed.app.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]


def test_who_is_not_signed_in_gets_no_cookie(signed):
    browser = signed.client()
    for path in ("/", "/search", "/policies/P-1", "/profile", "/samples/S-1", "/nowhere"):
        assert "Set-Cookie" not in browser.get(path).headers, path


def test_the_policy_on_content_stays_strict(signed):
    browser = signed.client("督查员")
    for path in ("/sign-in", "/audit", "/password"):
        response = browser.get(path, follow_redirects=True)
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert not re.search(r'\s(style|on\w+)="|<script>', text(response)), path


def test_a_page_that_names_who_is_signed_in_is_kept_by_nobody(signed):
    response = signed.client("督查员").get("/search", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Cache-Control"] == "no-store, no-transform"
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/password", "/accounts", "/accounts/督查员"])
@pytest.mark.parametrize("token", ["", "made up"])
def test_a_form_of_another_s_making_is_turned_away(signed, address, token):
    response = signed.client("管理员").post(address, token=token, name="x", role="auditor", action="close", old=WORD)
    assert response.status_code == 400
    assert "请刷新" in text(response)
    assert not signed.users.find("督查员").closed


def test_a_token_of_another_browser_does_not_serve(signed):
    strange = re.search(r'name="csrf_token" value="([^"]*)"', text(signed.client().get("/sign-in")))[1]
    assert signed.client().post("/sign-in", token=strange, name="督查员", password=WORD).status_code == 400


# ---------------------------------------------------------------- sessions


def test_signing_out_ends_the_session_on_every_browser(signed):
    here, there = signed.client("督查员"), signed.client("督查员")
    assert here.post("/sign-out", see="/audit").location == "/"
    assert here.get("/audit").status_code == there.get("/audit").status_code == 303


def test_a_session_ends_when_nothing_is_done(signed):
    browser = signed.client("督查员")
    signed.at += IDLE - timedelta(minutes=1)
    assert browser.get("/audit").status_code == 200
    signed.at += IDLE - timedelta(minutes=1)
    assert browser.get("/audit").status_code == 200
    signed.at += IDLE + timedelta(minutes=1)
    assert browser.get("/audit").status_code == 303


def test_a_session_ends_after_a_day_s_work_in_any_case(signed):
    browser = signed.client("督查员")
    for _ in range(int(WHOLE / timedelta(hours=1))):
        signed.at += timedelta(hours=1)
        assert browser.get("/audit").status_code == 200
    signed.at += timedelta(minutes=1)
    assert browser.get("/audit").status_code == 303


def test_a_session_of_another_key_is_none(signed):
    browser = signed.client("督查员")
    signed.app.secret_key = b"other" * 8
    assert browser.get("/audit").status_code == 303


def test_who_was_shut_out_is_out_at_once(signed):
    browser = signed.client("督查员")
    signed.users.close("督查员", True, by="测试", at=AT)
    assert browser.get("/audit").status_code == 303
    assert signed.client().post("/sign-in", name="督查员", password=WORD).status_code == 403


# ---------------------------------------------------------------- tries in vain


def test_after_some_tries_a_name_has_to_wait(signed):
    browser = signed.client()
    for _ in range(TRIES):
        assert browser.post("/sign-in", name="督查员", password="wrong wrong wrong").status_code == 403
    response = browser.post("/sign-in", name="督查员", password=WORD)
    assert response.status_code == 429
    assert "15 分钟" in text(response)
    assert signed.client("管理员")  # another name may
    signed.at += WINDOW + timedelta(seconds=1)
    assert signed.client("督查员")


def test_the_count_survives_a_restart(signed):
    browser = signed.client()
    for _ in range(TRIES):
        browser.post("/sign-in", name="督查员", password="wrong wrong wrong")
    again = Signed(signed.ledger, signed.services)
    assert again.client().post("/sign-in", name="督查员", password=WORD).status_code == 429


def test_an_address_that_tries_many_names_has_to_wait(signed):
    for i in range(TRIES_FROM):
        assert signed.users.try_in(f"名字{i}", "192.0.2.1", AT)
    assert not signed.users.try_in("督查员", "192.0.2.1", AT)
    assert signed.users.try_in("督查员", "192.0.2.2", AT)


def test_a_sign_in_that_succeeds_does_not_count(signed):
    for _ in range(TRIES_FROM + 1):
        assert signed.users.try_in("督查员", "192.0.2.1", AT)
        signed.users.came_in("督查员", "192.0.2.1")


# ---------------------------------------------------------------- passwords


@pytest.mark.parametrize("word", ["short", "aaaaaaaaaaaaaa", "x" * 201, "张三张三张三张三张三"])
def test_a_weak_password_is_refused(word):
    with pytest.raises(InputError, match="密码"):
        make_hash(CHEAP, word, "张三")


def test_a_password_is_kept_as_a_hash_only(signed):
    kept = {row.password for row in signed.rows(users)}
    assert all(one.startswith("$argon2id$") for one in kept)
    assert WORD not in repr(signed.rows(users)) + repr(signed.rows(trail))
    assert fits(CHEAP, WORD, kept.pop())
    assert not fits(CHEAP, WORD, None)


def test_first_passwords_are_all_different():
    made = {first_password() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", one) for one in made)


def test_one_changes_one_s_own_password(signed):
    here, there = signed.client("督查员"), signed.client("督查员")
    assert here.post("/password", see="/password", old="not the old one", new="a new long word").status_code == 403
    assert here.post("/password", see="/password", old=WORD, new="short").status_code == 400
    assert here.post("/password", see="/password", old=WORD, new="a new long word").status_code == 303
    assert "密码已改" in text(here.get("/password"))
    assert there.get("/audit").status_code == 303
    assert signed.client("督查员", "a new long word")


# ---------------------------------------------------------------- the administrator's list


def test_a_user_is_made_and_handed_a_password_that_works(signed):
    admin = signed.client("管理员")
    page = text(admin.post("/accounts", see="/accounts", name="赵六", role="cadre", bound="李四"))
    word = re.search(r"赵六 的密码：<code>([^<]+)</code>", page)[1]
    assert "1号公司" in text(signed.client("赵六", word).get("/desk"))
    assert word not in text(admin.get("/accounts"))
    assert [row.subject for row in signed.rows(trail) if row.by == "管理员"] == ["赵六"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "督查员", "role": "auditor"}, "已有用户"),
        ({"name": "", "role": "auditor"}, "1 到 60 个字"),
        ({"name": "赵六", "role": "king"}, "企业、助企干部"),
        ({"name": "赵六", "role": "cadre"}, "要写明干部姓名"),
        ({"name": "赵六", "role": "enterprise", "bound": "E-99"}, "台账里没有企业"),
    ],
)
def test_a_user_that_cannot_be_is_refused_by_name(signed, form, words):
    response = signed.client("管理员").post("/accounts", see="/accounts", **form)
    assert response.status_code == 400
    assert words in text(response)
    assert len(signed.users.all()) == len(PEOPLE)


def test_a_user_is_shut_out_let_in_and_given_another_password(signed):
    admin = signed.client("管理员")
    assert admin.post("/accounts/督查员", see="/accounts", action="close").status_code == 303
    assert "督查员：已停用" in text(admin.get("/accounts"))
    admin.post("/accounts/督查员", see="/accounts", action="open")
    page = text(admin.post("/accounts/督查员", see="/accounts", action="renew"))
    word = re.search(r"<code>([^<]+)</code>", page)[1]
    assert signed.client("督查员", word)
    assert admin.post("/accounts/督查员", see="/accounts", action="dance").status_code == 400
    assert admin.post("/accounts/没有人", see="/accounts", action="close").status_code == 400


def test_an_administrator_cannot_shut_themselves_out(signed):
    admin = signed.client("管理员")
    assert admin.post("/accounts/管理员", see="/accounts", action="close").status_code == 400
    assert not signed.users.find("管理员").closed


# ---------------------------------------------------------------- the first run


def test_without_any_user_the_page_says_how_the_first_is_made(signed):
    with signed.ledger.begin() as connection:
        connection.execute(users.delete())
    page = text(signed.client().get("/audit", follow_redirects=True))
    assert "run.py admin" in page
    assert "查政策、看能享受什么不用登录" in page


def test_the_first_administrator_is_made_on_the_command_line(tmp_path):
    run = lambda name, word: CliRunner().invoke(  # noqa: E731
        cli, ["admin", name, "--password-stdin", "--data", str(tmp_path), "--json"], input=f"{word}\n"
    )
    first = run("张三", WORD)
    assert first.exit_code == 0, first.output
    assert '"new": true' in first.output
    assert '"new": false' in run("张三", "another long word").output
    from corpus.store import Store
    from ledger.tables import Ledger

    store = Store(tmp_path)
    kept = Users(Ledger(store.engine)).find("张三")
    store.close()
    assert kept.role == "administrator"
    assert fits(PasswordHasher(), "another long word", kept.password)
    assert "密码" in str(run("李四", "short").exception)


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path):
    key = secret_in(tmp_path)
    assert len(key) == 32
    assert secret_in(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


# ---------------------------------------------------------------- behind a proxy


def relayed(app, address="203.0.113.7", **more):
    headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "huiqi.example", **more}
    return app.test_client().get("/sign-in", headers=headers)


def test_a_proxy_is_believed_only_where_it_is_said_to_be_there(signed):
    assert "Secure" not in relayed(signed.app).headers["Set-Cookie"]
    trust_proxy(signed.app)
    assert "Secure" in relayed(signed.app).headers["Set-Cookie"]


def test_behind_a_proxy_who_tries_passwords_is_told_from_the_others(signed):
    trust_proxy(signed.app)

    def attempt(address, word):
        browser = signed.client()
        page = text(browser.client.get("/sign-in"))
        token = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]
        form = {"csrf_token": token, "name": f"没有这个人{address}", "password": word}
        return browser.client.post("/sign-in", data=form, headers={"X-Forwarded-For": address}).status_code

    codes = [attempt("203.0.113.7", "wrong") for _ in range(TRIES_FROM + 1)]
    assert codes[-1] == 429
    assert attempt("198.51.100.9", "wrong") != 429


def test_a_failure_has_its_title(signed):
    assert "请先登录" in signed.client().get("/api/v1/audit").get_json()["title"]


def test_a_look_that_is_no_post_changes_nothing(signed):
    """HEAD, as link checkers and prefetchers send it, is a GET without its page: no attempt to sign in, no fact cleared."""
    for _ in range(20):
        assert signed.client().client.head("/sign-in").status_code == 200
    enterprise = signed.client("一号公司")
    before = signed.ledger.enterprise("E-1").profile
    for address in ("/mine/facts/revenue", "/password"):
        assert enterprise.client.head(address).status_code == 200
    assert signed.ledger.enterprise("E-1").profile == before
