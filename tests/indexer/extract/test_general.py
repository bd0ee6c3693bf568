"""What is said once for all: scope and who is shut out, and what only sounds like it."""

import pytest

from corpus.model import Any, Clause, Condition, Not, Policy
from corpus.rules import conditions
from indexer.extract import draft_measures
from indexer.extract.atoms import Place
from indexer.extract.general import general_rules

GRANT = Clause("一", "对首次认定的高新技术企业，给予20万元一次性奖励。")


def fields(text, heading=""):
    return [condition.field for rule in general_rules(text, Place(None), heading) for _, condition in conditions(rule)]


@pytest.mark.parametrize(
    ("text", "heading", "expected"),
    [
        ("本措施适用于在济源示范区注册的规上工业企业。", "", ["region", "qualification"]),
        (
            "申报企业应具备以下条件：（一）上年度营业收入2000万元以上；（二）已认定高新技术企业。",
            "",
            ["revenue", "qualification"],
        ),
        ("上年度营业收入2000万元以上的企业。", "申报条件", ["revenue"]),
        ("上年度营业收入2000万元以上的企业。", "资金管理／支持对象和条件", ["revenue"]),
        ("列入严重失信主体名单的企业，不予支持。", "", ["exclusion"]),
        ("支持对象一般是在济源示范区注册的规上工业企业。", "支持对象", ["region", "qualification"]),
        ("本意见所涉扶持对象为在济源示范区注册的企业。", "附则", ["region"]),
        ("依据相关规定要求，列入严重失信主体名单的企业，均不得享受本办法的扶持政策。", "", ["exclusion"]),
        ("注：新增规模以上企业以统计部门审核通过为准。", "申报条件", []),
        # Goals, duties and procedure ask nothing, whatever titles and trades they name.
        ("扩大享受范围，新认定一批高新技术企业和贸易型总部。", "", []),
        ("努力加大制造业中长期贷款投放力度，扩大支持对象，培育规上工业企业100家。", "加大金融支持", []),
        ("推出一批含金量高、市场主体获得感强的改革举措。", "", []),
        ("逾期申请的，不予受理。", "", []),
        ("行政机关不得要求企业停产，确需采取普遍停产措施的除外。", "", []),
        ("参与评审活动的专家弄虚作假的，取消其评审资格。", "监督管理", []),
        ("对材料不齐全或不符合规定的不予受理。", "", []),
    ],
)
def test_what_counts_for_all(text, heading, expected):
    assert [name for name in fields(text, heading) if name != "manual"] == expected
    assert expected or fields(text, heading) == []


def test_none_of_what_is_listed():
    text = "有下列情形之一的企业，不予支持：（一）被列入严重失信主体名单；（二）发生较大生产安全事故。"
    lacking, rule = general_rules(text, Place(None))
    assert (lacking.field, lacking.op) == ("exclusion", "lacks")
    assert isinstance(rule, Not)
    assert isinstance(rule.of, Condition)
    assert (rule.of.field, rule.of.value) == ("manual", "发生较大生产安全事故")


def test_a_list_in_clauses_of_its_own_belongs_to_the_clause_above():
    clauses = (
        GRANT,
        Clause("二", "二、有下列情形之一的企业，不得申报："),
        Clause("二(一)", "（一）被列入严重失信主体名单；"),
        Clause("二(二)", "（二）拖欠职工工资。"),
        Clause("三", "三、申报企业应具备以下条件："),
        Clause("三(一)", "（一）上年度营业收入2000万元以上；"),
        Clause("三(二)", "（二）具有健全的财务制度。"),
    )
    (measure,) = draft_measures(Policy("p", "政策", clauses=clauses))
    assert measure.clauses == ("一", "二", "三")
    asked = {condition.field for _, condition in conditions(measure.rule)}
    assert asked >= {"event", "exclusion", "revenue", "manual"}
    assert any(isinstance(rule, Not) for rule in measure.rule.of)
    assert {condition.clause for _, condition in conditions(measure.rule)} == {"一", "二", "三"}


def test_the_conditions_of_one_programme_are_not_those_of_another():
    def clause(path, section, text):
        return Clause(path, text, heading=section)

    clauses = (
        clause("一", "申报条件", "一、申报条件\n申报企业应在济源示范区注册。"),
        clause("二(一)", "技改补助／补助标准", "（一）补助标准。按设备投资的10%给予补助。"),
        clause("二(二)", "技改补助／申报条件", "（二）申报条件。上年度营业收入2000万元以上的企业。"),
        clause("三(一)", "研发补助／补助标准", "（一）补助标准。按研发费用的5%给予企业补助。"),
        clause("三(二)", "研发补助／申报条件", "（二）申报条件。持有高新技术企业证书的企业。"),
    )
    equipment, research = draft_measures(Policy("p", "政策", clauses=clauses))
    assert equipment.clauses == ("二(一)", "一", "二(二)")
    assert research.clauses == ("三(一)", "一", "三(二)")
    assert "revenue" not in {condition.field for _, condition in conditions(research.rule)}


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("同一企业同时符合本措施多项条款的，按就高不重复原则执行。", 1),
        ("同一企业同一事项按就高不重复原则执行。", 2),
        ("上述奖励只能享受其中一项，不重复享受。", 1),
        ("与市级其他支持政策不得重复享受。", 0),
        ("已获得同级财政其他同类资金支持的项目，不重复支持。", 0),
        ("加强组织领导。", 0),
        ("已取得的证明不得重复索要。", 0),
    ],
)
def test_what_shuts_out_what(text, groups):
    clauses = (
        Clause("一", "对认定的高新技术企业给予20万元奖励。"),
        Clause("二", "对上市企业给予100万元奖励。"),
        Clause("三", text),
    )
    found = draft_measures(Policy("p", "政策", clauses=clauses))
    assert len(found) == 2
    assert len({m.benefit.stacking for m in found} - {None}) == groups
    # Another policy that says the same shuts nothing of this one out.
    other = draft_measures(Policy("q", "另一政策", clauses=clauses))
    assert not {m.benefit.stacking for m in found} & {m.benefit.stacking for m in other} - {None}


def test_whom_a_policy_is_not_for_is_no_condition_to_meet():
    asked, but = general_rules("本政策适用于在济源示范区注册的企业，规下企业不享受本政策。", Place(None))
    assert asked.field == "region"
    assert isinstance(but, Not)


def test_in_a_list_of_scope_what_no_field_holds_is_asked_in_its_own_words():
    (rule,) = general_rules("上述主体需经营状态正常、信用记录良好。", Place(None), "支持对象")
    assert (rule.field, rule.value) == ("manual", "上述主体需经营状态正常、信用记录良好")


def test_one_of_what_a_scope_lists():
    text = "申报企业应符合下列条件之一：（一）上年度营业收入2000万元以上；（二）已认定高新技术企业。"
    (rule,) = general_rules(text, Place(None))
    assert isinstance(rule, Any)
    assert [c.field for _, c in conditions(rule)] == ["revenue", "qualification"]


def test_what_an_article_asks_is_not_asked_for_the_next_one():
    def clause(path, text):
        return Clause(path, text, heading="科技创新专项／奖励")

    clauses = (
        clause("第五条(一)", "（一）对首次认定的高新技术企业，给予8万元奖励。"),
        clause("第五条(二)", "（二）申报条件：企业注册满一年。"),
        clause("第六条第2款", "对新认定的省级企业技术中心，给予20万元奖励。"),
        clause("第六条第3款", "上述企业须已建立研发准备金制度。"),
    )
    one, other = draft_measures(Policy("p", "办法", clauses=clauses))
    assert one.clauses == ("第五条(一)", "第五条(二)")
    assert other.clauses == ("第六条第2款", "第六条第3款")
