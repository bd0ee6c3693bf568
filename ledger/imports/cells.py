"""What a cell of a table says: a word, a day; each as it was typed, whatever the spreadsheet made of it."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any as Json

from corpus.errors import InputError, Problem
from corpus.rules import read_date

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What no database keeps: the zero byte, and half of a character that was cut in two."""
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
    if isinstance(cell, date):
        return cell.isoformat()
    return _read_day(cell, name) if isinstance(cell, str) else read_date(None, cell, name).isoformat()


def sound(cell: Json) -> bool:
    """Whether a cell can be kept: no text with a zero byte or half a character."""
    if not isinstance(cell, str):
        return True
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in cell


def check_sound(name: str, cell: Json) -> None:
    """Raises InputError that names the column where a cell is not `sound`."""
    if not sound(cell):
        found = _NO_TEXT.sub("□", cell)[:20]
        raise InputError(Problem(name, f'找到 "{found}"，其中有不成字的编码（□）', "能显示的文字", "删去后再收"))


@lru_cache(maxsize=4096)
def _read_day(text: str, name: str) -> str:
    if (parts := _LOOSE_DAY.fullmatch(text.strip())) is not None:
        text = "{:04}-{:02}-{:02}".format(*map(int, parts.groups()))
    return read_date(None, text, name).isoformat()
