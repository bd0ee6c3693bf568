"""The sentences of a passage in order: which give, which ask, which only set the scene; and the drafts that come of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.model import All, Any, Benefit, Condition, Fixed, Not, Rate, Tier, Tiers, Words
from corpus.rules import conditions as walk
from indexer.extract.amounts import kind_of, read_awards
from indexer.extract.asides import is_aside, is_manner
from indexer.extract.atoms import Node, Place
from indexer.extract.branches import scene_theme
from indexer.extract.ceilings import bounded, ceilings_of, continued, later_years, may_bound, pays_out
from indexer.extract.conditions import read_conditions
from indexer.extract.confidence import confidence_of
from indexer.extract.context import (
    about_theme,
    beside,
    each_of,
    eligible,
    extended,
    fold_promises,
    held,
    is_term,
    last_field,
    lasting,
    named,
    of_procedure,
    of_whom,
    payer_of,
    same_base,
    subjects,
    unsaid,
    who_inside,
    without_base,
    won_again,
)
from indexer.extract.general import shut_out, stacking_of
from indexer.extract.giving import is_after_term, may_give
from indexer.extract.grants import Grant, is_payer, is_years, parts_text, read_scene, who_of
from indexer.extract.leftover import manual
from indexer.extract.lists import is_stages, items_of, stages_of
from indexer.extract.names import tag
from indexer.extract.pairing import pair, pair_listed, same_words
from indexer.extract.passage import Part, Passage, Sentence, pieces
from indexer.extract.recipients import (
    about_people,
    duty_or_target,
    for_enterprise,
    goes_to_persons,
    is_pool,
    is_told,
    is_wish,
    names_firm,
)
from indexer.extract.relative import relative_amount
from indexer.extract.requirements import Listing, choice_of, opens, without_list_words
from indexer.extract.tiers import Draft, merge_tiers

# 「可享受见习补贴。补贴标准为每人每月1500元」: the second sentence tells the first one's sum.
_SPELLS_OUT = re.compile("(?:具体)?(?:补贴|补助|奖励|贴息|返还|支持|奖补)(?:标准|金额|额度|比例)(?:为|是|：|按)")
# The labels of a tax guide under which something is said of who gets what.
_TOLD_UNDER = re.compile("主体|对象|内容|条件|标准")
# Words of who that name their own subject and take none from the award before.
_OWN_SUBJECT = re.compile(
    "^(?:对|凡|其中|企业|其他|其余)|(?:企业|纳税人|机构|单位|工商户|事务所|主体|公司|平台)(?:的|，|$)"
)
# A clause about something else that is done (；完成股改并进入后备库的，给予…) is no case of the one before it.
_DEED = re.compile(
    "(?:新|首次|当年|年度|自主|成功|企业)*(?:完成|通过|购买|购置|开展|获得|获评|获批|获|取得|参与|参加|建设|新建|改建|扩建|实施|引进|租用|租赁|设立|新设|入选|纳入|列入|进入|被认定|升级|成为|承担|主导|牵头|举办|承办|发行|投保|吸纳|招用|聘用|收购|并购|采购|开拓)"
    "|[^，]{0,6}(?:营业收入|营收|产值|纳税|税收|销售额)[^，]{0,4}首次"
)
_BESIDES = re.compile("再|额外|追加|另|同时|增加")
DEPARTMENT = re.compile(
    "[（〔(](?:责任单位|责任部门|牵头单位|牵头部门|主管部门|责任处室|实施单位)[:：](?P<names>[^（）〔〕()]{2,120})[）〕)]|[（〔(](?P<led>[^（）〔〕()]{2,80}?)(?:牵头|负责|按职责分工负责)[^（）〔〕()]{0,40}[）〕)]"
)
_REQUIRE = re.compile(
    "(?:应当?|须|需|必须)(?:同时)?(?:符合|具备|满足|在|达到|为|承诺)|(?:条件|要求)(?:如下|：|要求)|适用于|适用对象|适用范围|以下条件|下列条件|申报条件|条件要求|^条件"
)


_APPLY = re.compile(
    "(?:申报|申请认定|认定为)(?P<what>(?!企业|单位|的)[^，。；]{3,24}?)(?:，|应当?|须|需|同时)*(?:同时)?(?:应当?|须|需)?(?:符合|具备|满足)"
)


# Words of who whose theme counts though it stands inside them (支持未来产业创新产品…, 符合具身智能产业发展导向的).
_ENCOURAGED = re.compile("^(?:支持|鼓励)|产业发展(?:导向|方向)")
_SAME_ONES = re.compile(
    "[，：]?(?:鼓励|支持|推动|聚焦)(?:其|上述|相关|各类|有条件的|符合条件的)*(?:企业|创新主体|单位|主体)"
)
# 「首次认定的奖励30万元，重新认定的奖励10万元」: the second is no first time.
_AGAIN = re.compile("再次|重新|复审|复评|整体|迁入|整体迁入|期满|到期|通过复|通过重新|续")
# For so many sentences a theme named in one holds.
_NEAR = 3
# A sum as large as this is a fund's or a budget's, not one firm's.
_BUDGET = 3e8
_SELF = re.compile("(?:第?[（(]?[一二三四五六七八九十\\d]+[）)、.．]?)?(?:企业|申报|申请)")


_PROMISE = re.compile("贴息|补贴|补助|奖励|奖补|贷款|资助|返还")


def read_drafts(passage: Passage, place: Place, title: str = "") -> list[Draft]:
    """The measures of a passage in the making, in order; one without a benefit where it only says who qualifies."""
    walker = _Walker(passage, place, personal=about_people(title))
    if goes_to_persons(passage.text):
        return []
    for sentence in passage.sentences():
        walker.read(without_department(sentence))
    return walker.finish()


class _Walker:
    """Goes through a passage sentence by sentence and remembers what later ones take up."""

    def __init__(self, passage: Passage, place: Place, *, personal: bool) -> None:
        self.passage = passage
        self.place = place
        self.personal = personal  # the document is about people, not firms
        self.drafts: list[Draft] = []
        self.listed: list[Node] = []  # asked of every measure
        self.listings: list[Listing] = []  # lists of what is asked, the last of which may be open
        self.loose: list[Sentence] = []  # that give nothing: read only where nothing else does
        self.scene: Sentence | None = None  # that sets the scene for the next
        self.context_read: list[Node] | None = None
        self.before: list[Node] = []  # of the award before, within one chain of semicolons
        self.theme: tuple[str, ...] = ()
        self.theme_age = 0  # sentences since it was named: it holds for the next few only
        self.defined: list[Node] = []  # what the passage says its kind of enterprise is
        self.applied = ""
        self.earlier = ""
        self.chain = 0
        self.stacking: str | None = None
        self.told = False  # whether nothing but more of what was given last stands after it
        self.told_from = self.told_since = 0  # where the sentence that gave last begins, and its first measure
        self.labelled = "【优惠内容】" in passage.text  # a tax guide: only what stands under its labels counts
        self.subjects: list[Node] = []  # 【享受主体】
        self.open: Listing | None = None

    def read(self, sentence: Sentence) -> None:
        if not sentence.text or (self.labelled and not _TOLD_UNDER.search(sentence.role)):
            return
        if "主体" in sentence.role or "对象" in sentence.role:
            self.subjects = self._conditions(sentence)
            return
        if "条件" in sentence.role:
            self.listed = _add_case(self.listed, self._conditions(sentence))
            return
        self.theme_age += 1
        if self.theme_age > _NEAR:
            self.theme = ()
        if not sentence.goes_on:
            self.before, self.chain = [], sentence.start
        head = opens(sentence, self.passage.text[sentence.end : sentence.end + 1])
        if self.open and (head or (self.open.choice and not self.open.holds(sentence))):
            self._close()
        if head:
            self.open = Listing(choice_of(sentence.text), len(self.drafts), own=_gives(sentence))
            self.listings.append(self.open)
        if self.drafts and is_after_term(sentence.text):
            self.drafts[-1] = extended(self.drafts[-1], sentence)
            return
        if self._adds_to_last(sentence):
            return
        if self.drafts and _SPELLS_OUT.match(sentence.text) and unsaid(self.drafts[-1]):
            self.drafts[-1] = spelled_out(self.drafts[-1], sentence)
            return
        if stacking := stacking_of(sentence.text):
            self.stacking = stacking
            if not _GIVEN.search(sentence.text):
                return
        if not _GIVEN.search(sentence.text) and (shut := shut_out(sentence, self.place)):
            self.listed.append(shut)
            return
        listing = self.open if self.open and not head else None
        asked = listing and listing.choice and not _PROMISE.search(sentence.text)  # one of a list of conditions
        gives = may_give(sentence.text) and not asked
        found = read_scene(sentence, soft=not duty_or_target(sentence.text)).grants if gives else []
        grants = real_grants(found, sentence, self.earlier, personal=self.personal)
        self.earlier = "" if sentence.heading else sentence.text
        if grants:
            if listing and listing.items and self._is_item(sentence, grants[0]):
                self._ends_list(listing, grants[0])
            made = len(self.drafts)
            for grant in grants:
                self._read_grant(grant)
            if self.drafts:
                self.told, self.told_from, self.told_since = True, sentence.start, min(made, len(self.drafts) - 1)
            self.context_read = [
                node for node in self.context if isinstance(node.rule, (Any, Condition)) and about_theme(node.rule)
            ]
        elif not found:
            self._read_other(sentence, listing)

    def _adds_to_last(self, sentence: Sentence) -> bool:
        """Whether a sentence gives nothing of its own but bounds, stages or pays out what was given last; then it is read."""
        if pays_out(sentence.text):
            if self.told:
                self.drafts[-1] = continued(self.drafts[-1], sentence, amount=False)
            return True
        if not self.told or sentence.heading:
            return False
        if later_years(sentence.text, self.passage.text[self.told_from : sentence.start]):
            self.drafts[-1] = continued(self.drafts[-1], sentence, amount=True)
            return True
        caps = ceilings_of(sentence)
        if caps is None:
            return False
        whole = any(cap.per == "enterprise" for cap in caps)
        for at in range(0 if whole else self.told_since, len(self.drafts)):
            if may_bound(self.drafts[at], sentence.text):
                self.drafts[at] = bounded(self.drafts[at], caps, sentence.text)
        return may_bound(self.drafts[-1], sentence.text)

    def _read_other(self, sentence: Sentence, listing: Listing | None) -> None:
        """A sentence that gives nothing: requirements, or the scene of what follows."""
        if listing and listing.choice:
            listing.choose(self._conditions(sentence))
        elif self.open:
            self.open.items += listing is not None
            self.open.nodes = _add_case(self.open.nodes, self._conditions(sentence))
        elif _REQUIRE.search(sentence.text):
            self.listed = _add_case(self.listed, self._conditions(sentence))
        elif all(is_manner(part.text) or is_term(part.text) for part in pieces(sentence, "，；")):
            return  # what was set before goes on
        else:
            self.loose.append(sentence)
            self.scene, self.context_read = sentence if _sets_scene(sentence) else None, None
            self.told = self.told and self.scene is None and not sentence.numbered
        if "是指" in sentence.text:
            meant = sentence.text.index("是指") + 2
            nodes = self._conditions(replace(sentence, start=sentence.start + meant, text=sentence.text[meant:]))
            fields = {"qualification", "region", "park"}
            titled = [node for node in nodes if {c.field for _, c in walk(node.rule)} <= fields]
            if re.search("(?:企业|单位|主体)(?:，)?是指", sentence.text):
                self.defined = titled or self.defined
        if encouraged := re.search("(?:^|[，：])(?:鼓励|支持|推动|聚焦)", sentence.text):
            theme = scene_theme(sentence.text[encouraged.start() :])
            # What is encouraged next is about something else, unless it is the same enterprises that are (支持企业…).
            if theme or not (sentence.heading or _SAME_ONES.match(sentence.text, encouraged.start())):
                self.theme, self.theme_age = theme, 0
        if what := _APPLY.search(sentence.text):
            self.applied = what["what"]

    def _conditions(self, sentence: Sentence) -> list[Node]:
        return _conditions_of(sentence, self.place, listing=self.open is not None)

    @property
    def context(self) -> list[Node]:
        """What the sentence before puts as conditions; read when an award first needs it."""
        if self.context_read is None:
            self.context_read = self._conditions(of_whom(self.scene)) if self.scene else []
        return self.context_read

    def _is_item(self, sentence: Sentence, grant: Grant) -> bool:
        """Whether a sentence that gives is the last item of the open list, with the words of giving for all of it."""
        own_payee = bool(grant.who) and bool(re.match("对(?!此|其)|凡|其中", grant.who[0].text))
        last = not self.passage.text.startswith("；", sentence.end)
        return last and not own_payee and (sentence.numbered or sentence.goes_on)

    def _ends_list(self, listing: Listing, grant: Grant) -> None:
        """The words of who of `grant` are the last item of `listing`."""
        nodes = read_conditions([part for part in grant.who if not is_aside(part.text)], self.place)
        if listing.choice:
            listing.choose(nodes)
        else:
            listing.nodes = _add_case(listing.nodes, nodes)
        listing.own = True
        grant.who = []
        self.before, self.scene, self.context_read = [], None, []

    def _close(self) -> None:
        """The open list ends."""
        if self.open and len(self.drafts) > self.open.since:
            self.open.upto = len(self.drafts)
        self.open = None

    def _read_grant(self, grant: Grant) -> None:
        said, before_said = who_of(grant)
        who = [without_list_words(part) for part in said if not is_payer(part.text) and not is_years(part.text)]
        listed, who = who, [part for part in who if not is_stages(part.text)]
        if (level := bare_level(who)) is not None:
            who = who[:-1]
        spoken = self.passage.text[self.chain : who[0].start] if who else ""
        nodes = read_conditions(who, replace(self.place, field=last_field(self.before), before=spoken))
        outside = [*(part for part in grant.lead if part not in grant.who), *before_said]
        lead = named(read_conditions(outside, self.place))
        inside = who_inside(grant, self.passage)
        if inside is not None:
            nodes = beside(nodes, read_conditions([inside], self.place))
        adds = bool(_BESIDES.match(self.passage.text, grant.start))
        nodes = [*lead, *self._taken_up(nodes, parts_text(said), lead, adds=adds)]
        if level is not None and (named_level := at_level(level, self.before)) is not None:
            nodes = [node for node in nodes if node.rule != named_level[0].rule] + [named_level[1]]
        elif level is not None:
            nodes = [*(node for node in nodes if node.what != "level"), level]
        said_already = "".join(str(c.value) for node in nodes for _, c in walk(node.rule))
        nodes = [*(n for n in self.subjects if not any(str(c.value) in said_already for _, c in walk(n.rule))), *nodes]
        if all(map(of_procedure, nodes)) and (part := each_of(grant, self.passage)):
            nodes = [*read_conditions([part], self.place), *nodes]
        if not nodes and (everybody := eligible(grant)):
            nodes = [everybody]
        leads = "，".join(part.text for part in outside if re.match("鼓励|支持|聚焦", part.text))
        spoken_theme = scene_theme(parts_text(said)) if _ENCOURAGED.search(parts_text(said)) else scene_theme(leads)
        if spoken_theme or leads:
            self.theme, self.theme_age = spoken_theme, 0
        if self.theme and not any(c.field == "theme" for node in nodes for _, c in walk(node.rule)):
            nodes = [self._theme_node(grant), *nodes]
        nodes = ranked_apart(nodes, self.before)
        award = Part(grant.start, grant.end, self.passage.text[grant.start : grant.end] + grant.tail)
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
        made = self._by_the_last(nodes, award, parts_text(said)) or drafts_of(
            nodes, award, parts_text(grant.who), self.before, lambda n: self._spelled(listed, said, lead, n)
        )
        made = [self._with_payer(draft) for draft in made]
        wishing = bool(re.match("鼓励|支持|引导", parts_text(grant.who)))
        self.drafts = same_base(
            [*self.drafts, *(replace(draft, whole=not wishing, row=grant.row) for draft in made)], len(made)
        )
        self.before = list(made[-1].nodes) if made else nodes

    def _with_payer(self, draft: Draft) -> Draft:
        """`draft` with whose cost it is that is borne, where the words of the base alone say so."""
        who, benefit = payer_of(draft.benefit) if draft.benefit else ("", None)
        if not who:
            return draft
        nodes = read_conditions([Part(draft.start, draft.start + len(who), who)], self.place)
        return replace(draft, nodes=tuple(beside(draft.nodes, nodes)), benefit=benefit)

    def _spelled(
        self, who: list[Part], said: list[Part], lead: list[Node], n: int
    ) -> list[tuple[str, list[Node]]] | None:
        """The words and the conditions for each of the `n` items of the list in the words of who that stands nearest the award."""
        for at in range(len(who) - 1, -1, -1):
            items = stages_of(who[at].text, n) or items_of(who[at].text, n)
            if items is None:
                continue
            out = []
            for item in items:
                parts = [*who[:at], replace(who[at], text=item), *who[at + 1 :]]
                nodes = [clamped(node, who[at]) for node in read_conditions(parts, self.place)]
                if is_stages(who[at].text) and not any(who[at].start <= node.start < who[at].end for node in nodes):
                    nodes.append(Node(manual(item), who[at].start, who[at].end, "manual"))
                out.append((item, [*lead, *self._taken_up(nodes, parts_text(said), lead)]))
            return out
        return None

    def _by_the_last(self, nodes: list[Node], award: Part, said: str) -> list[Draft]:
        """The draft whose amount is told by the one before it (按上述标准的1.2倍); empty for no such."""
        last = self.drafts[-1].benefit if self.drafts else None
        amount = relative_amount(f"{said}，{award.text}", last.amount) if last else None
        if last is None or amount is None:
            return []
        draft = self.drafts[-1]
        own = [node for node in nodes if node.rule not in [asked.rule for asked in draft.nodes]]
        if isinstance(last.amount, Tiers) or last.amount is None or not own or draft.benefit is None:
            asked = [node for node in draft.nodes if node.rule not in [n.rule for n in nodes]]
            return [Draft((*asked, *nodes), replace(last, amount=amount, text=award.text), award.start, award.end)]
        # Those who get more are a case of the same award.
        case = own[0].rule if len(own) == 1 else All(tuple(node.rule for node in own))
        tiers = Tiers((Tier(case, amount), Tier(Not(case), last.amount)))
        self.drafts.pop()
        whole = replace(draft.benefit, amount=tiers, text=f"{last.text}，{award.text}")
        return [Draft(draft.nodes, whole, draft.start, award.end)]

    def _taken_up(self, nodes: list[Node], said: str, lead: list[Node], *, adds: bool = False) -> list[Node]:
        """`nodes` with what the words of who leave to the words before them; `adds` says that it is given besides (再给予)."""
        nodes = won_again(nodes, self.before)
        fields = {c.field for node in nodes for _, c in walk(node.rule)}
        if not lead and all(map(of_procedure, nodes)):
            return [*(self.before or self.context), *nodes]
        if self.before and re.match("如|其中|但|若", said):
            rest = fields - {"manual"}
            return [*(node for node in self.before if not rest & {c.field for _, c in walk(node.rule)}), *nodes]
        if self.before and not _OWN_SUBJECT.search(said) and not named(nodes):
            deed = _DEED.match(said) is not None and not adds
            whole = said.endswith("的") and not fields & {"event", "qualification"}
            more = lasting(self.before, self.passage.text) if deed else self.before if whole else subjects(self.before)
            if _AGAIN.match(said):
                more = [standing for node in more if (standing := held(node)) is not None]
            own = fields - {"manual"} if deed else fields
            kept = [node for node in more if not own & {c.field for _, c in walk(node.rule)}]
            return [*kept, *nodes]
        if self.scene is not None and self.scene.text.startswith("对"):
            return nodes
        return [*named(self.context), *nodes]

    def _theme_node(self, grant: Grant) -> Node:
        words = "、".join(self.theme)
        sure = confidence_of("scene_theme", "theme")
        one = len(self.theme) == 1
        rule = Condition(
            "theme", "has" if one else "has_any", self.theme[0] if one else self.theme, text=words, confidence=sure
        )
        return Node(rule, grant.start, grant.start, "theme")

    def _defined_for(self, draft: Draft) -> list[Node]:
        """What the passage defines (高新技术企业是指…), where a draft says nothing of titles itself."""
        titled = any(c.field == "qualification" for node in draft.nodes for _, c in walk(node.rule))
        return [] if titled else self.defined

    def finish(self) -> list[Draft]:
        """The drafts with what was asked of all; a draft without a benefit where nothing was given."""
        drafts = self.drafts
        for listing in self.listings:
            drafts = listing.ask(drafts)
        listed = [*(node for listing in self.listings for node in listing.nodes), *self.listed]
        if drafts:
            drafts = [
                replace(
                    draft,
                    nodes=(*self._defined_for(draft), *draft.nodes, *self.listed),
                    benefit=draft.benefit and replace(draft.benefit, stacking=self.stacking),
                )
                for draft in fold_promises(drafts)
            ]
            return merge_tiers(drafts)
        if _OF_OTHERS.search(self.passage.text) and not _FOR_FIRMS.search(self.passage.text):
            return []
        alone = 0 if _SELF.match(self.passage.text) else 1
        loose: list[Node] = []
        if any(_BOUND.search(sentence.text) for sentence in self.loose):
            for sentence in self.loose:
                loose = _add_case(loose, self._conditions(sentence))
        if not (asks_enterprise(listed) or thresholds(loose) > alone):
            return []
        nodes = tuple(sorted([*listed, *loose], key=lambda node: node.start))
        benefit = Benefit("title", Words(self.applied), text=self.applied) if self.applied and self.listings else None
        return [Draft(nodes, benefit, nodes[0].start, nodes[-1].end)]


_GIVEN = re.compile("给予|予以|\\d[^，。]{0,6}(?:元|%)")


# Requirements of offices, bidders and agents, which nobody applies under.
_OF_OTHERS = re.compile("采购人|招标|投标|代建|供应商|检查|审批|监管|执法|征求意见")
_FOR_FIRMS = re.compile("申报|申请|支持|奖励|补贴|补助|认定")
# A figure with a bound, as thresholds have one.
_BOUND = re.compile(
    "\\d[^，。]{0,8}(?:以上|以下|以内|年内)|(?:不低于|不少于|不超过|不高于|超过|达到|满|不足)[^，。]{0,4}[\\d一二两三四五六七八九十]"
)


def _add_case(nodes: list[Node], found: list[Node]) -> list[Node]:
    """`nodes` with `found`; two sentences for opposite cases of one figure (满两年的，…。不足两年的，…) are alternatives."""
    if len(found) > 1 and isinstance(first := found[0].rule, Condition) and first.op in _OPPOSITE:
        for at, node in enumerate(nodes):
            rule = node.rule
            if (
                isinstance(rule, Condition)
                and (rule.field, rule.op, rule.value) == (first.field, _OPPOSITE[first.op], first.value)
                and at + 1 < len(nodes)
            ):
                cases = (All(tuple(n.rule for n in nodes[at:])), All(tuple(n.rule for n in found)))
                return [*nodes[:at], Node(Any(cases), node.start, found[-1].end, "alternatives")]
    return [*nodes, *found]


_OPPOSITE = {"lt": "ge", "ge": "lt", "le": "gt", "gt": "le"}


_NAMES_OFFICE = re.compile("责任|牵头|主管部门|实施单位|负责")


def without_department(sentence: Sentence) -> Sentence:
    """`sentence` without the bracket that names the offices in charge."""
    if not _NAMES_OFFICE.search(sentence.text):
        return sentence
    if lead := DEPARTMENT.match(sentence.text):
        sentence = replace(sentence, start=sentence.start + lead.end(), text=sentence.text[lead.end() :])
    text = DEPARTMENT.sub("", sentence.text)
    return replace(sentence, end=sentence.start + len(text), text=text) if sentence.text.startswith(text) else sentence


def _gives(sentence: Sentence) -> bool:
    return bool(read_scene(sentence, soft=False).grants)


def real_grants(grants: Sequence[Grant], sentence: Sentence, before: str, *, personal: bool) -> list[Grant]:
    """The grants that are one: for enterprises, and given and not merely wished. What a wish asks of others (鼓励担保公司
    免收担保费，由财政给予…) is a condition of the grant after it.
    """
    if is_told(sentence.text):
        return []
    kept: list[Grant] = []
    wished: list[Part] = []
    for grant in grants:
        if sentence.heading and not re.search("\\d|^对[^，]{4,}(?:免征|免收|减半)", sentence.text):
            continue
        award = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
        if is_wish(sentence.text[: grant.start - sentence.start], award):
            wished += [*grant.who, Part(grant.start, grant.end, award)]
            continue
        if wished:
            grant.who = [*wished, *grant.who]
            wished = []
        if pays_out(parts_text(grant.who[-1:]) + award) or is_pool(
            sentence.text[: grant.start - sentence.start], award
        ):
            continue
        if personal and not names_firm(parts_text(grant.who)):
            continue
        if _is_real(grant, sentence, before.split("，", maxsplit=1)[0]):
            kept.append(grant)
    return kept


def _is_real(grant: Grant, sentence: Sentence, before: str) -> bool:
    who = parts_text(grant.who) or sentence.text[: grant.start - sentence.start] or before
    award = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
    return for_enterprise(who, award, before)


def _sets_scene(sentence: Sentence) -> bool:
    return bool(re.match("鼓励|支持|对|推动|引导|企业|[^，]{0,20}的$", sentence.text)) or sentence.heading


def _conditions_of(sentence: Sentence, place: Place, *, listing: bool) -> list[Node]:
    parts = [without_list_words(part) for part in pieces(sentence, "；，：") if not is_aside(part.text)]
    return read_conditions(parts, place, listing=listing)


# A level alone says which (经认定的工程中心，国家级奖励200万元，省级奖励50万元).
_BARE_LEVEL = re.compile(
    "(?:对|其中|获评|评为|获得)*(?P<level>(?:国家|省|市|区|县|自治区)级|[特一二三四五]等奖?|[金银铜]奖|[A-E]级|[一二三四五]星级?|[甲乙丙初中高]级|优秀|良好|合格|第[一二三]名)(?:的|每[个家项])?"
)


def bare_level(said: Sequence[Part]) -> Node | None:
    """The level that the last words before an award name, and nothing else; None where they name more."""
    hit = _BARE_LEVEL.fullmatch(said[-1].text) if said else None
    if hit is None:
        return None
    return Node(manual(hit["level"]), said[-1].start, said[-1].end, "level")


def ranked_apart(nodes: list[Node], before: Sequence[Node]) -> list[Node]:
    """`nodes` in which words that differ from a title of the award before in rank alone (5A级景区…，4A级景区) are that title at
    their own rank.
    """
    for node in nodes:
        if not isinstance(node.rule, Condition) or node.rule.field != "manual" or node in before:
            continue
        for other in before:
            rule = other.rule
            if (
                isinstance(rule, Condition)
                and rule.field == "qualification"
                and same_words([str(rule.value), str(node.rule.value)])
            ):
                won = replace(node, rule=replace(rule, value=node.rule.value, text=node.rule.text), what=other.what)
                return [won if n is node else n for n in nodes if n.rule != rule]
    return nodes


# Ranks of one sort: a bare one takes the place of another of its sort in what was said before.
_RANKS = tuple(
    map(
        re.compile,
        (
            "(?:国家|省|市|区|县|自治区)级",
            "(?<![A-Z\\d])[A-E]{1,5}级",
            "[1-5]A级?",
            "[特一二三四五]级",
            "[特一二三四五]等奖?",
            "[金银铜]奖",
            "[一二三四五]星级?",
            "[甲乙丙]级",
            "优秀|良好|合格",
        ),
    )
)


def at_level(level: Node, before: Sequence[Node]) -> tuple[Node, Node] | None:
    """What the award before asks at a rank, and the same at the bare rank `level` (国家级孵化器…，省级…); None for no such."""
    rule = level.rule
    for node in before:
        if not (isinstance(node.rule, Condition) and isinstance(rule, Condition) and isinstance(node.rule.value, str)):
            continue
        if "以上" in node.rule.value:
            continue
        own = str(rule.value)
        sort = next((sort for sort in _RANKS if sort.fullmatch(own) and sort.search(node.rule.value)), None)
        if sort is not None and node.rule.value != own:
            value = sort.sub(own, node.rule.value, count=1)
            return node, replace(node, rule=replace(node.rule, value=value, text=own), start=level.start, end=level.end)
    return None


def spelled_out(draft: Draft, sentence: Sentence) -> Draft:
    """`draft`, whose words promise without a figure, with what `sentence` says that it comes to."""
    found = read_awards(tag(sentence.text, sentence.start), "")
    kind = _promised_kind(sentence.text, "")
    benefit = found[0] if found else Benefit(kind, Words(sentence.text), text=sentence.text)
    return replace(draft, benefit=benefit, end=sentence.end)


def asks_enterprise(nodes: Sequence[Node]) -> bool:
    return any(condition.field != "manual" for node in nodes for _, condition in walk(node.rule))


def thresholds(nodes: Sequence[Node]) -> int:
    """How many conditions on figures of an enterprise stand in `nodes`."""
    return sum(isinstance(condition.value, float) for node in nodes for _, condition in walk(node.rule))


def clamped(node: Node, part: Part) -> Node:
    """`node` within `part`, whose words were spelled out longer than they stand in the text."""
    if node.start < part.start:
        return node
    return replace(node, start=min(node.start, part.end), end=min(node.end, part.end))


def drafts_of(
    nodes: Sequence[Node],
    award: Part,
    who: str,
    before: Sequence[Node],
    spelled: Callable[[int], list[tuple[str, list[Node]]] | None],
) -> list[Draft]:
    """The drafts of one award. `spelled` gives the conditions for each of the items of a list in the words of who."""
    tagged = tag(award.text, award.start)
    benefits = read_awards(tagged, who)
    if not benefits and _PROMISE.search(award.text):
        benefits = [Benefit(_promised_kind(award.text, who), Words(award.text), text=award.text)]
    if (years := _by_years(who, award.text)) and benefits and isinstance(benefits[0].amount, (Fixed, Words)):
        benefits = [replace(benefits[0], amount=Words(years), frequency=None, months=None)]
    benefits = [
        benefit for benefit in benefits if not (isinstance(benefit.amount, Fixed) and benefit.amount.value >= _BUDGET)
    ]
    if not benefits:
        return []
    nodes = without_base(nodes, benefits[0], before)
    if len(benefits) > 1 and re.match("其", who):
        nodes = [*nodes, *(node for node in before if node.what == "tiers")]
    if len(benefits) > 1:
        last = nodes[-1].rule if nodes else None
        named_apart = (
            isinstance(last, Any) and len(last.of) == len(benefits) and "manual" not in {c.field for _, c in walk(last)}
        )
        listed = spelled(len(benefits)) if shared_out(benefits, who + award.text) else None
        alike = listed is not None and same_words([words for words, _ in listed])
        stages = bool(re.search("阶段|梯度|等次|档次", who + award.text))
        apart = None if named_apart or listed is None else pair_listed(nodes, listed, benefits, alike=stages)
        pairs = apart or pair(nodes, benefits, alike=alike)
        return [Draft(tuple(some), benefit, award.start, award.end) for some, benefit in pairs]
    return [Draft(tuple(nodes), benefits[0], award.start, award.end)]


_FIRST_YEAR = re.compile("(?:第一年|首年|落户当年|认定当年|当年|前[一二两三]年)[^，\\d]{0,6}$")


def _by_years(who: str, award: str) -> str:
    """The words of an award that gives one sum in its first year and another in later ones; empty for no such."""
    first = _FIRST_YEAR.search(who)
    if first is None or not any(later_years(piece + "，", "首年") for piece in award.split("，")[1:]):
        return ""
    return first.group() + award


def shared_out(benefits: Sequence[Benefit], words: str) -> bool:
    """Whether several amounts are for the items of a list in order, and not for several bases (展位费80%、机票费70%)."""
    if re.search("分别|依次|相应", words):
        return True
    # A loan and the interest on it go to the same.
    return len({b.kind for b in benefits}) == 1 and not any(isinstance(b.amount, Rate) for b in benefits)


def _promised_kind(award: str, who: str) -> str:
    """The kind of a giving whose words name no figure."""
    if kind := kind_of(award, who):
        return kind
    if "返还" in award:
        return "refund"
    if re.search("每人|每名", award + who[-6:]):
        return "per_head_grant"
    return "proportional_grant" if re.search("一定比例|按[^，]{2,}(?:费|额(?!外)|收入)", award) else "one_off_grant"
