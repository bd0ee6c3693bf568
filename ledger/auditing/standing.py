"""Where every enterprise of the register stands with every measure on one day, as planes of bits.

This is the denominator of the audit: who could get what, before anyone was told or asked. It costs minutes at a million
enterprises and nothing to read again, so `ledger.auditing.day` keeps it and follows what changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from corpus.codes import industries
from corpus.fields import registry
from corpus.model import All, Measure, Policy
from ledger.auditing.texts import Texts
from ledger.tables import Registered
from matcher.batch import BLOCK, Engine
from matcher.bits import pack, unpack
from matcher.catalogue import compile_catalogue
from matcher.columns import ProfileColumns
from matcher.facts import Profile, read_profile

NOT_FILLED = "未填"
"""The row of those whose region, industry, size, cadre or department is not known: nothing is lost from a total."""

PARTS = ("region", "industry", "size", "cadre")
"""What the register can be parted by; every enterprise is in exactly one part of each."""


@dataclass(frozen=True, slots=True)
class Register:
    """The enterprises of the register in order: row number, id, name, and for each of PARTS the key it falls under."""

    numbers: NDArray[np.int64]
    ids: Texts
    names: Texts
    keys: Mapping[str, Sequence[str]]
    places: Mapping[str, NDArray[np.int32]]

    def __len__(self) -> int:
        return len(self.numbers)

    def only(self, enterprises: NDArray[np.int64]) -> Register:
        """The enterprises at these places alone."""
        places = {part: of[enterprises] for part, of in self.places.items()}
        return Register(
            self.numbers[enterprises], self.ids.only(enterprises), self.names.only(enterprises), self.keys, places
        )


@dataclass(frozen=True, slots=True)
class Standings:
    """The verdicts of a register on one day: by measure and enterprise, `true` where eligible, `possible` where eligible
    or unknown. A measure whose policy is not in force has neither. Bits past the last enterprise are 0. `held[i]` is how
    many measures enterprise `i` is eligible for. `branches` has, for a measure in force that nobody is or might be
    eligible for and whose rule is an `all`, a plane for each of its branches: who meets it or might.
    """

    register: Register
    measures: Mapping[str, int]
    in_force: NDArray[np.bool_]
    true: NDArray[np.uint64]
    possible: NDArray[np.uint64]
    held: NDArray[np.int32]
    branches: Mapping[str, NDArray[np.uint64]]

    def of(self, measure: int, enterprise: int) -> str:
        """The standing of one enterprise: `eligible`, `unknown` or `ineligible`; `not_in_force` where none is given."""
        if measure >= len(self.in_force) or not self.in_force[measure]:
            return "not_in_force"
        word, bit = enterprise // 64, np.uint64(1) << np.uint64(enterprise % 64)
        if self.true[measure, word] & bit:
            return "eligible"
        return "unknown" if self.possible[measure, word] & bit else "ineligible"

    def only_measures(self, places: Sequence[int]) -> Standings:
        """The same of the measures at these places alone, in their order."""
        ids = list(self.measures)
        kept = [ids[place] for place in places]
        true = self.true[list(places)]
        return replace(
            self,
            measures={measure: i for i, measure in enumerate(kept)},
            in_force=self.in_force[list(places)],
            true=true,
            possible=self.possible[list(places)],
            held=_held(true, len(self.register)),
            branches={measure: self.branches[measure] for measure in kept if measure in self.branches},
        )

    def only_enterprises(self, enterprises: NDArray[np.int64]) -> Standings:
        """The same of the enterprises at these places alone, in their order. Branches are of the whole register."""
        return replace(
            self,
            register=self.register.only(enterprises),
            true=_chosen(self.true, enterprises),
            possible=_chosen(self.possible, enterprises),
            held=self.held[enterprises],
        )


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
    parts = _branches(policies)
    engine = Engine(compile_catalogue([*policies, Policy("", "", measures=tuple(parts))]), as_of)
    in_force = np.array([term is None for term in engine.terms[:count]], bool)
    places = {measure.id: place for place, measure in enumerate(engine.measures[:count])}
    # Only of measures that nobody meets or might: the planes of one that somebody does are let go.
    met = _Met(parts, places, in_force)
    people = _People()
    true, possible, held = [np.zeros((count, 0), np.uint64)], [np.zeros((count, 0), np.uint64)], []
    for rows in _blocks(registered):
        columns = ProfileColumns([people.take(row) for row in rows], as_of)
        people.sized(columns)
        block = engine.block(columns)
        inside = pack(np.ones(len(rows), bool))
        judged = np.where(in_force[:, None], inside, np.uint64(0))
        true.append(block.true[:count] & judged)
        possible.append(block.possible[:count] & judged)
        held.append(_held(true[-1], len(rows)))
        met.take(block.possible[count:] & inside, possible[-1])
    return Standings(
        people.register(),
        places,
        in_force,
        np.concatenate(true, axis=1),
        np.concatenate(possible, axis=1),
        np.concatenate([np.empty(0, np.int32), *held]),
        met.planes(),
    )


def _branches(policies: Sequence[Policy]) -> list[Measure]:
    """The branches of every rule that is an `all`, each as a measure by itself, so that one pass judges them too."""
    return [
        Measure(f"{measure.id}#{i}", "", branch)
        for policy in policies
        for measure in policy.measures
        if measure.review != "rejected" and isinstance(measure.rule, All)
        for i, branch in enumerate(measure.rule.of)
    ]


class _Met:
    """Who meets or might meet each branch of the measures that nobody does as a whole, as it grows block by block."""

    def __init__(self, branches: Sequence[Measure], places: Mapping[str, int], in_force: NDArray[np.bool_]) -> None:
        self.rows: dict[str, list[int]] = {}
        for row, branch in enumerate(branches):
            measure = branch.id.rpartition("#")[0]
            if in_force[places[measure]]:
                self.rows.setdefault(measure, []).append(row)
        self.places = places
        self.kept: dict[str, list[NDArray[np.uint64]]] = {measure: [] for measure in self.rows}

    def take(self, branches: NDArray[np.uint64], possible: NDArray[np.uint64]) -> None:
        some = [bool(plane.any()) for plane in possible]
        for measure in list(self.kept):
            if some[self.places[measure]]:
                del self.kept[measure]
            else:
                self.kept[measure].append(branches[self.rows[measure]])

    def planes(self) -> dict[str, NDArray[np.uint64]]:
        empty = {measure: np.zeros((len(self.rows[measure]), 0), np.uint64) for measure in self.kept}
        return {measure: np.concatenate([empty[measure], *planes], axis=1) for measure, planes in self.kept.items()}


class _People:
    """The register as it grows block by block."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.ids: list[str] = []
        self.names: list[str] = []
        self.seen: dict[str, dict[str, int]] = {part: {} for part in PARTS}
        self.places: dict[str, list[int]] = {part: [] for part in PARTS}

    def take(self, row: Registered) -> Profile:
        """The profile of an enterprise, which joins; its size follows with its block (`sized`)."""
        profile = read_profile(row.profile, row.id)
        self.numbers.append(row.no)
        self.ids.append(row.id)
        self.names.append(row.name)
        region, industry = profile.facts.get("region"), profile.facts.get("industry")
        section = industries.section(industry) if isinstance(industry, str) else None
        self._put("region", region if isinstance(region, str) else None)
        self._put("industry", section)
        self._put("cadre", row.cadre)
        return profile

    def sized(self, columns: ProfileColumns) -> None:
        """The size classes of the block that was taken last; where more than one is possible, none."""
        ranks, order = columns.ranks("size_class"), registry()["size_class"].order
        classes = [order[one[0]] if one and len(one) == 1 else None for one in ranks.values]
        for place in ranks.places.tolist():
            self._put("size", classes[place])

    def _put(self, part: str, key: str | None) -> None:
        seen = self.seen[part]
        self.places[part].append(seen.setdefault(key or NOT_FILLED, len(seen)))

    def register(self) -> Register:
        return Register(
            np.array(self.numbers, np.int64),
            Texts.of(self.ids),
            Texts.of(self.names),
            {part: tuple(seen) for part, seen in self.seen.items()},
            {part: np.array(places, np.int32) for part, places in self.places.items()},
        )


def _blocks(registered: Iterable[Registered]) -> Iterator[list[Registered]]:
    waiting = iter(registered)
    while block := list(islice(waiting, BLOCK)):
        yield block


def _chosen(planes: NDArray[np.uint64], enterprises: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The planes of the enterprises at these places alone."""
    word, bit = enterprises // 64, (enterprises % 64).astype(np.uint64)
    rows = [pack((plane[word] >> bit & np.uint64(1)).astype(bool)) for plane in planes]
    return np.stack(rows) if rows else np.zeros((0, -(-len(enterprises) // 64)), np.uint64)


def _held(true: NDArray[np.uint64], size: int) -> NDArray[np.int32]:
    """How many of these planes each enterprise is in."""
    return sum((unpack(plane, size).astype(np.int32) for plane in true), np.zeros(size, np.int32))
