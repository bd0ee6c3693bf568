"""The clauses that an answer rests on, as they are cited: which policy, which clause, on which page, in which words."""

from __future__ import annotations

import re
from typing import Any as Json

from corpus.model import Cap, Clause, Measure, Policy
from corpus.quantity import find_quantities

_QUOTE = 200
_NOT_BOTH = re.compile(
    r"就高|从高|从优|不重复|不得重复|不予重复|不再享受|不能同时|不同时|不可同时|不叠加|不累加|不累计|不兼得|择一|择优享受|只能享受|只享受其"
)
_TOGETHER = re.compile(r"累计|合计|总额|总和|总计|总共|各项|多项|各类|所有|全部|年度|每年")


def cite(policy: Policy, path: str | None, clause: Clause | None, words: str | None = None) -> dict[str, Json]:
    """`clause` of `policy` as JSON, its words cut to what fits; where the policy has none at `path`, `words` stand for them."""
    words = clause.text if clause else words
    return {
        "policy_id": policy.id,
        "path": path,
        "page": clause.page if clause else None,
        "quote": words if words is None or len(words) <= _QUOTE else words[: _QUOTE - 1] + "…",
    }


def forbidding(policy: Policy, measure: Measure) -> Clause | None:
    """The clause that says a measure is not to be had together with its like: its own if one says so, else the policy's.

    None where no clause says so in words that are known.
    """
    own = [clause for clause in policy.clauses if clause.path in measure.clauses]
    return next((clause for clause in (*own, *policy.clauses) if _NOT_BOTH.search(clause.text)), None)


def capping(policy: Policy, measure: Measure, cap: Cap) -> Clause | None:
    """The clause that puts a ceiling on several measures together: the last that names its sum and speaks of a whole, of those
    of `measure` if one does, else of all the policy's. None where no clause says so in words that are known.
    """
    own = [clause for clause in policy.clauses if clause.path in measure.clauses]
    # What a measure says of itself comes first, what is said for all of them last.
    for clause in (*reversed(own), *reversed(policy.clauses)):
        sums = (found.value for found in find_quantities(clause.text) if found.unit == "yuan")
        if _TOGETHER.search(clause.text) and cap.amount in sums:
            return clause
    return None
