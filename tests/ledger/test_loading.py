"""Many rows at once: whatever blocks they fall into and whatever is there already, it comes to what row by row would."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from ledger import loading
from ledger.layout import enterprises, steps
from ledger.tables import Ledger

COLUMNS = ("enterprise", "measure", "step", "happened_on", "amount", "office", "reason", "digest")
PROFILE = ("id", "name", "cadre", "profile", "source", "noted_on", "digest")


def step(no: int) -> tuple:
    return no % 3, "m", "paid", "2024-06-01", float(no), "科技局", "", f"{no}"


@pytest.mark.parametrize("seed", range(8))
def test_what_is_there_is_left_out_and_counted_so(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(loading, "AT_ONCE", 5)
    rng, held = random.Random(seed), set()
    for _ in range(6):
        # New ones in a row, old ones in a row, and both mixed, so that the way changes and changes back.
        start, share = rng.randrange(60), rng.choice((0, 0.1, 1))
        rows = [rng.choice(sorted(held)) if held and rng.random() < share else start + i for i in range(40)]
        with ledger.begin() as connection:
            new = ledger.load(connection, steps, COLUMNS, map(step, rows), key=("enterprise", "digest"))
        assert new == len(set(rows) - held)
        held |= set(rows)
        with ledger.begin() as connection:
            kept = connection.execute(sa.select(steps.c.digest, steps.c.amount)).all()
        assert sorted((int(row.digest), row.amount) for row in kept) == [(no, no) for no in sorted(held)]


@pytest.mark.parametrize("seed", range(8))
def test_the_last_of_one_key_counts_where_it_is_replaced(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(loading, "AT_ONCE", 5)
    rng, held = random.Random(seed), {}
    for turn in range(5):
        rows = [(f"e{rng.randrange(30 * (turn + 1))}", f"{turn} {i}") for i in range(30)]
        with ledger.begin() as connection:
            written = ((one, name, None, "{}", "", "2024-06-01", "") for one, name in rows)
            ledger.load(connection, enterprises, PROFILE, written, key=("id",), replaced={"name": "excluded.name"})
        held |= dict(rows)
        assert {one.id: one.name for one in ledger.registered()} == held


def test_a_failure_that_is_no_key_is_told(ledger: Ledger) -> None:
    nameless = [(1, None, *step(1)[2:])]
    with pytest.raises(Exception, match=r"(?i)null"), ledger.begin() as connection:
        ledger.load(connection, steps, COLUMNS, nameless, key=("enterprise", "digest"))
    with ledger.begin() as connection:
        assert ledger.count(connection, steps) == 0
