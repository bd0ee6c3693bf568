"""What is given and whether it is given at all, by class of wording. The cases are data; see cases/grants.yaml."""

from pathlib import Path

import pytest
import yaml

from corpus.benefits import dump_benefit
from indexer.extract import extract

GROUPS = yaml.safe_load((Path(__file__).parent / "cases" / "grants.yaml").read_text("utf-8"))
CASES = [case for cases in GROUPS.values() for case in cases]


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:24] for case in CASES])
def test_what_a_wording_gives(case: dict) -> None:
    found = [dump_benefit(reading.benefit) for reading in extract(case["text"], region="410100") if reading.benefit]
    wanted = case["gives"]
    assert [{key: have.get(key) for key in want} for have, want in zip(found, wanted, strict=False)] == wanted
    assert len(found) == len(wanted)
