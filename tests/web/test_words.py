"""Amounts, terms and rules in the words of the page."""

from __future__ import annotations

import re
from datetime import date

import pytest

from corpus.benefits import parse_benefit
from corpus.catalogue import read_policies
from corpus.model import Cap, Policy, Window
from corpus.rules import parse_rule
from matcher.bundle import Bundle, Left, Limit
from tests.web.conftest import TODAY
from web.words import (
    benefit_words,
    day,
    had_words,
    limit_words,
    outline,
    rule_words,
    standing,
    term_words,
    window_words,
)

BENEFITS = [
    ({"kind": "one_off_grant", "amount": {"fixed": 2000000}}, "200 万元"),
    ({"kind": "one_off_grant", "amount": {"fixed": 50000}, "frequency": "once"}, "5 万元，一次性"),
    ({"kind": "proportional_grant", "amount": {"rate": 0.05, "of": "rd_spend", "cap": 500000}}, "按研发费用的 5%，最高 50 万元"),
    ({"kind": "proportional_grant", "amount": {"rate": [0.1, 0.3], "of": "manual:合同金额"}}, "按合同金额的 10%—30%"),
    ({"kind": "proportional_grant", "amount": {"rate": 0.1, "of": "equipment_spend", "above": 1000000}}, "按设备投资超过 100 万元的部分的 10%"),
    ({"kind": "per_head_grant", "amount": {"each": 1000, "of": "new_hires", "cap": 50000}}, "新招用人数每人 1000 元，最高 5 万元"),
    ({"kind": "tax_cut", "amount": {"cut": 1, "of": "tax:房产税"}}, "全免房产税"),
    ({"kind": "rent_cut", "amount": {"cut": 0.5, "of": "manual:租金"}, "for": {"months": 24}}, "减免租金的 50%，期限 24 个月"),
    ({"kind": "service", "text": "上门服务"}, "上门服务"),
    ({"kind": "loan"}, "贷款支持"),
    ({"kind": "one_off_grant", "amount": {"text": "最高 10 万元"}, "discretion": "最高"}, "最高 10 万元"),
    ({"kind": "one_off_grant", "amount": {"fixed": 10000}, "discretion": "择优"}, "1 万元（择优）"),
    ({"kind": "one_off_grant", "amount": {"fixed": 1e6}, "caps": [{"per": "year", "amount": 5e6}]}, "100 万元，每年最高 500 万元"),
    (
        {"kind": "one_off_grant", "amount": {"fixed": 1e6}, "caps": [{"per": "year", "amount": 5e6, "group": "本办法"}]},
        "100 万元，每年最高 500 万元（与“本办法”各项合计）",
    ),
    (
        {"kind": "one_off_grant", "amount": {"pick": "highest", "tiers": [
            {"when": {"field": "employees", "op": "ge", "value": 100, "text": "100 人以上"}, "amount": {"fixed": 2e5}},
            {"when": {"all": []}, "amount": {"fixed": 1e5}}]}},
        "分档：100 人以上的，20 万元；全部企业的，10 万元（取最高一档）",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("data", "words"), BENEFITS, ids=lambda value: value if isinstance(value, str) else "")
def test_benefits(data, words):
    assert benefit_words(parse_benefit(data), TODAY).replace("1,000", "1000") == words


def test_everything_bundled_is_said_in_chinese(root):
    paths = sorted((root / "corpus" / "policies").glob("*.measures.yaml"))
    measures = [m for path in paths for policy in read_policies(path).policies for m in policy.measures]
    assert measures
    leaks = {m.id: words for m in measures if re.search(r"[a-z]+_[a-z]+", words := benefit_words(m.benefit, TODAY))}
    assert leaks == {}


@pytest.mark.parametrize(
    ("per", "had", "high", "words"),
    [
        ("year", (0, 0), 7e6, "2 项共用一个封顶，同一年度合计最高 500 万元（不计封顶时：700 万元）"),
        ("total", (1e6, 1e6), None, "2 项共用一个封顶，累计最高 500 万元，已得 100 万元（不计封顶时：700 万元以上）"),
        (
            "enterprise",
            (0, 5e6),
            7e6,
            "2 项共用一个封顶，每家企业合计最高 500 万元，已得多少不全清楚，可能已经用完（不计封顶时：700 万元）",
        ),
    ],
)
def test_a_ceiling_that_several_share(per, had, high, words):
    assert limit_words(Limit(Cap(per, 5e6, "本办法"), ("a", "b"), 7e6, high, had)) == words


def test_no_benefit_has_no_words():
    assert benefit_words(None, TODAY) == ""


@pytest.mark.parametrize(
    ("start", "end", "validity", "words"),
    [
        (date(2023, 1, 1), date(2025, 12, 31), None, "2023年1月1日至2025年12月31日"),
        (date(2023, 1, 1), None, None, "2023年1月1日起"),
        (None, date(2025, 12, 31), None, "至2025年12月31日"),
        (None, None, "长期有效", "长期有效"),
        (None, None, None, "未载明"),
    ],
)
def test_terms(start, end, validity, words):
    assert term_words(Policy("P", "", effective_from=start, expires_on=end, validity=validity)) == words


def test_standing_knows_withdrawal():
    assert standing(Policy("P", ""), TODAY) == "in_force"
    assert standing(Policy("P", "", expires_on=date(2020, 1, 1)), TODAY) == "expired"
    assert standing(Policy("P", "", withdrawn="废止"), TODAY) == "withdrawn"
    assert standing(Policy("P", "", effective_from=date(2030, 1, 1)), TODAY) == "not_yet_in_force"


def test_windows_and_days():
    assert window_words(None) == ""
    assert window_words(Window(end=date(2024, 9, 30))) == "2024年9月30日前"
    assert window_words(Window(date(2024, 5, 1), None, "以通知为准")) == "2024年5月1日起；以通知为准"
    assert day(None) == ""


def test_an_outline_keeps_the_tree():
    rule = parse_rule(
        {"all": [
            {"field": "employees", "op": "ge", "value": 10},
            {"not": {"field": "exclusion", "op": "has", "value": "欠税"}},
            {"at_least": 1, "of": [{"field": "manual", "op": "confirm", "value": "甲"}]},
        ]}
    )  # fmt: skip
    tree = outline(rule, TODAY)
    assert [branch.words for branch in tree.of] == [
        "从业人员（2023年）不低于10 人",
        "不得有以下情形",
        "满足以下至少 1 项",
    ]
    assert tree.of[2].of[0].condition.value == "甲"
    assert outline(parse_rule({"any": []}), TODAY).words == "没有企业能满足"
    assert rule_words(rule, TODAY) == "从业人员（2023年）不低于10 人且非（存在欠税）且甲中至少 1 项"


def test_a_ceiling_that_one_measure_shares_with_what_was_had():
    limit = Limit(Cap("year", 5e6, "本办法"), ("a",), 4e6, 4e6, (3e6, 3e6))
    assert limit_words(limit).startswith("1 项与已享受的共用一个封顶，同一年度合计最高 500 万元，已得 300 万元")


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ((), ""),
        ((Left("a", "组", "b"),), ""),
        ((Left("a", "", "a"),), "已享受的 1 项不再计入"),
        (
            (Left("a", "", "a"), Left("c", "本办法", "a", Cap("year", 5e6, "本办法"))),
            "已享受的 1 项、共用的封顶已经用完的 1 项不再计入",
        ),
    ],
)
def test_what_is_in_no_sum_because_of_what_was_had(left, words):
    assert had_words(Bundle((), 0.0, 0.0, left)) == words
