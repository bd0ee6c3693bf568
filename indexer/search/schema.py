"""What Whoosh keeps of a record: its fields, and the words of a text with their positions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from whoosh.analysis import Token, Tokenizer
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema

from corpus.codes import regions
from indexer.doc_no import typed_doc_no
from indexer.search.analysis import fold, places
from indexer.search.codec import Places
from indexer.search.records import Header, Record

_LONGEST_PIECE = 255


class Words(Tokenizer):  # type: ignore[misc]
    """Whoosh's view of `analysis`: positions count words, so that a phrase is words that follow each other.

    In a query only the words themselves are given; in a text also the words inside them. A pattern (高*企业) is one word:
    Whoosh asks not to `tokenize` it.
    """

    def __call__(self, value: str, mode: str = "", *, tokenize: bool = True, **_: Any) -> Iterator[Token]:
        token = Token(positions=True, chars=True, mode=mode)
        token.boost, token.stopped = 1.0, False
        if not tokenize:
            token.text = token.original = fold(value)
            token.pos, token.startchar, token.endchar = 0, 0, len(value)
            yield token
            return
        for place in places(value):
            token.startchar, token.endchar = place.word.start, place.word.end
            for text in (place.word.text, *place.parts) if mode == "index" else (place.word.text,):
                token.text = token.original = text
                token.pos = place.at
                yield token


def _words() -> TEXT:
    field = TEXT(analyzer=Words(), phrase=True, multitoken_query="phrase")
    field.format = Places()
    field.scorable = False
    return field


def schema() -> Schema:
    """The fields of a record. Only a policy's own record fills those that are about the policy; `text` is filled by `build`."""
    return Schema(
        policy=ID(),
        text=_words(),
        title=_words(),
        doc_no=ID(),
        issuer=_words(),
        department=_words(),
        level=ID(),
        region=KEYWORD(),
        issued=NUMERIC(int),
        effective=NUMERIC(int),
        expires=NUMERIC(int),
        record=STORED(),
    )


def fields_of(record: Record, about: Header, pieces: Sequence[str]) -> dict[str, Any]:
    """The values of a record's fields, but for its text, which is cut to `pieces`."""
    lengths = bytes(map(len, pieces)) if len(max(pieces, key=len, default="")) <= _LONGEST_PIECE else b""
    stored = (record.path, record.heading, record.text, record.page, record.clauses, record.draft, lengths)
    values: dict[str, Any] = {"policy": about.id, "record": stored}
    if record.kind != "policy":
        return values
    number = typed_doc_no(about.doc_no) if about.doc_no else None
    values |= {"title": record.heading, "issuer": about.issuer, "department": "；".join(about.departments) or None}
    values |= {"doc_no": str(number) if number else about.doc_no, "level": about.level}
    if about.region:
        values["region"] = " ".join((about.region, *regions.ancestors(about.region)))
    days = {"issued": about.issued_on, "effective": about.effective_from, "expires": about.expires_on}
    return values | {name: day_number(day) for name, day in days.items() if day}


def day_number(day: date) -> int:
    """A day as Whoosh keeps it: 20230717."""
    return day.year * 10000 + day.month * 100 + day.day


def record_of(kind: str, stored: Iterable[Any]) -> Record:
    """The record that was stored."""
    path, heading, text, page, clauses, draft, pieces = stored
    return Record(kind, path, heading, text, page, tuple(clauses), draft, pieces)  # type: ignore[arg-type]
