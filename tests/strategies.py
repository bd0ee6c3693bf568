"""Hypothesis strategies for the vocabulary: rules over the whole registry, benefits, policies.

    from tests.strategies import rules

What they draw is canonical, as the readers leave it: names are stripped, an industry code has no section letter, the
default period is not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any as Json

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from corpus.benefits import BASES, CAP_UNITS, KINDS
from corpus.catalogue import dump_policies
from corpus.fields import Field, registry
from corpus.model import (
    LEVELS,
    All,
    Amount,
    Any,
    AtLeast,
    Benefit,
    Bounds,
    Cap,
    Clause,
    Condition,
    Cut,
    Each,
    EventWindow,
    Fixed,
    Hints,
    Measure,
    Not,
    Policy,
    Rate,
    Rule,
    Source,
    Tier,
    Tiers,
    Window,
    Words,
)
from corpus.rules import HINT_KINDS

DAYS = st.dates(date(1990, 1, 1), date(2035, 12, 31))
REGIONS = st.sampled_from(["100000", "410000", "410100", "419001", "350100", "350102", "110108"])
INDUSTRIES = st.sampled_from(["A", "C", "I", "01", "06", "32", "0610", "321", "3240", "7241", "6513"])
NAMES = st.sampled_from(
    ["高新技术企业", "省级专精特新中小企业", "瞪羚企业", "首次升规", "严重失信主体", "欠税", "新材料"]
)
# Words as documents have them, with what breaks careless writers: quotes, colons, full width, a line's end.
TEXTS = st.text(st.sampled_from('企业给予奖励20万元A-%"“”：:#\\\n、（）　🏭'), max_size=12)
WORDS = TEXTS.map(str.strip).filter(bool)
PERIODS = st.one_of(
    st.sampled_from([None, "this_year", "2022", "2023"]),
    st.builds("{}_of_last_{}".format, st.sampled_from(["each", "any", "sum", "avg"]), st.integers(1, 5)),
)


def rules(fields: Sequence[str] | None = None, max_leaves: int = 8) -> SearchStrategy[Rule]:
    """Trees of conditions on `fields` (all of the registry by default), empty branches among them."""
    return st.recursive(
        conditions(fields),
        lambda inner: st.one_of(
            st.builds(All, _tuples(inner)),
            st.builds(Any, _tuples(inner)),
            st.builds(Not, inner),
            st.builds(AtLeast, st.integers(0, 4), _tuples(inner)),
        ),
        max_leaves=max_leaves,
    )


def conditions(fields: Sequence[str] | None = None) -> SearchStrategy[Condition]:
    """A condition on any of `fields`, with any operator that the field takes."""
    pairs = [(name, op) for name in fields or registry() for op in registry()[name].operators]
    return st.sampled_from(pairs).flatmap(lambda pair: condition(registry()[pair[0]], pair[1]))


def values(field: Field) -> SearchStrategy[Json]:
    """One value of `field`, as a condition or a profile would write it."""
    match field.type:
        case "number":
            low = -1e9 if field.min is None else field.min
            high = 1e12 if field.max is None else field.max
            whole = st.integers(int(low), int(high)).map(float)
            return st.one_of(whole, st.floats(low, high, allow_nan=False))
        case "date":
            return DAYS
        case "code":
            return REGIONS if field.codes == "regions" else INDUSTRIES
        case "ordered" | "enum":
            return st.sampled_from(field.order)
        case "manual":
            return WORDS
        case _:
            return NAMES


def condition(field: Field, op: str) -> SearchStrategy[Condition]:
    """A condition on `field` with `op`: its value in every form that it may take, its period, its words."""
    plain = values(field)
    if op == "during":
        value: SearchStrategy[Json] = st.builds(_window, NAMES, st.none() | DAYS, st.none() | DAYS)
    elif op == "between":
        value = st.builds(_bounds, st.just(field), st.none() | plain, st.none() | plain)
    elif op in ("in", "not_in", "within", "not_within", "has_any", "has_all", "lacks"):
        value = st.lists(plain, min_size=1, max_size=3).map(tuple)
    else:
        value = plain
    return st.builds(
        Condition,
        field=st.just(field.name),
        op=st.just(op),
        value=value,
        period=PERIODS if field.by_year else st.none(),
        text=st.none() | TEXTS,
        confidence=st.none() | st.floats(0, 1),
        note=st.none() | TEXTS,
        hints=st.none() | _HINTS if field.type == "manual" else st.none(),
    )


def _window(event: str, one: date | None, other: date | None) -> EventWindow:
    if one and other:
        one, other = min(one, other), max(one, other)
    return EventWindow(event, one, other)


def _bounds(field: Field, one: Json, other: Json) -> Bounds:
    if one is not None and other is not None:
        one, other = sorted((one, other), key=field.order.index if field.order else None)
    return Bounds(one, other)


_HINTS = st.builds(
    Hints,
    kind=st.sampled_from(list(HINT_KINDS)),
    industry=st.lists(INDUSTRIES, max_size=2).map(tuple),
    theme=st.lists(NAMES, max_size=2).map(tuple),
    need=st.none() | st.sampled_from(["融资", "用工"]),
)

# ---------------------------------------------------------------- benefits

YUAN = st.one_of(st.integers(0, 10**9).map(float), st.floats(0, 1e9, allow_nan=False))
SHARES = st.floats(0, 1)
BASE = st.one_of(
    st.sampled_from([field.name for field in registry().values() if field.type == "number"]),
    st.builds("{}:{}".format, st.sampled_from(list(BASES)), NAMES),
)


def amounts() -> SearchStrategy[Amount]:
    """Every form of an amount, tiers among them."""
    plain = st.one_of(
        st.builds(Fixed, YUAN),
        st.builds(_rate, st.lists(SHARES, min_size=2, max_size=2), BASE, *[st.none() | YUAN] * 4, st.none() | BASE),
        st.builds(Each, YUAN, BASE, st.none() | YUAN),
        st.builds(Cut, SHARES, BASE),
        st.builds(Words, TEXTS),
    )
    tiers = st.lists(st.builds(Tier, rules(max_leaves=2), plain), min_size=1, max_size=2).map(tuple)
    return plain | st.builds(Tiers, tiers, st.sampled_from(["first", "highest", "sum"]))


def _rate(ends: list[float], base: str, cap: Json, floor: Json, above: Json, up_to: Json, times: str | None) -> Rate:
    return Rate(min(ends), max(ends), base, cap, floor, above, up_to, times)


def benefits() -> SearchStrategy[Benefit]:
    """A benefit of any kind, with or without an amount."""
    return st.builds(
        Benefit,
        kind=st.sampled_from(list(KINDS)),
        amount=st.none() | amounts(),
        frequency=st.none() | TEXTS,
        stacking=st.none() | TEXTS,
        caps=_tuples(st.builds(Cap, st.sampled_from(list(CAP_UNITS)), YUAN)),
        months=st.none() | st.integers(1, 60),
        by_year=_tuples(SHARES),
        discretion=st.none() | TEXTS,
        payment=st.none() | TEXTS,
        text=st.none() | TEXTS,
    )


# ---------------------------------------------------------------- policies


def policies(max_size: int = 2, max_measures: int = 2) -> SearchStrategy[list[Policy]]:
    """A file's worth of policies: ids are their own, measures cite clauses that exist."""
    return st.lists(_policy(max_measures), max_size=max_size).map(_numbered)


def _policy(max_measures: int) -> SearchStrategy[Policy]:
    term = st.tuples(st.none() | DAYS, st.none() | DAYS).map(_in_order)
    withdrawn = st.sampled_from([(None, None), ("被新办法代替", None), ("废止", date(2024, 5, 1))])
    return st.builds(
        lambda term, withdrawn, **rest: Policy(
            **rest, effective_from=term[0], expires_on=term[1], withdrawn=withdrawn[0], withdrawn_on=withdrawn[1]
        ),
        term=term,
        withdrawn=withdrawn,
        id=st.just(""),
        title=WORDS,
        doc_no=st.none() | TEXTS,
        issuer=st.none() | TEXTS,
        level=st.none() | st.sampled_from(list(LEVELS)),
        region=st.none() | REGIONS,
        written_on=st.none() | DAYS,
        issued_on=st.none() | DAYS,
        published_on=st.none() | DAYS,
        validity=st.none() | TEXTS,
        replaces=_tuples(WORDS),
        basis=_tuples(WORDS),
        audience=st.none() | TEXTS,
        fields=st.dictionaries(WORDS, TEXTS, max_size=2).map(lambda pairs: tuple(pairs.items())),
        pages=st.none() | st.tuples(st.integers(1, 9), st.integers(9, 20)),
        clauses=st.sampled_from([(), (Clause("一", "支持企业"), Clause("一(一)1", "给予奖励", 3, "奖励", "7"))]),
        measures=_tuples(_measure(), max_measures),
        source=st.none() | _SOURCES,
        note=st.none() | TEXTS,
    )


def _measure() -> SearchStrategy[Measure]:
    return st.builds(
        Measure,
        id=st.just(""),
        title=WORDS,
        rule=rules(max_leaves=4),
        benefit=st.none() | benefits(),
        department=st.none() | TEXTS,
        materials=_tuples(WORDS),
        window=st.none()
        | st.builds(
            lambda term, text: Window(*term, text), st.tuples(st.none() | DAYS, st.none() | DAYS).map(_in_order), WORDS
        ),
        contact=st.none() | TEXTS,
        process=st.none() | TEXTS,
        clauses=st.sampled_from([(), ("一",), ("一", "一(一)1")]),
        review=st.sampled_from(["confirmed", "draft", "rejected"]),
        source=st.none() | _SOURCES,
        note=st.none() | TEXTS,
    )


_SOURCES = st.builds(Source, url=st.none() | TEXTS, host=st.none() | TEXTS, confidence=st.just("原文"))


def _in_order(ends: tuple[date | None, date | None]) -> tuple[date | None, date | None]:
    start, end = ends
    return (end, start) if start and end and end < start else ends


def _numbered(drawn: list[Policy]) -> list[Policy]:
    return [
        replace(policy, id=f"p{i}", measures=tuple(replace(m, id=f"p{i}-m{j}") for j, m in enumerate(policy.measures)))
        for i, policy in enumerate(drawn)
    ]


def _tuples(inner: SearchStrategy[Json], max_size: int = 3) -> SearchStrategy[tuple[Json, ...]]:
    return st.lists(inner, max_size=max_size).map(tuple)


# ---------------------------------------------------------------- damage

JUNK = [
    None,
    True,
    0,
    -1,
    2.5,
    float("nan"),
    10**400,
    "",
    "x",
    "2023-02-30",
    [],
    [None],
    {},
    {"a": 1},
    {"all": []},
    [[]],
]
JUNK += ["４１９００１", 419001, {"kind": []}, {"text": None}, {3: 4}]


def spoiled() -> SearchStrategy[Json]:
    """The data of a structured file with one thing in it put wrong: replaced, taken away, or under another name."""
    return st.builds(
        _spoil, _policy(1).map(lambda one: dump_policies(_numbered([one]))), st.randoms(use_true_random=False)
    )


def _spoil(data: Json, chance: Random) -> Json:
    *way, last = chance.choice([path for path in _spots(data) if path])
    at = data
    for step in way:
        at = at[step]
    what = chance.choice(["replace", "replace", "remove", "rename"]) if isinstance(at, dict) else "replace"
    if what == "replace":
        at[last] = chance.choice(JUNK)
    else:
        value = at.pop(last)
        if what == "rename":
            at[f"{last}x"] = value
    return data


def _spots(data: Json, path: tuple[Json, ...] = ()) -> Iterator[tuple[Json, ...]]:
    yield path
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield from _spots(value, (*path, key))
