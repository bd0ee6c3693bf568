"""Size classes by the standard of 2017; the cases are data (cases/sizes.yaml)."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpus.codes import industries
from corpus.codes.sizes import ALL, classify, groups
from corpus.fields import registry

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "sizes.yaml").read_text("utf-8"))


def yuan(ten_thousands):
    return None if ten_thousands is None else ten_thousands * 10000


@pytest.mark.parametrize(("industry", "employees", "revenue", "assets", "classes", "missing"), CASES)
def test_cases(industry, employees, revenue, assets, classes, missing):
    finding = classify(industry, employees, yuan(revenue), yuan(assets))
    assert list(finding.classes) == classes
    assert list(finding.missing) == missing
    assert finding.how


def test_the_words_say_each_indicator_and_what_decided():
    how = classify("3211", 210, 9.6e7).how
    assert "工业" in how
    assert "从业人员 210 人，属小型" in how
    assert "营业收入 9600 万元，属中型" in how
    assert how.endswith("取最低一档，为小型")


def test_the_words_say_what_is_missing_and_what_is_not_covered():
    assert "从业人员未知，至多为中型" in classify("3211", None, 9.6e7).how
    assert "一项属微型即为微型" in classify("3211", 5).how
    assert "银发〔2015〕309号" in classify("6620", 5, 1e6).how
    assert "不适用" in classify("8310", 5).how
    assert "行业未知" in classify().how
    assert "批发业、零售业" in classify("F", 30, 5e7).how


def test_the_classes_are_those_of_the_registry():
    assert registry()["size_class"].order == ALL


def test_the_groups_cover_each_leaf_once_at_most():
    for leaf in industries.leaves("C") + industries.leaves("G") + industries.leaves("K") + industries.leaves("Q"):
        holders = [group.name for group in groups() if any(industries.contains(code, leaf) for code in group.codes)]
        assert len(holders) <= 1, (leaf, holders)


def test_thresholds_rise():
    for group in groups():
        for field, bounds in group.thresholds:
            assert 0 < bounds[0] < bounds[1] < bounds[2], (group.name, field)


FACTS = st.one_of(st.none(), st.sampled_from([0, 5, 20, 99, 100, 300, 1000, 5e5, 3e6, 2e7, 5e7, 1e8, 4e8, 1e9, 2e9]))
INDUSTRIES = st.sampled_from([None, "C", "3211", "F", "51", "4710", "7211", "59", "K", "Q", "6620", "7320", "0111"])


@given(INDUSTRIES, FACTS, FACTS, FACTS, st.sampled_from([1, 50, 299, 1000, 1e6, 1e8, 1e10]))
def test_one_more_fact_never_adds_a_class(industry, employees, revenue, assets, told):
    before = classify(industry, employees, revenue, assets).classes
    facts = {"employees": employees, "revenue": revenue, "assets": assets}
    for field, value in facts.items():
        if value is None:
            after = classify(industry, **{**facts, field: told}).classes
            assert set(after) <= set(before)
    if industry is None:
        assert set(classify("3211", employees, revenue, assets).classes) <= set(before)


# Values from every class of every indicator, whether it counts persons or yuan.
SPREAD = [0, 15, 60, 150, 310, 5000, 6e5, 6e6, 3e7, 6.5e7, 1e8, 3e9]


@given(st.sampled_from(["3211", "4710", "7211", "7320", "0111", "5141"]), FACTS, FACTS, FACTS)
def test_exactly_the_classes_left_possible_can_still_come_out(industry, employees, revenue, assets):
    fillings = ([fact] if fact is not None else SPREAD for fact in (employees, revenue, assets))
    reached = {classify(industry, *facts).classes for facts in product(*fillings)}
    assert all(len(classes) == 1 for classes in reached)
    assert {classes[0] for classes in reached} == set(classify(industry, employees, revenue, assets).classes)


@given(INDUSTRIES, FACTS, FACTS, FACTS)
def test_telling_what_is_missing_settles_it(industry, employees, revenue, assets):
    finding = classify(industry, employees, revenue, assets)
    if not finding.missing:
        assert len(finding.classes) == 1 or "不适用" in finding.how
        return
    leaf = industries.leaves(industry or "C")[-1]
    told = {"industry": leaf, "employees": 400, "revenue": 5e7, "assets": 5e7}
    facts = {"industry": industry, "employees": employees, "revenue": revenue, "assets": assets}
    after = classify(**(facts | {field: told[field] for field in finding.missing}))
    assert after.missing == ()
