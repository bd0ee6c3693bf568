"""Searches by topic over all policies, and everyday words against official sentences, judged by the topic's own words.

`data/topics.tsv` holds topics with the official words by which a text is judged to be about them, and queries of five
kinds: keyword, short (an abbreviation), question, lay (everyday words) and typo. Who wrote them had read a part of the
product's lexicon before, so that they are not wholly strange to it; what fails of the `test` half is not looked at.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KINDS = ("keyword", "short", "question", "lay", "typo")
_SENTENCES = 3
_SENTENCE = re.compile(r"[^。；！？]{20,160}[。；]")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: the official words that a text about it uses, and a query of each kind that it has."""

    official: re.Pattern[str]
    queries: dict[str, str]


def topics() -> list[Topic]:
    """The topics in the file's order."""
    lines = (Path(__file__).parent / "data" / "topics.tsv").read_text(encoding="utf-8").splitlines()
    out = []
    for line in lines:
        if not line.startswith("#"):
            official, *queries = line.split("\t")
            asked = {kind: query for kind, query in zip(KINDS, queries, strict=True) if query != "-"}
            out.append(Topic(re.compile(official), asked))
    return out


def topical(documents: list[dict[str, Any]]) -> tuple[list[dict[str, str]], dict[str, dict[str, int]]]:
    """Queries with judgements over `documents`: 2 where a title or all of a text speaks of the topic, 1 where it is named twice."""
    queries, judged = [], {}
    for number, topic in enumerate(topics()):
        graded = {}
        for document in documents:
            times = len(topic.official.findall(document["text"]))
            dense = times >= 3 and times * 500 >= len(document["text"])
            if grade := 2 if dense or topic.official.search(document["title"]) else int(times >= 2):
                graded[document["doc_id"]] = grade
        if graded:
            for kind, query in topic.queries.items():
                queries.append({"qid": f"topic-{number}-{kind}", "query": query, "kind": kind})
                judged[queries[-1]["qid"]] = graded
    return queries, judged


def sentences(
    documents: list[dict[str, Any]],
) -> tuple[list[dict[str, str]], list[dict[str, str]], dict[str, dict[str, int]]]:
    """(sentences, lay queries, judgements): a few official sentences of each topic, and who asks for it in everyday words.

    A sentence that speaks of several topics answers each of them.
    """
    known = topics()
    pools: list[dict[str, str]] = [{} for _ in known]
    for document in documents:
        for match in _SENTENCE.finditer(document["text"].replace("\n", "")):
            sentence = match[0].strip()
            name = hashlib.sha256(sentence.encode()).hexdigest()[:12]
            for pool, topic in zip(pools, known, strict=True):
                if topic.official.search(sentence):
                    pool[name] = sentence
    chosen = {name: pool[name] for pool in pools for name in sorted(pool)[:_SENTENCES]}
    queries, judged = [], {}
    for number, topic in enumerate(known):
        if "lay" in topic.queries and pools[number]:
            qid = f"topic-{number}-lay"
            queries.append({"qid": qid, "query": topic.queries["lay"]})
            judged[qid] = {name: 1 for name, text in chosen.items() if topic.official.search(text)}
    corpus = [{"doc_id": name, "title": "", "text": text} for name, text in chosen.items()]
    return corpus, queries, judged
