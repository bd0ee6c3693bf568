"""One enterprise against every measure: verdict, grounds, worth, what is missing, what is nearly there, what to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any as Json
from typing import Literal, TypeAlias

from corpus.model import All, Any, AtLeast, Clause, Condition, Measure, Not, Policy, term_on
from corpus.rules import dump_value
from matcher.ask import Question, ask_next
from matcher.bundle import Bundle, Candidate, best_bundle, worth_key
from matcher.evaluate import Finding, evaluate
from matcher.facts import Profile
from matcher.known import Facts
from matcher.near import Change, near_miss
from matcher.truth import ELIGIBLE, UNKNOWN, Verdict
from matcher.worth import Basis, Estimate, estimate, yuan

SCHEMA_VERSION = 1
Standing: TypeAlias = Literal["eligible", "unknown", "ineligible", "expired", "not_yet_in_force"]
STANDINGS: dict[Standing, str] = {
    "eligible": "符合",
    "unknown": "待核实",
    "ineligible": "不符合",
    "expired": "已失效",
    "not_yet_in_force": "未施行",
}
_ORDER = tuple(STANDINGS)
DRAFT = "待审核：条件由机器读出，尚未经人核对，判定不作数"
_QUOTE = 200


@dataclass(frozen=True)
class Match:
    """One measure for one enterprise on one day.

    `standing` is the verdict, or that the policy is not in force. `read` is the verdict by the rule as it stands, which
    a draft's standing hides. What it rests on is worked out when it is asked for.
    """

    policy: Policy
    measure: Measure
    standing: Standing
    read: Verdict | None
    finding: Finding | None
    benefit: Estimate
    as_of: date

    @property
    def draft(self) -> bool:
        return self.measure.review == "draft"

    @property
    def apply_by(self) -> date | None:
        """The last day to apply; None where none is set."""
        return self.measure.window.end if self.measure.window else None

    @property
    def window(self) -> Literal["open", "not_yet_open", "closed", "unknown"]:
        """Whether one can apply on the day; unknown where no days are set."""
        window = self.measure.window
        if window is None or (window.start is None and window.end is None):
            return "unknown"
        if window.start is not None and self.as_of < window.start:
            return "not_yet_open"
        return "closed" if window.end is not None and self.as_of > window.end else "open"

    @property
    def note(self) -> str | None:
        """What a person must know beside the verdict: not in force and why, a draft, a window that is closed."""
        if self.standing == "expired":
            return self.policy.withdrawn or f"政策已于 {self.policy.expires_on} 失效"
        if self.standing == "not_yet_in_force":
            return f"政策自 {self.policy.effective_from} 起施行"
        if self.draft:
            return DRAFT
        if self.window == "closed":
            return f"申报期已于 {self.apply_by} 截止"
        if self.window == "not_yet_open" and self.measure.window:
            return f"申报期自 {self.measure.window.start} 开始"
        return None

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What could still change the verdict: field names, `manual:` and words, `review` for a draft. Empty when settled."""
        if self.finding is None:
            return ()
        keys = tuple(dict.fromkeys(missing.key for missing in self.finding.missing()))
        return (*keys, "review") if self.draft else keys

    @cached_property
    def near_miss(self) -> tuple[Change, ...]:
        """The least that would have to change where it is not reached; empty where nothing within reach would do."""
        return near_miss(self.finding) if self.finding else ()

    @cached_property
    def score(self) -> float:
        """How much of the rule holds, 0 to 1; what is unknown counts half. It orders, and decides nothing."""
        return round(_share(self.finding), 4) if self.finding else 0.0

    @cached_property
    def reason(self) -> str:
        """Why, in one or a few sentences: the conditions that make the verdict what it is."""
        if self.finding is None:
            return self.note or ""
        deciding = [leaf for leaf in self.finding.deciding() if leaf.answer]
        grounds = list(dict.fromkeys(leaf.answer.reason(leaf.negated) for leaf in deciding if leaf.answer))
        if not grounds:
            return {"eligible": "没有设条件", "unknown": "待核实", "ineligible": "条件为空，无人符合"}[
                _code(self.finding)
            ]
        return "；".join(grounds) + "。"

    def clause(self, condition: Condition | None = None) -> dict[str, Json]:
        """The clause that a condition (or the measure) rests on, with its page and words."""
        path = (condition.clause if condition else None) or next(iter(self.measure.clauses), None)
        clause = _clause(self.policy, path)
        words = clause.text if clause else (condition.text if condition else None)
        return {
            "policy_id": self.policy.id,
            "path": path,
            "page": clause.page if clause else None,
            "quote": words if words is None or len(words) <= _QUOTE else words[: _QUOTE - 1] + "…",
        }

    def conditions(self) -> list[dict[str, Json]]:
        """Every condition of the rule with its verdict and grounds, in the rule's order."""
        out = []
        for leaf in self.finding.leaves() if self.finding else ():
            condition, grounds = leaf.rule, leaf.answer
            assert isinstance(condition, Condition)
            assert grounds is not None
            entry: dict[str, Json] = {
                "path": leaf.path,
                "field": condition.field,
                "op": condition.op,
                "value": dump_value(condition.value),
                "verdict": leaf.verdict.code,
                "have": grounds.have,
                "text": condition.text or grounds.asks,
                "reason": grounds.reason(leaf.negated),
                "clause": self.clause(condition),
            }
            if condition.period:
                entry["period"] = condition.period
            if leaf.negated:
                entry["negated"] = True
            out.append(entry)
        return out

    def to_json(self) -> dict[str, Json]:
        """The entry of `match --json`."""
        return {
            "measure_id": self.measure.id,
            "title": self.measure.title,
            "policy_id": self.policy.id,
            "verdict": self.standing,
            "score": self.score,
            "reason": self.reason,
            "note": self.note,
            "conditions": self.conditions(),
            "missing": list(self.missing),
            "near_miss": [change.to_json() for change in self.near_miss],
            "benefit": self.benefit.to_json(),
            "apply_by": self.apply_by and self.apply_by.isoformat(),
            "window": self.window,
            "department": self.measure.department or self.policy.department,
            "materials": list(self.measure.materials),
            "clause": self.clause(),
        }


@dataclass(frozen=True)
class Result:
    """Everything for one enterprise on one day: every measure judged, in the order to show them."""

    profile: Profile
    as_of: date
    matches: tuple[Match, ...]
    counts: Mapping[str, int]
    bundle: Bundle
    ask_next: tuple[Question, ...]

    def by_standing(self, *standings: Standing) -> tuple[Match, ...]:
        """The matches of the given standings, in order."""
        return tuple(match for match in self.matches if match.standing in standings)

    def to_json(self, limit: int | None = None, all: bool = False) -> dict[str, Json]:
        """The shape of `match --json`: eligible and unknown measures, with `all` every one; at most `limit`."""
        shown = self.matches if all else self.by_standing("eligible", "unknown")
        return {
            "schema_version": SCHEMA_VERSION,
            "profile_id": self.profile.id,
            "as_of": self.as_of.isoformat(),
            "counts": dict(self.counts),
            "matches": [match.to_json() for match in shown[:limit]],
            "bundle": self.bundle.to_json(),
            "ask_next": [question.to_json() for question in self.ask_next],
        }

    def to_text(self, limit: int | None = None) -> str:
        """The result for a terminal: counts, then measure by measure with worth and reason."""
        counts = self.counts
        who = self.profile.name or self.profile.id
        verdicts = "，".join(f"{STANDINGS[code]} {counts[code]}" for code in ("eligible", "unknown", "ineligible"))
        lines = [f"{who}（{self.as_of}）：{verdicts}，不在有效期 {counts['not_in_force']}"]
        for match in self.by_standing("eligible", "unknown")[:limit]:
            lines += [f"[{STANDINGS[match.standing]}] {match.measure.title}（{worth_words(match.benefit)}）"]
            lines += [f"    {match.note or match.reason}"]
        return "\n".join(lines)


def worth_words(worth: Estimate) -> str:
    """A worth in Chinese: one sum, a range, at least or at most, or the words it was given in."""
    low, high = worth.low, worth.high
    if low is None and high is None:
        return worth.how
    if high is None:
        return f"{yuan(low)}以上" if low else f"金额待定：{worth.how}"
    if low == high:
        return yuan(high)
    return f"最高 {yuan(high)}" if not low else f"{yuan(low)}至 {yuan(high)}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Policies made ready for matching: every measure that is not rejected, with its policy, in order."""

    entries: tuple[tuple[Policy, Measure], ...] = ()
    by_id: Mapping[str, tuple[Policy, Measure]] = field(default_factory=dict)


def compile_catalogue(policies: Iterable[Policy]) -> Catalogue:
    """The catalogue of `policies`. A measure that a person rejected is no measure."""
    entries = tuple((policy, m) for policy in policies for m in policy.measures if m.review != "rejected")
    return Catalogue(entries, {measure.id: (policy, measure) for policy, measure in entries})


def match(
    policies: Sequence[Policy] | Catalogue,
    profile: Profile,
    as_of: date,
    parameters: Mapping[str, float] | None = None,
) -> Result:
    """`profile` against every measure of `policies` on `as_of`; `parameters` are the published figures of the day, in yuan.

    Order: eligible, unknown, ineligible, not in force; within each drafts and closed windows last, then by worth, last
    day to apply, and how much of the rule holds. Pure: the same arguments give the same result.
    """
    catalogue = policies if isinstance(policies, Catalogue) else compile_catalogue(policies)
    facts = Facts(profile, as_of)
    awards = Awards(catalogue, facts, parameters or {})
    matches = [_match(policy, measure, facts, awards) for policy, measure in catalogue.entries]
    matches.sort(key=_order)
    counts = {code: sum(m.standing == code for m in matches) for code in ("eligible", "unknown", "ineligible")}
    counts["not_in_force"] = len(matches) - sum(counts.values())
    eligible = [m for m in matches if m.standing == "eligible"]
    open_ones = [(m.finding, m.benefit) for m in matches if m.standing == "unknown" and not m.draft and m.finding]
    return Result(
        profile,
        as_of,
        tuple(matches),
        counts,
        best_bundle([Candidate(m.measure.id, _group(m.measure), m.benefit) for m in eligible]),
        ask_next(open_ones),
    )


class Awards:
    """What each measure brings, worked out once; a measure that is a share of itself, however far round, stays open."""

    def __init__(self, catalogue: Catalogue, facts: Facts, parameters: Mapping[str, float]) -> None:
        self.catalogue = catalogue
        self.basis = Basis(facts, self.award, parameters)
        self.found: dict[str, Estimate] = {}
        self.pending: set[str] = set()

    def of(self, measure: Measure) -> Estimate:
        if measure.id not in self.found:
            self.pending.add(measure.id)
            self.found[measure.id] = estimate(measure, self.basis)
            self.pending.discard(measure.id)
        return self.found[measure.id]

    def award(self, measure_id: str) -> tuple[Verdict, Estimate] | None:
        entry = self.catalogue.by_id.get(measure_id)
        if entry is None or measure_id in self.pending:
            return None
        policy, measure = entry
        verdict = evaluate(measure.rule, self.basis.facts, measure.id).verdict
        sure = (
            verdict is ELIGIBLE
            and measure.review == "confirmed"
            and term_on(policy, self.basis.facts.as_of) == "in_force"
        )
        return (ELIGIBLE if sure else UNKNOWN), self.of(measure)


def _match(policy: Policy, measure: Measure, facts: Facts, awards: Awards) -> Match:
    term = term_on(policy, facts.as_of)
    if term != "in_force":
        return Match(policy, measure, term, None, None, awards.of(measure), facts.as_of)
    finding = evaluate(measure.rule, facts, measure.id)
    standing: Standing = "unknown" if measure.review == "draft" else _code(finding)
    return Match(policy, measure, standing, finding.verdict, finding, awards.of(measure), facts.as_of)


def _order(match: Match) -> tuple[Json, ...]:
    low, high = worth_key(match.benefit)
    return (
        _ORDER.index(match.standing),
        match.draft,
        match.window == "closed",
        0 if match.read is None else -match.read.rank,
        -low,
        -high,
        match.apply_by or date.max,
        -match.score,
        match.measure.id,
    )


def _group(measure: Measure) -> str | None:
    return measure.benefit.stacking if measure.benefit else None


def _code(finding: Finding) -> Standing:
    return finding.verdict.code  # type: ignore[return-value]


def _clause(policy: Policy, path: str | None) -> Clause | None:
    return next((clause for clause in policy.clauses if clause.path == path), None) if path else None


def _share(finding: Finding) -> float:
    match finding.rule:
        case Condition():
            return finding.verdict.rank / 2
        case Not():
            return 1 - _share(finding.of[0])
        case All():
            return sum(map(_share, finding.of)) / len(finding.of) if finding.of else 1.0
        case Any():
            return max(map(_share, finding.of), default=0.0)
        case AtLeast(n, _):
            return sum(sorted(map(_share, finding.of), reverse=True)[:n]) / n if n else 1.0
