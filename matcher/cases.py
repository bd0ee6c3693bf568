"""Every case that some rules tell apart: the values between their thresholds, the codes they name, each title held or not.

The cases are never too few: facts that hang together in ways not known here are let vary freely. So what holds in every
case holds always, and what holds in none never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import product
from math import inf, nextafter, prod
from typing import Any as Json

import numpy as np
from numpy.typing import NDArray

from corpus.codes import titles
from corpus.fields import Field, registry
from corpus.model import Bounds, Condition, Rule
from matcher.bits import pack, unpack
from matcher.judge import ordered_verdict
from matcher.kernel import Program
from matcher.operators import COMPARISONS, MEMBERSHIPS, as_names, contains_of
from matcher.truth import ELIGIBLE, INELIGIBLE, UNKNOWN, Verdict

MOST_CASES = 1 << 12
MOST_OF_ONE = 12
"""Cases gone through at once, and conditions on one fact; beyond that there is no answer."""


def nothing_known(_condition: Condition) -> Verdict:
    """The knowledge of someone who knows nothing."""
    return UNKNOWN


def outcomes(
    rules: Sequence[Rule],
    as_of: date,
    known: Callable[[Condition], Verdict] = nothing_known,
    most: int = MOST_CASES,
) -> list[NDArray[np.bool_]] | None:
    """For each rule, whether it holds in each case that agrees with what is `known`; None where there are too many cases."""
    program = Program(rules, as_of)
    groups: dict[tuple[str, str | None], list[int]] = {}
    for place, atom in enumerate(program.atoms):
        groups.setdefault(_apart(atom), []).append(place)
    if any(len(places) > MOST_OF_ONE for places in groups.values()):
        return None
    cases = [_agreeing([program.atoms[place] for place in places], known) for places in groups.values()]
    size = prod(len(case) for case in cases)
    if size > most:
        return None
    table = np.empty((len(program.atoms), size), np.bool_)
    for world, chosen in enumerate(product(*cases)):
        for places, case in zip(groups.values(), chosen, strict=True):
            table[places, world] = case
    true = np.zeros((len(program.atoms) + len(program.nodes), -(-size // 64)), np.uint64)
    for place, row in enumerate(table):
        true[place] = pack(row)
    possible = true.copy()
    program.join(true, possible)
    return [unpack(true[root], size) for root in program.roots]


def _agreeing(atoms: Sequence[Condition], known: Callable[[Condition], Verdict]) -> list[tuple[bool, ...]]:
    verdicts = [known(atom) for atom in atoms]
    fits = {ELIGIBLE: (True,), INELIGIBLE: (False,), UNKNOWN: (True, False)}
    return [case for case in _cases(atoms) if all(one in fits[v] for one, v in zip(case, verdicts, strict=True))]


def _apart(atom: Condition) -> tuple[str, str | None]:
    """What atoms are answered by one and the same fact: those of other years or of sums are let vary freely."""
    field = registry()[atom.field]
    if field.type == "number":
        return field.name, atom.period if field.by_year else None
    if field.type in ("event", "manual"):
        return field.name, str(atom.value)
    return field.name, None


def _cases(atoms: Sequence[Condition]) -> list[tuple[bool, ...]]:
    """The different ways in which one fact can answer `atoms`."""
    field = registry()[atoms[0].field]
    match field.type:
        case "number":
            return _compared(atoms, _numbers(field, atoms))
        case "date":
            return _compared(atoms, _days(atoms))
        case "ordered":
            ranks = range(len(field.order))
            return _different(
                tuple(ordered_verdict(atom, field, (rank,)) is ELIGIBLE for atom in atoms) for rank in ranks
            )
        case "code" | "enum":
            return _different(_coded(field, atoms))
        case "set":
            return _held(field, [str(atom.value) for atom in atoms])
        case _:
            return [(True,) * len(atoms), (False,) * len(atoms)]


def _ends(atom: Condition) -> Iterator[Json]:
    value = atom.value
    yield from (end for end in ((value.low, value.high) if isinstance(value, Bounds) else (value,)) if end is not None)


def _numbers(field: Field, atoms: Sequence[Condition]) -> list[float]:
    low, high = (-inf if field.min is None else field.min), (inf if field.max is None else field.max)
    ends = {max(low, 0.0), *(float(end) for atom in atoms for end in _ends(atom))}
    around = {near for end in ends for near in (end, nextafter(end, inf), nextafter(end, -inf))}
    return [number for number in around if low <= number <= high]


def _days(atoms: Sequence[Condition]) -> list[date]:
    ends = {end for atom in atoms for end in _ends(atom)} or {date(2000, 1, 1)}
    return [near for end in ends for near in (end, end + timedelta(days=1), end - timedelta(days=1))]


def _compared(atoms: Sequence[Condition], values: Iterable[Json]) -> list[tuple[bool, ...]]:
    return _different(tuple(bool(COMPARISONS[a.op].holds(value, a.value)) for a in atoms) for value in values)


def _coded(field: Field, atoms: Sequence[Condition]) -> Iterator[tuple[bool, ...]]:
    asked = {name for atom in atoms for name in as_names(atom.value)}
    for have in (*asked, *(field.order if field.type == "enum" else ())):
        yield tuple(MEMBERSHIPS[a.op].test(have, as_names(a.value), contains_of(field)) is ELIGIBLE for a in atoms)
    if field.type == "code":
        yield (False,) * len(atoms)


def _held(field: Field, names: Sequence[str]) -> list[tuple[bool, ...]]:
    every = product((True, False), repeat=len(names))
    if field.name != "qualification":
        return list(every)
    implied = [[names.index(other) for other in titles.implied(name) if other in names] for name in names]
    return [case for case in every if all(case[j] for i, held in enumerate(case) if held for j in implied[i])]


def _different(cases: Iterable[tuple[bool, ...]]) -> list[tuple[bool, ...]]:
    return list(dict.fromkeys(cases))
