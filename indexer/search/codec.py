"""Whoosh's codec with the clauses' words kept as arrays.

Whoosh writes a posting in Python at a time: for the `text` field, which holds all but a hundredth of them, this is the
cost of the whole index. Its words and their positions are therefore written by `build` for a whole block, and read here
as Whoosh's queries ask for them: phrases, wildcards, ranges and booleans are Whoosh's own.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.base import FieldCursor, TermsReader
from whoosh.codec.whoosh3 import W3Codec, W3PerDocReader, W3PerDocWriter
from whoosh.columns import PickleColumn, VarBytesColumn
from whoosh.filedb.filestore import OverlayStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.formats import Positions
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo

from indexer.search.standing import Standing

TEXT = "text"
# As Whoosh stores documents, but not compressed: they are short.
_STORED = PickleColumn(VarBytesColumn())


class Places(Positions):  # type: ignore[misc]
    """Positions as plain numbers; Whoosh pickles them, at five times the cost."""

    def encode(self, places: Sequence[int]) -> bytes:
        return array("I", places).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        return array("I", value).tolist()

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // array("I").itemsize

    def decode_weight(self, value: bytes) -> float:
        return float(self.decode_frequency(value))


def rank_folder(generation: Path, segment_id: str) -> Path:
    """Where the arrays of a Whoosh segment are kept."""
    return generation / "rank" / segment_id


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own codec but for the words of `text` and the form of stored documents."""

    def terms_reader(self, storage: Any, segment: Any) -> TermsReader:
        """What reads the terms of a segment."""
        # The files of a committed segment are joined in one, over the storage that it lies in.
        folder = Path((storage.b if isinstance(storage, OverlayStorage) else storage).folder)
        return _Reader(super().terms_reader(storage, segment), rank_folder(folder, segment.segment_id()))

    def per_document_writer(self, storage: Any, segment: Any) -> W3PerDocWriter:
        """What writes the documents of a segment."""
        return _DocumentWriter(self, storage, segment)

    def per_document_reader(self, storage: Any, segment: Any) -> W3PerDocReader:
        """What reads the documents of a segment."""
        return _DocumentReader(storage, segment)


class _DocumentWriter(W3PerDocWriter):  # type: ignore[misc]
    def _create_column(self, fieldname: str, column: Any) -> None:
        super()._create_column(fieldname, _STORED if fieldname == "_stored" else column)

    def add_column_value(self, fieldname: str, column: Any, value: Any) -> None:
        super().add_column_value(fieldname, _STORED if fieldname == "_stored" else column, value)


class _DocumentReader(W3PerDocReader):  # type: ignore[misc]
    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return self._cached_reader("_stored", _STORED)[docnum] or {}

    def _get_column_file(self, fieldname: str) -> tuple[Any, int, int]:
        opened, offset, length = super()._get_column_file(fieldname)
        if fieldname == "_stored" and isinstance(opened, BufferFile):
            # Beside the memory map Whoosh keeps a copy of all texts, to read as a file; this column never does.
            opened.file.close()
        return opened, offset, length


class _Reader(TermsReader):  # type: ignore[misc]
    """The terms of all fields. `terms` and `items` leave those of `text` out: they list what Whoosh copies when it merges."""

    def __init__(self, others: TermsReader, folder: Path) -> None:
        self._others, self._standing = others, Standing(folder)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        if term[0] != TEXT:
            return term in self._others
        return len(self._standing.records(term[1].decode())) > 0

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        return self._others.cursor(fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        found: Iterator[tuple[str, bytes]] = self._others.terms()
        return found

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        if fieldname != TEXT:
            yield from self._others.terms_from(fieldname, prefix)
        else:
            yield from ((TEXT, term.encode()) for term in self._standing.starting(prefix.decode()))

    def items(self) -> Iterator[Any]:
        found: Iterator[Any] = self._others.items()
        return found

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[Any]:
        return (((name, text), self.term_info(name, text)) for name, text in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        if fieldname != TEXT:
            return self._others.term_info(fieldname, text)
        records = self._found(text)
        times = float(self._standing.times(text.decode()))
        return TermInfo(times, len(records), minid=int(records[0]), maxid=int(records[-1]))

    def _found(self, text: bytes) -> Any:
        records = self._standing.records(text.decode())
        if not len(records):
            raise KeyError(text)
        return records

    def frequency(self, fieldname: str, text: bytes) -> float:
        found: float = self.term_info(fieldname, text).weight()
        return found

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        found: int = self.term_info(fieldname, text).doc_frequency()
        return found

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        if fieldname != TEXT:
            return self._others.matcher(fieldname, text, format_, scorer=scorer)
        records = self._found(text).tolist()
        places = _PlacesOf(self._standing, text.decode(), len(records))
        return _Matcher(records, None, places, format_, scorer, term=(fieldname, text))

    def indexed_field_names(self) -> list[str]:
        return [*self._others.indexed_field_names(), TEXT]

    def close(self) -> None:
        self._others.close()


class _PlacesOf:
    """The encoded positions of a term in each of its records, made when they are asked for."""

    def __init__(self, standing: Standing, term: str, size: int) -> None:
        self._standing, self._term, self._size = standing, term, size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, at: int) -> bytes:
        found: bytes = self._standing.positions(self._term, at).astype(np.uint32).tobytes()
        return found


class _Matcher(ListMatcher):  # type: ignore[misc]
    def skip_to(self, id: int) -> None:
        self._i: int = bisect_left(self._ids, id, self._i)
