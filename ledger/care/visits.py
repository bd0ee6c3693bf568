"""What a visit brings: a note, facts put right, what became of each measure on the list, and what was promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any as Json

import sqlalchemy as sa

from corpus.errors import InputError, Problem, nearest
from ledger.care.needs import WHOSE
from ledger.facts import put_right_within
from ledger.imports.uptake import IDENTITY, KEPT, read_step
from ledger.layout import enterprises, promises, receipts, steps, visits
from ledger.tables import Ledger

RESPONSES = {"told": "已告知", "applied": "已申报", "not_interested": "不申报"}
REASONS = {
    "unaware": "不知道",
    "not_eligible": "不符合",
    "too_much_paper": "材料太多",
    "too_little": "金额太小",
    "too_late": "已过期",
    "fears_inspection": "担心检查",
    "other": "其他",
}
_STEPS = {"told": ("informed",), "applied": ("applied",), "not_interested": ("informed",)}


@dataclass(frozen=True, slots=True)
class Promise:
    """What an office promised an enterprise (by id and by name), until when; `kept_on` None while it is not."""

    no: int
    enterprise: str
    name: str
    measure: str | None
    text: str
    office: str
    promised_on: date
    due_on: date
    kept_on: date | None

    def broken(self, on: date) -> bool:
        """Whether it was not kept in time, seen from the day `on`."""
        return (self.kept_on or on) > self.due_on


def visit(
    ledger: Ledger,
    enterprise: str,
    *,
    cadre: str,
    on: date,
    note: str,
    at: datetime,
    found: Mapping[str, Json] | None = None,
) -> None:
    """Keep a visit's note and put right the facts it found (`found`: as in `facts.put_right`, source 走访).

    The next match uses them. Raises InputError for a fact that does not fit its field: nothing of the visit is kept then.
    """
    with ledger.begin() as connection:
        put_right_within(connection, ledger, enterprise, found or {}, source="走访", on=on, by=cadre, at=at)
        no = ledger.number(connection, enterprise)
        connection.execute(visits.insert(), [{"enterprise": no, "cadre": cadre, "visited_on": on, "note": note}])
        ledger.note(connection, cadre, at, "visit", enterprise, None, {"note": note, "found": list(found or {})})


def receive(
    ledger: Ledger,
    enterprise: str,
    measure: str,
    response: str,
    *,
    on: date,
    by: str,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Keep what became of a measure at an enterprise: one of RESPONSES, and for 不申报 one of REASONS.

    Who was told, or says no, has been informed: the step goes into the funnel in the same transaction. Raises
    InputError for a response or reason that is none of these, or an enterprise that is not registered.
    """
    if response not in RESPONSES:
        raise InputError(Problem("回执", f'找到 "{response}"', "、".join(RESPONSES), nearest(response, RESPONSES)))
    if (response == "not_interested") != (reason is not None) or (reason is not None and reason not in REASONS):
        raise InputError(Problem("原因", f'找到 "{reason}"', f"不申报时为 {'、'.join(REASONS)}，其余不填"))
    with ledger.begin() as connection:
        no = ledger.number(connection, enterprise)
        row = {"enterprise": no, "measure": measure, "response": response, "reason": reason, "noted_on": on, "by": by}
        connection.execute(receipts.insert(), [row])
        inform(ledger, connection, enterprise, row)
        ledger.note(connection, by, at, "receipt", enterprise, None, {"measure": measure, response: reason})


def inform(ledger: Ledger, connection: sa.Connection, enterprise: str, receipt: Mapping[str, Json]) -> None:
    """Put the steps that a receipt (a row of its table) stands for into the funnel."""
    no, measure = receipt["enterprise"], receipt["measure"]
    for step in _STEPS[receipt["response"]]:
        said = {"enterprise_id": enterprise, "measure_id": measure, "step": step, "on": receipt["noted_on"]}
        ledger.load(connection, steps, KEPT, [read_step(said, {enterprise: no}, {measure})], key=IDENTITY)


def reasons(ledger: Ledger, measure: str | None = None) -> dict[str, int]:
    """Why enterprises do not apply: how many gave each of REASONS, the latest word of an enterprise on a measure counting."""
    query = sa.select(receipts).order_by(receipts.c.noted_on, receipts.c.no)
    if measure is not None:
        query = query.where(receipts.c.measure == measure)
    with ledger.begin() as connection:
        last = {(row.enterprise, row.measure): row.reason for row in connection.execute(query)}
    counted = Counter(last.values())
    return {reason: counted[reason] for reason in REASONS}


def promise(
    ledger: Ledger,
    enterprise: str,
    text: str,
    *,
    office: str,
    on: date,
    due_on: date,
    by: str,
    at: datetime,
    measure: str | None = None,
) -> int:
    """Keep a promise of an office; its number. Raises InputError where it would be due before it was given."""
    if due_on < on:
        raise InputError(Problem("承诺期限", f"找到 {due_on}", f"不早于承诺之日 {on}"))
    with ledger.begin() as connection:
        no = ledger.number(connection, enterprise)
        row = {
            "enterprise": no, "measure": measure, "text": text, "office": office, "promised_on": on, "due_on": due_on,
        }  # fmt: skip
        made = connection.execute(promises.insert().values(**row)).inserted_primary_key
        assert made is not None
        said = {"text": text, "office": office, "due_on": due_on.isoformat()}
        ledger.note(connection, by, at, "promise", enterprise, None, said)
        return int(made[0])


def keep_promise(ledger: Ledger, no: int, *, on: date, by: str, at: datetime) -> None:
    """Say that a promise was kept on a day. Raises InputError where there is none of this number."""
    with ledger.begin() as connection:
        kept = connection.execute(promises.update().where(promises.c.no == no).values(kept_on=on))
        if kept.rowcount != 1:
            raise InputError(Problem("承诺", f"没有第 {no} 号承诺", "已登记的承诺"))
        ledger.note(connection, by, at, "promise_kept", str(no), None, {"kept_on": on.isoformat()})


def promises_of(ledger: Ledger, enterprise: str | None = None) -> tuple[Promise, ...]:
    """The promises by the day they are due: to one enterprise, or all."""
    columns = [WHOSE[name] if name in WHOSE else promises.c[name] for name in Promise.__slots__]
    query = sa.select(*columns).join(enterprises, promises.c.enterprise == enterprises.c.no)
    if enterprise is not None:
        query = query.where(enterprises.c.id == enterprise)
    with ledger.begin() as connection:
        rows = connection.execute(query.order_by(promises.c.due_on, promises.c.no))
        return tuple(Promise(*row) for row in rows)
