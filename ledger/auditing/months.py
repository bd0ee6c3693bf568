"""When things happened: an audit parted into months, and what of it lies in one, to be looked into from the other sides.

A step of an enterprise counts in the month in which it first took it, by the pairs by which it did; money in the month of
its payment, a duration in the month in which it ended; what is no step (who is eligible, of whom a step is missing) in the
month of the first step of all. So every part of the total is in exactly one month, and months add up to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ledger.auditing.pairs import NEVER, Pairs, Waits
from ledger.auditing.taken import NO
from ledger.auditing.tally import Parting

if TYPE_CHECKING:
    from ledger.auditing.funnel import Funnel

NOT_STARTED = "尚未开始"
"""The month of what has not begun: enterprises and eligible pairs without a step."""


@dataclass(frozen=True, slots=True)
class Month:
    """`people`: the enterprises whose first step of all lies in the month; `pairs`: the pairs whose first step does;
    `taken`: by step, the pairs by which their enterprise took it first, in this month. `not_started`: it is no month, but
    whatever has not begun: its `people` and eligible pairs have no step.
    """

    key: str
    not_started: bool
    people: NDArray[np.bool_]
    pairs: NDArray[np.bool_]
    taken: Mapping[str, NDArray[np.bool_]]

    def only(self, people: NDArray[np.int64] | slice, pairs: NDArray[np.bool_]) -> Month:
        """The same of the enterprises at these places and the pairs that are kept."""
        taken = {step: marks[pairs] for step, marks in self.taken.items()}
        return Month(self.key, self.not_started, self.people[people], self.pairs[pairs], taken)


def by_month(funnel: Funnel) -> tuple[list[str], Parting]:
    """The months (`2024-05`) in which a step was taken, and last NOT_STARTED."""
    first = funnel.pairs.first.min(axis=1, initial=NEVER)
    count = len(funnel.standings.register)
    started = _earliest(funnel.pairs.enterprise, first, count)
    taken = {
        name: _earliest(funnel.pairs.enterprise[marks], funnel.pairs.first[marks, NO[name]], count)
        for name in ("informed", "applied", "approved", "paid", "declined")
        for marks in (funnel.marks[name],)
    }
    ends = {name: one.ended for name, one in funnel.pairs.waits.items()}
    # The month of each day, once: there are few days and many steps. The last place is that of NEVER.
    days = [of[of != NEVER] for of in (first, funnel.pairs.payments[1], *taken.values(), *ends.values())]
    begin = min((int(of.min()) for of in days if len(of)), default=1)
    length = max((int(of.max()) for of in days if len(of)), default=0) - begin + 1
    present = np.zeros(length, bool)
    for of in days:
        present[of - begin] = True
    found = _months(np.arange(begin, begin + length, dtype=np.int32))
    months = np.unique(found[present])
    of_day = np.append(np.searchsorted(months, found), len(months)).astype(np.int32)

    def place(of: NDArray[np.int32]) -> NDArray[np.int32]:
        return of_day[np.where(of == NEVER, length, of - begin)]

    pairs = place(first)
    held = np.bincount(pairs[funnel.eligible], minlength=len(months) + 1).astype(np.float64)
    held[-1] += funnel.held.sum() - funnel.eligible.sum()
    keys = [*np.datetime_as_string(months.astype("datetime64[M]")).tolist(), NOT_STARTED]
    return keys, Parting(
        len(keys),
        place(started),
        {name: place(of) for name, of in taken.items()},
        pairs,
        held,
        {name: place(of) for name, of in ends.items()},
        place(funnel.pairs.payments[1]),
    )


def month_at(funnel: Funnel, place: int, keys: Sequence[str], parting: Parting) -> tuple[Month, Pairs]:
    """The month at this place of `by_month`, and the pairs with the money and the durations of it alone."""
    of = funnel.pairs.enterprise
    taken = {}
    for step, at in parting.counted.items():
        first = funnel.pairs.first[:, NO[step]]
        earliest = _earliest(of[funnel.marks[step]], first[funnel.marks[step]], len(funnel.standings.register))
        taken[step] = funnel.marks[step] & (at[of] == place) & (first == earliest[of])
    waits = {}
    for name, one in funnel.pairs.waits.items():
        kept = parting.waits[name] == place
        waits[name] = Waits(one.pair[kept], one.days[kept], one.ended[kept])
    pair, day, yuan = (one[parting.payments == place] for one in funnel.pairs.payments)
    paid = np.bincount(pair, yuan, len(funnel.pairs)).astype(np.float64)
    month = Month(keys[place], keys[place] == NOT_STARTED, parting.people == place, parting.pairs == place, taken)
    return month, replace(funnel.pairs, waits=waits, payments=(pair, day, yuan), paid=paid)


def _earliest(places: NDArray[np.int32], days: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """For each of `count` enterprises the earliest of its days; NEVER where it has none."""
    found = np.full(count, NEVER, np.int32)
    np.minimum.at(found, places, days)
    return found


def _months(days: NDArray[np.int32]) -> NDArray[np.int64]:
    """The months of days given as ordinals, counted from January 1970."""
    since_1970 = (days - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    return since_1970.astype("datetime64[M]").astype(np.int64)
