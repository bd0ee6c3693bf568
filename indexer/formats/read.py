"""What a reader hands back, before it is known by its name and hash."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.model import Line, Notice, Table


@dataclass(frozen=True, slots=True)
class Blocks:
    """The lines and tables of a file in reading order, with what stands beside them."""

    blocks: tuple[Line | Table, ...]
    pages: int | None = None
    title: str | None = None
    meta: tuple[tuple[str, str], ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is no text at all."""
        return not any(block.text if isinstance(block, Line) else block.rows for block in self.blocks)
