"""A profile as it is written: an enterprise's facts, confirmations and words, read with checks.

A number by year is `{"2023": x}`, or bare: then it is the last year's. A set is a list (the whole truth) or
`{"has": […], "lacks": […]}` (the rest unknown); a title may carry its term. What is absent or null is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any as Json
from typing import TypeAlias

from corpus.codes import titles
from corpus.errors import InputError, Problem, nearest
from corpus.fields import Field, registry, unknown_field
from corpus.rules import read_code, read_date, read_member, read_number
from corpus.shape import no_extra, shown, words_of, wrong

_YEAR = re.compile(r"(?:19|20)\d\d")
_SET_FORMS = '列表（全部）或 {"has": […], "lacks": […]}（其余未知）'
_WORDS = ("name", "description", "business_scope")
LISTS = ("needs", "plans")
PROFILE_KEYS = ("id", "as_of", "facts", "confirmations", *_WORDS, *LISTS)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a set and the days it is held, both included; an absent end is open."""

    name: str
    since: date | None = None
    until: date | None = None

    def held_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Members:
    """A set: what is in it, what is known not to be, and whether that is the whole truth."""

    has: tuple[Member, ...]
    lacks: frozenset[str] = frozenset()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Happened:
    """An event and its day; None where the day is not known."""

    name: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Events:
    """The events of an enterprise, those known not to have happened, and whether that is the whole truth."""

    has: tuple[Happened, ...]
    lacks: frozenset[str] = frozenset()
    whole: bool = True

    def named(self, name: str) -> tuple[tuple[Happened, ...], bool]:
        """The known happenings of the event `name`, and whether there can be no others."""
        return tuple(event for event in self.has if event.name == name), self.whole or name in self.lacks


@dataclass(frozen=True, slots=True)
class Yearly:
    """A number by calendar year; `bare` is one given without its year."""

    years: Mapping[int, float]
    bare: float | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's answer to a `manual` condition: whether it holds, who said so and when."""

    value: bool
    by: str | None = None
    on: date | None = None


Stored: TypeAlias = str | float | date | Yearly | Members | Events


@dataclass(frozen=True, slots=True)
class Profile:
    """One enterprise as read. `as_of` is the day that its facts are known for; a field that `facts` lacks is unknown.

    `confirmations` is keyed by a condition's words, or by `measure_id#path` where the answer is for that one only.
    """

    id: str
    name: str = ""
    as_of: date | None = None
    facts: Mapping[str, Stored] = field(default_factory=dict)
    description: str = ""
    business_scope: str = ""
    needs: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    confirmations: Mapping[str, Confirmation] = field(default_factory=dict)


def read_profile(data: Mapping[str, Json], source: str = "") -> Profile:
    """The profile that decoded JSON writes; `source` names the file or row in each problem.

    Raises InputError with everything that is wrong: unknown field and its nearest, wrong type or unit, impossible date.
    """
    problems: list[Problem] = []
    if not isinstance(data, Mapping):
        raise InputError(Problem("档案", f"找到 {shown(data)}", "一个对象", source=source))

    def attempt(read: Callable[[], Json]) -> Json:
        try:
            return read()
        except InputError as error:
            problems.extend(problem.within(source) for problem in error.problems)

    for key in data:
        if key not in PROFILE_KEYS:
            known = "、".join(PROFILE_KEYS)
            advice = "企业事实写在 facts 里" if key in registry() else nearest(str(key), PROFILE_KEYS)
            problems.append(Problem(str(key), "不认识的键", known, advice, source))
    words = {key: attempt(lambda key=key: words_of(data, key) or "") for key in _WORDS}  # type: ignore[misc]
    lists = {key: attempt(lambda key=key: _list(data, key)) for key in LISTS}  # type: ignore[misc]
    profile = Profile(
        id=attempt(lambda: _identity(data)),
        as_of=attempt(lambda: None if data.get("as_of") is None else read_date(None, data["as_of"], "as_of")),
        facts=_facts(data.get("facts"), attempt),
        confirmations=_confirmations(data.get("confirmations"), attempt),
        **words,
        **lists,
    )
    if problems:
        raise InputError(*problems)
    return profile


def read_fact(name: str, data: Json) -> Stored:
    """One fact as it is kept. Raises InputError naming the place inside `facts`."""
    known = registry().get(name)
    place = f"facts.{name}"
    if known is None:
        raise wrong(place, f'未知指标 "{name}"', "指标登记表里的名字", unknown_field(name))
    return _READERS[known.type](known, data, place)


# ---------------------------------------------------------------- by type


def _facts(data: Json, attempt: Callable[[Callable[[], Json]], Json]) -> dict[str, Stored]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        attempt(lambda: _refuse("facts", data, "一个对象"))
        return {}
    read: dict[str, Stored] = {}
    for name, value in data.items():
        if value is not None or name not in registry():
            stored = attempt(lambda name=name, value=value: read_fact(str(name), value))  # type: ignore[misc]
            if stored is not None:
                read[name] = stored
    return read


def _number(known: Field, data: Json, place: str) -> Stored:
    if not known.by_year:
        if isinstance(data, Mapping):
            raise wrong(place, f"{known.label} 找到 {shown(data)}", f"一个以{known.unit}为单位的数", "它不按年度记")
        return read_number(known, data, place)
    if not isinstance(data, Mapping):
        return Yearly({}, read_number(known, data, place))
    years = {}
    for year, value in data.items():
        if not _YEAR.fullmatch(str(year)):
            raise wrong(f"{place}.{year}", f'{known.label} 的年份找到 "{year}"', "四位年份，如 2023")
        if value is not None:
            years[int(year)] = read_number(known, value, f"{place}.{year}")
    return Yearly(years)


def _set(known: Field, data: Json, place: str) -> Stored:
    if isinstance(data, list) and all(isinstance(entry, str) and entry for entry in data):
        return _plain_set(known, tuple(data), place)
    has, lacks, whole = _forms(data, known.label, place)
    members = tuple(_member(known, entry, at) for entry, at in has)
    absent = frozenset(_title(known, read_member(known, entry, at)) for entry, at in lacks)
    if both := [member.name for member in members if member.name in absent]:
        raise wrong(place, f'{known.label} "{both[0]}" 同时在 has 与 lacks 里', "只在其中之一")
    return Members(members, absent, whole)


@lru_cache(maxsize=1 << 14)
def _plain_set(known: Field, names: tuple[str, ...], place: str) -> Members:
    """A list of names, read once however many enterprises have the same."""
    return Members(tuple(Member(_title(known, read_member(known, name, place))) for name in names))


def _member(known: Field, data: Json, place: str) -> Member:
    if not isinstance(data, Mapping):
        return Member(_title(known, read_member(known, data, place)))
    no_extra(data, ("name", "since", "until"), place)
    since, until = (
        None if data.get(end) is None else read_date(None, data[end], f"{place}.{end}") for end in ("since", "until")
    )
    if since and until and until < since:
        raise wrong(place, f"止于 {until}，早于起于 {since}", "先起后止的两天")
    return Member(_title(known, read_member(known, data.get("name"), f"{place}.name")), since, until)


def _title(known: Field, name: str) -> str:
    return titles.canonical(name) if known.name == "qualification" else name


def _events(known: Field, data: Json, place: str) -> Stored:
    has, lacks, whole = _forms(data, known.label, place)
    happened = tuple(_event(known, entry, at) for entry, at in has)
    absent = frozenset(read_member(known, entry, at) for entry, at in lacks)
    if both := [event.name for event in happened if event.name in absent]:
        raise wrong(place, f'{known.label} "{both[0]}" 同时在 has 与 lacks 里', "只在其中之一")
    return Events(happened, absent, whole)


def _event(known: Field, data: Json, place: str) -> Happened:
    if not isinstance(data, Mapping):
        return Happened(read_member(known, data, place))
    no_extra(data, ("name", "on"), place)
    on = None if data.get("on") is None else read_date(None, data["on"], f"{place}.on")
    return Happened(read_member(known, data.get("name"), f"{place}.name"), on)


def _forms(data: Json, label: str, place: str) -> tuple[list[tuple[Json, str]], list[tuple[Json, str]], bool]:
    """The members and non-members as written, each with its place, and whether they are the whole truth."""
    if isinstance(data, Mapping):
        no_extra(data, ("has", "lacks"), place)
        parts = []
        for key in ("has", "lacks"):
            members = data.get(key) or []
            if not isinstance(members, Sequence) or isinstance(members, str):
                raise wrong(f"{place}.{key}", f"{label} 找到 {shown(members)}", "一个列表")
            parts.append([(member, f"{place}.{key}[{i}]") for i, member in enumerate(members)])
        return parts[0], parts[1], False
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise wrong(place, f"{label} 找到 {shown(data)}", _SET_FORMS)
    return [(member, f"{place}[{i}]") for i, member in enumerate(data)], [], True


def _manual(_known: Field, data: Json, place: str) -> Stored:
    raise wrong(place, f"找到 {shown(data)}", "不在 facts 里", "对条件的答复写在 confirmations 里")


_READERS: dict[str, Callable[[Field, Json, str], Stored]] = {
    "number": _number,
    "date": read_date,
    "code": read_code,
    "ordered": read_member,
    "enum": read_member,
    "set": _set,
    "event": _events,
    "manual": _manual,
}


# ---------------------------------------------------------------- what stands beside the facts


def _confirmations(data: Json, attempt: Callable[[Callable[[], Json]], Json]) -> dict[str, Confirmation]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        attempt(lambda: _refuse("confirmations", data, "一个对象"))
        return {}
    read: dict[str, Confirmation] = {}
    for words, answer in data.items():
        place = f'confirmations["{words}"]'
        confirmation = attempt(lambda answer=answer, place=place: _confirmation(answer, place))  # type: ignore[misc]
        if confirmation is not None:
            read[str(words).strip()] = confirmation
    return read


def _confirmation(data: Json, place: str) -> Confirmation | None:
    if data is None or isinstance(data, bool):
        return None if data is None else Confirmation(data)
    if not isinstance(data, Mapping):
        raise wrong(place, f"找到 {shown(data)}", 'true、false 或 {"value": …, "by": …, "on": …}')
    no_extra(data, ("value", "by", "on"), place)
    value = data.get("value")
    if value is not None and not isinstance(value, bool):
        raise wrong(f"{place}.value", f"找到 {shown(value)}", "true 或 false")
    on = None if data.get("on") is None else read_date(None, data["on"], f"{place}.on")
    by = data.get("by")
    return None if value is None else Confirmation(value, None if by is None else str(by), on)


def _identity(data: Mapping[str, Json]) -> str:
    identity = data.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool):
        return str(identity)
    if identity is None and isinstance(data.get("name"), str) and data["name"].strip():
        return str(data["name"]).strip()
    if not isinstance(identity, str) or not identity.strip():
        raise wrong("id", "缺少" if identity is None else f"找到 {shown(identity)}", "企业编号（统一社会信用代码）")
    return identity.strip()


def _list(data: Mapping[str, Json], key: str) -> tuple[str, ...]:
    value = data.get(key) or ()
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(word, str) for word in value):
        raise wrong(key, f"找到 {shown(value)}", "文字的列表")
    return tuple(value)


def _refuse(place: str, data: Json, expected: str) -> Json:
    raise wrong(place, f"找到 {shown(data)}", expected)
