"""What a measure is worth: worked cases, and that the true amount is always inside the range."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpus.benefits import CAP_UNITS, parse_benefit
from corpus.model import All, Benefit, Cap, Each, Fixed, Measure, Policy, Rate, Tier, Tiers
from corpus.rules import parse_rule
from matcher.facts import read_profile
from matcher.known import Facts
from matcher.match import match
from matcher.worth import Basis, estimate
from tests.strategies import conditions

CASES = yaml.safe_load(Path(__file__).with_name("worth.yaml").read_text("utf-8"))
AS_OF = date(2024, 6, 30)
ANYONE = All()


def worth_of(benefit, facts, parameters=None, rule=ANYONE):
    measure = Measure("m", "事项", rule, benefit)
    return estimate(
        measure, Basis(Facts(read_profile({"id": "e", "facts": facts}), AS_OF), parameters=parameters or {})
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(case):
    benefit = None if case["benefit"] is None else parse_benefit(case["benefit"])
    found = worth_of(benefit, case.get("facts", {}), case.get("parameters"), parse_rule(case.get("rule", {"all": []})))
    assert (found.low, found.high) == (case["low"], case["high"])
    assert case.get("how", "") in found.how
    assert [missing.key for missing in found.missing] == case.get("missing", [m.key for m in found.missing])
    assert found.money == case.get("money", found.money)


NUMBERS = ("revenue", "equipment_spend", "new_hires", "patents")
FACTS = st.fixed_dictionaries({name: st.integers(0, 1000) for name in NUMBERS})
SUM = st.integers(0, 500).map(float)
BASES = st.sampled_from(NUMBERS)
BOUND = st.none() | SUM


@st.composite
def rates(draw):
    low, high = sorted((draw(st.floats(0, 1)), draw(st.floats(0, 1))))
    ends = sorted((draw(SUM), draw(SUM)))
    floor, cap = (None, draw(BOUND)) if draw(st.booleans()) else ends
    above, up_to = sorted((draw(SUM), draw(SUM))) if draw(st.booleans()) else (None, draw(BOUND))
    return Rate(low, high, draw(BASES), cap, floor, above, up_to, draw(st.none() | BASES))


SIMPLE = st.one_of(st.builds(Fixed, SUM), rates(), st.builds(Each, SUM, BASES, BOUND))
AMOUNTS = SIMPLE | st.builds(
    Tiers,
    st.lists(st.builds(Tier, conditions(NUMBERS), SIMPLE), min_size=1, max_size=3).map(tuple),
    st.sampled_from(["first", "highest", "sum"]),
)
BENEFITS = st.builds(
    Benefit,
    st.just("one_off_grant"),
    AMOUNTS,
    frequency=st.sampled_from([None, "once", "yearly", "monthly"]),
    months=st.none() | st.integers(1, 36),
    by_year=st.just(()) | st.just((0.5, 0.3)),
    caps=st.lists(st.builds(Cap, st.sampled_from(list(CAP_UNITS)), SUM), max_size=2).map(tuple),
)


@given(st.floats(0, 1), st.lists(st.integers(0, 1000), min_size=1, max_size=4), SUM, SUM)
def test_what_several_projects_bring_is_inside(rate, projects, each, most):
    """However many projects there are: a share of each, none over its own ceiling, and of all no more than theirs."""
    caps = (Cap("project", min(each, most)), Cap("year", max(each, most)))
    found = worth_of(Benefit("proportional_grant", Rate(rate, rate, "revenue"), caps=caps), {"revenue": sum(projects)})
    truth = min(sum(min(rate * one, caps[0].amount) for one in projects), caps[1].amount)
    assert found.low - 0.01 <= truth <= found.high + 0.01


@given(BENEFITS, FACTS, st.sets(st.sampled_from(NUMBERS)))
def test_what_is_not_known_widens_and_never_moves_the_range(benefit, facts, hidden):
    whole = worth_of(benefit, facts)
    part = worth_of(benefit, {name: value for name, value in facts.items() if name not in hidden})
    assert part.low is None or (whole.low is not None and part.low <= whole.low)
    assert part.high is None or (whole.high is not None and part.high >= whole.high)
    if not hidden:
        assert part == whole


def test_a_share_of_another_award():
    base = Measure("base", "省级奖励", All(), Benefit("one_off_grant", Fixed(1000.0)))
    share = Measure("share", "市级配套", All(), Benefit("one_off_grant", Rate(0.5, 0.5, "measure:base")))
    own = Measure("own", "自指", All(), Benefit("one_off_grant", Rate(0.5, 0.5, "measure:own")))
    result = match([Policy("p", "p", measures=(base, share, own))], read_profile({"id": "e"}), AS_OF)
    worth = {found.measure.id: found.benefit for found in result.matches}
    assert (worth["share"].low, worth["share"].high) == (500.0, 500.0)
    assert (worth["own"].low, worth["own"].high) == (0.0, None)
