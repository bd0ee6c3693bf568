"""Regions: the tree is read off the codes, names come from the table."""

from __future__ import annotations

import csv
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.codes import regions

ROWS = list(csv.DictReader(files("corpus.codes").joinpath("regions.csv").read_text("utf-8").splitlines()))
CODES = st.from_regex(r"[1-8][1-9](00|[0-9]{2})(00|[0-9]{2})", fullmatch=True)


@pytest.mark.parametrize(
    ("outer", "inner", "holds"),
    [
        ("410000", "419001", True),
        ("410000", "410000", True),
        ("410300", "410308", True),
        ("410300", "419001", False),
        ("419001", "410000", False),
        ("419001", "419002", False),
        ("419000", "419001", True),
        ("411000", "411100", False),
        ("410000", "419999", True),
        ("000000", "419001", True),
        ("100000", "419001", True),
        ("000000", "100000", True),
        ("100000", "000000", True),
        ("410000", "100000", False),
        ("100000", "100000", True),
    ],
)
def test_contains(outer, inner, holds):
    assert regions.contains(outer, inner) is holds


@given(CODES, CODES)
def test_contains_and_ancestors_say_the_same(outer, inner):
    assert regions.contains(outer, inner) == (outer == inner or outer in regions.ancestors(inner))


@given(CODES, CODES, CODES)
def test_contains_is_an_order(a, b, c):
    assert regions.contains(a, a)
    assert not (regions.contains(a, b) and regions.contains(b, a)) or a == b
    assert not (regions.contains(a, b) and regions.contains(b, c)) or regions.contains(a, c)


def test_names():
    assert regions.name("419001") == "济源市"
    assert regions.full_name("419001") == "河南省济源市"
    assert regions.full_name("110105") == "北京市朝阳区"
    assert regions.full_name("410308") == "河南省洛阳市孟津区"
    assert regions.full_name("100000") == "全国"
    assert regions.name("999999") == regions.full_name("999999") == "999999"
    assert regions.known("419001")
    assert not regions.known("419999")


def test_children_are_what_one_can_be_registered_in():
    assert "419001" in regions.children("410000")
    assert "419000" not in regions.children("410000")
    assert regions.children("419001") == ()
    assert "110105" in regions.children("110000")
    assert len(regions.children("100000")) == 34
    assert "410322" not in regions.children("410300")  # 孟津县 is no more


def test_an_abolished_code_leads_to_what_it_became():
    assert regions.current("410322") == "410308"
    assert regions.current("419001") == "419001"
    assert regions.current("999999") == "999999"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("在济源示范区范围内注册", [("419001", "济源示范区")]),
        ("济源产城融合示范区管理委员会", [("419001", "济源产城融合示范区")]),
        ("河南省济源市", [("419001", "河南省济源市")]),
        ("北京市朝阳区", [("110105", "北京市朝阳区")]),
        ("北京朝阳区的企业", [("110105", "北京朝阳区")]),
        ("上海市和浙江省", [("310000", "上海市"), ("330000", "浙江省")]),
        ("郑州、洛阳两市", [("410100", "郑州"), ("410300", "洛阳")]),
        ("河南省洛阳市孟津县", [("410308", "河南省洛阳市孟津县")]),
        ("孟津县", [("410308", "孟津县")]),
        ("内蒙古自治区呼和浩特市", [("150100", "内蒙古自治区呼和浩特市")]),
        ("广西企业", [("450000", "广西")]),
        ("吉林省吉林市", [("220200", "吉林省吉林市")]),
        ("阳泉市城区", [("140302", "阳泉市城区")]),
        ("上海南站", [("310000", "上海")]),
        # a name that several bear, or an everyday word, says nothing by itself
        ("鼓楼区", []),
        ("朝阳产业", []),
        ("长治久安", []),
        ("各市和县（市、区）", []),
        ("管理县级公立医院", []),
        ("老城区改造", []),
        ("城区和郊区", []),
        ("延长春节假期", []),
        ("医保定点机构", []),
        ("革命根据地、解放区", []),
        ("焦作市解放区", [("410802", "焦作市解放区")]),
        ("南京西路辖区", []),
        ("上海长宁区江苏路街道", [("310105", "上海长宁区")]),
        ("会同县级以上部门", []),
        ("", []),
        ("市", []),
    ],
)
def test_find(text, want):
    assert [(match.code, text[match.start : match.end]) for match in regions.find(text)] == want


def test_where_a_text_comes_from_tells_which_of_several_is_meant():
    assert [match.code for match in regions.find("鼓楼区的企业", within="410000")] == ["410204"]
    assert regions.find("鼓楼区的企业", within="440000") == ()


def test_search():
    assert regions.search("济源") == ("419001",)
    assert regions.search("济源示范区") == ("419001",)
    assert regions.search("4190") == ("419001",)
    assert regions.search("河南")[0] == "410000"
    assert regions.search("孟津") == ("410308",)
    assert len(regions.search("区", limit=5)) == 5
    assert regions.search(" ") == regions.search("没有这个地方") == ()


# ---------------------------------------------------------------- the table


def test_every_row_has_its_place():
    codes = {row["code"] for row in ROWS}
    assert len(codes) == len(ROWS) > 3300
    for row in ROWS:
        assert set(regions.ancestors(row["code"])) <= codes, row
        assert row["kind"] in ("", "virtual", "statistical", "former"), row
        assert (row["kind"] == "former") == bool(row["successor"]), row
        if row["successor"]:
            assert row["successor"] in codes
            assert regions.current(regions.current(row["code"])) == row["successor"]


def test_aliases_are_of_one_region_only():
    words = Counter(word for row in ROWS for word in row["aliases"].split("|") if word)
    names = {row["name"] for row in ROWS}
    assert all(count == 1 for count in words.values())
    assert not names & words.keys()


def test_words_that_look_like_names_still_concern_names_there_are():
    words = regions._words()
    names = {row["name"] for row in ROWS}
    assert set(words["everyday"]) <= names
    assert all(f"{word}市" in names for word in words["not_short"])
    spelled = {word for group in regions._spellings().values() for word, codes in group.items() if codes}
    for word in words["around"]:
        assert any(word[i:j] in spelled for i in range(len(word)) for j in range(i + 2, len(word) + 1)), word
