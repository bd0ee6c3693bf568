"""What the pages say in Chinese about standing, amounts and rules. A condition's own words are the matcher's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpus.benefits import CAP_UNITS, KINDS
from corpus.fields import registry
from corpus.model import (
    All,
    Amount,
    Any,
    AtLeast,
    Benefit,
    Condition,
    Cut,
    Each,
    Fixed,
    Not,
    Policy,
    Rate,
    Rule,
    Tiers,
    Window,
    Words,
    term_on,
)
from corpus.quantity import format_yuan
from matcher.answer import asks
from matcher.bundle import Bundle, Limit
from matcher.worth import Estimate, worth_words

MARKS = {"eligible": "✓", "unknown": "?", "ineligible": "✗"}
CONFIDENCE = {"high": "高", "medium": "中", "low": "低"}
FREQUENCY = {
    "once": "一次性",
    "yearly": "每年",
    "monthly": "每月",
    "weekly": "每周",
    "every_3_years": "每三年",
    "multi_year": "分多年",
    "per_event": "按次",
    "per_person": "按人",
}

# ---------------------------------------------------------------- standing


def standing(policy: Policy, as_of: date) -> str:
    """Whether `policy` counts on `as_of`, as a key of `STATUSES`; one that was ended before its term is withdrawn."""
    term = term_on(policy, as_of)
    return "withdrawn" if term == "expired" and policy.withdrawn is not None else term


def day(value: date | None) -> str:
    """A day as offices write it (2024年6月30日); empty for None."""
    return "" if value is None else f"{value.year}年{value.month}月{value.day}日"


def basename(path: str) -> str:
    """The name of a file without its folders, which are nobody's business.

    >>> basename("/secret/place/汇编.pdf")
    '汇编.pdf'
    """
    return path.replace("\\", "/").rpartition("/")[2]


def term_words(policy: Policy) -> str:
    """From when to when `policy` is in force; what its text says where it names no days."""
    start, end = day(policy.effective_from), day(policy.expires_on)
    if start and end:
        return f"{start}至{end}"
    if start or end:
        return f"{start}起" if start else f"至{end}"
    return policy.validity or "未载明"


def window_words(window: Window | None) -> str:
    """When one can apply; empty where nothing is said."""
    if window is None:
        return ""
    start, end = day(window.start), day(window.end)
    days = f"{start}至{end}" if start and end else f"{start}起" if start else f"{end}前" if end else ""
    return "；".join(filter(None, (days, window.text)))


# ---------------------------------------------------------------- amounts


def benefit_words(benefit: Benefit | None, as_of: date) -> str:
    """What is given, in one sentence: kind, amount, ceilings, how often."""
    if benefit is None:
        return ""
    amount = "" if benefit.amount is None else amount_words(benefit.amount, as_of)
    parts = [amount or benefit.text or KINDS[benefit.kind]]
    parts += [
        f"{CAP_UNITS[cap.per]}最高 {format_yuan(cap.amount)}" + (f"（与“{cap.group}”各项合计）" if cap.group else "")
        for cap in benefit.caps
    ]
    if benefit.months:
        parts.append(f"期限 {benefit.months} 个月")
    if benefit.by_year:
        parts.append("逐年" + "、".join(_percent(share) for share in benefit.by_year))
    for more in (FREQUENCY.get(benefit.frequency or "", benefit.frequency), benefit.payment):
        if more and more not in parts[0]:
            parts.append(more)
    words = "，".join(parts)
    return words if not benefit.discretion or benefit.discretion in words else f"{words}（{benefit.discretion}）"


def limit_words(limit: Limit) -> str:
    """A ceiling that several measures share: over what, how much, what was had already, and their sum without it."""
    per = {"year": "同一年度合计", "total": "累计"}.get(limit.cap.per, "每家企业合计")
    those = f"{len(limit.measures)} 项" if len(limit.measures) > 1 else "1 项与已享受的"
    words = f"{those}共用一个封顶，{per}最高 {format_yuan(limit.cap.amount)}"
    surely, most = limit.had
    if most:
        words += f"，已得 {format_yuan(surely)}" if surely == most else "，已得多少不全清楚，可能已经用完"
    whole = Estimate(limit.low, limit.high, "要看核定的基数", money=True)
    return f"{words}（不计封顶时：{worth_words(whole)}）"


def had_words(bundle: Bundle) -> str:
    """How many of what can be had are in no sum because of what was had already; empty where none are."""
    had = sum(left.cap is None and left.instead == left.measure_id for left in bundle.left)
    spent = sum(left.cap is not None for left in bundle.left)
    parts = [f"已享受的 {had} 项"] * bool(had) + [f"共用的封顶已经用完的 {spent} 项"] * bool(spent)
    return f"{'、'.join(parts)}不再计入" if parts else ""


def amount_words(amount: Amount, as_of: date) -> str:
    """One amount in Chinese; tiers are listed with whom each is for."""
    match amount:
        case Fixed(value):
            return format_yuan(value)
        case Rate():
            return _rate_words(amount)
        case Each(each, of, cap):
            base = _base(of)
            unit = registry()[of].unit if of in registry() else None
            return f"{base}每{unit or '项'} {format_yuan(each)}" + _ceiling(cap)
        case Cut(cut, of):
            return f"全免{_base(of)}" if cut == 1 else f"减免{_base(of)}的 {_percent(cut)}"
        case Words(text):
            return text
        case Tiers(tiers, pick):
            rows = "；".join(f"{rule_words(tier.when, as_of)}的，{amount_words(tier.amount, as_of)}" for tier in tiers)
            return f"分档：{rows}" + {"first": "", "highest": "（取最高一档）", "sum": "（各档相加）"}[pick]


def _rate_words(rate: Rate) -> str:
    base = _base(rate.of)
    if rate.above is not None:
        base += f"超过 {format_yuan(rate.above)}的部分"
    if rate.up_to is not None:
        base += f"（至多计 {format_yuan(rate.up_to)}）"
    share = _percent(rate.low) if rate.low == rate.high else f"{_percent(rate.low)}—{_percent(rate.high)}"
    floor = "" if rate.floor is None else f"，最低 {format_yuan(rate.floor)}"
    times = "" if rate.times is None else f"，乘以{_base(rate.times)}"
    return f"按{base}的 {share}{times}{floor}{_ceiling(rate.cap)}"


def _ceiling(cap: float | None) -> str:
    return "" if cap is None else f"，最高 {format_yuan(cap)}"


def _base(of: str) -> str:
    if of in registry():
        return registry()[of].label
    prefix, _, rest = of.partition(":")
    return "另一事项所得奖补" if prefix == "measure" else rest


def _percent(share: float) -> str:
    return f"{share * 100:.6g}%"


# ---------------------------------------------------------------- rules


@dataclass(frozen=True, slots=True)
class Outline:
    """A rule as a list that people read: a heading (`满足以下任一项`) over branches, or one condition in words."""

    words: str
    condition: Condition | None = None
    of: tuple[Outline, ...] = ()


def outline(rule: Rule, as_of: date) -> Outline:
    """`rule` in plain Chinese, its branches under it in order; years are those meant on `as_of`."""
    match rule:
        case Condition():
            return Outline(asks(rule, as_of), rule)
        case Not(inner):
            return Outline(heading(rule), of=(outline(inner, as_of),))
        case All(of) | Any(of) | AtLeast(_, of):
            return Outline(heading(rule), of=tuple(outline(branch, as_of) for branch in of))


def heading(rule: All | Any | Not | AtLeast) -> str:
    """What stands over the branches of `rule`."""
    match rule:
        case All(of):
            return "同时满足" if of else "没有其他条件"
        case Any(of):
            return "满足以下任一项" if of else "没有企业能满足"
        case Not():
            return "不得有以下情形"
        case AtLeast(n, _):
            return f"满足以下至少 {n} 项"


def rule_words(rule: Rule, as_of: date) -> str:
    """`rule` in one line: for the tiers of an amount."""
    match rule:
        case Condition():
            return rule.text or asks(rule, as_of)
        case All(of):
            return "且".join(rule_words(branch, as_of) for branch in of) or "全部企业"
        case Any(of):
            return "或".join(rule_words(branch, as_of) for branch in of)
        case Not(inner):
            return f"非（{rule_words(inner, as_of)}）"
        case AtLeast(n, of):
            return f"{'、'.join(rule_words(branch, as_of) for branch in of)}中至少 {n} 项"
