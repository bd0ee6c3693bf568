"""Slips weighed by what the index holds: taken for words that it holds beside the same neighbours, and for nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from indexer.search.alike import Vocabulary, heard, seen
from indexer.search.query import understand
from indexer.search.spelling import corrections


@dataclass
class Index:
    """An index of `size` records that holds `terms`, so many times each."""

    terms: dict[str, int] = field(default_factory=dict)
    size: int = 1000

    def times(self, term):
        return self.terms.get(term, 0)

    def alike(self, typed):
        return Vocabulary(self.terms).alike(typed)


HELD = Index({"加工": 300, "品加": 9, "工补": 4, "补贴": 200, "装修": 5, "修奖": 3, "新场": 3, "面装": 3, "台补": 3})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("水产品家工补贴", "水产品加工补贴"),
        ("门面庄修奖励", "门面装修奖励"),
        ("展台步帖", "展台补贴"),
    ],
)
def test_what_the_index_never_held_is_taken_for_what_it_holds(typed, meant):
    assert understand(typed).suggestion is None
    assert understand(typed, HELD).suggestion == meant


@pytest.mark.parametrize(
    "typed",
    [
        "新厂要开工",  # 新场 stands in the index, but is no common word
        "海鲜家工补贴",  # 鲜加 stands nowhere
        "水产品加工补贴",
        "关于水产品的家工补贴一共有多少钱可以拿",  # too much beside it to be sure
    ],
)
def test_what_speaks_against_it_leaves_a_query_as_it_is(typed):
    assert corrections(typed, HELD) == ()


def test_what_the_index_holds_often_enough_is_no_slip():
    assert corrections("水产品家工补贴", Index(HELD.terms | {"家工": 20})) == ()


def test_words_with_other_words_of_the_same_sound_come_back_whole():
    words = Vocabulary(["企业", "器业", "叶企", "ab", "企"])
    assert words.alike("企叶") == {"企业"}
    assert words.alike("企业") == set()


def test_keys_are_as_long_as_the_text_and_fold_what_is_mixed_up():
    assert heard("张三") == heard("臧山") == heard("脏伞")
    assert heard("林") == heard("零") != heard("年")
    assert seen("贷款") == seen("货款")
    assert len(heard("R&D 加计扣除")) == len("R&D 加计扣除")
