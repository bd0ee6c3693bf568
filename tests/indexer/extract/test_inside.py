"""Whom the words of giving name themselves. The cases are data; see cases/inside.yaml."""

from pathlib import Path

import pytest
import yaml

from corpus.rules import parse_rule
from indexer.extract import extract
from tests.indexer.extract.short_form import written_out

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "inside.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_who_inside(case: dict) -> None:
    (reading,) = extract(case["text"], region="410100")
    assert reading.rule == parse_rule({"all": [written_out(short) for short in case["rule"]]})
