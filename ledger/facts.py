"""Facts put right by a person: each with its source, the day it is known for, and who says so; the profile follows.

A newer import takes the place of older facts only: what a visit found on a later day stands, until a row of that day or
later comes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any as Json

import sqlalchemy as sa

from corpus.errors import InputError, Problem
from corpus.fields import registry
from ledger.layout import enterprises, facts
from ledger.tables import Ledger
from matcher.facts import read_profile

CONFIRMATION = "confirmations."
"""Before the words of a `manual` condition: the fact is a person's answer to them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact of a profile comes from: the source in words, the day, who (empty: an import)."""

    source: str
    on: date
    by: str = ""


ANYTHING = object()
"""Seen: nothing in particular; what is there now may be overwritten."""


def put_right(
    ledger: Ledger,
    enterprise: str,
    field: str,
    value: Json,
    *,
    source: str,
    on: date,
    by: str,
    at: datetime,
    seen: Json = ANYTHING,
) -> None:
    """Make `value` the fact `field` of an enterprise, known on `on`, from `source` (`走访`, `企业自填` …), said by `by`.

    A number by year is merged year by year. `field` is a name of the registry, or `confirmations.` and the words of a
    condition that a person answers with true or false. None takes the fact away: it is not known any more.
    `seen` is what stood there when the person looked: where somebody else has changed it since, it is not overwritten.
    Raises InputError for that, and where the enterprise is not registered or the value does not fit the field; nothing
    changes then.
    """
    with ledger.begin() as connection:
        if seen is not ANYTHING:
            _unchanged(connection, ledger, enterprise, field, seen)
        put_right_within(connection, ledger, enterprise, {field: value}, source=source, on=on, by=by, at=at)


def put_right_within(
    connection: sa.Connection,
    ledger: Ledger,
    enterprise: str,
    found: Mapping[str, Json],
    *,
    source: str,
    on: date,
    by: str,
    at: datetime,
) -> None:
    """`put_right` for several facts within a transaction: all of them, or by an InputError none."""
    # Written before it is read: of two people at the same enterprise the second waits, and sees what the first did.
    ledger.changed(connection, enterprises)
    no = ledger.number(connection, enterprise)
    profile = connection.execute(sa.select(enterprises.c.profile).where(enterprises.c.no == no)).scalar_one()
    for field, said in found.items():
        value = said
        if field.startswith(CONFIRMATION) and isinstance(value, bool):
            value = {"value": value, "by": by, "on": on.isoformat()}
        before, profile = profile, _with(profile, field, value)
        row = {"enterprise": no, "field": field, "value": value, "source": source, "noted_on": on, "by": by}
        connection.execute(facts.insert(), [row])
        ledger.note(connection, by, at, "fact", enterprise, {field: _of(before, field)}, {field: _of(profile, field)})
    read_profile(profile, enterprise)
    connection.execute(enterprises.update().where(enterprises.c.no == no).values(profile=profile))


def _unchanged(connection: sa.Connection, ledger: Ledger, enterprise: str, field: str, seen: Json) -> None:
    """Raises InputError where the fact is not what was `seen`, with who changed it and to what."""
    ledger.changed(connection, enterprises)  # from here on nobody else changes it
    no = ledger.number(connection, enterprise)
    now = _of(connection.execute(sa.select(enterprises.c.profile).where(enterprises.c.no == no)).scalar_one(), field)
    if now == seen:
        return
    changes = sa.select(facts.c.by, facts.c.noted_on).where(facts.c.enterprise == no, facts.c.field == field)
    last = connection.execute(changes.order_by(facts.c.no.desc()).limit(1)).first()
    who = f"{last.by} 在 {last.noted_on} 刚改过" if last else "刚随新的名单改过"
    known = registry().get(field)
    label = known.label if known else field.removeprefix(CONFIRMATION)
    raise InputError(Problem(label, f"{who}，现在是 {_shown(now)}", f"您看到的 {_shown(seen)}", "请看过现在的内容再改"))


def _shown(value: Json) -> str:
    return "未填" if value is None else json.dumps(value, ensure_ascii=False)


def origins(ledger: Ledger, enterprise: str) -> dict[str, Origin]:
    """Where each known fact of an enterprise comes from, by field; confirmations among them."""
    with ledger.begin() as connection:
        no = ledger.number(connection, enterprise)
        row = connection.execute(sa.select(enterprises).where(enterprises.c.no == no)).one()
        imported = Origin(row.source, row.noted_on)
        known = [
            *row.profile.get("facts", {}),
            *(CONFIRMATION + words for words in row.profile.get("confirmations", {})),
        ]
        found = dict.fromkeys(known, imported)
        query = sa.select(facts).where(facts.c.enterprise == no).order_by(facts.c.noted_on, facts.c.no)
        for fact in connection.execute(query):
            if fact.field in found and fact.noted_on >= row.noted_on:
                found[fact.field] = Origin(fact.source, fact.noted_on, fact.by)
        return found


def since(connection: sa.Connection) -> dict[str, list[tuple[date, str, Json]]]:
    """What persons have put right, by enterprise: day, field and value, the latest last."""
    found = defaultdict(list)
    query = (
        sa.select(enterprises.c.id, facts.c.noted_on, facts.c.field, facts.c.value)
        .join(facts, facts.c.enterprise == enterprises.c.no)
        .order_by(facts.c.noted_on, facts.c.no)
    )
    for row in connection.execute(query):
        found[row.id].append((row.noted_on, row.field, row.value))
    return found


def overlay(
    profile: Mapping[str, Json], corrections: Sequence[tuple[date, str, Json]], noted_on: date
) -> Mapping[str, Json]:
    """`profile`, known for `noted_on`, with what was put right on a later day."""
    for on, field, value in corrections:
        if on > noted_on:
            profile = _with(profile, field, value)
    return profile


def _of(profile: Mapping[str, Json], field: str) -> Json:
    part, name = _place(field)
    return (profile.get(part) or {}).get(name)


def _with(profile: Mapping[str, Json], field: str, value: Json) -> dict[str, Json]:
    part, name = _place(field)
    held = dict(profile.get(part) or {})
    old = held.get(name)
    if value is None:
        held.pop(name, None)
    elif part == "facts" and isinstance(old, dict) and _by_year(value) and _by_year(old):
        held[name] = old | value
    else:
        held[name] = value
    return {**profile, part: held}


def _place(field: str) -> tuple[str, str]:
    if field.startswith(CONFIRMATION):
        return "confirmations", field.removeprefix(CONFIRMATION)
    return "facts", field


def _by_year(value: Json) -> bool:
    return isinstance(value, dict) and all(key.isdigit() for key in value)
