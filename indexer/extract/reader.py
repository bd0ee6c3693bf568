"""A passage read: its measures, each with a rule, a benefit, and the words that each piece came from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.model import Benefit, Rule, Tiers
from corpus.rules import conditions as walk
from indexer.extract.atoms import Place
from indexer.extract.conditions import join
from indexer.extract.confidence import doubt, doubted
from indexer.extract.department import DEPARTMENT
from indexer.extract.passage import Passage
from indexer.extract.scene import read_drafts
from indexer.extract.tiers import Draft

VERSION = "2026.3"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the passage as it was given, and what it became (a field's name, `manual`, `benefit`, `department`…)."""

    start: int
    end: int
    what: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One measure as the machine read it. `rule` is None where nothing is asked, `benefit` where only conditions stand."""

    rule: Rule | None
    benefit: Benefit | None
    department: str | None
    spans: tuple[Span, ...]
    confidence: float


# A passage without any of these gives nothing and asks nothing: the quick no.
_QUICK = re.compile(
    "[\\d%‰折一二两三四五六七八九十百千万]+[^，。]{0,3}(?:元|%|‰|折|倍|百分点)|免|减半|不再|减按|返还|退还|贴息|补贴|补助|奖励|奖补|资助|加计|扣[减除]|[缓延]缴|缓[交征]|暂停|停征|停收|不承担|抵免|摊销|[同等]额|延[期长缓]|欠费|贷款|条件|符合|注册|成立|营业收入|申[报请](?:单位|企业|主体|机构)|(?:支持|扶持|奖励|适用|资助)(?:对象|范围)|1[:：]1"
)


def extract(text: str, *, title: str = "", region: str | None = None) -> tuple[Reading, ...]:
    """The measures that a passage grants, in order; empty where it grants nothing.

    A passage that only says who qualifies gives one reading without a benefit. `region` is the code of the policy's
    region: 本市, 省内 are read as it; nothing else is taken from it, and nothing but the sort of giving from `title`.
    The same text gives the same readings, always (grammar `VERSION`).
    """
    if not _QUICK.search(text):
        return ()
    passage = Passage(text)
    department = find_department(passage)
    drafts = read_drafts(passage, Place(region), title)
    rules = [join(draft.nodes) for draft in drafts]
    sure = [doubted(rule, doubt(rules, at, _tiered(drafts[at]))) for at, rule in enumerate(rules)]
    return tuple(_finish(draft, rule, passage, department) for draft, rule in zip(drafts, sure, strict=True))


def _tiered(draft: Draft) -> bool:
    return draft.benefit is not None and isinstance(draft.benefit.amount, Tiers)


def find_department(passage: Passage) -> tuple[str, int, int] | None:
    """The one department that the passage makes responsible, with its place; None where it names none or several."""
    hits = list(DEPARTMENT.finditer(passage.text))
    if len(hits) != 1:
        return None
    names = hits[0]["names"] or hits[0]["led"]
    return names.strip("，。；"), hits[0].start(), hits[0].end()


def _finish(draft: Draft, rule: Rule, passage: Passage, department: tuple[str, int, int] | None) -> Reading:
    spans = []
    for node in draft.nodes:
        fields = sorted({condition.field for _, condition in walk(node.rule)})
        spans.append(Span(*passage.original(node.start, node.end), "、".join(fields)))
    if draft.benefit is not None:
        spans.append(Span(*passage.original(draft.start, draft.end), "benefit"))
    if department:
        spans.append(Span(*passage.original(department[1], department[2]), "department"))
    spans.sort(key=lambda span: (span.start, span.end))
    sure = [condition.confidence or 0.5 for _, condition in walk(rule)]
    return Reading(rule, draft.benefit, department[0] if department else None, tuple(spans), min(sure, default=0.6))
