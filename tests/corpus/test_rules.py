"""The rule language: what is written reads back, and what a value may look like. Refusals are in `tests/broken/rules`."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from corpus.fields import registry
from corpus.model import All, Any, AtLeast, Bounds, Condition, EventWindow, Hints, Not
from corpus.rules import MAX_DEPTH, conditions, dump_rule, parse_rule
from tests.strategies import condition, rules


@given(rules())
def test_a_rule_reads_back_as_it_was_written(rule):
    assert parse_rule(dump_rule(rule)) == rule


@given(rules())
def test_writing_what_was_read_changes_nothing(rule):
    written = dump_rule(rule)
    assert dump_rule(parse_rule(written)) == written  # also text, note, confidence and hints, which equality leaves out


@pytest.mark.parametrize("field", registry().values(), ids=lambda field: field.name)
@settings(max_examples=3)
@given(data=st.data())
def test_every_operator_of_every_field_is_read(field, data):
    for op in field.operators:
        drawn = data.draw(condition(field, op))
        assert parse_rule(dump_rule(drawn)) == drawn


def read(field, op, value, **rest):
    return parse_rule({"field": field, "op": op, "value": value, **rest})


def test_the_example_of_the_domain():
    rule = parse_rule(
        {
            "all": [
                {"field": "region", "op": "within", "value": ["419001"]},
                {"any": [{"field": "qualification", "op": "has", "value": "高新技术企业"}]},
                {"field": "revenue", "op": "ge", "value": 20000000, "period": "last_year"},
                {"not": {"field": "exclusion", "op": "has", "value": "严重失信主体"}},
                {"at_least": 1, "of": []},
            ]
        }
    )
    assert rule == All(
        (
            Condition("region", "within", ("419001",)),
            Any((Condition("qualification", "has", "高新技术企业"),)),
            Condition("revenue", "ge", 2e7),
            Not(Condition("exclusion", "has", "严重失信主体")),
            AtLeast(1, ()),
        )
    )


def test_paths_name_every_condition():
    leaf = Condition("patents", "ge", 1.0)
    rule = All((leaf, Any((leaf, Not(leaf))), AtLeast(1, (leaf,))))
    assert [path for path, _ in conditions(rule)] == ["all[0]", "all[1].any[0]", "all[1].any[1].not", "all[2].of[0]"]
    assert [path for path, _ in conditions(leaf)] == [""]
    assert [path for path, _ in conditions(Not(leaf))] == ["not"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (("region", "within", 419001), ("419001",)),
        (("region", "is", "419001"), "419001"),
        (("region", "within", "410322"), ("410308",)),  # 孟津县, a district since 2021
        (("industry", "within", "C3240"), ("3240",)),
        (("industry", "within", ["C", "32", 3240]), ("C", "32", "3240")),
        (("industry", "within", ["C3200", "0610"]), ("32", "0610")),
        (("size_class", "le", "小型"), "small"),
        (("credit_level", "ge", "B级"), "B"),
        (("qualification", "has", " 高新技术企业 "), "高新技术企业"),
        (("qualification", "has_any", "高新技术企业"), ("高新技术企业",)),
        (("revenue", "ge", 20000000), 2e7),
        (("revenue", "between", [None, 5]), Bounds(None, 5.0)),
        (("founded_on", "between", ["2020-01-01", None]), Bounds(date(2020, 1, 1), None)),
        (("size_class", "between", ["micro", "medium"]), Bounds("micro", "medium")),
        (("revenue", "between", [5, 5]), Bounds(5.0, 5.0)),
        (("founded_on", "lt", "2024-02-29"), date(2024, 2, 29)),
        (("founded_on", "lt", date(2024, 2, 29)), date(2024, 2, 29)),
        (("event", "during", {"event": " 首次升规 "}), EventWindow("首次升规")),
        (("event", "during", {"event": "首次升规", "from": "2023-01-01", "to": None}), EventWindow("首次升规", date(2023, 1, 1))),
        (("profit", "lt", -1), -1.0),
        (("rd_ratio", "ge", 1), 1.0),
        (("revenue_growth", "ge", 3), 3.0),  # growth by 300% happens
    ],
)  # fmt: skip
def test_values_as_people_write_them(written, kept):
    assert read(*written).value == kept


def test_whole_numbers_are_written_without_a_point():
    assert repr(dump_rule(Condition("revenue", "ge", 2e7))["value"]) == "20000000"
    assert repr(dump_rule(Condition("rd_ratio", "ge", 0.05))["value"]) == "0.05"


def test_the_default_period_is_one_condition_with_or_without_its_name():
    assert read("revenue", "ge", 1, period="last_year") == read("revenue", "ge", 1)
    assert read("revenue", "ge", 1, period=2023) == read("revenue", "ge", 1, period="2023")
    assert read("revenue", "ge", 1, period="2023") != read("revenue", "ge", 1, period="2022")


def test_words_clause_and_confidence_do_not_make_another_condition():
    plain = read("revenue", "ge", 1)
    told = read("revenue", "ge", 1, text="营业收入", clause="一", confidence=0.5, note="记")
    assert told == plain
    assert (told.text, told.clause, told.confidence, told.note) == ("营业收入", "一", 0.5, "记")


def test_hints_are_kept_whole():
    hints = {"kind": "activity", "industry": ["7241"], "theme": ["新材料"], "need": "融资"}
    asked = read("manual", "confirm", "接待入闽游客", hints=hints)
    assert asked.hints == Hints("activity", ("7241",), ("新材料",), "融资")
    assert dump_rule(asked)["hints"] == hints


def test_rules_may_be_as_deep_as_is_said_and_no_deeper():
    rule = {"all": []}
    for _ in range(MAX_DEPTH):
        rule = {"not": rule}
    parse_rule(rule)
    with pytest.raises(InputError, match="嵌套过深"):
        parse_rule({"not": rule})
