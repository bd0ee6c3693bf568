"""Standings that follow the register are those judged anew, whatever changed; kept in files, they are found again."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import ledger.auditing.day as day
from corpus.catalogue import parse_policies
from ledger.auditing.audit import audit
from ledger.auditing.day import standings
from ledger.auditing.standing import PARTS, Standings, judge
from ledger.care.people import assign
from ledger.facts import put_right
from ledger.imports.register import register
from ledger.layout import enterprises as table
from ledger.layout import snapshots
from ledger.tables import Ledger
from tests.ledger.imports.test_register import AT
from tests.ledger.world import AS_OF, enterprises, policies, write_jsonl


def plain(found: Standings) -> dict:
    """Everything that standings say, without how it is laid out."""
    who = found.register
    return {
        "people": [
            (no, id, name, *(who.keys[part][who.places[part][i]] for part in PARTS))
            for i, (no, id, name) in enumerate(zip(who.numbers.tolist(), who.ids, who.names, strict=True))
        ],
        "verdicts": [[found.of(m, e) for e in range(len(who))] for m in range(len(found.measures))],
        "rest": [int(np.bitwise_count(found.true).sum()), found.true.shape, found.held.tolist()],
        "branches": {m: np.bitwise_count(planes).sum(axis=1).tolist() for m, planes in found.branches.items()},
    }


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every change is worth keeping."""
    monkeypatch.setattr(day, "WORTH_KEEPING", 1)


@pytest.fixture
def kept(ledger: Ledger, tmp_path: Path) -> Ledger:
    return Ledger(ledger.engine, tmp_path / "snapshots")


@pytest.mark.parametrize("seed", range(4))
def test_following_is_judging_anew(kept: Ledger, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    found, people = policies(rng, 16), enterprises(rng, 150)
    register(kept, write_jsonl(tmp_path / "e.jsonl", people[:70]), AS_OF)
    standings(kept, found, AS_OF)
    for turn in range(12):
        match rng.randrange(4):
            case 0:  # some new ones, some known ones otherwise
                rows = [{**rng.choice(people), "name": f"改{turn}"} for _ in range(9)] + enterprises(
                    rng, rng.randint(0, 80)
                )
                register(kept, write_jsonl(tmp_path / f"e{turn}.jsonl", rows), AS_OF)
            case 1:
                register(kept, write_jsonl(tmp_path / f"e{turn}.jsonl", people[: 70 + 7 * turn]), AS_OF)
            case 2:
                told = {"source": "走访", "on": AS_OF, "by": "张三", "at": AT}
                put_right(kept, f"e{rng.randrange(70)}", "revenue", {"2023": rng.choice((5e5, 3e7, 2e12))}, **told)
            case 3:
                with kept.begin() as connection:
                    kept.changed(connection, table)
                    assert connection.execute(table.update().values(name="全改")).rowcount
        assert plain(standings(kept, found, AS_OF)) == plain(judge(kept.registered(), found, AS_OF)), turn


def test_a_measure_whose_last_candidate_goes_is_dead_with_its_branches(kept: Ledger, tmp_path: Path) -> None:
    tests = [
        {"field": "region", "op": "within", "value": ["419001"]},
        {"field": "revenue", "op": "ge", "value": 1e6},
    ]
    body = {"id": "p", "title": "政策", "measures": [{"id": "m", "title": "事项", "rule": {"all": tests}}]}
    found = parse_policies({"schema_version": 1, "policies": [body]}, "t").policies
    people = [{"id": f"e{i}", "facts": {"region": "419001", "revenue": {"2023": 1.0 if i else 2e6}}} for i in range(6)]
    register(kept, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    assert standings(kept, found, AS_OF).branches == {}
    put_right(kept, "e0", "revenue", {"2023": 5.0}, source="走访", on=AS_OF, by="张三", at=AT)
    assert plain(standings(kept, found, AS_OF))["branches"] == {"m": [6, 0]}
    put_right(kept, "e1", "revenue", {"2023": 2e6}, source="走访", on=AS_OF, by="张三", at=AT)
    assert standings(kept, found, AS_OF).branches == {}


def test_only_what_changed_is_judged(kept: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(3)
    found, people = policies(rng, 6), enterprises(rng, 40)
    register(kept, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    standings(kept, found, AS_OF)
    judged = []

    def counting(registered: object, *rest: object) -> Standings:
        rows = list(registered)
        judged.append(len(rows))
        return judge(rows, *rest)

    monkeypatch.setattr(day, "judge", counting)
    put_right(kept, "e1", "revenue", {"2023": 1.0}, source="走访", on=AS_OF, by="张三", at=AT)
    standings(kept, found, AS_OF)
    standings(kept, found, AS_OF)
    assert judged == [1]


@pytest.mark.usefixtures("eager")
def test_another_program_finds_what_was_kept(kept: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(4)
    found, people = policies(rng, 12), enterprises(rng, 90)
    register(kept, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    want = standings(kept, found, AS_OF)
    told = audit(kept, found, AS_OF, "region").to_json()
    monkeypatch.setattr(day, "judge", None)  # nothing is judged again
    other = Ledger(kept.engine, tmp_path / "snapshots")
    assert plain(standings(other, found, AS_OF)) == plain(want)
    assert audit(other, found, AS_OF, "region").to_json() == told


@pytest.mark.usefixtures("eager")
def test_what_was_kept_is_followed_and_another_day_or_catalogue_is_another(kept: Ledger, tmp_path: Path) -> None:
    rng = random.Random(5)
    found, people = policies(rng, 12), enterprises(rng, 90)
    register(kept, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    standings(kept, found, AS_OF)
    assign(kept, ["e3"], None, by="组长", at=AT)
    for on, by in ((AS_OF, found), (date(2024, 7, 1), found), (AS_OF, found[:2])):
        other = Ledger(kept.engine, tmp_path / "snapshots")
        assert plain(standings(other, by, on)) == plain(judge(other.registered(), by, on))


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("harm", ["cut", "gone", "no list"])
def test_files_that_are_broken_are_not_believed(kept: Ledger, tmp_path: Path, harm: str) -> None:
    rng = random.Random(6)
    found, people = policies(rng, 12), enterprises(rng, 90)
    register(kept, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    want = plain(standings(kept, found, AS_OF))
    (folder,) = (tmp_path / "snapshots").iterdir()
    match harm:
        case "cut":
            (folder / "true.npy").write_bytes((folder / "true.npy").read_bytes()[:-9])
        case "gone":
            (folder / "held.npy").unlink()
        case "no list":
            (folder / "said.json").unlink()
    assert plain(standings(Ledger(kept.engine, tmp_path / "snapshots"), found, AS_OF)) == want


@pytest.mark.usefixtures("eager")
def test_files_of_another_database_or_of_a_later_time_are_not_believed(kept: Ledger, tmp_path: Path) -> None:
    """As after a restored backup, which has never heard of the snapshot and goes its own way from there."""
    rng = random.Random(7)
    found, people = policies(rng, 12), enterprises(rng, 90)
    register(kept, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    standings(kept, found, AS_OF)
    with kept.begin() as connection:
        connection.execute(snapshots.delete())
        connection.exec_driver_sql('UPDATE enterprises SET profile = \'{"id": "x"}\' WHERE no = 1')
    other = Ledger(kept.engine, tmp_path / "snapshots")
    assert plain(standings(other, found, AS_OF)) == plain(judge(other.registered(), found, AS_OF))


@pytest.mark.usefixtures("eager")
def test_stale_files_are_removed(kept: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.auditing.snapshots._ABANDONED", -1.0)
    register(kept, write_jsonl(tmp_path / "e.jsonl", enterprises(random.Random(8), 9)), AS_OF)
    (tmp_path / "snapshots" / "half.part").mkdir(parents=True)
    for month in range(1, 8):
        standings(kept, policies(random.Random(8), 4), date(2024, month, 1))
    assert len(list((tmp_path / "snapshots").iterdir())) == 3


@pytest.mark.usefixtures("eager")
def test_where_nothing_can_be_kept_the_audit_goes_on(
    kept: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "snapshots").write_text("no folder", encoding="utf-8")
    register(kept, write_jsonl(tmp_path / "e.jsonl", enterprises(random.Random(8), 9)), AS_OF)
    assert len(standings(kept, policies(random.Random(8), 4), AS_OF).register) == 9
    assert "快照没有存下来" in caplog.text
