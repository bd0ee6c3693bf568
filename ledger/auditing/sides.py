"""The sides that an audit can be seen from, and what their rows are called and ordered by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from corpus.codes import industries, regions
from corpus.errors import InputError, Problem, nearest
from corpus.fields import registry
from ledger.auditing.months import NOT_STARTED
from ledger.auditing.standing import NOT_FILLED

By: TypeAlias = Literal["measure", "department", "region", "industry", "size", "cadre", "period"]
BY: dict[By, str] = {
    "measure": "政策事项",
    "department": "部门",
    "region": "地区",
    "industry": "行业",
    "size": "企业规模",
    "cadre": "助企干部",
    "period": "时段",
}


def side(by: str) -> By:
    """`by` as a side. Raises InputError for none of BY, with the nearest."""
    if by not in BY:
        raise InputError(Problem("by", f'找到 "{by}"', "、".join(BY), nearest(by, BY)))
    return by


def read_within(said: Iterable[str]) -> dict[By, str]:
    """The rows to look into, key by side, from `region=419001`. Raises InputError for what names no side or no key."""
    found: dict[By, str] = {}
    for one in said:
        name, _, key = one.partition("=")
        if not key:
            raise InputError(Problem("within", f'找到 "{one}"', "SIDE=KEY，如 region=419001"))
        found[side(name)] = key
    return found


def part_title(by: str, key: str) -> str:
    """The name of a part: a region, an industry, a size and a month in words, anything else as it is."""
    if key in (NOT_FILLED, NOT_STARTED):
        return key
    named = {"region": regions.full_name, "industry": industries.name, "size": _size, "period": _month}
    return named.get(by, str)(key)


def _size(key: str) -> str:
    return registry()["size_class"].values[key]


def _month(key: str) -> str:
    year, _, month = key.partition("-")
    return f"{year}年{int(month)}月"


def order(by: By, key: str) -> tuple[bool, int, str]:
    """What to order parts by: sizes from small to large, others by key, what is not filled or not started last."""
    sizes = registry()["size_class"].order
    return key in (NOT_FILLED, NOT_STARTED), sizes.index(key) if by == "size" and key in sizes else 0, key
