"""A passage is read the same way every time, and every stretch that was read lies in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.rules import conditions
from indexer.extract import VERSION, extract
from indexer.extract.coverage import coverage

WORDS = [
    "对",
    "企业",
    "给予",
    "奖励",
    "20万元",
    "按",
    "30%",
    "的",
    "，",
    "。",
    "；",
    "、",
    "（一）",
    "首次认定",
    "高新技术企业",
    "小微企业",
    "不超过",
    "年营业收入",
    "以上",
    "分别",
    "国家级",
    "省级",
    "补助",
    "免征",
    "增值税",
    "或",
    "且",
    "除外",
    "贷款",
    "贴息",
    "每人",
]
passages = st.lists(st.sampled_from(WORDS), max_size=30).map("".join)


@given(passages)
def test_anything_is_read_without_failing_and_always_alike(text: str) -> None:
    found = extract(text, region="410100")
    assert found == extract(text, region="410100")
    for reading in found:
        assert 0 <= reading.confidence <= 1
        for span in reading.spans:
            assert 0 <= span.start <= span.end <= len(text)


@given(passages)
def test_coverage_cuts_the_whole_passage(text: str) -> None:
    report = coverage(text, extract(text))
    assert "".join(text[span.start : span.end] for span in report.spans) == text
    assert 0 <= report.share <= 1


@given(st.text(max_size=80))
def test_any_text_at_all_is_read_without_failing(text: str) -> None:
    extract(text)


def test_coverage_shows_what_was_not_understood() -> None:
    text = "对高新技术企业给予20万元奖励。某某另行通知。"
    report = coverage(text, extract(text))
    assert [text[span.start : span.end] for span in report.spans if span.what == "unread"][-1] == "。某某另行通知。"
    assert 0 < report.share < 1


def test_spans_name_what_they_became() -> None:
    text = "对成立不超过3年的小微企业给予5万元补助。（责任单位：市工信局）"
    (reading,) = extract(text)
    assert {span.what: text[span.start : span.end] for span in reading.spans} == {
        "age_years": "成立不超过3年",
        "size_class": "小微企业",
        "benefit": "给予5万元补助",
        "department": "（责任单位：市工信局）",
    }
    assert reading.department == "市工信局"


def test_two_departments_are_nobody_s() -> None:
    (reading,) = extract("对小微企业给予5万元补助。（责任单位：甲局）贷款到期续贷。（责任单位：乙局）")
    assert reading.department is None


@pytest.mark.parametrize(
    "text",
    [
        "到2025年，力争新增规上工业企业100家，给予支持。",
        "鼓励银行对小微企业免收账户管理费。",
        "对获奖的教练员给予5万元奖励。",
        "对省级示范城市给予300万元奖补。",
        "减免部分材料，提高年审效率。",
        "逾期不缴的，处以10万元罚款。",
        "鼓励各区对新增规上企业给予10万元奖励。",
    ],
)
def test_goals_duties_wishes_and_gifts_to_others_are_no_measures(text: str) -> None:
    assert extract(text) == ()


def test_a_list_of_which_one_or_some_must_be_met() -> None:
    one = extract("申报企业应符合以下条件之一：（1）年营业收入500万元以上；（2）从业人员50人以上。")
    (rule,) = [reading.rule for reading in one]
    assert "any" in dict(conditions(rule)).popitem()[0]
    some = extract(
        "申报企业应满足以下条件中的两项：（1）年营业收入500万元以上；（2）从业人员50人以上；（3）成立满2年。"
    )
    assert next(iter(conditions(some[0].rule)))[0].startswith("all[0].of[0]")


def test_who_is_shut_out_is_asked_of_all_that_is_given() -> None:
    found = extract("对小微企业给予5万元补助。列入严重失信主体名单的，不予支持。同一企业就高不重复。")
    assert ("exclusion", "lacks") in [(c.field, c.op) for _, c in conditions(found[0].rule)]
    assert found[0].benefit.stacking.startswith("就高不重复")


def test_the_grammar_has_a_version() -> None:
    assert VERSION


def test_a_condition_keeps_the_words_of_its_clause_where_an_exception_stands_within():
    (reading,) = extract("对在福建省（不含厦门）注册的企业奖励10万元。", region="350000")
    (place, _) = reading.rule.of
    assert place.text == "在福建省（不含厦门）注册的"
