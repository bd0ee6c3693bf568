"""The form's questions: which facts are asked, in what order, and with which answers to choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from corpus.fields import Field, registry
from corpus.model import Amount, Condition, Cut, Each, EventWindow, Policy, Rate, Tiers
from corpus.rules import conditions

Kind: TypeAlias = Literal[
    "region", "industry", "choice", "set", "members", "events", "date", "money", "percent", "count"
]

SECTIONS = (
    (1, "基本情况", "先说这几样，大多数政策看的就是它们。"),
    (2, "规模与信用", "不清楚的可以不填，会列出哪些政策还要补这些数。"),
    (3, "税务、研发与经历", "有就填，没有或不清楚都可以。"),
    (None, "更多情况（选填）", "只有个别政策会用到。填得越多，待核实的越少。"),
)
NEEDS = ("融资", "用工", "用地", "厂房租金", "设备更新", "研发创新", "市场开拓", "税费负担", "环保", "上市")
# How far back facts by year are asked for: rules look at up to three full years and at the current one.
YEARS_BACK = 3
# A set with more members than this keeps the rest behind a fold.
SHOWN_MEMBERS = 12
# Members that are offered at all, the commonest: others are typed.
OFFERED_MEMBERS = 60
# Members of a set or events that are asked about at once beside a result.
MEMBERS_ASKED = 6


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the form. `options` are (stored value, Chinese) pairs; `years` the years of a fact by year."""

    field: Field
    kind: Kind
    options: tuple[tuple[str, str], ...] = ()
    years: tuple[int, ...] = ()

    @property
    def unit(self) -> str:
        """The unit that a number is typed in."""
        return {"money": "万元", "percent": "%"}.get(self.kind, self.field.unit or "")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its inputs, the most important first."""
        name = self.field.name
        match self.kind:
            case "set":
                return (name, f"{name}.other", f"{name}.rest")
            case "members":
                return tuple(f"{name}.is.{word}" for word, _ in self.options)
            case "events":
                return tuple(f"event.{word}.{part}" for word, _ in self.options for part in ("state", "on"))
            case _:
                return tuple(f"{name}.{year}" for year in self.years) or (name,)

    def narrowed(self, whats: Sequence[str], years: Sequence[int]) -> Question:
        """The same question about some members of a set, some events or some years only, as what to ask next has them."""
        if self.kind in ("set", "events"):
            options = tuple((word, word) for word in whats[:MEMBERS_ASKED])
            return replace(self, kind="members" if self.kind == "set" else "events", options=options)
        return replace(self, years=tuple(sorted(years, reverse=True))) if self.years and years else self


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that stand together; `folded` ones open on demand."""

    title: str
    note: str
    questions: tuple[Question, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the catalogue's rules ask about: how often each field, and which members of sets and events, commonest first."""

    fields: Mapping[str, int]
    members: Mapping[str, tuple[str, ...]]

    def questions(self, as_of: date, years: Collection[int] = ()) -> dict[str, Question]:
        """Every question by field name; `years` are those already answered besides the ones asked on `as_of`."""
        return {
            name: self._question(field, as_of, years) for name, field in registry().items() if field.type != "manual"
        }

    def _question(self, field: Field, as_of: date, years: Collection[int]) -> Question:
        kind = kind_of(field)
        options = tuple(field.values.items())
        if kind in ("set", "events"):
            options = tuple((word, word) for word in self.members.get(field.name, ())[:OFFERED_MEMBERS])
        asked: tuple[int, ...] = ()
        if field.by_year:
            recent = {as_of.year - back for back in range(YEARS_BACK + 1)}
            asked = tuple(sorted(recent | set(years), key=lambda year: (year != as_of.year - 1, -year)))
        return Question(field, kind, options, asked)

    def sections(self, questions: Mapping[str, Question], answered: Collection[str]) -> tuple[Section, ...]:
        """The form: by weight, then what a rule asks about or `answered` holds, the commonest first."""
        return tuple(
            Section(title, note, tuple(chosen), folded=weight is None)
            for weight, title, note in SECTIONS
            if (chosen := [q for q in questions.values() if q.field.weight == weight and self._worth(q, answered)])
        )

    def _worth(self, question: Question, answered: Collection[str]) -> bool:
        if question.kind == "events" and not question.options:
            return False
        name = question.field.name
        return question.field.weight is not None or name in self.fields or name in answered


def kind_of(field: Field) -> Kind:
    """How an answer to `field` is typed."""
    match field.type:
        case "code":
            return "region" if field.codes == "regions" else "industry"
        case "enum" | "ordered":
            return "choice"
        case "event":
            return "events"
        case "number":
            return "money" if field.unit == "元" else "percent" if field.fraction else "count"
        case "set":
            return "set"
        case _:
            return "date"


def asked_by(policies: Sequence[Policy]) -> Asked:
    """What the rules and amounts of `policies` ask about."""
    fields: Counter[str] = Counter()
    members: dict[str, Counter[str]] = {name: Counter() for name, f in registry().items() if f.type in ("set", "event")}
    for measure in (measure for policy in policies for measure in policy.measures):
        if measure.benefit is not None and measure.benefit.amount is not None:
            fields.update(base for base in _bases(measure.benefit.amount) if base in registry())
    for condition in _conditions(policies):
        fields[condition.field] += 1
        if condition.field in members:
            members[condition.field].update(_members(condition))
    return Asked(fields, {name: tuple(word for word, _ in found.most_common()) for name, found in members.items()})


def _conditions(policies: Sequence[Policy]) -> Iterator[Condition]:
    for policy in policies:
        for measure in policy.measures:
            yield from (condition for _, condition in conditions(measure.rule))
            if measure.benefit is not None and measure.benefit.amount is not None:
                yield from _tier_conditions(measure.benefit.amount)


def _tier_conditions(amount: Amount) -> Iterator[Condition]:
    if isinstance(amount, Tiers):
        for tier in amount.tiers:
            yield from (condition for _, condition in conditions(tier.when))
            yield from _tier_conditions(tier.amount)


def _bases(amount: Amount) -> Iterator[str]:
    match amount:
        case Rate(of=base) | Each(of=base) | Cut(of=base):
            yield base
            if isinstance(amount, Rate) and amount.times:
                yield amount.times
        case Tiers(tiers):
            for tier in tiers:
                yield from _bases(tier.amount)


def _members(condition: Condition) -> tuple[str, ...]:
    value = condition.value
    if isinstance(value, EventWindow):
        return (value.event,)
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)
