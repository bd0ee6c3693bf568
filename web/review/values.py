"""The value of a condition, a sum or a share as a person types it, and back. Nothing is guessed: a sum wants its unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from corpus.benefits import BASES
from corpus.codes import industries, regions
from corpus.fields import Field, registry
from corpus.model import Bounds, EventWindow, Value
from corpus.quantity import format_yuan, parse_quantity
from web.answers import Unreadable, read_industry, read_region

OPERATORS = {
    "ge": "不低于", "gt": "高于", "le": "不高于", "lt": "低于", "eq": "等于", "between": "介于",
    "is": "是", "in": "是其中之一", "not_in": "不是其中任何一个", "within": "在…之内", "not_within": "不在…之内",
    "has": "有", "has_any": "有其中之一", "has_all": "全部都有", "lacks": "没有", "during": "在一段时间里有过", "confirm": "请人确认",
}  # fmt: skip
LATER = {"ge": "不早于", "gt": "晚于", "le": "不晚于", "lt": "早于", "eq": "就在", "between": "介于"}
ONE_OF = {**BASES, "field": "企业指标"}
MANY = ("in", "not_in", "within", "not_within", "has_any", "has_all", "lacks")

_UNITS = {"人": ("person",), "年": ("year",), "月": ("month", "year"), "平方米": ("square_metre",), "件": ("item",)}


def operator_words(field: Field, op: str) -> str:
    """`op` in Chinese, as it is said of `field`."""
    return LATER.get(op, OPERATORS[op]) if field.type == "date" else OPERATORS[op]


# ---------------------------------------------------------------- numbers


def money_text(amount: float) -> str:
    """A sum as it stands in the form; read back it is the same to the last digit."""
    text = format_yuan(amount)
    quantity = parse_quantity(text)
    return text if quantity is not None and quantity.value == amount else f"{_plain(Decimal(repr(amount)))} 元"


def read_money(text: str) -> float:
    """Yuan, from a sum with its unit. Raises Unreadable for a bare number: 2000 may be 元 or 万元."""
    quantity = parse_quantity(text)
    if quantity is None or quantity.high is not None or quantity.unit not in ("yuan", None):
        raise Unreadable(f"“{text}”读不成一个数额，请写成“200万元”")
    if quantity.unit is None and quantity.value != 0:
        raise Unreadable(f"“{text}”没有单位，请写成“{text.strip()}万元”或“{text.strip()}元”")
    return quantity.value


def share_text(share: float) -> str:
    """A fraction in per cent."""
    return f"{_plain(Decimal(repr(share)) * 100)}%"


def read_share(text: str) -> float:
    """A fraction, from per cent, per mille or 个百分点. Raises Unreadable for a bare number other than 0."""
    quantity = parse_quantity(text)
    if quantity is None or quantity.high is not None or quantity.unit not in ("fraction", None):
        raise Unreadable(f"“{text}”读不成一个比例，请写成“3%”")
    if quantity.unit is None and quantity.value != 0:
        raise Unreadable(f"“{text}”没有单位，请写成“{text.strip()}%”")
    return quantity.value


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number_text(field: Field, value: float) -> str:
    if field.unit == "元":
        return money_text(value)
    if field.fraction:
        return share_text(value)
    return f"{_plain(Decimal(repr(value)))} {'个月' if field.unit == '月' else field.unit or ''}".strip()


def _read_number(field: Field, text: str) -> float:
    if field.unit == "元":
        return read_money(text)
    if field.fraction:
        return read_share(text)
    quantity = parse_quantity(text)
    unit = _UNITS.get(field.unit or "", ())
    if quantity is None or quantity.high is not None or quantity.unit not in (None, *unit):
        raise Unreadable(f"“{text}”读不成以{field.unit or '个'}为单位的数")
    return quantity.value * (12 if field.unit == "月" and quantity.unit == "year" else 1)


# ---------------------------------------------------------------- any value


def value_texts(field: Field, value: Value) -> dict[str, tuple[str, ...]]:
    """`value` as the form's inputs hold it: `value`, or `low` and `high`, or `value`, `from` and `to`."""
    match value:
        case Bounds(low, high):
            return {"low": (_text(field, low),), "high": (_text(field, high),)}
        case EventWindow(event, start, end):
            days = {"from": start.isoformat() if start else "", "to": end.isoformat() if end else ""}
            return {"value": (event,), **{key: (day,) for key, day in days.items()}}
        case tuple() if field.values:
            return {"value": tuple(map(str, value))}
        case tuple():
            return {"value": (join_members(_text(field, member) for member in value),)}
        case _:
            return {"value": (_text(field, value),)}


def _text(field: Field, value: str | float | date | None) -> str:
    match value:
        case None:
            return ""
        case float():
            return _number_text(field, value)
        case date():
            return value.isoformat()
        case str() if field.codes:
            name = regions.full_name(value) if field.codes == "regions" else industries.name(value)
            return f"{name}（{value}）"
        case _:
            return value


def read_value(field: Field, op: str, given: dict[str, tuple[str, ...]]) -> object:
    """The value as decoded JSON, for `parse_rule` to check. Raises Unreadable where something cannot be read."""
    texts = tuple(text.strip() for text in given.get("value", ()) if text.strip())
    if op == "between":
        ends = [next(iter(given.get(end, ())), "").strip() for end in ("low", "high")]
        if not any(ends):
            raise Unreadable("请至少写一端")
        return [_read(field, end) if end else None for end in ends]
    if not texts:
        raise Unreadable("请写要比较的值")
    if op == "during":
        days = [next(iter(given.get(end, ())), "").strip() for end in ("from", "to")]
        start, end = (read_day(day) if day else None for day in days)
        return {"event": texts[0], "from": start, "to": end}
    if op in MANY:
        members = texts if field.values else split_members(texts[0])
        return [_read(field, member) for member in members]
    if len(texts) > 1:
        raise Unreadable("这里只能选一个；要选几个，请把中间改成“是其中之一”")
    return _read(field, texts[0])


def _read(field: Field, text: str) -> str | float:
    if field.type == "number":
        return _read_number(field, text)
    if field.type == "date":
        return read_day(text)
    if field.codes:
        return read_region(text) if field.codes == "regions" else read_industry(text)
    return text


def read_day(text: str) -> str:
    """A calendar day (2015-03-02, 2015年3月2日, 2015/3/2) as an ISO date. Raises Unreadable where there is none such."""
    parts = re.fullmatch(r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})日?", text)
    try:
        return date(*map(int, parts.groups())).isoformat() if parts else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> str:
    raise Unreadable(f"“{text}”不是一个日期，请写成 2015-03-02")


def join_members(members: Iterable[str]) -> str:
    """Names in one line; `split_members` of it gives the same names."""
    names = list(members)
    return "；".join(names) + "；" if any("、" in name for name in names) else "、".join(names)


def split_members(text: str) -> list[str]:
    """The names of a line: apart at ；where there is one, else at 、."""
    mark = r"[；;\n]" if re.search(r"[；;\n]", text) else "、"
    return [part.strip() for part in re.split(mark, text) if part.strip()]


# ---------------------------------------------------------------- bases


def base_texts(of: str) -> tuple[str, str]:
    """What an amount is reckoned on, as (kind, words)."""
    if of in registry():
        return "field", registry()[of].label
    prefix, _, rest = of.partition(":")
    return prefix, rest


def read_base(kind: str, words: str) -> str:
    """The base that `kind` and `words` say. Raises Unreadable where it is no field, or nothing is said."""
    words = words.strip()
    if not words:
        raise Unreadable("请写按什么计算")
    if kind != "field":
        return f"{kind}:{words}"
    found = [name for name, field in registry().items() if words in (name, field.label)]
    if not found:
        raise Unreadable(f"没有“{words}”这个指标；若不是登记表里的，请改选“{BASES['manual']}”")
    return found[0]


def field_choices() -> Sequence[tuple[str, str]]:
    """Every field by name and label, the one for words that no field says first."""
    fields = sorted(registry().values(), key=lambda field: field.type != "manual")
    return [(field.name, field.label) for field in fields]
