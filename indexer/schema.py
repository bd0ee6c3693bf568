"""What Whoosh keeps of a record: its fields, and the words of a text with their positions."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

from whoosh.analysis import Token, Tokenizer
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3PostingsWriter
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.formats import Positions
from whoosh.writing import PostingPool

from corpus.codes import regions
from indexer import docno
from indexer.analysis import indexed, places
from indexer.records import Header, Record

Placed: TypeAlias = Sequence[tuple[int, str]]


class Words(Tokenizer):  # type: ignore[misc]
    """Whoosh's view of `analysis`: positions count words, so that a phrase is words that follow each other.

    In a query only the words themselves are given; in a text also the words inside them.
    """

    def __call__(self, value: str, mode: str = "", **_: Any) -> Iterator[Token]:
        token = Token(positions=True, chars=True, mode=mode)
        token.boost, token.stopped = 1.0, False
        for place in places(value):
            token.startchar, token.endchar = place.word.start, place.word.end
            for text in (place.word.text, *place.parts) if mode == "index" else (place.word.text,):
                token.text = token.original = text
                token.pos = place.at
                yield token


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


class _Terms(W3FieldWriter):  # type: ignore[misc]
    def add_postings(self, schema: Schema, lengths: Any, items: Any) -> None:  # noqa: ARG002 - Whoosh's own signature
        super().add_postings(schema, None, items)


class _Postings(W3PostingsWriter):  # type: ignore[misc]
    def add_posting(self, id_: int, weight: float, vbytes: bytes, length: int | None = None) -> None:  # noqa: ARG002
        if len(self._ids) >= self._blocklimit:
            self._write_block()
        self._ids.append(id_)
        self._weights.append(weight)
        self._values.append(vbytes)


class LeanPool(PostingPool):  # type: ignore[misc]
    """Whoosh's pool of postings to be sorted, counted by their number and not by the bytes of each."""

    _MOST = 1_000_000

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Take a posting; what is too much for memory goes to a file."""
        self.current.append(item)
        if len(self.current) > self._MOST:
            self.save()


class LeanCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec without what only its own ranking needs: no lengths, no compression, larger blocks."""

    def __init__(self) -> None:
        super().__init__(blocklimit=1024, compression=0)

    def field_writer(self, storage: Any, segment: Any) -> W3FieldWriter:
        """What writes the terms of a segment."""
        return _Terms(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> W3PostingsWriter:
        """What writes where a term stands."""
        if byteids:
            return super().postings_writer(dbfile, byteids=True)
        return _Postings(dbfile, blocklimit=self._blocklimit, compression=0, inlinelimit=self._inlinelimit)


class WordsField(TEXT):  # type: ignore[misc]
    """A text field that takes terms already placed (see `analysis.indexed`), so that a text is cut once for Whoosh and ranking."""

    def __init__(self) -> None:
        super().__init__(analyzer=Words(), phrase=True, multitoken_query="phrase")
        self.format = Places()
        self.scorable = False

    def index(self, value: Placed, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """(term, how often, weight, encoded positions) for each different term."""
        found: dict[str, list[int]] = {}
        for at, term in value:
            found.setdefault(term, []).append(at)
        encode = self.format.encode
        for term, at_all in found.items():
            yield term.encode(), len(at_all), 1.0, encode(at_all)


def schema() -> Schema:
    """The fields of a record. Only a policy's own record fills those that are about the policy."""
    return Schema(
        policy=ID(),
        kind=ID(),
        text=WordsField(),
        title=WordsField(),
        doc_no=ID(),
        issuer=WordsField(),
        department=WordsField(),
        level=ID(),
        region=KEYWORD(),
        issued=NUMERIC(int),
        effective=NUMERIC(int),
        expires=NUMERIC(int),
        record=STORED(),
    )


def fields_of(record: Record, about: Header, heading: Placed, text: Placed) -> dict[str, Any]:
    """The values of a record's fields; `heading` and `text` are its words, placed."""
    stored = (record.path, record.heading, record.text, record.page, record.clauses, record.draft)
    values: dict[str, Any] = {"policy": about.id, "kind": record.kind, "record": stored}
    if record.kind != "policy":
        shift = heading[-1][0] + 2 if heading else 0
        return values | {"text": (*heading, *((at + shift, term) for at, term in text))}
    number = docno.find(about.doc_no) if about.doc_no else None
    values |= {"title": heading, "text": text, "doc_no": str(number) if number else about.doc_no, "level": about.level}
    values |= {"issuer": indexed(about.issuer or "")[0], "department": indexed("；".join(about.departments))[0]}
    if about.region:
        values["region"] = " ".join((about.region, *regions.ancestors(about.region)))
    days = {"issued": about.issued_on, "effective": about.effective_from, "expires": about.expires_on}
    return values | {name: day_number(day) for name, day in days.items() if day}


def day_number(day: date) -> int:
    """A day as Whoosh keeps it: 20230717."""
    return day.year * 10000 + day.month * 100 + day.day


def record_of(kind: str, stored: Iterable[Any]) -> Record:
    """The record that was stored."""
    path, heading, text, page, clauses, draft = stored
    return Record(kind, path, heading, text, page, tuple(clauses), draft)  # type: ignore[arg-type]
