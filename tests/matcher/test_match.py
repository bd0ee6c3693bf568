"""One enterprise against a catalogue: standings, order, drafts, bundle, questions, the JSON shape."""

from dataclasses import replace
from datetime import date

import pytest

from corpus.model import All, Benefit, Cap, Clause, Condition, Fixed, Measure, Policy, Window
from matcher.catalogue import compile_catalogue
from matcher.facts import read_profile
from matcher.match import match
from matcher.together import Received
from matcher.worth import worth_words
from tests.matcher.world import a_world

AS_OF = date(2024, 6, 30)
HIGH_TECH = Condition("qualification", "has", "高新技术企业", text="高新技术企业", clause="一")
ANYONE = All()
REVENUE = Condition("revenue", "ge", 20_000_000.0)


def measure(identity, rule=ANYONE, amount=None, **rest):
    benefit = (
        None if amount is None else Benefit("one_off_grant", Fixed(float(amount)), stacking=rest.pop("group", None))
    )
    return Measure(identity, f"事项{identity}", rule, benefit, **rest)


def policy(*measures, **rest):
    return Policy("p", "政策", measures=measures, clauses=(Clause("一", "对高新技术企业给予奖励。", page=3),), **rest)


def run(*policies, facts=None, as_of=AS_OF, **rest):
    return match(policies, read_profile({"id": "e", "facts": facts or {}, **rest}), as_of)


@pytest.mark.parametrize(
    ("dates", "standing", "says"),
    [
        ({"effective_from": date(2024, 6, 30)}, "eligible", None),
        ({"expires_on": date(2024, 6, 30)}, "eligible", None),
        ({"effective_from": date(2024, 7, 1)}, "not_yet_in_force", "2024-07-01"),
        ({"expires_on": date(2024, 6, 29)}, "expired", "2024-06-29"),
        ({"withdrawn": "被济管〔2024〕1号替代"}, "expired", "济管〔2024〕1号"),
    ],
)
def test_a_policy_that_is_not_in_force_gets_no_verdict_and_says_so(dates, standing, says):
    result = run(policy(measure("1"), **dates))
    found = result.matches[0]
    assert found.standing == standing
    assert found.finding is None or standing == "eligible"
    assert says is None or says in found.note
    assert found.missing == ()
    assert result.counts["not_in_force"] == (standing != "eligible")


@pytest.mark.parametrize("held", [["高新技术企业"], []])
def test_a_draft_is_never_firmer_than_unknown(held):
    found = run(policy(measure("1", HIGH_TECH, 100, review="draft")), facts={"qualification": held})
    assert found.counts == {"eligible": 0, "unknown": 1, "ineligible": 0, "not_in_force": 0}
    assert found.matches[0].missing == ("review",)
    assert "待审核" in found.matches[0].note
    assert found.matches[0].read.rank == (2 if held else 0)
    assert found.bundle.measures == ()


def test_a_rejected_measure_is_no_measure():
    assert run(policy(measure("1", review="rejected"))).matches == ()


def test_order_is_verdict_then_worth_then_last_day():
    late, soon = Window(end=date(2024, 12, 31)), Window(end=date(2024, 7, 31))
    result = run(
        policy(
            measure("ineligible", HIGH_TECH, 900),
            measure("unknown", REVENUE, 800),
            measure("small", amount=10),
            measure("late", amount=50, window=late),
            measure("soon", amount=50, window=soon),
            measure("closed", amount=90, window=Window(end=date(2024, 6, 29))),
            measure("draft", review="draft", amount=999),
        ),
        facts={"qualification": []},
    )
    assert [m.measure.id for m in result.matches] == [
        "soon",
        "late",
        "small",
        "closed",
        "unknown",
        "draft",
        "ineligible",
    ]
    closed = next(m for m in result.matches if m.measure.id == "closed")
    assert (closed.standing, closed.window) == ("eligible", "closed")
    assert "截止" in closed.note


@pytest.mark.parametrize("words", ["", "软件开发、工业设计"])
def test_the_first_few_are_those_of_the_whole_order(words):
    catalogue_policy, profiles = a_world(5, 60, 12)
    catalogue = compile_catalogue([catalogue_policy])
    for profile in profiles:
        profile["business_scope"] = words or None
        enterprise = read_profile(profile)
        whole = [found.measure.id for found in match(catalogue, enterprise, AS_OF).top(1000)]
        for n in (0, 1, 7, len(whole) - 1, len(whole)):
            assert [found.measure.id for found in match(catalogue, enterprise, AS_OF).top(n)] == whole[:n]


def test_the_bundle_has_one_of_each_group_and_the_highest_total():
    result = run(
        policy(
            measure("a", amount=100, group="就高不重复"),
            measure("b", amount=300, group="就高不重复"),
            measure("c", amount=50),
            measure("d", HIGH_TECH, 1000, group="就高不重复"),
        ),
        facts={"qualification": []},
    )
    assert set(result.bundle.measures) == {"b", "c"}
    assert (result.bundle.low, result.bundle.high) == (350.0, 350.0)
    assert [(left.measure_id, left.instead) for left in result.bundle.left] == [("a", "b")]


def test_what_is_left_out_names_the_clause_that_forbids_it():
    clauses = (Clause("一", "对首次升规的给予奖励。"), Clause("九", "同一事项按就高不重复原则执行。", page=7))
    grouped = replace(policy(measure("a", amount=100, group="g"), measure("b", amount=300, group="g")), clauses=clauses)
    silent = replace(policy(measure("c", amount=1, group="h"), measure("d", amount=2, group="h")), id="q")
    result = run(grouped, silent)
    spoken, unspoken = (left.to_json() for left in result.left_out)
    assert spoken["measure_id"] == "a"
    assert spoken["clause"] == {
        "policy_id": "p",
        "path": "九",
        "page": 7,
        "quote": "同一事项按就高不重复原则执行。",
    }
    assert unspoken["clause"] is None
    assert result.to_json()["bundle"]["left_out"] == [spoken, unspoken]


def test_the_range_of_the_bundle_holds_whichever_of_a_group_turns_out_best():
    open_one = replace(measure("open"), benefit=Benefit("one_off_grant", Fixed(500.0), stacking="g", discretion="择优"))
    result = run(policy(measure("sure", amount=100, group="g"), open_one))
    assert result.bundle.measures == ("sure",)
    assert (result.bundle.low, result.bundle.high) == (100.0, 500.0)


def test_what_was_had_already_is_not_in_the_bundle():
    old = replace(measure("old", amount=70, group="g"), benefit=Benefit("refund", Fixed(70.0), "yearly", "g"))
    catalogue = compile_catalogue([policy(measure("a", amount=100, group="g"), measure("b", amount=50), old)])

    def bundle(*received):
        return match(catalogue, read_profile({"id": "e"}), AS_OF, received=received).bundle

    assert bundle().measures == ("a", "b")
    assert bundle(Received("a")).measures == ("b",)
    assert bundle(Received("old", 70.0, date(2024, 1, 5))).measures == ("b",)
    # What is given every year was had in another: it may be had again.
    assert bundle(Received("old", 70.0, date(2023, 1, 5))).measures == ("a", "b")
    assert bundle(Received("no such measure", 70.0)).measures == ("a", "b")


def test_a_ceiling_that_measures_share_cuts_the_sum_and_names_its_clause():
    together = Cap("year", 120.0, "本政策")
    clauses = (
        Clause("一", "对高新技术企业给予一次性奖励 100 元。"),
        Clause("九", "同一企业年度累计奖励不超过 120 元。", page=7),
    )
    under = [
        replace(one, benefit=replace(one.benefit, caps=(together,)))
        for one in (measure("a", amount=100), measure("b", amount=50))
    ]
    policies = replace(policy(*under), clauses=clauses)
    result = run(policies)
    said = {"policy_id": "p", "path": "九", "page": 7, "quote": "同一企业年度累计奖励不超过 120 元。"}
    assert (result.bundle.low, result.bundle.high) == (120.0, 120.0)
    assert result.to_json()["bundle"]["limits"] == [
        {
            "group": "本政策",
            "per": "year",
            "amount": 120.0,
            "measures": ["a", "b"],
            "low": 150.0,
            "high": 150.0,
            "had": [0.0, 0.0],
            "clause": said,
        }
    ]
    spent = match(
        compile_catalogue([policies]), read_profile({"id": "e"}), AS_OF, received=[Received("a", 120.0, AS_OF)]
    )
    assert spent.bundle.measures == ()
    assert [(left.left.measure_id, left.clause) for left in spent.left_out][1] == ("b", said)


def test_questions_are_ordered_by_what_they_are_worth_and_stop_when_nothing_matters():
    policies = policy(
        measure("a", REVENUE, 1000),
        measure("b", All((REVENUE, HIGH_TECH)), 500),
        measure("c", Condition("manual", "confirm", "择优"), 20),
        measure("d", Condition("land_area", "ge", 1.0), 9999, review="draft"),
    )
    asked = run(policies).ask_next
    assert [question.field for question in asked] == ["revenue", "qualification", "manual"]
    assert asked[0].to_json()["settles"] == 2
    assert asked[0].worth_high == 1500
    assert asked[2].whats == ("择优",)
    answered = run(policies, facts={"revenue": 3e7, "qualification": []}, confirmations={"择优": True})
    assert answered.ask_next == ()


def test_the_json_shape():
    data = run(
        policy(measure("1", All((HIGH_TECH, REVENUE)), 100)), facts={"qualification": ["高新技术企业"]}
    ).to_json()
    assert data.keys() >= {"schema_version", "profile_id", "as_of", "counts", "matches", "bundle", "ask_next"}
    found = data["matches"][0]
    assert found["verdict"] == "unknown"
    assert found["status"] == "in_force"
    assert found["missing"] == ["revenue"]
    assert found["benefit"] == {"low": 100.0, "high": 100.0, "how": "100 元"}
    condition = found["conditions"][0]
    assert condition["path"] == "all[0]"
    assert condition["text"] == "高新技术企业"
    assert condition["clause"] == {"policy_id": "p", "path": "一", "page": 3, "quote": "对高新技术企业给予奖励。"}


def test_only_what_can_be_had_is_listed_unless_all_is_asked_for():
    result = run(policy(measure("a"), measure("b", HIGH_TECH), measure("c", REVENUE)), facts={"qualification": []})
    assert [m["measure_id"] for m in result.to_json()["matches"]] == ["a", "c"]
    assert len(result.to_json(all=True)["matches"]) == 3
    assert len(result.to_json(limit=1)["matches"]) == 1
    assert "符合 1，待核实 1，不符合 1" in result.to_text()


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(2e6, 2e6, "200 万元"), (0, 5e6, "最高 500 万元"), (1e4, 2e4, "1 万元至 2 万元"), (1e4, None, "1 万元以上")],
)
def test_worth_in_words(low, high, words):
    found = run(policy(measure("1", amount=1))).matches[0].benefit
    assert worth_words(replace(found, low=low, high=high)) == words


def test_a_compiled_catalogue_gives_the_same():
    policies = (policy(measure("1", HIGH_TECH, 5), measure("2", REVENUE)),)
    profile = read_profile({"id": "e", "facts": {"revenue": 1}})
    assert match(policies, profile, AS_OF).to_json() == match(compile_catalogue(policies), profile, AS_OF).to_json()
