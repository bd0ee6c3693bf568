"""The small world whose verdicts were worked out by an independent reading of the rule language."""

import csv
from datetime import date

import pyarrow.parquet as pq
import pytest

from corpus.catalogue import read_policies
from matcher.catalogue import compile_catalogue
from matcher.match import match
from matcher.tables import read_profiles, run_batch

AS_OF = date(2024, 6, 30)
pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def world(shared):
    folder = shared / "contract"
    with (folder / "expected_verdicts.csv").open(encoding="utf-8") as file:
        expected = {(row["enterprise_id"], row["measure_id"]): row["verdict"] for row in csv.DictReader(file)}
    return read_policies(folder / "world.measures.json").policies, folder / "enterprises.jsonl", expected


def test_every_verdict_one_by_one(world):
    policies, enterprises, expected = world
    catalogue = compile_catalogue(policies)
    found = {
        (profile.id, m.measure.id): m.standing
        for profile in read_profiles(enterprises)
        for m in match(catalogue, profile, AS_OF).matches
    }
    assert found == expected


def test_every_verdict_by_batch(world, tmp_path):
    policies, enterprises, expected = world
    done = run_batch(policies, enterprises, tmp_path / "out.parquet", as_of=AS_OF, all=True)
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert done.rows == len(rows) == len(expected)
    assert {(row["enterprise_id"], row["measure_id"]): row["verdict"] for row in rows} == expected
