"""A benefit as a form: its kind, how much in one of a few shapes, and the terms beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from corpus.benefits import CAP_UNITS, KINDS, SHARED_CAPS
from corpus.model import All, Amount, Benefit, Cap, Cut, Each, Fixed, Rate, Tier, Tiers, Words
from web.answers import Unreadable
from web.review.ruleform import Group, group_of, read_group, rule_of
from web.review.values import base_texts, money_text, read_base, read_money, read_share, share_text

SHAPES = {
    "": "原文没有写明数额",
    "fixed": "一个数额",
    "rate": "按比例",
    "each": "按人、按件",
    "cut": "减免几成",
    "tiers": "分档",
    "text": "只能用文字写",
}
FREQUENCIES = {"": "未写明", "once": "一次性", "yearly": "每年", "quarterly": "每季度", "monthly": "每月"}
PICKS = {"first": "取第一个满足的档", "highest": "取满足的最高一档", "sum": "满足的各档相加"}
_TEXTS = (
    "value",
    "low",
    "high",
    "base_kind",
    "base",
    "cap",
    "floor",
    "above",
    "up_to",
    "each",
    "cut",
    "text",
    "pick",
    "times",
)
_TERMS = ("frequency", "stacking", "discretion", "payment", "text", "months", "by_year")

Given: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Sum:
    """An amount in the form: its shape and the texts typed for it; tiers hold a rule and a sum each."""

    shape: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    tiers: list[tuple[Group, Sum]] = field(default_factory=list)
    problem: str = ""

    def first(self, key: str) -> str:
        """What was typed under `key`."""
        return self.texts.get(key, "")


@dataclass(slots=True)
class Gift:
    """A benefit in the form; an empty kind says that the clause grants nothing by itself.

    A ceiling is over what it is counted, how much, and the name of those that share it (empty: its own).
    """

    kind: str = ""
    amount: Sum = field(default_factory=Sum)
    texts: dict[str, str] = field(default_factory=dict)
    caps: list[tuple[str, str, str]] = field(default_factory=list)
    problem: str = ""

    def first(self, key: str) -> str:
        """What was typed under `key`."""
        return self.texts.get(key, "")


# ---------------------------------------------------------------- benefit to form


def gift_of(benefit: Benefit | None) -> Gift:
    """The form of a benefit."""
    if benefit is None:
        return Gift()
    texts = {key: getattr(benefit, key) or "" for key in ("frequency", "stacking", "discretion", "payment", "text")}
    texts["months"] = str(benefit.months or "")
    texts["by_year"] = "、".join(map(share_text, benefit.by_year))
    caps = [(cap.per, money_text(cap.amount), cap.group or "") for cap in benefit.caps]
    return Gift(benefit.kind, sum_of(benefit.amount), texts, caps)


def sum_of(amount: Amount | None) -> Sum:
    """The form of an amount."""
    match amount:
        case None:
            return Sum()
        case Fixed(value):
            return Sum("fixed", {"value": money_text(value)})
        case Rate(low, high, of):
            bounds = {key: getattr(amount, key) for key in ("cap", "floor", "above", "up_to")}
            texts = {key: money_text(bound) for key, bound in bounds.items() if bound is not None}
            ends = {"low": share_text(low), "high": "" if low == high else share_text(high)}
            times = {} if amount.times is None else {"times": amount.times}
            return Sum("rate", {**ends, **_base(of), **texts, **times})
        case Each(each, of, cap):
            top = {} if cap is None else {"cap": money_text(cap)}
            return Sum("each", {"each": money_text(each), **_base(of), **top})
        case Cut(cut, of):
            return Sum("cut", {"cut": share_text(cut), **_base(of)})
        case Words(text):
            return Sum("text", {"text": text})
        case Tiers(tiers, pick):
            return Sum("tiers", {"pick": pick}, [(group_of(tier.when), sum_of(tier.amount)) for tier in tiers])


def _base(of: str) -> dict[str, str]:
    kind, words = base_texts(of)
    return {"base_kind": kind, "base": words}


# ---------------------------------------------------------------- posted form to form


def read_gift(given: Given, name: str) -> Gift:
    """The benefit whose inputs begin with `name`, as posted."""
    kind = _first(given, f"{name}.kind")
    caps: list[tuple[str, str, str]] = []
    while f"{name}.cap.{len(caps)}.per" in given:
        at = f"{name}.cap.{len(caps)}"
        caps.append((_first(given, f"{at}.per"), _first(given, f"{at}.amount"), _first(given, f"{at}.group")))
    texts = {key: _first(given, f"{name}.{key}") for key in _TERMS}
    return Gift(kind if kind in KINDS else "", read_sum(given, f"{name}.a"), texts, caps)


def read_sum(given: Given, name: str, depth: int = 0) -> Sum:
    """The amount whose inputs begin with `name`, as posted."""
    shape = _first(given, f"{name}.shape")
    texts = {key: found for key in _TEXTS if (found := _first(given, f"{name}.{key}"))}
    tiers: list[tuple[Group, Sum]] = []
    while depth < 3 and f"{name}.t{len(tiers)}.a.shape" in given:
        at = f"{name}.t{len(tiers)}"
        tiers.append((read_group(given, f"{at}.w"), read_sum(given, f"{at}.a", depth + 1)))
    return Sum(shape if shape in SHAPES else "", texts, tiers)


def _first(given: Given, name: str) -> str:
    return next(iter(given.get(name, ())), "").strip()


# ---------------------------------------------------------------- form to benefit


def benefit_of(gift: Gift, before: Benefit | None = None) -> Benefit | None:
    """The benefit that the form says; None where it says none. Problems are noted where they stand (`has_problem`)."""
    if not gift.kind:
        return None
    try:
        caps = tuple(
            Cap(per, read_money(text), group or None) for per, text, group in gift.caps if per in CAP_UNITS and text
        )
        if any(cap.group and cap.per not in SHARED_CAPS for cap in caps):
            gift.problem = f"几项共用的封顶按{'、'.join(CAP_UNITS[per] for per in SHARED_CAPS)}计"
        months = gift.first("months")
        if months and not (months.isdigit() and 0 < int(months) <= 1200):
            gift.problem = "期限请写月数，如 24"
        shares = tuple(
            read_share(text) for text in gift.first("by_year").replace("，", "、").split("、") if text.strip()
        )
    except Unreadable as error:
        gift.problem = str(error)
    if gift.problem:
        return None
    return Benefit(
        kind=gift.kind,
        amount=amount_of(gift.amount, before.amount if before else None),
        caps=caps,
        months=int(months) if months else None,
        by_year=shares,
        **{key: gift.first(key) or None for key in ("frequency", "stacking", "discretion", "payment", "text")},
    )


def amount_of(form: Sum, before: Amount | None = None) -> Amount | None:
    """The amount that the form says; None where it says none, or something in it cannot be read and then says why."""
    form.problem = ""
    if form.shape == "tiers":
        return _tiers(form, before)
    try:
        return _AMOUNTS[form.shape](form) if form.shape else None
    except Unreadable as error:
        form.problem = str(error)
        return None


def _tiers(form: Sum, before: Amount | None) -> Amount | None:
    olds = before.tiers if isinstance(before, Tiers) else ()
    tiers = []
    for when, inner in form.tiers:
        rule = rule_of(when, All(tuple(old.when for old in olds)))
        amount = amount_of(inner)
        if amount is None and not inner.problem:
            inner.problem = "请写这一档给多少"
        if rule is not None and amount is not None:
            tiers.append(Tier(rule, amount))
    if not form.tiers:
        form.problem = "请至少写一档"
    if len(tiers) < len(form.tiers) or not tiers:
        return None
    pick = form.first("pick")
    return Tiers(tuple(tiers), pick if pick in PICKS else "first")  # type: ignore[arg-type]


def _rate(form: Sum) -> Rate:
    low = read_share(form.first("low"))
    high = read_share(form.first("high")) if form.first("high") else low
    if high < low:
        raise Unreadable("比例的两头写反了")
    bounds = {key: _money(form.first(key)) for key in ("cap", "floor", "above", "up_to")}
    return Rate(
        low, high, read_base(form.first("base_kind"), form.first("base")), **bounds, times=form.first("times") or None
    )


def _cut(form: Sum) -> Cut:
    cut = read_share(form.first("cut"))
    if not 0 <= cut <= 1:
        raise Unreadable("减免不能超过 100%")
    return Cut(cut, read_base(form.first("base_kind"), form.first("base")))


def _words(form: Sum) -> Words:
    if not form.first("text"):
        raise Unreadable("请写原文怎么说")
    return Words(form.first("text"))


def _each(form: Sum) -> Each:
    base = read_base(form.first("base_kind"), form.first("base"))
    return Each(read_money(form.first("each")), base, _money(form.first("cap")))


def _money(text: str) -> float | None:
    return read_money(text) if text else None


_AMOUNTS: dict[str, Callable[[Sum], Amount]] = {
    "fixed": lambda form: Fixed(read_money(form.first("value"))),
    "rate": _rate,
    "each": _each,
    "cut": _cut,
    "text": _words,
}
