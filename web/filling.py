"""A profile as the form would hold it: how a sample enterprise gets into the form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any as Json

from corpus.fields import registry
from matcher.facts import Events, Members, Profile, Yearly
from web.answers import CONFIRM, WAN, code_words, keep
from web.questions import kind_of


def fill(profile: Profile, as_of: date, events: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """`profile` as the form would hold it on `as_of`; `events` are those that the form asks about.

    Titles whose term does not cover the day are left unticked; an event that a whole list lacks did not happen.
    """
    given: dict[str, tuple[str, ...]] = {"name": (profile.name,), "id": (profile.id,), "as_of": (as_of.isoformat(),)}
    given |= {
        "description": (profile.description,),
        "business_scope": (profile.business_scope,),
        "needs": profile.needs,
        "plans": ("、".join(profile.plans),),
    }
    for name, stored in profile.facts.items():
        given |= _filled(name, stored, profile.as_of or as_of, as_of, events)
    for words, confirmation in profile.confirmations.items():
        given[f"{CONFIRM}{words}"] = ("yes" if confirmation.value else "no",)
    return keep((name, value) for name, values in given.items() for value in values)


def _filled(name: str, stored: Json, known_on: date, as_of: date, events: Sequence[str]) -> dict[str, tuple[str, ...]]:
    kind = kind_of(registry()[name])
    match stored:
        case Yearly(years, bare):
            numbers = dict(years) if bare is None else {known_on.year - 1: bare, **years}
            return {f"{name}.{year}": (_typed(kind, number),) for year, number in numbers.items()}
        case Members(has, lacks, whole):
            held = tuple(member.name for member in has if member.held_on(as_of))
            denied: dict[str, tuple[str, ...]] = {f"{name}.is.{word}": ("no",) for word in lacks}
            return {name: held, f"{name}.rest": ("none",) if whole else (), **denied}
        case Events(has, lacks, whole):
            happened = {event.name for event in has}
            absent = {*lacks, *(word for word in events if whole and word not in happened)}
            filled: dict[str, tuple[str, ...]] = {f"event.{event.name}.state": ("yes",) for event in has}
            filled |= {f"event.{event.name}.on": (event.on.isoformat(),) for event in has if event.on}
            return filled | {f"event.{word}.state": ("no",) for word in absent}
        case date():
            return {name: (stored.isoformat(),)}
        case float():
            return {name: (_typed(kind, stored),)}
        case _:
            return {name: (code_words(kind, stored) if kind in ("region", "industry") else str(stored),)}


def _typed(kind: str, number: float) -> str:
    exact = Decimal(repr(number))
    shown = exact / WAN if kind == "money" else exact * 100 if kind == "percent" else exact
    return f"{shown.normalize():f}"
