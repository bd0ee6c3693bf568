"""The draft measures of a whole policy: what its general clauses say counts for all that it grants."""

from __future__ import annotations

from corpus.model import All, Measure, Policy
from indexer.extract.reader import extract


def draft_measures(policy: Policy) -> tuple[Measure, ...]:
    """Every measure that the policy's clauses grant, as drafts, in the order of the clauses."""
    out = []
    for clause in policy.clauses:
        for n, reading in enumerate(extract(clause.text, title=policy.title, region=policy.region), 1):
            if reading.benefit is None:
                continue
            out.append(
                Measure(
                    id=f"{policy.id}#{clause.path}.{n}",
                    title=clause.text[:30],
                    rule=reading.rule or All(),
                    benefit=reading.benefit,
                    department=reading.department,
                    clauses=(clause.path,),
                    review="draft",
                )
            )
    return tuple(out)
