"""Ceilings on all that one enterprise gets of a policy, or of a part of it."""

from pathlib import Path

import pytest
import yaml

from corpus.model import Cap, Clause, Policy
from indexer.extract import draft_measures, extract
from indexer.extract.together import ceiling_of_all

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "together.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "per", "amount"), CASES)
def test_a_sentence(text, per, amount):
    found = ceiling_of_all(text.rstrip("。"))
    assert (found and (found.per, found.amount)) == (per and (per, float(amount)))


@pytest.mark.parametrize("text", [text for text, per, _ in CASES if per])
def test_such_a_sentence_gives_nothing_itself(text):
    assert extract(text, title="某市若干措施") == ()


def capped(*clauses):
    """The ceilings that each measure shares, and the clauses it rests on, by the clause that grants it."""
    found = draft_measures(Policy("p", "某市若干措施", doc_no="某政〔2024〕1号", clauses=clauses))
    return {m.clauses[0]: (tuple(cap for cap in m.benefit.caps if cap.group), m.clauses) for m in found}


HIGH_TECH = Clause("一(一)", "对首次认定的高新技术企业，给予20万元一次性奖励。", heading="科技创新")
CENTRE = Clause("一(二)", "对省级企业技术中心，给予50万元奖励。", heading="科技创新")
LOAN = Clause("二(一)", "对首次升规的工业企业，给予10万元奖励。", heading="工业")


def test_the_whole_policy_shares_a_ceiling_told_in_its_general_part():
    told = "同一企业年度累计奖励不超过500万元。"
    found = capped(HIGH_TECH, CENTRE, LOAN, Clause("三(二)", told, heading="附则"))
    cap = Cap("year", 5e6, "某政〔2024〕1号 三(二)：同一企业年度累计奖励不超过500万元")
    assert [caps for caps, _ in found.values()] == [(cap,)] * 3
    assert all("三(二)" in paths for _, paths in found.values())


def test_a_ceiling_told_in_a_chapter_is_the_chapters_unless_it_says_this_policy():
    inside = capped(HIGH_TECH, CENTRE, Clause("一(三)", "同一企业年度累计奖励不超过60万元。", heading="科技创新"), LOAN)
    assert [len(caps) for caps, _ in inside.values()] == [1, 1, 0]
    whole = capped(
        HIGH_TECH, CENTRE, Clause("一(三)", "同一企业享受本措施奖励，年度累计不超过60万元。", heading="科技创新"), LOAN
    )
    assert [len(caps) for caps, _ in whole.values()] == [1, 1, 1]


def test_a_clause_that_gives_several_things_may_say_the_most_of_them_together():
    text = "对新发布的行业标准，每项给予50万元支持。对获得国家质量奖的企业，给予100万元奖励。单个企业每年支持总金额不超过120万元。"
    found = draft_measures(Policy("p", "某市若干措施", clauses=(Clause("四", text), LOAN)))
    shared = [tuple(cap for cap in measure.benefit.caps if cap.group) for measure in found]
    cap = Cap("year", 1.2e6, "某市若干措施 四：单个企业每年支持总金额不超过120万元")
    assert shared == [(cap,), (cap,), ()]


def test_a_ceiling_of_one_project_is_nobodys_together():
    found = capped(HIGH_TECH, CENTRE, Clause("三", "同一项目累计补助不超过300万元。", heading="附则"))
    assert not any(caps for caps, _ in found.values())


def test_what_is_no_money_given_shares_no_ceiling_of_awards():
    tax = Clause("二", "对小型微利企业，减按25%计入应纳税所得额，按20%的税率缴纳企业所得税。", heading="税收")
    found = capped(HIGH_TECH, tax, Clause("三", "同一企业年度累计奖励不超过500万元。", heading="附则"))
    assert found["一(一)"][0]
    assert all(not caps for path, (caps, _) in found.items() if path == "二")
