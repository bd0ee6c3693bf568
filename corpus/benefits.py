"""Benefits as they are written in files and answers: JSON in, checked `Benefit` out, and back.

An amount is one of `{"fixed"}`, `{"rate", "of"}`, `{"each", "of"}`, `{"cut", "of"}`, `{"tiers"}`, `{"text"}`.
`caps`, `for` and `by_year` may stand in the amount or beside it; they are kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any as Json

from corpus.errors import nearest
from corpus.fields import registry, unknown_field
from corpus.model import Amount, Benefit, Cap, Cut, Each, Fixed, Rate, Tier, Tiers, Words
from corpus.rules import MAX_DEPTH, dump_rule, parse_rule
from corpus.shape import is_number, no_extra, words_of, wrong

KINDS = {
    "one_off_grant": "一次性奖补",
    "proportional_grant": "按比例奖补",
    "tax_rate": "税率优惠",
    "tax_cut": "税收减免",
    "extra_deduction": "加计扣除",
    "refund": "返还",
    "interest_subsidy": "贷款贴息",
    "guarantee_subsidy": "担保费补贴",
    "premium_subsidy": "保费补贴",
    "per_head_grant": "按人补贴",
    "rent_cut": "租金减免",
    "land_or_energy": "用地用能优惠",
    "loan": "贷款支持",
    "fee_cut": "费用减免",
    "deferral": "缓缴",
    "procurement_preference": "政府采购优惠",
    "equity": "股权投资、借转补",
    "title": "资质认定",
    "service": "服务支持",
}
CAP_UNITS = {"project": "每个项目", "enterprise": "每家企业", "year": "每年", "total": "累计", "principal": "本金"}
SHARED_CAPS = ("enterprise", "year", "total")
"""What a ceiling that several measures share (`group`) may be counted over: what one enterprise gets."""
# What a base that is no field may be written as; the part after the colon is in the policy's words.
BASES = {"tax": "税种", "manual": "需企业填报的基数", "measure": "另一事项的所得", "parameter": "公布的参数"}
PICKS = ("first", "highest", "sum")
"""Which of several tiers that hold: the first, the one that brings most, or all together."""

_AMOUNTS: dict[str, tuple[str, ...]] = {
    "fixed": ("fixed",),
    "rate": ("rate", "of", "cap", "floor", "above", "up_to", "times"),
    "each": ("each", "of", "cap"),
    "cut": ("cut", "of"),
    "tiers": ("tiers", "pick"),
    "text": ("text",),
}
_SPREAD = ("caps", "for", "by_year")
_KEYS = ("kind", "amount", "frequency", "stacking", "discretion", "payment", "text", *_SPREAD)


MOST_RATE = 3.0
"""The highest share of a base that is believed: 加计扣除 220% is 2.2; 5 is a 5% whose sign was forgotten. A published
figure (最低工资) may be paid out any number of times.
"""


def parse_benefit(data: Json, place: str = "benefit") -> Benefit:
    """The benefit that `data` (decoded JSON or YAML) writes. Raises InputError naming place, found and expected."""
    if not isinstance(data, Mapping):
        raise wrong(place, f"找到 {data!r}", "一个对象")
    no_extra(data, _KEYS, place)
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise wrong(f"{place}.kind", f'找到 "{kind}"', "、".join(KINDS), nearest(str(kind), KINDS))
    amount = data.get("amount")
    spread = {key: data[key] for key in _SPREAD if key in data}
    if isinstance(amount, Mapping):
        spread = {**{key: amount[key] for key in _SPREAD if key in amount}, **spread}
        amount = {key: value for key, value in amount.items() if key not in _SPREAD}
    return Benefit(
        kind=kind,
        amount=None if amount is None else parse_amount(amount, f"{place}.amount"),
        frequency=words_of(data, "frequency", place),
        stacking=words_of(data, "stacking", place),
        caps=_caps(spread.get("caps"), f"{place}.caps"),
        months=_months(spread.get("for"), f"{place}.for"),
        by_year=_shares(spread.get("by_year"), f"{place}.by_year"),
        discretion=words_of(data, "discretion", place),
        payment=words_of(data, "payment", place),
        text=words_of(data, "text", place),
    )


def parse_amount(data: Json, place: str = "amount") -> Amount:
    """The amount that `data` writes. Raises InputError naming place, found and expected."""
    return _amount(data, place, 0)


def _amount(data: Json, place: str, depth: int) -> Amount:
    if depth > MAX_DEPTH:
        raise wrong(place, "嵌套过深", f"不超过 {MAX_DEPTH} 层")
    if not isinstance(data, Mapping):
        raise wrong(place, f"找到 {data!r}", "一个对象")
    forms = [form for form in _AMOUNTS if form in data]
    if len(forms) != 1:
        raise wrong(place, f"找到 {'、'.join(map(str, data)) or '空对象'}", f"{'、'.join(_AMOUNTS)} 之中恰好一个")
    form = forms[0]
    no_extra(data, _AMOUNTS[form], place)
    match form:
        case "fixed":
            return Fixed(_number(data, "fixed", place))
        case "rate":
            low, high = _rates(data["rate"], f"{place}.rate")
            bounds = {
                key: _number(data, key, place)
                for key in ("cap", "floor", "above", "up_to")
                if data.get(key) is not None
            }
            base = _base(data, place)
            if high > MOST_RATE and not base.startswith("parameter:"):
                raise wrong(f"{place}.rate", f"找到 {high:g}", f"不超过 {MOST_RATE:g} 的比例", "5% 写 0.05，不写 5")
            times = None if data.get("times") is None else _base(data, place, "times")
            return Rate(low, high, base, **bounds, times=times)
        case "each":
            cap = None if data.get("cap") is None else _number(data, "cap", place)
            return Each(_number(data, "each", place), _base(data, place), cap)
        case "cut":
            cut = _number(data, "cut", place)
            if not 0 <= cut <= 1:
                raise wrong(f"{place}.cut", f"找到 {cut:g}", "0 到 1 之间的数（减半写 0.5，免征写 1）")
            return Cut(cut, _base(data, place))
        case "tiers":
            return _tiers(data, place, depth)
        case _:
            text = words_of(data, "text", place)
            if text is None:
                raise wrong(f"{place}.text", "缺少", "文字")
            return Words(text)


def _tiers(data: Mapping[str, Json], place: str, depth: int) -> Tiers:
    tiers, pick = data["tiers"], data.get("pick", "first")
    if not isinstance(tiers, Sequence) or isinstance(tiers, str) or not tiers:
        raise wrong(f"{place}.tiers", f"找到 {tiers!r}", '不空的列表 [{"when": 条件, "amount": 金额}, …]')
    if pick not in PICKS:
        raise wrong(f"{place}.pick", f'找到 "{pick}"', "、".join(PICKS))
    read = []
    for i, tier in enumerate(tiers):
        at = f"{place}.tiers[{i}]"
        if not isinstance(tier, Mapping) or set(tier) != {"when", "amount"}:
            raise wrong(at, f"找到 {tier!r}"[:80], '{"when": 条件, "amount": 金额}')
        read.append(Tier(parse_rule(tier["when"], f"{at}.when"), _amount(tier["amount"], f"{at}.amount", depth + 1)))
    return Tiers(tuple(read), pick)


def _base(data: Mapping[str, Json], place: str, key: str = "of") -> str:
    base = data.get(key)
    prefix, colon, rest = str(base).partition(":")
    if isinstance(base, str) and ((colon and prefix in BASES and rest) or base in registry()):
        return base
    expected = "指标名，或 " + "、".join(f"{prefix}:{word}" for prefix, word in BASES.items())
    raise wrong(f"{place}.{key}", f'找到 "{base}"', expected, unknown_field(str(base)))


def _rates(data: Json, place: str) -> tuple[float, float]:
    ends = list(data) if isinstance(data, Sequence) and not isinstance(data, str) else [data, data]
    if len(ends) != 2 or not all(map(is_number, ends)) or not 0 <= ends[0] <= ends[1]:
        raise wrong(place, f"找到 {data!r}", "一个比例（5% 写 0.05），或 [低, 高]")
    return float(ends[0]), float(ends[1])


def _caps(data: Json, place: str) -> tuple[Cap, ...]:
    if data is None:
        return ()
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise wrong(place, f"找到 {data!r}", '列表 [{"per": …, "amount": n}, …]')
    caps = []
    for i, cap in enumerate(data):
        at = f"{place}[{i}]"
        if not isinstance(cap, Mapping) or cap.get("per") not in list(CAP_UNITS):
            raise wrong(at, f"找到 {cap!r}", f'{{"per": {" | ".join(CAP_UNITS)}, "amount": n}}')
        no_extra(cap, ("per", "amount", "group"), at)
        group = words_of(cap, "group", at)
        if group is not None and cap["per"] not in SHARED_CAPS:
            raise wrong(f"{at}.group", f'找到按"{cap["per"]}"计的共同封顶', f"{'、'.join(SHARED_CAPS)} 之一")
        caps.append(Cap(cap["per"], _number(cap, "amount", at), group))
    return tuple(caps)


def _months(data: Json, place: str) -> int | None:
    if data is None:
        return None
    months = data.get("months") if isinstance(data, Mapping) and set(data) == {"months"} else None
    if isinstance(months, bool) or not isinstance(months, int) or months < 1:
        raise wrong(place, f"找到 {data!r}", '{"months": 月数}')
    return months


def _shares(data: Json, place: str) -> tuple[float, ...]:
    if data is None:
        return ()
    if not isinstance(data, Sequence) or isinstance(data, str) or not all(map(is_number, data)):
        raise wrong(place, f"找到 {data!r}", "逐年比例的列表，如 [1.0, 0.5]")
    return tuple(map(float, data))


# ---------------------------------------------------------------- out again


def dump_benefit(benefit: Benefit) -> dict[str, Json]:
    """`benefit` as decoded JSON with only the keys that it has; `parse_benefit` of it gives an equal benefit."""
    out: dict[str, Json] = {"kind": benefit.kind}
    if benefit.amount is not None:
        out["amount"] = dump_amount(benefit.amount)
    for key in ("frequency", "stacking", "discretion", "payment", "text"):
        if (value := getattr(benefit, key)) is not None:
            out[key] = value
    if benefit.caps:
        out["caps"] = [_dump_cap(cap) for cap in benefit.caps]
    if benefit.months is not None:
        out["for"] = {"months": benefit.months}
    if benefit.by_year:
        out["by_year"] = [_plain(share) for share in benefit.by_year]
    return out


def _dump_cap(cap: Cap) -> dict[str, Json]:
    shared = {} if cap.group is None else {"group": cap.group}
    return {"per": cap.per, "amount": _plain(cap.amount), **shared}


def dump_amount(amount: Amount) -> dict[str, Json]:
    """`amount` as decoded JSON."""
    match amount:
        case Fixed(value):
            return {"fixed": _plain(value)}
        case Rate(low, high, of):
            rate = _plain(low) if low == high else [_plain(low), _plain(high)]
            bounds = {key: getattr(amount, key) for key in ("cap", "floor", "above", "up_to")}
            times = {} if amount.times is None else {"times": amount.times}
            return {"rate": rate, "of": of, **{key: _plain(n) for key, n in bounds.items() if n is not None}, **times}
        case Each(each, of, cap):
            return {"each": _plain(each), "of": of, **({} if cap is None else {"cap": _plain(cap)})}
        case Cut(cut, of):
            return {"cut": _plain(cut), "of": of}
        case Words(text):
            return {"text": text}
        case Tiers(tiers, pick):
            rows = [{"when": dump_rule(tier.when), "amount": dump_amount(tier.amount)} for tier in tiers]
            return {"tiers": rows, "pick": pick}


def _plain(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number


def _number(data: Mapping[str, Json], key: str, place: str) -> float:
    value = data.get(key)
    if not is_number(value) or float(value) < 0:  # type: ignore[arg-type]
        raise wrong(f"{place}.{key}", f"找到 {value!r}", "不小于 0、以元为单位的数（比例写小数）")
    return float(value)  # type: ignore[arg-type]
