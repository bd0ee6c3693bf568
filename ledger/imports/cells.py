"""What a cell of a spreadsheet says: a word, a day; each as it was typed, whatever the spreadsheet made of it."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any as Json

from corpus.rules import read_date

_LOOSE_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?")


def word(cell: Json) -> str:
    """A cell as text; a number that Excel wrote with a point (13800000000.0) as the whole number that was typed."""
    if isinstance(cell, str):
        return cell.strip()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def day(cell: Json, name: str) -> str:
    """A cell as a day in ISO form (2024/6/1, 2024年6月1日 and dates of Excel too). Raises InputError that names the column."""
    if isinstance(cell, datetime):
        cell = cell.date()
    return cell.isoformat() if isinstance(cell, date) else _read_day(cell, name)


@lru_cache(maxsize=4096)
def _read_day(text: Json, name: str) -> str:
    if isinstance(text, str) and (parts := _LOOSE_DAY.fullmatch(text.strip())) is not None:
        text = "{:04}-{:02}-{:02}".format(*map(int, parts.groups()))
    return read_date(None, text, name).isoformat()
