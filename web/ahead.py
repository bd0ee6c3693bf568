"""What lies ahead of an enterprise, as its pages show it: which one thing more would bring most, and the days that matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from flask import Response

from corpus.quantity import format_yuan
from matcher.match import Result
from matcher.openings import Opening
from matcher.timeline import KINDS, Moment, timeline, to_ics
from matcher.worth import Estimate, worth_words

OPENINGS = 5
DAYS = 8
"""Days shown at once; the calendar file has them all."""


@dataclass(frozen=True, slots=True)
class Chance:
    """One more thing to do, the measures it opens by id and title, and what they bring together in words."""

    opening: Opening
    measures: tuple[tuple[str, str], ...]
    worth: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day with what happens on it: the kind of event in Chinese, and the moments of that kind."""

    on: date
    events: tuple[tuple[str, tuple[Moment, ...]], ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead: `chances` the most money first, `days` in order, and how many days more the calendar has."""

    chances: tuple[Chance, ...]
    days: tuple[Day, ...]
    more: int


def read_ahead(result: Result) -> Ahead:
    """What lies ahead in `result`."""
    days = _days(timeline(result))
    return Ahead(
        tuple(_chance(result, opening) for opening in result.openings[:OPENINGS]), days[:DAYS], len(days[DAYS:])
    )


def calendar(result: Result) -> Response:
    """All days that matter as an iCalendar file, stamped with the day of the result."""
    name = result.profile.name or result.profile.id
    response = Response(to_ics(timeline(result), f"惠企政策日程·{name}", result.as_of), mimetype="text/calendar")
    filename = quote(f"惠企政策日程-{name}.ics")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{filename}"
    return response


def _chance(result: Result, opening: Opening) -> Chance:
    titles = {match.measure.id: match.measure.title for match in result.by_standing("ineligible")}
    return Chance(opening, tuple((identity, titles[identity]) for identity in opening.measures), _worth(opening))


def _worth(opening: Opening) -> str:
    """What an opening brings, in words: what can be counted, and that there is more; empty where it is not money."""
    if opening.open_ended:
        return f"已知最高 {format_yuan(opening.high)}，其余待定" if opening.high else "金额待定"
    return worth_words(Estimate(opening.low, opening.high, "")) if opening.high else ""


def _days(moments: tuple[Moment, ...]) -> tuple[Day, ...]:
    by_day: dict[date, dict[str, list[Moment]]] = {}
    for moment in moments:
        by_day.setdefault(moment.on, {}).setdefault(KINDS[moment.kind], []).append(moment)
    return tuple(Day(on, tuple((kind, tuple(found)) for kind, found in kinds.items())) for on, kinds in by_day.items())
