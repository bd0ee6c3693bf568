"""One grant: whose conditions it has, of its own words and of those it takes up, and the drafts that come of it."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import All, Condition, Not, Rate, Tier, Tiers
from corpus.rules import conditions as walk
from indexer.extract.atoms import Node
from indexer.extract.branches import scene_theme
from indexer.extract.conditions import read_conditions
from indexer.extract.context import beside, eligible, last_field, named, of_procedure, same_base
from indexer.extract.drafting import drafts_of
from indexer.extract.grants import Grant, is_payer, is_years, parts_text, who_of
from indexer.extract.inside import each_of, given_to, payer_of, who_inside
from indexer.extract.leftover import manual
from indexer.extract.lists import is_stages, items_of, stages_of
from indexer.extract.memory import Memory
from indexer.extract.passage import Part
from indexer.extract.ranks import at_level, bare_level, ranked_apart
from indexer.extract.relative import relative_amount
from indexer.extract.requirements import without_list_words
from indexer.extract.tiers import Draft
from indexer.extract.tokens import find_figures

# Words of who whose theme counts though it stands inside them (支持未来产业创新产品…, 符合具身智能产业发展导向的).
_ENCOURAGED = re.compile("^(?:支持|鼓励)|产业发展(?:导向|方向)")
# Of the words of an award: besides what was given before.
_BESIDES = re.compile("再|额外|追加|另|同时|增加")


def read_award(memory: Memory, grant: Grant) -> None:
    """Adds to `memory` the drafts of one grant."""
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
    shared = re.match("(?:可)?(?:按照?|分)[^，]*?(?=分别|依次)", award.text)
    listed = [*listed, Part(award.start, award.start + shared.end(), shared.group())] if shared else listed
    made = _by_the_last(memory, nodes, award, parts_text(said), grant) or drafts_of(
        nodes, award, parts_text(grant.who), memory.before, lambda n: _spelled(memory, listed, said, lead, n)
    )
    made = [_with_payer(memory, draft) for draft in made]
    wishing = bool(re.match("鼓励|支持|引导", parts_text(grant.who)))
    memory.drafts = same_base(
        [*memory.drafts, *(replace(draft, whole=not wishing, row=grant.row) for draft in made)], len(made)
    )
    memory.before = list(made[-1].nodes) if made else nodes


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
            parts = [*who[:at], replace(who[at], text=item), *who[at + 1 :]]
            nodes = [_clamped(node, who[at]) for node in read_conditions(parts, memory.place)]
            if is_stages(who[at].text) and not any(who[at].start <= node.start < who[at].end for node in nodes):
                nodes.append(Node(manual(item), who[at].start, who[at].end, "manual"))
            out.append((item, [*lead, *memory.taken_up(nodes, parts_text(said), lead)]))
        return out
    return None


def _by_the_last(memory: Memory, nodes: list[Node], award: Part, said: str, grant: Grant) -> list[Draft]:
    """The draft whose amount is told by the one before it (按上述标准的1.2倍); empty for no such."""
    last = memory.drafts[-1].benefit if memory.drafts else None
    if last and grant.ceiling:
        return _bounded_for_some(memory, nodes, award)
    amount = relative_amount(f"{said}，{award.text}", last.amount) if last else None
    if last is None or amount is None:
        return []
    draft = memory.drafts[-1]
    own = [node for node in nodes if node.rule not in [asked.rule for asked in draft.nodes]]
    if isinstance(last.amount, Tiers) or last.amount is None or not own or draft.benefit is None:
        asked = [node for node in draft.nodes if node.rule not in [n.rule for n in nodes]]
        return [Draft((*asked, *nodes), replace(last, amount=amount, text=award.text), award.start, award.end)]
    # Those who get more are a case of the same award.
    case = own[0].rule if len(own) == 1 else All(tuple(node.rule for node in own))
    tiers = Tiers((Tier(case, amount), Tier(Not(case), last.amount)))
    memory.drafts.pop()
    whole = replace(draft.benefit, amount=tiers, text=f"{last.text}，{award.text}")
    return [Draft(draft.nodes, whole, draft.start, award.end)]


def _bounded_for_some(memory: Memory, nodes: list[Node], award: Part) -> list[Draft]:
    """The last draft with a ceiling of their own for those whom `nodes` name; empty where it gives no share."""
    draft = memory.drafts[-1]
    benefit = draft.benefit
    cap = next((figure.value for figure in find_figures(award.text) if figure.kind == "money"), None)
    own = [node for node in nodes if node.rule not in [asked.rule for asked in draft.nodes]]
    if benefit is None or cap is None or not own:
        return []
    case = own[0].rule if len(own) == 1 else All(tuple(node.rule for node in own))
    rows: tuple[Tier, ...]
    match benefit.amount:
        case Rate():
            rows = (Tier(case, replace(benefit.amount, cap=cap)), Tier(Not(case), benefit.amount))
        case Tiers((*first, Tier(Not(_), Rate(cap=None) as rest))):
            rows = (*first, Tier(case, replace(rest, cap=cap)))
        case _:
            return []
    memory.drafts.pop()
    words = f"{benefit.text}，{award.text}"
    return [Draft(draft.nodes, replace(benefit, amount=Tiers(rows), text=words), draft.start, award.end)]


def _clamped(node: Node, part: Part) -> Node:
    """`node` within `part`, whose words were spelled out longer than they stand in the text."""
    if node.start < part.start:
        return node
    return replace(node, start=min(node.start, part.end), end=min(node.end, part.end))
