"""The words of measure: each is read as itself, and heads of tables are understood."""

from __future__ import annotations

import pytest

from corpus.quantity import parse_quantity
from corpus.units import table, unit_of


@pytest.mark.parametrize(
    ("word", "want"), [("万元", ("yuan", 1e4)), ("元", ("yuan", 1)), ("亿元", ("yuan", 1e8)), ("%", ("fraction", 0.01)),
                       ("万人", ("person", 1e4)), ("万", None), ("企业", None), ("", None)]
)  # fmt: skip
def test_the_heads_of_tables(word, want):
    assert unit_of(word) == want


def test_every_unit_word_is_read_as_itself():
    for word, (unit, factor) in table().items():
        quantity = parse_quantity(f"8{word}")
        assert quantity is not None, word
        assert quantity.word == word
        expected = 8.5 if word.startswith("个半") else 8
        assert quantity.value == pytest.approx(expected * float(factor)), word
        assert ("points" if quantity.points else quantity.unit) == unit, word
