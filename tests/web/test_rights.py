"""Who may open what: every route for every role and for strangers, then one by one whose enterprise and whose measure."""

from __future__ import annotations

import re

import pytest

from corpus.store import Received, Store, sha256
from ledger.access.rights import NotYours, Rights
from ledger.access.users import users
from ledger.care.needs import raise_need
from ledger.layout import facts, needs, promises, receipts, steps, visits
from tests.web.signing import AT, PEOPLE, TODAY, Signed, text
from web.review.desk import Desk

BY_ROLE = {
    "enterprise": "一号公司",
    "cadre": "李干部",
    "office": "科技局经办",
    "auditor": "督查员",
    "administrator": "管理员",
}
EVERYBODY = frozenset({*BY_ROLE, "stranger"})
SIGNED = frozenset(BY_ROLE)
AUDIT = frozenset({"office", "auditor", "administrator"})
CADRE, ENTERPRISE, ADMIN = frozenset({"cadre"}), frozenset({"enterprise"}), frozenset({"administrator"})

# Every route with who may open it; GET but where it says otherwise.
ROUTES = {
    "/": EVERYBODY,
    "/search": EVERYBODY,
    "/search.atom?q=研发": EVERYBODY,
    "POST /search/vote": EVERYBODY,
    "/policies/P-1": EVERYBODY,
    "/policies/compare?before=P-1&after=P-1": EVERYBODY,
    "/measures/M-1": EVERYBODY,
    "/profile": EVERYBODY,
    "POST /profile": EVERYBODY,
    "/match": EVERYBODY,
    "POST /match": EVERYBODY,
    "/samples/S-1": EVERYBODY,
    "POST /checklist/html": EVERYBODY,
    "POST /calendar.ics": EVERYBODY,
    "/options/regions": EVERYBODY,
    "/healthz": EVERYBODY,
    "/static/site.css": EVERYBODY,
    "/api/v1/openapi.json": EVERYBODY,
    "/api/v1/search?q=研发": EVERYBODY,
    "/api/v1/policies/P-1": EVERYBODY,
    "/api/v1/measures/M-1": EVERYBODY,
    "POST /api/v1/match": EVERYBODY,
    "POST /api/v1/checklist": EVERYBODY,
    "/sign-in": EVERYBODY,
    "POST /sign-in": EVERYBODY,
    "POST /sign-out": EVERYBODY,
    "/password": SIGNED,
    "POST /password": SIGNED,
    "/accounts": ADMIN,
    "POST /accounts": ADMIN,
    "POST /accounts/督查员": ADMIN,
    "/audit": AUDIT,
    "/audit/lists/missing": AUDIT,
    "/audit/measures/M-1": AUDIT,
    "/audit/voices": AUDIT,
    "/audit/book.xlsx": AUDIT,
    "/api/v1/audit": AUDIT,
    "/teams": frozenset({"cadre", "auditor", "administrator"}),  # a cadre who leads no group is told so (test_teams)
    "/desk": CADRE,
    "/desk/checklists.zip": CADRE,
    "/desk/E-1": CADRE,
    "/desk/E-1/checklist.docx": CADRE,
    "POST /desk/E-1/visit": CADRE,
    "POST /desk/E-1/measures/M-1": CADRE,
    "/desk/E-1/facts/revenue": CADRE,
    "POST /desk/E-1/facts/revenue": CADRE,
    "POST /desk/E-1/needs": CADRE,
    "POST /desk/E-1/needs/1": CADRE,
    "POST /desk/E-1/promises": CADRE,
    "POST /desk/E-1/promises/1": CADRE,
    "/messages": frozenset({"enterprise", "cadre"}),
    "POST /messages/wish": frozenset({"enterprise", "cadre"}),
    "POST /messages/mute/M-1": frozenset({"enterprise", "cadre"}),
    "/outbox": ADMIN,
    "/searches": SIGNED,
    "POST /searches": SIGNED,
    "POST /searches/1/looked": SIGNED,
    "POST /searches/1/remove": SIGNED,
    "/mine": ENTERPRISE,
    "/mine/facts": ENTERPRISE,
    "/mine/facts/revenue": ENTERPRISE,
    "POST /mine/facts/revenue": ENTERPRISE,
    "POST /mine/answers": ENTERPRISE,
    "POST /mine/measures/M-1": ENTERPRISE,
    "/mine/checklist.docx": ENTERPRISE,
    "/mine/calendar.ics": ENTERPRISE,
    "POST /mine/needs": ENTERPRISE,
    "POST /mine/needs/1": ENTERPRISE,
}
KEPT = (facts, needs, promises, receipts, steps, visits)


def kept(signed):
    return {table.name: signed.rows(table) for table in KEPT}


def test_every_route_by_every_role(signed):
    before, wrong = kept(signed), []
    for role in sorted(EVERYBODY):
        browser = signed.client(BY_ROLE.get(role))
        for route, allowed in ROUTES.items():
            if route == "POST /sign-out":
                continue
            method, _, path = route.rpartition(" ")
            # A form without a token: who may get in is told 400 for it; who may not is turned away before.
            response = browser.client.open(path, method=method or "GET")
            body = (response.status_code, response.headers.get("Location", ""))
            response.close()
            away = body[0] in (401, 403) or (body[0] == 303 and body[1].startswith("/sign-in"))
            if away == (role in allowed):
                wrong.append((role, route, body))
    assert wrong == []
    assert kept(signed) == before


def test_the_matrix_has_every_route(signed):
    adapter = signed.app.url_map.bind("localhost")
    named = set()
    for route in ROUTES:
        method, _, path = route.rpartition(" ")
        rule, _ = adapter.match(path.partition("?")[0], method=method or "GET", return_rule=True)
        named.add((rule.rule, method or "GET"))
    every = {
        (rule.rule, method) for rule in signed.app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert every == named


def test_a_stranger_is_led_to_the_sign_in_and_a_program_is_told(signed):
    assert signed.client().get("/desk").location == "/sign-in?next=/desk"
    assert signed.client().get("/api/v1/audit").status_code == 401
    assert signed.client("一号公司").get("/api/v1/audit").status_code == 403


def test_who_is_turned_away_is_told_why(signed):
    page = text(signed.client("一号公司").get("/audit"))
    assert "只对督查、管理员、办理部门开放" in page
    assert "您登录的身份是企业" in page


# ---------------------------------------------------------------- review


@pytest.fixture
def reviewing(signed, tmp_path, policies):
    """The site with the pages of review beside the accounts."""
    store = Store(tmp_path / "store")
    store.put(Received("w.yaml", sha256(b"w"), "application/yaml", policies=policies), b"w")
    yield Signed(signed.ledger, signed.services, desk=Desk(store, tmp_path / "pages"))
    store.close()


@pytest.mark.parametrize("path", ["/review", "/review/name", "/review/cases.jsonl", "/review/M-D", "/documents"])
def test_review_is_the_administrator_s(reviewing, path):
    for role, name in BY_ROLE.items():
        assert reviewing.client(name).get(path).status_code == (200 if role == "administrator" else 403), role
    assert reviewing.client().get(path).location == f"/sign-in?next={path}"


def test_the_name_under_a_decision_is_that_of_the_account(reviewing):
    admin = reviewing.client("管理员")
    assert admin.post("/review/name", see="/review/name", name="别人").status_code == 303
    assert admin.get("/accounts").status_code == 200  # and still signed in
    from web.review.desk import current_reviewer

    with admin.client:
        admin.get("/review")
        assert current_reviewer() == "管理员"


def test_before_there_is_anybody_review_is_open_on_this_machine(reviewing):
    with reviewing.ledger.begin() as connection:
        connection.execute(users.delete())
    assert reviewing.client().get("/review").status_code == 200
    assert reviewing.client().get("/review", environ_overrides={"REMOTE_ADDR": "192.0.2.1"}).status_code == 403


# ---------------------------------------------------------------- object by object

OTHERS = [
    ("GET", "/desk/{}"),
    ("GET", "/desk/{}/checklist.docx"),
    ("GET", "/desk/{}/facts/revenue"),
    ("POST", "/desk/{}/facts/revenue"),
    ("POST", "/desk/{}/visit"),
    ("POST", "/desk/{}/measures/M-1"),
    ("POST", "/desk/{}/needs"),
    ("POST", "/desk/{}/needs/1"),
    ("POST", "/desk/{}/promises"),
    ("POST", "/desk/{}/promises/1"),
]
FORM = {
    "revenue.2023": "1", "seal": "x", "note": "x", "answer": "told", "kind": "融资", "text": "x", "see": "/desk",
}  # fmt: skip


@pytest.mark.parametrize("identity", ["E-2", "E-4", "E-99", "E-1' OR '1'='1"])
def test_a_cadre_does_not_find_another_s_enterprise(signed, identity):
    raise_need(signed.ledger, "E-2", "融资", "要贷款", on=TODAY, by="测试", at=AT)
    before, browser = kept(signed), signed.client("李干部")
    for method, path in OTHERS:
        address = path.format(identity)
        response = browser.get(address) if method == "GET" else browser.post(address, **FORM)
        assert response.status_code == 404, address
        assert "2号公司" not in text(response), address
    assert kept(signed) == before


def test_a_need_is_found_with_its_own_enterprise_alone(signed):
    other = raise_need(signed.ledger, "E-2", "融资", "要贷款", on=TODAY, by="测试", at=AT)
    cadre, enterprise = signed.client("李干部"), signed.client("一号公司")
    assert cadre.post(f"/desk/E-1/needs/{other}", see="/desk", answer="x").status_code == 404
    assert enterprise.post(f"/mine/needs/{other}", see="/mine", rating="5").status_code == 404
    assert [row.answer for row in signed.rows(needs)] == [None]


def test_each_sees_its_own_enterprises(signed):
    def seen(name):
        return [one.id for one in Rights(signed.ledger, signed.users.find(name)).enterprises()]

    assert seen("一号公司") == ["E-1"]
    assert seen("李干部") == ["E-1", "E-3"]
    assert seen("科技局经办") == []
    assert seen("督查员") == seen("管理员") == [f"E-{no}" for no in range(1, 11)]


@pytest.mark.parametrize("name", PEOPLE)
def test_the_ledger_itself_refuses(signed, name):
    role, bound = PEOPLE[name]
    rights = Rights(signed.ledger, signed.users.find(name))
    for identity, cadre in {"E-1": "李四", "E-2": "王五", "E-3": "李四", "E-99": None, "": None}.items():
        reads = cadre is not None and (role in ("auditor", "administrator") or bound in (identity, cadre))
        writes = reads and role in ("enterprise", "cadre")
        for allowed, call in ((reads, rights.enterprise), (writes, rights.to_change)):
            if allowed:
                assert call(identity).id == identity
            else:
                with pytest.raises(NotYours):
                    call(identity)
    if role in AUDIT:
        assert rights.auditor(signed.services.policies, TODAY)
    else:
        with pytest.raises(NotYours):
            rights.auditor(signed.services.policies, TODAY)


def test_an_enterprise_s_pages_speak_of_itself_alone(signed):
    browser = signed.client("二号公司")
    for path in ("/mine", "/mine/facts", "/mine/facts/revenue"):
        page = text(browser.get(path))
        assert "2号公司" in page
        assert not re.search(r"(?<!\d)(?:1|3|4)号公司", page), path


def test_an_enterprise_given_to_another_cadre_is_gone_at_once(signed):
    from ledger.care.people import Cadre, assign, put_cadre

    browser = signed.client("李干部")
    assert browser.get("/desk/E-1").status_code == 200
    put_cadre(signed.ledger, Cadre("王五"), by="测试", at=AT)
    assign(signed.ledger, ["E-1"], "王五", by="测试", at=AT)
    assert browser.get("/desk/E-1").status_code == 404
    assert signed.client("王干部").get("/desk/E-1").status_code == 200
