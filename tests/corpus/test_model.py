"""The vocabulary: values that cannot change, and the term of a policy to the day."""

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given

from corpus.model import Condition, Policy, term_on
from tests.strategies import DAYS, policies

START, END = date(2024, 1, 1), date(2024, 12, 31)


@pytest.mark.parametrize(
    ("start", "end", "as_of", "term"),
    [
        (START, END, date(2023, 12, 31), "not_yet_in_force"),
        (START, END, START, "in_force"),
        (START, END, END, "in_force"),
        (START, END, date(2025, 1, 1), "expired"),
        (None, END, date(1990, 1, 1), "in_force"),
        (START, None, date(2099, 1, 1), "in_force"),
        (None, None, date(2024, 6, 1), "in_force"),
        (START, START, START, "in_force"),
    ],
)
def test_both_days_are_included_and_a_missing_end_is_open(start, end, as_of, term):
    assert term_on(Policy("p", "政策", effective_from=start, expires_on=end), as_of) == term


@pytest.mark.parametrize(
    ("on", "as_of", "term"),
    [
        (None, date(1990, 1, 1), "expired"),
        (date(2024, 6, 1), date(2024, 5, 31), "in_force"),
        (date(2024, 6, 1), date(2024, 6, 1), "expired"),
        (date(2024, 6, 1), date(2023, 6, 1), "not_yet_in_force"),
    ],
)
def test_a_withdrawn_policy_has_ended_from_that_day(on, as_of, term):
    policy = Policy("p", "政策", effective_from=START, expires_on=END, withdrawn="废止", withdrawn_on=on)
    assert term_on(policy, as_of) == term


@given(policies(max_measures=0), DAYS)
def test_a_policy_that_has_expired_stays_expired(drawn, day):
    for policy in drawn:
        if term_on(policy, day) == "expired":
            assert term_on(policy, day + timedelta(days=1)) == "expired"
        if term_on(policy, day) == "not_yet_in_force" and policy.withdrawn is None:
            assert term_on(policy, day - timedelta(days=1)) == "not_yet_in_force"


def test_values_are_frozen_and_equal_conditions_are_one_key():
    one, other = Condition("revenue", "ge", 1.0, text="甲"), Condition("revenue", "ge", 1.0, text="乙")
    assert {one: "found"}[other] == "found"
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.value = 2.0
