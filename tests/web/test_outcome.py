"""What stands under 差一步: what one change within reach would bring about."""

from datetime import date

from corpus.model import Condition, Measure, Policy
from matcher.facts import read_profile
from matcher.match import match
from web.outcome import read_outcome


def test_a_sum_out_of_all_proportion_is_no_step():
    bounds = {"near": 3e7, "far": 1e10}
    measures = tuple(Measure(name, name, Condition("revenue", "ge", bound)) for name, bound in bounds.items())
    profile = read_profile({"id": "e", "facts": {"revenue": {"2023": 2.6e7}}})
    outcome = read_outcome(match([Policy("p", "政策", measures=measures)], profile, date(2024, 6, 30)))
    assert [one.measure.id for one in outcome.one_step] == ["near"]
    assert [one.measure.id for one in outcome.ineligible] == ["far"]
