"""What happens when, for one enterprise: what opens, closes and expires, and when it will come to qualify: by age, or by years in a
row if its figures are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any as Json
from typing import Literal, TypeAlias

from matcher.keeping import if_kept
from matcher.match import Result
from matcher.matched import Match

Kind: TypeAlias = Literal["opens", "closes", "takes_effect", "expires", "qualifies", "qualifies_if_kept"]
KINDS: dict[Kind, str] = {
    "opens": "开始申报",
    "closes": "申报截止",
    "takes_effect": "开始施行",
    "expires": "政策到期",
    "qualifies": "届时满足年限",
    "qualifies_if_kept": "保持下去可满足",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day that matters to one enterprise, for one measure, and why."""

    on: date
    kind: Kind
    measure_id: str
    title: str
    words: str

    def to_json(self) -> dict[str, Json]:
        return {
            "on": self.on.isoformat(),
            "kind": self.kind,
            "measure_id": self.measure_id,
            "title": self.title,
            "words": self.words,
        }


def timeline(result: Result, until: date | None = None) -> tuple[Moment, ...]:
    """The days after the result's own, up to `until` (both included; None: three years), in order.

    Of measures that are eligible, to be checked, not yet in force, or that time alone will bring within reach; drafts
    that nobody has checked promise no day.
    """
    last = until or result.as_of + timedelta(days=3 * 366)
    checked = (match for match in result.matches if not match.draft)
    found = {m for match in checked for m in _moments(match) if result.as_of < m.on <= last}
    return tuple(sorted(found, key=lambda moment: (moment.on, moment.measure_id, moment.kind)))


def _moments(match: Match) -> Iterator[Moment]:
    def moment(on: date, kind: Kind, words: str = "") -> Moment:
        return Moment(on, kind, match.measure.id, match.measure.title, words or KINDS[kind])

    if match.standing == "not_yet_in_force" and match.policy.effective_from:
        yield moment(match.policy.effective_from, "takes_effect")
    if match.standing == "ineligible":
        changes = match.near_miss
        days = [change.reached_on for change in changes if change.reached_on]
        if changes and len(days) == sum(not change.confirm for change in changes):
            reached = max(days)
            if _within(match, reached):
                words = "、".join(change.words for change in changes)
                yield moment(reached, "qualifies", words)
        elif changes and (kept := if_kept(match.measure.rule, changes, match.facts)) and _within(match, kept.on):
            yield moment(kept.on, "qualifies_if_kept", kept.words)
    elif match.standing in ("eligible", "unknown"):
        window = match.measure.window
        if window and window.start:
            yield moment(window.start, "opens")
        if window and window.end:
            yield moment(window.end, "closes")
        if match.policy.expires_on:
            yield moment(match.policy.expires_on, "expires")


def _within(match: Match, day: date) -> bool:
    """Whether on `day` the policy is still in force and its window not closed."""
    window = match.measure.window
    closed = window is not None and window.end is not None and window.end < day
    return not closed and (match.policy.expires_on is None or day <= match.policy.expires_on)


def to_ics(moments: tuple[Moment, ...], name: str, stamp: date) -> bytes:
    """`moments` as an iCalendar file of whole-day events, `stamp` the day it was made; the same moments give the same bytes."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//huiqi//timeline//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for moment in moments:
        event = Event()
        event.add("uid", f"{moment.measure_id}-{moment.kind}-{moment.on.isoformat()}@huiqi")
        event.add("dtstamp", _midnight(stamp))
        event.add("dtstart", moment.on)
        event.add("dtend", moment.on + timedelta(days=1))
        event.add("summary", f"{KINDS[moment.kind]}：{moment.title}")
        event.add("description", moment.words)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
