"""Uptake steps into the ledger: informed → applied → accepted → approved → paid, or declined, or withdrawn."""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any as Json

from corpus.errors import InputError, Problem, nearest
from corpus.quantity import Quantity, parse_quantity
from ledger.imports.cells import check_sound, day, sound, word
from ledger.imports.headers import heads, step_words
from ledger.imports.records import read_records
from ledger.imports.register import Imported
from ledger.layout import steps
from ledger.loading import AT_ONCE
from ledger.tables import Ledger, batches

STEPS = {
    "informed": "已告知",
    "applied": "已申报",
    "accepted": "已受理",
    "approved": "已批准",
    "paid": "已兑付",
    "declined": "未通过",
    "withdrawn": "已撤回",
}
COLUMNS = {
    "enterprise_id": "企业编号",
    "measure_id": "事项编号",
    "step": "环节",
    "on": "日期",
    "amount": "金额",
    "office": "办理部门",
    "reason": "原因",
}
_WORDS = ("enterprise_id", "measure_id", "step", "office", "reason")
_COLUMN_OF = {label: name for name, label in COLUMNS.items()} | {name: name for name in COLUMNS}
_STEP_OF = {**step_words(), **{label: step for step, label in STEPS.items()}, **{step: step for step in STEPS}}
KEPT = ("enterprise", "measure", "step", "happened_on", "amount", "office", "reason", "digest")
IDENTITY = ("enterprise", "digest")


def import_steps(
    ledger: Ledger,
    path: Path,
    measures: Collection[str],
    *,
    dry_run: bool = False,
    mapping: Mapping[str, str] = MappingProxyType({}),
    by: str = "",
    at: datetime | None = None,
) -> Imported:
    """Take the uptake steps of a file into the ledger; `measures` are the ids that the store knows, `mapping` what some
    columns of a table are (`headers.heads`).

    The same row again, in this file or another, changes nothing. A row that names no known enterprise, measure or step,
    or whose date or amount cannot be read, is refused by name and the rest goes on. The file is one transaction: what
    stops it half-way leaves nothing of it behind. With `at`, what came of it stands in the trail as done by `by`. Raises InputError where the file cannot be read at all.
    """
    done = Imported()
    known = frozenset(measures)
    records = read_records(path, lambda names: heads("uptake", names, mapping, path.name))
    first = next(batches(records), [])
    with ledger.begin() as connection:
        # A short file asks for its own enterprises, a long one for all at once.
        asked = {_enterprise(record) for _, record in first} if len(first) < AT_ONCE else None
        numbers = ledger.numbers(connection, asked and set(filter(sound, asked)))

        def rows() -> Iterator[tuple[Json, ...]]:
            for place, record in chain(first, records):
                try:
                    row = read_step(record, numbers, known)
                except InputError as error:
                    done.problems.extend(problem.within(f"{path.name}，{place}") for problem in error.problems)
                    continue
                done.taken += 1
                yield row

        if dry_run:
            deque(rows(), 0)
        else:
            done.new = ledger.load(connection, steps, KEPT, rows(), key=IDENTITY)
            if done.new and at is not None:
                ledger.note(connection, by, at, "uptake", path.name, None, done.told())
    return done


def _enterprise(record: Mapping[str, Json]) -> str:
    """The enterprise that a record names, under whichever of its names."""
    return word(next((record[key] for key in ("enterprise_id", COLUMNS["enterprise_id"]) if key in record), ""))


def read_step(raw: Mapping[str, Json], numbers: Mapping[str, int], measures: Collection[str]) -> tuple[Json, ...]:
    """A record as a row of the steps table, in the order of its columns. Raises InputError with all that is wrong."""
    record = raw if COLUMNS.keys() >= raw.keys() else {_COLUMN_OF.get(key, key): cell for key, cell in raw.items()}
    enterprise, measure, said, office, reason = [word(record.get(name, "")) for name in _WORDS]
    step, number = _STEP_OF.get(said), numbers.get(enterprise)
    problems: list[Problem] = []
    if record is not raw:
        strange = [key for key in record if key not in COLUMNS]
        problems += [Problem(key, "不认识的列", "、".join(COLUMNS), nearest(key, COLUMNS)) for key in strange]
    if number is None:
        problems.append(Problem("enterprise_id", f'没有企业 "{enterprise}"', "台账里的企业编号", "先用 register 登记"))
    if measure not in measures:
        problems.append(Problem("measure_id", f'没有事项 "{measure}"', "库里的事项编号", nearest(measure, measures)))
    if step is None:
        problems.append(Problem("step", f'找到 "{said}"', "、".join(STEPS), nearest(said, STEPS)))
    on, amount = "", None
    try:
        on = day(record.get("on"), "on")
    except InputError as error:
        problems += error.problems
    try:
        amount = _amount(record.get("amount"))
    except InputError as error:
        problems += error.problems
    if problems:
        _check_sound(record)
        raise InputError(*problems)
    whole = "\x1f".join((enterprise, measure, step or "", on, repr(amount), office, reason))
    if not sound(whole):
        _check_sound(record)
    digest = hashlib.sha1(whole.encode(), usedforsecurity=False).hexdigest()
    return number, measure, step, on, amount, office, reason, digest


def _check_sound(record: Mapping[str, Json]) -> None:
    for name, cell in record.items():
        check_sound(name, cell)


def _amount(cell: Json) -> float | None:
    if cell is None:
        return None
    try:
        amount = float(str(cell).replace(",", ""))
    except ValueError:
        written = parse_quantity(str(cell))
        amount = written.value if written is not None and _plain_yuan(written) else math.nan
    if not math.isfinite(amount) or amount < 0:
        raise InputError(Problem("amount", f"找到 {cell!r}", "以元为单位、不小于 0 的数"))
    return amount


def _plain_yuan(written: Quantity) -> bool:
    """Whether an amount with its unit (1.5万元) is one number and no other."""
    return written.unit == "yuan" and written.high is None and not written.rough
