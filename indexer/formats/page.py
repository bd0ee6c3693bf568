"""Characters and ruling lines of one page, made into lines of text and tables.

All lengths are points from the page's upper left.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from corpus.model import Line, Table
from indexer.formats.columns import Char, gather, in_columns
from indexer.formats.text import clean

_SNAP = 3.0
_MIN_TABLE_CELLS = 2


@dataclass(frozen=True, slots=True)
class Edge:
    """A ruling line, upright or level."""

    x0: float
    top: float
    x1: float
    bottom: float


Box = tuple[float, float, float, float]


def lay_out(chars: Sequence[Char], edges: Sequence[Edge], page: int) -> list[Line | Table]:
    """The lines and tables of a page, from top to bottom."""
    grids = _find_grids(edges)
    if not grids:
        return list(_as_lines(in_columns(gather(chars)), page))
    inside: list[list[Char]] = [[] for _ in grids]
    outside: list[Char] = []
    for char in chars:
        middle = ((char.x0 + char.x1) / 2, (char.top + char.bottom) / 2)
        place = next((i for i, (box, _) in enumerate(grids) if _holds(box, middle)), None)
        (outside if place is None else inside[place]).append(char)
    placed: list[tuple[float, Line | Table]] = [(line.box[1], line) for line in _lines(outside, page) if line.box]
    for (box, cells), members in zip(grids, inside, strict=True):
        if not members:
            continue
        rows = _rows(cells, members)
        if _is_frame(rows):
            placed.extend((line.box[1], line) for line in _lines(members, page) if line.box)
        else:
            placed.append((box[1], Table(rows, page=page, last_page=page)))
    placed.sort(key=lambda item: item[0])
    return [block for _, block in placed]


def _find_grids(edges: Sequence[Edge]) -> list[tuple[Box, list[Box]]]:
    if len(edges) < 4:
        return []
    found = [
        {
            "x0": e.x0,
            "x1": e.x1,
            "top": e.top,
            "bottom": e.bottom,
            "width": e.x1 - e.x0,
            "height": e.bottom - e.top,
            "orientation": "v" if e.x1 - e.x0 < e.bottom - e.top else "h",
            "object_type": "line",
        }
        for e in edges
    ]
    merged = merge_edges(found, _SNAP, _SNAP, _SNAP, _SNAP)
    merged = [edge for edge in merged if max(edge["width"], edge["height"]) >= _SNAP]
    cells = intersections_to_cells(edges_to_intersections(merged, _SNAP, _SNAP))
    grids = []
    for table in cells_to_tables(cells):
        boxes = [tuple(map(float, cell)) for cell in table]
        if len(boxes) >= _MIN_TABLE_CELLS:
            outer = (
                min(b[0] for b in boxes),
                min(b[1] for b in boxes),
                max(b[2] for b in boxes),
                max(b[3] for b in boxes),
            )
            grids.append((outer, boxes))
    return grids  # type: ignore[return-value]


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _rows(cells: Sequence[Box], chars: Sequence[Char]) -> tuple[tuple[str, ...], ...]:
    """The table as rows of equal length; a merged cell's text stands in every place it covers."""
    xs = _ticks(value for cell in cells for value in (cell[0], cell[2]))
    ys = _ticks(value for cell in cells for value in (cell[1], cell[3]))
    members: dict[Box, list[Char]] = {cell: [] for cell in cells}
    ordered = sorted(cells)
    for char in chars:
        middle = ((char.x0 + char.x1) / 2, (char.top + char.bottom) / 2)
        home = next((cell for cell in ordered if _holds(cell, middle)), None)
        if home is not None:
            members[home].append(char)
    grid = [["" for _ in xs[1:]] for _ in ys[1:]]
    for cell in cells:
        text = "\n".join(line.text for line in _lines(members[cell], None))
        for row, y in enumerate(ys[:-1]):
            if not cell[1] - 1 <= y < cell[3] - 1:
                continue
            for column, x in enumerate(xs[:-1]):
                if cell[0] - 1 <= x < cell[2] - 1:
                    grid[row][column] = text
    return tuple(tuple(row) for row in grid if any(row))


def _is_frame(rows: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the table is a frame round a text: one cell filled, and not the last of a card's row going on."""
    return len({cell for row in rows for cell in row if cell}) <= 1 and any(row[0] for row in rows)


def _ticks(values: Iterable[float]) -> list[float]:
    ticks: list[float] = []
    for value in sorted(values):
        if not ticks or value - ticks[-1] > 1:
            ticks.append(value)
    return ticks


def _lines(chars: Sequence[Char], page: int | None) -> list[Line]:
    """Characters gathered into lines, top to bottom, each from left to right."""
    return _as_lines(gather(chars), page)


def _as_lines(rows: Sequence[Sequence[Char]], page: int | None) -> list[Line]:
    found = []
    for row in rows:
        if text := clean(_spell(row)):
            box = (row[0].x0, min(c.top for c in row), max(c.x1 for c in row), max(c.bottom for c in row))
            size = statistics.median(c.size for c in row if not c.text.isspace())
            found.append(Line(text, page=page, box=box, size=round(size, 1)))
    return found


def _spell(line: Sequence[Char]) -> str:
    """The text of one line, with a blank where the gap is wide."""
    parts: list[str] = []
    last: Char | None = None
    for char in line:
        if last is not None:
            if char.text == last.text and abs(char.x0 - last.x0) < 0.1 * char.size and abs(char.top - last.top) < 1:
                continue  # bold made by printing twice
            if char.x0 - last.x1 > 0.3 * max(char.size, last.size):
                parts.append(" ")
        parts.append(char.text)
        last = char
    return "".join(parts)
