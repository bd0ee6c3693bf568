"""Votes are kept without anything that tells who gave them, and come out as a judged set that can be searched again."""

from __future__ import annotations

import json
from datetime import date

import pytest

from corpus.model import Clause, Policy
from indexer.search.judgements import Vote, Votes, write_set

DAY = date(2024, 6, 30)
POLICIES = [Policy(name, f"政策{name}", clauses=(Clause("一", f"条款{name}"),)) for name in ("A", "B")]


@pytest.mark.parametrize(
    "said",
    [
        "我的电话 13800138000 稳岗",
        "身份证41088119900101123X 稳岗",
        "someone@example.com 稳岗",
        "91410881MA9ABCDE00 稳岗",
    ],
)
def test_numbers_and_addresses_are_struck_out(tmp_path, said):
    votes = Votes(tmp_path / "votes.jsonl")
    votes.add(Vote(said, "A", True, DAY))
    kept = (tmp_path / "votes.jsonl").read_text(encoding="utf-8")
    assert "稳岗" in kept
    for number in ("13800138000", "41088119900101123X", "someone", "91410881"):
        assert number not in kept
    assert json.loads(kept).keys() == {"query", "policy", "useful", "on"}


def test_a_year_and_an_amount_stay(tmp_path):
    votes = Votes(tmp_path / "votes.jsonl")
    votes.add(Vote("2023年 5000万 贴息", "A", True, DAY))
    assert votes.all() == (Vote("2023年 5000万 贴息", "A", True, DAY),)


def test_a_line_that_was_cut_off_loses_no_other(tmp_path):
    votes = Votes(tmp_path / "votes.jsonl")
    assert votes.all() == ()
    votes.add(Vote("稳岗", "A", True, DAY))
    with votes.file.open("a", encoding="utf-8") as out:
        out.write('{"query": "半\n')
    votes.add(Vote("贴息", "B", False, DAY))
    assert [vote.query for vote in votes.all()] == ["稳岗", "贴息"]


def test_the_set_holds_what_more_found_useful_than_not(tmp_path):
    votes = [
        Vote("稳岗", "A", True, DAY),
        Vote("稳岗", "A", True, DAY),
        Vote("稳岗", "A", False, DAY),
        Vote("稳岗", "B", False, DAY),
        Vote("贴息", "B", True, DAY),
        Vote("贴息", "B", False, DAY),
        Vote("用地", "gone", True, DAY),
    ]
    assert write_set(votes, POLICIES, tmp_path / "set") == 1
    assert (tmp_path / "set" / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:] == ["vote-1\tA\t1"]
    corpus = [json.loads(line) for line in (tmp_path / "set" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [entry["text"] for entry in corpus] == ["条款A", "条款B"]
