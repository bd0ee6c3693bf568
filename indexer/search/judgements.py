"""有用 / 没用: what people say of a hit, kept line by line with nothing that tells who they are, and as a judged set.

A vote is the query, the policy, whether it was of use and the day. Long runs of digits in the query (telephone and
identity numbers) are struck out, and nothing is kept of who asked, from where, or at what time of day.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.model import Policy

_LONGEST_QUERY = 200
# Beyond this no more is taken down: somebody is writing votes by machine.
_MOST_BYTES = 64 << 20
_NUMBER = re.compile(r"[\dA-Za-z@._-]*\d{5,}[\dA-Za-z@._-]*|[^\s@]+@[^\s@]+")


@dataclass(frozen=True, slots=True)
class Vote:
    """Somebody found that a policy answers a query (`useful`), or that it does not."""

    query: str
    policy: str
    useful: bool
    on: date


class Votes:
    """The votes in `file`, made with the first."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def add(self, vote: Vote) -> None:
        """Take down a vote; one without a query, or beyond what the file may hold, is left out."""
        query = _NUMBER.sub("□", vote.query)[:_LONGEST_QUERY].strip()
        if not query or (self.file.exists() and self.file.stat().st_size > _MOST_BYTES):
            return
        line = {"query": query, "policy": vote.policy, "useful": vote.useful, "on": vote.on.isoformat()}
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")

    def all(self) -> tuple[Vote, ...]:
        """Every vote in the order given; a line that was cut off is left out."""
        out = []
        for line in self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else ():
            try:
                kept = json.loads(line)
                out.append(Vote(kept["query"], kept["policy"], kept["useful"], date.fromisoformat(kept["on"])))
            except (ValueError, KeyError, TypeError):
                continue
        return tuple(out)


def write_set(votes: Iterable[Vote], policies: Iterable[Policy], folder: Path) -> int:
    """Write a judged set into `folder`, in the form that benchmarks/search.py reads; how many pairs are judged useful.

    A pair counts as useful where more said so than not; a query for which nothing is useful is left out.
    """
    known = {policy.id: policy for policy in policies}
    balance: dict[str, Counter[str]] = defaultdict(Counter)
    for vote in votes:
        balance[vote.query][vote.policy] += 1 if vote.useful else -1
    judged = {
        query: [policy for policy, sum_ in counts.items() if sum_ > 0 and policy in known]
        for query, counts in balance.items()
    }
    judged = {query: useful for query, useful in judged.items() if useful}
    folder.mkdir(parents=True, exist_ok=True)
    names = {query: f"vote-{number}" for number, query in enumerate(sorted(judged), 1)}
    _write(folder / "queries.jsonl", ({"qid": names[query], "query": query} for query in judged))
    _write(
        folder / "corpus.jsonl",
        (
            {"doc_id": policy.id, "title": policy.title, "text": "\n".join(clause.text for clause in policy.clauses)}
            for policy in known.values()
        ),
    )
    pairs = [f"{names[query]}\t{policy}\t1" for query, useful in judged.items() for policy in useful]
    (folder / "qrels.tsv").write_text("\n".join(["query_id\tdoc_id\trelevance", *pairs]) + "\n", encoding="utf-8")
    return len(pairs)


def _write(path: Path, entries: Iterable[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries), encoding="utf-8")
