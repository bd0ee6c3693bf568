"""Facts of an enterprise in the words of a page, and what a person typed as a change of them that loses nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any as Json

from corpus.codes import titles
from corpus.fields import registry
from corpus.quantity import format_value
from ledger.facts import CONFIRMATION, Origin
from matcher.facts import Events, Members, Profile, Yearly
from web.questions import Question
from web.words import day


@dataclass(frozen=True, slots=True)
class Known:
    """A known fact as a page shows it, and where it comes from."""

    field: str
    label: str
    words: str
    origin: Origin | None


def known_facts(profile: Profile, origins: Mapping[str, Origin]) -> tuple[Known, ...]:
    """Everything known of an enterprise, in the order of the registry, what people confirmed last."""
    fields = [name for name in registry() if name in profile.facts]
    facts = [
        Known(name, registry()[name].label, fact_words(name, profile.facts[name]), origins.get(name)) for name in fields
    ]
    confirmed = [
        Known(CONFIRMATION + words, words, "是" if said.value else "否", origins.get(CONFIRMATION + words))
        for words, said in profile.confirmations.items()
    ]
    return (*facts, *confirmed)


def fact_words(name: str, stored: Json) -> str:
    """A stored fact in Chinese, with units and years."""
    field = registry()[name]
    match stored:
        case Yearly(years, bare):
            numbers = [
                f"{year} 年 {format_value(field, number)}" for year, number in sorted(years.items(), reverse=True)
            ]
            return "；".join([*numbers, *([f"{format_value(field, bare)}（未注明年份）"] if bare is not None else [])])
        case Members(has, lacks, whole):
            return _set_words([f"{one.name}{_term(one.since, one.until)}" for one in has], lacks, whole)
        case Events(has, lacks, whole):
            return _set_words([f"{one.name}（{day(one.on)}）" if one.on else one.name for one in has], lacks, whole)
        case date():
            return day(stored)
        case _:
            return format_value(field, stored)


def _set_words(has: list[str], lacks: frozenset[str], whole: bool) -> str:
    parts = ["、".join(has)] if has else []
    if whole:
        return f"{parts[0]}，没有其他" if parts else "都没有"
    if lacks:
        parts.append(f"没有{'、'.join(sorted(lacks))}")
    return "；".join([*parts, "其余不清楚"])


def _term(since: date | None, until: date | None) -> str:
    if since is None and until is None:
        return ""
    return f"（{day(since) or '…'}至{day(until) or '…'}）" if until else f"（{day(since)}起）"


def seal(stored: Json) -> str:
    """A mark of a fact as it stands, so that a form filled in before somebody else's change is known for late."""
    return hashlib.sha256(json.dumps(stored, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def whole_answer(question: Question, old: Json, read: Json, as_of: date) -> Json:
    """The fact after a form that showed all of it: what was left out is not known any more.

    Terms of titles that are kept stay, and so do those that were held on other days, which the form does not show.
    """
    if question.kind == "events":
        return merged(question, old, read)
    if question.kind != "set" or read is None:
        return read
    listed = {_name(entry): entry for entry in _members(old)[0]}
    whole = isinstance(read, list)
    names = read if whole else read["has"]
    lacks = [] if whole else read["lacks"]
    chosen = {_canonical(name) for name in names}
    has = [listed.get(_canonical(name), name) for name in names]
    has += [e for name, e in listed.items() if name not in {*chosen, *map(_canonical, lacks)} and not _held(e, as_of)]
    return has if whole else {"has": has, "lacks": lacks}


def merged(question: Question, old: Json, read: Json) -> Json:
    """The fact after answers about some of it: what was not asked stays as it was. None for no answer at all."""
    if question.kind not in ("members", "events") or read is None:
        return read
    said = [*read["has"], *read["lacks"]]
    names = {_name(entry) for entry in said}
    has, lacks, whole = _members(old)
    has = [entry for entry in has if _name(entry) not in names] + [_kept(has, entry) for entry in read["has"]]
    if whole:
        return has
    return {"has": has, "lacks": [entry for entry in lacks if _name(entry) not in names] + read["lacks"]}


def _kept(old: list[Json], entry: Json) -> Json:
    """`entry`, or what was known of it where that says more."""
    if isinstance(entry, Mapping) and entry.get("on"):
        return entry
    return next((one for one in old if _name(one) == _name(entry)), entry)


def _members(stored: Json) -> tuple[list[Json], list[Json], bool]:
    if stored is None:
        return [], [], False
    if isinstance(stored, Mapping):
        return list(stored.get("has") or ()), list(stored.get("lacks") or ()), False
    return list(stored), [], True


def _name(entry: Json) -> str:
    return _canonical(entry["name"] if isinstance(entry, Mapping) else entry)


def _canonical(name: str) -> str:
    return titles.canonical(name)


def _held(entry: Json, on: date) -> bool:
    if not isinstance(entry, Mapping):
        return True
    since, until = entry.get("since"), entry.get("until")
    return (not since or str(since) <= on.isoformat()) and (not until or on.isoformat() <= str(until))


def changes(
    questions: Mapping[str, Question], facts: Mapping[str, Json], read: Mapping[str, Json]
) -> Iterator[tuple[str, Json]]:
    """What the answers `read` to some questions change of `facts`, by field."""
    for name, question in questions.items():
        if (value := read.get(name)) is None:
            continue
        before: Json = facts.get(name)
        new = merged(question, before, value)
        if _by_year(before) and _by_year(new):
            new = {year: number for year, number in new.items() if before.get(year) != number}
        if new not in (before, {}):
            yield name, new


def _by_year(stored: Json) -> bool:
    return isinstance(stored, Mapping) and all(str(key).isdigit() for key in stored)
