"""For millions of records: tantivy says which policies may come first, and only those are scored.

tantivy narrows, our ranking decides: the order and the scores are those of `ranking`, over the policies of the CHOSEN
records that tantivy's own BM25 of the same terms puts first. What stands further down than that is not counted.
A segment's tantivy index is made from its matrix and lies beside it; where tantivy (extra `[tantivy]`) is not
installed, or the segment is smaller, everything is scored.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csc_array

from indexer.search import arrays
from indexer.search.build import Part
from indexer.search.gather import Ints
from indexer.search.ranking import Floats

# From so many records on scoring all of them costs more than asking tantivy first. At 517,000 scoring all takes 4 ms
# (p95 8), asking tantivy first 10 (p95 24): a query with its lexicon entries is many terms, each of which it must follow.
FROM = 2_000_000
CHOSEN = 1_000
_HEAP = 256_000_000
_NAME = "tantivy"


def write(folder: Path) -> None:
    """The tantivy index of the matrix in `folder`, where it is large enough and tantivy is installed."""
    if len(arrays.read(folder, "kinds")) < FROM or find_spec(_NAME) is None:
        return
    import tantivy

    (folder / _NAME).mkdir()
    made = tantivy.Index(_schema(tantivy), path=str(folder / _NAME))
    writer = made.writer(_HEAP, 1)
    for record, text in enumerate(_texts(Part.read(folder))):
        writer.add_document(tantivy.Document(record=record, text=text))
    writer.commit()
    writer.wait_merging_threads()


def _schema(tantivy: Any) -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("record", fast=True)
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _texts(part: Part) -> Any:
    """What tantivy is given of each record: the rows of its terms, each as often as it counts."""
    times = np.maximum(part.counts + np.rint(part.headings).astype(np.int64), 1).astype(np.int32)
    shape = len(part.kinds), len(part.pointers) - 1
    by_record = csc_array((times, part.records, part.pointers), shape=shape).tocsr()
    names = [str(row) for row in range(shape[1])]
    for first, last in zip(by_record.indptr[:-1], by_record.indptr[1:], strict=True):
        rows = np.repeat(by_record.indices[first:last], by_record.data[first:last])
        yield " ".join([names[row] for row in rows.tolist()])


class Narrow:
    """The tantivy index of a segment, opened for reading."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy: Any = tantivy
        self._index = tantivy.Index.open(str(folder / _NAME))
        self._searcher = self._index.searcher()

    def records(self, rows: Ints, weights: Floats) -> Ints:
        """The CHOSEN records that tantivy puts first, in their order; `rows` are the terms', `weights` their weights."""
        asked, schema = self._tantivy.Query, self._index.schema
        any_of = [
            (self._tantivy.Occur.Should, asked.boost_query(asked.term_query(schema, "text", str(row)), weight))
            for row, weight in zip(rows.tolist(), weights.tolist(), strict=True)
        ]
        found = self._searcher.search(asked.boolean_query(any_of), CHOSEN, count=False).hits
        records = self._searcher.fast_field_values("record", [address for _, address in found])
        return np.sort(np.array(records, dtype=np.int64))


def open_narrow(folder: Path) -> Narrow | None:
    """The tantivy index of a segment; None where it has none or tantivy is not installed."""
    return Narrow(folder) if (folder / _NAME).is_dir() and find_spec(_NAME) is not None else None
