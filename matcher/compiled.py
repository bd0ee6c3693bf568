"""One enterprise against a whole catalogue: every rule lowered once, every different condition tested once.

Verdicts are ranks (0 不符合, 1 待核实, 2 符合) in one array, atoms first, then the nodes that join them, level by level.
They are those of `evaluate`, which the tests hold them to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any as Comparable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.fields import Field, registry
from corpus.model import Bounds, Condition, Rule
from corpus.period import Period
from matcher.atoms import ordinals
from matcher.judge import exactly, judge, period_of, years_of
from matcher.kernel import Node, Program
from matcher.known import Facts
from matcher.operators import COMPARISONS, as_window

Ranks = NDArray[np.int8]
Places = NDArray[np.intp]
Number = TypeVar("Number", bound=np.generic)
REMEMBERED = 4096
"""How many different values of one field are kept with their outcomes before the memory starts anew."""


class Compiled:
    """Rules made ready on one day, to be asked of one enterprise at a time."""

    def __init__(self, rules: Sequence[Rule], as_of: date) -> None:
        self.program = Program(rules, as_of)
        self.roots: Places = np.array(self.program.roots, np.intp)
        groups: dict[tuple[str, object], list[int]] = {}
        for place, atom in enumerate(self.program.atoms):
            groups.setdefault(_group(atom, as_of), []).append(place)
        atoms = self.program.atoms
        self._groups = [_tester(key, places, [atoms[place] for place in places]) for key, places in groups.items()]
        self._levels = _levels(self.program)

    def ranks(self, facts: Facts) -> Ranks:
        """The rank of every atom and node; those of the rules are at `roots`."""
        ranks = np.ones(len(self.program.atoms) + len(self.program.nodes), np.int8)
        for group in self._groups:
            group.test(facts, ranks)
        for level in self._levels:
            level.join(ranks)
        return ranks

    def shares(self, ranks: Ranks) -> NDArray[np.float64]:
        """How much of each rule holds, 0 to 1: the mean over `all`, the best of `any`, the sum over
        `at_least` as a part of what it asks; what is unknown counts half.
        """
        shares = ranks / 2.0
        for level in self._levels:
            level.share(shares)
        return shares[self.roots]


def _group(atom: Condition, as_of: date) -> tuple[str, object]:
    """What atoms share a reading of the facts: the field, with its year, or the operator that reads it alone."""
    field = registry()[atom.field]
    if field.type != "number":
        return field.name, None
    if period_of(atom, field).how in ("sum", "avg"):
        return field.name, "several"
    return field.name, years_of(atom, field, as_of)[0]


def _tester(key: tuple[str, object], places: list[int], atoms: list[Condition]) -> Tester:
    field = registry()[key[0]]
    match field.type:
        case "number" if key[1] == "several":
            return Sums(field, places, atoms)
        case "number" | "date":
            return Thresholds(field, key[1], places, atoms)  # type: ignore[arg-type]
        case "set":
            return Names(field, places, atoms)
        case "code" | "enum" | "ordered":
            return Remembered(field, places, atoms)
        case "event" | "manual":
            return Asked(field, places, atoms)


# ---------------------------------------------------------------- atoms, by what they read


class Sums:
    """Sums and averages of one number: added up once for a period, exactly, and held against each threshold."""

    def __init__(self, field: Field, places: list[int], atoms: list[Condition]) -> None:
        self.field = field
        self.of: dict[Period, list[tuple[int, Comparable, Comparable]]] = {}
        for place, atom in zip(places, atoms, strict=True):
            period = period_of(atom, field)
            _, need = exactly((), atom.value, _times(period))
            self.of.setdefault(period, []).append((place, COMPARISONS[atom.op].holds, need))

    def test(self, facts: Facts, ranks: Ranks) -> None:
        for period, asked in self.of.items():
            values = [facts.number(self.field.name, year) for year in period.years(facts.as_of)]
            known = [value for value in values if value is not None]
            if len(known) < len(values):
                continue
            total, _ = exactly(known, 0.0, 1)
            for place, holds, need in asked:
                ranks[place] = 2 if holds(total, need) else 0


def _times(period: Period) -> int:
    """What a threshold is to be multiplied by to be held against the sum."""
    return period.back if period.how == "avg" else 1


class Thresholds:
    """Comparisons of one number or day: all its thresholds at once, by operator."""

    def __init__(self, field: Field, year: int | None, places: list[int], atoms: list[Condition]) -> None:
        self.field, self.year = field, year
        self.by_op: list[tuple[str, Places, Comparable]] = []
        for op in dict.fromkeys(atom.op for atom in atoms):
            chosen = [i for i, atom in enumerate(atoms) if atom.op == op]
            needs = [ordinals(atoms[i].value) if field.type == "date" else atoms[i].value for i in chosen]
            self.by_op.append((op, np.array([places[i] for i in chosen], np.intp), _stacked(needs)))

    def test(self, facts: Facts, ranks: Ranks) -> None:
        have: float | None
        if self.field.type == "date":
            day = facts.day(self.field.name)
            have = None if day is None else day.toordinal()
        else:
            have = facts.number(self.field.name, self.year)
        if have is None:
            return
        for op, places, needs in self.by_op:
            ranks[places] = np.where(COMPARISONS[op].holds(have, needs), 2, 0)


def _stacked(needs: Sequence[Comparable]) -> Comparable:
    if not isinstance(needs[0], Bounds):
        return np.array(needs, np.float64)
    low = np.array([-np.inf if need.low is None else need.low for need in needs], np.float64)
    high = np.array([np.inf if need.high is None else need.high for need in needs], np.float64)
    return Bounds(low, high)  # type: ignore[arg-type]


class Names:
    """Members asked of one set: absent or unknown by default, held or lacked where the profile says so."""

    def __init__(self, field: Field, places: list[int], atoms: list[Condition]) -> None:
        self.field = field
        self.all: Places = np.array(places, np.intp)
        self.by_name = {str(atom.value): place for place, atom in zip(places, atoms, strict=True)}

    def test(self, facts: Facts, ranks: Ranks) -> None:
        held = facts.members(self.field.name)
        if held.whole:
            ranks[self.all] = 0
        for names, rank in ((held.lacked, 0), (held.held, 2)):
            for name in names:
                if (place := self.by_name.get(name)) is not None:
                    ranks[place] = rank


class Remembered:
    """Tests of a code or word, remembered by its value: few values come again and again."""

    def __init__(self, field: Field, places: list[int], atoms: list[Condition]) -> None:
        self.field, self.atoms = field, atoms
        self.places: Places = np.array(places, np.intp)
        self.known: dict[object, Ranks] = {}

    def test(self, facts: Facts, ranks: Ranks) -> None:
        name = self.field.name
        have: object = facts.ranks(name) if self.field.type == "ordered" else facts.word(name)
        if have is None:
            return
        found = self.known.get(have)
        if found is None:
            found = np.array([judge(atom, facts).rank for atom in self.atoms], np.int8)
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            self.known[have] = found
        ranks[self.places] = found


class Asked:
    """Events and confirmations: only those that the profile names are looked at one by one."""

    def __init__(self, field: Field, places: list[int], atoms: list[Condition]) -> None:
        self.field = field
        self.all: Places = np.array(places, np.intp)
        self.by_name: dict[str, list[tuple[int, Condition]]] = {}
        for place, atom in zip(places, atoms, strict=True):
            name = as_window(atom.value).event
            self.by_name.setdefault(name, []).append((place, atom))

    def test(self, facts: Facts, ranks: Ranks) -> None:
        named: Iterable[str]
        if self.field.type == "manual":
            named = facts.profile.confirmations
        else:
            given = facts.events_given()
            if given is None:
                return
            if given.whole:
                ranks[self.all] = 0
            named = {event.name for event in given.has} | given.lacks
        for name in named:
            for place, atom in self.by_name.get(name, ()):
                ranks[place] = judge(atom, facts).rank


Tester = Sums | Thresholds | Names | Remembered | Asked

# ---------------------------------------------------------------- nodes, level by level


class Level:
    """Nodes of one kind that need nothing but what came before: joined in one go, a branch of each at a time.

    The nodes stand by how many branches they have, most first, so that those with an i-th branch are the first ones.
    """

    def __init__(self, how: str, places: list[int], nodes: list[Node]) -> None:
        self.how = how
        order = sorted(range(len(nodes)), key=lambda i: -len(nodes[i].of))
        nodes = [nodes[i] for i in order]
        self.places: Places = np.array([places[i] for i in order], np.intp)
        self.sizes: Places = np.array([len(node.of) for node in nodes], np.intp)
        self.n: Places = np.array([node.n for node in nodes], np.intp)
        self.of: list[Places] = [
            np.array([node.of[i] for node in nodes if len(node.of) > i], np.intp) for i in range(len(nodes[0].of))
        ]

    def join(self, ranks: Ranks) -> None:
        match self.how:
            case "all":
                ranks[self.places] = self._over(np.minimum, (ranks[of] for of in self.of))
            case "any":
                ranks[self.places] = self._over(np.maximum, (ranks[of] for of in self.of))
            case "not":
                ranks[self.places] = 2 - ranks[self.of[0]]
            case _:
                holds = self._over(np.add, ((ranks[of] == 2).astype(np.intp) for of in self.of)) >= self.n
                could = self._over(np.add, ((ranks[of] >= 1).astype(np.intp) for of in self.of)) >= self.n
                ranks[self.places] = holds.astype(np.int8) + could

    def share(self, shares: NDArray[np.float64]) -> None:
        match self.how:
            case "all":
                shares[self.places] = self._over(np.add, (shares[of] for of in self.of)) / self.sizes
            case "any":
                shares[self.places] = self._over(np.maximum, (shares[of] for of in self.of))
            case "not":
                shares[self.places] = 1 - shares[self.of[0]]
            case _:
                # What holds of all branches together, as a part of how many must.
                shares[self.places] = np.minimum(
                    1, self._over(np.add, (shares[of] for of in self.of)) / np.maximum(self.n, 1)
                )

    @staticmethod
    def _over(join: np.ufunc, branches: Iterator[NDArray[Number]]) -> NDArray[Number]:
        """What the nodes' branches come to: all their first ones, second ones, and so on, joined."""
        out = next(branches)
        for values in branches:
            first = out[: len(values)]
            join(first, values, out=first)
        return out


class Settled:
    """Nodes without branches: an empty `all` holds, an empty `any` does not."""

    def __init__(self, places: list[int], nodes: list[Node]) -> None:
        self.places: Places = np.array(places, np.intp)
        holds = [node.how == "all" or (node.how == "at_least" and node.n == 0) for node in nodes]
        self.ranks: Ranks = np.where(holds, 2, 0).astype(np.int8)

    def join(self, ranks: Ranks) -> None:
        ranks[self.places] = self.ranks

    def share(self, shares: NDArray[np.float64]) -> None:
        shares[self.places] = self.ranks / 2.0


def _levels(program: Program) -> list[Level | Settled]:
    first = len(program.atoms)
    depth = [0] * (first + len(program.nodes))
    by_level: dict[tuple[int, str], list[int]] = {}
    for place, node in enumerate(program.nodes, first):
        depth[place] = 1 + max((depth[branch] for branch in node.of), default=0)
        by_level.setdefault((depth[place], node.how if node.of else "empty"), []).append(place)
    levels: list[Level | Settled] = []
    for (_, how), places in sorted(by_level.items()):
        nodes = [program.nodes[place - first] for place in places]
        levels.append(Settled(places, nodes) if how == "empty" else Level(how, places, nodes))
    return levels
