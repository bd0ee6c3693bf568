"""The vocabulary of the project: documents, policies, clauses, measures, rules and benefits.

Plain frozen values: no clock, no I/O. How they are written in files is in `rules`, `benefits` and `catalogue`.
Numbers are in base units (yuan, persons, square metres, years, fractions); dates are `datetime.date`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

# ---------------------------------------------------------------- rules


@dataclass(frozen=True, slots=True)
class EventWindow:
    """An event and the days it must fall on, both ends included; an absent end is open."""

    event: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """`between`: both ends included; an absent end is open."""

    low: float | date | str | None
    high: float | date | str | None


@dataclass(frozen=True, slots=True)
class Hints:
    """What the words of a `manual` condition are about. Hints rank, group and ask; they never decide."""

    kind: str | None = None
    industry: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    need: str | None = None


Value: TypeAlias = str | float | date | tuple[str, ...] | tuple[float, ...] | Bounds | EventWindow


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing asked of an enterprise: a field, an operator, a value.

    `period` is kept as written (`last_year`, `2023`, `each_of_last_3`); None means the field's default.
    Two conditions that ask the same are equal whatever words, clause or confidence they came with.
    """

    field: str
    op: str
    value: Value
    period: str | None = None
    text: str | None = dataclasses.field(default=None, compare=False)
    clause: str | None = dataclasses.field(default=None, compare=False)
    confidence: float | None = dataclasses.field(default=None, compare=False)
    note: str | None = dataclasses.field(default=None, compare=False)
    hints: Hints | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """Holds if every branch does; an empty one holds."""

    of: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """Holds if one branch does; an empty one does not."""

    of: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """Holds if its branch does not."""

    of: Rule


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Holds if `n` branches or more do."""

    n: int
    of: tuple[Rule, ...]


Rule: TypeAlias = All | Any | Not | AtLeast | Condition

# ---------------------------------------------------------------- benefits


@dataclass(frozen=True, slots=True)
class Fixed:
    """A sum in yuan."""

    value: float


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of a base: `low`–`high` (the same where one rate is given) of `of`.

    Only the part of the base above `above` and up to `up_to` counts; the result is kept within `floor`–`cap`.
    `of` is a field, `tax:…`, `manual:…` (asked for), `measure:ID` (another award), `parameter:…` (a published figure);
    `times` the number that the share is paid for (每人按最低工资的 70%), a field or `manual:…`.
    """

    low: float
    high: float
    of: str
    cap: float | None = None
    floor: float | None = None
    above: float | None = None
    up_to: float | None = None
    times: str | None = None


@dataclass(frozen=True, slots=True)
class Each:
    """A sum in yuan for each one of `of` (persons, patents, square metres)."""

    each: float
    of: str
    cap: float | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A share of a tax, fee or rent that need not be paid; 1.0 is full exemption."""

    cut: float
    of: str


@dataclass(frozen=True, slots=True)
class Words:
    """An amount that cannot be computed, in its own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Tier:
    """An amount and who gets it."""

    when: Rule
    amount: Amount


@dataclass(frozen=True, slots=True)
class Tiers:
    """The first tier that holds, the highest amount among those that hold, or the sum of them (分段累进)."""

    tiers: tuple[Tier, ...]
    pick: Literal["first", "highest", "sum"] = "first"


Amount: TypeAlias = Fixed | Rate | Each | Cut | Words | Tiers


@dataclass(frozen=True, slots=True)
class Cap:
    """A ceiling in yuan and what it is counted over (`project`, `enterprise`, `year`, `total`, `principal`).

    `group` names one that all measures with the same ceiling under that name share: it bounds what one enterprise gets of
    them together.
    """

    per: str
    amount: float
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Benefit:
    """What is given: its kind, how much, how often, and what it cannot be had together with.

    `months` and `by_year` spread an amount over time; `stacking` names a group of which only the best can be had;
    `discretion` is set where the words promise no more than 可给予 / 择优; `payment` keeps 先征后返, 分期 as said.
    """

    kind: str
    amount: Amount | None = None
    frequency: str | None = None
    stacking: str | None = None
    caps: tuple[Cap, ...] = ()
    months: int | None = None
    by_year: tuple[float, ...] = ()
    discretion: str | None = None
    payment: str | None = None
    text: str | None = None


# ---------------------------------------------------------------- policies


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was taken from and how far it is to be trusted."""

    url: str | None = None
    host: str | None = None
    kind: str | None = None
    confidence: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest citable piece of a policy.

    `path` is the original's own numbering (`三(二)1`); `page` counts from 1 in the document it was read from;
    `own_no` is a number that the compilation, not the policy, gave it.
    """

    path: str
    text: str
    page: int | None = None
    heading: str | None = None
    own_no: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When one can apply: days, both included, or only words."""

    start: date | None = None
    end: date | None = None
    text: str | None = None


Review: TypeAlias = Literal["confirmed", "draft", "rejected"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that an enterprise can get: who, what, how, and the clauses that say so."""

    id: str
    title: str
    rule: Rule
    benefit: Benefit | None = None
    department: str | None = None
    materials: tuple[str, ...] = ()
    window: Window | None = None
    contact: str | None = None
    process: str | None = None
    clauses: tuple[str, ...] = ()
    review: Review = "confirmed"
    source: Source | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One official document, whole: its header, its clauses, and the measures it grants.

    `replaces` holds ids or 文号 of policies that it puts an end to; `basis` those that it rests on.
    `withdrawn` says in words what ended it other than its own term (superseded, repealed), from the day
    `withdrawn_on`; where that day is not known it counts as ended always.
    `audience` and `fields` keep what a card says under its own labels. `pages` are the first and last page in the book it was
    cut from.
    """

    id: str
    title: str
    doc_no: str | None = None
    issuer: str | None = None
    level: str | None = None
    region: str | None = None
    written_on: date | None = None
    issued_on: date | None = None
    published_on: date | None = None
    effective_from: date | None = None
    expires_on: date | None = None
    validity: str | None = None
    replaces: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    withdrawn: str | None = None
    withdrawn_on: date | None = None
    audience: str | None = None
    department: str | None = None
    contact: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    pages: tuple[int, int] | None = None
    clauses: tuple[Clause, ...] = ()
    measures: tuple[Measure, ...] = ()
    source: Source | None = None
    note: str | None = None


def term_on(policy: Policy, as_of: date) -> Literal["in_force", "expired", "not_yet_in_force"]:
    """Whether `policy` is in force on `as_of`: from `effective_from` to `expires_on`, both days included.

    A missing end is open. A withdrawn policy has expired from the day of its withdrawal.
    """
    if policy.withdrawn is not None and (policy.withdrawn_on is None or as_of >= policy.withdrawn_on):
        return "expired"
    if policy.effective_from is not None and as_of < policy.effective_from:
        return "not_yet_in_force"
    if policy.expires_on is not None and as_of > policy.expires_on:
        return "expired"
    return "in_force"


STATUSES = {"in_force": "现行有效", "not_yet_in_force": "尚未施行", "expired": "已过期", "withdrawn": "已废止"}
LEVELS = {"national": "国家", "province": "省级", "city": "市级", "county": "县区", "park": "园区"}

# ---------------------------------------------------------------- documents as read


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as it stands on the page.

    `page` counts from 1; None where the format has no pages. `box` is x0, top, x1, bottom in points from the page's
    upper left. `level` is the depth of a heading (1 the highest), None for body text. `confidence` is OCR's, 0–1.
    """

    text: str
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    size: float | None = None
    bold: bool = False
    level: int | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table, row by row; a merged cell's text is repeated in every place it covers."""

    rows: tuple[tuple[str, ...], ...]
    page: int | None = None
    last_page: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the reading that a person must know: a page unread, a table doubtful, a number missing."""

    kind: Literal["unread", "ocr", "doubtful", "skipped", "limit"]
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: its lines and tables in reading order, and what could not be read.

    `meta` holds labelled facts that stand outside the text (索引号, 发文字号, 发布日期 of a web page).
    """

    name: str
    sha256: str
    media_type: str
    blocks: tuple[Line | Table, ...]
    pages: int | None = None
    title: str | None = None
    meta: tuple[tuple[str, str], ...] = ()
    notices: tuple[Notice, ...] = ()
