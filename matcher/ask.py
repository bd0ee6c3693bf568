"""What to ask next: the unknown facts, by what an answer would settle over all measures and what that is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any as Json

from corpus.model import All, Any, AtLeast, Condition, Not
from matcher.answer import missing_words
from matcher.evaluate import Finding
from matcher.known import Missing
from matcher.truth import ELIGIBLE, INELIGIBLE, Verdict, and_, at_least, not_, or_
from matcher.worth import Estimate

UNPRICED = 10_000.0
"""What a measure whose worth is not known weighs in the order of questions, in yuan. It orders; it is never shown."""


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for: how many measures one answer can settle by itself, in how many it is wanting, what they are worth.

    `field` is its field, `what` the title, event or words asked about, `years` the years wanted. `worth_high` is the sum
    of the known upper ends in yuan.
    """

    field: str
    settles: int
    asked_by: int
    worth_high: float
    weight: float
    whats: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    words: str = ""

    def to_json(self) -> dict[str, Json]:
        out: dict[str, Json] = {"field": self.field, "settles": self.settles, "worth_high": self.worth_high}
        out |= {"asked_by": self.asked_by, "words": self.words}
        if self.years:
            out["years"] = list(self.years)
        if self.whats:
            out["what"] = list(self.whats)
        return out


def ask_next(open_measures: Iterable[tuple[Finding, Estimate]]) -> tuple[Question, ...]:
    """The questions that the unknown measures leave, the most telling first; none when nothing more matters.

    A question is a field (with all its years and titles), or the words of one `manual` condition.
    """
    found: dict[str, list[tuple[Missing, ...]]] = {}
    settles: dict[str, int] = {}
    worth: dict[str, float] = {}
    weight: dict[str, float] = {}
    for finding, estimate in open_measures:
        by_key: dict[str, list[Missing]] = {}
        for missing in finding.missing():
            by_key.setdefault(missing.key, []).append(missing)
        for key, wanting in by_key.items():
            found.setdefault(key, []).append(tuple(wanting))
            alone = settles_alone(finding, key)
            settles[key] = settles.get(key, 0) + alone
            worth[key] = worth.get(key, 0.0) + (estimate.high or 0.0 if estimate.money else 0.0)
            price = estimate.high if estimate.money and estimate.high else UNPRICED
            weight[key] = weight.get(key, 0.0) + price * (1.0 if alone else 0.5) / len(by_key)
    questions = [_question(found[key], settles[key], worth[key], weight[key]) for key in found]
    return tuple(sorted(questions, key=lambda q: (-q.weight, -q.settles, q.field, q.words)))


def _question(found: list[tuple[Missing, ...]], settles: int, worth: float, weight: float) -> Question:
    each = tuple(dict.fromkeys(missing for wanting in found for missing in wanting))
    return Question(
        field=each[0].field,
        settles=settles,
        asked_by=len(found),
        worth_high=round(worth, 2),
        weight=weight,
        whats=tuple(dict.fromkeys(missing.what for missing in each if missing.what)),
        years=tuple(sorted({missing.year for missing in each if missing.year})),
        words="、".join(dict.fromkeys(map(missing_words, each))),
    )


def settles_alone(finding: Finding, key: str) -> bool:
    """Whether an answer to `key` could settle an unknown finding with nothing else known."""
    unknown = [leaf for leaf in finding.open_leaves() if _asks_for(leaf, key)]
    return any(
        with_answers(finding, dict.fromkeys((leaf.path for leaf in unknown), verdict)).settled
        for verdict in (INELIGIBLE, ELIGIBLE)
    )


def _asks_for(leaf: Finding, key: str) -> bool:
    return leaf.answer is not None and {missing.key for missing in leaf.answer.missing} == {key}


def with_answers(finding: Finding, answers: Mapping[str, Verdict]) -> Verdict:
    """The verdict if the conditions at the given paths came out as `answers` say."""
    match finding.rule:
        case Condition():
            return answers.get(finding.path, finding.verdict)
        case Not():
            return not_(with_answers(finding.of[0], answers))
        case All():
            return and_([with_answers(branch, answers) for branch in finding.of])
        case Any():
            return or_([with_answers(branch, answers) for branch in finding.of])
        case AtLeast(n, _):
            return at_least(n, [with_answers(branch, answers) for branch in finding.of])
