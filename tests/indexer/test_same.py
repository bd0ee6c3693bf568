"""The same policy twice, versions of one, and what changed between them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import All, Clause, Measure, Policy
from indexer.formats.text import essence
from indexer.ids import policy_id, title_core, variant_id
from indexer.same import Known, diff, find_pairs, fingerprint, originals, print_of

TEXT = (
    "对上一年度营业收入首次达到二千万元的工业企业，给予一次性奖励二十万元，由市工业和信息化局受理，市财政局拨付。",
    "对新认定的高新技术企业给予奖励三十万元，对重新认定的给予十万元，奖励资金由市区两级各承担一半。",
    "对企业上一年度研发费用给予百分之五的补助，单个企业最高不超过一百万元，同一项目不重复支持。",
)


def policy(name: str, texts=TEXT, **more) -> Policy:
    clauses = tuple(Clause(f"{number}", text) for number, text in enumerate(texts, start=1))
    return Policy(
        id=name, title=more.pop("title", "某市人民政府关于印发《某市促进工业发展办法》的通知"), clauses=clauses, **more
    )


@given(st.lists(st.sampled_from([" ", "\u3000", "\n", "，", "。", "（"]), min_size=1, max_size=8))
def test_cosmetics_leave_the_fingerprint(noise):
    dirty = tuple(text[:5] + "".join(noise) + text[5:] for text in TEXT)
    assert fingerprint(policy("a")) == fingerprint(policy("b", dirty))


def test_a_number_changes_the_fingerprint():
    assert fingerprint(policy("a")) != fingerprint(policy("b", (TEXT[0].replace("二十", "三十"), *TEXT[1:])))


def test_the_same_in_two_books():
    (pair,) = find_pairs([policy("a"), policy("b", tuple(f" {text}" for text in TEXT), title="某市促进工业发展办法")])
    assert (pair.first, pair.second, pair.kind, pair.likeness) == ("a", "b", "same", 1.0)


def test_a_later_version():
    later = (
        TEXT[0].replace("二十万元", "五十万元"),
        *TEXT[1:],
        "本办法自二〇二四年一月一日起施行，此前规定与本办法不一致的，以本办法为准。",
    )
    (pair,) = find_pairs([policy("a", doc_no="某政〔2020〕1号"), policy("b", later, doc_no="某政〔2024〕3号")])
    assert pair.kind == "version"


def test_the_same_words_under_another_number_are_no_copy():
    later = (TEXT[0] + "其他。", *TEXT[1:])
    pairs = find_pairs([policy("a", doc_no="某政〔2020〕1号"), policy("b", later, doc_no="某政〔2024〕3号")])
    assert [pair.kind for pair in pairs] == ["version"]


def test_different_policies_are_no_pair():
    other = policy("b", ("对吸纳高校毕业生就业的小微企业给予社会保险补贴。",), title="某市就业补贴办法")
    assert find_pairs([policy("a"), other]) == ()


def test_diff_by_clause():
    before = policy("a")
    after = replace(
        before,
        clauses=(
            Clause("1", TEXT[0]),
            Clause("2", "对企业首次开展职业技能等级认定的，每家给予五万元。"),
            Clause("3", TEXT[1].replace("三十万元", "五十万元")),
        ),
    )
    found = [(c.kind, c.before and c.before.path, c.after and c.after.path) for c in diff(before, after)]
    assert found == [("same", "1", "1"), ("added", None, "2"), ("changed", "2", "3"), ("removed", "3", None)]


def test_a_renumbered_clause_moved():
    before = policy("a")
    after = replace(before, clauses=tuple(Clause(str(int(c.path) + 1), c.text) for c in before.clauses))
    assert {change.kind for change in diff(before, after)} == {"moved"}


def test_diff_with_itself_is_all_the_same():
    assert {change.kind for change in diff(policy("a"), policy("a"))} == {"same"}


# ---------------------------------------------------------------- ids


def test_ids_stay_whatever_the_title_looks_like():
    one = policy_id("某市关于印发《某办法细则》的通知", "某政〔2023〕5号")
    assert one == policy_id("某市关于印发 某办法细则 的通知", "某政〔2023〕5号", ["text"])
    assert one != policy_id("某市关于印发《另一办法》的通知", "某政〔2023〕5号")


def test_without_a_number_the_text_counts():
    assert policy_id("申报指南", None, ["一"]) != policy_id("申报指南", None, ["二"])
    assert policy_id("申报指南", None, ["一 "]) == policy_id("申报指南", None, ["一"])


def test_variants_are_told_apart_by_text():
    assert variant_id("x", ["一"]) != variant_id("x", ["二"])


def test_what_a_title_is_about():
    assert title_core("某厅关于转发《某部关于印发〈某办法〉的通知》的通知") == "某办法"
    assert title_core("某市优化营商环境条例") == "某市优化营商环境条例"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("给予1.5万元奖励", "给予15万元奖励"),
        ("不低于5%", "不低于5‰"),
        ("不低于5%", "不低于5"),
        ("按3%-5%给予补助", "按3%5%给予补助"),
    ],
)
def test_what_makes_another_number_is_no_cosmetic(one, other):
    assert essence(one) != essence(other)
    assert fingerprint(policy("a", (one,))) != fingerprint(policy("b", (other,)))


def test_cosmetics_of_numbers():
    assert essence("给予 1,000 元（含）奖励，５％") == essence("给予1000元(含)奖励,5%")


LONG = tuple(f"第{n}段：" + text for n in range(12) for text in TEXT)


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        ("拨付", "拔付", "same"),  # a slip of a scan
        ("二十万元", "二十一万元", "version"),
        ("不重复支持", "重复支持", "version"),
        ("最高不超过", "最高不低于", "version"),
        ("三十万元", "三千万元", "version"),
    ],
)
def test_a_slip_is_no_version_and_a_word_of_weight_is(was, now, kind):
    at = next(i for i, text in enumerate(LONG) if was in text)
    later = (*LONG[:at], LONG[at].replace(was, now, 1), *LONG[at + 1 :])
    (pair,) = find_pairs([policy("a", LONG), policy("b", later)])
    assert pair.kind == kind


def test_cards_out_of_one_document_are_no_versions():
    one = policy("a", doc_no="某政〔2023〕1号", title="某市支持研发")
    other = policy("b", (TEXT[0], TEXT[1], "另一条。"), doc_no="某政〔2023〕1号", title="某市支持人才")
    assert find_pairs([one, other]) == ()


def test_what_is_known_is_met_again_and_no_text_is_like_no_other():
    known = Known([print_of("a", "某市促进工业发展办法", None, TEXT)])
    assert known.same(policy("b", tuple(text.replace("，", ",") for text in TEXT))) == "a"
    assert known.same(policy("c", (TEXT[0],))) is None
    assert Known([print_of("a", "某市促进工业发展办法", None, ())]).same(policy("d", ())) is None


def test_a_few_words_under_two_titles_are_two_policies():
    pairs = find_pairs(
        [policy("a", ("按规定办理。",), title="稳岗返还"), policy("b", ("按规定办理。",), title="用工补贴")]
    )
    assert [pair.kind for pair in pairs] != ["same"]


def test_one_text_for_two_places_is_two_policies():
    texts = tuple(f"第{n}段：" + text for n in range(12) for text in TEXT)
    other = tuple(text.replace("市工业", "甲工业") for text in texts)
    (pair,) = find_pairs([policy("a", texts, title="甲市促进办法"), policy("b", other, title="乙市促进办法")])
    assert pair.kind == "version"


def named(identity, title, *, doc_no="财金〔2026〕5号", made=False):
    measures = (Measure("M-" + identity, "贴息", All(()), None),) if made else ()
    return Policy(identity, title, doc_no=doc_no, measures=measures)


@pytest.mark.parametrize(
    ("title", "doc_no", "found"),
    [
        ("服务业经营主体贷款贴息（2026）", "财金[2026] 5 号", True),
        ("关于优化实施服务业经营主体贷款贴息政策的通知", "财金〔2026〕5号", True),
        ("中小微企业设备更新贴息", "财金〔2026〕5号", False),
        ("贴息", "财金〔2026〕5号", False),
        ("服务业经营主体贷款贴息（2026）", "财金〔2026〕6号", False),
        ("服务业经营主体贷款贴息（2026）", None, False),
    ],
)
def test_a_text_belongs_to_what_was_made_of_it_by_number_and_name(title, doc_no, found):
    whole = named("A", "关于优化实施服务业经营主体贷款贴息政策的通知", made=True)
    assert originals([named("B", title, doc_no=doc_no), whole]) == ({"B": "A"} if found else {})


def test_a_text_that_two_could_be_meant_by_stands_for_itself():
    both = [named(one, "服务业经营主体贷款贴息", made=True) for one in "AC"]
    assert originals([named("B", "服务业经营主体贷款贴息"), *both]) == {}
