"""What opens, closes, expires, and when an enterprise will come to qualify."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from corpus.model import All, Condition, Measure, Policy, Window
from corpus.rules import parse_rule
from matcher.facts import read_profile
from matcher.match import match
from matcher.timeline import timeline, to_ics

AS_OF = date(2024, 6, 30)
AGE = Condition("age_years", "ge", 3.0)


def moments(*measures, founded_on="2021-11-30", until=None, **policy):
    profile = read_profile({"id": "e", "facts": {"founded_on": founded_on}})
    return timeline(match([Policy("p", "政策", measures=measures, **policy)], profile, AS_OF), until)


def test_windows_and_terms_of_what_can_be_had():
    window = Window(date(2024, 7, 1), date(2024, 9, 30))
    found = moments(Measure("m", "事项", All(), window=window), expires_on=date(2025, 12, 31))
    assert [(m.on, m.kind) for m in found] == [
        (date(2024, 7, 1), "opens"),
        (date(2024, 9, 30), "closes"),
        (date(2025, 12, 31), "expires"),
    ]


def test_the_day_on_which_age_is_reached():
    (found,) = moments(Measure("m", "事项", AGE))
    assert (found.on, found.kind) == (date(2024, 11, 30), "qualifies")
    assert "成立年限不低于3 年" in found.words


def test_not_if_the_policy_has_ended_by_then_or_more_than_time_is_wanting():
    assert moments(Measure("m", "事项", AGE), expires_on=date(2024, 11, 29)) == ()
    assert moments(Measure("m", "事项", AGE, window=Window(end=date(2024, 11, 29)))) == ()
    more = All((AGE, Condition("founded_on", "ge", date(2022, 1, 1))))
    assert moments(Measure("m", "事项", more)) == ()


def test_a_policy_that_will_take_effect():
    (found,) = moments(Measure("m", "事项", All()), effective_from=date(2025, 1, 1))
    assert (found.on, found.kind) == (date(2025, 1, 1), "takes_effect")


def test_only_up_to_the_day_asked_for():
    assert moments(Measure("m", "事项", AGE), until=date(2024, 11, 29)) == ()
    assert len(moments(Measure("m", "事项", AGE), until=date(2024, 11, 30))) == 1


def test_as_a_calendar():
    made = to_ics(moments(Measure("m", "稳岗返还", AGE)), "某公司", AS_OF)
    text = made.decode("utf-8")
    assert text.startswith("BEGIN:VCALENDAR")
    assert "DTSTART;VALUE=DATE:20241130" in text
    assert "稳岗返还" in text
    assert made == to_ics(moments(Measure("m", "稳岗返还", AGE)), "某公司", AS_OF)


CASES = yaml.safe_load((Path(__file__).parent / "timeline.yaml").read_text(encoding="utf-8"))


def kept(case):
    """The entries of a case that hold only if figures are kept."""
    profile = read_profile({"id": "e", "facts": parse_days(case["facts"])})
    measure = Measure("m", "事项", parse_rule(parse_days(case["rule"])))
    policies = [Policy("p", "政策", measures=(measure,), expires_on=case.get("expires_on"))]
    return [m for m in timeline(match(policies, profile, AS_OF)) if m.kind == "qualifies_if_kept"]


def parse_days(data):
    """YAML's days as JSON has them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_if_figures_are_kept(case):
    found = kept(case)
    assert [m.on for m in found] == ([case["day"]] if "day" in case else [])
    for words in case.get("words", []):
        assert words in found[0].words


def test_what_holds_only_if_figures_are_kept_is_said_so_in_the_calendar():
    text = to_ics(tuple(kept(CASES[0])), "某公司", AS_OF).decode("utf-8").replace("\r\n ", "")
    assert "SUMMARY:保持下去可满足：事项" in text
    assert "DESCRIPTION:如果营业收入（2024年2500 万元）保持下去" in text
