"""Tables taken as columns give the verdicts that their rows give as profiles; what is not in order is left to those."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.errors import Problem
from corpus.fields import registry
from matcher.batch import Engine
from matcher.bits import pack, pack_columns
from matcher.catalogue import compile_catalogue
from matcher.cells import header
from matcher.columns import ProfileColumns
from matcher.facts import read_profile
from matcher.frames import framed, plain, row_of
from matcher.tables import read_profiles, run_batch
from tests.matcher.world import a_world

AS_OF = date(2024, 6, 30)


def flat(profile):
    """A profile as a row: what cannot be a cell is left out, sets of some enterprises are written as text."""
    row = {"id": profile["id"], "name": "某公司"}
    for name, value in profile["facts"].items():
        field = registry()[name]
        if isinstance(value, dict) and field.by_year:
            row |= {f"{name}_{year}": number for year, number in value.items()}
        elif field.type == "number" and not field.by_year:
            row[name] = value
        elif field.type in ("set", "event") and isinstance(value, list):
            names = [one if isinstance(one, str) else one["name"] for one in value]
            days = ["" if isinstance(one, str) or "on" not in one else f"@{one['on']}" for one in value]
            text = "；".join(map("".join, zip(names, days, strict=True))) or "无"
            row[name] = names if name == "qualification" else text
        elif isinstance(value, str):
            row[name] = date.fromisoformat(value) if name == "founded_on" else value
    return row


def table_of(rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: [row.get(name) for row in rows] for name in names})


@pytest.mark.parametrize("as_of", [AS_OF, date(2022, 2, 28)])
def test_columns_and_rows_agree(as_of):
    policy, profiles = a_world(17, 150, 400)
    table = table_of([flat(profile) for profile in profiles])
    columns = header(table.column_names, "t")
    assert plain(columns, table.schema)
    stretch = framed(table, columns, as_of)
    assert stretch.sure.all()
    assert list(stretch.ids) == [profile["id"] for profile in profiles]
    engine = Engine(compile_catalogue([policy]), as_of)
    by_frame = engine.block(stretch.frame.block(0, len(table), as_of))
    rows = [read_profile(row_of(table, columns, i)) for i in range(len(table))]
    by_row = engine.block(ProfileColumns(rows, as_of))
    for i, measure in enumerate(policy.measures):
        assert by_frame.verdicts(i).tolist() == by_row.verdicts(i).tolist(), measure.rule


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("rd_ratio_2023", 0.1, 5.0),
        ("patents", 3.0, float("inf")),
        ("region", "419001", "99"),
        ("founded_on", "2015-03-02", "2015-02-30"),
        ("qualification", ["高企"], ["高企", None]),
        ("exclusion", "无", '[""]'),
        ("event", "首次升规@2023-12-31", "首次升规@昨天"),
        ("name", "某公司", "[1]"),
        ("revenue_2023", "5,000", "五千"),
        ("revenue", "5000", '{"2022": 7}'),
    ],
)
def test_a_row_that_is_not_plainly_in_order_is_left_to_the_readers(tmp_path, column, good, bad):
    table = pa.table({"id": ["a", "b", "c", "d"], column: [good, bad, None, good]})
    columns = header(table.column_names, "t")
    assert plain(columns, table.schema)
    assert framed(table, columns, AS_OF).sure.tolist() == [True, False, True, True]
    policy, _ = a_world(5, 60, 1)
    pq.write_table(table, tmp_path / "e.parquet")
    done = run_batch([policy], tmp_path / "e.parquet", tmp_path / "o.parquet", as_of=AS_OF, all=True)
    read = list(read_profiles(tmp_path / "e.parquet"))
    assert done.problems == [one for one in read if isinstance(one, Problem)]
    ids = [one.id for one in read if not isinstance(one, Problem)]
    assert {row["enterprise_id"] for row in pq.read_table(tmp_path / "o.parquet").to_pylist()} == set(ids)


@pytest.mark.parametrize(
    "table",
    [
        {"id": ["a"], "facts": [{"patents": 1}]},
        {"id": ["a"], "as_of": ["2020-01-01"]},
        {"id": ["a"], "confirmations": ['{"择优": true}']},
        {"id": ["a"], "revenue": [1.0], "revenue_2023": [2.0]},
        {"id": ["a"], "revenue_2023": [1.0], "2023年营业收入": [2.0]},
        {"id": ["a"], "nonsense": ["x"]},
        {"name": ["a"], "patents": [1.0]},
        {"id": ["a"], "event": [[{"name": "首次升规", "on": "2023-01-01"}]]},
    ],
)
def test_a_table_of_another_shape_is_left_to_the_readers(table):
    table = pa.table(table)
    assert not plain(header(table.column_names, "t"), table.schema)


def test_an_enterprise_with_two_rows_counts_once(tmp_path):
    pq.write_table(pa.table({"id": ["a", "b", "a", "", "c"], "patents": [1.0, 2, 3, 4, 5]}), tmp_path / "e.parquet")
    policy, _ = a_world(5, 10, 1)
    done = run_batch([policy], tmp_path / "e.parquet", tmp_path / "o.parquet", as_of=AS_OF)
    assert done.enterprises == 3
    assert [str(problem) for problem in done.problems] == [
        str(one) for one in read_profiles(tmp_path / "e.parquet") if isinstance(one, Problem)
    ]
    assert len(done.problems) == 2


def test_lists_hold_what_pairs_hold(tmp_path):
    policy, profiles = a_world(23, 90, 300)
    pq.write_table(table_of([flat(profile) for profile in profiles]), tmp_path / "e.parquet")
    for name, lists in (("pairs", False), ("lists", True)):
        run_batch([policy], tmp_path / "e.parquet", tmp_path / name, as_of=AS_OF, lists=lists)
    wanted = {profile["id"]: {"eligible": [], "unknown": []} for profile in profiles}
    for row in pq.read_table(tmp_path / "pairs").to_pylist():
        wanted[row["enterprise_id"]][row["verdict"]].append(row["measure_id"])
    found = {row.pop("enterprise_id"): row for row in pq.read_table(tmp_path / "lists").to_pylist()}
    assert found == wanted
    assert any(row["eligible"] and row["unknown"] for row in found.values())


@pytest.mark.parametrize(("count", "size"), [(1, 1), (8, 64), (9, 65), (64, 128), (100, 200), (130, 63)])
def test_bits_turned_over(count, size):
    bits = np.random.default_rng(count).random((count, size)) < 0.5
    turned = pack_columns(np.array([pack(row) for row in bits]))
    back = np.unpackbits(turned, axis=1, bitorder="little")
    assert (back[:size, :count].view(bool) == bits.T).all()
    assert not back[:, count:].any()
