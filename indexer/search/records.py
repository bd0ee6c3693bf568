"""A policy as what the index holds of it: one record for itself, one for each clause, one for each measure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from corpus.benefits import KINDS
from corpus.codes import regions
from corpus.model import LEVELS, Condition, Measure, Policy, Tiers, Words
from corpus.rules import conditions
from indexer.search.about import audiences, most, trades

RecordKind: TypeAlias = Literal["policy", "clause", "measure"]


@dataclass(frozen=True, slots=True)
class Record:
    """What is found: a policy as a whole, one of its clauses, or one of its measures.

    `path` is the clause's own numbering, or the measure's id; `heading` the clause's heading or the measure's title;
    `text` what is shown. A measure's text is its benefit and its conditions in words; `clauses` are those it rests on.
    `pieces` are the lengths of the pieces that the index cut the text to, empty where it did not or one is too long.
    """

    kind: RecordKind
    path: str
    heading: str
    text: str
    page: int | None = None
    clauses: tuple[str, ...] = ()
    draft: bool = False
    pieces: bytes = b""


@dataclass(frozen=True, slots=True)
class Header:
    """What every hit says of its policy, and what filters and counts read. Dates are absent where open or not known.

    `most` is the most yuan that each of the policy's measures gives, in the order of their records (see `about.most`).
    """

    id: str
    title: str
    doc_no: str | None
    issuer: str | None
    level: str | None
    region: str | None
    department: str | None
    issued_on: date | None
    effective_from: date | None
    expires_on: date | None
    withdrawn: str | None
    withdrawn_on: date | None
    benefits: tuple[str, ...]
    departments: tuple[str, ...]
    trades: tuple[str, ...]
    audiences: tuple[str, ...]
    most: tuple[float | None, ...]
    sha256: str

    def status_on(self, as_of: date) -> str:
        """`in_force`, `expired`, `not_yet_in_force` or `withdrawn` on a day, as `corpus.model.term_on` reckons."""
        if self.withdrawn is not None and (self.withdrawn_on is None or as_of >= self.withdrawn_on):
            return "withdrawn"
        if self.effective_from is not None and as_of < self.effective_from:
            return "not_yet_in_force"
        if self.expires_on is not None and as_of > self.expires_on:
            return "expired"
        return "in_force"


def content_hash(policy: Policy) -> str:
    """A hash of all that a policy says: the same words, the same hash."""
    return hashlib.sha256(repr(policy).encode()).hexdigest()


def header(policy: Policy) -> Header:
    """The header of `policy`."""
    named = [policy.department, *(measure.department for measure in policy.measures)]
    return Header(
        id=policy.id,
        title=policy.title,
        doc_no=policy.doc_no,
        issuer=policy.issuer,
        level=policy.level,
        region=policy.region,
        department=policy.department,
        issued_on=policy.issued_on or policy.published_on or policy.written_on,
        effective_from=policy.effective_from,
        expires_on=policy.expires_on,
        withdrawn=policy.withdrawn,
        withdrawn_on=policy.withdrawn_on,
        benefits=tuple(sorted({m.benefit.kind for m in policy.measures if m.benefit is not None})),
        departments=tuple(dict.fromkeys(name for name in named if name)),
        trades=trades(policy),
        audiences=audiences(policy),
        most=tuple(most(measure) for measure in policy.measures if measure.review != "rejected"),
        sha256=content_hash(policy),
    )


def records(policy: Policy) -> Iterator[Record]:
    """The policy's own record, then its clauses, then its measures, each in the policy's order."""
    yield Record("policy", "", policy.title, _about(policy), policy.pages[0] if policy.pages else None)
    for clause in policy.clauses:
        yield Record("clause", clause.path, clause.heading or "", clause.text, clause.page)
    for measure in policy.measures:
        if measure.review != "rejected":
            draft = measure.review == "draft"
            yield Record("measure", measure.id, measure.title, measure_text(measure), None, measure.clauses, draft)


def _about(policy: Policy) -> str:
    place = regions.full_name(policy.region) if policy.region and regions.known(policy.region) else None
    level = LEVELS.get(policy.level or "")
    said = (policy.doc_no, policy.issuer, place, level, policy.audience, policy.department, policy.note)
    return "\n".join(part for part in (*said, *(f"{name}：{value}" for name, value in policy.fields)) if part)


def measure_text(measure: Measure) -> str:
    """The benefit and the conditions of a measure in the words they have."""
    benefit = measure.benefit
    said: list[str] = []
    if benefit is not None:
        said += [KINDS.get(benefit.kind, ""), benefit.text or ""]
        if isinstance(benefit.amount, Words):
            said.append(benefit.amount.text)
        elif isinstance(benefit.amount, Tiers):
            said += [_said(c) for tier in benefit.amount.tiers for _, c in conditions(tier.when)]
    said += [_said(condition) for _, condition in conditions(measure.rule)]
    said += [measure.department or "", measure.note or ""]
    return "；".join(dict.fromkeys(part for part in said if part))


def _said(condition: Condition) -> str:
    if condition.text:
        return condition.text
    value = condition.value
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        names = [str(member) for member in value]
        if condition.field in ("region", "tax_region"):
            names = [regions.name(code) for code in names if regions.known(code)]
        return "、".join(names)
    return ""
