"""Cards: a policy told in labelled fields, as a table of two columns or as lines that begin with a label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Line, Table
from indexer.cut.labels import field_of
from indexer.cut.marks import read_mark
from indexer.cut.paragraphs import join_lines
from indexer.formats.tables import cells
from indexer.formats.text import tidy

_MIN_FIELDS = 3
_LABELLED = re.compile(r"[【\[]?([^\s：:】\]。，]{2,12})(?:[】\]]|\s*[：:])\s*(.*)")


@dataclass(frozen=True, slots=True)
class Card:
    """A card's fields in order: our name for each, its own label, its paragraphs. `head` is a row without label."""

    fields: tuple[tuple[str, str, tuple[str, ...]], ...]
    head: str | None = None

    def get(self, name: str) -> str | None:
        """The text of a field by our name; None where the card has none, or a dash."""
        for field, _, texts in self.fields:
            if field == name and (text := "\n".join(texts)) and not re.fullmatch(r"[/／\-—–无]+", text):
                return text
        return None


def card_of(table: Table) -> Card | None:
    """The card that a table is; None where it is none."""
    fields: list[tuple[str, str, list[str]]] = []
    head: str | None = None
    for row in table.rows:
        parts = cells(row)
        pairs = _pairs(parts)
        if pairs:
            fields.extend((name, tidy(label.replace("\n", "")), value.split("\n")) for name, label, value in pairs)
        elif len(parts) == 1 and not fields:
            head = tidy(parts[0].replace("\n", ""))
        elif fields:
            value = parts[-1] if len(parts) <= 2 and not parts[0].strip() else "\n".join(filter(None, parts))
            fields[-1][2].extend(value.split("\n"))
    if len({name for name, _, _ in fields}) < _MIN_FIELDS or len(fields) * 3 < len(table.rows):
        return None
    return Card(tuple((name, label, tuple(join_lines(texts))) for name, label, texts in fields), head)


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
    fields: list[tuple[str, str, list[str]]] = []
    for line in lines:
        found = _LABELLED.fullmatch(line.text)
        name = field_of(found[1]) if found else None if "。" in line.text else field_of(line.text)
        if name is not None and not found and read_mark(line.text) is not None:
            return None  # a heading of running text that is called like a field
        if name:
            label, value = (found[1], found[2]) if found else (line.text.strip("：: 【】[]"), "")
            fields.append((name, tidy(label), [value] if value else []))
        elif fields:
            fields[-1][2].append(line.text)
    names = {name for name, _, _ in fields}
    if len(names) < _MIN_FIELDS or not names & {"audience", "content", "conditions"}:
        return None
    if 2 * sum(len(text) for _, _, texts in fields for text in texts) < sum(len(line.text) for line in lines):
        return None
    return Card(tuple((name, label, tuple(join_lines(texts))) for name, label, texts in fields))
