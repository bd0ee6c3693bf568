"""One enterprise against every measure: verdict, grounds, worth, what is missing, what is nearly there, what to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any as Json
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.model import Policy
from matcher.ask import Question, ask_next
from matcher.bundle import Bundle, Candidate, Had, best_bundle
from matcher.catalogue import STANDINGS, VERDICTS, Catalogue, Day, Standing, compile_catalogue, worth_key
from matcher.compiled import Places
from matcher.evaluate import evaluate
from matcher.facts import Profile
from matcher.fit import FAR, profile_words
from matcher.known import Facts
from matcher.matched import Awards, Match
from matcher.openings import Opening, openings
from matcher.together import LeftOut, Limited, Received, candidate_of, had_of, left_out, limited
from matcher.truth import BY_RANK, ELIGIBLE, UNKNOWN
from matcher.worth import worth_words

SCHEMA_VERSION = 1
SETTLED: tuple[Standing, ...] = ("eligible", "unknown", "ineligible")
OPENINGS = 10
Key: TypeAlias = Callable[[Places], NDArray[Json]]


class Result:
    """Everything for one enterprise on one day: every measure judged, in the order to show them.

    Verdicts and order are there at once; what is shown of a measure, the bundle and the questions when asked for.
    """

    def __init__(self, day: Day, facts: Facts, parameters: Mapping[str, float], received: Sequence[Received]) -> None:
        self._received = received
        self.profile: Profile = facts.profile
        self.as_of: date = facts.as_of
        self._day = day
        self._facts = facts
        ranks = day.compiled.ranks(facts)
        self._reads = ranks[day.compiled.roots]
        for place in own_answers(day, facts):
            self._reads[place] = evaluate(day.measures[place].rule, facts, day.measures[place].id).verdict.rank
        self._standings = day.standings(self._reads)
        # Without what binary fractions add: equal shares are equal, and the next key decides.
        self._shares = np.round(day.compiled.shares(ranks), 12)
        self._awards = Awards(day, facts, parameters, self._standings)

    @property
    def ranks(self) -> NDArray[np.int8]:
        """What each measure's rule comes to, by the measures' places: 0 不符合, 1 待核实, 2 符合."""
        return self._reads

    def _first(self, n: int) -> Places:
        """The places of the first `n` of what can be had or may be: eligible first, drafts and closed windows last.

        Then those to be checked by whether they are for this trade and near in words; all by worth, last day, how
        near in words, and how much of the rule holds. Key by key, what plainly comes later is left out before it is
        looked at further.
        """
        places = np.flatnonzero((self._standings == ELIGIBLE.rank) | (self._standings == UNKNOWN.rank))
        first: list[Places] = []
        level = places
        for key in self._keys():
            wanted = n - sum(map(len, first))
            if not 0 < wanted < len(level):
                break
            values = key(level)
            bound = np.partition(values, wanted - 1)[wanted - 1]
            first.append(level[values < bound])
            level = level[values == bound]
        places = np.concatenate([*first, level])
        return places[np.lexsort([key(places) for key in reversed(self._keys())])][:n]

    def _keys(self) -> list[Key]:
        """What to order by, most telling first: each gives the keys of the places asked for."""
        day, standings = self._day, self._standings

        def worth(places: Places, end: int) -> NDArray[np.float64]:
            keys: NDArray[np.float64] = day.sort_keys[places, end]
            for i in np.flatnonzero(day.own_worth[places]):
                keys[i] = worth_key(self._awards.of(day.measures[places[i]]))[end]
            return np.negative(keys)

        def standing(places: Places) -> NDArray[np.int64]:
            # Standing, draft, window and reading are one number: each is a few small ones.
            last = ((2 - standings[places].astype(np.int64)) * 2 + day.draft[places]) * 2 + day.closed[places]
            return last * 3 + 2 - self._reads[places]

        keys: list[Key] = [
            standing,
            lambda places: worth(places, 0),
            lambda places: worth(places, 1),
            lambda places: day.last_day[places],
            lambda places: -self._shares[places],
            lambda places: day.by_id[places],
        ]
        if profile_words(self.profile):
            keys.insert(4, lambda places: -self._likeness[places])
            # What is settled is had, near or far; what is not is asked about where it is near.
            keys.insert(1, lambda places: np.where(standings[places] == UNKNOWN.rank, -self._trades[places], 0))
        return keys

    @cached_property
    def _likeness(self) -> NDArray[np.float64]:
        return self._day.catalogue.fit.likeness(self.profile)

    @cached_property
    def _trades(self) -> NDArray[np.int8]:
        return self._day.catalogue.fit.stands(self.profile)

    @cached_property
    def _others(self) -> Places:
        """The places of the rest: ineligible, nearest first, then what is not in force."""
        places = np.flatnonzero((self._standings != ELIGIBLE.rank) & (self._standings != UNKNOWN.rank))
        keys = (self._day.by_id, -self._shares, self._standings)
        return places[np.lexsort(tuple(key[places] for key in keys))]

    def _match(self, place: int) -> Match:
        policy, measure = self._day.catalogue.entries[place]
        in_force = self._day.term[place] < 0
        read = BY_RANK[self._reads[place]] if in_force else None
        score = round(float(self._shares[place]), 4) if in_force else 0.0
        return Match(policy, measure, VERDICTS[self._standings[place]], read, score, self._facts, self._awards)

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """Every measure, in the order to show them."""
        return self._reached + tuple(self._match(int(place)) for place in self._others)

    @cached_property
    def _reached(self) -> tuple[Match, ...]:
        return self.top(len(self._standings))

    def top(self, n: int) -> tuple[Match, ...]:
        """The first `n` measures that are eligible or unknown, without working out the rest."""
        return tuple(self._match(int(place)) for place in self._first(n))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many measures are eligible, unknown, ineligible and not in force."""
        by_number = np.bincount(self._standings, minlength=len(VERDICTS))
        counts: dict[str, int] = {code: int(by_number[VERDICTS.index(code)]) for code in SETTLED}
        counts["not_in_force"] = len(self._standings) - sum(counts.values())
        return counts

    @cached_property
    def bundle(self) -> Bundle:
        """The best set of eligible measures."""
        return best_bundle(self._eligible, self._had)

    @cached_property
    def _eligible(self) -> list[Candidate]:
        return [candidate_of(match) for match in self.by_standing("eligible")]

    @cached_property
    def _had(self) -> list[Had]:
        return [had_of(one, self._day.catalogue, self.as_of) for one in self._received]

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The eligible measures that the bundle leaves out, each with the clause that forbids it."""
        return left_out(self.bundle, self._day.catalogue)

    @cached_property
    def limited(self) -> tuple[Limited, ...]:
        """The ceilings that several measures share and that cut the bundle's sum, each with the clause that says so."""
        return limited(self.bundle, self._day.catalogue)

    @cached_property
    def ask_next(self) -> tuple[Question, ...]:
        """What to ask next, over the unknown measures that are no drafts."""
        return ask_next(
            [(m.finding, m.benefit) for m in self.by_standing("unknown") if not m.draft and m.finding is not None]
        )

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        """What one more thing done would open, the most money first.

        Over the ineligible measures that are no drafts, not plainly for another trade, and not over before it could be done.
        """
        elsewhere = {self._day.measures[place].id for place in np.flatnonzero(self._trades == FAR)}
        real = (m for m in self.by_standing("ineligible") if not m.draft and m.measure.id not in elsewhere)
        found = (m for m in real if m.in_time is not False)
        revenue = self._facts.number("revenue", self.as_of.year - 1)
        return openings(((candidate_of(m), m.near_miss) for m in found), self._eligible, self._had, revenue)

    def by_standing(self, *standings: Standing) -> tuple[Match, ...]:
        """The matches of the given standings, in order."""
        pool = self._reached if set(standings) <= {"eligible", "unknown"} else self.matches
        return tuple(match for match in pool if match.standing in standings)

    def to_json(self, limit: int | None = None, all: bool = False) -> dict[str, Json]:
        """The shape of `match --json`: eligible and unknown measures, with `all` every one; at most `limit`."""
        shown = self.matches if all else self.by_standing("eligible", "unknown")
        return {
            "schema_version": SCHEMA_VERSION,
            "profile_id": self.profile.id,
            "as_of": self.as_of.isoformat(),
            "counts": dict(self.counts),
            "matches": [match.to_json() for match in shown[:limit]],
            "bundle": self.bundle.to_json()
            | {
                "left_out": [left.to_json() for left in self.left_out],
                "limits": [limit.to_json() for limit in self.limited],
            },
            "ask_next": [question.to_json() for question in self.ask_next],
            "openings": [opening.to_json() for opening in self.openings[:OPENINGS]],
        }

    def to_text(self, limit: int | None = None) -> str:
        """The result for a terminal: counts, then measure by measure with worth and reason."""
        counts = self.counts
        who = self.profile.name or self.profile.id
        verdicts = "，".join(f"{STANDINGS[code]} {counts[code]}" for code in SETTLED)
        lines = [f"{who}（{self.as_of}）：{verdicts}，不在有效期 {counts['not_in_force']}"]
        for match in self.by_standing("eligible", "unknown")[:limit]:
            lines += [f"[{STANDINGS[match.standing]}] {match.measure.title}（{worth_words(match.benefit)}）"]
            lines += [f"    {match.note or match.reason}"]
        return "\n".join(lines)


def match(
    policies: Sequence[Policy] | Catalogue,
    profile: Profile,
    as_of: date,
    parameters: Mapping[str, float] | None = None,
    received: Sequence[Received] = (),
) -> Result:
    """`profile` against every measure of `policies` on `as_of`; `parameters` are the published figures of the day, in yuan;
    `received` what it has had already.

    A catalogue compiled once serves many profiles. Pure: the same arguments give the same result.
    """
    catalogue = policies if isinstance(policies, Catalogue) else compile_catalogue(policies)
    return Result(catalogue.on(as_of), Facts(profile, as_of), parameters or {}, received)


def own_answers(day: Day, facts: Facts) -> list[int]:
    """The places of measures that the profile has confirmations for by `measure_id#path`."""
    named = {words.partition("#")[0] for words in facts.profile.confirmations if "#" in words}
    return [day.catalogue.place[name] for name in named if name in day.catalogue.place]
