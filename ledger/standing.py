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
from corpus.model import All, Measure, Policy
from ledger.layout import enterprises
from ledger.tables import Ledger, Registered
from matcher.batch import BLOCK, Engine
from matcher.catalogue import compile_catalogue
from matcher.columns import ProfileColumns
from matcher.facts import Profile, read_profile
from matcher.kernel import Plane, unpack

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
    many measures enterprise `i` is eligible for. `parts` has for each measure whose rule is an `all` how many enterprises
    meet each of its branches, and how many do or might.
    """

    register: Register
    measures: Mapping[str, int]
    in_force: NDArray[np.bool_]
    true: NDArray[np.uint64]
    possible: NDArray[np.uint64]
    held: NDArray[np.int32]
    parts: Mapping[str, NDArray[np.int64]]

    def of(self, measure: int, enterprise: int) -> str:
        """The standing of one enterprise: `eligible`, `unknown` or `ineligible`; `not_in_force` where none is given."""
        if measure >= len(self.in_force) or not self.in_force[measure]:
            return "not_in_force"
        word, bit = enterprise // 64, np.uint64(1) << np.uint64(enterprise % 64)
        if self.true[measure, word] & bit:
            return "eligible"
        return "unknown" if self.possible[measure, word] & bit else "ineligible"


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
    count = len(compile_catalogue(policies).entries)
    branches = _branches(policies)
    engine = Engine(compile_catalogue([*policies, Policy("", "", measures=branches)]), as_of)
    in_force = np.array([term is None for term in engine.terms[:count]], bool)
    people = _People()
    true, possible, held = [np.zeros((count, 0), np.uint64)], [np.zeros((count, 0), np.uint64)], []
    met = np.zeros((len(branches), 2), np.int64)
    for rows in _blocks(registered):
        block = engine.block(ProfileColumns([people.take(row) for row in rows], as_of))
        inside = pack(np.ones(len(rows), bool))
        for i, planes in enumerate((block.true, block.possible)):
            met[:, i] += np.bitwise_count(planes[count:] & inside).sum(axis=1, dtype=np.int64)
        inside = np.where(in_force[:, None], inside, np.uint64(0))
        true.append(block.true[:count] & inside)
        possible.append(block.possible[:count] & inside)
        held.append(sum((unpack(plane, len(rows)) for plane in true[-1]), np.zeros(len(rows), np.int32)))
    return Standings(
        people.register(),
        {measure.id: place for place, measure in enumerate(engine.measures[:count])},
        in_force,
        np.concatenate(true, axis=1),
        np.concatenate(possible, axis=1),
        np.concatenate([np.empty(0, np.int32), *held]),
        _by_measure(branches, met),
    )


def _branches(policies: Sequence[Policy]) -> tuple[Measure, ...]:
    """The branches of every rule that is an `all`, each as a measure by itself, so that one pass judges them too."""
    return tuple(
        Measure(f"{measure.id}#{i}", "", branch)
        for policy in policies
        for measure in policy.measures
        if measure.review != "rejected" and isinstance(measure.rule, All)
        for i, branch in enumerate(measure.rule.of)
    )


def _by_measure(branches: Sequence[Measure], met: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    found: dict[str, list[NDArray[np.int64]]] = {}
    for branch, counts in zip(branches, met, strict=True):
        found.setdefault(branch.id.rpartition("#")[0], []).append(counts)
    return {measure: np.stack(counts) for measure, counts in found.items()}


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
