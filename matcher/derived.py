"""Facts that follow from other facts, and in what words.

Each formula works on numbers and on numpy columns alike, so one enterprise and a million get the same figure.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any as Number


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a number by year is computed: its parts (field, years back), when they define it, and the value.

    `share` says that it is a share of its last part, so that a distance in it is also one in the first.
    """

    parts: tuple[tuple[str, int], ...]
    defined: Callable[..., Number]
    value: Callable[..., Number]
    words: str
    share: bool = False


def _ratio(part: str, whole: str) -> Derivation:
    return Derivation(((part, 0), (whole, 0)), lambda _a, b: b > 0, lambda a, b: a / b, "{0} ÷ {1}", share=True)


def _growth(of: str) -> Derivation:
    # From zero or a loss there is no rate of growth that means anything: it stays unknown.
    return Derivation(
        ((of, 0), (of, 1)), lambda _now, before: before > 0, lambda now, before: (now - before) / before, "{0} 比 {1}"
    )


DERIVATIONS: dict[str, Derivation] = {
    "rd_ratio": _ratio("rd_spend", "revenue"),
    "tech_staff_ratio": _ratio("tech_staff", "employees"),
    "disabled_ratio": _ratio("disabled_staff", "employees"),
    "debt_ratio": Derivation(
        (("assets", 0), ("net_assets", 0)),
        lambda assets, _net: assets > 0,
        lambda assets, net: (assets - net) / assets,
        "（{0} − {1}）÷ 资产总额",
    ),
    "revenue_growth": _growth("revenue"),
    "profit_growth": _growth("profit"),
    "rd_growth": _growth("rd_spend"),
    "tax_growth": _growth("tax_paid"),
}

# What the size class is derived from besides the industry: the last full year's figures.
SIZE_PARTS = ("employees", "revenue", "assets")


def whole_years(start: date, end: date) -> int:
    """Whole years from `start` to `end`: the year is full on its anniversary (1 March for 29 February)."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def age_reached(start: date, years: int) -> date | None:
    """The day on which `whole_years` from `start` comes to `years`; None past the calendar's end."""
    year = start.year + years
    if year > date.max.year:
        return None
    return date(year, 3, 1) if (start.month, start.day) == (2, 29) and not isleap(year) else start.replace(year=year)
