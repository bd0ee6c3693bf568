"""The sentences of a passage in order: which give, which ask, which only set the scene; and the drafts that come of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.model import Benefit, Cap, Words
from corpus.rules import conditions as walk
from indexer.extract.asides import is_aside, is_manner
from indexer.extract.atoms import Node, Place
from indexer.extract.award import read_award
from indexer.extract.branches import scene_theme
from indexer.extract.cases import bounded_for_some
from indexer.extract.ceilings import bounded, ceilings_of, continued, later_years, may_bound, pays_out, share_ceiling
from indexer.extract.conditions import read_conditions
from indexer.extract.context import extended, fold_promises, is_term, unsaid
from indexer.extract.department import without_department
from indexer.extract.drafting import PROMISE, spelled_out
from indexer.extract.general import LISTS_OUT, shut_out, stacking_of
from indexer.extract.giving import may_give
from indexer.extract.grant import Grant
from indexer.extract.granted import real_grants
from indexer.extract.grants import read_scene
from indexer.extract.levels import at_levels
from indexer.extract.limits import is_after_term
from indexer.extract.memory import Memory
from indexer.extract.passage import Part, Passage, Sentence, pieces
from indexer.extract.recipients import about_people, duty_or_target, goes_to_persons
from indexer.extract.requirements import (
    Listing,
    add_case,
    asks_enterprise,
    asks_nobody,
    choice_of,
    is_group_head,
    opens,
    says_who,
    thresholds,
)
from indexer.extract.rows import ceilings_for_some
from indexer.extract.tiers import Draft, merge_tiers
from indexer.extract.together import ceiling_of_all

# 「可享受见习补贴。补贴标准为每人每月1500元」: the second sentence tells the first one's sum.
_SPELLS_OUT = re.compile("(?:具体)?(?:补贴|补助|奖励|贴息|返还|支持|奖补)(?:标准|金额|额度|比例)(?:为|是|：|按)")
# The labels of a tax guide under which something is said of who gets what.
_TOLD_UNDER = re.compile("主体|对象|内容|条件|标准")
_REQUIRE = re.compile(
    "^(?:[（(]?[\\d一二三四五六七八九十]+[）).、．]\\s*)?(?:申报|申请)(?:单位|企业|主体|机构|人|项目)(?:为|是|未|不|无|在|近|没有|已|具|应|须|提交的)|^不存在|"
    "(?:应当?|须|需|必须)(?:同时)?(?:符合|具备|满足|在[^，]{0,20}(?:注册|登记|纳税|设立|成立|经营|落户|参保|生产|范围|以[上下内])|达到|为|承诺)|^(?:以上|上述|本条|本项)?(?:政策)?(?:的)?(?:奖励|支持|扶持|补贴|补助|资助)(?:对象|主体)(?:为|是|应|须)|(?:条件|要求)(?:如下|：|要求)|适用(?:于|自)|均可申报$|适用对象|适用范围|以下条件|下列条件|申报条件|条件要求|^条件"
)


# 「支持对象：建设共性平台的企业」: whom all that follows is for.
_PAYEE_LABEL = re.compile(
    "(?:[^，：]{2,20}\\d[.．、])?(?:第[一二三四五六七八九十百]+条)?[（【]?"
    "(?:(?:本|该)(?:办法|政策|措施|细则|意见|规定|条款?|项目?)(?:所称)?(?:的)?)?(?:支持|扶持|奖励|补贴|补助|资助|奖补|适用|申报|服务)(?:对象|主体|范围)"
    "(?:为|是|：|[）】]|(?=在[^，]{2,20}(?:内|注册|登记|经营)|(?:工商)?注册|符合|依法))"
)


_APPLY = re.compile(
    "(?:申报|申请认定|认定为)(?P<what>(?!企业|单位|的)[^，。；]{3,24}?)(?:，|应当?|须|需|同时)*(?:同时)?(?:应当?|须|需)?(?:符合|具备|满足)"
)

# 「符合以下条件之一的，予以优先资助：…」: who goes first, which nobody has to be.
_PREFERRED = re.compile("优先(?:给予|予以)?(?:支持|资助|考虑|推荐|安排|补助)")
_SAME_ONES = re.compile(
    "[，：]?(?:鼓励|支持|推动|聚焦)(?:其|上述|相关|各类|有条件的|符合条件的)*(?:企业|创新主体|单位|主体)"
)
_SELF = re.compile("(?:第?[（(]?[一二三四五六七八九十\\d]+[）)、.．]?)?(?:企业|申报|申请)")


def read_drafts(passage: Passage, place: Place, title: str = "") -> list[Draft]:
    """The measures of a passage in the making, in order; one without a benefit where it only says who qualifies."""
    walker = _Walker(passage, place, personal=about_people(title))
    if goes_to_persons(passage.text):
        return []
    sentences = [without_department(sentence) for sentence in passage.sentences()]
    for sentence, after in pairwise([*sentences, None]):
        if sentence is not None and not (walker.memory.open and is_group_head(sentence, after)):
            walker.read(sentence)
    return walker.finish()


class _Walker:
    """Goes through a passage sentence by sentence and remembers what later ones take up."""

    def __init__(self, passage: Passage, place: Place, *, personal: bool) -> None:
        self.memory = Memory(passage, place)
        self.personal = personal  # the document is about people, not firms
        self.listed: list[Node] = []  # asked of every measure
        self.listings: list[Listing] = []  # lists of what is asked, the last of which may be open
        self.loose: list[Sentence] = []  # that give nothing: read only where nothing else does
        self.defined: list[Node] = []  # what the passage says its kind of enterprise is
        self.applied = ""
        self.earlier = ""
        self.stacking: str | None = None
        self.told = False  # whether nothing but more of what was given last stands after it
        self.told_from = self.told_since = 0  # where the sentence that gave last begins, and its first measure
        self.labelled = "【优惠内容】" in passage.text  # a tax guide: only what stands under its labels counts

    def read(self, sentence: Sentence) -> None:
        memory = self.memory
        if not sentence.text or (self.labelled and not _TOLD_UNDER.search(sentence.role)):
            return
        if "主体" in sentence.role or "对象" in sentence.role:
            memory.subjects = memory.conditions(sentence)
            return
        if "条件" in sentence.role:
            self.listed = add_case(self.listed, memory.conditions(sentence))
            return
        if not sentence.goes_on:
            memory.drafts = share_ceiling(memory.drafts, memory.chain)
        memory.turn_to(sentence)
        if (payee := _PAYEE_LABEL.match(sentence.text)) and not _gives(sentence):
            rest = replace(sentence, start=sentence.start + payee.end(), text=sentence.text[payee.end() :])
            memory.subjects = memory.conditions(rest)
            return
        head = opens(sentence, memory.passage.text[sentence.end : sentence.end + 1])
        if memory.open and (head or (memory.open.choice and not memory.open.holds(sentence))):
            self._close()
        if head:
            bars = LISTS_OUT.search(sentence.text) is not None
            choice = 1 if bars else choice_of(sentence.text)
            memory.open = Listing(choice, len(memory.drafts), own=not bars and _gives(sentence), bars=bars)
            # Who goes first is no condition of what was given before; of what the list itself gives it is.
            if memory.open.own or not (memory.drafts and _PREFERRED.search(sentence.text)):
                self.listings.append(memory.open)
            if bars:
                return
        if memory.drafts and is_after_term(sentence.text):
            memory.drafts[-1] = extended(memory.drafts[-1], sentence)
            return
        if self._adds_to_last(sentence) or (not memory.drafts and ceiling_of_all(sentence.text)):
            return
        if memory.drafts and _SPELLS_OUT.match(sentence.text) and unsaid(memory.drafts[-1]):
            memory.drafts[-1] = spelled_out(memory.drafts[-1], sentence)
            return
        if stacking := stacking_of(sentence.text):
            self.stacking = stacking
            if not _GIVEN.search(sentence.text):
                return
        if not _GIVEN.search(sentence.text) and (shut := shut_out(sentence, memory.place)):
            self.listed.append(shut)
            return
        listing = memory.open if memory.open and not head else None
        asked = listing and listing.choice and not PROMISE.search(sentence.text)  # one of a list of conditions
        gives = may_give(sentence.text) and not asked
        found = read_scene(sentence, soft=not duty_or_target(sentence.text)).grants if gives else []
        grants = real_grants(found, sentence, self.earlier, personal=self.personal)
        self.earlier = "" if sentence.heading else sentence.text
        if grants:
            if listing and listing.items and self._is_item(sentence, grants[0]):
                self._ends_list(listing, grants[0])
            made = len(memory.drafts)
            for grant in grants:
                read_award(memory, grant)
            if memory.drafts:
                self.told, self.told_from, self.told_since = True, sentence.start, min(made, len(memory.drafts) - 1)
            memory.use_up_scene()
        elif not found:
            self._read_other(sentence, listing)

    def _adds_to_last(self, sentence: Sentence) -> bool:
        """Whether a sentence gives nothing of its own but bounds, stages or pays out what was given last; then it is read."""
        memory = self.memory
        if pays_out(sentence.text):
            if self.told:
                memory.drafts[-1] = continued(memory.drafts[-1], sentence, amount=False)
            return True
        if sentence.heading:
            return False
        if not self.told:
            caps = ceilings_of(sentence) if memory.drafts else None
            if caps and all(cap.per == "enterprise" for cap in caps):
                self._bound_all(caps, sentence)
                return True
            return False
        if later_years(sentence.text, memory.passage.text[self.told_from : sentence.start]):
            memory.drafts[-1] = continued(memory.drafts[-1], sentence, amount=True)
            return True
        if (some := ceilings_for_some(sentence)) and self._bound_for_some(some):
            return True
        caps = ceilings_of(sentence)
        if caps is None:
            return False
        self._bound_all(caps, sentence)
        return may_bound(memory.drafts[-1], sentence.text)

    def _bound_for_some(self, some: Sequence[tuple[Part, float]]) -> bool:
        """Puts on what was given last the ceilings of those who have one of their own; False where it gives no share."""
        memory = self.memory
        for who, cap in some:
            draft = bounded_for_some(memory.drafts[-1], read_conditions([who], memory.place), cap, who)
            if draft is None:
                return False
            memory.drafts[-1] = draft
        return True

    def _bound_all(self, caps: tuple[Cap, ...], sentence: Sentence) -> None:
        """Puts `caps`, told in `sentence`, on what was given last, or on all of it where they are for the enterprise."""
        drafts = self.memory.drafts
        whole = any(cap.per == "enterprise" for cap in caps)
        for at in range(0 if whole else self.told_since, len(drafts)):
            if may_bound(drafts[at], sentence.text):
                drafts[at] = bounded(drafts[at], caps, sentence.text)

    def _read_other(self, sentence: Sentence, listing: Listing | None) -> None:
        """A sentence that gives nothing: requirements, or the scene of what follows."""
        memory = self.memory
        if (memory.open or _REQUIRE.search(sentence.text)) and asks_nobody(sentence):
            return
        if listing and listing.choice:
            listing.choose(memory.conditions(sentence))
        elif memory.open:
            memory.open.items += listing is not None
            memory.open.nodes = add_case(memory.open.nodes, memory.conditions(sentence))
        elif _REQUIRE.search(sentence.text):
            self.listed = add_case(self.listed, memory.conditions(sentence))
        elif all(is_manner(part.text) or is_term(part.text) for part in pieces(sentence, "，；")):
            return  # what was set before goes on
        else:
            self.loose.append(sentence)
            memory.scene, memory.context_read = sentence if _sets_scene(sentence) else None, None
            self.told = self.told and memory.scene is None and not sentence.numbered
        if "是指" in sentence.text:
            meant = sentence.text.index("是指") + 2
            nodes = memory.conditions(replace(sentence, start=sentence.start + meant, text=sentence.text[meant:]))
            fields = {"qualification", "region", "park"}
            titled = [node for node in nodes if {c.field for _, c in walk(node.rule)} <= fields]
            if re.search("(?:企业|单位|主体)(?:，)?是指", sentence.text):
                self.defined = titled or self.defined
        if encouraged := re.search(
            "(?:^|[，：])(?:鼓励|支持|推动|聚焦|促进|加快|培育|壮大|做大|做强|做优)", sentence.text
        ):
            theme = scene_theme(sentence.text[encouraged.start() :])
            # What is encouraged next is about something else, unless it is the same enterprises that are (支持企业…).
            if theme or not (sentence.heading or _SAME_ONES.match(sentence.text, encouraged.start())):
                memory.theme, memory.theme_age = theme, 0
        if what := _APPLY.search(sentence.text):
            self.applied = what["what"]

    def _is_item(self, sentence: Sentence, grant: Grant) -> bool:
        """Whether a sentence that gives is the last item of the open list, with the words of giving for all of it."""
        own_payee = bool(grant.who) and bool(re.match("对(?!此|其)|凡|其中", grant.who[0].text))
        last = not self.memory.passage.text.startswith("；", sentence.end)
        return last and not own_payee and (sentence.numbered or sentence.goes_on)

    def _ends_list(self, listing: Listing, grant: Grant) -> None:
        """The words of who of `grant` are the last item of `listing`."""
        memory = self.memory
        nodes = read_conditions([part for part in grant.who if not is_aside(part.text)], memory.place)
        if listing.choice:
            listing.choose(nodes)
        else:
            listing.nodes = add_case(listing.nodes, nodes)
        listing.own = True
        grant.who = []
        memory.before, memory.scene, memory.context_read = [], None, []

    def _close(self) -> None:
        """The open list ends."""
        memory = self.memory
        if memory.open and len(memory.drafts) > memory.open.since:
            memory.open.upto = len(memory.drafts)
        memory.open = None

    def _defined_for(self, draft: Draft) -> list[Node]:
        """What the passage defines (高新技术企业是指…), where a draft says nothing of titles itself."""
        titled = any(c.field == "qualification" for node in draft.nodes for _, c in walk(node.rule))
        return [] if titled else self.defined

    def finish(self) -> list[Draft]:
        """The drafts with what was asked of all; a draft without a benefit where nothing was given."""
        memory = self.memory
        drafts = share_ceiling(memory.drafts, memory.chain)
        for listing in self.listings:
            drafts = listing.ask(drafts)
        listed = [*(node for listing in self.listings for node in listing.nodes), *self.listed]
        if not drafts:
            listed = [*memory.subjects, *listed]
        if drafts:
            drafts = [
                replace(
                    draft,
                    nodes=(*self._defined_for(draft), *draft.nodes, *self.listed),
                    benefit=draft.benefit and replace(draft.benefit, stacking=self.stacking),
                )
                for draft in fold_promises(drafts)
            ]
            return [at_levels(draft) for draft in merge_tiers(drafts)]
        if _OF_OTHERS.search(memory.passage.text) and not _FOR_FIRMS.search(memory.passage.text):
            return []
        alone = 0 if _SELF.match(memory.passage.text) else 1
        loose: list[Node] = []
        if any(_BOUND.search(sentence.text) for sentence in self.loose):
            for sentence in self.loose:
                loose = add_case(loose, memory.conditions(sentence))
        numbered = sum(sentence.numbered for sentence in self.loose) > 1
        if not (asks_enterprise(listed) or thresholds(loose) > alone or (numbered and says_who(loose) > 1)):
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


def _gives(sentence: Sentence) -> bool:
    return bool(read_scene(sentence, soft=False).grants)


def _sets_scene(sentence: Sentence) -> bool:
    return bool(re.match("鼓励|支持|对|推动|引导|企业|[^，]{0,20}的$", sentence.text)) or sentence.heading
