"""One reader a format, each giving the same `Document`; what cannot be read is refused by name, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpus.model import Document
from indexer.formats.files import Refused
from indexer.formats.isolate import read_isolated

__all__ = ["Refused", "read_file"]


def read_file(path: Path, *, ocr: bool = True) -> Iterator[Document | Refused]:
    """The documents in the file at `path`: one, or several where it is a zip; each that cannot be read is Refused.

    It is read in a process of its own, within the limits of `limits`. Never raises for what a file holds.
    """
    return read_isolated(path, ocr=ocr)
