"""A passage read: its measures, each with a rule, a benefit, and the words that each piece came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.model import All, Any, Benefit, Condition, Each, Rate, Rule, Tier, Tiers, Words
from corpus.rules import conditions as walk
from indexer.extract.amounts import kind_of, read_awards
from indexer.extract.atoms import Place, tag
from indexer.extract.conditions import Node, is_aside, join, read_conditions
from indexer.extract.grants import Grant, duty_or_target, for_enterprise, is_payer, is_wish, parts_text, read_scene, who_of
from indexer.extract.pairing import pair, worth
from indexer.extract.passage import Part, Passage, Sentence

VERSION = "2026.1"


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


@dataclass(frozen=True, slots=True)
class _Draft:
    nodes: tuple[Node, ...]
    benefit: Benefit | None
    start: int
    end: int
    # Whether the words of who are conditions and not a wish (鼓励…, 支持…).
    whole: bool = True


# A passage without any of these gives nothing and asks nothing: the quick no.
_QUICK = re.compile(
    "[\\d%‰折一二两三四五六七八九十百千万]+[^，。]{0,3}(?:元|%|‰|折|倍|百分点)|免|减半|减按|返还|退还|贴息|补贴|补助|奖励|奖补|资助|加计|扣减|缓缴|贷款|条件|符合|注册|成立|营业收入|1[:：]1"
)
_DEPARTMENT = re.compile(
    "[（〔(](?:责任单位|责任部门|牵头单位|牵头部门|主管部门|责任处室|实施单位)[:：](?P<names>[^（）〔〕()]{2,120})[）〕)]|[（〔(](?P<led>[^（）〔〕()]{2,80}?)(?:牵头|负责|按职责分工负责)[^（）〔〕()]{0,40}[）〕)]"
)
_REQUIRE = re.compile(
    "(?:应当?|须|需|必须)(?:同时)?(?:符合|具备|满足|在|达到)|(?:条件|要求)(?:如下|：|要求)|以下条件|下列条件|申报条件|条件要求|^条件"
)
_CONDITION_HEAD = re.compile(
    "^.{0,24}?(?:应当?|须|需)?(?:同时)?(?:符合|具备|满足)(?:以下|下列)?(?:基本)?条件(?:之一)?$|^(?:申报|申请|基本|支持|具体)?条件(?:要求)?"
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
    place = Place(region)
    department = find_department(passage)
    drafts = _read(passage, place, title)
    return tuple(_finish(draft, passage, department) for draft in drafts)


def find_department(passage: Passage) -> tuple[str, int, int] | None:
    """The one department that the passage makes responsible, with its place; None where it names none or several."""
    hits = list(_DEPARTMENT.finditer(passage.text))
    if len(hits) != 1:
        return None
    names = hits[0]["names"] or hits[0]["led"]
    return names.strip("，。；"), hits[0].start(), hits[0].end()


def _read(passage: Passage, place: Place, title: str) -> list[_Draft]:
    drafts: list[_Draft] = []
    listed: list[Node] = []
    loose: list[Node] = []
    applied = earlier = ""
    context: list[Node] = []
    listing = False
    for sentence in passage.sentences():
        body = _without_department(sentence)
        if not body.text:
            continue
        if _CONDITION_HEAD.search(body.text) and not _gives(body):
            listing = True
        if drafts and (limit := _limit_of(body)):
            drafts = [_capped(draft, *limit, body) for draft in drafts]
            continue
        scene = read_scene(body, soft=not duty_or_target(body.text))
        grants = _real_grants(scene.grants, body, earlier)
        earlier = "" if body.heading else body.text
        if not grants:
            found = _conditions_of(body, place, listing=listing)
            if listing or _REQUIRE.search(body.text):
                listed += found
            else:
                loose += found
                context = found if _sets_scene(body) else []
            if what := _APPLY.search(body.text):
                applied = what["what"]
            continue
        before: list[Node] = []
        for grant in grants:
            said, before_said = who_of(grant)
            who = [part for part in said if not is_payer(part.text)]
            here = replace(place, before=passage.text[body.start : who[0].start] if who else "")
            nodes = read_conditions(who, here)
            lead = _named(
                read_conditions([*(part for part in grant.lead if part not in grant.who), *before_said], place)
            )
            inside = _inside(grant, passage)
            if not nodes and inside is not None:
                nodes = read_conditions([inside], place)
            if not nodes and not lead:
                nodes = list(before or context)
            elif before and re.match("如|其中|但|若", parts_text(said)):
                fields = {c.field for node in nodes for _, c in walk(node.rule)}
                nodes = [
                    *(node for node in before if not fields & ({c.field for _, c in walk(node.rule)} - {"manual"})),
                    *nodes,
                ]
            elif before and not re.match("对|凡|其中|企业", parts_text(said)) and not _named(nodes):
                nodes = [*_subjects(before), *nodes]
            elif context:
                nodes = [*_named(context), *nodes]
            nodes = [*lead, *nodes]
            award = Part(grant.start, grant.end, passage.text[grant.start : grant.end])
            if grant.opened is not None:
                award = Part(grant.start, grant.end, f"{grant.opened.text}，{award.text}")
            made = _award(nodes, award, parts_text(grant.who), before)
            wishing = bool(re.match("鼓励|支持|引导", parts_text(grant.who)))
            drafts += [replace(draft, whole=not wishing) for draft in made]
            before = made[-1].nodes if made else nodes
        context = [node for node in context if isinstance(node.rule, (Any, Condition)) and _about_theme(node.rule)]
    if listed and drafts:
        drafts = [replace(draft, nodes=(*draft.nodes, *listed)) for draft in drafts]
    elif not drafts and (_asks_enterprise(listed) or _thresholds(loose) > (not _SELF.match(passage.text))):
        nodes = tuple(sorted({id(node): node for node in [*listed, *loose]}.values(), key=lambda node: node.start))
        benefit = Benefit("title", Words(applied), text=applied) if applied and listing else None
        drafts = [_Draft(nodes, benefit, nodes[0].start, nodes[-1].end)]
    return merge_tiers(_fold_promises(drafts))


def _fold_promises(drafts: list[_Draft]) -> list[_Draft]:
    """A giving without a figure that a later one of its kind spells out is that one's context."""
    out: list[_Draft] = []
    promise: _Draft | None = None
    for at, draft in enumerate(drafts):
        kind = draft.benefit.kind if draft.benefit else None
        later = [
            other
            for other in drafts[at + 1 :]
            if other.benefit and (other.benefit.kind == kind or kind == "one_off_grant") and not _unsaid(other)
        ]
        if _unsaid(draft) and later and not _own_event(draft):
            promise = draft
            continue
        if promise is not None:
            same = promise.benefit and draft.benefit and promise.benefit.kind == draft.benefit.kind
            whole = not draft.nodes or (promise.whole and same)
            carried = promise.nodes if whole else _named(promise.nodes)
            kept = tuple(node for node in carried if node.rule not in [n.rule for n in draft.nodes])
            draft = replace(draft, nodes=(*kept, *draft.nodes))
        out.append(draft)
    return out


def _own_event(draft: _Draft) -> bool:
    return any(condition.field == "event" for node in draft.nodes for _, condition in walk(node.rule))


def _unsaid(draft: _Draft) -> bool:
    amount = draft.benefit.amount if draft.benefit else None
    return isinstance(amount, Words) and not re.search("[\\d%]|LPR|免|一定比例|费给予", amount.text)


_APPLY = re.compile(
    "(?:申报|申请认定|认定为)(?P<what>[^，。；]{3,24}?)(?:的?(?:企业|单位)?)(?:，|应当?|须|需|同时)*(?:同时)?(?:应当?|须|需)?(?:符合|具备|满足)"
)


def _thresholds(nodes: Sequence[Node]) -> int:
    """How many conditions on figures of an enterprise stand in `nodes`."""
    return sum(isinstance(condition.value, float) for node in nodes for _, condition in walk(node.rule))


_LIMIT_SENTENCE = re.compile(
    "^(?:对)?(?:单个|单家|每家|每个|同一|每户|单户)(?:企业|机构|单位|主体|平台|申报主体|社会组织|、)+[^，。；]*$"
)


def _limit_of(sentence: Sentence) -> tuple[float, bool] | None:
    """The ceiling that a sentence puts on all that was given before it (每家机构每年最高不超过200万元), and whether a year's."""
    if not _LIMIT_SENTENCE.match(sentence.text):
        return None
    caps = [
        found.value
        for _, found in sorted(tag(sentence.text).tags.items())
        if found.kind == "money" and found.bound == "le"
    ]
    return (caps[0], "每年" in sentence.text or "年度" in sentence.text) if len(caps) == 1 else None


def _capped(draft: _Draft, cap: float, yearly: bool, sentence: Sentence) -> _Draft:  # noqa: ARG001
    benefit = draft.benefit
    if benefit is None or not isinstance(benefit.amount, (Rate, Each)) or benefit.amount.cap is not None:
        return draft
    frequency = benefit.frequency or ("yearly" if yearly else None)
    return replace(draft, benefit=replace(benefit, amount=replace(benefit.amount, cap=cap), frequency=frequency))


def merge_tiers(drafts: list[_Draft]) -> list[_Draft]:
    """Neighbours that differ in one threshold, level or size alone, as tiers of one benefit."""
    out: list[_Draft] = []
    for draft in drafts:
        if out and (merged := _merged(out[-1], draft)):
            out[-1] = merged
        else:
            out.append(draft)
    return out


def _merged(one: _Draft, other: _Draft) -> _Draft | None:
    if (
        one.benefit is None
        or other.benefit is None
        or one.benefit.kind != other.benefit.kind
        or other.start - one.end > 60
    ):
        return None
    if isinstance(other.benefit.amount, Tiers) or one.benefit.amount is None or other.benefit.amount is None:
        return None
    tiers = one.benefit.amount.tiers if isinstance(one.benefit.amount, Tiers) else ()
    ours = [node for node in one.nodes if node.rule not in [n.rule for n in other.nodes]]
    theirs = [node for node in other.nodes if node.rule not in [n.rule for n in one.nodes]]
    if len(theirs) != 1 or len(ours) != 1 or not _alike(tiers[-1].when if tiers else ours[0].rule, theirs[0].rule):
        return None
    rows = list(tiers) or [Tier(ours[0].rule, one.benefit.amount)]
    rows.append(Tier(theirs[0].rule, other.benefit.amount))
    rows.sort(key=lambda row: -worth(row.amount))
    lowest = Any(tuple(row.when for row in rows))
    node = replace(ours[0], rule=lowest, what="tiers")
    if _whole([row.when for row in rows]):
        nodes = tuple(n for n in one.nodes if n is not ours[0])
    else:
        nodes = tuple(node if n is ours[0] else n for n in one.nodes)
    return _Draft(nodes, replace(one.benefit, amount=Tiers(tuple(rows))), one.start, other.end)


def _whole(rules: Sequence[Rule]) -> bool:
    """Whether the tiers together are everybody (大型企业、中小微企业)."""
    pairs = {(rule.op, rule.value) for rule in rules if isinstance(rule, Condition) and rule.field == "size_class"}
    return pairs == {("is", "large"), ("le", "medium")}


def _alike(one: Rule, other: Rule) -> bool:
    if not isinstance(one, Condition) or not isinstance(other, Condition) or one.field != other.field:
        return False
    if one.field == "manual":
        a, b = (re.sub("[\\d.]+", "0", str(rule.value)) for rule in (one, other))
        sorts = re.compile(".{2,12}[类级等](?:企业|单位)?")
        return (a[:4] == b[:4] and "0" in a and "0" in b) or bool(sorts.fullmatch(a) and sorts.fullmatch(b))
    if one.field == "qualification":
        a, b = str(one.value), str(other.value)
        return a[:5] == b[:5]
    if one.field == "event":
        a, b = str(one.value), str(other.value)
        return "层" in a and "层" in b
    return one.field == "size_class" or isinstance(one.value, float)


def _named(nodes: Sequence[Node]) -> list[Node]:
    """Of conditions that stand before the words of who: the branch, the title or the form; nothing else carries over."""
    return [
        node
        for node in nodes
        if all(
            condition.field in ("theme", "qualification", "legal_form", "industry") for _, condition in walk(node.rule)
        )
    ]


def _without_department(sentence: Sentence) -> Sentence:
    text = _DEPARTMENT.sub("", sentence.text)
    return (
        Sentence(sentence.start, sentence.start + len(text), text, sentence.heading)
        if sentence.text.startswith(text)
        else sentence
    )


def _gives(sentence: Sentence) -> bool:
    return bool(read_scene(sentence, soft=False).grants)


def _real(grant: Grant, sentence: Sentence, before: str) -> bool:
    who = parts_text(grant.who) or sentence.text[: grant.start - sentence.start] or before
    award = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
    return for_enterprise(who, award, before)


def _real_grants(grants: Sequence[Grant], sentence: Sentence, before: str) -> list[Grant]:
    """The grants that are one: for enterprises, and given and not merely wished. What a wish asks of others (鼓励担保公司
    免收担保费，由财政给予…) is a condition of the grant after it."""
    kept: list[Grant] = []
    wished: list[Part] = []
    for grant in grants:
        if sentence.heading and not re.search("\\d", sentence.text):
            continue
        award = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
        if is_wish(sentence.text) and not re.search("财政|专项资金", parts_text(grant.who) + award):
            wished += [*grant.who, Part(grant.start, grant.end, award)]
            continue
        if wished:
            grant.who = [*wished, *grant.who]
            wished = []
        if _real(grant, sentence, before.split("，")[0]):
            kept.append(grant)
    return kept


def _sets_scene(sentence: Sentence) -> bool:
    return bool(re.match("鼓励|支持|对|推动|引导|企业|[^，]{0,20}的$", sentence.text)) or sentence.heading


def _conditions_of(sentence: Sentence, place: Place, *, listing: bool) -> list[Node]:
    from indexer.extract.passage import pieces

    parts = [part for part in pieces(sentence, "；，：") if not is_aside(part.text)]
    return read_conditions(parts, place, listing=listing)


def _asks_enterprise(nodes: Sequence[Node]) -> bool:
    return any(condition.field != "manual" for node in nodes for _, condition in walk(node.rule))


_INSIDE = re.compile(
    "(?:减免|免征|减征|返还|退还)(?P<who>[^，]{3,60}?(?:纳税人|企业|工商户|机构))的?(?=[^，]{0,12}(?:税|费|金))"
)


def _inside(grant: Grant, passage: Passage) -> Part | None:
    """Who gets it, where the words of giving say so themselves (减免小规模纳税人的资源税…)."""
    hit = _INSIDE.search(passage.text, grant.start, grant.end)
    return Part(hit.start("who"), hit.end("who"), hit["who"]) if hit else None


def _subjects(nodes: Sequence[Node]) -> list[Node]:
    """Of the conditions of the grant before, those that say what kind of enterprise it is."""
    kinds = ("qualification", "legal_form", "size_class")
    return [
        node
        for node in nodes
        if isinstance(node.rule, (Condition, Any)) and all(c.field in kinds for _, c in walk(node.rule))
    ]


def _about_theme(rule: Rule) -> bool:
    return all(condition.field == "theme" for _, condition in walk(rule))


def _award(nodes: Sequence[Node], award: Part, who: str, before: Sequence[Node]) -> list[_Draft]:
    tagged = tag(award.text, award.start)
    benefits = read_awards(tagged, who)
    if not benefits and _PROMISE.search(award.text):
        benefits = [Benefit(_promised_kind(award.text, who), Words(award.text), text=award.text)]
    if not benefits:
        return []
    if len(benefits) > 1 and re.match("其", who):
        nodes = [*nodes, *(node for node in before if node.what == "tiers")]
    if len(benefits) > 1:
        return [_Draft(tuple(some), benefit, award.start, award.end) for some, benefit in pair(nodes, benefits)]
    return [_Draft(tuple(nodes), benefits[0], award.start, award.end)]


_SELF = re.compile("(?:第?[（(]?[一二三四五六七八九十\\d]+[）)、.．]?)?(?:企业|申报|申请)")
_PROMISE = re.compile("贴息|补贴|补助|奖励|奖补|贷款|资助|返还")


def _promised_kind(award: str, who: str) -> str:
    """The kind of a giving whose words name no figure."""
    if kind := kind_of(award, who):
        return kind
    if "返还" in award:
        return "refund"
    if re.search("每人|每名", award + who[-6:]):
        return "per_head_grant"
    return "proportional_grant" if re.search("一定比例|按[^，]{2,}(?:费|额|收入)", award) else "one_off_grant"


def _finish(draft: _Draft, passage: Passage, department: tuple[str, int, int] | None) -> Reading:
    rule = join(draft.nodes)
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


__all__ = ["VERSION", "Reading", "Span", "Any", "All", "Tier", "Tiers", "extract"]
