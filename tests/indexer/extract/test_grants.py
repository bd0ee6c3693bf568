"""What is given and whether it is given at all, by class of wording. The cases are data; see cases/grants.yaml and cases/measures.yaml."""

from pathlib import Path

import pytest
import yaml

from corpus.benefits import parse_benefit
from indexer.extract import extract

FILES = ("grants.yaml", "measures.yaml")
CASES = [
    case
    for name in FILES
    for cases in yaml.safe_load((Path(__file__).parent / "cases" / name).read_text("utf-8")).values()
    for case in cases
]


ATTRIBUTES = {"for": "months"}


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:24] for case in CASES])
def test_what_a_wording_gives(case: dict) -> None:
    found = [reading.benefit for reading in extract(case["text"], region="410100") if reading.benefit]
    for have, want in zip(found, case["gives"], strict=False):
        expected = parse_benefit({"kind": have.kind, **want})
        for key in want:
            name = ATTRIBUTES.get(key, key)
            assert getattr(have, name) == getattr(expected, name), case["text"]
    assert len(found) == len(case["gives"])
