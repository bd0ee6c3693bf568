"""What a search may be kept to: filters leave the rest out, where chips and the asker's place only order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypedDict

from corpus.codes import industries, regions
from indexer.search.columns import Columns, Floats


class Filters(TypedDict, total=False):
    """Each of them absent or None keeps all.

    `region` keeps what applies there: policies of the place, of all above it, of the whole country, and those whose
    place is not known. `status` is one of in_force, expired, not_yet_in_force, withdrawn. `issuer` and `department` keep
    names that contain the words, `benefit` what gives support of the kind, `audience` what asks for that kind of
    enterprise, `industry` (a code of GB/T 4754) what names a trade within it, `year` what was issued in it.
    """

    region: str | None
    status: str | None
    level: str | None
    issuer: str | None
    department: str | None
    benefit: str | None
    audience: str | None
    industry: str | None
    year: int | None


# The column that each filter reads, and whether it keeps a policy with that value.
_KEEPS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "region": ("region", lambda own, asked: own is None or regions.contains(own, asked)),
    "level": ("level", lambda own, asked: own == asked),
    "issuer": ("issuer", lambda own, asked: asked in own),
    "department": ("departments", lambda own, asked: asked in own),
    "benefit": ("benefits", lambda own, asked: asked in own),
    "audience": ("audiences", lambda own, asked: asked in own),
    "industry": ("trades", lambda own, asked: any(industries.contains(asked, code) for code in own)),
    "year": ("year", lambda own, asked: own == asked),
}


def kept(columns: Columns, as_of: date, filters: Filters) -> Floats:
    """1 for each policy that `filters` keep on the day `as_of`, 0 for the others. Raises TypeError for an unknown one."""
    given: Mapping[str, Any] = filters
    if unknown := given.keys() - {"status", *_KEEPS}:
        raise TypeError(f"no such filter: {', '.join(sorted(unknown))}")
    status = given.get("status")
    found = columns.by_status(as_of, lambda own: float(status is None or own == status))
    for name, (column, keeps) in _KEEPS.items():
        if (asked := given.get(name)) is not None:
            found *= columns.by(column, lambda own, asked=asked, keeps=keeps: float(keeps(own, asked)))  # type: ignore[misc]
    return found
