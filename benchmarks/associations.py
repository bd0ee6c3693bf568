"""Learn which words of the law answer which words of a question: `python benchmarks/associations.py`.

From the `tune` half of the statute questions alone (see `search.half`): a word of a question is tied to the words that
stand more often than by chance in the articles that lawyers judged to answer it. What a person has refused
(data/associations_refused.txt) is tied to nothing. Writes indexer/search/lexicon/associations.tsv, pairs of words with their
strength, which is all that the product keeps of it.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.search import half, read_set  # noqa: E402
from indexer.search import lexicon  # noqa: E402
from indexer.search.analysis import cutter, terms  # noqa: E402
from indexer.search.query import weigh  # noqa: E402

# A pair must have been seen so often, and its word in so many questions; a word in few is drawn towards nothing.
TOGETHER, QUESTIONS, PRIOR = 2.0, 2, 2.0
MOST = 12
# What the inverse frequency of a question's word is set against: about that of a word in five articles.
_USUAL = 8.0
_REFUSED = Path(__file__).parent / "data" / "associations_refused.txt"
_NUMBER = re.compile(r"第?[一二三四五六七八九十百两]+[条节章项款]?|.*\d.*")
# Where one of these is half of a pair, the pair is no name (与他, 不给).
_BETWEEN = frozenset("与之其被把将和或及有无不以于为因所")


def learn(
    questions: list[str], answers: list[list[set[str]]], frequency: Counter[str], size: int, refused: frozenset[str]
) -> dict[str, dict[str, float]]:
    """The strongest associations of each word, given questions and the words of each of their articles."""

    def rarity(term: str) -> float:
        return math.log1p((size - frequency[term] + 0.5) / (frequency[term] + 0.5))

    together: dict[str, Counter[str]] = defaultdict(Counter)
    asked: Counter[str] = Counter()
    for question, articles in zip(questions, answers, strict=True):
        if not articles:
            continue
        shares: Counter[str] = Counter()
        for article in articles:
            for term in article:
                shares[term] += 1 / len(articles)  # type: ignore[assignment]
        for word in weigh(question):
            asked[word] += 1
            together[word].update(shares)
    found = {}
    for word, counts in together.items():
        if asked[word] >= QUESTIONS and _names(word) and word not in refused:
            strengths = {
                term: rarity(word) / _USUAL * rarity(term) * count / (asked[word] + PRIOR)
                for term, count in counts.items()
                if count >= TOGETHER and len(term) > 1 and term not in refused and not _NUMBER.fullmatch(term)
            }
            if strengths:
                found[word] = dict(sorted(strengths.items(), key=lambda item: (-item[1], item[0]))[:MOST])
    return found


def _names(word: str) -> bool:
    """Whether a word may name a matter: no number, and no pair of characters with a function word in it."""
    between = _BETWEEN | lexicon.stop_words()
    pair = len(word) == 2 and not cutter().known(word) and any(char in between for char in word)
    return len(word) > 1 and not pair and not _NUMBER.fullmatch(word)


def refused() -> frozenset[str]:
    """The words that a person has refused."""
    lines = _REFUSED.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def main() -> None:
    documents, queries, judged = read_set("statutes")
    words = {document["doc_id"]: set(terms(document["text"])) for document in documents}
    frequency = Counter(term for found in words.values() for term in found)
    tune = [query for query in queries if half(query["qid"]) == "tune"]
    answers = [[words[one] for one in judged[query["qid"]] if one in words] for query in tune]
    table = learn([query["query"] for query in tune], answers, frequency, len(documents), refused())
    lines = [
        "# 问话里的词 → 法条里的词：强度。由 benchmarks/associations.py 从法条问答的调试一半学得，只留词对，不留原文"
    ]
    lines += [
        word + "\t" + " ".join(f"{term}:{strength:.2f}" for term, strength in tied.items())
        for word, tied in sorted(table.items())
    ]
    path = ROOT / "indexer" / "search" / "lexicon" / "associations.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}：{len(table)} 个词，{sum(map(len, table.values()))} 对")


if __name__ == "__main__":
    main()
