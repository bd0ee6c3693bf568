"""What one row of an audit comes to, and what the total may be parted into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COUNTS = {
    "eligible": "符合企业",
    "unknown": "待核实企业",
    "informed": "已告知",
    "applied": "已申报",
    "approved": "已批准",
    "paid": "已兑付",
    "declined": "未通过",
    "eligible_not_informed": "符合未告知",
    "eligible_not_applied": "符合未申报",
    "paid_not_eligible": "已享存疑",
}
LOSSES = ("unreached", "not_applied", "waiting", "turned_down", "not_paid")
"""Where a pair of enterprise and measure is stuck: eligible and no step taken; informed and nothing more; applied and no
answer, or declined for now (the latest step says so; whoever withdrew is not stuck); approved and not paid."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one row comes to.

    `counts`: COUNTS, in different enterprises. `flow`: pairs of enterprise and measure at each step (`eligible`,
    `informed`, `applied`, `approved`) and in each of LOSSES; in pairs, because of enterprises that have many measures
    nearly all are stuck with one. `judged`: the enterprises of the row. `days`: all durations of each of TRANSITIONS.
    `overdue`: pairs that have waited for an answer, or for the money, for longer than they may.
    """

    counts: Mapping[str, int]
    flow: Mapping[str, int]
    judged: int
    amount_paid: float
    days: Mapping[str, NDArray[np.int32]]
    overdue: int

    @property
    def anything(self) -> bool:
        """Whether there is anything to count: of enterprises, or of what happened to those that another month counts."""
        return bool(self.judged or any(self.counts.values()) or self.amount_paid or self.overdue)


@dataclass(frozen=True, slots=True)
class Parting:
    """What the total is parted into: the part of each enterprise (`counted`: by count of COUNTS where it is another one),
    of each pair, each duration and each payment, and in `held` how many eligible pairs are in each part.
    """

    parts: int
    people: NDArray[np.int32]
    counted: Mapping[str, NDArray[np.int32]]
    pairs: NDArray[np.int32]
    held: NDArray[np.float64]
    waits: Mapping[str, NDArray[np.int32]]
    payments: NDArray[np.int32]
