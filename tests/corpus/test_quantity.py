"""Quantities in text become base units, and values become words again. The cases are data (cases/*.yaml)."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpus.fields import registry
from corpus.model import Bounds, EventWindow
from corpus.quantity import (
    Quantity,
    find_quantities,
    format_value,
    format_yuan,
    parse_quantity,
)

CASES = Path(__file__).parent / "cases"


def load(name):
    return yaml.safe_load((CASES / name).read_text("utf-8"))


FOUND = [(text, want) for group in load("quantities.yaml").values() for text, want in group.items()]


def as_case(quantity: Quantity) -> str:
    ends = [quantity.value] if quantity.high is None else [quantity.value, quantity.high]
    number = "..".join(str(int(end) if end.is_integer() else end) for end in ends)
    unit = "points" if quantity.points else quantity.unit or "-"
    return f"{number}{'~' if quantity.rough else ''} {unit}"


def test_there_are_enough_cases():
    assert len(FOUND) >= 120


@pytest.mark.parametrize(("text", "want"), FOUND)
def test_what_is_found(text, want):
    found = find_quantities(text)
    assert [as_case(quantity) for quantity in found] == want
    for quantity in found:
        assert text[quantity.start : quantity.end] == quantity.text


@pytest.mark.parametrize(
    ("text", "want"), [(text, want) for text, want in FOUND if want and not text.startswith("1、")]
)
def test_the_words_around_do_not_matter(text, want):
    assert [as_case(quantity) for quantity in find_quantities(f"给予企业{text}。")] == want


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5000", 5000, None),
        (" 5000 ", 5000, None),
        ("-5%", -0.05, "fraction"),
        ("人民币五千万元整", 5e7, "yuan"),
        ("2000 万元", 2e7, "yuan"),
        ("3亩", 2000, "square_metre"),
        ("五", 5, None),
    ],
)
def test_a_whole_text_that_is_a_quantity(text, value, unit):
    quantity = parse_quantity(text)
    assert (quantity.value, quantity.unit) == (value, unit)
    assert text[quantity.start : quantity.end] == quantity.text


@pytest.mark.parametrize(
    "text", ["", " ", "整", "2000万元左右", "奖励5万元", "5万元、10万元", "2023年", "第3年", "企业", "1.2.3"]
)
def test_a_text_that_is_no_one_quantity(text):
    assert parse_quantity(text) is None


@pytest.mark.parametrize(("amount", "words"), load("wording.yaml")["sums"].items())
def test_sums_in_words(amount, words):
    assert format_yuan(amount) == words


@pytest.mark.parametrize(("field", "value", "words"), load("wording.yaml")["values"])
def test_values_in_words(field, value, words):
    assert format_value(registry()[field], value) == words


def test_bounds_and_windows_in_words():
    revenue, event = registry()["revenue"], registry()["event"]
    assert format_value(revenue, Bounds(2e7, 4e8)) == "2000 万元—4 亿元"
    assert format_value(revenue, Bounds(2e7, None)) == "2000 万元以上"
    assert format_value(revenue, Bounds(None, 4e8)) == "4 亿元以下"
    assert format_value(registry()["size_class"], Bounds(None, "medium")) == "中型以下"
    assert format_value(event, EventWindow("首次升规", date(2023, 1, 1))) == "首次升规（2023年1月1日—）"
    assert format_value(event, EventWindow("首次升规")) == "首次升规"


# ---------------------------------------------------------------- properties

CENTS = st.integers(0, 10**14).map(lambda cents: cents / 100)


@given(CENTS)
def test_a_sum_in_words_reads_back(amount):
    assert parse_quantity(format_yuan(amount)).value == pytest.approx(amount, abs=0.005)


@given(st.integers(0, 10**6).map(lambda n: n / 10**6))
def test_a_share_in_words_reads_back(share):
    words = format_value(registry()["rd_ratio"], share)
    assert parse_quantity(words).value == pytest.approx(share, abs=1e-9)


@given(st.integers(0, 10**7), st.sampled_from(["元", "万元", "亿元", "%", "人", "个月", "平方米", "件", "个百分点"]))
def test_full_width_digits_and_spaces_change_nothing(number, unit):
    plain = parse_quantity(f"{number}{unit}")
    wide = parse_quantity(str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")) + " " + unit)
    assert (plain.value, plain.unit, plain.points) == (wide.value, wide.unit, wide.points)


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["万元", "%", "人", "年", "个百分点"]))
def test_a_range_holds_its_two_ends(low, high, unit):
    low, high = min(low, high), max(low, high)
    quantity = parse_quantity(f"{low}—{high}{unit}")
    assert (quantity.value, quantity.high) == tuple(parse_quantity(f"{end}{unit}").value for end in (low, high))


@given(
    st.text(
        alphabet="0123456789.，,、-—至 一二三五十百千万亿半点分之折成第数元人年月日%个百分点（含）奖励", max_size=40
    )
)
def test_any_text_is_read_without_error_and_in_order(text):
    found = find_quantities(text)
    for quantity in found:
        assert text[quantity.start : quantity.end] == quantity.text != ""
        assert quantity.high is None or quantity.value <= quantity.high
    for before, after in pairwise(found):
        assert before.end <= after.start


# ---------------------------------------------------------------- the speed


def test_a_clause_is_read_quickly():
    clause = (
        "对首次认定的高新技术企业给予20万元一次性奖励，上年度营业收入2000万元（含）以上且研发费用占比不低于3%的，" * 4
    )
    clause = clause[:200]
    find_quantities(clause)
    started = time.process_time()
    for _ in range(100):
        find_quantities(clause)
    assert (time.process_time() - started) / 100 < 1e-3  # 0.05 ms on a quiet machine; a slip into backtracking shows


def test_no_pattern_runs_away():
    started = time.process_time()
    for text in ("1" * 5000, "一" * 5000, "1、" * 2500, "1,000" * 1000, "百分之" * 1500, "1 000" * 1000, "万" * 5000):
        find_quantities(text)
    assert time.process_time() - started < 2
