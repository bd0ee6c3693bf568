"""Kleene's tables, every entry."""

from itertools import product

import pytest

from matcher.truth import ELIGIBLE, INELIGIBLE, UNKNOWN, Verdict, and_, at_least, not_, or_


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_never_taken_for_a_truth_value(verdict):
    with pytest.raises(TypeError, match="不能当真假用"):
        bool(verdict)


@pytest.mark.parametrize(("one", "other"), list(product(Verdict, Verdict)))
def test_tables(one, other):
    assert and_([one, other]).rank == min(one.rank, other.rank)
    assert or_([one, other]).rank == max(one.rank, other.rank)
    assert not_(and_([one, other])) is or_([not_(one), not_(other)])


@pytest.mark.parametrize("three", list(product(Verdict, repeat=3)))
def test_at_least_agrees_with_all_and_any(three):
    assert at_least(1, three) is or_(three)
    assert at_least(3, three) is and_(three)
    assert at_least(0, three) is ELIGIBLE
    assert at_least(4, three) is INELIGIBLE


def test_empty():
    assert and_([]) is ELIGIBLE
    assert or_([]) is INELIGIBLE
    assert at_least(1, [UNKNOWN]) is UNKNOWN
