"""Tiers that only say a level, of a title that was named before them."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import Any, Condition, Rule, Tiers
from indexer.extract.atoms import any_of
from indexer.extract.tiers import Draft
from indexer.extract.titles import EVERYWHERE, title_of

# The words of a win before the name of what was won.
_WON = re.compile(
    "(?:首次|初次|新|被|获评|获得|获批|获|通过|认定|评定|评选|评|为|入选|列入|纳入|成为|创建|组建|建成|备案|授牌|命名|晋升|升级)+"
)

_BY_LEVEL = re.compile("(?:分别)?(?:按照?)?(?P<level>(?:国家|省|市|区|县|自治区)级?)(?:的)?")
_HAS_LEVEL = re.compile("国家|全国|中国|[省市区县]级|[一-龥]{2}[省市]")


def at_levels(draft: Draft) -> Draft:
    """`draft` whose tiers only say a level (新认定的绿色工厂，国家级50万元、省级30万元) with the one title that says none at each
    of these levels; as it is where there is no such.
    """
    benefit = draft.benefit
    if benefit is None or not isinstance(benefit.amount, Tiers):
        return draft
    tiers = benefit.amount.tiers
    levels = [level for t in tiers if isinstance(t.when, Condition) and (level := level_of(str(t.when.value)))]
    titles = [node for node in draft.nodes if all(_levelless(rule) for rule in _alternatives(node.rule))]
    if len(levels) != len(tiers) or len(titles) != 1:
        return draft
    title, own = titles[0], _alternatives(titles[0].rule)
    rows = tuple(replace(t, when=any_of(tuple(_at(r, at) for r in own))) for t, at in zip(tiers, levels, strict=True))
    won = replace(title, rule=any_of(tuple(rule for row in rows for rule in _alternatives(row.when))), what="tiers")
    nodes = tuple(won if node is title else node for node in draft.nodes if node.what != "tiers" or node is title)
    return replace(draft, nodes=nodes, benefit=replace(benefit, amount=replace(benefit.amount, tiers=rows)))


def level_of(words: str) -> str:
    """The level that `words` say and nothing else (按国家 is 国家级); empty where they say more or none."""
    hit = _BY_LEVEL.fullmatch(words)
    return f"{hit['level'].removesuffix('级')}级" if hit else ""


def _alternatives(rule: Rule) -> tuple[Rule, ...]:
    return rule.of if isinstance(rule, Any) else (rule,)


def _levelless(rule: Rule) -> bool:
    """Whether a rule asks for a title held or won whose name says no level."""
    if not (isinstance(rule, Condition) and rule.field in ("qualification", "event") and rule.op == "has"):
        return False
    name = _WON.sub("", str(rule.value), count=1) if rule.field == "event" else str(rule.value)
    return not _HAS_LEVEL.search(name) and name not in EVERYWHERE


def _at(rule: Rule, level: str) -> Rule:
    assert isinstance(rule, Condition)
    name = str(rule.value)
    verb = _WON.match(name) if rule.field == "event" else None
    cut = verb.end() if verb else 0
    bare = name[cut:]
    return replace(rule, value=f"{name[:cut]}{title_of(level + bare) or level + bare}")
