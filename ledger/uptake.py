"""Uptake steps into the ledger: informed → applied → accepted → approved → paid, or declined, or withdrawn."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any as Json

from corpus.errors import InputError, Problem, nearest
from corpus.rules import read_date
from ledger.records import read_records
from ledger.register import Imported
from ledger.tables import Ledger

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
_BATCH = 5000


def import_steps(ledger: Ledger, path: Path, measures: Collection[str], *, dry_run: bool = False) -> Imported:
    """Take the uptake steps of a file into the ledger; `measures` are the ids that the store knows.

    The same row again changes nothing. A row that names no known enterprise, measure or step, or whose date or amount
    cannot be read, is refused by name and the rest goes on. Raises InputError where the file cannot be read at all.
    """
    done = Imported()
    with ledger.begin() as connection:
        numbers = ledger.numbers(connection)
    waiting: list[dict[str, Json]] = []
    for place, record in read_records(path):
        try:
            waiting.append(_step(record, numbers, measures))
        except InputError as error:
            done.problems.extend(problem.within(f"{path.name}，{place}") for problem in error.problems)
            continue
        done.taken += 1
        if len(waiting) == _BATCH:
            done.new += 0 if dry_run else ledger.put_steps(waiting)
            waiting = []
    if waiting and not dry_run:
        done.new += ledger.put_steps(waiting)
    return done


def _step(raw: Mapping[str, Json], numbers: Mapping[str, int], measures: Collection[str]) -> dict[str, Json]:
    by_label = {label: key for key, label in COLUMNS.items()}
    record = {by_label.get(key, key): cell for key, cell in raw.items()}
    problems = [
        Problem(key, "不认识的列", "、".join(COLUMNS), nearest(key, COLUMNS)) for key in record if key not in COLUMNS
    ]
    enterprise, measure = str(record.get("enterprise_id", "")), str(record.get("measure_id", ""))
    if enterprise not in numbers:
        problems.append(Problem("enterprise_id", f'没有企业 "{enterprise}"', "台账里的企业编号", "先用 register 登记"))
    if measure not in measures:
        problems.append(Problem("measure_id", f'没有事项 "{measure}"', "库里的事项编号", nearest(measure, measures)))
    words = {label: step for step, label in STEPS.items()}
    step = str(record.get("step", ""))
    step = words.get(step, step)
    if step not in STEPS:
        problems.append(Problem("step", f'找到 "{step}"', "、".join(STEPS), nearest(step, STEPS)))
    on, amount = None, None
    try:
        on = _day(record.get("on"))
    except InputError as error:
        problems.extend(error.problems)
    try:
        amount = _amount(record.get("amount"))
    except InputError as error:
        problems.extend(error.problems)
    if problems:
        raise InputError(*problems)
    office, reason = str(record.get("office", "")), str(record.get("reason", ""))
    said = "\x1f".join((enterprise, measure, step, str(on), repr(amount), office, reason))
    return {
        "enterprise": numbers[enterprise],
        "measure": measure,
        "step": step,
        "happened_on": on,
        "amount": amount,
        "office": office,
        "reason": reason,
        "digest": hashlib.sha1(said.encode(), usedforsecurity=False).hexdigest(),
    }


def _day(cell: Json) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    return read_date(None, cell, "on")


def _amount(cell: Json) -> float | None:
    if cell is None:
        return None
    try:
        amount = float(str(cell).replace(",", ""))
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount) or amount < 0:
        raise InputError(Problem("amount", f"找到 {cell!r}", "以元为单位、不小于 0 的数"))
    return amount
