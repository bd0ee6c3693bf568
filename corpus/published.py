"""Published figures (最低工资), dated and with their source: what an amount may be a multiple of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import yaml

from corpus.codes import regions


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in yuan, `low` to `high` (the same where one was set), for a region from a day on, and where it was published."""

    name: str
    region: str
    since: date
    low: float
    high: float
    source: str


def figure_on(name: str, day: date, region: str | None) -> Figure | None:
    """The figure of `name` that counts on `day` in `region`, the narrowest that holds it; None where none is known.

    >>> figure_on("最低工资", date(2023, 6, 30), "419001").source
    '豫政〔2021〕33号'
    """
    if region is None:
        return None
    fitting = [
        one for one in figures() if one.name == name and one.since <= day and regions.contains(one.region, region)
    ]
    return max(fitting, key=lambda one: (len(one.region.rstrip("0")), one.since), default=None)


@cache
def figures() -> tuple[Figure, ...]:
    """Every figure at hand, in the order of the file."""
    table = yaml.safe_load(files("corpus").joinpath("published.yaml").read_text(encoding="utf-8"))
    return tuple(_figure(**entry) for entry in table)


def _figure(name: str, region: str, since: date, yuan: float | list[float], source: str) -> Figure:
    low, high = yuan if isinstance(yuan, list) else (yuan, yuan)
    return Figure(name, region, since, float(low), float(high), source)
