"""Chinese numerals: worked cases (cases/numerals.yaml), and every number written out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpus.quantity import parse_chinese_number

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "numerals.yaml").read_text("utf-8"))
DIGITS = "零一二三四五六七八九"


def written(number: int) -> str:
    """`number` in Chinese numerals, the long way: 10 is 一十."""
    for place, word in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= place:
            head, rest = divmod(number, place)
            gap = "零" if rest and rest < place // 10 else ""
            return written(head) + word + gap + (written(rest) if rest else "")
    return DIGITS[number]


@given(st.integers(0, 10**12 - 1))
def test_every_written_number_is_read(number):
    assert parse_chinese_number(written(number)) == number


@pytest.mark.parametrize(("text", "want"), CASES.items())
def test_chinese_numerals(text, want):
    assert parse_chinese_number(text) == want
