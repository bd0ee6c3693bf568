"""Industries: the tree is read off the codes, names come from the table."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.codes import industries
from corpus.errors import InputError

ROWS = list(csv.DictReader(files("corpus.codes").joinpath("industries.csv").read_text("utf-8").splitlines()))
CODES = st.one_of(
    st.sampled_from(list(industries.SECTIONS)), st.from_regex(r"(0[1-9]|[1-9][0-9])[0-9]{0,2}", fullmatch=True)
)


@pytest.mark.parametrize(
    ("outer", "inner", "holds"),
    [
        ("C", "3211", True),
        ("C", "32", True),
        ("C", "C", True),
        ("32", "3211", True),
        ("321", "3211", True),
        ("3211", "3211", True),
        ("3211", "321", False),
        ("32", "C", False),
        ("C", "6513", False),
        ("D", "32", False),
        ("33", "3211", False),
        ("C", "3299", True),
        ("C", "9999", False),
        ("A", "0111", True),
    ],
)
def test_contains(outer, inner, holds):
    assert industries.contains(outer, inner) is holds


@given(CODES, CODES)
def test_contains_and_ancestors_say_the_same(outer, inner):
    assert industries.contains(outer, inner) == (outer == inner or outer in industries.ancestors(inner))


@pytest.mark.parametrize(
    ("written", "code"),
    [("C3240", "3240"), ("c", "C"), (" 32 ", "32"), ("３２４０", "3240"), ("3200", "32"), ("3210", "321"), ("3240", "3240"),
     ("0111", "0111"), ("6550", "6550"), ("C32", "32"), ("9910", "991")],
)  # fmt: skip
def test_normalise(written, code):
    assert industries.normalise(written) == code


@pytest.mark.parametrize(
    ("written", "words"),
    [("制造业", "制造业"), ("", "门类字母"), ("3", "3"), ("32405", "32405"), ("A3240", "门类 A"), ("X", "X")],
)
def test_what_is_no_code_is_named(written, words):
    with pytest.raises(InputError, match=words):
        industries.normalise(written)


def test_names_and_sections():
    assert industries.name("3212") == "铅锌冶炼"
    assert industries.section("3212") == "C"
    assert industries.section("C") == "C"
    assert industries.section("99") is None
    assert industries.full_name("3212").startswith("制造业 › ")
    assert industries.full_name("3299") == industries.name("3299") == "3299"
    assert industries.full_name("6010") == "交通运输、仓储和邮政业 › 邮政业 › 邮政基本服务"
    assert not industries.known("3299")


def test_children():
    assert industries.children() == tuple("ABCDEFGHIJKLMNOPQRST")
    assert industries.children("D") == ("44", "45", "46")
    assert industries.children("321")[0] == "3211"
    assert industries.children("3211") == ()
    assert industries.leaves("3212") == ("3212",)
    assert industries.leaves("3299") == ("3299",)
    assert len(industries.leaves("A")) > 50


def test_search():
    assert industries.search("铅锌冶炼") == ("3212",)
    assert industries.search("C")[0] == "C"
    assert industries.search("软件开发")[0] == "651"
    assert "6513" in industries.search("软件")
    assert industries.search("321")[0] == "321"
    assert industries.search("汽车零部件制造") == ("367", "3670")
    assert industries.search("") == industries.search("没有这个行业") == ()


# ---------------------------------------------------------------- the table


def test_every_row_has_its_place():
    codes = {row["code"] for row in ROWS}
    assert len(codes) == len(ROWS)
    for row in ROWS:
        assert set(industries.ancestors(row["code"])) <= codes, row
        assert industries.section(row["code"]) == row["section"], row
    assert [sum(len(code) == n for code in codes) for n in (1, 2, 3)] == [20, 97, 473]
