"""What the audit finds, by name: who misses out, who was paid in doubt, who waits too long, and which measures lie idle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from corpus.model import All, Any, AtLeast, Condition, Measure, Not, Policy, Rule
from ledger.auditing.audit import Auditor
from ledger.auditing.bottleneck import LEAST_SAMPLE
from ledger.auditing.taken import STEP_NAMES
from matcher.answer import asks
from matcher.bits import unpack
from matcher.catalogue import STANDINGS


@dataclass(frozen=True, slots=True)
class Named:
    """An enterprise and a measure, and how far they came: `standing` in Chinese, the latest step and its day, yuan paid."""

    enterprise_id: str
    enterprise: str
    region: str
    cadre: str
    measure_id: str
    title: str
    department: str
    standing: str
    step: str | None = None
    on: date | None = None
    office: str = ""
    paid: float = 0.0


def missing_out(auditor: Auditor, measures: Sequence[str] | None = None) -> Iterator[Named]:
    """应享未享: who is eligible and has not applied; by measure, then as registered. `measures`: only these."""
    applied = auditor.funnel.done["applied"]
    for measure, place in auditor.standings.measures.items():
        if measures is None or measure in measures:
            plane = auditor.funnel.eligible_without(place, applied)
            places = np.flatnonzero(unpack(plane, len(auditor.standings.register)))
            yield from _named(auditor, place, places)


def doubtful(auditor: Auditor) -> Iterator[Named]:
    """已享存疑: who was paid for a measure that it is not (or not surely) eligible for on the day of the audit.

    A question, no finding: facts may have changed since the payment, or be wrong in the register.
    """
    yield from _of_pairs(auditor, auditor.funnel.marks["paid_not_eligible"])


def overdue(auditor: Auditor) -> Iterator[Named]:
    """Who waits for an answer, or after the approval for the money, for longer than the measure gives the office, or than
    `audit.OVERDUE_DAYS` where it says nothing.
    """
    yield from _of_pairs(auditor, auditor.funnel.overdue)


def due_without_asking(auditor: Auditor, measures: Sequence[str] | None = None) -> Iterator[Named]:
    """免申即享: who is eligible with every condition known and was not paid, for an office to pay without application.

    Eligible says that every condition that matters is known: an unknown one leaves the verdict unknown. Who was declined
    or withdrew is left out, for a person to look at.
    """
    ended = np.isin(auditor.pairs.last, (STEP_NAMES.index("declined"), STEP_NAMES.index("withdrawn")))
    for measure, place in auditor.standings.measures.items():
        if measures is None or measure in measures:
            plane = auditor.funnel.eligible_without(place, auditor.pairs.did("paid") | ended)
            places = np.flatnonzero(unpack(plane, len(auditor.standings.register)))
            yield from _named(auditor, place, places)


def _named(auditor: Auditor, place: int, enterprises: NDArray[np.int64]) -> Iterator[Named]:
    """These enterprises with the measure at this place, and the latest step where one was taken."""
    of = auditor.funnel.pairs_of([place])
    steps = dict(zip(auditor.pairs.enterprise[of].tolist(), of.tolist(), strict=True))
    for enterprise in enterprises.tolist():
        yield _name(auditor, enterprise, place, "eligible", steps.get(enterprise))


def _of_pairs(auditor: Auditor, wanted: NDArray[np.bool_]) -> Iterator[Named]:
    for i in np.flatnonzero(wanted).tolist():
        enterprise, place = int(auditor.pairs.enterprise[i]), int(auditor.pairs.measure[i])
        yield _name(auditor, enterprise, place, auditor.standings.of(place, enterprise), i)


def _name(auditor: Auditor, enterprise: int, place: int, standing: str, pair: int | None) -> Named:
    register, pairs = auditor.standings.register, auditor.pairs
    region, cadre = (register.keys[part][register.places[part][enterprise]] for part in ("region", "cadre"))
    who = (register.ids[enterprise], register.names[enterprise], region, cadre)
    what = (auditor.measures[place], auditor.title(place), auditor.department(place))
    words = STANDINGS.get(standing, "不在有效期")  # type: ignore[call-overload]
    if pair is None:
        return Named(*who, *what, words)
    step, on = STEP_NAMES[pairs.last[pair]], date.fromordinal(int(pairs.last_day[pair]))
    return Named(*who, *what, words, step, on, pairs.offices[pairs.office[pair]], float(pairs.paid[pair]))


# ---------------------------------------------------------------- measures that lie idle


@dataclass(frozen=True, slots=True)
class Idle:
    """A measure in force that does nothing, in how many enterprises; for one that nobody meets, the conditions to blame."""

    policy: Policy
    measure: Measure
    eligible: int
    informed: int
    blame: tuple[str, ...] = ()


def dormant(auditor: Auditor) -> Iterator[Idle]:
    """沉睡政策: in force, LEAST_SAMPLE enterprises or more eligible, and nobody ever applied."""
    return (idle for idle in _in_force(auditor, "applied") if idle.eligible >= LEAST_SAMPLE)


def untold(auditor: Auditor) -> Iterator[Idle]:
    """政策棚架: in force, LEAST_SAMPLE enterprises or more eligible, and nobody was told."""
    return (idle for idle in _in_force(auditor, "informed") if idle.eligible >= LEAST_SAMPLE)


def dead(auditor: Auditor) -> Iterator[Idle]:
    """Dead clauses: in force, and of LEAST_SAMPLE enterprises or more none qualifies or might, with what is to blame.

    To blame are the conditions that no enterprise meets or might; where each is met by some, but never all by the same
    one, the conditions that fewest meet, said so.
    """
    if len(auditor.standings.register) < LEAST_SAMPLE:
        return
    for measure, place in auditor.standings.measures.items():
        if auditor.standings.in_force[place] and not auditor.funnel.inside(auditor.standings.possible[place]).any():
            policy, found = auditor.entries[measure]
            yield Idle(policy, found, 0, 0, _blame(auditor, found))


def _in_force(auditor: Auditor, step: str) -> Iterator[Idle]:
    for measure, place in auditor.standings.measures.items():
        of = auditor.funnel.pairs_of([place])
        if auditor.standings.in_force[place] and not auditor.pairs.did(step)[of].any():
            eligible = int(np.bitwise_count(auditor.funnel.inside(auditor.standings.true[place])).sum())
            yield Idle(*auditor.entries[measure], eligible, int(auditor.pairs.did("informed")[of].sum()))


def _blame(auditor: Auditor, measure: Measure) -> tuple[str, ...]:
    planes = auditor.standings.branches.get(measure.id)
    if planes is None or not isinstance(measure.rule, All):  # one condition, or an `any`: all of it
        return (words_of(measure.rule, auditor.as_of),)
    met = np.bitwise_count(planes).sum(axis=1, dtype=np.int64)
    fewest = int(met.min())
    branches = [words_of(branch, auditor.as_of) for branch, n in zip(measure.rule.of, met, strict=True) if n == fewest]
    together = f"（单独看有 {fewest} 家满足或可能满足，但没有一家同时满足其余条件）" if fewest else ""
    return tuple(f"{branch}{together}" for branch in branches)


def words_of(rule: Rule, as_of: date) -> str:
    """What `rule` asks, in Chinese: the policy's own words where they are kept."""
    match rule:
        case Condition():
            return rule.text or asks(rule, as_of)
        case Not(of):
            return f"不得：{words_of(of, as_of)}"
        case All(of):
            return "，且".join(_inside(branch, as_of) for branch in of) or "不设条件"
        case Any(of):
            return "，或".join(_inside(branch, as_of) for branch in of) or "无人可满足的条件"
        case AtLeast(n, of):
            return f"以下至少 {n} 项：" + "；".join(words_of(branch, as_of) for branch in of)


def _inside(rule: Rule, as_of: date) -> str:
    words = words_of(rule, as_of)
    return words if isinstance(rule, Condition | Not) else f"（{words}）"
