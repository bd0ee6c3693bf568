"""Benefits: every form of an amount reads back, and what is wrong is refused where it stands."""

import pytest
from hypothesis import given

from corpus.benefits import BASES, CAP_UNITS, KINDS, dump_amount, dump_benefit, parse_amount, parse_benefit
from corpus.errors import InputError
from corpus.model import All, Benefit, Cap, Cut, Each, Fixed, Rate, Tier, Tiers, Words
from tests.strategies import amounts, benefits


@given(benefits())
def test_a_benefit_reads_back_as_it_was_written(benefit):
    assert parse_benefit(dump_benefit(benefit)) == benefit


@given(amounts())
def test_an_amount_reads_back_as_it_was_written(amount):
    assert parse_amount(dump_amount(amount)) == amount


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ({"fixed": 200000}, Fixed(200000.0)),
        ({"rate": 0.05, "of": "equipment_spend"}, Rate(0.05, 0.05, "equipment_spend")),
        ({"rate": [0.1, 0.3], "of": "manual:合同金额", "cap": 5000000}, Rate(0.1, 0.3, "manual:合同金额", cap=5e6)),
        (
            {"rate": 0.1, "of": "revenue", "floor": 1, "above": 2, "up_to": 3, "cap": None},
            Rate(0.1, 0.1, "revenue", floor=1.0, above=2.0, up_to=3.0),
        ),
        ({"each": 1000, "of": "new_hires", "cap": 50000}, Each(1000.0, "new_hires", 50000.0)),
        ({"cut": 1, "of": "tax:房产税"}, Cut(1.0, "tax:房产税")),
        ({"rate": 0.5, "of": "measure:m-1"}, Rate(0.5, 0.5, "measure:m-1")),
        ({"rate": 1.2, "of": "parameter:最低工资"}, Rate(1.2, 1.2, "parameter:最低工资")),
        (
            {"rate": 0.7, "of": "parameter:最低工资", "times": "new_hires"},
            Rate(0.7, 0.7, "parameter:最低工资", times="new_hires"),
        ),
        (
            {"tiers": [{"when": {"all": []}, "amount": {"fixed": 1}}], "pick": "sum"},
            Tiers((Tier(All(), Fixed(1.0)),), "sum"),
        ),
        ({"rate": 6, "of": "parameter:最低工资"}, Rate(6.0, 6.0, "parameter:最低工资")),
        ({"text": "按有关规定执行"}, Words("按有关规定执行")),
        (
            {"tiers": [{"when": {"all": []}, "amount": {"fixed": 1}}], "pick": "highest"},
            Tiers((Tier(All(), Fixed(1.0)),), "highest"),
        ),
        ({"tiers": [{"when": {"all": []}, "amount": {"fixed": 1}}]}, Tiers((Tier(All(), Fixed(1.0)),), "first")),
    ],
)
def test_every_form_of_an_amount(written, amount):
    assert parse_amount(written) == amount


def test_the_example_of_the_domain():
    written = {
        "kind": "proportional_grant",
        "amount": {"rate": 0.05, "of": "equipment_spend", "cap": 5000000},
        "frequency": "once",
        "stacking": "就高不重复:设备投入",
    }
    benefit = parse_benefit(written)
    assert benefit == Benefit(
        "proportional_grant",
        Rate(0.05, 0.05, "equipment_spend", cap=5e6),
        frequency="once",
        stacking="就高不重复:设备投入",
    )
    assert dump_benefit(benefit) == written


def test_a_ceiling_may_be_shared_by_several_measures():
    written = {"kind": "one_off_grant", "caps": [{"per": "year", "amount": 5000000, "group": "本办法各项奖励"}]}
    benefit = parse_benefit(written)
    assert benefit.caps == (Cap("year", 5e6, "本办法各项奖励"),)
    assert dump_benefit(benefit) == written
    for per in ("project", "principal"):
        with pytest.raises(InputError, match="共同封顶"):
            parse_benefit({"kind": "one_off_grant", "caps": [{"per": per, "amount": 1, "group": "甲"}]})


def test_caps_and_years_are_the_same_inside_the_amount_and_beside_it():
    spread = {"caps": [{"per": "year", "amount": 10}], "for": {"months": 24}, "by_year": [0.5, 0.3]}
    beside = parse_benefit({"kind": "refund", "amount": {"fixed": 1}, **spread})
    assert parse_benefit({"kind": "refund", "amount": {"fixed": 1, **spread}}) == beside
    assert (beside.caps, beside.months, beside.by_year) == ((Cap("year", 10.0),), 24, (0.5, 0.3))


def test_kinds_caps_and_bases_have_chinese_words():
    for words in (KINDS, CAP_UNITS, BASES):
        assert all(words.values())
        assert len(set(words.values())) == len(words)
    assert " ".join(KINDS) == (
        "one_off_grant proportional_grant tax_rate tax_cut extra_deduction refund interest_subsidy guarantee_subsidy "
        "premium_subsidy per_head_grant rent_cut land_or_energy loan fee_cut deferral procurement_preference equity title "
        "service"
    )


REFUSED = [
    ({"kind": "one_of_grant"}, ["benefit.kind", "one_of_grant", '最接近的是 "one_off_grant"']),
    ({"kind": ["title"]}, ["benefit.kind", "应为one_off_grant"]),
    ({}, ["benefit.kind", "None"]),
    ("200000", ["benefit", "200000", "一个对象"]),
    ({"kind": "title", "ammount": {}}, ["benefit.ammount", "不认识的键", '最接近的是 "amount"']),
    ({"kind": "title", "amount": {"fixed": 1, "rate": 0.1}}, ["benefit.amount", "fixed、rate", "恰好一个"]),
    ({"kind": "title", "amount": {}}, ["benefit.amount", "空对象", "恰好一个"]),
    ({"kind": "title", "amount": 200000}, ["benefit.amount", "200000", "一个对象"]),
    ({"kind": "title", "amount": {"fixed": "20万元"}}, ["benefit.amount.fixed", "20万元", "以元为单位的数"]),
    ({"kind": "title", "amount": {"fixed": -200000}}, ["benefit.amount.fixed", "-200000", "不小于 0"]),
    ({"kind": "title", "amount": {"rate": 5, "of": "revenue"}}, ["amount.rate", "5", "5% 写 0.05，不写 5"]),
    ({"kind": "title", "amount": {"rate": -0.1, "of": "revenue"}}, ["amount.rate", "-0.1"]),
    ({"kind": "title", "amount": {"fixed": True}}, ["benefit.amount.fixed", "True", "以元为单位的数"]),
    ({"kind": "title", "amount": {"fixed": float("nan")}}, ["benefit.amount.fixed", "nan"]),
    ({"kind": "title", "amount": {"fixed": 10**400}}, ["benefit.amount.fixed", "以元为单位的数"]),
    ({"kind": "title", "amount": {"fixed": 1, "cap": 2}}, ["benefit.amount.cap", "不认识的键", "fixed"]),
    ({"kind": "title", "amount": {"rate": 0.1}}, ["benefit.amount.of", "None", "指标名"]),
    ({"kind": "title", "amount": {"rate": 0.1, "of": "equipment"}}, ["amount.of", '最接近的是 "equipment_spend"']),
    ({"kind": "title", "amount": {"rate": 0.1, "of": "设备投资"}}, ["amount.of", '指标名是 "equipment_spend"']),
    ({"kind": "title", "amount": {"rate": 0.1, "of": "manual:"}}, ["amount.of", "manual:需企业填报的基数"]),
    ({"kind": "title", "amount": {"rate": 0.1, "of": "revenue", "cap": "5万"}}, ["amount.cap", "5万", "以元为单位"]),
    ({"kind": "title", "amount": {"rate": "5%", "of": "revenue"}}, ["amount.rate", "5%", "5% 写 0.05"]),
    ({"kind": "title", "amount": {"rate": [0.3, 0.1], "of": "revenue"}}, ["amount.rate", "[0.3, 0.1]", "[低, 高]"]),
    ({"kind": "title", "amount": {"rate": [0.3], "of": "revenue"}}, ["amount.rate", "[低, 高]"]),
    ({"kind": "title", "amount": {"cut": 50, "of": "tax:增值税"}}, ["amount.cut", "50", "减半写 0.5"]),
    ({"kind": "title", "amount": {"text": None}}, ["amount.text", "缺少"]),
    ({"kind": "title", "amount": {"tiers": []}}, ["amount.tiers", "不空的列表"]),
    ({"kind": "title", "amount": {"tiers": [{"when": {"all": []}}]}}, ["amount.tiers[0]", '"amount": 金额']),
    (
        {"kind": "title", "amount": {"tiers": [{"when": {"field": "revenu", "op": "ge", "value": 1}, "amount": {}}]}},
        ["amount.tiers[0].when.field", '最接近的是 "revenue"'],
    ),
    (
        {"kind": "title", "amount": {"tiers": [{"when": {"all": []}, "amount": {"fixed": 1}}], "pick": "best"}},
        ["amount.pick", "best", "first、highest、sum"],
    ),
    ({"kind": "title", "caps": [{"per": "month", "amount": 1}]}, ["benefit.caps[0]", "month", "enterprise"]),
    ({"kind": "title", "caps": [{"per": ["year"], "amount": 1}]}, ["benefit.caps[0]"]),
    ({"kind": "title", "caps": [{"per": "year"}]}, ["benefit.caps[0].amount", "None"]),
    ({"kind": "title", "caps": 3}, ["benefit.caps", "列表"]),
    ({"kind": "title", "for": 24}, ["benefit.for", '{"months": 月数}']),
    ({"kind": "title", "for": {"months": 0}}, ["benefit.for"]),
    ({"kind": "title", "by_year": ["50%"]}, ["benefit.by_year", "50%", "逐年比例"]),
    ({"kind": "title", "frequency": 1}, ["benefit.frequency", "1", "文字"]),
]


@pytest.mark.parametrize(("data", "says"), REFUSED, ids=[says[0] + str(i) for i, (_, says) in enumerate(REFUSED)])
def test_what_is_wrong_is_refused_where_it_stands(data, says):
    with pytest.raises(InputError) as refused:
        parse_benefit(data)
    assert [word for word in says if word not in str(refused.value)] == []
