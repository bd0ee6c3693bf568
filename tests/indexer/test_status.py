"""What state a policy is in: its own term, who replaced it, what it stands on."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.model import Policy
from indexer.status import endings, link, standings

NOW = date(2024, 6, 30)


def policy(name: str, **more) -> Policy:
    return Policy(id=name, title=more.pop("title", f"某市{name}办法"), **more)


OLD = policy(
    "old", title="某市企业扶持办法", doc_no="某政〔2019〕2号", issued_on=date(2019, 1, 1), expires_on=date(2027, 12, 31)
)


def test_a_repealed_policy_is_over_though_its_own_term_runs():
    new = policy("new", replaces=("某政[2019] 2号",), issued_on=date(2023, 5, 1), effective_from=date(2023, 6, 1))
    found = standings([OLD, new], NOW)["old"]
    assert found.state == "withdrawn"
    assert found.replaced_by == ("new",)
    assert "《某市new办法》" in found.reasons[0]


def test_not_before_the_new_one_is_in_force():
    new = policy("new", replaces=("某政〔2019〕2号",), effective_from=date(2024, 7, 1))
    assert standings([OLD, new], NOW)["old"].state == "in_force"
    assert standings([OLD, new], date(2024, 7, 1))["old"].state == "withdrawn"


@pytest.mark.parametrize(
    ("term", "state"),
    [
        ({"expires_on": date(2024, 6, 30)}, "in_force"),
        ({"expires_on": date(2024, 6, 29)}, "expired"),
        ({"effective_from": date(2024, 7, 1)}, "not_yet_in_force"),
        ({}, "in_force"),
    ],
)
def test_its_own_term(term, state):
    assert standings([policy("a", **term)], NOW)["a"].state == state


def test_no_term_is_said_not_taken_for_endless():
    assert standings([policy("a")], NOW)["a"].reasons == ("未载明有效期",)


def test_cited_by_title_with_or_without_issuer():
    new = policy("new", replaces=("某市人民政府关于印发《某市企业扶持办法》的通知",), issued_on=date(2023, 1, 1))
    assert link([OLD, new]).replaces == {"new": ("old",)}


def test_a_title_does_not_find_what_came_later():
    late = policy("late", title="某市企业扶持办法", issued_on=date(2024, 1, 1))
    new = policy("new", replaces=("某市企业扶持办法",), issued_on=date(2023, 1, 1))
    assert link([OLD, late, new]).replaces == {"new": ("old",)}


def test_what_is_not_in_the_store_stays_open():
    new = policy("new", replaces=("某政〔2001〕1号",), basis=("某法",))
    links = link([OLD, new])
    assert links.open == {"new": ("某政〔2001〕1号", "某法")}
    assert standings([OLD, new], NOW)["old"].state == "in_force"


def test_an_ended_basis_is_flagged_and_changes_nothing():
    base = policy("base", doc_no="某省〔2020〕1号", expires_on=date(2023, 12, 31))
    rests = policy("rests", basis=("某省〔2020〕1号",))
    found = standings([base, rests], NOW)["rests"]
    assert found.state == "in_force"
    assert found.weak_basis == ("base",)
    assert "已过有效期" in found.reasons[-1]


def test_a_chain_of_versions_oldest_first():
    chain = [
        policy("v1", doc_no="某〔2015〕1号"),
        policy("v2", doc_no="某〔2019〕1号", replaces=("某〔2015〕1号",)),
        policy("v3", doc_no="某〔2023〕1号", replaces=("某〔2019〕1号",)),
    ]
    assert standings(chain, NOW)["v3"].chain == ("v1", "v2")


def test_a_ring_of_repeals_ends():
    ring = [
        policy("a", doc_no="某〔2015〕1号", replaces=("某〔2016〕1号",)),
        policy("b", doc_no="某〔2016〕1号", replaces=("某〔2015〕1号",)),
    ]
    assert standings(ring, NOW)["a"].chain == ("b",)


@pytest.mark.parametrize(
    ("more", "doubt"),
    [
        ({"issued_on": date(2015, 1, 1)}, "已施行 9 年，未载明有效期"),
        ({"issued_on": date(2021, 1, 1), "title": "某市奖励办法（试行）"}, "试行、暂行文件已施行 3 年"),
        ({"issued_on": date(2023, 1, 1), "validity": "有效期至2025年或2026年"}, "读不出唯一的截止日期"),
        ({"issued_on": date(2023, 1, 1)}, None),
        ({"issued_on": date(2015, 1, 1), "expires_on": date(2025, 1, 1)}, None),
        ({"issued_on": date(2015, 1, 1), "title": "某省促进条例"}, None),
        ({"issued_on": date(2015, 1, 1), "withdrawn": "废止"}, None),
    ],
)
def test_what_must_be_looked_at_before_it_is_relied_on(more, doubt):
    found = standings([policy("a", **more)], NOW)["a"]
    assert [doubt in said for said in found.doubts] == ([True] if doubt else [])


def test_an_ended_basis_is_a_doubt():
    old = policy("old", doc_no="某政〔2019〕2号", expires_on=date(2020, 1, 1))
    found = standings([old, policy("new", basis=("某政〔2019〕2号",), issued_on=date(2023, 1, 1))], NOW)["new"]
    assert found.doubts == ("依据已失效：《某市old办法》",)


def test_endings_begin_with_what_ends():
    new = policy("new", replaces=("某政〔2019〕2号",), effective_from=date(2024, 7, 1), doc_no="某政〔2024〕5号")
    (ending,) = endings([OLD, new])
    assert (ending.policy, ending.by, ending.on) == ("old", "new", date(2024, 7, 1))
    assert ending.words == "被《某市new办法》（某政〔2024〕5号）替代或废止"
