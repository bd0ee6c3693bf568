"""Whole sentences: what is given, to whom. The cases are data; see cases/sentences.yaml."""

from pathlib import Path

import pytest
import yaml

from corpus.benefits import parse_benefit
from corpus.rules import parse_rule
from indexer.extract import extract, extract_line

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "sentences.yaml").read_text("utf-8"))
SAID = ("kind", "amount", "frequency", "months", "caps", "discretion", "payment")


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:24] for case in CASES])
def test_sentence(case: dict) -> None:
    found = extract(case["text"], region="410100")
    assert [reading.rule for reading in found] == [parse_rule(measure["rule"]) for measure in case["measures"]]
    for reading, measure in zip(found, case["measures"], strict=True):
        if measure["benefit"] is None:
            assert reading.benefit is None
            continue
        expected = parse_benefit(measure["benefit"])
        assert reading.benefit is not None
        assert {key: getattr(reading.benefit, key) for key in SAID} == {key: getattr(expected, key) for key in SAID}


def test_the_two_sentences_of_the_contract() -> None:
    assert extract("对首次认定的高新技术企业，给予20万元一次性奖励。")
    assert extract("各部门要加强宣传。") == ()


def test_every_reading_can_be_written_and_read_back() -> None:
    for case in CASES:
        line = extract_line({"id": "一", "text": case["text"], "region": "410100"})
        for measure in line["measures"]:
            parse_rule(measure["rule"])
            if measure["benefit"] is not None:
                parse_benefit(measure["benefit"])
