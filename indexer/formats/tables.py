"""Tables that run over pages, put together again."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.model import Line, Table

Row = tuple[str, ...]
PAGE_BREAK = "\f"  # in a cell's text, as in plain text: what follows, in this row or below, is on the next page


def join_pages(pages: Sequence[Sequence[Line | Table]]) -> list[Line | Table]:
    """The blocks of all pages in order, where a table that goes on at the top of the next page is one table."""
    blocks: list[Line | Table] = []
    for page in pages:
        for place, block in enumerate(page):
            last = blocks[-1] if blocks else None
            if place == 0 and isinstance(block, Table) and isinstance(last, Table) and _goes_on(last, block):
                blocks[-1] = _join(last, block)
            else:
                blocks.append(block)
    return blocks


def cells(row: Row) -> list[str]:
    """The different cells of a row: what a merged cell repeats, once."""
    return [cell for place, cell in enumerate(row) if place == 0 or cell != row[place - 1]]


def is_card(table: Table) -> bool:
    """Whether the table is a card: rows of a label and what it says, with no head row."""
    return sum(1 for row in table.rows if len(cells(row)) <= 2) * 2 > len(table.rows)


def _goes_on(first: Table, second: Table) -> bool:
    if first.last_page is None or second.page != first.last_page + 1:
        return False
    widths = {len(first.rows[-1]), len(second.rows[0])}
    return len(widths) == 1 or 2 in widths


def _join(first: Table, second: Table) -> Table:
    width = max(len(first.rows[0]), len(second.rows[0]))
    rows, more = [[_widen(row, width) for row in table.rows] for table in (first, second)]
    card = is_card(first)
    if len(more) > 1 and more[0] == rows[0]:
        more, card = more[1:], False  # the head row again, which no card has
    if more and (joined := _split_row(rows[-1], more[0], card=card)) is not None:
        rows[-1] = joined
        more = more[1:]
    else:
        rows[-1] = _mark(rows[-1])
    return Table(tuple(rows + more), page=first.page, last_page=second.last_page)


def _widen(row: Row, width: int) -> Row:
    """A row of a label and its text in a table that is wider elsewhere."""
    return row + row[-1:] * (width - len(row))


def _split_row(upper: Row, lower: Row, *, card: bool) -> Row | None:
    """The row that the page break cut in two, whole; None where the two are rows of their own.

    A card's label stands in the middle of its row and so on one page only, whichever; a list's number on the first.
    """
    if upper[0] and lower[0]:
        return None
    if not card and (lower[0] or not upper[0]):
        return None
    label, *rest = zip(upper, lower, strict=True)
    return (label[0] or label[1], *(f"{a}\n{PAGE_BREAK}{b}" for a, b in rest))


def _mark(row: Row) -> Row:
    """The row with a page break at its end."""
    return tuple(cell + PAGE_BREAK if cell == row[-1] else cell for cell in row)
