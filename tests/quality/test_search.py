"""Search must not get worse: nDCG@10 on the judged sets, against the floors in floors.json.

A floor holds for the data whose fingerprint stands beside it. Raising one is routine; lowering one is a decision that
its commit explains. Measured on the `test` half of each set: from the other the product was tuned, and learned.
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
        pytest.param("topics", marks=pytest.mark.slow),
        pytest.param("lay", marks=pytest.mark.slow),
    ],
)
def test_not_below_the_floor_nor_below_plain_bm25(bench, shared, tmp_path, name):
    floor = FLOORS[name]
    folder = shared / "data" / "benchmark" / (name if name in bench.GIVEN else "policy_qa")
    files = [folder / part for part in ("corpus.jsonl", "queries.jsonl", "qrels.tsv")]
    if name not in bench.GIVEN:
        files = [files[0], ROOT / "benchmarks" / "data" / "topics.tsv"]
    fingerprint = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    assert fingerprint == floor["fingerprint"], "数据与下限所依据的不是同一份：重新测量后再改 floors.json"
    documents, queries, judged = bench.read_set(name)
    queries = [query for query in queries if bench.half(query["qid"]) == "test"]
    figures, hits = {}, {}
    for ranker, rank in {"ours": bench.ours(documents, tmp_path), "plain": bench.bm25(documents, bench.pairs)}.items():
        scores = [bench.scores_of(rank(query["query"]), judged[query["qid"]]) for query in queries]
        figures[ranker] = statistics.fmean(score[0] for score in scores)
        hits[ranker] = [statistics.fmean(score[at] for score in scores) for at in (2, 3)]
    for found, least in zip(hits["ours"], floor.get("hit@1, hit@5", [0, 0]), strict=True):
        assert found >= least
    assert figures["ours"] >= floor["ndcg@10"]
    assert figures["ours"] >= figures["plain"] * floor["times_plain"]
