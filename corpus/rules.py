"""Rules as they are written in files and answers: JSON in, checked `Rule` out, and back.

The language is that of the domain model: `{"all": […]}`, `{"any": […]}`, `{"not": …}`, `{"at_least": n, "of": […]}`,
or a condition `{"field", "op", "value"}` with optional `period, text, clause, confidence, note, hints`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any as Json

from corpus.codes import industries, regions
from corpus.errors import InputError, nearest
from corpus.fields import Field, registry, unknown_field
from corpus.model import All, Any, AtLeast, Bounds, Condition, EventWindow, Hints, Not, Rule, Value
from corpus.period import FORMS, parse_period
from corpus.shape import is_number, no_extra, shown, words_of, wrong

HINT_KINDS = {"activity": "做什么", "subject": "是什么企业", "judgement": "由谁认定", "formality": "手续"}
CONDITION_KEYS = ("field", "op", "value", "period", "text", "clause", "confidence", "note", "hints")
MAX_DEPTH = 64

_REGION = re.compile(r"[0-9]{6}")  # not \d: full-width digits would never be found in the tree
_INDUSTRY = re.compile(r"[A-T]|[A-T]?[0-9]{2,4}")


def parse_rule(data: Json, place: str = "rule") -> Rule:
    """The rule that `data` (decoded JSON or YAML) writes.

    Raises InputError naming the place inside the rule, what was found, what was expected, and the nearest known name.
    """
    return _node(data, place, 0)


def _node(data: Json, place: str, depth: int) -> Rule:
    if depth > MAX_DEPTH:
        raise wrong(place, "嵌套过深", f"不超过 {MAX_DEPTH} 层")
    if not isinstance(data, Mapping):
        raise wrong(place, f"找到 {shown(data)}", "一个对象（all、any、not、at_least 或条件）")
    keys = {key for key in ("all", "any", "not", "at_least", "field") if key in data}
    if len(keys) != 1:
        found = "、".join(sorted(keys)) if keys else "、".join(map(str, data)) or "空对象"
        raise wrong(place, f"找到 {found}", "all、any、not、at_least、field 之中恰好一个")
    key = keys.pop()
    if key == "field":
        return _condition(data, place)
    no_extra(data, (key, "of") if key == "at_least" else (key,), place)
    if key == "not":
        return Not(_node(data["not"], f"{place}.not", depth + 1))
    if key == "at_least":
        of = _branches(data.get("of"), f"{place}.of", depth)
        n = data["at_least"]
        if isinstance(n, bool) or not isinstance(n, int) or n < 0:
            raise wrong(f"{place}.at_least", f"找到 {shown(n)}", "不小于 0 的整数")
        return AtLeast(n, of)
    of = _branches(data[key], f"{place}.{key}", depth)
    return All(of) if key == "all" else Any(of)


def _branches(data: Json, place: str, depth: int) -> tuple[Rule, ...]:
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise wrong(place, f"找到 {shown(data)}", "一个列表")
    return tuple(_node(branch, f"{place}[{i}]", depth + 1) for i, branch in enumerate(data))


def _condition(data: Mapping[str, Json], place: str) -> Condition:
    no_extra(data, CONDITION_KEYS, place)
    name, op = data["field"], data.get("op")
    known = registry().get(name) if isinstance(name, str) else None
    if known is None:
        raise wrong(
            f"{place}.field", f'未知指标 "{name}"', "指标登记表（corpus/fields.yaml）里的名字", unknown_field(str(name))
        )
    if op not in known.operators:
        expected = f"{known.label} 可用的算符：{'、'.join(known.operators)}"
        raise wrong(f"{place}.op", f"找到 {shown(op)}", expected, nearest(str(op), known.operators))
    if "value" not in data:
        raise wrong(place, "缺少 value", "要比较的值")
    period = data.get("period")
    if period is not None:
        period = str(period)
        if not known.by_year:
            raise wrong(f"{place}.period", f"{known.label} 不按年度记", "不写 period")
        if parse_period(period) is None:
            raise wrong(f"{place}.period", f"找到 {shown(period)}", FORMS)
    confidence = data.get("confidence")
    if confidence is not None and not (is_number(confidence) and 0 <= confidence <= 1):
        raise wrong(f"{place}.confidence", f"找到 {shown(confidence)}", "0 到 1 之间的数")
    return Condition(
        field=known.name,
        op=op,
        value=_value(known, op, data["value"], f"{place}.value"),
        period=None if period == "last_year" else period,
        text=words_of(data, "text", place),
        clause=words_of(data, "clause", place),
        confidence=confidence,
        note=words_of(data, "note", place),
        hints=_hints(data.get("hints"), f"{place}.hints"),
    )


# ---------------------------------------------------------------- values


def _value(known: Field, op: str, data: Json, place: str) -> Value:
    if op == "during":
        return _window(data, place)
    read = _READERS[known.type]
    if op == "between":
        if not isinstance(data, Sequence) or isinstance(data, str) or len(data) != 2:
            raise wrong(place, f"找到 {shown(data)}", "两个端点 [low, high]，端点可为 null")
        low, high = (None if end is None else read(known, end, f"{place}[{i}]") for i, end in enumerate(data))
        rank = known.order.index if known.order else lambda end: end
        if low is not None and high is not None and rank(low) > rank(high):
            raise wrong(place, f"找到 {shown(data)}，两端倒置，永远不成立", "[low, high]，先小后大")
        return Bounds(low, high)
    if op in ("in", "not_in", "within", "not_within", "has_any", "has_all", "lacks"):
        members = [data] if isinstance(data, (str, int)) else data
        if not isinstance(members, Sequence) or not members:
            raise wrong(place, f"找到 {shown(data)}", "一个不空的列表")
        return tuple(read(known, member, f"{place}[{i}]") for i, member in enumerate(members))
    value: Value = read(known, data, place)
    return value


def read_number(known: Field, data: Json, place: str) -> float:
    """A number in the base unit of `known`. Raises InputError where it is none or plainly of another unit."""
    if not is_number(data):
        advice = f'不要写单位：以"{known.unit}"为单位的数' if isinstance(data, str) else ""
        raise wrong(place, f"{known.label} 找到 {shown(data)}", f"以{known.unit}为单位的数", advice)
    if (known.min is not None and data < known.min) or (known.max is not None and data > known.max):
        advice = f"{shown(data)} 即 {data:.0%}；若是 {data}%，请写 {data / 100:g}" if known.fraction else ""
        low = "" if known.min is None else f"不小于 {known.min:g}"
        high = "" if known.max is None else f"不大于 {known.max:g}"
        raise wrong(place, f"{known.label} 找到 {shown(data)}", "、".join(filter(None, (low, high))) + "的数", advice)
    return float(data)


def read_date(known: Field | None, data: Json, place: str) -> date:
    """A calendar day written YYYY-MM-DD. Raises InputError where there is no such day."""
    if type(data) is date:  # YAML's own; a datetime is no day
        return data
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", data):
            return date.fromisoformat(data)
    except (TypeError, ValueError):
        pass
    label = f"{known.label} " if known else ""
    raise wrong(place, f"{label}找到 {shown(data)}", "存在的日期，写作 YYYY-MM-DD")


def read_code(known: Field, data: Json, place: str) -> str:
    """A code as the rest of the program compares it.

    A region of six digits, an abolished one as what it became; an industry without its letter or the zeros that only
    fill up (`C3240` is `3240`, `3200` is `32`).
    """
    text = str(data) if isinstance(data, (str, int)) and not isinstance(data, bool) else ""
    if known.codes == "regions":
        if not _REGION.fullmatch(text):
            raise wrong(place, f"{known.label} 找到 {shown(data)}", "六位行政区划代码（GB/T 2260）")
        return regions.current(text)
    if not _INDUSTRY.fullmatch(text):
        raise wrong(place, f"{known.label} 找到 {shown(data)}", "国民经济行业代码（门类字母，或 2—4 位数字）")
    if isinstance(data, int) and data < 1000:  # 610 may be 61 or the 0610 that lost its zero
        raise wrong(place, f"{known.label} 找到数 {data}，开头的 0 可能已丢", f'写成文字，如 "{data:04}" 或 "{data}"')
    try:
        return industries.normalise(text)
    except InputError as error:
        raise wrong(place, error.problems[0].found, error.problems[0].expected) from None


def read_member(known: Field, data: Json, place: str) -> str:
    """One of the values that an enum knows, or the name of a member of a set."""
    if not isinstance(data, str) or not data.strip():
        raise wrong(place, f"{known.label} 找到 {shown(data)}", "名称")
    if known.values and data not in known.values:
        by_word = {word: stored for stored, word in known.values.items()}
        if data in by_word:
            return by_word[data]
        raise wrong(place, f"{known.label} 找到 {shown(data)}", "、".join(known.values), nearest(data, known.values))
    return data.strip()


_READERS: dict[str, Callable[[Field, Json, str], Json]] = {
    "number": read_number,
    "date": read_date,
    "code": read_code,
    "ordered": read_member,
    "enum": read_member,
    "set": read_member,
    "event": read_member,
    "manual": read_member,
}


def _window(data: Json, place: str) -> EventWindow:
    if not isinstance(data, Mapping):
        raise wrong(place, f"找到 {shown(data)}", '{"event": 名称, "from": 日期或 null, "to": 日期或 null}')
    event = read_member(registry()["event"], data.get("event"), f"{place}.event")
    no_extra(data, ("event", "from", "to"), place)
    start, end = (
        None if data.get(key) is None else read_date(None, data[key], f"{place}.{key}") for key in ("from", "to")
    )
    if start is not None and end is not None and end < start:
        raise wrong(place, f"止于 {end}，早于起于 {start}", "先起后止的两天")
    return EventWindow(event, start, end)


def _hints(data: Json, place: str) -> Hints | None:
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise wrong(place, f"找到 {shown(data)}", "一个对象")
    no_extra(data, ("kind", "industry", "theme", "need"), place)
    if data.get("kind") not in (None, *HINT_KINDS):
        raise wrong(f"{place}.kind", f"找到 {shown(data['kind'])}", "、".join(HINT_KINDS))
    lists = {key: data.get(key) or [] for key in ("industry", "theme")}
    for key, members in lists.items():
        if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
            raise wrong(f"{place}.{key}", f"找到 {shown(members)}", "文字的列表")
    return Hints(data.get("kind"), tuple(lists["industry"]), tuple(lists["theme"]), words_of(data, "need", place))


# ---------------------------------------------------------------- out again


def dump_rule(rule: Rule) -> dict[str, Json]:
    """`rule` as decoded JSON; `parse_rule` of it gives an equal rule."""
    match rule:
        case All(of):
            return {"all": [dump_rule(branch) for branch in of]}
        case Any(of):
            return {"any": [dump_rule(branch) for branch in of]}
        case Not(of):
            return {"not": dump_rule(of)}
        case AtLeast(n, of):
            return {"at_least": n, "of": [dump_rule(branch) for branch in of]}
        case Condition():
            return dump_condition(rule)


def dump_condition(condition: Condition) -> dict[str, Json]:
    """`condition` as decoded JSON, with only the optional keys that it has."""
    out: dict[str, Json] = {"field": condition.field, "op": condition.op, "value": dump_value(condition.value)}
    for key in ("period", "text", "clause", "confidence", "note"):
        if (value := getattr(condition, key)) is not None:
            out[key] = value
    if (hints := condition.hints) is not None:
        pairs = {"kind": hints.kind, "industry": list(hints.industry), "theme": list(hints.theme), "need": hints.need}
        out["hints"] = {key: value for key, value in pairs.items() if value}
    return out


def dump_value(value: Value) -> Json:
    """A condition's value as decoded JSON; a whole number is written without its decimal point."""
    match value:
        case EventWindow(event, start, end):
            return {"event": event, "from": start and start.isoformat(), "to": end and end.isoformat()}
        case Bounds(low, high):
            return [None if end is None else dump_value(end) for end in (low, high)]
        case tuple():
            return [dump_value(member) for member in value]
        case date():
            return value.isoformat()
        case float():
            return int(value) if value.is_integer() else value
        case _:
            return value


def conditions(rule: Rule, path: str = "") -> Iterator[tuple[str, Condition]]:
    """Every condition of `rule` with its path (`all[0]`, `all[1].any[0]`, `not`), in order; a lone condition's path is empty."""
    match rule:
        case Condition():
            yield path, rule
        case Not(of):
            yield from conditions(of, _join(path, "not"))
        case All(of) | Any(of) | AtLeast(_, of):
            key = {All: "all", Any: "any", AtLeast: "of"}[type(rule)]
            for i, branch in enumerate(of):
                yield from conditions(branch, _join(path, f"{key}[{i}]"))


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step
