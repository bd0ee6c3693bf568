"""What happened to one enterprise: its steps with every measure, what it said to each, and the visits it had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from ledger.imports.uptake import STEPS
from ledger.layout import enterprises, receipts, steps, visits
from ledger.tables import Ledger
from matcher.together import Received

_ORDER = {step: i for i, step in enumerate(STEPS)}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an enterprise with a measure; `amount` in yuan."""

    measure: str
    step: str
    on: date
    amount: float | None
    office: str
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an enterprise said to a measure: one of `visits.RESPONSES`, and why not, of `visits.REASONS`."""

    measure: str
    response: str
    reason: str | None
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit: who came, when, what they wrote down."""

    cadre: str
    on: date
    note: str


def steps_of(ledger: Ledger, enterprise: str) -> Mapping[str, tuple[Step, ...]]:
    """The steps of an enterprise by measure, each in order of their days, on one day in order of the process."""
    query = _of(enterprise, steps, ("measure", "step", "happened_on", "amount", "office", "reason"))
    found: dict[str, list[Step]] = {}
    with ledger.begin() as connection:
        for row in connection.execute(query):
            found.setdefault(row.measure, []).append(Step(*row))
    return {
        measure: tuple(sorted(taken, key=lambda one: (one.on, _ORDER[one.step]))) for measure, taken in found.items()
    }


def received_of(steps: Mapping[str, tuple[Step, ...]]) -> tuple[Received, ...]:
    """What an enterprise has had: each payment, and what was approved and is not paid yet."""
    return tuple(
        Received(measure, one.amount, one.on)
        for measure, taken in steps.items()
        for at, one in enumerate(taken)
        if one.step == "paid" or (one.step == "approved" and not any(paid.step == "paid" for paid in taken[at:]))
    )


def receipts_of(ledger: Ledger, enterprise: str) -> Mapping[str, Receipt]:
    """What an enterprise said last to each measure."""
    query = _of(enterprise, receipts, ("measure", "response", "reason", "noted_on", "by"))
    with ledger.begin() as connection:
        rows = connection.execute(query.order_by(receipts.c.noted_on, receipts.c.no))
        return {row.measure: Receipt(*row) for row in rows}


def visits_of(ledger: Ledger, enterprise: str) -> tuple[Visit, ...]:
    """The visits that an enterprise had, the latest first."""
    query = _of(enterprise, visits, ("cadre", "visited_on", "note"))
    with ledger.begin() as connection:
        rows = connection.execute(query.order_by(visits.c.visited_on.desc(), visits.c.no.desc()))
        return tuple(Visit(*row) for row in rows)


def _of(enterprise: str, table: sa.Table, columns: tuple[str, ...]) -> sa.Select[Any]:
    chosen = [table.c[name] for name in columns]
    return (
        sa.select(*chosen)
        .join(enterprises, table.c.enterprise == enterprises.c.no)
        .where(enterprises.c.id == enterprise)
    )
