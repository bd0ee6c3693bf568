"""Search over tantivy finds what search over everything finds: the same hits, in the same order, with the same scores.

Equal scores stand in the order of the index in both. What tantivy does not put among the CHOSEN is not found: the second
test keeps so few that most records are left out, and the first hits are the same all the same.
"""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
import yaml

from corpus.catalogue import read_policies
from corpus.model import Clause, Policy
from indexer.search import lexicon, narrow
from indexer.search.search import Index

HERE = Path(__file__).parent
DAY = date(2024, 7, 1)
QUERIES = [case["query"] for case in yaml.safe_load((HERE / "search_cases.yaml").read_text(encoding="utf-8"))]


def both(policies, folder, monkeypatch):
    """The index of `policies` that scores everything, and the one that asks tantivy first."""
    pytest.importorskip("tantivy")
    plain = Index(folder / "plain")
    plain.update(policies)
    assert not list((folder / "plain").rglob("tantivy"))
    monkeypatch.setattr(narrow, "FROM", 1)
    over = Index(folder / "tantivy")
    over.update(policies)
    assert list((folder / "tantivy").rglob("rank/*/tantivy"))
    return plain, over


def hits(index, query, limit=10, **asked):
    found = index.search(query, as_of=DAY, limit=limit, **asked).hits
    return [(hit.policy.id, hit.clause, hit.highlight, pytest.approx(hit.score, rel=1e-4)) for hit in found]


def told(found):
    return [(*rest, score.expected) for *rest, score in found]


@pytest.mark.parametrize("group", ["policy", "clause", "measure"])
def test_the_same_hits_in_the_same_order(tmp_path, monkeypatch, group):
    policies = read_policies(HERE / "search_corpus.measures.yaml").policies
    plain, over = both(policies, tmp_path, monkeypatch)
    for query in [*QUERIES, "", '"研发费用"', "济管〔2023〕1号", "高新*"]:
        assert told(hits(over, query, group=group)) == hits(plain, query, group=group), query
    over.update([Policy(policies[0].id, policies[0].title, clauses=(Clause("一", "支持低空经济企业购置无人机。"),))])
    over.remove([policies[1].id])
    plain.update([Policy(policies[0].id, policies[0].title, clauses=(Clause("一", "支持低空经济企业购置无人机。"),))])
    plain.remove([policies[1].id])
    for query in [*QUERIES, "无人机"]:
        assert told(hits(over, query, group=group)) == hits(plain, query, group=group), query


def test_the_first_hits_are_the_same_where_most_is_left_out(tmp_path, monkeypatch):
    draw = random.Random(5)
    words = lexicon.words()[:400]
    policies = [
        Policy(
            f"p{i}",
            "".join(draw.choices(words, k=3)),
            clauses=tuple(Clause(str(j), "".join(draw.choices(words, k=draw.randint(5, 20)))) for j in range(6)),
        )
        for i in range(200)
    ]
    plain, over = both(policies, tmp_path, monkeypatch)
    monkeypatch.setattr(narrow, "CHOSEN", 100)
    queries = ["".join(draw.choices(words, k=k)) for k in (1, 2, 3, 4) * 10]
    for query in queries:
        found = over.search(query, as_of=DAY)
        assert found.total <= plain.search(query, as_of=DAY).total
        assert told(hits(over, query, limit=5)) == hits(plain, query, limit=5), query


def test_filters_counts_and_other_orders_are_over_everything(tmp_path, monkeypatch):
    titles = [f"第{i}号无人机" if i % 3 == 0 else f"第{i}号租金" for i in range(100)]
    policies = [Policy(f"p{i}", title, region="419001" if i == 99 else "330100") for i, title in enumerate(titles)]
    plain, over = both(policies, tmp_path, monkeypatch)
    monkeypatch.setattr(narrow, "CHOSEN", 3)
    assert len(over.search("无人机", as_of=DAY).hits) == 3
    assert [hit.policy.id for hit in over.search("无人机", as_of=DAY, region="419001").hits] == ["p99"]
    assert over.search("无人机", as_of=DAY, facets=True).total == plain.search("无人机", as_of=DAY).total == 34
    assert over.search("无人机", as_of=DAY, sort="date").total == 34
