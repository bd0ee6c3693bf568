"""Many files as one zip, sent piece by piece: no file of it lies anywhere whole."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase


class _Pieces(RawIOBase):
    """What a zip writes, until it is taken."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def zipped(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The bytes of a zip of `files`, names and contents, each file as soon as it comes; it is kept as it is, not packed."""
    out = _Pieces()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        for name, content in files:
            bundle.writestr(name, content)
            yield out.taken()
    yield out.taken()
