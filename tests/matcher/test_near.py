"""The least that would have to change: exact over the rule tree, in the clause's own units."""

from datetime import date
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import All, Any, AtLeast, Condition
from corpus.rules import parse_rule
from matcher.evaluate import evaluate
from matcher.facts import read_profile
from matcher.known import Facts
from matcher.near import near_miss
from matcher.suppose import suppose
from matcher.truth import ELIGIBLE, INELIGIBLE
from tests.matcher.profiles import profiles
from tests.strategies import rules

AS_OF = date(2024, 6, 30)


def near(rule, **facts):
    known = Facts(read_profile({"id": "e", "facts": facts}), AS_OF)
    return near_miss(evaluate(parse_rule(rule), known), known)


def test_the_distance_in_the_fields_own_unit():
    (change,) = near({"all": [{"field": "revenue", "op": "ge", "value": 2e7}]}, revenue=1.8e7)
    assert change.to_json() == {
        "path": "all[0]",
        "field": "revenue",
        "op": "ge",
        "need": 20000000,
        "have": 1.8e7,
        "gap": 2000000,
        "confirm": False,
        "reached_on": None,
        "possible_from": "2025-01-01",
        "words": "营业收入（2023年）不低于2000 万元（差 200 万元）",
    }


def test_the_cheaper_branch():
    rule = {"any": [{"field": "revenue", "op": "ge", "value": 2e7}, {"field": "patents", "op": "ge", "value": 10}]}
    assert [change.condition.field for change in near(rule, revenue=1.9e7, patents=1)] == ["revenue"]
    assert [change.condition.field for change in near(rule, revenue=1e6, patents=9)] == ["patents"]


def test_fewer_changes_go_before_shorter_ones():
    two = {"all": [{"field": "patents", "op": "ge", "value": 10}, {"field": "land_area", "op": "ge", "value": 100}]}
    rule = {"any": [two, {"field": "revenue", "op": "ge", "value": 100}]}
    assert [c.condition.field for c in near(rule, patents=9, land_area=99, revenue=50)] == ["revenue"]


def test_nobody_moves_or_is_refounded():
    assert near({"field": "region", "op": "within", "value": ["419001"]}, region="110108") == ()
    assert near({"field": "founded_on", "op": "ge", "value": "2021-01-01"}, founded_on="2014-01-01") == ()
    assert near({"field": "age_years", "op": "le", "value": 5}, founded_on="2014-01-01") == ()


def test_age_is_reached_on_a_day():
    (change,) = near({"field": "age_years", "op": "ge", "value": 3}, founded_on="2021-11-30")
    assert change.reached_on == date(2024, 11, 30)
    assert "2024-11-30" in change.words


def test_what_is_unknown_beside_is_to_be_confirmed():
    rule = {
        "all": [{"field": "patents", "op": "ge", "value": 10}, {"field": "manual", "op": "confirm", "value": "择优"}]
    }
    changes = near(rule, patents=9)
    assert [change.confirm for change in changes] == [False, True]
    assert "择优" in changes[1].words


def test_nothing_where_it_is_reached_or_not_known():
    assert near({"all": []}) == ()
    assert near({"field": "revenue", "op": "ge", "value": 1}) == ()


@pytest.mark.parametrize(("n", "fields"), [(1, ["patents"]), (2, ["patents", "invention_patents"])])
def test_at_least(n, fields):
    names = ("patents", "invention_patents", "land_area")
    rule = {"at_least": n, "of": [{"field": name, "op": "ge", "value": 10} for name in names]}
    assert [c.condition.field for c in near(rule, patents=9, invention_patents=8, land_area=1)] == fields


# Conditions that all fail or hold at will, so that every set of changes can be tried.
ATOMS = [Condition("qualification", "has", f"称号{i}") for i in range(5)]


def trees():
    return st.recursive(
        st.sampled_from(ATOMS),
        lambda inner: st.one_of(
            st.builds(All, st.lists(inner, max_size=3).map(tuple)),
            st.builds(Any, st.lists(inner, max_size=3).map(tuple)),
            st.builds(AtLeast, st.integers(0, 3), st.lists(inner, max_size=3).map(tuple)),
        ),
        max_leaves=8,
    )


def verdict(rule, held):
    return evaluate(rule, holding(held))


def holding(held):
    return Facts(read_profile({"id": "e", "facts": {"qualification": sorted(held)}}), AS_OF)


@given(trees(), st.sets(st.sampled_from([a.value for a in ATOMS])))
def test_no_smaller_set_of_changes_would_do(rule, held):
    finding = verdict(rule, held)
    if finding.verdict is not INELIGIBLE:
        return
    changes = near_miss(finding, holding(held))
    wanted = {change.condition.value for change in changes}
    lacking = sorted({a.value for a in ATOMS} - held)
    ways = [set(way) for way in chain.from_iterable(combinations(lacking, k) for k in range(len(lacking) + 1))]
    enough = [way for way in ways if verdict(rule, held | way).verdict is ELIGIBLE]
    if enough:
        assert verdict(rule, held | wanted).verdict is ELIGIBLE
        assert len(wanted) == min(map(len, enough))
    else:
        assert not changes


def test_what_must_not_hold():
    rule = {"not": {"field": "revenue", "op": "ge", "value": 100}}
    (change,) = near(rule, revenue=120)
    assert "不再是" in change.words


def test_a_way_that_breaks_another_condition_is_none():
    low, high = {"field": "revenue", "op": "lt", "value": 50}, {"field": "revenue", "op": "ge", "value": 100}
    assert near({"all": [low, high]}, revenue=40) == ()
    other = {"field": "patents", "op": "ge", "value": 5}
    found = near({"all": [low, {"any": [high, other]}]}, revenue=40, patents=0)
    assert [change.condition.field for change in found] == ["patents"]


@settings(max_examples=60)
@given(rules(("revenue", "patents", "qualification", "exclusion", "credit_level", "manual")), st.data())
def test_a_near_miss_leads_there(rule, data):
    facts = data.draw(profiles(("revenue", "patents", "qualification", "exclusion", "credit_level")))
    known = Facts(read_profile(facts), AS_OF)
    finding = evaluate(rule, known)
    changes = near_miss(finding, known)
    after = suppose(known, {change.condition: change.wanted for change in changes if not change.confirm})
    if changes and after:
        assert evaluate(rule, after).verdict is not INELIGIBLE
