"""One policy's place in the document that it is cut from."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.model import Line, Table

Block = Line | Table


@dataclass(frozen=True, slots=True)
class Part:
    """One policy in a document: the blocks `start`–`end` (end excluded), of which the body begins at `body`."""

    start: int
    body: int
    end: int
    title: str
    own_no: str | None = None
    dated: tuple[int, int, int] | None = None
    section: str | None = None
    doc_no: str | None = None
    department: str | None = None


def text_of(block: Block) -> str:
    """The words of a line, or of a table's cells."""
    return block.text if isinstance(block, Line) else "".join("".join(row) for row in block.rows)
