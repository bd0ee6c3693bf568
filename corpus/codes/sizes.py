"""Size classes by the statistical standard of 2017 (国统字〔2017〕213号): `micro` < `small` < `medium` < `large`.

The thresholds are in `sizes.yaml`. An enterprise is of the lowest class among the indicators of its industry, so each
indicator that is known says at most which class it is, and micro is settled by one.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any as Json

import yaml

from corpus.codes import industries

CLASSES = MappingProxyType({"micro": "微型", "small": "小型", "medium": "中型", "large": "大型"})
ALL = tuple(CLASSES)
STANDARD = "《统计上大中小微型企业划分办法（2017）》"
_LABELS = {"employees": ("从业人员", "人"), "revenue": ("营业收入", "万元"), "assets": ("资产总额", "万元")}


@dataclass(frozen=True, slots=True)
class Group:
    """Industries that are classed alike, and the least value of a small, medium and large one for each indicator.

    Base units (persons, yuan), so that they compare with facts; each least value is included in the class.
    """

    name: str
    codes: tuple[str, ...]
    thresholds: tuple[tuple[str, tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True)
class SizeFinding:
    """The classes that are still possible, lowest first; how they were found, in Chinese; the facts that would settle it.

    `missing` is empty where one class is left, and where the standard does not cover the industry.
    """

    classes: tuple[str, ...]
    how: str
    missing: tuple[str, ...] = ()


def classify(
    industry: str | None = None,
    employees: float | None = None,
    revenue: float | None = None,
    assets: float | None = None,
) -> SizeFinding:
    """The size classes that an enterprise can still be of, from what is known: persons, and yuan of revenue and of assets.

    An industry that is not known, or so coarse that several groups lie in it, gives the classes of every one of them.
    Nothing is assumed of a fact that is None.
    """
    facts = {"employees": employees, "revenue": revenue, "assets": assets}
    if industry is None:
        missing = ("industry", *(field for field, value in facts.items() if value is None))
        return SizeFinding(ALL, "行业未知，不同行业的划型标准不同", missing)
    groups = _groups_of(industry)
    findings = [_classify_in(group, facts) for group in groups if group is not None]
    if not findings:
        why = f"{industries.name(industry)}不在{STANDARD}所列行业之内（{_not_covered(industry)}），不适用"
        return SizeFinding(ALL, why)
    if len(groups) == 1:
        return findings[0]
    return _merge(industry, groups, findings)


def _merge(industry: str, groups: tuple[Group | None, ...], findings: list[SizeFinding]) -> SizeFinding:
    """What findings for several groups leave possible together."""
    possible = set(ALL) if None in groups else {size for finding in findings for size in finding.classes}
    classes = tuple(size for size in ALL if size in possible)
    lines = [finding.how for finding in findings] + (["其中一部分行业不在划型标准之内"] if None in groups else [])
    if len(classes) == 1:
        return SizeFinding(classes, "；".join(lines))
    names = "、".join(group.name for group in groups if group is not None)
    how = f"行业只到 {industry}（{industries.name(industry)}），其中{names}的划型标准不同：{'；'.join(lines)}"
    missing = dict.fromkeys(("industry", *(field for finding in findings for field in finding.missing)))
    return SizeFinding(classes, how, tuple(missing))


def _classify_in(group: Group, facts: dict[str, float | None]) -> SizeFinding:
    at_most, lines, missing = len(ALL) - 1, [], []
    for field, bounds in group.thresholds:
        label, unit = _LABELS[field]
        value = facts[field]
        if value is None:
            missing.append(field)
            continue
        rank = bisect_right(bounds, value)
        at_most = min(at_most, rank)
        lines.append(f"{label} {_shown(value, unit)}，属{CLASSES[ALL[rank]]}（{_span(bounds, rank, unit)}）")
    head = f"按{STANDARD}{group.name}标准"
    if not lines:
        return SizeFinding(ALL, f"{head}，{_words(missing)}未知", tuple(missing))
    classes = ALL[: at_most + 1] if missing else (ALL[at_most],)
    word = CLASSES[ALL[at_most]]
    if len(classes) > 1:
        tail = f"{_words(missing)}未知，至多为{word}"
    elif missing:
        tail = f"一项属微型即为{word}"
    else:
        tail = f"各项取最低一档，为{word}" if len(lines) > 1 else f"为{word}"
        missing = []
    return SizeFinding(classes, f"{head}：{'；'.join(lines)}；{tail}", tuple(missing) if len(classes) > 1 else ())


def _words(fields: list[str]) -> str:
    return "、".join(_LABELS[field][0] for field in fields)


def _shown(value: float, unit: str) -> str:
    return f"{value / 10000:.10g} 万元" if unit == "万元" else f"{value:.10g} {unit}"


def _span(bounds: tuple[float, ...], rank: int, unit: str) -> str:
    """The span of values of the class `rank`, in words: 300—1000 人 without its upper end."""
    if rank == 0:
        return f"不足 {_shown(bounds[0], unit)}"
    if rank == len(bounds):
        return f"{_shown(bounds[-1], unit)}及以上"
    return f"{_shown(bounds[rank - 1], unit)}及以上、不足 {_shown(bounds[rank], unit)}"


# ---------------------------------------------------------------- the table


@cache
def groups() -> tuple[Group, ...]:
    """Every group of the standard."""
    data = _data()
    scaled = data["ten_thousand_yuan"]
    return tuple(
        Group(
            entry["name"],
            tuple(entry["codes"]),
            tuple(
                (field, tuple(least * (10000 if field in scaled else 1) for least in entry[field]))
                for field in _LABELS
                if field in entry
            ),
        )
        for entry in data["groups"]
    )


@cache
def _groups_of(industry: str) -> tuple[Group | None, ...]:
    """The groups that the leaves of `industry` fall in, in the table's order; None among them stands for leaves of no group."""
    found = {_group_of(leaf) for leaf in industries.leaves(industry)}
    listed: tuple[Group | None, ...] = tuple(group for group in groups() if group in found)
    return (*listed, None) if None in found else listed


def _group_of(leaf: str) -> Group | None:
    holders = (group for group in groups() if any(industries.contains(code, leaf) for code in group.codes))
    return next(holders, None)


def _not_covered(industry: str) -> str:
    listed: dict[str, str] = _data()["not_covered"]
    return next((words for code, words in listed.items() if industries.contains(code, industry)), "未列行业")


@cache
def _data() -> dict[str, Json]:
    loaded: dict[str, Json] = yaml.safe_load(files("corpus.codes").joinpath("sizes.yaml").read_text("utf-8"))
    return loaded
