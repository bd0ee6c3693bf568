"""A file of lists is what any reader of Parquet takes it for."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.listfile import ListFile, Lists, packed, width_of

SIZES = [1, 2, 16, 17, 256, 257, 4096, 4097, 65_536, 65_537]


def lists_of(rows):
    ends = np.cumsum([0, *map(len, rows)])
    return Lists(ends, np.array([place for row in rows for place in row], np.uint16))


def written(groups, names):
    file = io.BytesIO()
    out = ListFile(file, "enterprise_id", ("eligible", "unknown"), names)
    for ids, columns in groups:
        out.write(ids, [lists_of(rows) for rows in columns])
    out.close()
    file.seek(0)
    return file


@st.composite
def row_groups(draw):
    size = draw(st.integers(1, 40))
    row = st.lists(st.integers(0, size - 1), max_size=6)
    groups = []
    for no in range(draw(st.integers(0, 3))):
        count = draw(st.integers(1, 12))
        columns = [draw(st.lists(row, min_size=count, max_size=count)) for _ in range(2)]
        groups.append(([f"企业{no}-{i}" for i in range(count)], columns))
    return groups, [f"事项{i}" for i in range(size)]


@given(row_groups())
def test_what_is_written_is_read(made):
    groups, names = made
    table = pq.read_table(written(groups, names))
    assert table.column("enterprise_id").to_pylist() == [one for ids, _ in groups for one in ids]
    for i, column in enumerate(("eligible", "unknown")):
        want = [[names[place] for place in row] for _, columns in groups for row in columns[i]]
        assert table.column(column).to_pylist() == want


def test_more_rows_than_a_page_holds_and_nothing_for_any_of_them():
    count = 5000
    rows = [[i % 3, 2] if i % 2 else [] for i in range(count)]
    nothing = [[] for _ in range(count)]
    table = pq.read_table(written([([str(i) for i in range(count)], [rows, nothing])], ["a", "b", "c"]))
    assert table.column("eligible").to_pylist() == [["abc"[place] for place in row] for row in rows]
    assert table.column("unknown").to_pylist() == nothing


def test_the_file_says_that_nothing_is_null():
    schema = pq.read_schema(written([], ["a"]))
    names = pa.list_(pa.field("element", pa.string(), nullable=False))
    assert schema.equals(
        pa.schema(
            [
                pa.field("enterprise_id", pa.string(), nullable=False),
                pa.field("eligible", names, nullable=False),
                pa.field("unknown", names, nullable=False),
            ]
        )
    )


@pytest.mark.parametrize("size", SIZES)
def test_places_are_packed_in_bits_that_hold_them_all(size):
    width = width_of(size)
    places = np.unique(np.linspace(0, size - 1, 37).astype(np.uint32))
    head, raw = packed(places if width > 16 else places.astype(np.uint16), width)
    bits = np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little").reshape(-1, width)
    back = bits.astype(np.uint64) @ (np.uint64(1) << np.arange(width, dtype=np.uint64))
    assert head[0] == width
    assert (size - 1).bit_length() <= width
    assert back[: len(places)].tolist() == places.tolist()
    assert len(back) % 8 == 0
