"""Cards: whom they are for and what they ask, by programme."""

import pytest

from corpus.model import Any, Clause, Policy
from corpus.rules import conditions
from indexer.extract import draft_measures
from indexer.extract.atoms import Place
from indexer.extract.cards import asks, card_rules

OFFER = Clause("服务内容1", "1．支持新产品。对新认定的新产品，给予20万元奖励。", heading="服务内容／支持新产品")


def asked(path, text):
    return [(c.field, c.value) for rule in card_rules(Clause(path, text), Place("110000")) for _, c in conditions(rule)]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("服务对象", "audience"),
        ("条件要求2(1)", "conditions"),
        ("申报条件第1款", "conditions"),
        ("服务内容1", None),
        ("三(一)", None),
    ],
)
def test_the_fields_that_ask(path, name):
    assert asks(Clause(path, "…")) == name


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("服务对象", "全市范围", []),
        ("服务对象", "各类企业", []),
        ("服务对象", "国家高新技术企业", [("qualification", "高新技术企业")]),
        ("服务对象", "高新技术企业、高等学校、科研机构", [("manual", "高新技术企业、高等学校、科研机构")]),
        ("条件要求1", "1．上年度营业收入2亿元以下。", [("revenue", 2e8)]),
        ("条件要求", "申报企业应满足以下条件：", []),
        ("条件要求3", "3．申报单位对提供材料的真实性负责。", []),
        ("条件要求1", "1．具有健全的财务制度。", [("manual", "具有健全的财务制度")]),
        (
            "条件要求5",
            "5．独角兽集聚区项目，重点引入独角兽企业。",
            [("manual", "独角兽集聚区项目，重点引入独角兽企业")],
        ),
    ],
)
def test_what_they_ask(path, text, expected):
    assert asked(path, text) == expected


def test_what_a_card_asks_counts_for_all_it_offers():
    clauses = (
        OFFER,
        Clause("服务对象", "国家高新技术企业"),
        Clause("条件要求", "上年度营业收入2亿元以下，研发费用不低于500万元。"),
    )
    (measure,) = draft_measures(Policy("p", "卡片", clauses=clauses))
    assert {c.field for _, c in conditions(measure.rule)} >= {"qualification", "revenue", "rd_spend"}
    assert measure.clauses == ("服务内容1", "服务对象", "条件要求")


def test_each_programme_has_its_own_conditions():
    def part(path, heading, text):
        return Clause(path, text, heading=heading)

    clauses = (
        part("服务内容1", "服务内容／支持建设园区", "1．支持建设园区⏎对运营企业给予100万元补助。"),
        part("服务内容2", "服务内容／支持开展活动", "2．支持开展活动⏎对主办企业给予10万元补助。"),
        part("条件要求1(1)", "条件要求／支持园区建设条件", "（1）年营业收入不低于2亿元。"),
        part("条件要求2(1)", "条件要求／支持开展活动条件", "（1）从业人员不少于20人。"),
    )
    park, event = draft_measures(Policy("p", "卡片", clauses=clauses))
    assert (park.clauses, event.clauses) == (("服务内容1", "条件要求1(1)"), ("服务内容2", "条件要求2(1)"))


def test_numbers_that_are_no_programmes_are_for_everything():
    clauses = (
        OFFER,
        Clause("服务内容2", "2．支持首台套。对首台套产品，给予30万元奖励。", heading="服务内容／支持首台套"),
        Clause("条件要求1", "1．在本市注册。", heading="条件要求"),
        Clause("条件要求2", "2．年营业收入不低于2亿元。", heading="条件要求"),
    )
    for measure in draft_measures(Policy("p", "卡片", region="110000", clauses=clauses)):
        assert measure.clauses[1:] == ("条件要求1", "条件要求2")


@pytest.mark.parametrize(
    "text", ["优先支持高新技术企业。", "小型企业是指营业收入2000万元以下的企业。", "鼓励上市公司申报。"]
)
def test_preferences_and_definitions_ask_nothing(text):
    assert asked("条件要求", text) == []


SORTS = (
    Clause("条件要求1(1)", "（1）年担保额不低于2亿元。", heading="条件要求／申报的担保机构须同时满足以下条件"),
    Clause("条件要求2(1)", "（1）年营业收入不超过2亿元。", heading="条件要求／申报的文化企业须同时满足以下条件"),
)


def test_conditions_of_several_sorts_of_applicants_are_alternatives():
    (measure,) = draft_measures(Policy("p", "卡片", clauses=(OFFER, *SORTS)))
    *_, shared = measure.rule.of
    assert isinstance(shared, Any)
    assert [[c.value for _, c in conditions(rule)] for rule in shared.of] == [
        ["担保机构", "年担保额不低于2亿元"],
        ["文化企业", 2e8],
    ]


def test_an_offer_for_one_sort_has_the_conditions_of_that_sort():
    offer = Clause("服务内容1", "1．担保机构奖励。给予20万元奖励。", heading="服务内容／担保机构奖励")
    (measure,) = draft_measures(Policy("p", "卡片", clauses=(offer, *SORTS)))
    assert measure.clauses == ("服务内容1", "条件要求1(1)")


def test_one_of_what_is_listed():
    clauses = (
        OFFER,
        Clause("条件要求1", "1．属于新材料产业，并满足以下条件之一：", heading="条件要求"),
        Clause("条件要求1(1)", "（1）产品填补空白。", heading="条件要求／产品填补空白"),
        Clause("条件要求1(2)", "（2）年营业收入不低于2亿元。", heading="条件要求／年营业收入不低于2亿元"),
        Clause("条件要求2", "2．项目应为近2年内完成竣工验收。", heading="条件要求／项目应为近2年内完成竣工验收"),
    )
    (measure,) = draft_measures(Policy("p", "卡片", clauses=clauses))
    theme, either, built = measure.rule.of[1:]
    assert (theme.field, built.value) == ("theme", "项目应为近2年内完成竣工验收")
    assert [c.clause for _, c in conditions(either)] == ["条件要求1(1)", "条件要求1(2)"]


def test_the_words_of_a_heading_point_to_its_offer():
    clauses = (
        Clause("服务内容1", "1．对参与信用融资试点的担保机构，给予100万元补偿。", heading="服务内容"),
        Clause("服务内容2", "2．对购买科技保险产品的企业，给予50万元补贴。", heading="服务内容"),
        Clause("条件要求1", "1．企业信用融资试点条件：", heading="条件要求／企业信用融资试点条件"),
        Clause("条件要求1(1)", "（1）年担保额不低于2亿元。", heading="条件要求／企业信用融资试点条件"),
        Clause("条件要求2", "2．企业获得科技保险服务条件：", heading="条件要求／企业获得科技保险服务条件"),
        Clause("条件要求2(1)", "（1）年营业收入不超过2亿元。", heading="条件要求／企业获得科技保险服务条件"),
    )
    one, other = draft_measures(Policy("p", "卡片", clauses=clauses))
    assert (one.clauses[1:], other.clauses[1:]) == (("条件要求1(1)",), ("条件要求2(1)",))


def test_where_no_heading_says_which_offer_a_condition_is_for_a_person_does():
    clauses = (
        OFFER,
        Clause("服务内容2", "2．保险补贴。对科技保险给予保费50%的补贴。", heading="服务内容／保险补贴"),
        Clause("条件要求1(1)", "（1）年营业收入不超过2亿元。", heading="条件要求／融资试点"),
        Clause("条件要求2(1)", "（1）属于高新技术企业。", heading="条件要求／投保须知"),
    )
    for measure in draft_measures(Policy("p", "卡片", clauses=clauses)):
        shared = [c for _, c in conditions(measure.rule) if (c.clause or "").startswith("条件要求")]
        assert len(shared) == 2
        assert {c.field for c in shared} == {"manual"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("申报企业未获得其他市级财政资金支持。", [("manual", "申报企业未获得其他市级财政资金支持")]),
        ("不具备法人资格，还未注册企业。", [("manual", "不具备法人资格，还未注册企业")]),
        (
            "在本市拥有多个分公司的单位，每个分公司只能建立一个工作室。",
            [("manual", "在本市拥有多个分公司的单位，每个分公司只能建立一个工作室")],
        ),
        (
            "（5）推动科技成果落地。具备推动科技资源合作能力。",
            [("manual", "推动科技成果落地"), ("manual", "具备推动科技资源合作能力")],
        ),
    ],
)
def test_what_is_asked_in_one_case_or_denied_is_kept_in_its_words(text, expected):
    assert asked("条件要求", text) == expected


def test_whoever_else_a_card_has_conditions_for_is_another_sort():
    other = Clause("条件要求3(1)", "（1）拥有可开放的仪器。", heading="条件要求／一般应满足以下条件")
    (measure,) = draft_measures(Policy("p", "卡片", clauses=(OFFER, *SORTS, other)))
    *_, shared = measure.rule.of
    assert isinstance(shared, Any)
    assert [next(str(c.value) for _, c in conditions(rule)) for rule in shared.of] == [
        "担保机构",
        "文化企业",
        "一般应满足以下条件",
    ]


def test_items_that_are_each_for_another_sort_are_alternatives():
    clauses = (
        OFFER,
        Clause("条件要求1(1)", "（1）领军企业类企业，应上年度营业收入不低于2亿元。", heading="条件要求／支持新产品"),
        Clause("条件要求1(2)", "（2）示范企业类企业，应上年度营业收入不低于1亿元。", heading="条件要求／支持新产品"),
    )
    (measure,) = draft_measures(Policy("p", "卡片", clauses=clauses))
    assert isinstance(measure.rule.of[-1], Any)
    assert len(measure.rule.of[-1].of) == 2
