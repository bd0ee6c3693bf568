"""The standings of a day as they follow the register: kept from one program to the next, brought up to what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any as Json

import numpy as np
from numpy.typing import NDArray

from corpus.model import Policy
from ledger.auditing.renewed import with_others
from ledger.auditing.snapshots import Snapshot
from ledger.auditing.standing import PARTS, Register, Standings, fingerprint, judge
from ledger.auditing.texts import Texts
from ledger.layout import enterprises
from ledger.tables import Ledger

WORTH_KEEPING = 5_000
"""Enterprises judged since the last snapshot before there is a new one: fewer are judged again in a moment."""
LAYOUT = 1
"""Of the arrays of a snapshot: another one is another key."""


def standings(ledger: Ledger, policies: Sequence[Policy], as_of: date) -> Standings:
    """The verdicts of the whole register on `as_of`; only enterprises that have changed since are judged anew."""
    whose = (fingerprint(policies), as_of)
    revision = ledger.revision(enterprises)

    def find() -> Standings:
        day = ledger.once("day", whose, lambda: _Day(ledger, policies, as_of, whose[0]))
        return day.follow(revision)

    return ledger.once("standings", (revision, whose), find)


class _Day:
    """The standings of one day by one catalogue, and the revision of the register that they are of."""

    def __init__(self, ledger: Ledger, policies: Sequence[Policy], as_of: date, catalogue: str) -> None:
        self.ledger = ledger
        self.policies = policies
        self.as_of = as_of
        self.key = f"{LAYOUT}:{catalogue}:{as_of}"
        self.found: Standings | None = None
        self.revision = -1
        self.unkept = 0
        if (snapshot := ledger.snapshots.find("standings", self.key)) is not None:
            self.found, self.revision = _read(snapshot), snapshot.revision

    def follow(self, revision: int) -> Standings:
        """The standings at `revision` of the register, or at a later one."""
        if self.found is None or self.revision != revision:
            found, judged = self._follow()
            self.found, self.revision, self.unkept = found, revision, self.unkept + judged
            if self.unkept >= WORTH_KEEPING:
                self.ledger.snapshots.keep("standings", self.key, _written(found, revision))
                self.unkept = 0
        return self.found

    def _follow(self) -> tuple[Standings, int]:
        """The standings now, and how many enterprises were judged for it."""
        if self.found is not None:
            changed = list(self.ledger.registered(enterprises.c.changed > self.revision))
            followed = with_others(self.found, judge(changed, self.policies, self.as_of)) if changed else self.found
            if followed is not None:
                return followed, len(changed)
        found = judge(self.ledger.registered(), self.policies, self.as_of)
        return found, len(found.register)


def _written(found: Standings, revision: int) -> Snapshot:
    register = found.register
    arrays: dict[str, NDArray[Json]] = {
        "numbers": register.numbers,
        "in_force": found.in_force,
        "true": found.true,
        "possible": found.possible,
        "held": found.held,
        **{f"part_{part}": register.places[part] for part in PARTS},
        **{f"branches_{i}": planes for i, planes in enumerate(found.branches.values())},
    }
    for name, texts in (("ids", register.ids), ("names", register.names)):
        arrays |= {f"{name}_letters": texts.letters, f"{name}_starts": texts.starts, f"{name}_ends": texts.ends}
    said = {
        "measures": list(found.measures),
        "keys": {part: list(register.keys[part]) for part in PARTS},
        "branches": list(found.branches),
    }
    return Snapshot(revision, arrays, said)


def _read(snapshot: Snapshot) -> Standings:
    arrays, said = snapshot.arrays, snapshot.said
    ids, names = (
        Texts(*(arrays[f"{name}_{part}"] for part in ("letters", "starts", "ends"))) for name in ("ids", "names")
    )
    register = Register(
        arrays["numbers"],
        ids,
        names,
        {part: tuple(keys) for part, keys in said["keys"].items()},
        {part: arrays[f"part_{part}"] for part in PARTS},
    )
    return Standings(
        register,
        {measure: place for place, measure in enumerate(said["measures"])},
        np.asarray(arrays["in_force"]),
        arrays["true"],
        arrays["possible"],
        arrays["held"],
        {measure: arrays[f"branches_{i}"] for i, measure in enumerate(said["branches"])},
    )
