"""The lexicon as data: complete, without contradictions; and what is found in what people say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from indexer.search import lexicon
from indexer.search.query import TIED_SHARE, tied, understand, weigh
from indexer.search.spelling import corrections


def test_there_are_enough_entries_and_each_is_whole():
    entries = lexicon.expansions()
    assert len(entries) >= 1500
    for entry in entries:
        assert entry.kind in lexicon.KINDS, entry
        assert 0 < entry.weight <= 1, entry
        assert entry.says, entry
        assert entry.says == entry.says.lower(), entry
        assert all(entry.means), entry


def test_nothing_is_said_twice_of_the_same_word_on_one_line():
    twice = [key for key, count in Counter((e.says, e.means) for e in lexicon.expansions()).items() if count > 1]
    assert twice == []


def test_words_and_shapes_are_clean():
    assert len(set(lexicon.words())) == len(lexicon.words())
    assert all(2 <= len(word) <= 16 for word in lexicon.words())
    assert all(len(group) >= 2 for group in lexicon.shapes())
    seen = Counter(char for group in lexicon.shapes() for char in group)
    assert [char for char, count in seen.items() if count > 1] == []


@pytest.mark.parametrize(
    ("query", "official"),
    [
        ("招不到工人", "吸纳就业"),
        ("厂房租金太高", "减免"),
        ("今年招了好多人都招不够人", "招聘"),
        ("电费太贵了怎么办", "电价"),
        ("小升规", "首次升规"),
        ("银行不给贷款", "融资担保"),
        ("高企", "高新技术企业"),
        ("残保金", "残疾人就业保障金"),
        ("想买机器", "技术改造"),
        ("货款收不回来", "拖欠"),
    ],
)
def test_what_people_say_brings_the_official_word(query, official):
    assert official in understand(query).words


def test_a_lay_word_leads_to_the_official_one_and_not_back():
    assert "招不到工人" not in understand("吸纳就业").words
    assert not any(entry.says == "招不到工人" for entry in understand("吸纳就业补贴").expansions)


def test_an_entry_counts_less_the_more_was_said_beside_it():
    alone = understand("房租").words["减免"]
    beside = understand("某市文化旅游发展委员会关于民宿房租的统计口径").words["减免"]
    assert beside < alone / 2


@pytest.mark.parametrize(
    ("query", "official"),
    [
        ("这个月工资又发不出来了", "稳岗返还"),
        ("房东死活不降租", "减免"),
        ("快递实在是贵", "物流"),
        ("货都卖不出去", "开拓市场"),
        ("环评办了半年太慢", "排污许可"),
        ("rnd", "研发费用"),
        ("R&D投入", "研发费用"),
    ],
)
def test_words_between_do_not_hide_what_owners_say(query, official):
    assert official in understand(query).words


def test_a_latin_word_is_not_found_inside_another():
    assert not any(hit.entry.says == "ai" for hit in lexicon.find("email"))
    assert any(hit.entry.says == "ai" for hit in lexicon.find("我们有ai项目"))


def test_where_lay_words_are_most_of_a_query_its_own_words_count_less():
    alone, beside = understand("没抵押银行不肯借钱").words, understand("银行网点的分布和营业时间，没抵押").words
    assert alone["银行"] < beside["银行"]


def test_longer_entries_hide_the_shorter_inside_them():
    found = {hit.entry.says for hit in lexicon.find("厂房租金太高")}
    assert "厂房租金太高" in found
    assert "房租" not in found


@pytest.mark.parametrize(
    ("typed", "meant", "how"),
    [
        ("高薪技术企业", "高新技术企业", "音近"),
        ("稳刚返还", "稳岗返还", "音近"),
        ("专特精新", "专精特新", "颠倒"),
        ("加记扣除", "加计扣除", "音近"),
        ("标准化广房", "标准化厂房", "形近"),
        ("高新技企业", "高新技术企业", "漏字"),
        ("高新技技术企业", "高新技术企业", "多字"),
    ],
)
def test_slips_are_understood_and_said(typed, meant, how):
    found = corrections(typed + "的政策")
    assert [(slip.meant, slip.how) for slip in found][:1] == [(meant, how)]
    understood = understand(typed)
    assert understood.suggestion == meant
    assert understood.words[meant] > 0.5


@pytest.mark.parametrize(
    "query",
    [
        "高新技术企业奖励",
        "稳岗返还",
        "专精特新",
        "企业所得税优惠",
        "本市中小微企业租金减免",
        "公示期间的权利",
        "个体工商户",
    ],
)
def test_what_is_right_is_not_corrected(query):
    assert understand(query).suggestion is None


def test_sounds_are_those_of_pypinyin():
    from pypinyin import lazy_pinyin

    sounds = lexicon.sounds()
    assert len(sounds) > 6000
    assert [char for char, sound in sounds.items() if lazy_pinyin(char)[0] != sound] == []


def test_associations_are_few_for_each_word_and_never_its_own_characters_alone():
    table = lexicon.associations()
    assert len(table) > 500
    for word, called in table.items():
        assert 0 < len(called) <= 12
        assert all(strength > 0 and len(term) > 1 for term, strength in called.items()), word


def _beyond_what_was_said(query):
    """The words of a query that neither it nor an entry of the lexicon holds."""
    found = understand(query)
    official = [word for entry in found.expansions for word in entry.means]
    return found.words.keys() - {term for said in (query, *official) for term in weigh(said)}


def test_a_question_calls_up_words_of_answers_and_keywords_do_not():
    assert _beyond_what_was_said("试用期内被单位辞退了可以要求赔偿吗")
    assert not _beyond_what_was_said("试用期")


def test_who_says_the_official_word_keeps_what_was_typed():
    """高新…奖 is everyday words for what this query says officially: its own words are not counted for less."""
    words = understand("高新技术企业 奖励").words
    assert words["高新技术企业"] == words["奖励"] == 1.0
    assert 0 < words["首次"] < 0.5
    assert understand("搞高新有什么奖").words["高新技术企业"] > 0.5


def test_what_lay_words_say_calls_up_nothing_more():
    assert not _beyond_what_was_said("厂房租金太高租不起了")


def test_what_a_person_refused_is_tied_to_nothing():
    table = lexicon.associations()
    lines = (Path(__file__).parents[3] / "benchmarks" / "data" / "associations_refused.txt").read_text(encoding="utf-8")
    refused = {word for line in lines.splitlines() if not line.startswith("#") for word in line.split()}
    assert len(refused) > 300
    assert not refused & {*table, *(term for called in table.values() for term in called)}


def test_what_is_called_up_is_a_fixed_share_of_what_called():
    words = weigh("试用期内被单位辞退了可以要求赔偿吗")
    called = tied(words)
    assert called
    calling = sum(weight for word, weight in words.items() if word in lexicon.associations())
    assert sum(called.values()) == pytest.approx(TIED_SHARE * calling)
    assert 0 < calling < sum(words.values())
    assert tied({"没有这个词": 1.0}) == {}
