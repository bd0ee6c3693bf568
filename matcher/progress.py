"""How far a batch has come, in words with a bar."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_WIDTH = 20
_PIECE = 1 << 20


def rows_in(path: Path) -> int | None:
    """About how many enterprises a file has: the rows of a Parquet file, the lines of a text; None where that is not cheap to tell."""
    match path.suffix.lower():
        case ".parquet":
            try:
                return int(pq.read_metadata(path).num_rows)
            except pa.ArrowInvalid:  # whoever reads the file says what is wrong with it
                return None
        case ".jsonl" | ".csv":
            with path.open("rb") as file:
                return sum(piece.count(b"\n") for piece in iter(lambda: file.read(_PIECE), b""))
        case _:
            return None


def progress(done: int, whole: int | None) -> str:
    """How many enterprises are done, with a bar where it is known of how many.

    >>> progress(50, 200)
    '已判定 50 家 [█████···············] 25%'
    >>> progress(50, None)
    '已判定 50 家'
    """
    if not whole:
        return f"已判定 {done} 家"
    share = min(1.0, done / whole)
    full = int(share * _WIDTH)
    return f"已判定 {done} 家 [{'█' * full}{'·' * (_WIDTH - full)}] {share:.0%}"
