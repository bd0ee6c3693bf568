"""The catalogue looked over: what nobody can meet, what asks nothing, duplicates, windows."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings

from corpus.model import All, Any, Benefit, Condition, Fixed, Measure, Not, Policy, Window
from corpus.rules import parse_rule
from matcher.evaluate import evaluate
from matcher.facts import read_profile
from matcher.known import Facts
from matcher.review import KINDS, check_catalogue
from matcher.truth import ELIGIBLE, INELIGIBLE
from tests.matcher.profiles import profiles
from tests.strategies import rules

AS_OF = date(2024, 6, 30)
CASES = yaml.safe_load(Path(__file__).with_name("review.yaml").read_text("utf-8"))
FIELDS = ("revenue", "qualification", "region", "size_class", "exclusion", "patents")


def remarks(*measures, **policy):
    return check_catalogue([Policy("p", "政策", measures=measures, **policy)], AS_OF)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(case):
    found = remarks(Measure("m", "事项", parse_rule(case["rule"])))
    assert [remark.kind for remark in found] == case["kinds"]
    assert all(case.get("words", "") in remark.words for remark in found)
    assert all(remark.kind in KINDS for remark in found)


def test_duplicates_whatever_the_order_and_words():
    one, two = Condition("patents", "ge", 1.0, text="甲"), Condition("revenue", "ge", 5.0, text="乙")
    grant = Benefit("one_off_grant", Fixed(5.0))
    mine = (Measure("a", "甲", All((one, two)), grant), Measure("b", "乙", All((two, one)), grant))
    others = (Measure("c", "丙", All((two, one))), Measure("d", "丁", All((two,))))
    found = check_catalogue([Policy("p", "政策", measures=mine), Policy("q", "另一政策", measures=others)], AS_OF)
    assert [(remark.kind, remark.measure_id, remark.other) for remark in found] == [
        ("duplicate", "b", "a"),
        ("overlap", "c", "a"),
    ]


def test_an_older_version_that_has_ended_is_no_duplicate():
    measure = Measure("a", "甲", Condition("patents", "ge", 1.0))
    old = Policy("p", "旧", measures=(measure,), expires_on=date(2023, 12, 31))
    new = Policy("q", "新", measures=(replace(measure, id="b"),), effective_from=date(2024, 1, 1))
    assert check_catalogue([old, new], AS_OF) == ()
    assert [r.kind for r in check_catalogue([old, replace(new, effective_from=None)], AS_OF)] == ["duplicate"]


def test_one_policy_may_give_several_things_to_the_same():
    rule = Condition("patents", "ge", 1.0)
    assert remarks(Measure("a", "甲", rule, Benefit("one_off_grant")), Measure("b", "乙", rule, Benefit("loan"))) == ()


def test_a_threshold_in_the_wrong_unit():
    usual = [Measure(f"m{n}", "事项", Condition("revenue", "ge", n * 1e7)) for n in range(1, 9)]
    (found,) = remarks(*usual, Measure("odd", "漏了“万”", Condition("revenue", "ge", 2000.0, clause="三")))
    assert (found.kind, found.measure_id, found.clauses) == ("threshold", "odd", ("三",))
    assert "2,000 元" in found.words
    assert remarks(*usual[:5], Measure("odd", "太少，说不上中间", Condition("revenue", "ge", 2000.0))) == ()


def test_more_asked_and_less_given():
    def step(identity, revenue, yuan):
        rule = All((Condition("qualification", "has", "规上工业企业"), Condition("revenue", "ge", revenue)))
        return Measure(identity, identity, rule, Benefit("one_off_grant", Fixed(yuan)))

    (found,) = remarks(step("a", 1e8, 5e5), step("b", 5e8, 1e5), step("c", 1e9, 2e6))
    assert (found.kind, found.measure_id, found.other) == ("upside_down", "b", "a")
    assert remarks(step("a", 1e8, 5e5), step("b", 5e8, 5e5), step("c", 1e9, 2e6)) == ()


def test_nobody_would_choose_what_always_has_a_better():
    def grant(identity, rule, yuan, group="g"):
        return Measure(identity, identity, rule, Benefit("one_off_grant", Fixed(yuan), stacking=group))

    low = Condition("revenue", "ge", 1e7)
    high = All((Condition("revenue", "ge", 5e7), Condition("patents", "ge", 1.0)))
    (found,) = remarks(grant("small", high, 1e5), grant("big", low, 2e5))
    assert (found.kind, found.measure_id, found.other) == ("outdone", "small", "big")
    assert remarks(grant("small", low, 1e5), grant("big", high, 2e5)) == ()
    assert remarks(grant("small", high, 1e5, "one"), grant("big", low, 2e5, "two")) == ()


def test_two_that_shut_each_other_out():
    def asked(identity, *conditions):
        return Measure(identity, identity, All(conditions))

    title = Condition("qualification", "has", "高新技术企业")
    without = Condition("qualification", "lacks", ("高新技术企业", "瞪羚企业"))
    big, small = Condition("revenue", "ge", 1e8), Condition("revenue", "lt", 1e6)
    (found,) = remarks(asked("a", title, big), asked("b", without))
    assert (found.kind, found.measure_id, found.other) == ("shut_out", "b", "a")
    assert [one.other for one in remarks(asked("a", Not(title)), asked("b", title))] == ["a"]
    assert remarks(asked("a", big, title), asked("b", small, title)) == ()
    assert remarks(asked("a", Not(All((title, big)))), asked("b", title)) == ()
    assert remarks(asked("a", title), Measure("b", "b", Any((without, Condition("patents", "ge", 1.0))))) == ()


def test_a_window_outside_the_policys_term():
    (found,) = remarks(
        Measure("m", "事项", All(), window=Window(end=date(2023, 1, 1))), effective_from=date(2024, 1, 1)
    )
    assert found.kind == "window"
    assert "2023-01-01" in found.to_json()["words"]


@settings(max_examples=80)
@given(rules(FIELDS, max_leaves=5), profiles(FIELDS))
def test_never_and_always_are_never_refuted(rule, person):
    kinds = {remark.kind for remark in remarks(Measure("m", "事项", rule))}
    verdict = evaluate(rule, Facts(read_profile(person), AS_OF)).verdict
    assert not ("never" in kinds and verdict is ELIGIBLE)
    assert not ("always" in kinds and verdict is INELIGIBLE)
