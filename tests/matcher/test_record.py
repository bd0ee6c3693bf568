"""A match kept can be gone through again: the same bytes, or what differs by name."""

import json
from dataclasses import replace
from datetime import date

import pytest

from corpus.errors import InputError
from corpus.model import All, Condition
from matcher.record import dumps, record, replay
from tests.matcher.world import a_world

AS_OF = date(2024, 6, 30)
POLICY, PROFILES = a_world(3, 40, 20)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile["id"])
def test_the_same_bytes_again(profile):
    kept = json.loads(dumps(record([POLICY], profile, AS_OF)))
    again = replay(kept, [POLICY])
    assert again.same
    assert dumps({**kept, "result": again.result}) == dumps(kept)


def test_what_differs_is_named_where_the_catalogue_has_moved_on():
    first = replace(POLICY, measures=(replace(POLICY.measures[0], rule=All()), *POLICY.measures[1:]))
    never = replace(first.measures[0], rule=Condition("exclusion", "has", "没有这样的事"))
    kept = record([first, replace(POLICY, id="old", measures=())], {"id": "e", "facts": {"exclusion": []}}, AS_OF)
    again = replay(
        kept, [replace(first, measures=(never, *first.measures[1:-1])), replace(POLICY, id="new", measures=())]
    )
    assert again.differs == (
        "政策 new：新增",
        "政策 old：已不在",
        "政策 p：已改动",
        "事项 m0：eligible → ineligible",
        "事项 m39：已不在",
    )


def test_another_result_from_the_same_catalogue_is_said():
    kept = record([POLICY], PROFILES[0], AS_OF)
    kept["result"]["matches"][0]["reason"] = "别的"
    assert replay(kept, [POLICY]).differs == ("目录未变，结果不同：程序换了版本",)


@pytest.mark.parametrize(("change", "says"), [({"grammar": 99}, "规则语言版本 99"), (None, "不是一份判定记录")])
def test_what_is_no_record_of_ours(change, says):
    kept = {} if change is None else {**record([POLICY], PROFILES[0], AS_OF), **change}
    with pytest.raises(InputError, match=says):
        replay(kept, [POLICY])
