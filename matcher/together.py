"""What one enterprise can have together: the best bundle, and the clauses that leave something out of it or cut its sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any as Json

from corpus.model import Cap, Measure
from matcher.bundle import Bundle, Candidate, Had, Left, Limit
from matcher.catalogue import Catalogue
from matcher.cited import capping, cite, forbidding
from matcher.matched import Match
from matcher.shared import years_of

AGAIN = ("yearly", "quarterly", "monthly")
"""How often a benefit is given that can be had again in another year."""


@dataclass(frozen=True, slots=True)
class Received:
    """A measure that the enterprise has had, how much of it in yuan, and when; None where that is not known."""

    measure_id: str
    amount: float | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A measure that the bundle leaves out, and the clause that forbids it beside the one had instead; None where none says so."""

    left: Left
    measure: Measure
    clause: Mapping[str, Json] | None

    def to_json(self) -> dict[str, Json]:
        left = self.left
        return {
            "measure_id": left.measure_id,
            "group": left.group,
            "instead": left.instead,
            "clause": self.clause and dict(self.clause),
        }


@dataclass(frozen=True, slots=True)
class Limited:
    """A ceiling that cuts what some measures bring together, and the clause that says so; None where none does."""

    limit: Limit
    clause: Mapping[str, Json] | None

    def to_json(self) -> dict[str, Json]:
        limit = self.limit
        return {
            "group": limit.cap.group,
            "per": limit.cap.per,
            "amount": limit.cap.amount,
            "measures": list(limit.measures),
            "low": limit.low,
            "high": limit.high,
            "had": list(limit.had),
            "clause": self.clause and dict(self.clause),
        }


def candidate_of(match: Match) -> Candidate:
    """A measure as one that could be in a bundle."""
    measure = match.measure
    return Candidate(measure.id, _group(measure), match.benefit, _shared(measure), years_of(measure.benefit))


def left_out(bundle: Bundle, catalogue: Catalogue) -> tuple[LeftOut, ...]:
    """What `bundle` leaves out, each with the clause that forbids it."""
    return tuple(
        LeftOut(left, catalogue.entry(left.measure_id)[1], _forbidden(left, catalogue)) for left in bundle.left
    )


def limited(bundle: Bundle, catalogue: Catalogue) -> tuple[Limited, ...]:
    """The shared ceilings that cut the sum of `bundle`, each with the clause that says so."""
    return tuple(Limited(limit, _capped(limit.cap, limit.measures[0], catalogue)) for limit in bundle.limits)


def had_of(one: Received, catalogue: Catalogue, as_of: date) -> Had:
    """What was received, as what counts against groups and ceilings on a day."""
    measure = catalogue.entry(one.measure_id)[1] if one.measure_id in catalogue.place else None
    if measure is None or measure.benefit is None:
        return Had(one.measure_id, amount=one.amount)
    this_year = None if one.on is None else one.on.year == as_of.year
    again = measure.benefit.frequency in AGAIN and this_year is False
    return Had(one.measure_id, _group(measure), _shared(measure), one.amount, this_year, again)


def _forbidden(left: Left, catalogue: Catalogue) -> Mapping[str, Json] | None:
    if left.cap is not None:
        return _capped(left.cap, left.measure_id, catalogue)
    policy, measure = catalogue.entry(left.measure_id)
    clause = forbidding(policy, measure)
    if clause is None and left.instead in catalogue.place:
        policy, other = catalogue.entry(left.instead)
        clause = forbidding(policy, other)
    return cite(policy, clause.path, clause) if clause else None


def _capped(cap: Cap, measure_id: str, catalogue: Catalogue) -> Mapping[str, Json] | None:
    policy, measure = catalogue.entry(measure_id)
    clause = capping(policy, measure, cap)
    return cite(policy, clause.path, clause) if clause else None


def _group(measure: Measure) -> str | None:
    return measure.benefit.stacking if measure.benefit else None


def _shared(measure: Measure) -> tuple[Cap, ...]:
    """The ceilings that a measure shares with others."""
    return tuple(cap for cap in measure.benefit.caps if cap.group) if measure.benefit else ()
