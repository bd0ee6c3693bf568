"""Profiles as they are written: what is read, what is refused and in which words."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from corpus.errors import InputError
from matcher.facts import Confirmation, Member, Members, Yearly, read_profile

BROKEN = yaml.safe_load(
    (Path(__file__).resolve().parent.parent / "broken" / "profiles" / "profiles.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["says"][0])
def test_a_broken_profile_is_refused_in_these_words(case):
    with pytest.raises(InputError) as refused:
        read_profile(case["profile"], "企业.json")
    assert all(str(problem).startswith("企业.json，") for problem in refused.value.problems)
    for words in case["says"]:
        assert words in str(refused.value)


def test_the_interface_profile_is_read_whole():
    profile = read_profile(
        {
            "id": "91410881MA",
            "name": "某公司",
            "as_of": "2024-06-30",
            "facts": {
                "region": "419001",
                "employees": {"2023": 210},
                "qualification": ["高企", {"name": "瞪羚企业", "since": "2023-01-01"}],
                "exclusion": [],
            },
            "needs": ["融资"],
            "confirmations": {" 上新设备 ": {"value": True, "by": "王", "on": "2024-06-01"}},
        }
    )
    assert profile.as_of == date(2024, 6, 30)
    assert profile.facts["employees"] == Yearly({2023: 210.0})
    assert profile.facts["qualification"] == Members((Member("高新技术企业"), Member("瞪羚企业", date(2023, 1, 1))))
    assert profile.facts["exclusion"] == Members(())
    assert profile.confirmations == {"上新设备": Confirmation(True, "王", date(2024, 6, 1))}


def test_a_profile_without_an_id_goes_by_its_name():
    assert read_profile({"name": "某公司"}).id == "某公司"
