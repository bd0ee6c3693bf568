"""Search must not get worse: nDCG@10 on the judged sets, against the floors in floors.json.

A floor holds for the data whose fingerprint stands beside it. Raising one is routine; lowering one is a decision that
its commit explains. `statutes` is measured on the half that may be looked at, `test` is for reports alone.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))["search"]


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks import search
    finally:
        sys.path.remove(str(ROOT))
    return search


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "official_faq",
        pytest.param("policy_qa", marks=pytest.mark.slow),
        pytest.param("statutes", marks=pytest.mark.slow),
    ],
)
def test_not_below_the_floor_nor_below_plain_bm25(bench, shared, tmp_path, name):
    floor = FLOORS[name]
    files = (shared / "data" / "benchmark" / name / part for part in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"))
    fingerprint = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    assert fingerprint == floor["fingerprint"], "数据与下限所依据的不是同一份：重新测量后再改 floors.json"
    documents, queries, judged = bench.read_set(name)
    if name == "statutes":
        queries = [query for query in queries if bench.half(query["qid"]) == "tune"]
    figures = {}
    for ranker, rank in {"ours": bench.ours(documents, tmp_path), "plain": bench.bm25(documents, bench.pairs)}.items():
        scores = [bench.scores_of(rank(query["query"]), judged[query["qid"]])[0] for query in queries]
        figures[ranker] = statistics.fmean(scores)
    assert figures["ours"] >= floor["ndcg@10"]
    assert figures["ours"] >= figures["plain"] * floor["times_plain"]
