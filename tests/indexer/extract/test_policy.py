"""The draft measures of a policy: its own clauses, and what is said once for all."""

from corpus.model import Clause, Condition, Policy
from corpus.rules import conditions
from indexer.extract import draft_measures
from indexer.extract.policy import within

POLICY = Policy(
    id="p1",
    title="某市支持企业发展若干措施",
    region="410100",
    clauses=(
        Clause("一", "适用对象：本措施适用于在本市依法登记注册、具有独立法人资格的企业。"),
        Clause("二(一)", "对首次认定的高新技术企业，给予20万元一次性奖励。", heading="高企奖励"),
        Clause("二(二)", "对国家级、省级企业技术中心，分别给予100万元、50万元奖励。"),
        Clause("三", "列入严重失信主体名单的企业，不予支持。"),
        Clause("四", "同一企业同一事项按就高不重复原则执行。"),
        Clause("五", "各部门要加强宣传。"),
    ),
)


def test_ids_clauses_and_review() -> None:
    first, *_ = draft_measures(POLICY)
    assert first.id == "p1#二(一)-1"
    assert first.clauses == ("二(一)", "一", "三", "四")
    assert first.review == "draft"
    assert first.title == "高企奖励"


def test_general_clauses_count_for_every_measure() -> None:
    for measure in draft_measures(POLICY):
        found = {(c.field, c.op): c.clause for _, c in conditions(measure.rule)}
        assert found["region", "within"] == "一"
        assert found["exclusion", "lacks"] == "三"
        assert measure.benefit is not None
        assert measure.benefit.stacking is not None


def test_the_same_policy_gives_the_same_measures() -> None:
    assert draft_measures(POLICY) == draft_measures(POLICY)


def test_a_document_may_say_that_above_leaves_the_number_out() -> None:
    clauses = (
        Clause("一", "对年营业收入2000万元以上的企业，给予5万元奖励。"),
        Clause("二", "本办法所称“以上”不含本数。"),
    )
    (measure,) = draft_measures(Policy(id="p", title="某办法", clauses=clauses))
    (condition,) = [c for _, c in conditions(measure.rule) if isinstance(c, Condition)]
    assert (condition.field, condition.op) == ("revenue", "gt")


def test_a_heading_names_what_follows_and_asks_nothing() -> None:
    text = "二、规模奖励\n对上年度营业收入2000万元以上的企业，给予10万元一次性奖励。"
    policy = Policy("p", "政策", clauses=(Clause("二", text, heading="规模奖励"),))
    (measure,) = draft_measures(policy)
    assert measure.title == "规模奖励"
    assert [condition.field for _, condition in conditions(measure.rule)] == ["revenue"]


def test_no_draft_is_everybody_s() -> None:
    text = "支持企业开展并购重组。采取后补助方式，给予100万元支持。"
    policy = Policy("p", "政策", clauses=(Clause("二", f"二、并购重组\n{text}", heading="并购重组"),))
    for measure in draft_measures(policy):
        assert list(conditions(measure.rule)), measure.title


def titles(*clauses):
    return [measure.title for measure in draft_measures(Policy("p", "卡片的名称", clauses=clauses))]


def test_a_title_is_the_innermost_heading_that_names_a_matter() -> None:
    text = "2.奖励标准：给予上市企业100万元奖励。"
    assert titles(Clause("二(一)2", text, heading="支持企业／鼓励企业上市／奖励标准")) == ["鼓励企业上市"]
    assert titles(Clause("服务内容", "给予上市企业100万元奖励。", heading="服务内容")) == ["卡片的名称"]


def test_the_measures_of_one_clause_are_called_by_what_tells_them_apart() -> None:
    text = "（一）支持上市。对境内上市的企业给予100万元奖励。对在新三板挂牌的企业给予20万元奖励。"
    assert titles(Clause("二(一)", text, heading="支持上市")) == ["支持上市：境内上市", "支持上市：在新三板挂牌"]


def test_where_the_part_says_whom_it_is_for_nothing_stands_in() -> None:
    clauses = (
        Clause("二(一)1", "1.申报条件：年营业收入2000万元以上的企业。", heading="做强／申报条件"),
        Clause("二(一)2", "2.奖励标准：按研发费用的5%给予补助。", heading="做强／奖励标准"),
    )
    (measure,) = draft_measures(Policy("p", "政策", clauses=clauses))
    assert [c.field for _, c in conditions(measure.rule)] == ["revenue"]


def test_a_clause_without_a_heading_stands_in_what_its_number_stands_under() -> None:
    assert within(Clause("三(二)1", "…")) == [("三(二)1", ""), ("三(二)", ""), ("三", "")]
    assert within(Clause("三(二)", "…", heading="第二章 奖励／规模"))[-1] == ("", "第二章 奖励")


def test_what_one_article_asks_counts_for_that_article_alone() -> None:
    clauses = (
        Clause("一(一)", "支持对象：在本市注册、成立满3年的企业。"),
        Clause("一(二)", "对新认定的高新技术企业，给予20万元奖励。"),
        Clause("二", "对新认定的省级企业技术中心，给予50万元奖励。"),
    )
    measures = draft_measures(Policy("p", "某市若干措施", region="410100", clauses=clauses))
    asked = {m.clauses[0]: {c.field for _, c in conditions(m.rule)} for m in measures if m.benefit and m.benefit.amount}
    assert "age_years" in asked["一(二)"]
    assert "age_years" not in asked["二"]
