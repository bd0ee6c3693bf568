"""Structured files: written and read back, in JSON and YAML, and never a crash whatever stands in them.

What is refused, and in which words, is in `tests/broken/policies`.
"""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.catalogue import (
    dump_measure,
    dump_policies,
    parse_measure,
    parse_policies,
    read_policies,
    read_policies_text,
)
from corpus.errors import InputError
from corpus.model import All, Condition, Measure, Policy, Window
from tests.strategies import policies, spoiled


@settings(max_examples=20)
@given(policies())
def test_a_file_reads_back_as_it_was_written(drawn):
    written = json.dumps(dump_policies(drawn), ensure_ascii=False).encode()
    reading = read_policies_text(written, "a.measures.json")
    assert reading.problems == ()
    assert reading.policies == tuple(drawn)
    assert dump_policies(reading.policies) == dump_policies(drawn)


@settings(max_examples=15)
@given(policies())
def test_a_file_reads_the_same_in_yaml(drawn):
    written = yaml.safe_dump(dump_policies(drawn), allow_unicode=True, sort_keys=False).encode()
    reading = read_policies_text(written, "a.measures.yaml")
    assert reading.problems == ()
    assert reading.policies == tuple(drawn)


def test_a_file_on_disk_is_read_by_its_name(tmp_path):
    policy = Policy("p", "政策", measures=(Measure("m", "事项", All()),))
    path = tmp_path / "a.measures.json"
    path.write_text("\ufeff" + json.dumps(dump_policies([policy])), encoding="utf-8")  # as Windows writes it
    assert read_policies(path).policies == (policy,)


def test_only_id_title_and_rule_are_required():
    data = {"policies": [{"id": "p", "title": "政策", "measures": [{"id": "m", "title": "事项", "rule": {"all": []}}]}]}
    assert parse_policies(data, "a").policies == (Policy("p", "政策", measures=(Measure("m", "事项", All()),)),)


def test_null_is_the_same_as_absent():
    (policy,) = parse_policies(
        {
            "policies": [
                {"id": "p", "title": "政策", "doc_no": None, "measures": None, "replaces": None, "region": None}
            ]
        },
        "a",
    ).policies
    assert policy == Policy("p", "政策")


def test_a_structured_measure_is_confirmed_unless_it_says_otherwise():
    data = {"id": "m", "title": "事项", "rule": {"all": []}}
    assert parse_measure(data).review == "confirmed"
    assert parse_measure({**data, "review": "draft"}).review == "draft"


def test_a_window_may_be_words_alone():
    data = {"id": "m", "title": "事项", "rule": {"all": []}}
    assert parse_measure({**data, "window": "常年受理"}).window == Window(text="常年受理")
    assert parse_measure({**data, "window": {"from": None, "to": None, "text": "每年3月"}}).window == Window(
        text="每年3月"
    )
    assert dump_measure(parse_measure({**data, "window": "常年受理"}))["window"] == {"text": "常年受理"}


def test_a_measure_of_a_policy_without_clauses_may_cite_any():
    assert parse_measure({"id": "m", "title": "事项", "rule": {"all": []}, "clauses": ["一(一)1"]}).clauses == (
        "一(一)1",
    )
    with pytest.raises(InputError, match="不在本政策里"):
        parse_measure({"id": "m", "title": "事项", "rule": {"all": []}, "clauses": ["二"]}, {"一"})


# YAML 1.1, which PyYAML reads by default, makes other things of these.
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("{field: industry, op: within, value: [0610]}", ("0610",)),  # octal 392
        ("{field: industry, op: within, value: [3240, C]}", ("3240", "C")),
        ("{field: region, op: within, value: 419001}", ("419001",)),
        ("{field: revenue, op: ge, value: 8.1e7}", 8.1e7),  # words
        ("{field: manual, op: confirm, value: no}", "no"),  # false
        ("{field: manual, op: confirm, value: 12:30}", "12:30"),  # base sixty: 750
        ("{field: manual, op: confirm, value: 1_000}", "1_000"),  # 1000
    ],
)
def test_yaml_guesses_no_more_than_json_does(written, kept):
    text = f"policies: [{{id: p, title: 政策, measures: [{{id: m, title: 事项, rule: {written}}}]}}]"
    reading = read_policies_text(text.encode(), "a.yaml")
    assert reading.problems == ()
    rule = reading.policies[0].measures[0].rule
    assert isinstance(rule, Condition)
    assert rule.value == kept


def test_yaml_keys_are_words():
    text = "policies: [{id: p, title: 政策, withdrawn: {text: 废止, on: 2024-05-01}}]"  # YAML 1.1: on is true
    (policy,) = read_policies_text(text.encode(), "a.yaml").policies
    assert (policy.withdrawn, str(policy.withdrawn_on)) == ("废止", "2024-05-01")


@given(spoiled())
def test_whatever_stands_in_a_file_is_read_or_refused_by_place(data):
    reading = parse_policies(data, "a.json")
    for problem in reading.problems:
        assert problem.source == "a.json"
        assert problem.place
        assert problem.found
        assert problem.expected
    assert parse_policies(dump_policies(reading.policies), "b.json").policies == reading.policies


@settings(max_examples=100)
@given(st.binary(max_size=60), st.sampled_from(["a.json", "a.yaml"]))
def test_any_bytes_are_read_or_refused(raw, name):
    reading = read_policies_text(raw, name)
    assert reading.problems or reading.policies == ()


@pytest.mark.parametrize("deep", ["[" * 100_000, "- " * 100_000 + "a", '{"a":' * 100_000])
@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_a_file_nested_past_all_reason_is_refused(deep, name):
    assert len(read_policies_text(deep.encode(), name).problems) == 1


def test_tiers_nested_past_all_reason_are_refused():
    amount = {"fixed": 1}
    for _ in range(400):
        amount = {"tiers": [{"when": {"all": []}, "amount": amount}]}
    benefit = {"kind": "title", "amount": amount}
    measure = {"id": "m", "title": "事项", "rule": {"all": []}, "benefit": benefit}
    reading = parse_policies({"policies": [{"id": "p", "title": "政策", "measures": [measure]}]}, "a")
    assert "嵌套过深" in str(reading.problems[0])
