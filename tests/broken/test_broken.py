"""Input that must be refused, as data: what was written, and the words that the one refusal must contain.

`rules/*.yaml` hold rules, `policies/*.yaml` whole files. A refusal names the place, what was found and what to write
instead; the rest of the file is kept. The published JSON Schema must refuse the same, but for the cases that say
`schema: takes`: what only the reader can know (an id used twice, two ends in the wrong order).
"""

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from corpus.catalogue import parse_policies, read_policies_text
from corpus.errors import InputError
from corpus.rules import parse_rule
from corpus.schema import schema

HERE = Path(__file__).parent
SCHEMA = Draft202012Validator(schema(), format_checker=FormatChecker())


def cases(pattern):
    found = [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(HERE.glob(pattern))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    assert found, pattern
    return found


def unsaid(words, message):
    return [word for word in words if word not in message]


@pytest.mark.parametrize("case", cases("rules/*.yaml"))
def test_a_rule_that_is_refused(case):
    with pytest.raises(InputError) as refused:
        parse_rule(case["rule"])
    assert unsaid(case["says"], str(refused.value)) == [], str(refused.value)
    assert len(refused.value.problems) == 1
    measure = {"id": "m", "title": "事项", "rule": case["rule"]}
    assert schema_takes({"policies": [{"id": "p", "title": "政策", "measures": [measure]}]}) == ("schema" in case)


@pytest.mark.parametrize("case", cases("policies/entries.yaml"))
def test_a_file_that_is_refused_in_part(case):
    reading = parse_policies(case["data"], "a.measures.yaml")
    (problem,) = reading.problems
    assert unsaid(["a.measures.yaml", *case["says"]], str(problem)) == [], str(problem)
    kept = [identity for p in reading.policies for identity in (p.id, *(measure.id for measure in p.measures))]
    assert kept == case.get("keeps", [])
    assert schema_takes(case["data"]) == ("schema" in case)


@pytest.mark.parametrize("case", cases("policies/files.yaml"))
def test_a_file_that_is_refused_whole(case):
    raw = bytes.fromhex(case["bytes"]) if "bytes" in case else case["text"].encode()
    reading = read_policies_text(raw, case["file"])
    (problem,) = reading.problems
    assert unsaid(case["says"], str(problem)) == [], str(problem)
    assert reading.policies == ()


def schema_takes(data):
    return SCHEMA.is_valid(data)


def test_the_runner_can_fail():
    assert unsaid(["营业收入", "revenue"], '未知指标 "revenu"；最接近的是 "revenue"') == ["营业收入"]
    assert schema_takes({"policies": []})
