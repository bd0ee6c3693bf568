"""Many enterprises against many rules at once: every different condition once, combined as packed bits.

A rule is lowered to atoms (one year, one title, one test) joined by all, any, not, at least; equal parts of the whole
catalogue are one node. Each node has two planes of bits, one bit an enterprise: T, where it holds, and P, where it
holds or is unknown. The verdicts are those of `evaluate`, which the tests hold it to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.fields import registry
from corpus.model import All, Any, AtLeast, Condition, Not, Rule
from matcher.atoms import atom_tests
from matcher.bits import FULL, WORD, Plane
from matcher.columns import Columns
from matcher.judge import asked_members, period_of, years_of
from matcher.operators import as_names


def lower(rule: Rule, as_of: date) -> Rule:
    """`rule` in atoms: the same verdict on `as_of` for every enterprise, with more parts alike across rules."""
    match rule:
        case All(of):
            return _all(lower(branch, as_of) for branch in of)
        case Any(of):
            return _any(lower(branch, as_of) for branch in of)
        case Not(of):
            return _not(lower(of, as_of))
        case AtLeast(n, of):
            return AtLeast(n, tuple(lower(branch, as_of) for branch in of))
        case Condition():
            return _atoms(rule, as_of)


@lru_cache(maxsize=1 << 14)
def _atoms(condition: Condition, as_of: date) -> Rule:
    field = registry()[condition.field]
    bare = Condition(condition.field, condition.op, condition.value, condition.period)
    match condition.op:
        case "has" | "has_any" | "has_all" | "lacks" if field.type == "set":
            members = [Condition(field.name, "has", name) for name in asked_members(condition)]
            whole = _all(members) if condition.op == "has_all" else _any(members)
            return _not(whole) if condition.op == "lacks" else whole
        case "not_in" | "not_within":
            return _not(replace(bare, op=condition.op.removeprefix("not_")))
        case "is":
            return replace(bare, op="in", value=as_names(condition.value))
    if not field.by_year:
        return bare
    period = period_of(condition, field)
    if period.how in ("sum", "avg"):
        return bare
    years = [replace(bare, period=str(year)) for year in years_of(condition, field, as_of)]
    return _any(years) if period.how == "any" else _all(years)


def _all(of: Iterable[Rule]) -> Rule:
    branches = tuple(dict.fromkeys(of))
    return branches[0] if len(branches) == 1 else All(branches)


def _any(of: Iterable[Rule]) -> Rule:
    branches = tuple(dict.fromkeys(of))
    return branches[0] if len(branches) == 1 else Any(branches)


def _not(of: Rule) -> Rule:
    return of.of if isinstance(of, Not) else Not(of)


@dataclass(frozen=True, slots=True)
class Node:
    """A joint of the lowered rules: how it joins (`all`, `any`, `not`, `at_least`), which nodes, how many must hold."""

    how: str
    of: tuple[int, ...]
    n: int = 0


class Program:
    """The rules of a catalogue on one day, ready to be asked of any number of enterprises.

    Nodes are numbered with the atoms first; `roots[i]` is the node of rule `i`.
    """

    def __init__(self, rules: Sequence[Rule], as_of: date) -> None:
        self.as_of = as_of
        lowered = [lower(rule, as_of) for rule in rules]
        self.atoms: list[Condition] = list(dict.fromkeys(atom for rule in lowered for atom in _leaves(rule)))
        self._atom_no = {atom: i for i, atom in enumerate(self.atoms)}
        self._node_no: dict[Node, int] = {}
        self.nodes: list[Node] = []
        self.roots = [self._number(rule) for rule in lowered]
        self._tests = atom_tests(self.atoms, as_of)

    def _number(self, rule: Rule) -> int:
        match rule:
            case Condition():
                return self._atom_no[rule]
            case All(of):
                node = Node("all", tuple(sorted({self._number(branch) for branch in of})))
            case Any(of):
                node = Node("any", tuple(sorted({self._number(branch) for branch in of})))
            case Not(of):
                node = Node("not", (self._number(of),))
            case AtLeast(n, of):
                # Twice the same branch counts twice.
                node = Node("at_least", tuple(sorted(self._number(branch) for branch in of)), n)
        if node not in self._node_no:
            self._node_no[node] = len(self.atoms) + len(self.nodes)
            self.nodes.append(node)
        return self._node_no[node]

    def run(self, columns: Columns, room: Planes | None = None) -> Planes:
        """The planes of every node for a block of enterprises, in `room` where that has the right size."""
        words = -(-len(columns) // WORD)
        shape = (len(self.atoms) + len(self.nodes), words)
        if room is not None and room.true.shape == shape:
            true, possible = room.true, room.possible
        else:
            true, possible = np.empty(shape, np.uint64), np.empty(shape, np.uint64)
        for test in self._tests:
            test.run(columns, true, possible)
        self.join(true, possible)
        return Planes(true, possible, len(columns))

    def join(self, true: NDArray[np.uint64], possible: NDArray[np.uint64]) -> None:
        """The planes of the nodes from those of the atoms."""
        for i, node in enumerate(self.nodes, len(self.atoms)):
            if node.how == "not":
                np.invert(possible[node.of[0]], out=true[i])
                np.invert(true[node.of[0]], out=possible[i])
            else:
                _join(node, true, true[i])
                _join(node, possible, possible[i])


@dataclass(frozen=True, slots=True)
class Planes:
    """What holds (`true`) and what holds or is unknown (`possible`), by node and enterprise. Bits past `size` mean nothing."""

    true: NDArray[np.uint64]
    possible: NDArray[np.uint64]
    size: int


def _join(node: Node, planes: NDArray[np.uint64], out: Plane) -> None:
    of = node.of
    if node.how in ("all", "any"):
        join = np.bitwise_and if node.how == "all" else np.bitwise_or
        if len(of) < 2:
            out[:] = planes[of[0]] if of else FULL if node.how == "all" else 0
            return
        join(planes[of[0]], planes[of[1]], out=out)
        for branch in of[2:]:
            join(out, planes[branch], out=out)
    elif node.n > len(of):
        out[:] = 0
    elif node.n == 0:
        out[:] = FULL
    else:
        # counted[k]: at least k + 1 of the branches so far.
        counted = np.zeros((node.n, len(out)), np.uint64)
        for branch in of:
            for k in range(node.n - 1, 0, -1):
                counted[k] |= counted[k - 1] & planes[branch]
            counted[0] |= planes[branch]
        out[:] = counted[-1]


def _leaves(rule: Rule) -> Iterable[Condition]:
    if isinstance(rule, Condition):
        yield rule
    elif isinstance(rule, Not):
        yield from _leaves(rule.of)
    else:
        for branch in rule.of:
            yield from _leaves(branch)
