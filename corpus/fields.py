"""The closed registry of enterprise facts, read from `fields.yaml`, and which operators each type takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, TypeAlias

import yaml

from corpus.errors import nearest

FieldType: TypeAlias = Literal["code", "set", "enum", "ordered", "date", "number", "event", "manual"]

COMPARISONS = ("ge", "gt", "le", "lt", "eq", "between")
MEMBERSHIP = ("is", "in", "not_in")

OPERATORS: dict[FieldType, tuple[str, ...]] = {
    "code": ("within", "not_within", *MEMBERSHIP),
    "set": ("has", "has_any", "has_all", "lacks"),
    "enum": MEMBERSHIP,
    "ordered": (*MEMBERSHIP, *COMPARISONS),
    "date": COMPARISONS,
    "number": COMPARISONS,
    "event": ("has", "during"),
    "manual": ("confirm",),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One fact that can be known of an enterprise.

    `values` maps the stored value to its Chinese word, in rising order for an ordered field. `unit` is the base unit;
    `fraction` says that the number is a share (0.03 is 3%). `derived` says in words what it is computed from when it
    is not given. Beyond `min` or `max` a number is taken for a mistake of unit. `weight` orders the form (1 is asked
    first, None only when it would settle something). `strive` is the way in which an enterprise would move a number for
    its own good: nobody is advised to have fewer staff or assets for the sake of a grant.
    """

    name: str
    label: str
    type: FieldType
    question: str
    origin: str
    unit: str | None = None
    by_year: bool = False
    fraction: bool = False
    codes: Literal["regions", "industries"] | None = None
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    derived: str | None = None
    min: float | None = None
    max: float | None = None
    weight: int | None = None
    strive: Literal["up", "down"] = "up"

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that a condition on this field may use."""
        return OPERATORS[self.type]

    @property
    def order(self) -> tuple[str, ...]:
        """The stored values, lowest first."""
        return tuple(self.values)


@cache
def registry() -> MappingProxyType[str, Field]:
    """Every field by name, in the registry's order."""
    raw = yaml.safe_load(files("corpus").joinpath("fields.yaml").read_text(encoding="utf-8"))
    return MappingProxyType({name: _field(name, dict(entry)) for name, entry in raw.items()})


def _field(name: str, entry: dict[str, object]) -> Field:
    values = MappingProxyType({str(k): str(v) for k, v in dict(entry.pop("values", {})).items()})  # type: ignore[call-overload]
    return Field(name=name, origin=str(entry.pop("from")), values=values, **entry)  # type: ignore[arg-type]


def unknown_field(name: str) -> str:
    """Advice for a name that is not in the registry: the nearest field by name or by Chinese label."""
    by_label = {known.label: known.name for known in registry().values()}
    if name in by_label:
        return f'"{name}" 的指标名是 "{by_label[name]}"'
    return nearest(name, registry())
