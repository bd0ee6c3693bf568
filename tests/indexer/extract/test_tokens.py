"""Figures and their bounds."""

from pathlib import Path

import pytest
import yaml

from indexer.extract.titles import tag
from indexer.extract.tokens import SYMBOLS, find_figures, pattern

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "bounds.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_bound(text: str, expected: list) -> None:
    (figure,) = find_figures(text)
    assert [figure.kind, figure.low, figure.value, figure.bound] == expected
    assert figure.text == text


def test_a_symbol_stands_for_the_words_and_gives_them_back() -> None:
    tagged = tag("营业收入不低于2000万元的高新技术企业")
    assert tagged.text == f"营业收入{SYMBOLS['money']}的{SYMBOLS['title']}"
    assert tagged.words(4, 5) == "不低于2000万元"
    assert tagged.words(0, len(tagged.text)) == "营业收入不低于2000万元的高新技术企业"


def test_patterns_name_symbols() -> None:
    assert pattern("收入<money>").search(tag("营业收入2000万元").text)
    assert pattern("(?P<money><money>)").groupindex == {"money": 1}
