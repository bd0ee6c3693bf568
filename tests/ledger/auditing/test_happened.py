"""What happened as it follows the ledger is what is put together anew, whatever came in; kept in files, it is found again."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

import ledger.auditing.happened as happened
from ledger.auditing.day import standings
from ledger.auditing.pairs import Pairs, gather
from ledger.auditing.taken import Steps
from ledger.imports.register import register
from ledger.imports.uptake import import_steps
from ledger.tables import Ledger
from tests.ledger.world import AS_OF, enterprises, policies, steps, write_jsonl


def plain(found: tuple[Pairs, tuple[str, ...]]) -> dict:
    """Everything that pairs say, by the id of the measure, in their order."""
    pairs, measures = found
    entry = list(zip(pairs.enterprise.tolist(), [measures[i] for i in pairs.measure.tolist()], strict=True))
    rest = (pairs.first, pairs.last, pairs.last_day, pairs.paid)
    return {
        "pairs": dict(zip(entry, zip(*(one.tolist() for one in rest), strict=True), strict=True)),
        "waits": {
            name: [(entry[i], *rest) for i, *rest in zip(one.pair.tolist(), one.days.tolist(), one.ended.tolist(), strict=True)]
            for name, one in pairs.waits.items()
        },
        "payments": [(entry[i], *rest) for i, *rest in zip(*(one.tolist() for one in pairs.payments), strict=True)],
        "order": [*np.flatnonzero(np.diff(pairs.measure.astype(np.int64) << 32 | pairs.enterprise) <= 0)],
    }  # fmt: skip


def ordered(found: dict) -> dict:
    """The same, with entries in an order of their own: strange measures have places as they were met."""
    waits = {name: sorted(one) for name, one in found["waits"].items()}
    return {**found, "waits": waits, "payments": sorted(found["payments"])}


@pytest.fixture
def kept(ledger: Ledger, tmp_path: Path) -> Ledger:
    return Ledger(ledger.engine, tmp_path / "snapshots")


@pytest.mark.parametrize("seed", range(4))
def test_following_is_putting_together_anew(
    kept: Ledger, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(happened, "WORTH_KEEPING", 60)
    monkeypatch.setattr(happened, "_FEW", 0.5)
    spliced = []
    with_others = happened.with_others
    monkeypatch.setattr(
        happened, "with_others", lambda whole, others: spliced.append(len(others)) or with_others(whole, others)
    )
    rng = random.Random(seed)
    found, people = policies(rng, 10), enterprises(rng, 60)
    known = [m.id for p in found for m in p.measures]
    programs = [kept, Ledger(kept.engine, tmp_path / "snapshots")]
    for turn in range(14):
        # The second program counts with a register that was read before the newest enterprises came.
        register(kept, write_jsonl(tmp_path / "e.jsonl", people[: 20 + 3 * turn - 3]), AS_OF)
        older = standings(kept, found, AS_OF)
        register(kept, write_jsonl(tmp_path / "e.jsonl", people[: 20 + 3 * turn]), AS_OF)
        names = [*known, "strange", "stranger"] if turn > 5 else known
        ids = [one["id"] for one in people[: 20 + 3 * turn]]
        rows = steps(rng, ids, names, rng.choice((0, 1, 5, 40, 200)) if turn else 80)
        import_steps(kept, write_jsonl(tmp_path / "u.jsonl", rows), names)
        if rng.random() < 0.3:
            programs[1] = Ledger(kept.engine, tmp_path / "snapshots")
        for program, now in zip(programs, (standings(kept, found, AS_OF), older), strict=True):
            told = happened.pairs(program, now.register, now.measures, AS_OF)
            read = Steps(Ledger(kept.engine))
            read.follow()
            taken, places = read.taken(now.register, now.measures, AS_OF)
            assert ordered(plain(told)) == ordered(plain((gather(taken), places))), turn
            assert plain(told)["order"] == []
    assert spliced
