"""The drafts that wait for a person, in order, as a list that can be narrowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.model import Measure, Policy
from corpus.rules import conditions

# How sure the grammar is of the least sure condition: from here on high, from here on middle.
BANDS = {"high": ("把握大", 0.8), "middle": ("把握中等", 0.6), "low": ("把握小", 0.0)}
FILTERS = ("policy", "department", "confidence")
NO_DEPARTMENT = "未写明"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft with its policy and how sure the machine is of it."""

    measure: Measure
    policy: Policy
    band: str

    @property
    def department(self) -> str:
        """Who is responsible, by the measure or its policy."""
        return self.measure.department or self.policy.department or self.policy.issuer or NO_DEPARTMENT


@dataclass(frozen=True, slots=True)
class Shelf:
    """A policy with its drafts that wait, and how many of its measures a person has confirmed."""

    policy: Policy
    drafts: tuple[Waiting, ...]
    confirmed: int


def waiting(policies: Iterable[Policy], filters: Mapping[str, str] | None = None) -> tuple[Waiting, ...]:
    """The drafts of `policies` that pass `filters` (`policy`, `department`, `confidence`), in the order of the policies."""
    asked = filters or {}
    found = (
        Waiting(measure, policy, band_of(measure))
        for policy in policies
        if asked.get("policy") in (None, policy.id)
        for measure in policy.measures
        if measure.review == "draft"
    )
    return tuple(
        one
        for one in found
        if asked.get("department") in (None, one.department) and asked.get("confidence") in (None, one.band)
    )


def band_of(measure: Measure) -> str:
    """How sure the machine is of its least sure condition, as a key of `BANDS`; nothing asked counts as middling."""
    sure = [condition.confidence for _, condition in conditions(measure.rule) if condition.confidence is not None]
    least = min(sure, default=0.6)
    return next(band for band, (_, floor) in BANDS.items() if least >= floor)


def by_policy(drafts: Sequence[Waiting]) -> tuple[Shelf, ...]:
    """`drafts` by policy, in their order."""
    found: dict[str, list[Waiting]] = {}
    for one in drafts:
        found.setdefault(one.policy.id, []).append(one)
    return tuple(
        Shelf(some[0].policy, tuple(some), sum(m.review == "confirmed" for m in some[0].policy.measures))
        for some in found.values()
    )


def departments(drafts: Iterable[Waiting]) -> tuple[tuple[str, int], ...]:
    """Who is responsible for `drafts`, with how many of them, the most first."""
    return tuple(Counter(one.department for one in drafts).most_common())


def around(drafts: Sequence[Waiting], every: Sequence[Waiting], identity: str) -> tuple[str | None, str | None]:
    """The drafts of the queue before and after the measure `identity`, which need not be in it.

    `every` gives the place of one that the filters leave out.
    """
    ids = [one.measure.id for one in drafts]
    if identity in ids:
        at = ids.index(identity)
        before, after = ids[:at], ids[at + 1 :]
    else:
        order = [one.measure.id for one in every]
        at = order.index(identity) if identity in order else 0
        place = {name: i for i, name in enumerate(order)}
        before = [name for name in ids if place[name] < at]
        after = [name for name in ids if place[name] >= at]
    return (before[-1] if before else None), next(iter(after), None)
