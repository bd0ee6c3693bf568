"""Search speed, ours beside tantivy, bm25s and Whoosh's own ranking over the same clauses; run by `benchmarks/search.py`.

The clauses are those of the real texts in the shared folder; once they are used up, their sentences are drawn anew with
other numbers, so that words stay as frequent as they are. `narrowed` is ours with tantivy saying first what is scored,
as it does by itself from `narrow.FROM` records on. Every engine builds in a process of its own (so that its CPU
time and its memory are its own) and answers the same queries. Ours answers as the program does: with chips, headers,
highlights; the peers give ids.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import re
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import islice
from pathlib import Path

from corpus.model import Clause, Policy
from indexer.search import narrow
from indexer.search.analysis import terms
from indexer.search.search import Index

DAY = date(2024, 6, 30)
CLAUSES_PER_POLICY = 30
# What takes minutes or gigabytes where the others take seconds is shown on this many clauses at most.
AT_MOST = {"whoosh": 10_000, "bm25s": 200_000}
Figures = dict[str, float]
Ranker = Callable[[str], object]


# ---------------------------------------------------------------- clauses and queries


def real_clauses(data: Path, count: int) -> Iterator[tuple[str, str]]:
    """`count` clauses as (title of the document, text)."""
    read = list(_paragraphs(data))
    yield from islice(read, count)
    draw = random.Random(7)
    sentences = [s for _, text in read for s in re.findall(r"[^。；\n]{8,}[。；\n]?", text)]
    titles = [title for title, _ in read]
    for _ in range(count - len(read)):
        length, text = draw.randint(60, 280), ""
        while len(text) < length:
            text += re.sub(r"\d", lambda _: str(draw.randrange(10)), draw.choice(sentences))
        yield draw.choice(titles), text


def _paragraphs(data: Path) -> Iterator[tuple[str, str]]:
    files = (
        *(data / "benchmark" / name / "corpus.jsonl" for name in ("official_faq", "policy_qa", "statutes")),
        *(data / "policies" / f"{name}.jsonl" for name in ("policies", "regulations")),
    )
    for path in files:
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line:
                document, pending = json.loads(line), ""
                for paragraph in document["text"].split("\n"):
                    pending += paragraph.strip()
                    if len(pending) >= 60:
                        yield document["title"], pending[:600]
                        pending = ""


def policies(clauses: list[tuple[str, str]]) -> Iterator[Policy]:
    """The clauses as policies, CLAUSES_PER_POLICY to each."""
    for at in range(0, len(clauses), CLAUSES_PER_POLICY):
        own = clauses[at : at + CLAUSES_PER_POLICY]
        yield Policy(f"p{at}", own[0][0], clauses=tuple(Clause(str(i), text) for i, (_, text) in enumerate(own, 1)))


def queries_from(clauses: list[tuple[str, str]], count: int = 200) -> list[str]:
    """Half of them 4 to 8 characters long, half 20 to 40, as they stand in the clauses."""
    draw = random.Random(11)
    out = []
    for i in range(count):
        text = draw.choice(clauses)[1]
        start, length = draw.randrange(max(len(text) - 40, 1)), draw.randint(20, 40) if i % 2 else draw.randint(4, 8)
        out.append(text[start : start + length])
    return out


def percentiles(times: list[float], unit: str = "ms") -> Figures:
    """p50 and p95."""
    ordered = sorted(times)
    return {f"p50_{unit}": ordered[len(ordered) // 2], f"p95_{unit}": ordered[int(len(ordered) * 0.95)]}


def timed(rank: Ranker, queries: list[str]) -> Figures:
    """p50 and p95 of `rank` in milliseconds, by the clock and in CPU time, each query asked for the first time."""
    for query in queries[:20]:
        rank(query[::-1])
    wall, cpu = [], []
    for query in queries:
        began, used = time.perf_counter(), time.thread_time()
        rank(query)
        cpu.append((time.thread_time() - used) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return percentiles(wall) | percentiles(cpu, "cpu_ms")


# ---------------------------------------------------------------- engines
# Each builds over `clauses` in `folder` and gives its ranker; None where it is not installed.


def _huiqi(clauses: list[tuple[str, str]], folder: Path) -> Callable[[], Ranker]:
    Index(folder).update(policies(clauses))
    index = Index(folder)
    return lambda: lambda query: index.search(query, as_of=DAY)


def _over_tantivy(clauses: list[tuple[str, str]], folder: Path) -> Callable[[], Ranker]:
    import tantivy  # noqa: F401 - without it everything would be scored

    narrow.FROM = 1
    return _huiqi(clauses, folder)


def _tantivy(clauses: list[tuple[str, str]], folder: Path) -> Callable[[], Ranker]:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True)
    builder.add_text_field("text", tokenizer_name="whitespace")
    schema = builder.build()
    folder.mkdir(parents=True)
    made = tantivy.Index(schema, path=str(folder))
    writer = made.writer(heap_size=256_000_000, num_threads=1)
    for i, (_, text) in enumerate(clauses):
        writer.add_document(tantivy.Document(id=i, text=" ".join(terms(text))))
    writer.commit()
    writer.wait_merging_threads()
    made.reload()
    searcher = made.searcher()

    def rank(query: str) -> list[int]:
        any_of = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", t)) for t in set(terms(query))]
        return [searcher.doc(at)["id"][0] for _, at in searcher.search(tantivy.Query.boolean_query(any_of), 10).hits]

    return lambda: rank


def _bm25s(clauses: list[tuple[str, str]], folder: Path) -> Callable[[], Ranker]:  # noqa: ARG001 - it stays in memory
    import bm25s

    made = bm25s.BM25()
    made.index([terms(text) for _, text in clauses], show_progress=False)
    return lambda: lambda query: made.retrieve([terms(query)], k=10, show_progress=False, n_threads=0)


def _whoosh(clauses: list[tuple[str, str]], folder: Path) -> Callable[[], Ranker]:
    from whoosh import fields, index
    from whoosh.query import Or, Term

    folder.mkdir(parents=True)
    schema = fields.Schema(id=fields.STORED, text=fields.KEYWORD(scorable=True))
    made = index.create_in(str(folder), schema)
    writer = made.writer()
    for i, (_, text) in enumerate(clauses):
        writer.add_document(id=i, text=" ".join(terms(text)))
    writer.commit()
    searcher = made.searcher()
    return lambda: (
        lambda query: [hit["id"] for hit in searcher.search(Or([Term("text", t) for t in set(terms(query))]), limit=10)]
    )


ENGINES: dict[str, Callable[[list[tuple[str, str]], Path], Callable[[], Ranker]]] = {
    "tantivy": _tantivy,
    "huiqi": _huiqi,
    "narrowed": _over_tantivy,
    "bm25s": _bm25s,
    "whoosh": _whoosh,
}


def _figures(engine: str, data: Path, count: int, folder: Path) -> Figures | str:
    """Run in a process of its own: build, then ask. Where the engine is not installed, what is missing."""
    count = min(count, AT_MOST.get(engine, count))
    clauses = list(real_clauses(data, count))
    asked = queries_from(clauses)
    terms("预热")
    before, wall, cpu = _peak_mb(), time.perf_counter(), time.process_time()
    try:
        rank = ENGINES[engine](clauses, folder)
    except ImportError as error:
        return f"没有安装 {error.name}"
    out = {"clauses": float(count), "index_cpu_s": time.process_time() - cpu, "index_s": time.perf_counter() - wall}
    out |= {"index_mb": _peak_mb() - before, "peak_mb": _peak_mb()}
    out |= timed(rank(), asked)
    if engine == "huiqi":
        out |= _one_change(folder)
    return out


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _one_change(folder: Path) -> Figures:
    """Seconds until a changed document is found, in an index that is open: the middle and the worst of seven."""
    index = Index(folder)
    index.search("预热", as_of=DAY)
    times = []
    for turn in range(7):
        began = time.perf_counter()
        index.update([Policy("p0", "改动一件", clauses=(Clause("1", f"支持低空经济企业购置第{turn}号无人机。"),))])
        found = index.search("低空经济无人机", as_of=DAY).hits
        times.append(time.perf_counter() - began)
        assert f"第{turn}号" in found[0].text
    return {"change_s": sorted(times)[3], "change_worst_s": max(times)}


def line_of(engine: str, row: Figures | str, peer: Figures | str) -> str:
    """The figures in a line, beside those of `peer` where both are over the same clauses."""
    if isinstance(row, str):
        return f"        {engine:8} {row}"
    figures = "  ".join(f"{key} {value:.2f}" for key, value in row.items() if key != "clauses")
    times = ""
    if isinstance(peer, dict) and peer["clauses"] == row["clauses"]:
        half, most = (row[key] / peer[key] for key in ("p50_cpu_ms", "p95_cpu_ms"))
        times = f"  x{half:.1f} / x{most:.1f} of tantivy"
    return f"{row['clauses']:7.0f} {engine:8} {figures}{times}"


def speed(data: Path, count: int, folder: Path) -> Iterator[tuple[str, Figures | str]]:
    """The figures of every engine at `count` clauses, tantivy first; of one that is not installed, what is missing."""
    for engine in ENGINES:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
            yield engine, alone.submit(_figures, engine, data, count, folder / f"{engine}{count}").result()
        shutil.rmtree(folder / f"{engine}{count}", ignore_errors=True)
