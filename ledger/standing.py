"""Where every enterprise of the register stands with every measure on one day, as planes of bits.

This is the denominator of the audit: who could get what, before anyone was told or asked. It costs minutes at a million
enterprises and nothing to read again, so it is kept until the rules, the register or the day change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from corpus.codes import industries
from corpus.model import Policy
from ledger.tables import Ledger, Registered, enterprises
from matcher.batch import BLOCK, Engine
from matcher.facts import Profile, read_profile
from matcher.kernel import Plane, unpack
from matcher.match import compile_catalogue

NOT_FILLED = "未填"
"""The row of those whose region, industry, cadre or department is not known: nothing is lost from a total."""

PARTS = ("region", "industry", "cadre")
"""What the register can be parted by; every enterprise is in exactly one part of each."""


@dataclass(frozen=True, slots=True)
class Register:
    """The enterprises of the register in order: row number, id, name, and for each of PARTS the key it falls under."""

    numbers: NDArray[np.int64]
    ids: Sequence[str]
    names: Sequence[str]
    keys: Mapping[str, Sequence[str]]
    places: Mapping[str, NDArray[np.int32]]

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class Standings:
    """The verdicts of a register on one day: by measure and enterprise, `true` where eligible, `possible` where eligible
    or unknown. A measure whose policy is not in force has neither. Bits past the last enterprise are 0. `held[i]` is how
    many measures enterprise `i` is eligible for.
    """

    register: Register
    measures: Mapping[str, int]
    in_force: NDArray[np.bool_]
    true: NDArray[np.uint64]
    possible: NDArray[np.uint64]
    held: NDArray[np.int32]

    def eligible(self, measure: int) -> NDArray[np.bool_]:
        """Whether each enterprise is eligible for the measure at this place."""
        return unpack(self.true[measure], len(self.register))

    def unknown(self, measure: int) -> NDArray[np.bool_]:
        """Whether each enterprise's verdict for the measure at this place is unknown."""
        return unpack(self.possible[measure] & ~self.true[measure], len(self.register))


def pack(bits: NDArray[np.bool_]) -> Plane:
    """`bits` as a plane: the reverse of the kernel's `unpack`."""
    out = np.zeros(-(-len(bits) // 64), np.uint64)
    packed = np.packbits(bits, bitorder="little")
    out.view(np.uint8)[: len(packed)] = packed
    return out


def standings(ledger: Ledger, policies: Sequence[Policy], as_of: date) -> Standings:
    """The verdicts of the whole register on `as_of`; those worked out before are used where nothing has changed."""
    key = (fingerprint(policies), ledger.revision(enterprises), as_of)
    return ledger.once("standings", key, lambda: judge(ledger.registered(), policies, as_of))


def fingerprint(policies: Sequence[Policy]) -> str:
    """A digest of everything in `policies` that a verdict can depend on."""
    digest = hashlib.sha256()
    for policy in policies:
        term = (policy.id, policy.effective_from, policy.expires_on, policy.withdrawn, policy.withdrawn_on)
        digest.update(repr(term).encode())
        for measure in policy.measures:
            digest.update(repr((measure.id, measure.review, measure.rule)).encode())
    return digest.hexdigest()


def judge(registered: Iterable[Registered], policies: Sequence[Policy], as_of: date) -> Standings:
    """The verdicts of `registered` on `as_of`, block by block: memory holds one block's profiles, and bits for the rest."""
    engine = Engine(compile_catalogue(policies), as_of)
    in_force = np.array([term is None for term in engine.terms], bool)
    people = _People()
    true, possible, held = [np.zeros((len(in_force), 0), np.uint64)], [np.zeros((len(in_force), 0), np.uint64)], []
    for rows in _blocks(registered):
        block = engine.block([people.take(row) for row in rows])
        inside = np.where(in_force[:, None], pack(np.ones(len(rows), bool)), np.uint64(0))
        true.append(block.true & inside)
        possible.append(block.possible & inside)
        held.append(np.stack([unpack(plane, len(rows)) for plane in true[-1]]).sum(axis=0, dtype=np.int32))
    return Standings(
        people.register(),
        {measure.id: place for place, measure in enumerate(engine.measures)},
        in_force,
        np.concatenate(true, axis=1),
        np.concatenate(possible, axis=1),
        np.concatenate([np.empty(0, np.int32), *held]),
    )


class _People:
    """The register as it grows block by block."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.ids: list[str] = []
        self.names: list[str] = []
        self.seen: dict[str, dict[str, int]] = {part: {} for part in PARTS}
        self.places: dict[str, list[int]] = {part: [] for part in PARTS}

    def take(self, row: Registered) -> Profile:
        profile = read_profile(row.profile, row.id)
        self.numbers.append(row.no)
        self.ids.append(row.id)
        self.names.append(row.name)
        for part, key in zip(PARTS, _keys(row, profile), strict=True):
            seen = self.seen[part]
            self.places[part].append(seen.setdefault(key or NOT_FILLED, len(seen)))
        return profile

    def register(self) -> Register:
        return Register(
            np.array(self.numbers, np.int64),
            self.ids,
            self.names,
            {part: tuple(seen) for part, seen in self.seen.items()},
            {part: np.array(places, np.int32) for part, places in self.places.items()},
        )


def _keys(row: Registered, profile: Profile) -> tuple[str | None, str | None, str | None]:
    """What an enterprise falls under in each of PARTS: its region as registered, its industry's section, its cadre."""
    region, industry = profile.facts.get("region"), profile.facts.get("industry")
    section = industries.section(industry) if isinstance(industry, str) else None
    return region if isinstance(region, str) else None, section, row.cadre


def _blocks(registered: Iterable[Registered]) -> Iterator[list[Registered]]:
    waiting = iter(registered)
    while block := list(islice(waiting, BLOCK)):
        yield block
