"""What of an audit lies in one month, so that the row of a month can be looked into from the other sides.

As the row counts it: a step of an enterprise in the month in which it first took it, by the pairs by which it did; money
in the month of its payment, a duration in the month in which it ended; who is eligible, and pairs that wait, in the month
of their first step of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
