"""Many enterprises against many rules at once: every different condition once, combined as packed bits.

A rule is lowered to atoms (one year, one title, one test) joined by all, any, not, at least; equal parts of the whole
catalogue are one node. Each node has two planes of bits, one bit an enterprise: T, where it holds, and P, where it
holds or is unknown. The verdicts are those of `evaluate`, which the tests hold it to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any as Comparable

import numpy as np
from numpy.typing import NDArray

from corpus.fields import Field, registry
from corpus.model import All, Any, AtLeast, Bounds, Condition, Not, Rule
from matcher.columns import Columns, Encoded
from matcher.facts import Events
from matcher.judge import asked_members, number_verdict, ordered_verdict, period_of, years_of
from matcher.operators import COMPARISONS, EVENT_TESTS, MEMBERSHIPS, as_names, as_window, contains_of
from matcher.truth import ELIGIBLE, UNKNOWN, Verdict, known

Plane = NDArray[np.uint64]
WORD = 64
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)


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
        for i, atom in enumerate(self.atoms):
            true[i], possible[i] = test_column(atom, columns)
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


# ---------------------------------------------------------------- one atom over a column


def test_column(atom: Condition, columns: Columns) -> tuple[Plane, Plane]:
    """The planes of one atom: where it holds, and where it holds or is unknown."""
    field = registry()[atom.field]
    match field.type:
        case "number":
            return _numbers(atom, field, columns)
        case "date":
            return _compared(columns.day(field.name), atom.op, ordinals(atom.value))
        case "code" | "enum":
            test, contains = MEMBERSHIPS[atom.op].test, contains_of(field)
            return _looked_up(columns.word(field.name), lambda have: test(have, as_names(atom.value), contains))
        case "ordered":
            return _looked_up(columns.ranks(field.name), lambda ranks: ordered_verdict(atom, field, ranks))
        case "set":
            return _looked_up(
                columns.members(field.name), lambda given: columns.held(field.name, given).has(str(atom.value))
            )
        case "event":
            window = as_window(atom.value)
            test_events = EVENT_TESTS[atom.op].test

            def happened(given: Events) -> Verdict:
                events, whole = given.named(window.event)
                return test_events(events, whole, window)

            return _looked_up(columns.events(), happened)
        case "manual":
            return _looked_up(columns.confirmed(str(atom.value)), known)


def _looked_up(column: Encoded[Comparable], test: Callable[[Comparable], Verdict]) -> tuple[Plane, Plane]:
    verdicts = [UNKNOWN if value is None else test(value) for value in column.values]
    ranks = np.array([verdict.rank for verdict in verdicts], np.int8)
    return pack((ranks == 2)[column.places]), pack((ranks >= 1)[column.places])


def _numbers(atom: Condition, field: Field, columns: Columns) -> tuple[Plane, Plane]:
    years = years_of(atom, field, columns.as_of)
    period = period_of(atom, field)
    values = [columns.number(field.name, year) for year in years]
    if period.how not in ("sum", "avg"):
        return _compared(values[0], atom.op, atom.value)
    total = np.sum(values, axis=0)
    need: Comparable = atom.value
    times = len(values) if period.how == "avg" else 1
    bounds: tuple[Comparable, ...] = (need.low, need.high) if isinstance(need, Bounds) else (need,)
    ends = [end * times for end in bounds if end is not None]
    true, possible = _compared(total / times, atom.op, need)
    # A sum of floats can be off by dust, so the few rows that stand right at a bound are added up exactly.
    size = np.sum(np.abs(values), axis=0)
    close = [np.abs(total - end) <= 1e-9 * np.maximum(size, abs(end)) for end in ends]
    rows = np.flatnonzero(np.logical_or.reduce(close)) if close else ()
    if len(rows):
        holds, can = unpack(true, len(total)).copy(), unpack(possible, len(total)).copy()
        for row in rows:
            holds[row] = can[row] = number_verdict(atom.op, need, period, [float(v[row]) for v in values]) is ELIGIBLE
        return pack(holds), pack(can)
    return true, possible


def _compared(have: NDArray[np.float64], op: str, need: Comparable) -> tuple[Plane, Plane]:
    unknown = np.isnan(have)
    holds = np.asarray(COMPARISONS[op].holds(have, need)) & ~unknown
    return pack(holds), pack(holds | unknown)


def ordinals(value: Comparable) -> Comparable:
    """A day that is asked for, or both ends of a span of days, as numbers that can be compared."""
    if isinstance(value, Bounds):
        return Bounds(*(None if end is None else ordinals(end) for end in (value.low, value.high)))
    return float(value.toordinal())


def pack(bits: NDArray[np.bool_]) -> Plane:
    """`bits` packed into words of 64, the first in the lowest; the last word is filled up with zeros."""
    packed = np.packbits(bits, bitorder="little")
    out = np.zeros(-(-len(bits) // WORD) * 8, np.uint8)
    out[: len(packed)] = packed
    return out.view(np.uint64)


def unpack(plane: Plane, size: int) -> NDArray[np.bool_]:
    """The first `size` bits of `plane`."""
    return np.unpackbits(plane.view(np.uint8), count=size, bitorder="little").view(np.bool_)


def pack_columns(planes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The bits of several planes turned over: a row for each bit of a plane, with the planes' bits in it packed.

    The rows are a power of two of bits wide, at least 64; what is beyond the planes is 0. Sixty-four words of as many
    planes are a square, turned by swapping its quarters, then theirs, down to single bits.
    """
    count, words = planes.shape
    groups = 1 << max(0, (count - 1).bit_length() - 6)
    squares = np.zeros((groups, WORD, words), np.uint64)
    squares.reshape(-1, words)[:count] = planes
    for far, mask in _QUARTERS:
        pairs = squares.reshape(groups, -1, 2, far, words)
        near, other = pairs[:, :, 0], pairs[:, :, 1]
        swapped = ((near >> np.uint64(far)) ^ other) & np.uint64(mask)
        other ^= swapped
        near ^= swapped << np.uint64(far)
    return np.ascontiguousarray(squares.transpose(2, 1, 0)).reshape(words * WORD, groups).view(np.uint8)


_QUARTERS = (
    (32, 0x00000000FFFFFFFF),
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
"""Half the side of what is swapped, and the bits of a word that are in the nearer half."""
