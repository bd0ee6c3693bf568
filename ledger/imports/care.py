"""What an office keeps of enterprises in tables of its own, into the ledger: needs, visits, promises, what became of measures.

A row that is there already changes nothing. It is known again by all that cannot change about it (a promise by whom it was
given to, its words, its days); what comes with time (the day on which it was kept, an answer, a rating) is added to it,
and a cell that is empty takes nothing away. A file is one transaction; each change stands in the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any as Json
from typing import TypeAlias

import sqlalchemy as sa

from corpus.errors import InputError, Problem, nearest
from ledger.care.needs import DAYS, KINDS, LEVELS, RATINGS, first_owner
from ledger.care.visits import REASONS, RESPONSES, inform
from ledger.imports.cells import day, word
from ledger.imports.headers import NEEDED, label
from ledger.imports.register import Imported
from ledger.imports.rows import read_rows, short_enough
from ledger.layout import needs, promises, receipts, visits
from ledger.tables import Ledger

Reader: TypeAlias = Callable[[Json, str], Json]
"""A cell as a value, given what its column is called. Raises InputError where it is none."""
Values: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Kind:
    """A table of the ledger as rows of a file: what reads each column, and what a later row may add (`later`).

    `check` raises InputError for columns that do not go together; `fill` adds what a new row does not say.
    """

    table: sa.Table
    columns: Mapping[str, Reader]
    check: Callable[[Values], None]
    later: tuple[str, ...] = ()
    fill: Callable[[sa.Connection, Values], Values] = lambda _, values: values


def import_care(
    ledger: Ledger,
    what: str,
    path: Path,
    *,
    by: str,
    at: datetime,
    measures: Collection[str] = (),
    dry_run: bool = False,
    mapping: Mapping[str, str] = MappingProxyType({}),
) -> Imported:
    """Take the rows of a file into the table `what` of CARE (CSV, XLSX, Parquet, JSONL; as it is exported, or under the
    heads of `headers.yaml`); `measures` are the ids that the store knows.

    A row whose enterprise is not registered, whose measure is not known, or that cannot be read is refused by name and the
    rest goes on. Raises InputError where the file cannot be read at all.
    """
    kind, done = CARE[what], Imported()
    met: set[tuple[Json, ...]] = set()
    with ledger.begin() as connection:

        def read(record: Mapping[str, Json]) -> tuple[str, Values, Values | None]:
            enterprise, values = _read(what, kind, record, measures)
            values["enterprise"] = ledger.number(connection, enterprise)
            old = _there(connection, kind, values)
            kind.check({**(old or {}), **values})
            return enterprise, values, old

        if not dry_run:
            ledger.changed(
                connection, kind.table
            )  # of two who bring the same file the second waits, and finds it there
        for enterprise, values, old in read_rows(path, what, read, done, mapping):
            key = _same(kind, values)
            done.new += old is None and key not in met
            met.add(key)
            if not dry_run:
                _keep(ledger, connection, what, enterprise, values, old, by, at)
    return done


def _read(what: str, kind: Kind, record: Mapping[str, Json], measures: Collection[str]) -> tuple[str, Values]:
    """The enterprise that a row names, and what the row says. Raises InputError with all that is wrong."""
    wanting = [label(what, name) for (name,) in NEEDED[what] if name not in record]
    problems = [Problem(name, "没有填", "每行都要有") for name in wanting]
    values: Values = {}
    for name, read in kind.columns.items():
        if name in record:
            try:
                values[name] = short_enough(
                    read(record[name], label(what, name)), label(what, name), kind.table.c[name]
                )
            except InputError as error:
                problems += error.problems
    if (measure := values.get("measure")) is not None and measure not in measures:
        advice = nearest(measure, measures)
        problems.append(Problem(label(what, "measure"), f'没有事项 "{measure}"', "库里的事项编号", advice))
    if problems:
        raise InputError(*problems)
    return word(record["enterprise_id"]), values


def _same(kind: Kind, values: Values) -> tuple[Json, ...]:
    """What a row is known again by."""
    return tuple(values.get(name) for name in ("enterprise", *kind.columns) if name not in kind.later)


def _there(connection: sa.Connection, kind: Kind, values: Values) -> Values | None:
    """The row of the table that this one is, if it is there."""
    names = [name for name in ("enterprise", *kind.columns) if name not in kind.later]
    same = [kind.table.c[name] == values.get(name) for name in names]
    found = connection.execute(sa.select(kind.table).where(*same)).mappings().first()
    return None if found is None else dict(found)


def _keep(
    ledger: Ledger,
    connection: sa.Connection,
    what: str,
    enterprise: str,
    values: Values,
    old: Values | None,
    by: str,
    at: datetime,
) -> None:
    kind = CARE[what]
    if old is None:
        old = _there(connection, kind, values)  # the row may stand in the file twice
    if old is None:
        row = kind.fill(connection, values)
        connection.execute(kind.table.insert(), [row])
        ledger.note(connection, by, at, what, enterprise, None, _plain(row))
        if what == "receipts":
            inform(ledger, connection, enterprise, row)
        return
    news = {name: values[name] for name in kind.later if name in values and values[name] != old[name]}
    if news:
        connection.execute(kind.table.update().where(kind.table.c.no == old["no"]).values(**news))
        before = _plain({name: old[name] for name in news})
        ledger.note(connection, by, at, what, enterprise, before, _plain(news))


def _plain(values: Mapping[str, Json]) -> Values:
    """Values as JSON; the row number of the enterprise says nothing to a person."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if name != "enterprise"
    }


# ---------------------------------------------------------------- what cells say


def _text(cell: Json, name: str) -> str:
    if not (said := word(cell)):
        raise InputError(Problem(name, "没有填", "每行都要有"))
    return said


def _date(cell: Json, name: str) -> date:
    return date.fromisoformat(day(cell, name))


def _of(words: Mapping[str, Json]) -> Reader:
    """One of some words."""

    def read(cell: Json, name: str) -> Json:
        said = word(cell)
        if said not in words:
            raise InputError(Problem(name, f'找到 "{said}"', "、".join(dict.fromkeys(words)), nearest(said, words)))
        return words[said]

    return read


def _by_label(labels: Mapping[str, str]) -> Reader:
    """One of `labels` by what it is called, or by its name."""
    return _of({**{words: name for name, words in labels.items()}, **{name: name for name in labels}})


# ---------------------------------------------------------------- what goes together


def _any(_values: Values) -> None:
    """Every row of good cells is good."""


def _check_need(values: Values) -> None:
    if (values.get("answer") is None) != (values.get("answered_on") is None):
        raise InputError(Problem("答复", "答复和答复日期只填了一样", "两样都填，或都不填"))
    if values.get("rating") is not None and values.get("answer") is None:
        raise InputError(Problem("评价", "还没有答复", "先答复，再由企业评价"))
    _not_before("办理期限", values.get("due_on"), values["raised_on"])
    _not_before("答复日期", values.get("answered_on"), values["raised_on"])


def _check_promise(values: Values) -> None:
    _not_before("承诺期限", values["due_on"], values["promised_on"])
    _not_before("办结日期", values.get("kept_on"), values["promised_on"])


def _check_receipt(values: Values) -> None:
    if values["response"] == "not_interested" and values.get("reason") is None:
        raise InputError(Problem("原因", "没有填", f"不申报的原因：{'、'.join(REASONS.values())}"))
    if values["response"] != "not_interested" and values.get("reason") is not None:
        raise InputError(Problem("原因", f'找到 "{REASONS[values["reason"]]}"', "不申报时填，其余不填"))


def _not_before(name: str, on: date | None, start: date) -> None:
    if on is not None and on < start:
        raise InputError(Problem(name, f"找到 {on}", f"不早于 {start}"))


def _fill_need(connection: sa.Connection, values: Values) -> Values:
    """A need whose owner the file does not name is whose it would be had it been taken down here."""
    level, owner = first_owner(connection, values["enterprise"], values.get("level", 0))
    if "owner" in values:
        level = values.get("level", level)
    due = values["raised_on"] + timedelta(days=DAYS[level])
    return {"owner": owner, "due_on": due, **values, "level": level}


_LEVEL = {**{name: i for i, name in enumerate(LEVELS)}, **{str(i): i for i in range(len(LEVELS))}}
_RATING = {str(rating): rating for rating in RATINGS}
CARE: Mapping[str, Kind] = {
    "needs": Kind(
        needs,
        {
            "kind": _of({kind: kind for kind in KINDS}), "text": _text, "raised_on": _date, "owner": _text,
            "level": _of(_LEVEL), "due_on": _date, "answer": _text, "answered_on": _date, "rating": _of(_RATING),
        },
        _check_need,
        ("owner", "level", "due_on", "answer", "answered_on", "rating"),
        _fill_need,
    ),
    "visits": Kind(visits, {"cadre": _text, "visited_on": _date, "note": _text}, _any),
    "promises": Kind(
        promises,
        {
            "measure": _text, "text": _text, "office": _text, "promised_on": _date, "due_on": _date, "kept_on": _date,
        },
        _check_promise,
        ("kept_on",),
    ),
    "receipts": Kind(
        receipts,
        {
            "measure": _text, "response": _by_label(RESPONSES), "reason": _by_label(REASONS), "noted_on": _date,
            "by": _text,
        },
        _check_receipt,
    ),
}  # fmt: skip
"""By the name of the table, which is also that of its export."""
