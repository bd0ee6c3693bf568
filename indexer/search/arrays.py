"""Arrays on disk, memory-mapped: bare numbers, the type by the name.

Not numpy's own format: reading its header parses Python, and in Python 3.11 two threads that do so at once can fail
(SystemError: AST constructor recursion depth mismatch), one that opens the index and one that updates it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TYPES: dict[str, type[np.generic]] = {
    "pointers": np.int64,
    "records": np.int32,
    "counts": np.uint16,
    "headings": np.float16,
    "weights": np.float32,
    "at_pointers": np.int64,
    "at_records": np.int32,
    "at_offsets": np.int64,
    "at_positions": np.int32,
    "kinds": np.int8,
    "starts": np.int32,
    "lengths": np.int32,
}


def put(folder: Path, name: str, values: npt.ArrayLike) -> None:
    """Write an array, in one step in place of the one of that name. Who has the old one open keeps it."""
    beside = folder / f"{name}.new"
    np.asarray(values, dtype=TYPES[name]).tofile(beside)
    beside.replace(folder / f"{name}.bin")


def read(folder: Path, name: str) -> npt.NDArray[Any]:
    """An array as it was put, not to be written to. Raises FileNotFoundError where there is none."""
    path = folder / f"{name}.bin"
    if not path.stat().st_size:
        return np.zeros(0, dtype=TYPES[name])
    # As a plain array: its slices cost less than a memmap's.
    found: npt.NDArray[Any] = np.memmap(path, dtype=TYPES[name], mode="r").view(np.ndarray)
    return found
