"""How large, how deep and how long a file may be before it is refused. Units: bytes, counts, seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class FormatError(Exception):
    """A file that cannot be read; the message is the reason, in Chinese, for the person who sent it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader accepts.

    `ratio` is how far a part of a zip may be packed, counted for parts of `ratio_from` bytes and more: the XML of an
    honest spreadsheet packs well too. `stall` is how long a reader may work without finishing a page; `total` what a
    file may take, to which every finished page adds `per_page` (a book of a thousand pages is slow, not hostile);
    `stall_slow` is both where text is recognised in images, or a book is cut.
    """

    file_bytes: int = 300 * MEGABYTE
    unpacked_bytes: int = 500 * MEGABYTE
    part_bytes: int = 200 * MEGABYTE
    ratio: int = 120
    ratio_from: int = 16 * MEGABYTE
    members: int = 2000
    depth: int = 3
    pages: int = 5000
    characters: int = 30_000_000
    page_edges: int = 6000
    page_characters: int = 60_000
    cells: int = 400_000
    memory_bytes: int = 4096 * MEGABYTE
    stall: float = 20.0
    total: float = 25.0
    per_page: float = 0.5
    stall_slow: float = 120.0


LIMITS = Limits()

Tick = Callable[[], None]
