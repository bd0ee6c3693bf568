"""Pages set in two columns: the left one is read before the right one, between whatever runs across both."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_MIN_ROWS = 8  # rows with text on both sides of the gutter
_MAX_CROSSING = 0.2  # share of rows that run across it: titles, notes
_MIN_WIDE = 10  # characters in a column's row, on average: prose, not the cells of a table
_MIN_FULL = 0.6  # share of the left column's rows that reach the gutter


@dataclass(frozen=True, slots=True)
class Char:
    """A character where it stands."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float


Row = list[Char]


def gather(chars: Sequence[Char]) -> list[Row]:
    """Characters in rows, top to bottom, each from left to right."""
    rows: list[Row] = []
    for char in sorted(chars, key=lambda c: (c.bottom, c.x0)):
        height = max(char.bottom - char.top, 1.0)
        for row in reversed(rows[-3:]):
            last = row[-1]
            overlap = min(char.bottom, last.bottom) - max(char.top, last.top)
            if overlap >= 0.5 * min(height, max(last.bottom - last.top, 1.0)):
                row.append(char)
                break
        else:
            rows.append([char])
    for row in rows:
        row.sort(key=lambda c: c.x0)
    return rows


def in_columns(rows: Sequence[Row]) -> list[Row]:
    """The rows in the order they are read: as they are where the page has no columns, else the halves of those set apart."""
    if sum(1 for row in rows if _has_gap(row)) < _MIN_ROWS:
        return list(rows)
    shown = [part for row in rows if (part := [char for char in row if not char.text.isspace()])]
    gutter = _find_gutter(shown)
    if gutter is None:
        return list(rows)
    ordered: list[Row] = []
    left: list[Row] = []
    right: list[Row] = []
    for row in rows:
        if _crosses([char for char in row if not char.text.isspace()], gutter):
            ordered += [*left, *right, row]
            left, right = [], []
        else:
            left.append([char for char in row if char.x1 <= gutter])
            right.append([char for char in row if char.x0 >= gutter])
    return [row for row in (*ordered, *left, *right) if row]


def _has_gap(row: Row) -> bool:
    """Whether there is a gap in the row that could be a gutter."""
    last = row[0].x1
    for char in row:
        if not char.text.isspace():
            if char.x0 - last > 0.8 * char.size:
                return True
            last = char.x1
    return False


def _find_gutter(rows: Sequence[Row]) -> float | None:
    """Where the gutter between two columns of prose stands; None where there are none."""
    low, high = min(row[0].x0 for row in rows), max(row[-1].x1 for row in rows)
    size = statistics.median(char.size for row in rows for char in row)
    span = high - low
    if span < 4 * _MIN_WIDE * size / 2:
        return None
    places = [low + span * (0.4 + 0.01 * step) for step in range(21)]
    gutter = min(places, key=lambda x: (sum(_crosses(row, x) for row in rows), abs(x - (low + high) / 2)))
    apart = [row for row in rows if not _crosses(row, gutter)]
    both = [row for row in apart if row[0].x1 <= gutter <= row[-1].x0]
    if len(both) < _MIN_ROWS or len(rows) - len(apart) > _MAX_CROSSING * len(rows):
        return None
    lefts = [[char for char in row if char.x1 <= gutter] for row in both]
    edge = max(row[-1].x1 for row in lefts)
    full = sum(1 for row in lefts if row[-1].x1 > edge - 2 * size)
    widths = (
        statistics.mean(map(len, lefts)),
        statistics.mean(len(row) - len(part) for row, part in zip(both, lefts, strict=True)),
    )
    return gutter if min(widths) >= _MIN_WIDE and full >= _MIN_FULL * len(both) else None


def _crosses(row: Row, gutter: float) -> bool:
    """Whether the row has a character on the gutter, or text so close on both sides that there is none."""
    margin = 0.4 * row[0].size if row else 0.0
    return any(char.x0 < gutter + margin and char.x1 > gutter - margin for char in row)
