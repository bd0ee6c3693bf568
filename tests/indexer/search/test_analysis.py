"""Words, their positions, the words inside words; and that both cutters cut alike."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.search import analysis, lexicon
from indexer.search.analysis import cut, fold, parts, pieces, places, terms
from indexer.search.gather import Pieces

SENTENCES = (
    "对首次认定的高新技术企业，给予20万元一次性奖励。",
    "参保企业上年度未裁员的，按60%返还失业保险费；30人（含）以下的，裁员率不高于20%。",
    "首台（套）重大技术装备投保综合险，按保费的80%补贴，最高ＲＭＢ３００万元。",
    "揭榜挂帅、免申即享、就高不重复，专精特新小巨人企业优先。",
    "财政部 税务总局公告2023年第12号",
    "无人机、eVTOL等低空经济装备研发费用加计扣除",
)


def test_words_stand_where_they_stand():
    text = "对首次认定的高新技术企业，给予奖励。"
    for word in cut(text):
        assert fold(text)[word.start : word.end] == word.text
    assert "高新技术企业" in [word.text for word in cut(text)]
    assert "，" not in [word.text for word in cut(text)]


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_fold_keeps_every_place_and_cutting_loses_nothing_that_is_a_word(text):
    assert len(fold(text)) == len(text)
    found = list(cut(text))
    assert all(fold(text)[word.start : word.end] == word.text for word in found)
    assert [word.start for word in found] == sorted(word.start for word in found)


def test_full_width_and_capitals_are_one_word_with_the_others():
    assert terms("ＭＥＳ系统") == terms("mes系统")


def test_parts_are_the_dictionary_words_inside():
    assert {"高新", "技术", "企业", "高新技术"} <= set(parts("高新技术企业"))
    assert parts("企业") == ()
    assert parts("abcdef") == ()
    assert parts("字" * 100) == ()


def gathered(texts):
    """(text, position, term) of all that is placed, and of all that is ranked."""
    numbers = Pieces()
    streams = numbers.streams(array("i", [number for text in texts for number in numbers.numbered(pieces(text))]))
    names = list(numbers.terms)
    return [
        [
            (text, position, names[term])
            for text, position, term in zip(s.texts.tolist(), s.positions.tolist(), s.terms.tolist(), strict=True)
        ]
        for s in streams
    ]


def test_positions_count_words_and_parts_stand_at_their_word():
    placed, _ = gathered(["研发费用加计扣除"])
    at = {term: position for _, position, term in placed}
    assert at["研发费用"] == at["研发"] == 0
    assert at["加计扣除"] == at["扣除"] == 1


def test_ranking_leaves_out_function_words_and_takes_in_pairs():
    ranked = terms("支持企业的发展")
    assert "的" not in ranked
    assert "持企" in ranked
    assert all(place.pair == "" for place in places("支持，发展"))


def test_a_name_that_the_dictionary_lacks_is_found_by_its_pairs():
    assert "溪岚" in [term for _, _, term in gathered(["溪岚公司"])[0]]


def test_both_cutters_cut_alike():
    fast = analysis.rjieba_cutter()
    if fast is None:
        pytest.skip("没有安装 rjieba")
    plain = analysis.jieba_cutter()
    texts = [
        *SENTENCES,
        *lexicon.words(),
        *(word for entry in lexicon.expansions() for word in (entry.says, *entry.means)),
    ]
    for text in texts:
        folded = fold(text)
        assert list(fast.cut(folded)) == list(plain.cut(folded)), text
    for word in lexicon.words():
        assert fast.known(word)
        assert plain.known(word)


@pytest.mark.shared
def test_both_cutters_cut_real_policies_alike(shared):
    fast = analysis.rjieba_cutter()
    if fast is None:
        pytest.skip("没有安装 rjieba")
    plain = analysis.jieba_cutter()
    with (shared / "data" / "policies" / "policies.jsonl").open(encoding="utf-8") as lines:
        for line, _ in zip(lines, range(40), strict=False):
            text = fold(line[:20_000])
            assert list(fast.cut(text)) == list(plain.cut(text))


@given(st.lists(st.text(alphabet="高新技术企业的奖励溪岚公司ab1，。 ", max_size=40), max_size=4))
def test_what_is_gathered_of_many_texts_is_what_stands_in_the_places_of_each(texts):
    placed, ranked = gathered(texts)
    expected_placed, expected_ranked = [], []
    for number, text in enumerate(texts):
        for place in places(text):
            expected_placed += [(number, place.at, term) for term in (place.word.text, *place.parts)]
            expected_placed += [(number, place.at, place.pair)] if place.pair and place.lone else []
        expected_ranked += [(number, term) for term in terms(text)]
    assert sorted(placed) == sorted(expected_placed)
    assert sorted((text, term) for text, _, term in ranked) == sorted(expected_ranked)
