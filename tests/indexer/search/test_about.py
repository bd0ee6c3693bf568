"""Whom a policy is for, in which trades, and how much it gives at most."""

from __future__ import annotations

import pytest

from corpus.benefits import parse_benefit
from corpus.model import Measure, Policy
from corpus.rules import parse_rule
from indexer.search.about import audiences, most, sections, trades


def measure(rule=None, benefit=None, **given) -> Measure:
    return Measure("m", "奖励", parse_rule(rule or {"all": []}), parse_benefit(benefit) if benefit else None, **given)


@pytest.mark.parametrize(
    ("kind", "amount", "sum_"),
    [
        ("one_off_grant", {"fixed": 200_000}, 200_000),
        ("proportional_grant", {"rate": 0.1, "of": "rd_spend", "cap": 1_000_000}, 1_000_000),
        ("proportional_grant", {"rate": 0.1, "of": "rd_spend"}, None),
        ("per_head_grant", {"each": 1000, "of": "new_hires"}, None),
        ("tax_cut", {"cut": 0.5, "of": "tax:房产税"}, None),
        ("one_off_grant", {"text": "最高50万元"}, 500_000),
        ("loan", {"text": "贷款额度最高3000万元"}, None),
        (
            "one_off_grant",
            {
                "tiers": [
                    {"when": {"field": "revenue", "op": "ge", "value": 2e8}, "amount": {"fixed": 300_000}},
                    {"when": {"field": "revenue", "op": "ge", "value": 1e8}, "amount": {"fixed": 100_000}},
                ]
            },
            300_000,
        ),
    ],
)
def test_the_most_that_one_can_get(kind, amount, sum_):
    assert most(measure(benefit={"kind": kind, "amount": amount})) == sum_


def test_a_ceiling_of_the_whole_fund_bounds_no_single_enterprise():
    benefit = {"kind": "service", "caps": [{"per": "total", "amount": 9e7}, {"per": "year", "amount": 5e5}]}
    assert most(measure(benefit=benefit)) == 5e5
    assert most(measure(benefit=benefit, review="rejected")) is None


def test_whom_it_is_for_is_what_its_rules_ask_for_and_not_what_they_refuse():
    rule = {
        "all": [
            {"field": "size_class", "op": "le", "value": "medium"},
            {
                "any": [
                    {"field": "qualification", "op": "has", "value": "高企"},
                    {"field": "legal_form", "op": "is", "value": "个体工商户"},
                ]
            },
            {"field": "qualification", "op": "lacks", "value": "瞪羚企业"},
            {"not": {"field": "industry", "op": "within", "value": ["K"]}},
            {"field": "industry", "op": "within", "value": ["C", "65"]},
        ]
    }
    policy = Policy("p", "奖励办法", measures=(measure(rule),))
    assert audiences(policy) == ("中小企业", "个体工商户", "高新技术企业")
    assert trades(policy) == ("65", "C")
    assert sections(trades(policy)) == ("I", "C")
    assert audiences(Policy("q", "办法", measures=(measure(rule, review="rejected"),))) == ()
