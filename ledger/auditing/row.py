"""A row of the audit as it is told: counts, money, how long steps took, where it is stuck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any as Json

import numpy as np
from numpy.typing import NDArray

from ledger.auditing.bottleneck import Bottleneck
from ledger.auditing.tally import COUNTS, Tally


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the audit. `amount_paid` in yuan; `median_days` and `p90_days` by transition, None where nothing was seen;
    `limit_days` those that the measure gives the office, in a row of one measure; `overdue` pairs that wait for longer.
    """

    key: str
    title: str
    counts: dict[str, int]
    amount_paid: float
    median_days: dict[str, float | None]
    p90_days: dict[str, float | None]
    limit_days: Mapping[str, int]
    overdue: int
    bottleneck: Bottleneck

    def to_json(self) -> dict[str, Json]:
        return {
            "key": self.key,
            "title": self.title,
            **{name: self.counts[name] for name in COUNTS if not name.startswith(("eligible_", "paid_"))},
            "amount_paid": _whole(self.amount_paid),
            **{name: self.counts[name] for name in COUNTS if name.startswith(("eligible_", "paid_"))},
            "median_days": self.median_days,
            "p90_days": self.p90_days,
            "limit_days": dict(self.limit_days),
            "overdue": self.overdue,
            "bottleneck": self.bottleneck.to_json(),
        }

    @classmethod
    def of(cls, key: str, title: str, tally: Tally, limit_days: Mapping[str, int], bottleneck: Bottleneck) -> Row:
        """The row that `tally` comes to."""
        days = {name: np.sort(taken) for name, taken in tally.days.items()}
        median, p90 = ({name: _quantile(taken, share) for name, taken in days.items()} for share in (0.5, 0.9))
        counts, paid, overdue = dict(tally.counts), tally.amount_paid, tally.overdue
        return cls(key, title, counts, paid, median, p90, limit_days, overdue, bottleneck)


def _quantile(days: NDArray[np.int32], share: float) -> float | None:
    """The day below which `share` of the sorted `days` lie, between two of them in proportion; None for none."""
    if not len(days):
        return None
    low, part = divmod(share * (len(days) - 1), 1)
    below, above = int(days[int(low)]), int(days[min(int(low) + 1, len(days) - 1)])
    return _whole(round(below + (above - below) * part, 1))


def _whole(number: float) -> float:
    """A whole number without its point; else to the cent."""
    number = round(number, 2)
    return int(number) if number.is_integer() else number
