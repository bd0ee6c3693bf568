"""The dictionaries hold what the grammar can use."""

import re

import pytest

from corpus.benefits import KINDS
from corpus.codes import industries
from corpus.fields import registry
from corpus.rules import HINT_KINDS
from indexer.extract import lexicon
from indexer.extract.hints import hints_of


def test_every_industry_word_has_known_codes() -> None:
    for word, codes in lexicon.load("industries").items():
        assert codes, word
        assert all(industries.known(code) for code in codes), word


def test_every_number_row_names_a_field_and_compiles() -> None:
    for row in lexicon.load("numbers"):
        assert registry()[row["field"]].type == "number"
        re.compile(row["words"])


def test_every_kind_is_a_kind() -> None:
    assert {row["kind"] for row in lexicon.load("kinds")} <= set(KINDS)


@pytest.mark.parametrize(
    ("words", "kind", "need"),
    [
        ("投保短期出口信用保险", "activity", "出海"),
        ("税务师事务所", "subject", "税费"),
        ("择优", "judgement", None),
        ("与供给方签订服务合同", "activity", None),
        ("参加重点境外展会", "activity", "出海"),
        ("以试点地区为主营运基地的航空企业", "subject", None),
        ("绩效考核等次为优秀", "judgement", None),
        ("按规定缴纳社会保险费", "formality", "税费"),
    ],
)
def test_hints(words: str, kind: str, need: str | None) -> None:
    hints = hints_of(words)
    assert (hints.kind, hints.need) == (kind, need)
    assert hints.kind in HINT_KINDS


def test_hints_name_industries() -> None:
    assert hints_of("以试点地区为主营运基地的航空企业").industry == ("56",)
