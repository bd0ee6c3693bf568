"""The first day on which a number by year can come out otherwise, against trying every year that is not over."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Condition
from matcher.facts import read_profile
from matcher.judge import judge
from matcher.known import Facts
from matcher.match import match
from matcher.soonest import soonest
from matcher.truth import ELIGIBLE, INELIGIBLE
from tests.matcher.test_match import measure, policy

AS_OF = date(2024, 6, 30)
PERIODS = [
    None,
    "this_year",
    "2022",
    "2024",
    "each_of_last_2",
    "each_of_last_3",
    "any_of_last_2",
    "any_of_last_3",
    "sum_of_last_2",
    "avg_of_last_3",
]
FAR = 1e6


def facts_on(day, by_year):
    facts = {"revenue": {str(year): value for year, value in by_year.items()}}
    return Facts(read_profile({"id": "e", "as_of": str(AS_OF), "facts": facts}), day)


def tried(condition, wanted, by_year):
    """The first day of those that count on which some figures of the years not over give the verdict wanted."""
    for later in range(6):
        day = AS_OF if later == 0 else date(AS_OF.year + later, 1, 1)
        open_years = range(AS_OF.year, AS_OF.year + later + 1)
        for chosen in itertools.product([-FAR, FAR], repeat=len(open_years)):
            figures = {**by_year, **dict(zip(open_years, chosen, strict=True))}
            if judge(condition, facts_on(day, figures)) is wanted:
                return day
    return None


@given(
    st.sampled_from(PERIODS),
    st.sampled_from(["ge", "lt"]),
    st.sampled_from([ELIGIBLE, INELIGIBLE]),
    st.lists(st.sampled_from([10.0, 50.0, 100.0]), min_size=4, max_size=4),
)
def test_it_is_the_first_day_on_which_anything_would_do(period, op, wanted, past):
    by_year = dict(zip(range(AS_OF.year - 4, AS_OF.year), past, strict=True))
    condition = Condition("revenue", op, 60.0, period)
    if judge(condition, facts_on(AS_OF, by_year)) is wanted:
        return
    assert soonest(condition, wanted, facts_on(AS_OF, by_year)) == tried(condition, wanted, by_year)


@pytest.mark.parametrize(
    ("period", "expires_on", "in_time", "says"),
    [
        (None, None, None, "（差 10 元）（最早 2025-01-01 才可能满足）"),
        (None, date(2025, 1, 1), True, "（差 10 元）（最早 2025-01-01 才可能满足）"),
        (None, date(2024, 12, 31), False, "（最早 2025-01-01 才可能满足，而 2024-12-31 截止，赶不上）"),
        ("2023", date(2030, 1, 1), False, "（所问的年度已经过去，改变不了）"),
        ("this_year", date(2024, 12, 31), True, "营业收入（2024年）不低于100 元（差 50 元）"),
    ],
)
def test_whether_what_is_missing_can_be_had_in_time(period, expires_on, in_time, says):
    asked = measure("m", Condition("revenue", "ge", 100.0, period))
    profile = read_profile({"id": "e", "facts": {"revenue": {"2023": 90, "2024": 50}}})
    (found,) = match([policy(asked, expires_on=expires_on)], profile, AS_OF).matches
    assert found.in_time is in_time
    assert found.to_json()["near_miss_in_time"] is in_time
    assert found.near_words.endswith(says)


def test_age_is_told_in_months_and_held_against_the_last_day():
    asked = measure("m", Condition("age_years", "ge", 3.0))
    profile = read_profile({"id": "e", "facts": {"founded_on": "2021-11-30"}})
    (found,) = match([policy(asked, expires_on=date(2024, 11, 29))], profile, AS_OF).matches
    assert "差 5 个月，到 2024-11-30 即满足" in found.near_words
    assert found.in_time is False
