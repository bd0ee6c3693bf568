"""Cards: a policy told in labelled fields, as a table of two columns or as lines that begin with a label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.model import Line, Table
from indexer.cut.labels import field_of
from indexer.cut.marks import read_mark
from indexer.cut.paragraphs import Paragraph, join_lines
from indexer.formats.tables import PAGE_BREAK, cells
from indexer.formats.text import clean, tidy

_MIN_FIELDS = 3
_LABELLED = re.compile(r"[【\[]?([^\s：:】\]。，]{2,12})(?:[】\]]|\s*[：:])\s*(.*)")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a card: our name for it, its own label, what it says."""

    name: str
    label: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> str:
        """What it says, a line a paragraph."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Card:
    """A card's fields in order. `head` is a row above them that has no label."""

    fields: tuple[Field, ...]
    head: str | None = None

    def get(self, name: str) -> str | None:
        """The text of a field by our name; None where the card has none, or a dash."""
        for field in self.fields:
            if field.name == name and field.text and not re.fullmatch(r"[/／\-—–无]+", field.text):
                return field.text
        return None

    @property
    def size(self) -> int:
        """How many characters its fields hold."""
        return sum(len(field.text) for field in self.fields)


def card_of(table: Table) -> Card | None:
    """The card that a table is; None where it is none."""
    found: list[tuple[str, str, list[Line]]] = []
    head: str | None = None
    page = table.page
    for row in table.rows:
        parts = cells(row)
        pairs = _pairs(parts)
        if pairs:
            found.extend((name, tidy(label.replace("\n", "")), _lines(value, page)) for name, label, value in pairs)
        elif len(parts) == 1 and not found:
            head = tidy(parts[0].replace("\n", ""))
        elif found:
            value = parts[-1] if len(parts) <= 2 and not parts[0].strip() else "\n".join(filter(None, parts))
            found[-1][2].extend(_lines(value, page))
        if page is not None:
            page += row[-1].count(PAGE_BREAK)
    if len({name for name, _, _ in found}) < _MIN_FIELDS or len(found) * 3 < len(table.rows):
        return None
    return Card(tuple(Field(name, label, join_lines(lines)) for name, label, lines in found), head)


def cards_of_rows(table: Table) -> tuple[Card, ...]:
    """The cards that the rows of a list are, whose head row names their fields; none where it does not."""
    names = [field_of(cell.replace("\n", "")) for cell in table.rows[0]]
    known = {name for name in names if name}
    if len(known) < _MIN_FIELDS or not known & {"title", "content"} or len(table.rows) < 2:
        return ()
    found = []
    page = table.page
    for row in table.rows[1:]:
        fields = [
            Field(name or "", tidy(label.replace("\n", "")) or f"第{no}列", join_lines(_lines(cell, page)))
            for no, (name, label, cell) in enumerate(zip(names, table.rows[0], row, strict=True), start=1)
        ]
        if page is not None:
            page += row[-1].count(PAGE_BREAK)
        if any(field.text for field in fields if field.name in ("title", "content")):
            found.append(Card(tuple(field for field in fields if field.text)))
    return tuple(found)


def _lines(value: str, page: int | None) -> list[Line]:
    """A cell's lines, each with the page it stands on."""
    lines = []
    for text in value.split("\n"):
        if page is not None and text.startswith(PAGE_BREAK):
            page += 1
        if shown := clean(text):
            lines.append(Line(shown, page=page))
    return lines


def _pairs(parts: Sequence[str]) -> list[tuple[str, str, str]]:
    """The labels and values that a row holds: 标签, 值, 标签, 值."""
    found: list[tuple[str, str, str]] = []
    for label, value in zip(parts[::2], parts[1::2], strict=False):
        name = field_of(label.replace("\n", ""))
        if name is None:
            return found
        found.append((name, label, value))
    return found


def card_of_lines(lines: Sequence[Line]) -> Card | None:
    """The card that lines of `标签：值` make; None where fewer than half of the lines follow a label."""
    found: list[tuple[str, str, list[Line]]] = []
    for line in lines:
        said = _LABELLED.fullmatch(line.text)
        name = field_of(said[1]) if said else None if "。" in line.text else field_of(line.text)
        if name is not None and not said and read_mark(line.text) is not None:
            return None  # a heading of running text that is called like a field
        if name and said:
            found.append((name, tidy(said[1]), [replace(line, text=said[2])] if said[2] else []))
        elif name:
            found.append((name, tidy(line.text.strip("：: 【】[]")), []))
        elif found:
            found[-1][2].append(line)
    names = {name for name, _, _ in found}
    if len(names) < _MIN_FIELDS or not names & {"audience", "content", "conditions"}:
        return None
    card = Card(tuple(Field(name, label, join_lines(inside)) for name, label, inside in found))
    return card if 2 * card.size >= sum(len(line.text) for line in lines) else None
