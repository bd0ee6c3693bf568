"""What is had together: one of each group, no shared ceiling passed; the same as going through every way there is."""

from functools import cache
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import Benefit, Cap, Fixed
from matcher.bundle import Candidate, Had, best_bundle
from matcher.shared import ONCE, years_of
from matcher.worth import Estimate

HALVES = (0.5, 0.5)
CAPS = tuple(
    Cap(per, amount, f"{per}{i}") for i, per in enumerate(("year", "total", "enterprise")) for amount in (2.0, 5.0)
)
# Every sum is counted in halves: what three ceilings share two by two comes out in halves at the finest; a year has half again.
FINE = 4


def every_way(members, left, later):
    """The most that `members` (group, amount, caps, shares by year) bring under ceilings, going through every way there is.

    `left` is what is left of each ceiling, `later` what those that are counted by the year let through in another year.
    """
    groups = {}
    for i, (group, *_) in enumerate(members):
        groups.setdefault(group or i, []).append(i)
    best = 0.0
    for choice in product(*groups.values()):
        parts = []
        for i in choice:
            _, amount, caps, years = members[i]
            parts += [
                (round(amount * share * FINE), tuple((cap, year if cap.per == "year" else 0) for cap in caps))
                for year, share in enumerate(years)
            ]
        counts = sorted({count for _, some in parts for count in some}, key=repr)
        rooms = tuple(round((later if year else left)[cap] * FINE) for cap, year in counts)
        best = max(best, handed_out(tuple(parts), rooms, tuple(counts)))
    return best / FINE


def handed_out(parts, room, counts):
    @cache
    def most(k, room):
        if k == len(parts):
            return 0
        amount, under = parts[k]
        places = [counts.index(one) for one in under]
        top = min([amount, *(room[i] for i in places)])
        return max(
            given + most(k + 1, tuple(left - given * (i in places) for i, left in enumerate(room)))
            for given in range(top + 1)
        )

    return most(0, room)


@st.composite
def candidates(draw):
    made = []
    for i in range(draw(st.integers(1, 4))):
        low = draw(st.integers(0, 4))
        high = draw(st.sampled_from([low, low + 2, low + 3]))
        caps = tuple(draw(st.lists(st.sampled_from(CAPS), unique_by=lambda cap: cap.group, max_size=2)))
        years = draw(st.sampled_from([ONCE, HALVES]))
        made.append(
            Candidate(
                f"m{i}",
                draw(st.sampled_from([None, "甲", "乙"])),
                Estimate(float(low), float(high), "", money=True),
                caps,
                (years, years),
            )
        )
    return made


@st.composite
def received(draw):
    caps = st.lists(st.sampled_from(CAPS), unique_by=lambda cap: cap.group, max_size=2).map(tuple)
    amount = st.sampled_from([None, 0.0, 1.0, 3.0])
    this_year = st.sampled_from([True, False, None])
    return [Had(f"h{i}", None, draw(caps), draw(amount), draw(this_year)) for i in range(draw(st.integers(0, 2)))]


def members(some, amounts):
    return [(c.group, amount, c.caps, c.years[0]) for c, amount in zip(some, amounts, strict=True)]


def room(had, *, most):
    """What is left of each ceiling, where what is not known of what was had is as large as it can be, or nothing."""
    left = {}
    for cap in CAPS:
        used = 0.0
        for one in had:
            counts = cap in one.caps and (
                cap.per != "year" or one.this_year is True or (one.this_year is None and most)
            )
            used += (cap.amount * most if one.amount is None else one.amount) * counts
        left[cap] = max(0.0, cap.amount - used)
    return left


NEXT_YEAR = {cap: cap.amount for cap in CAPS}
"""A ceiling that is counted by the year is whole again in the next, unless what was had is paid then too, which is not known."""


@settings(max_examples=300, deadline=None)
@given(candidates(), received())
def test_both_ends_are_those_of_every_way(some, had):
    bundle = best_bundle(some, had)
    least, most = room(had, most=True), room(had, most=False)
    assert abs(bundle.low - every_way(members(some, [c.worth.low for c in some]), least, least)) < 0.01
    assert abs(bundle.high - every_way(members(some, [c.worth.high for c in some]), most, NEXT_YEAR)) < 0.01


@settings(max_examples=200, deadline=None)
@given(st.data(), candidates(), received())
def test_the_truth_is_inside_and_no_ceiling_is_passed(data, some, had):
    bundle = best_bundle(some, had)
    amounts = [data.draw(st.integers(int(c.worth.low), int(c.worth.high))) for c in some]
    known = [
        Had(
            one.measure_id,
            None,
            one.caps,
            data.draw(st.sampled_from([0.0, 1.0, 2.0])) if one.amount is None else one.amount,
            data.draw(st.booleans()) if one.this_year is None else one.this_year,
        )
        for one in had
    ]
    left = room(known, most=True)
    truth = every_way(members(some, amounts), left, data.draw(st.sampled_from([left, NEXT_YEAR])))
    assert bundle.low - 0.01 <= truth <= bundle.high + 0.01
    taken = [c for c in some if c.measure_id in bundle.measures]
    assert len({c.group for c in taken if c.group}) == sum(bool(c.group) for c in taken)
    for cap in CAPS:
        if all(cap in c.caps for c in some) and all(c.years[0] == ONCE for c in some):
            assert bundle.high <= room(had, most=False)[cap] + 0.01


def worth(low, high=None, *, money=True):
    return Estimate(low, low if high is None else high, "", money)


TOGETHER = Cap("year", 5e6, "本办法各项奖励")


def test_a_ceiling_that_two_share_cuts_their_sum_and_is_named():
    bundle = best_bundle([Candidate("a", None, worth(4e6), (TOGETHER,)), Candidate("b", None, worth(3e6), (TOGETHER,))])
    assert (bundle.measures, bundle.low, bundle.high) == (("a", "b"), 5e6, 5e6)
    (limit,) = bundle.limits
    assert (limit.cap, limit.measures, limit.low, limit.high, limit.had) == (TOGETHER, ("a", "b"), 7e6, 7e6, (0, 0))


def test_of_a_group_the_one_outside_the_ceiling_is_had_where_that_brings_more():
    some = [
        Candidate("a", None, worth(5e6), (TOGETHER,)),
        Candidate("b", "组", worth(3e6), (TOGETHER,)),
        Candidate("c", "组", worth(1e6)),
    ]
    bundle = best_bundle(some)
    assert (bundle.measures, bundle.low) == (("a", "c"), 6e6)
    assert [(left.measure_id, left.group, left.instead) for left in bundle.left] == [("b", "组", "c")]
    assert bundle.limits == ()


def test_what_was_had_counts_and_where_it_is_not_known_how_much_may_have_used_it_up():
    one = [Candidate("a", None, worth(4e6), (TOGETHER,))]
    known = best_bundle(one, [Had("z", None, (TOGETHER,), 3e6)])
    assert (known.low, known.high, known.limits[0].had) == (2e6, 2e6, (3e6, 3e6))
    not_known = best_bundle(one, [Had("z", None, (TOGETHER,), None)])
    assert (not_known.low, not_known.high, not_known.limits[0].had) == (0, 4e6, (0, 5e6))
    last_year = best_bundle(one, [Had("z", None, (TOGETHER,), 3e6, this_year=False)])
    assert (last_year.low, last_year.limits) == (4e6, ())


def test_a_ceiling_that_is_used_up_leaves_out_what_stands_under_it():
    bundle = best_bundle([Candidate("a", None, worth(4e6), (TOGETHER,))], [Had("z", None, (TOGETHER,), 5e6)])
    assert (bundle.measures, bundle.high) == ((), 0)
    assert [(left.instead, left.cap) for left in bundle.left] == [("z", TOGETHER)]
    before = Had("y", None, (TOGETHER,), 5e6, this_year=False)
    bundle = best_bundle([Candidate("a", None, worth(4e6), (TOGETHER,))], [Had("z", None, (TOGETHER,), 5e6), before])
    assert [left.instead for left in bundle.left] == ["z"]


def test_what_is_open_is_bounded_by_the_ceiling_and_what_is_no_money_counts_against_none():
    open_upwards = Estimate(0.0, None, "", money=True)
    bundle = best_bundle(
        [Candidate("a", None, open_upwards, (TOGETHER,)), Candidate("b", None, worth(2e6), (TOGETHER,))]
    )
    assert (bundle.low, bundle.high, bundle.limits[0].high) == (2e6, 5e6, None)
    loan = best_bundle([Candidate("a", None, worth(9e6, money=False), (TOGETHER,))])
    assert (loan.measures, loan.high, loan.limits) == (("a",), 0, ())


def test_what_is_had_again_each_year_shuts_nothing_out():
    some = [Candidate("a", "组", worth(1e6))]
    assert best_bundle(some, [Had("a", "组", again=True)]).measures == ("a",)
    assert best_bundle(some, [Had("a", "组")]).measures == ()


def test_paid_over_years_each_year_has_its_own_ceiling():
    benefit = Benefit("one_off_grant", Fixed(3e6), frequency="yearly", months=36)
    years = years_of(benefit)
    bundle = best_bundle([Candidate("a", None, worth(9e6), (TOGETHER,), years)])
    assert (bundle.high, bundle.limits) == (9e6, ())
    both = [Candidate("a", None, worth(9e6), (TOGETHER,), years), Candidate("b", None, worth(4e6), (TOGETHER,))]
    assert best_bundle(both).high == 5e6 + 6e6


def test_the_years_of_a_benefit():
    assert years_of(None) == (ONCE, ONCE)
    assert years_of(Benefit("refund", Fixed(1.0), by_year=(1.0, 0.5, 0.5))) == ((0.5, 0.25, 0.25),) * 2
    assert years_of(Benefit("refund", Fixed(1.0), frequency="monthly", months=18)) == ((12 / 18, 6 / 18),) * 2
    assert years_of(Benefit("refund", Fixed(1.0), months=24)) == (ONCE, (0.5, 0.5))
    assert years_of(Benefit("refund", Fixed(1.0), frequency="once", months=24)) == (ONCE, ONCE)


def test_what_was_had_this_year_leaves_the_ceiling_of_the_next_as_it_is_at_most():
    years = years_of(Benefit("one_off_grant", Fixed(3e6), by_year=(0.5, 0.5)))
    bundle = best_bundle([Candidate("a", None, worth(6e6), (TOGETHER,), years)], [Had("z", None, (TOGETHER,), 5e6)])
    assert (bundle.measures, bundle.left, bundle.low, bundle.high) == (("a",), (), 0, 3e6)
    assert bundle.limits[0].had == (5e6, 5e6)
