"""Where a row of the audit is stuck, by kind, with the office that can mend it, how much is lost there and of how many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any as Json
from typing import Literal, TypeAlias

from ledger.auditing.tally import Tally

LEAST_SAMPLE = 5
"""Pairs of enterprise and measure at a step before anything is said about it: of fewer, one more or less would turn the judgement."""
LEAST_SHARE = 0.2
"""The part lost at a step before it is called a bottleneck: with less than a fifth lost the row runs well enough."""

Kind: TypeAlias = Literal[
    "nobody_qualifies",
    "not_informed",
    "informed_not_applied",
    "waiting_for_approval",
    "declined",
    "approved_not_paid",
    "none",
    "too_few_to_say",
]
KINDS: dict[Kind, str] = {
    "nobody_qualifies": "无人符合",
    "not_informed": "符合未告知",
    "informed_not_applied": "告知未申报",
    "waiting_for_approval": "申报未批",
    "declined": "申报未通过",
    "approved_not_paid": "批准未兑付",
    "none": "未见堵点",
    "too_few_to_say": "样本太少，不下结论",
}
# Each kind with the loss that it names and the count that the loss is a part of, in the order of the process.
STAGES: tuple[tuple[Kind, str, str], ...] = (
    ("not_informed", "unreached", "eligible"),
    ("informed_not_applied", "not_applied", "informed"),
    ("waiting_for_approval", "waiting", "applied"),
    ("declined", "turned_down", "applied"),
    ("approved_not_paid", "not_paid", "approved"),
)


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The step that loses most. `share_lost` is a fraction of `sample`, the pairs of enterprise and measure that came to
    the step (in a row of one measure: enterprises); None where nothing can be said.
    """

    kind: Kind
    office: str | None = None
    share_lost: float | None = None
    sample: int = 0

    def to_json(self) -> dict[str, Json]:
        return {"kind": self.kind, "office": self.office, "share_lost": self.share_lost, "sample": self.sample}


def find_bottleneck(tally: Tally, *, in_force: bool, pays: bool, office_of: Callable[[str], str | None]) -> Bottleneck:
    """The step of `tally` with the greatest share lost, the earlier of two equal ones.

    `in_force`: one of the row's measures is; `pays`: one of them pays money, so that approval alone is not the end.
    `office_of` names the office that most of those lost at a step (of LOSSES) wait for. A step with fewer than
    LEAST_SAMPLE pairs is not judged. Nobody qualifies only where every verdict is known: one that is unknown might.
    """
    counts, flow = tally.counts, tally.flow
    if in_force and counts["eligible"] == counts["unknown"] == 0 and tally.judged >= LEAST_SAMPLE:
        return Bottleneck("nobody_qualifies", office_of("unreached"), 1.0, tally.judged)
    judged = [
        (flow[loss] / flow[base], kind, loss, flow[base])
        for kind, loss, base in STAGES
        if flow[base] >= LEAST_SAMPLE and (pays or kind != "approved_not_paid")
    ]
    if not judged:
        return Bottleneck("too_few_to_say", sample=flow["eligible"])
    share, kind, loss, sample = max(judged, key=lambda stage: stage[0])
    if share < LEAST_SHARE:
        return Bottleneck("none", None, round(share, 4), sample)
    return Bottleneck(kind, office_of(loss), round(share, 4), sample)
