"""What one more thing done would open."""

from datetime import date

from corpus.model import All, Benefit, Condition, Fixed, Measure, Policy
from matcher.bundle import Candidate, best_bundle
from matcher.facts import read_profile
from matcher.match import match
from matcher.worth import Estimate

AS_OF = date(2024, 6, 30)


def measure(identity, amount, *conditions):
    return Measure(identity, identity, All(conditions), Benefit("one_off_grant", Fixed(float(amount))))


def test_a_higher_threshold_opens_the_lower_ones_too():
    revenue = [Condition("revenue", "ge", float(n)) for n in (100, 200)]
    title = Condition("qualification", "has", "高新技术企业")
    policy = Policy(
        "p",
        "p",
        measures=(
            measure("a", 10, revenue[0]),
            measure("b", 20, revenue[1]),
            measure("c", 25, title),
            measure("two", 999, title, revenue[0]),
        ),
    )
    profile = read_profile({"id": "e", "facts": {"revenue": 50, "qualification": []}})
    found = match([policy], profile, AS_OF).openings
    assert [(opening.field, opening.measures, opening.high) for opening in found] == [
        ("revenue", ("a", "b"), 30.0),
        ("qualification", ("c",), 25.0),
        ("revenue", ("a",), 10.0),
    ]


def test_a_share_in_yuan_at_present_revenue():
    policy = Policy("p", "p", measures=(measure("a", 10, Condition("rd_ratio", "ge", 0.03)),))
    profile = read_profile({"id": "e", "facts": {"revenue": 95_000_000, "rd_ratio": 0.026}})
    (opening,) = match([policy], profile, AS_OF).openings
    assert "差 0.4 个百分点（按现有营业收入约研发费用 38 万元）" in opening.words


def test_what_was_had_already_shuts_out_its_group():
    def worth(n):
        return Estimate(float(n), float(n), money=True)

    candidates = [Candidate("a", "g", worth(10)), Candidate("b", "g", worth(5)), Candidate("c", None, worth(1))]
    assert best_bundle(candidates).measures == ("a", "c")
    bundle = best_bundle(candidates, received={"b": "g"})
    assert bundle.measures == ("c",)
    assert {(left.measure_id, left.instead) for left in bundle.left} == {("a", "b"), ("b", "b")}
