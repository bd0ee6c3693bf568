"""A result as the page shows it: the measures apart by standing, and what is left to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any as Json

from corpus.benefits import KINDS
from corpus.model import Any, AtLeast, Condition
from matcher.answer import missing_words
from matcher.evaluate import Finding
from matcher.match import Result
from matcher.matched import Match
from matcher.openings import in_proportion, worth_doing
from matcher.truth import Verdict, not_
from matcher.worth import worth_words
from web.answers import CONFIRM, Answers

# Further questions shown for answering at once, and statements to confirm.
ASKED = 4
CONFIRMS = 30
# Measures of one standing that are shown before the fold, and at all: the rest are counted.
SHOWN = 25
MOST = 150


@dataclass(frozen=True, slots=True)
class Outcome:
    """The matches of `result` in groups; `one_step` are those that a single change would bring about."""

    result: Result
    eligible: tuple[Match, ...]
    unknown: tuple[Match, ...]
    drafts: tuple[Match, ...]
    one_step: tuple[Match, ...]
    ineligible: tuple[Match, ...]
    lapsed: tuple[Match, ...]
    coming: tuple[Match, ...]

    def to_confirm(self, answers: Answers) -> tuple[str, ...]:
        """The statements that people must confirm, those already answered first, then the ones asked for most."""
        answered = [name.removeprefix(CONFIRM) for name in answers.given if name.startswith(CONFIRM)]
        asked = Counter(
            missing.what
            for match in self.unknown
            if match.finding
            for missing in match.finding.missing()
            if missing.field == "manual" and missing.what
        )
        return tuple(dict.fromkeys(answered + [words for words, _ in asked.most_common(CONFIRMS)]))


def read_outcome(result: Result) -> Outcome:
    """The outcome of `result`, each measure in exactly one group."""
    unknown = result.by_standing("unknown")
    ineligible = result.by_standing("ineligible")
    near = tuple(match for match in ineligible if one_step(match))
    return Outcome(
        result,
        eligible=result.by_standing("eligible"),
        unknown=tuple(match for match in unknown if not match.draft),
        drafts=tuple(match for match in unknown if match.draft),
        one_step=near,
        ineligible=tuple(match for match in ineligible if match not in near),
        lapsed=result.by_standing("expired"),
        coming=result.by_standing("not_yet_in_force"),
    )


def one_step(match: Match) -> bool:
    """Whether one change, and no more, would bring the measure about, and it is one to be wished for and within reach."""
    real = [change for change in match.near_miss if not change.confirm]
    return len(real) == 1 and worth_doing(real[0]) and in_proportion(real[0])


def counts_as(leaf: Finding) -> Verdict:
    """What a condition's verdict means for the measure: under a `not` its holding speaks against."""
    return not_(leaf.verdict) if leaf.negated else leaf.verdict


def wanting(match: Match) -> tuple[str, ...]:
    """The facts that could still change the verdict, in Chinese, each once."""
    if match.finding is None:
        return ()
    return tuple(dict.fromkeys(missing_words(missing) for missing in match.finding.missing()))


def bearing(finding: Finding) -> Iterator[Finding]:
    """The conditions that bear on a verdict: not those of alternatives that failed where another holds or may hold."""
    if finding.answer is not None:
        yield finding
    for branch in finding.of:
        spare = isinstance(finding.rule, Any | AtLeast) and branch.verdict.rank < finding.verdict.rank
        if not spare:
            yield from bearing(branch)


def worth_short(match: Match) -> str:
    """The worth in a few characters, for a list: an amount, else that it is open, else what kind of benefit it is."""
    worth = match.benefit
    if worth.high is not None or worth.low:
        return worth_words(worth)
    return "金额待定" if worth.low is not None else KINDS[match.measure.benefit.kind] if match.measure.benefit else ""


def shown_leaves(match: Match) -> tuple[Finding, ...]:
    """The conditions to show as the reasons: all of them; of a measure out of reach those that put it there."""
    if match.finding is None:
        return ()
    return tuple(match.finding.deciding() if match.standing == "ineligible" else match.finding.leaves())


def quotes(match: Match) -> tuple[Mapping[str, Json], ...]:
    """The clauses that the shown conditions rest on, each once, where their words are at hand."""
    cited = [match.clause(leaf.rule) for leaf in shown_leaves(match) if isinstance(leaf.rule, Condition)]
    cited = cited or [match.clause()]
    return tuple({clause["path"]: clause for clause in cited if clause["path"] and clause["quote"]}.values())


def missing_of(leaf: Finding) -> str:
    """What is not known of one condition, in Chinese."""
    return "、".join(missing_words(missing) for missing in leaf.answer.missing) if leaf.answer else ""
