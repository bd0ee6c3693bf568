"""The worked cases of `tests/cases`: one rule, one profile, what must come of it, in every form of evaluation."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from corpus.errors import InputError
from corpus.fields import OPERATORS
from corpus.model import Measure, Policy
from corpus.rules import parse_rule
from matcher.batch import batch
from matcher.catalogue import VERDICTS, compile_catalogue
from matcher.facts import read_profile
from matcher.match import match

FOLDER = Path(__file__).resolve().parent.parent / "cases"
CASES = [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text("utf-8"))]


def profile_of(case):
    data = {"id": "e", "facts": case.get("facts", {}), "confirmations": case.get("confirmations", {})}
    if "profile_as_of" in case:
        data["as_of"] = case["profile_as_of"]
    return read_profile(data, "案例.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(case):
    if "error" in case:
        with pytest.raises(InputError, match=r"案例\.json") as refused:
            profile_of(case)
        assert case["error"] in str(refused.value)
        return
    as_of = case.get("as_of", date(2024, 6, 30))
    rule = parse_rule(case["rule"])
    catalogue = compile_catalogue([Policy("p", "政策", measures=(Measure("m", "事项", rule),))])
    found = match(catalogue, profile_of(case), as_of).matches[0]
    assert found.standing == case["verdict"], found.reason
    if "missing" in case:
        assert list(found.missing) == case["missing"]
    assert case.get("reason", "") in found.reason
    assert bool(found.missing) == (found.standing == "unknown")
    block = next(batch(catalogue, [profile_of(case)], as_of))
    assert VERDICTS[block.verdicts(0)[0]] == case["verdict"]


def test_every_operator_has_a_case():
    seen = yaml.safe_dump([case["rule"] for case in CASES])
    absent = {op for ops in OPERATORS.values() for op in ops if f"op: {op}\n" not in seen}
    assert not absent
