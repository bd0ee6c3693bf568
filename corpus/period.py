"""Which years a condition asks about: `last_year`, `this_year`, `2023`, `each_of_last_3`, `sum_of_last_2` …"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

_SPAN = re.compile(r"(each|any|sum|avg)_of_last_([1-9][0-9]?)")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
WORDS = {"each": "近{n}年每年", "any": "近{n}年任一年", "sum": "近{n}年合计", "avg": "近{n}年平均"}
FORMS = "last_year、this_year、年份（如 2023）、each_of_last_N、any_of_last_N、sum_of_last_N、avg_of_last_N"


@dataclass(frozen=True, slots=True)
class Period:
    """How to take a fact by year: one year, or several that are combined."""

    how: Literal["one", "each", "any", "sum", "avg"]
    back: int = 1
    year: int | None = None

    def years(self, as_of: date) -> tuple[int, ...]:
        """The calendar years asked for on `as_of`, latest first."""
        if self.year is not None:
            return (self.year,)
        if self.how == "one":
            return (as_of.year - self.back,)
        return tuple(as_of.year - back for back in range(1, self.back + 1))

    def words(self, as_of: date) -> str:
        """The period in Chinese, with the years it means on `as_of`."""
        years = self.years(as_of)
        if self.how == "one":
            return f"{years[0]}年"
        return WORDS[self.how].format(n=self.back) + f"（{years[-1]}—{years[0]}年）"


@cache
def parse_period(text: str | None) -> Period | None:
    """The period that `text` writes; the last year where it is None; None where it writes none.

    >>> parse_period("each_of_last_3").years(date(2024, 6, 30))
    (2023, 2022, 2021)
    """
    if text is None or text == "last_year":
        return Period("one")
    if text == "this_year":
        return Period("one", back=0)
    if _YEAR.fullmatch(text):
        return Period("one", year=int(text))
    if span := _SPAN.fullmatch(text):
        return Period(span[1], back=int(span[2]))  # type: ignore[arg-type]
    return None
