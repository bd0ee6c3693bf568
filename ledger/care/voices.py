"""What enterprises say, beside what is counted: why they do not apply, what was promised and not kept, what no policy answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.model import Policy
from ledger.care.needs import Need, gaps, needs_of
from ledger.care.visits import Promise, promises_of, reasons
from ledger.tables import Ledger


@dataclass(frozen=True, slots=True)
class Voices:
    """`reasons`: how many enterprises gave each reason (visits.REASONS); `broken` promises, the oldest first; `late`
    needs that nobody answered in time; `gaps`: needs by kind that no measure in force speaks of; `rated` answers and their mean.
    """

    reasons: Mapping[str, int]
    broken: tuple[Promise, ...]
    late: tuple[Need, ...]
    gaps: Mapping[str, tuple[Need, ...]]
    rated: int
    mean: float | None


def voices(ledger: Ledger, policies: Sequence[Policy], as_of: date, office: str | None = None) -> Voices:
    """What enterprises said up to now, seen from `as_of`; for an `office` the promises that it broke, and nothing else."""
    broken = tuple(one for one in promises_of(ledger) if one.broken(as_of) and (office is None or one.office == office))
    if office is not None:
        return Voices({}, broken, (), {}, 0, None)
    needs = needs_of(ledger)
    ratings = [need.rating for need in needs if need.rating is not None]
    return Voices(
        reasons(ledger),
        broken,
        tuple(need for need in needs if need.answer is None and need.due_on < as_of),
        gaps(needs, policies, as_of),
        len(ratings),
        round(sum(ratings) / len(ratings), 1) if ratings else None,
    )
