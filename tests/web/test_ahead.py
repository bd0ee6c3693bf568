"""What lies ahead, on the page of a result and as a calendar."""

from datetime import date

import pytest

from corpus.model import All, Benefit, Condition, Fixed, Measure, Policy, Window
from matcher.facts import read_profile
from matcher.match import match
from web.ahead import calendar, read_ahead

TODAY = date(2024, 6, 30)


def grant(identity, title, *conditions, window=None, review="confirmed"):
    return Measure(
        identity, title, All(conditions), Benefit("one_off_grant", Fixed(200_000.0)), window=window, review=review
    )


@pytest.fixture
def judged():
    more = Condition("revenue", "ge", 2e7)
    age = Condition("age_years", "ge", 3.0)
    measures = (
        grant("a", "规上奖励", more),
        grant("b", "成长奖励", Condition("revenue", "ge", 1.5e7)),
        grant("c", "满三年奖励", age),
        grant("d", "设备补助", window=Window(end=date(2024, 9, 30))),
        grant("e", "草稿", window=Window(end=date(2024, 8, 1)), review="draft"),
    )
    facts = {"revenue": 1.2e7, "founded_on": "2021-11-30"}
    profile = read_profile({"id": "E-1", "name": "某公司", "facts": facts})
    return match([Policy("p", "政策", measures=measures, expires_on=date(2025, 12, 31))], profile, TODAY)


def test_the_thing_that_brings_most_is_first(judged):
    first, second = read_ahead(judged).chances
    assert first.opening.words == "营业收入（2023年）不低于2000 万元（差 800 万元）"
    assert first.measures == (("a", "规上奖励"), ("b", "成长奖励"))
    assert first.worth == "40 万元"
    assert (second.measures, second.worth) == ((("b", "成长奖励"),), "20 万元")


def test_days_are_gathered_and_a_draft_promises_none(judged):
    days = read_ahead(judged).days
    assert [(day.on, [kind for kind, _ in day.events]) for day in days] == [
        (date(2024, 9, 30), ["申报截止"]),
        (date(2024, 11, 30), ["届时满足年限"]),
        (date(2025, 12, 31), ["政策到期"]),
    ]


def test_more_days_than_are_shown_are_counted():
    measures = [grant(f"m{n}", "奖励", window=Window(end=date(2024, 7, n))) for n in range(1, 13)]
    profile = read_profile({"id": "E-1", "facts": {}})
    ahead = read_ahead(match([Policy("p", "政策", measures=tuple(measures))], profile, TODAY))
    assert (len(ahead.days), ahead.more) == (8, 4)


def test_the_calendar_has_them_all(judged, app):
    with app.app_context():
        response = calendar(judged)
    text = response.data.decode("utf-8")
    assert text.count("BEGIN:VEVENT") == 3
    assert "filename*=UTF-8''%E6" in response.headers["Content-Disposition"]
