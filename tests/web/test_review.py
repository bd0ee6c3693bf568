"""Review: who may, what is shown, what comes of each button, and what is kept of it."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings

from corpus.benefits import parse_benefit
from corpus.catalogue import dump_measure
from corpus.errors import InputError
from corpus.fields import registry
from corpus.model import All, Any, AtLeast, Clause, Condition, Fixed, Measure, Not, Policy, Tiers
from corpus.rules import parse_rule
from corpus.trail import recall
from tests.strategies import benefits, rules
from tests.web import desks
from tests.web.desks import AT, fields_of
from web.answers import Unreadable
from web.app import create_app
from web.review import acts, queue
from web.review.desk import Desk
from web.review.paint import find, paint
from web.review.ruleform import Group, Line, group_of, press, rule_of
from web.review.sheet import corrected, push, read_sheet, sheet_of
from web.review.values import join_members, money_text, read_money, read_share, read_value, split_members

taken_in, site = desks.taken_in, desks.site

# ---------------------------------------------------------------- who may


def test_without_a_desk_there_is_no_review(client):
    assert client.get("/review").status_code == 404
    assert client.get("/documents").status_code == 404
    assert "Set-Cookie" not in client.get("/").headers


@pytest.mark.parametrize(
    ("environ", "headers", "status"),
    [
        ({}, {}, 200),
        ({"REMOTE_ADDR": "10.0.0.8"}, {}, 403),
        ({}, {"X-Forwarded-For": "203.0.113.7"}, 403),
        ({}, {"Host": "rebound.example"}, 403),
        ({}, {"Host": "127.0.0.1:8000"}, 200),
        ({"REMOTE_ADDR": "::1"}, {"Host": "[::1]:8000"}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/review", "/documents", "/review/cases.jsonl", "/review/check"])
def test_only_this_machine_may(site, environ, headers, status, path):
    response = site.client.get(path, environ_overrides=environ, headers=headers)
    assert response.status_code == status
    assert status == 200 or "只在运行本程序的机器上" in response.get_data(as_text=True)


def test_others_may_where_it_is_configured(site, tmp_path, services):
    app = create_app(services, Desk(site.store, tmp_path, anywhere=True))
    assert app.test_client().get("/review", environ_overrides={"REMOTE_ADDR": "10.0.0.8"}).status_code == 200


def test_nobody_decides_without_a_name(site):
    _, address = site.draft("一(一)")
    site.get("/review/name")
    site.post("/review/name", name="  ")
    assert site.client.get(address).status_code == 302
    site.get("/review/name")
    assert "/review/name" in site.post(address, action="accept")
    assert site.store.decisions() == ()


def test_no_form_without_its_token(site):
    _, address = site.draft("一(一)")
    site.get(address)
    response = site.client.post(address, data={"action": "accept"})
    assert response.status_code == 400
    assert "刷新后再提交" in response.get_data(as_text=True)
    assert site.store.decisions() == ()


def test_the_cookie_is_for_this_site_alone_and_pages_are_not_kept(site):
    response = site.app.test_client().get("/review/name")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert response.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_a_name_leads_back_into_the_site_only(site, back):
    site.get("/review/name")
    assert site.post("/review/name", name="李四", back=back) == "/review"


# ---------------------------------------------------------------- what is shown


def test_the_queue_counts_and_narrows(site):
    page = site.get("/review")
    drafts = [m for m in site.policy.measures if m.review == "draft"]
    assert f"从第一条开始（{len(drafts)} 条）" in page
    assert "示范市促进工业发展若干措施" in page
    assert "从第一条开始（1 条）" in site.get("/review?department=市科技局")
    assert "这样筛选没有草稿" in site.get("/review?policy=nothing")


def test_the_check_names_the_measure_and_the_one_beside_it(site, services, tmp_path):
    measure = services.policies[0].measures[0]
    twin = replace(services.policies[0], id="P-twin", measures=(replace(measure, id="M-twin", title="同一奖励"),))
    app = create_app(replace(services, policies=(*services.policies, twin)), Desk(site.store, tmp_path / "p"))
    page = app.test_client().get("/review/check").get_data(as_text=True)
    assert "与另一事项相同" in page
    assert "同一奖励" in page
    assert f"看“{measure.title}”" in page


def test_a_draft_stands_beside_its_words(site):
    measure, address = site.draft("一(一)")
    page = site.get(address)
    for colour, words in (("number", "2000万元以上"), ("number", "不低于3%"), ("amount", "10%"), ("amount", "100万元")):
        assert re.search(rf'class="c-{colour}"[^>]*>[^<]*{words}', page), words
    assert "按研发费用的 10%，最高 100 万元" in page
    assert "市科技局" in page
    assert all(f"<sup>{n}</sup>" in page for n in range(1, len(measure.rule.of) + 1))
    assert "{" not in re.sub(r"<[^>]+>", "", page)


def test_painted_words_are_the_clause_and_what_was_not_read_shows():
    clause = Clause("一", "对年营业收入2000万元以上的企业，给予20万元奖励。另安排8000万元用于园区建设。")
    measure = Measure(
        "m", "奖励", parse_rule({"field": "revenue", "op": "ge", "value": 2e7, "text": "2000万元以上"}),
        parse_benefit({"kind": "one_off_grant", "amount": {"fixed": 2e5}}), clauses=("一",),
    )  # fmt: skip
    painted = paint(Policy("p", "政策", clauses=(clause,)), measure, clause)
    assert "".join(piece.text for piece in painted.pieces) == clause.text
    assert ("8000万元", "unread") in [(piece.text, piece.colour) for piece in painted.pieces]
    assert [piece.marks for piece in painted.pieces if piece.marks] == [(1,)]


def test_each_condition_is_marked_in_its_own_clause_only():
    clauses = (Clause("一", "对规上企业给予20万元奖励。"), Clause("二", "申报企业应当\n信用良好，属于规上企业。"))
    rule = parse_rule(
        {"all": [{"field": "manual", "op": "confirm", "value": "规上企业", "text": "规上企业", "clause": "一"},
                 {"field": "manual", "op": "confirm", "value": "应当信用良好", "text": "应当信用良好", "clause": "二"}]}
    )  # fmt: skip
    measure = Measure("m", "奖励", rule, parse_benefit({"kind": "service"}), clauses=("一", "二"))
    first, second = (paint(Policy("p", "政策", clauses=clauses), measure, clause) for clause in clauses)
    marked = [[(piece.text, piece.marks) for piece in painted.pieces if piece.marks] for painted in (first, second)]
    assert marked == [[("规上企业", (1,))], [("应当\n信用良好", (2,))]]


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [("营业收入 2000 万元", "2000万元", (5, 12)), ("甲乙", "乙", (1, 2)), ("甲乙", "丙", None), ("甲", "", None)],
)
def test_words_are_found_whatever_the_blanks(text, words, place):
    assert find(text, words) == place


def test_hostile_words_stay_words(site):
    measure, address = site.draft("一(二)")
    site.store.review(replace(measure, title="<script>alert(1)</script>"), "draft")
    for suffix in ("", "?edit=1"):
        page = site.get(address + suffix)
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


# ---------------------------------------------------------------- accept, reject, take back


def test_a_draft_is_confirmed_and_the_next_comes(site):
    measure, address = site.draft("一(一)")
    following, _ = site.draft("一(二)")
    site.get(address)
    assert site.post(address, action="accept") == site.address(following.id)
    (decision,) = site.store.decisions()
    assert (decision.by, decision.at, decision.action) == ("张三", AT, "accept")
    assert decision.after == replace(measure, review="confirmed")
    assert "已确认：" in site.get(site.address(following.id))


def test_the_running_site_follows(site):
    _, address = site.draft("一(一)")
    public = address.replace("/review/", "/measures/")
    assert "待审核" in site.get(public)
    site.get(address)
    site.post(address, action="accept")
    assert "待审核" not in site.get(public)
    following, address = site.draft("一(二)")
    site.get(address)
    site.post(address, action="reject:goal")
    site.get(address.replace("/review/", "/measures/"), status=404)
    search = site.client.get("/api/v1/search?q=高新技术企业").get_json()
    assert following.id not in [identity for hit in search["hits"] for identity in hit["measures"]]


def test_visitors_go_on_while_somebody_reviews(site):
    """Many at once read, search and match over a catalogue that changes under them: no answer fails, the last is new."""
    measures = site.policy.measures
    paths = ["/", "/search?q=奖励", "/api/v1/search?q=高新技术企业", *(f"/policies/{site.policy.id}",) * 2]

    def read(path):
        return [site.app.test_client().get(path).status_code for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        reading = [pool.submit(read, path) for path in paths]
        for measure in measures:
            site.get(site.address(measure.id))
            site.post(site.address(measure.id), action="accept")
        assert {status for answer in reading for status in answer.result()} == {200}
    assert "待审核" not in site.get(f"/policies/{site.policy.id}")


def test_a_rejection_wants_a_reason(site):
    measure, address = site.draft("一(三)")
    site.get(address)
    site.post(address, action="reject")
    assert "为什么不算" in site.get(address)
    site.post(address, action="reject", words="这是给园区的")
    assert site.store.decisions()[0].reason == "这是给园区的"
    assert measure.id not in [m.id for m in site.policy.measures]


def test_a_decision_is_taken_back(site):
    measure, address = site.draft("一(一)")
    site.get(address)
    onward = site.post(address, action="reject:double")
    page = site.get(onward)
    undo = page[page.index('class="said"') :][:1200]
    seal = re.search(r'name="seal" value="([^"]+)"', undo)[1]
    site.post(address, action="reopen", seal=seal)
    assert measure in site.policy.measures
    assert [d.action for d in site.store.decisions()] == ["reject", "reopen"]
    assert "经过" in site.get(address)


def test_the_filters_go_on_to_the_next_draft(site):
    _, address = site.draft("一(一)")
    site.get(f"{address}?confidence=high")
    assert "confidence=high" in site.post(f"{address}?confidence=high", action="accept")


def test_after_the_last_draft_comes_the_list(site):
    for measure in site.policy.measures:
        site.get(site.address(measure.id))
        onward = site.post(site.address(measure.id), action="accept")
    assert onward == "/review"
    assert "没有等着审核的草稿" in site.get(onward)


def test_what_another_changed_meanwhile_is_not_overwritten(site):
    measure, address = site.draft("一(一)")
    site.get(address)
    site.store.review(replace(measure, title="别人改的"), "draft")
    assert site.post(address, action="accept") == address
    assert "刚被别人改过" in site.get(address)
    assert site.store.decisions() == ()


# ---------------------------------------------------------------- correct


def form_of(site, address):
    return fields_of(site.get(f"{address}?edit=1"))


def test_saved_as_it_stands_the_form_changes_nothing(site):
    for measure in site.policy.measures:
        address = site.address(measure.id)
        site.post(address, **form_of(site, address))
        (decision,) = site.store.decisions(measure=measure.id)
        assert dump_measure(decision.after) == dump_measure(replace(measure, review="confirmed"))


def test_a_correction_with_units(site):
    measure, address = site.draft("一(一)")
    form = form_of(site, address)
    at = next(name for name, texts in form.items() if texts == ["2000 万元"])
    form |= {at: ["3亿元"], "b.a.cap": ["150万元"], "title": ["研发补助"], "why": ["看错了一行"]}
    site.post(address, **form)
    after = next(m for m in site.policy.measures if m.id == measure.id)
    assert (after.title, after.review, after.benefit.amount.cap) == ("研发补助", "confirmed", 1.5e6)
    assert 3e8 in [c.value for c in after.rule.of]
    assert site.store.decisions()[0].reason == "看错了一行"
    page = site.get(address)
    assert "机器原来读成" in page
    assert "2000 万元" in page


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"r.0.value": ["2000"]}, "没有单位"),
        ({"r.0.value": [""]}, "请写要比较的值"),
        ({"b.a.cap": ["很多"]}, "读不成一个数额"),
        ({"b.a.low": ["10"]}, "10%"),
        ({"title": [" "]}, "请写事项名称"),
        ({"b.a.base_kind": ["field"], "b.a.base": ["研发费"]}, "没有“研发费”这个指标"),
        ({"b.months": ["两年"]}, "期限请写月数"),
    ],
)
def test_what_cannot_be_read_comes_back_and_changes_nothing(site, typed, says):
    _, address = site.draft("一(一)")
    form = form_of(site, address) | typed
    site.post(address, status=400, **form)
    assert says in unescape(site.page)
    assert all(text.strip() in unescape(site.page) for texts in typed.values() for text in texts)
    assert site.store.decisions() == ()


def test_buttons_of_the_form_work_without_scripts(site):
    measure, address = site.draft("一(二)")
    form = form_of(site, address)
    site.post(address, status=200, **form, push="add:r")
    form = fields_of(site.page) | {"r.1.field": ["region"]}
    site.post(address, status=200, **form, push="show")
    form = fields_of(site.page)
    assert form["r.1.op"] == ["within"]
    form["r.1.value"] = ["济源市"]
    site.post(address, **form, push="")
    after = next(m for m in site.policy.measures if m.id == measure.id)
    assert after.rule == All((measure.rule.of[0], Condition("region", "within", ("419001",))))


def test_a_stale_form_keeps_what_was_typed(site):
    measure, address = site.draft("一(二)")
    form = form_of(site, address) | {"title": ["我改的"]}
    site.store.review(replace(measure, title="别人改的"), "draft")
    site.post(address, status=409, **form)
    assert "刚被别人改过" in site.page
    assert "我改的" in site.page


@settings(max_examples=25)
@given(rules(), benefits())
def test_any_measure_goes_through_the_form_unharmed(rule, benefit):
    """What the form can show it gives back; what it cannot read it names and does not save."""
    measure = Measure("m", "事项", rule, benefit)
    sheet = sheet_of(measure)
    after = corrected(sheet, measure)
    if after is None:
        assert list(sheet.problems())
        return
    assert after.rule == rule
    bare = {key: getattr(benefit, key) or None for key in ("frequency", "stacking", "discretion", "payment", "text")}
    assert after.benefit == replace(benefit, **bare)


RULES = [
    {"all": [{"field": "employees", "op": "between", "value": [10, 300], "period": "2023"}]},
    {"any": [{"field": "founded_on", "op": "ge", "value": "2020-01-01"}, {"not": {"field": "exclusion", "op": "has", "value": "严重失信"}}]},
    {"not": {"any": [{"field": "size_class", "op": "in", "value": ["micro", "small"]}, {"field": "industry", "op": "within", "value": ["C", "3240"]}]}},
    {"at_least": 2, "of": [{"field": "patents", "op": "ge", "value": 1}, {"field": "manual", "op": "confirm", "value": "有研发机构", "hints": {"kind": "subject"}}, {"field": "layoff_rate", "op": "eq", "value": 0}]},
    {"field": "event", "op": "during", "value": {"event": "首次升规", "from": "2023-01-01", "to": None}},
    {"all": [{"field": "qualification", "op": "has_any", "value": ["甲、乙类企业", "高新技术企业"]}]},
    {"all": []},
    {"field": "social_insurance_months", "op": "ge", "value": 12},
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_rule_goes_into_the_form_and_back(rule):
    read = parse_rule(rule)
    assert rule_of(group_of(read)) == read


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("text", "yuan"), [("200万元", 2e6), ("1.5亿元", 1.5e8), ("300 元", 300), ("0", 0), ("二十万元", 2e5)]
)
def test_sums_with_their_unit(text, yuan):
    assert read_money(text) == yuan


@pytest.mark.parametrize("text", ["2000", "3%", "10-20万元", "若干", ""])
def test_sums_that_would_be_a_guess(text):
    with pytest.raises(Unreadable):
        read_money(text)


@pytest.mark.parametrize("amount", [0.01, 1.005, 19999999.0, 123456789.12, 2e6, 1e15 / 3])
def test_a_sum_is_the_same_to_the_last_digit(amount):
    assert read_money(money_text(amount)) == amount


@pytest.mark.parametrize(("text", "share"), [("3%", 0.03), ("5‰", 0.005), ("2个百分点", 0.02), ("0", 0)])
def test_shares(text, share):
    assert read_share(text) == pytest.approx(share)


@pytest.mark.parametrize("names", [["甲", "乙"], ["甲、乙", "丙"], ["甲、乙"], ["一"]])
def test_names_in_a_line(names):
    assert split_members(join_members(names)) == names


@pytest.mark.parametrize(
    ("field", "op", "given", "value"),
    [
        ("social_insurance_months", "ge", {"value": ("1年",)}, 12),
        ("region", "within", {"value": ("济源市、河南省郑州市",)}, ["419001", "410100"]),
        ("founded_on", "ge", {"value": ("2023年7月1日",)}, "2023-07-01"),
        ("revenue", "between", {"low": ("2000万元",), "high": ("",)}, [2e7, None]),
    ],
)
def test_values_as_they_are_typed(field, op, given, value):
    assert read_value(registry()[field], op, given) == value


# ---------------------------------------------------------------- the buttons of a rule


A, B, C = (Condition("revenue", "ge", float(n)) for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("act", "where", "after"),
    [
        ("drop", [0], All((Any((B, C)),))),
        ("drop", [1, 0], All((A, Any((C,))))),
        ("wrap", [0], All((Any((A,)), Any((B, C))))),
        ("out", [1, 1], All((A, Any((B,)), C))),
        ("drop", [7], All((A, Any((B, C))))),
        ("out", [0], All((A, Any((B, C))))),
    ],
)
def test_a_rule_by_its_buttons(act, where, after):
    group = group_of(All((A, Any((B, C)))))
    press(group, act, where)
    assert rule_of(group) == after


def test_no_button_breaks_the_form():
    sheet = sheet_of(Measure("m", "事项", Not(A), parse_benefit({"kind": "service"})))
    for button in (
        "add:r",
        "group:r.0",
        "drop:r.9.9",
        "wrap:r.0",
        "tier",
        "untier:5",
        "cap",
        "uncap:0",
        "add:b.a.t0.w",
        "add:b.a.t9.w",
        "x",
        ":",
        "out:r",
    ):
        push(sheet, button)
    assert isinstance(sheet.rule.of[0], Group | Line)
    assert read_sheet({}).title == ""


# ---------------------------------------------------------------- split, merge


def test_a_measure_with_tiers_is_split_by_tier(site):
    measure, address = site.draft("一(三)")
    assert isinstance(measure.benefit.amount, Tiers)
    assert "按档拆成几项" in site.get(address)
    site.post(address, action="split")
    parts = [m for m in site.policy.measures if m.id.startswith(measure.id)]
    assert [part.benefit.amount for part in parts] == [Fixed(5e5), Fixed(2e5)]
    assert [part.review for part in parts] == ["draft", "draft"]
    assert [d.action for d in site.store.decisions()] == ["split", "split"]


def test_ids_of_parts_are_new():
    measure = Measure("m", "事项", Any((A, B)))
    first, second = acts.split(measure, {"m", "m+2"})
    assert (first.id, second.id) == ("m", "m+3")
    assert (first.rule, second.rule) == (All((A,)), All((B,)))


def test_two_drafts_are_merged(site):
    one, _ = site.draft("一(二)")
    other, address = site.draft("一(三)")
    assert "并入前一条草稿" in site.get(address)
    assert site.post(address, action="merge") == site.address(one.id)
    merged = next(m for m in site.policy.measures if m.id == one.id)
    assert other.id not in [m.id for m in site.policy.measures]
    assert merged.clauses == ("一(二)", "一(三)")
    assert [tier.amount for tier in merged.benefit.amount.tiers] == [Fixed(2e5), Fixed(5e5), Fixed(2e5)]
    assert merged.review == "draft"


def test_what_is_not_alike_is_not_merged():
    one, other = (Measure(k, k, A, parse_benefit({"kind": k})) for k in ("service", "loan"))
    with pytest.raises(InputError, match="不是一类支持"):
        acts.merge(one, other)


def test_what_both_ask_is_asked_once():
    one, other = (
        Measure(str(c.value), "", All((A, c)), parse_benefit({"kind": "service", "text": "服务"})) for c in (B, C)
    )
    assert acts.merge(one, other).rule == All((A, Any((All((B,)), All((C,))))))


# ---------------------------------------------------------------- cases


def test_a_correction_becomes_a_case_for_the_grammar(site):
    measure, address = site.draft("一(二)")
    site.post(address, **form_of(site, address) | {"b.a.value": ["30万元"], "why": ["金额读错"]})
    (case,) = [json.loads(line) for line in site.get("/review/cases.jsonl").splitlines()]
    assert case["text"] == "（二）对首次认定的高新技术企业给予20万元一次性奖励。"
    assert case["measures"][0]["benefit"]["amount"] == {"fixed": 300000}
    assert parse_rule(case["measures"][0]["rule"]) == measure.rule
    assert "confidence" not in json.dumps(case)
    assert case["note"] == "金额读错"


def test_a_rejected_clause_is_a_case_that_grants_nothing(site):
    _, address = site.draft("一(二)")
    site.get(address)
    site.post(address, action="reject:goal")
    (case,) = [json.loads(line) for line in site.get("/review/cases.jsonl").splitlines()]
    assert case["measures"] == []


def test_a_clause_with_an_open_draft_is_no_case_yet(site):
    _, address = site.draft("一(三)")
    site.get(address)
    site.post(address, action="split")
    site.post(address, **form_of(site, address))
    assert site.get("/review/cases.jsonl") == ""
    assert "另有 1 条条款只改了一部分" in site.get("/review")


def test_what_stood_is_a_case_on_demand(site):
    _, address = site.draft("一(一)")
    site.get(address)
    site.post(address, action="accept")
    assert site.get("/review/cases.jsonl") == ""
    assert len(site.get("/review/cases.jsonl?all=1").splitlines()) == 1


# ---------------------------------------------------------------- queue


def test_the_queue_keeps_a_place_for_what_it_leaves_out():
    drafts = tuple(
        Measure(str(n), "", Condition("revenue", "ge", 1.0, confidence=c), review="draft")
        for n, c in enumerate((0.9, 0.5, 0.9))
    )
    every = queue.waiting([Policy("p", "政策", measures=drafts)])
    sure = queue.waiting([Policy("p", "政策", measures=drafts)], {"confidence": "high"})
    assert [one.measure.id for one in sure] == ["0", "2"]
    assert queue.around(sure, every, "1") == ("0", "2")
    assert queue.around(sure, every, "2") == ("0", None)
    assert queue.around((), (), "gone") == (None, None)


def test_at_least_wants_a_number_it_can_have():
    group = group_of(AtLeast(1, (A, B)))
    group.n = "3"
    assert rule_of(group) is None
    assert "1 到 2" in group.problem


# ---------------------------------------------------------------- what the machine missed


def test_a_missed_measure_is_added_filled_in_and_outlives_a_new_reading(site):
    policy = site.policy
    page = site.get(f"/review/policies/{policy.id}")
    assert page.count("从这一条新增事项") == len(policy.clauses)
    path = policy.clauses[-1].path
    address = site.post(f"/review/policies/{policy.id}", clause=path)
    (added,) = [m for m in site.policy.measures if m not in policy.measures]
    assert (added.review, added.clauses) == ("draft", (path,))
    assert "edit=1" in address
    fields = fields_of(site.get(address))
    site.post(address.partition("?")[0], **{**fields, "action": "correct", "title": "补上的奖励"})
    kept = next(m for m in site.policy.measures if m.id == added.id)
    assert (kept.title, kept.review) == ("补上的奖励", "confirmed")
    anew = replace(policy, measures=tuple(m for m in policy.measures if m.review == "draft"))
    assert kept in recall(anew, site.store.decisions(policy=policy.id)).measures
    moved = replace(anew, clauses=(*anew.clauses[:-1], replace(anew.clauses[-1], text="条款换了内容")))
    assert kept.id not in {m.id for m in recall(moved, site.store.decisions(policy=policy.id)).measures}


def test_nothing_is_added_to_a_clause_that_is_not_there(site):
    site.get(f"/review/policies/{site.policy.id}")
    site.post(f"/review/policies/{site.policy.id}", 400, clause="第九十九条")
    assert site.client.get("/review/policies/没有").status_code == 404
