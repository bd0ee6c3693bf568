"""Who is given something: an enterprise, or a person and no enterprise. The cases are data; see cases/payees.yaml."""

from pathlib import Path

import pytest
import yaml

from indexer.extract import extract

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "payees.yaml").read_text("utf-8"))


@pytest.mark.parametrize("text", CASES["given"])
def test_an_enterprise_is_given_something(text: str) -> None:
    assert len(extract(text, region="410100")) == 1


@pytest.mark.parametrize("text", CASES["not_given"])
def test_a_person_is_no_payee(text: str) -> None:
    assert extract(text, region="410100") == ()
