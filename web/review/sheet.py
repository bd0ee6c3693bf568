"""The whole form of a correction: what the measure is called, who qualifies, what is given; and its buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from corpus.model import Measure
from web.review.giftform import Gift, Sum, benefit_of, gift_of, read_gift
from web.review.ruleform import Group, Line, group_of, press, read_group, rule_of

Given: TypeAlias = Mapping[str, tuple[str, ...]]

_RULE = re.compile(r"r((?:\.\d+)*)")
_TIER_RULE = re.compile(r"b\.a\.t(\d+)\.w((?:\.\d+)*)")


@dataclass(slots=True)
class Sheet:
    """A measure in the form."""

    title: str
    department: str
    rule: Group
    gift: Gift
    problem: str = ""

    def problems(self) -> Iterator[str]:
        """Everything that cannot be read, in the order of the form."""
        yield from filter(None, (self.problem,))
        yield from _group_problems(self.rule)
        yield from filter(None, (self.gift.problem,))
        yield from _sum_problems(self.gift.amount)


def sheet_of(measure: Measure) -> Sheet:
    """The form filled in with `measure`."""
    return Sheet(measure.title, measure.department or "", group_of(measure.rule), gift_of(measure.benefit))


def read_sheet(given: Given) -> Sheet:
    """The form as posted."""
    title, department = (next(iter(given.get(key, ())), "").strip() for key in ("title", "department"))
    return Sheet(title, department, read_group(given, "r"), read_gift(given, "b"))


def corrected(sheet: Sheet, measure: Measure) -> Measure | None:
    """`measure` as the form says; None where something cannot be read, which then says why."""
    if not sheet.title:
        sheet.problem = "请写事项名称"
    rule = rule_of(sheet.rule, measure.rule)
    benefit = benefit_of(sheet.gift, measure.benefit)
    if rule is None or any(sheet.problems()):
        return None
    return replace(measure, title=sheet.title, department=sheet.department or None, rule=rule, benefit=benefit)


def push(sheet: Sheet, button: str) -> None:
    """What a button of the form does: `add:r.0`, `drop:b.a.t1.w.0`, `tier`, `untier:1`, `cap`, `uncap:0`; else nothing."""
    act, _, where = button.partition(":")
    tiers, caps = sheet.gift.amount.tiers, sheet.gift.caps
    if found := _RULE.fullmatch(where):
        press(sheet.rule, act, _places(found[1]))
    elif (found := _TIER_RULE.fullmatch(where)) and int(found[1]) < len(tiers):
        press(tiers[int(found[1])][0], act, _places(found[2]))
    elif act == "tier":
        tiers.append((Group(of=[Line()], lone=True), Sum("fixed")))
    elif act == "untier" and where.isdigit() and int(where) < len(tiers):
        del tiers[int(where)]
    elif act == "cap":
        caps.append(("enterprise", "", ""))
    elif act == "uncap" and where.isdigit() and int(where) < len(caps):
        del caps[int(where)]


def _places(path: str) -> list[int]:
    return [int(place) for place in path.split(".") if place]


def _group_problems(group: Group) -> Iterator[str]:
    yield from filter(None, (group.problem,))
    for member in group.of:
        if isinstance(member, Group):
            yield from _group_problems(member)
        elif member.problem:
            yield f"{member.known.label}：{member.problem}"


def _sum_problems(form: Sum) -> Iterator[str]:
    yield from filter(None, (form.problem,))
    if form.shape == "tiers":
        for when, inner in form.tiers:
            yield from _group_problems(when)
            yield from _sum_problems(inner)
