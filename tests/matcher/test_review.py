"""The catalogue looked over: what nobody can meet, what asks nothing, duplicates, windows."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings

from corpus.model import All, Benefit, Condition, Fixed, Measure, Policy, Window
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
    found = remarks(
        Measure("a", "甲", All((one, two)), grant),
        Measure("b", "乙", All((two, one)), grant),
        Measure("c", "丙", All((two, one))),
        Measure("d", "丁", All((two,))),
    )
    assert [(remark.kind, remark.measure_id, remark.other) for remark in found] == [
        ("duplicate", "b", "a"),
        ("overlap", "c", "a"),
    ]


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
