"""One grant: whose conditions it has, of its own words and of those it takes up, and the drafts that come of it."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import Condition
from corpus.rules import conditions as walk
from indexer.extract.atoms import Node
from indexer.extract.branches import scene_theme
from indexer.extract.cases import bounded_for_some, case_of, told_by_last
from indexer.extract.ceilings import bounded, ceilings_of, may_bound
from indexer.extract.conditions import read_conditions
from indexer.extract.context import beside, eligible, last_field, named, of_procedure, same_base
from indexer.extract.drafting import drafts_of
from indexer.extract.grant import Grant
from indexer.extract.grants import is_payer, is_years, parts_text, who_of
from indexer.extract.inside import each_of, given_to, payer_of, who_inside
from indexer.extract.leftover import manual
from indexer.extract.levels import level_of
from indexer.extract.lists import is_stages, items_of, stages_of
from indexer.extract.memory import Memory
from indexer.extract.passage import Part, Sentence
from indexer.extract.ranks import at_level, bare_level, ranked_apart
from indexer.extract.requirements import without_list_words
from indexer.extract.tiers import Draft
from indexer.extract.tokens import find_figures

# Words of who whose theme counts though it stands inside them (支持未来产业创新产品…, 符合具身智能产业发展导向的).
_ENCOURAGED = re.compile("^(?:支持|鼓励)|产业发展(?:导向|方向)")
# Of the words of an award: besides what was given before.
_BESIDES = re.compile("再|额外|追加|另|同时|增加")


def read_award(memory: Memory, grant: Grant) -> None:
    """Adds to `memory` the drafts of one grant; a piece that only bounds what was given right before it bounds that."""
    if _bounds_the_last(memory, grant):
        return
    said, before_said = who_of(grant)
    who = [without_list_words(part) for part in said if not is_payer(part.text) and not is_years(part.text)]
    listed, who = who, [part for part in who if not is_stages(part.text)]
    if (level := bare_level(who)) is not None:
        who = who[:-1]
    spoken = memory.passage.text[memory.chain : who[0].start] if who else ""
    nodes = read_conditions(given_to(who), replace(memory.place, field=last_field(memory.before), before=spoken))
    outside = [*(part for part in grant.lead if part not in grant.who), *before_said]
    lead = named(read_conditions(outside, memory.place))
    inside = who_inside(grant, memory.passage)
    if inside is not None:
        nodes = beside(nodes, read_conditions([inside], memory.place))
    adds = bool(_BESIDES.match(memory.passage.text, grant.start))
    nodes = [*lead, *memory.taken_up(nodes, parts_text(said), lead, adds=adds)]
    if level is not None and (named_level := at_level(level, memory.before)) is not None:
        nodes = [node for node in nodes if node.rule != named_level[0].rule] + [named_level[1]]
    elif level is not None:
        nodes = [*(node for node in nodes if node.what != "level"), level]
    said_already = "".join(str(c.value) for node in nodes for _, c in walk(node.rule))
    nodes = [*(n for n in memory.subjects if not any(str(c.value) in said_already for _, c in walk(n.rule))), *nodes]
    if all(map(of_procedure, nodes)) and (part := each_of(grant, memory.passage)):
        nodes = [*read_conditions([part], memory.place), *nodes]
    if not nodes and (everybody := eligible(grant)):
        nodes = [everybody]
    leads = "，".join(part.text for part in outside if re.match("鼓励|支持|聚焦", part.text))
    spoken_theme = scene_theme(parts_text(said)) if _ENCOURAGED.search(parts_text(said)) else scene_theme(leads)
    if spoken_theme or leads:
        memory.theme, memory.theme_age = spoken_theme, 0
    if memory.theme and not any(c.field == "theme" for node in nodes for _, c in walk(node.rule)):
        nodes = [memory.theme_node(grant.start), *nodes]
    nodes = ranked_apart(nodes, memory.before)
    award = Part(grant.start, grant.end, memory.passage.text[grant.start : grant.end] + grant.tail)
    if "择优" in parts_text(said)[-6:] + award.text and not any(
        c.value == "择优" for n in nodes for _, c in walk(n.rule)
    ):
        nodes = [*nodes, Node(manual("择优"), grant.start, grant.start, "manual")]
    if award.text.startswith("并"):
        award = Part(award.start + 1, award.end, award.text[1:])
    if grant.opened is not None:
        award = Part(grant.start, grant.end, f"{grant.opened.text}，{award.text}")
    shared = re.match("(?:可)?(?:按照?|分)[^，]*?(?=分别|依次)", award.text) or (
        _BY_LEVELS.match(award.text) if parts_text(grant.who).endswith("分别") else None
    )
    listed = [*listed, Part(award.start, award.start + shared.end(), shared.group())] if shared else listed
    made = _of_the_last(memory, nodes, award, parts_text(said), grant) or drafts_of(
        nodes, award, parts_text(grant.who), memory.before, lambda n: _spelled(memory, listed, said, lead, n)
    )
    made = [_with_payer(memory, draft) for draft in made]
    if len(made) == 1 and (case := _case_of_last(memory, made[0], grant)):
        made = [*_taken(memory), case]
    wishing = bool(re.match("鼓励|支持|引导", parts_text(grant.who)))
    memory.drafts = same_base(
        [*memory.drafts, *(replace(draft, whole=not wishing, row=grant.row) for draft in made)], len(made)
    )
    memory.before = list(made[-1].nodes) if made else nodes


# Of words of who that name nobody: each of what was given, and that it is given but once.
_NOBODY = re.compile(
    "(?:同一|单|每)[^，]{0,8}|[^，]*不(?:得|再)?重复[^，]*|依次[^，]{0,6}|连续[^，]{0,10}|(?:补[助贴]|奖补|奖励|支持)(?:期限|年限)?[^，]{0,12}"
)


def _bounds_the_last(memory: Memory, grant: Grant) -> bool:
    """Whether a grant is nothing but a ceiling on the one before it in its sentence (给予50%，连续3年，累计不超过300万元); then it is put on it."""
    if not memory.drafts or grant.ceiling or grant.row or grant.lead:
        return False
    last, text = memory.drafts[-1], memory.passage.text
    if last.end > grant.start or re.search("[。；\n]", text[last.end : grant.start]):
        return False
    if not all(_NOBODY.fullmatch(part.text.removesuffix("的")) for part in grant.who):
        return False
    words = Sentence(grant.start, grant.end, text[grant.start : grant.end])
    caps = ceilings_of(words)
    if not caps or not may_bound(last, words.text):
        return False
    memory.drafts[-1] = bounded(last, caps, words.text)
    return True


def _with_payer(memory: Memory, draft: Draft) -> Draft:
    """`draft` with whose cost it is that is borne, where the words of the base alone say so."""
    who, benefit = payer_of(draft.benefit) if draft.benefit else ("", None)
    if not who:
        return draft
    nodes = read_conditions([Part(draft.start, draft.start + len(who), who)], memory.place)
    base = str(getattr(draft.benefit and draft.benefit.amount, "of", "")).partition(":")[2]
    others = [node for node in draft.nodes if not isinstance(node.rule, Condition) or node.rule.value != base]
    return replace(draft, nodes=tuple(beside(others, nodes)), benefit=benefit)


def _spelled(
    memory: Memory, who: list[Part], said: list[Part], lead: list[Node], n: int
) -> list[tuple[str, list[Node]]] | None:
    """The words and the conditions for each of the `n` items of the list in the words of who that stands nearest the award."""
    for at in range(len(who) - 1, -1, -1):
        items = stages_of(who[at].text, n) or items_of(who[at].text, n)
        if items is None:
            continue
        out = []
        for item in items:
            own = [] if (level := level_of(item)) else [replace(who[at], text=item)]
            parts = [*who[:at], *own, *who[at + 1 :]]
            nodes = [_clamped(node, who[at]) for node in read_conditions(parts, memory.place)]
            if level:
                nodes.append(Node(manual(level), who[at].start, who[at].end, "level"))
            if is_stages(who[at].text) and not any(who[at].start <= node.start < who[at].end for node in nodes):
                nodes.append(Node(manual(item), who[at].start, who[at].end, "manual"))
            out.append((item, [*lead, *memory.taken_up(nodes, parts_text(said), lead)]))
        return out
    return None


def _of_the_last(memory: Memory, nodes: list[Node], award: Part, said: str, grant: Grant) -> list[Draft]:
    """The draft that an award makes of the one before it, told by it or bounding it for some; empty for no such."""
    if not memory.drafts:
        return []
    if grant.ceiling:
        cap = next((figure.value for figure in find_figures(award.text) if figure.kind == "money"), None)
        bounded = bounded_for_some(memory.drafts[-1], nodes, cap, award) if cap else None
        return [*_taken(memory), bounded] if bounded else []
    told = told_by_last(memory.drafts[-1], nodes, award, said)
    if told is None:
        return []
    draft, instead = told
    return [*_taken(memory), draft] if instead else [draft]


def _taken(memory: Memory) -> list[Draft]:
    """Nothing, once the last draft is taken away: another one takes its place."""
    memory.drafts.pop()
    return []


# 「分别按国家级、省级给予30万元、20万元」
_BY_LEVELS = re.compile(
    "按照?(?:(?:国家|省部?|市|区|县|自治区)级?、)+(?:国家|省部?|市|区|县|自治区)级(?=给予|奖励|奖补|补助|补贴|资助)"
)
_OF_THEM = re.compile("其中")
_MORE = re.compile("加奖|再|另|额外|追加|叠加")
# So many characters may stand between an award and a case of it.
_NEXT_TO = 4


def _case_of_last(memory: Memory, draft: Draft, grant: Grant) -> Draft | None:
    """The award before with `draft` as a case of it, where words of 其中 say so right behind it; None for no such."""
    begin = min([grant.start, *(part.start for part in grant.who)])
    if _MORE.search(memory.passage.text, begin, grant.end):
        return None
    if not memory.drafts or not 0 <= begin - memory.drafts[-1].end <= _NEXT_TO:
        return None
    if not _OF_THEM.search(memory.passage.text, max(0, begin - 3), begin + 3):
        return None
    return case_of(memory.drafts[-1], draft)


def _clamped(node: Node, part: Part) -> Node:
    """`node` within `part`, whose words were spelled out longer than they stand in the text."""
    if node.start < part.start:
        return node
    return replace(node, start=min(node.start, part.end), end=min(node.end, part.end))
