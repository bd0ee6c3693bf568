"""What one more thing done would open."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import All, Benefit, Cap, Condition, Fixed, Measure, Policy
from matcher.bundle import Candidate, Had, best_bundle
from matcher.facts import read_profile
from matcher.gain import gain
from matcher.match import match
from matcher.together import Received
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


@pytest.mark.parametrize(
    ("field", "value", "facts", "advised"),
    [
        ("revenue", 1_000, {"revenue": 100}, True),
        ("revenue", 100_000_000_000, {"revenue": 20_000_000}, False),
        ("revenue", 1_000, {"revenue": 0}, False),
        # Of what there is nothing yet, the revenue is the measure; where it is not known, nothing is left out.
        ("rd_spend", 1_000_000, {"rd_spend": 0, "revenue": 500_000}, True),
        ("rd_spend", 100_000_000, {"rd_spend": 0, "revenue": 500_000}, False),
        ("rd_spend", 100_000_000, {"rd_spend": 0}, True),
        # Heads and patents are few, and a first one is a step.
        ("patents", 20, {"patents": 1}, True),
    ],
)
def test_a_sum_out_of_all_proportion_is_not_one_more_thing(field, value, facts, advised):
    policy = Policy("p", "p", measures=(measure("a", 10, Condition(field, "ge", float(value))),))
    assert bool(match([policy], read_profile({"id": "e", "facts": facts}), AS_OF).openings) is advised


def test_a_share_in_yuan_at_present_revenue():
    policy = Policy("p", "p", measures=(measure("a", 10, Condition("rd_ratio", "ge", 0.03)),))
    profile = read_profile({"id": "e", "facts": {"revenue": 95_000_000, "rd_ratio": 0.026}})
    (opening,) = match([policy], profile, AS_OF).openings
    assert "差 0.4 个百分点（按现有营业收入约研发费用 38 万元）" in opening.words


@pytest.mark.parametrize(
    ("field", "op", "value", "have", "advised"),
    [
        ("employees", "le", 30.0, 200, False),
        ("assets", "lt", 5e7, 9e7, False),
        ("employees", "ge", 300.0, 200, True),
        ("layoff_rate", "le", 0.055, 0.08, True),
        ("layoff_rate", "ge", 0.055, 0.01, False),
        ("size_class", "le", "small", "medium", False),
        ("qualification", "lacks", "高新技术企业", ["高新技术企业"], False),
    ],
)
def test_nobody_is_advised_to_shrink(field, op, value, have, advised):
    policy = Policy("p", "p", measures=(measure("a", 10, Condition(field, op, value)),))
    found = match([policy], read_profile({"id": "e", "facts": {field: have}}), AS_OF)
    assert found.counts["ineligible"] == 1
    assert bool(found.openings) is advised


@pytest.mark.parametrize(
    ("held", "wanted", "advised"),
    [
        ([], "国家级专精特新小巨人企业", False),
        ([], "增值税小规模纳税人", False),
        (["省级专精特新中小企业"], "国家级专精特新小巨人企业", True),
        ([], "创新型中小企业", True),
        ([], "省级制造业创新中心", True),
        ([], ["国家级专精特新小巨人企业", "高新技术企业"], True),
    ],
)
def test_a_title_several_steps_up_is_not_one_more_thing(held, wanted, advised):
    condition = (
        Condition("qualification", "has", wanted)
        if isinstance(wanted, str)
        else Condition("qualification", "has_any", tuple(wanted))
    )
    policy = Policy("p", "p", measures=(measure("a", 10, condition),))
    found = match([policy], read_profile({"id": "e", "facts": {"qualification": held}}), AS_OF)
    assert bool(found.openings) is advised


def test_what_is_for_another_trade_is_no_opening():
    rule = Condition("qualification", "has", "国家级科技企业孵化器")
    policy = Policy("p", "p", measures=(Measure("a", "科技企业孵化器免税", rule, Benefit("tax_cut")),))
    for industry, opened in (("3240", 0), ("7540", 1)):
        profile = read_profile({"id": "e", "facts": {"qualification": [], "industry": industry}})
        assert len(match([policy], profile, AS_OF).openings) == opened


def test_what_was_had_already_shuts_out_its_group():
    def worth(n):
        return Estimate(float(n), float(n), money=True)

    candidates = [Candidate("a", "g", worth(10)), Candidate("b", "g", worth(5)), Candidate("c", None, worth(1))]
    assert best_bundle(candidates).measures == ("a", "c")
    bundle = best_bundle(candidates, received=[Had("b", "g")])
    assert bundle.measures == ("c",)
    assert {(left.measure_id, left.instead) for left in bundle.left} == {("a", "b"), ("b", "b")}


def grouped(identity, amount, group, *conditions, caps=()):
    return Measure(
        identity, identity, All(conditions), Benefit("one_off_grant", Fixed(float(amount)), stacking=group, caps=caps)
    )


TITLE = Condition("qualification", "has", "高新技术企业")


@pytest.mark.parametrize(
    ("measures", "low", "high"),
    [
        # Of what one change opens only the best of a group is had.
        ([grouped("a", 30, "组", TITLE), grouped("b", 20, "组", TITLE)], 30, 30),
        # Of a group that something can be had of already, only what is better.
        ([grouped("a", 30, "组", TITLE), grouped("had", 20, "组")], 10, 10),
        ([grouped("a", 30, "组", TITLE), grouped("had", 50, "组")], 0, 0),
        ([grouped("a", 30, None, TITLE), grouped("had", 50, "组")], 30, 30),
        # Under a ceiling that something is under already, only what is left of it.
        ([grouped("a", 30, None, TITLE, caps=(Cap("year", 60.0, "本办法"),)), grouped("had", 50, None, caps=(Cap("year", 60.0, "本办法"),))], 10, 10),
    ],
)  # fmt: skip
def test_what_comes_on_top_of_what_can_be_had_already(measures, low, high):
    profile = read_profile({"id": "e", "facts": {"qualification": []}})
    (found,) = match([Policy("p", "p", measures=tuple(measures))], profile, AS_OF).openings
    assert (found.low, found.high) == (low, high)


def test_what_was_received_opens_nothing_more():
    profile = read_profile({"id": "e", "facts": {"qualification": []}})
    policy = Policy("p", "p", measures=(grouped("a", 30, "组", TITLE), grouped("had", 20, "组")))
    (found,) = match([policy], profile, AS_OF, received=[Received("had", 20.0)]).openings
    assert found.high == 0


RANGES = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted)
SOME = st.lists(st.tuples(st.sampled_from([None, "甲", "乙"]), RANGES), max_size=4)


@given(SOME, SOME, st.data())
def test_the_true_gain_is_inside(can, opens, data):
    """With one true worth of each, what the bundle grows by is between both ends."""

    def made(name, some, pick):
        return [Candidate(f"{name}{i}", group, pick(ends)) for i, (group, ends) in enumerate(some)]

    def known(ends):
        return Estimate(*(float(end) for end in ends), "", money=True)

    def true(ends):
        one = float(data.draw(st.integers(*ends)))
        return Estimate(one, one, "", money=True)

    found = gain(made("o", opens, known), made("c", can, known))
    have, more = made("c", can, true), made("o", opens, true)
    growth = best_bundle([*have, *more]).low - best_bundle(have).low
    assert found.low - 0.01 <= growth <= found.high + 0.01
