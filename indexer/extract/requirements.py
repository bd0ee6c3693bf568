"""Lists of what is asked: where one opens, how many of its items one must meet, and whose measures it is asked of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpus.model import All, Any, AtLeast, Condition, Rule
from corpus.quantity import parse_chinese_number
from corpus.rules import conditions as walk
from indexer.extract.atoms import Node
from indexer.extract.left_out import none_of
from indexer.extract.passage import Part, Sentence
from indexer.extract.tiers import Draft

_N = "[一二两三四五六七八九\\d]"
_THINGS = "(?:条件|情形|情况|要求|标准|指标|资质|资格|项)"
# 「之一」, 「中的任意两项以上」, 「中的至少三项」
_SOME = f"(?:之一|(?:中的?)?(?:任一|任意一?|任何一?)(?:项|条件|情形|条)|(?:中的?|的)?(?:至少|任意|任选|任|其中|不少于)*{_N}(?:项|条|个)(?:及?以上|（含）以上|或多项)?)"
# The words that open a list, in the words of whoever must meet it (符合下列条件之一的工业企业).
_WORDS = re.compile(
    "(?:(?:申请|享受|申领)[^，。；的]{0,16}的(?:企业|单位|机构|主体)(?=[^，。；]*(?:下列|以下)))?(?:并|且|应当?|须|需|必须|同时|至少|还|均|可|一般|原则上|或)*(?:符合|具备|满足|具有|达到|属于|存在|遵守|有)(?:至少|任意|任一)?(?:上述|以上|以下|下列|如下)"
    f"(?:[^，。；：（）的]{{0,14}}?{_THINGS}|{_N}(?:项|条|个))(?:{_SOME})?(?:条件|情形|要求|以上)?(?=的|，|：|$)"
)
_HEAD = re.compile(
    "^.{0,24}?(?:应当?|须|需)?(?:同时)?(?:符合|具备|满足)(?:以下|下列)?(?:基本)?(?:条件)?(?:之一|任一条件|任[一意]项|中的?[一二两三四五]项(?:以上)?)?(?:条件)?(?:的)?(?:，[^，]{0,14})?$|^(?:申报|申请|基本|支持|具体)?条件(?:要求)?"
)
_AFTER = re.compile(f"(?:以下|下列|如下)(?:[^，。；：]{{0,14}}{_THINGS}|{_N}(?:项|条|个))")
_ONE = re.compile("之一|任一|任意?一[项条个]|任何一[项条个]|其中一[项条]|一项或多项|一项(?:及以上|以上)")
_OF = re.compile(
    f"(?:至少|任意|任选|任|其中|中的?|不少于)[^，。]{{0,8}}?(?P<n>{_N})(?:项|条|个)|(?P<more>{_N})(?:项|条|个)(?:及以上|以上|（含）以上)"
)


# The head of a group in a list (1．支持园区运营机构发展, 二、运营管理：), and what it may not be mistaken for.
_GROUP = re.compile("(?:支持|鼓励|关于|促进|推动)[^，。；]{3,28}(?:条件|要求)?")
_SHORT = 9
_ITEM = re.compile("\\d|[未无不没]|属于|具有|具备|企业|单位$")
_AWARD = re.compile("给予|予以|奖励|补[助贴]|资助|符合(?:上述|以上)?条件")
# Who is preferred, for whom less is asked, what an office must do: nobody has to meet it.
_NOT_ASKED = re.compile(
    "优先(?:给予|予以)?(?:支持|考虑|推荐|安排|资助|认定|纳入)|(?:可|予以)适当(?:放宽|降低)|^(?:由)?(?:所在|各)?(?:区|市|县|分园|属地)(?:政府|管委会|[^，的对]{0,12}(?:部门|局|委员会))?(?:应|需|须|要|将|会同|按照|根据|对照|负责|组织)"
    "|^(?:由)?[^，的对]{2,16}(?:委员会|管委会|[委局厅])(?:应|将|会同|按照|根据|对照|负责|组织|统筹)"
)


def is_group_head(sentence: Sentence, after: Sentence | None) -> bool:
    """Whether a numbered sentence in a list only heads those after it: it names them (孵化功能完善。拥有…), or what is supported."""
    if not sentence.numbered or "，" in sentence.text or after is None:
        return False
    if _GROUP.fullmatch(sentence.text):
        return True
    goes_alone = not (sentence.goes_on or after.goes_on or after.numbered)
    return (
        goes_alone
        and len(sentence.text) <= _SHORT
        and not _ITEM.search(sentence.text)
        and not _AWARD.search(after.text)
    )


def asks_nobody(sentence: Sentence) -> bool:
    """Whether a sentence in a list says who is preferred or what an office must do, and asks nothing of an applicant."""
    return _NOT_ASKED.search(sentence.text) is not None


# 「…，属市级重大项目的，可不受上述限制，报市政府审议」
_SPARED = re.compile("(?:^|，)(?:对|凡|如|若)?(?P<who>[^，。；]{2,40}?)(?:的)?，?可(?:以)?不受[^，。；]{0,10}限制")


def spared(sentence: Sentence) -> tuple[Sentence, str]:
    """A sentence up to the words of those whom its limits spare, and these words; empty where it spares nobody."""
    hit = _SPARED.search(sentence.text)
    if hit is None:
        return sentence, ""
    limits = sentence.text[: hit.start()]
    return replace(sentence, end=sentence.start + len(limits), text=limits), hit["who"]


def opens(sentence: Sentence, follows: str) -> bool:
    """Whether a sentence opens a list of what is asked; `follows` is the mark after it."""
    return bool(_HEAD.search(sentence.text)) or (follows == "：" and bool(_AFTER.search(sentence.text)))


def choice_of(text: str) -> int:
    """How many of the items that follow must be met: 1 for 之一, n for 至少n项, 0 for all."""
    if _ONE.search(text):
        return 1
    hit = _OF.search(text)
    if hit is None:
        return 0
    n = hit["n"] or hit["more"]
    return int(n) if n.isdigit() else int(parse_chinese_number(n) or 0)


def without_list_words(part: Part) -> Part:
    """`part` with the words that only open a list blanked out, places kept (　　　的工业企业)."""
    return replace(part, text=_WORDS.sub(lambda hit: "　" * len(hit.group()), part.text))


@dataclass(slots=True)
class Listing:
    """A list of what is asked. `choice` as `choice_of` has it; `since` measures were made before it; `own` says that the
    words of giving stand in its head or its last item; `upto` how many measures were made when it ended. `bars` says that
    it lists who gets nothing (有下列情形之一的，不予支持).
    """

    choice: int
    since: int
    own: bool = False
    bars: bool = False
    items: int = 0
    nodes: list[Node] = field(default_factory=list)
    upto: int | None = None

    def holds(self, sentence: Sentence) -> bool:
        """Whether a sentence after the head is one more item."""
        return self.items < 2 or sentence.numbered or sentence.goes_on

    def choose(self, found: Sequence[Node]) -> None:
        """One more of the items of which `choice` must be met."""
        self.items += 1
        if not found:
            return
        if self.bars:
            self.nodes += [
                Node(rule, found[0].start, found[-1].end, "exclusion") for rule in none_of(found, together=True)
            ]
            return
        branch = found[0].rule if len(found) == 1 else All(tuple(node.rule for node in found))
        last = self.nodes[-1] if self.nodes and self.nodes[-1].what == "choice" else None
        of = (*(last.rule.of if last and isinstance(last.rule, (Any, AtLeast)) else ()), branch)
        rule: Rule = Any(of) if self.choice == 1 else AtLeast(self.choice, of)
        if last:
            self.nodes.pop()
        self.nodes.append(Node(rule, last.start if last else found[0].start, found[-1].end, "choice"))

    def ask(self, drafts: list[Draft]) -> list[Draft]:
        """`drafts` with what the list asks, asked of those that it is for: those made since it opened, or all."""
        own = drafts[self.since : self.upto] if (self.own or self.choice) and not self.bars else []
        return [
            replace(draft, nodes=(*draft.nodes, *self.nodes)) if not own or any(draft is one for one in own) else draft
            for draft in drafts
        ]


def add_case(nodes: list[Node], found: list[Node]) -> list[Node]:
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


def asks_enterprise(nodes: Sequence[Node]) -> bool:
    """Whether any condition of `nodes` is on a field of the enterprise."""
    return any(condition.field != "manual" for node in nodes for _, condition in walk(node.rule))


def thresholds(nodes: Sequence[Node]) -> int:
    """How many conditions on figures of an enterprise stand in `nodes`."""
    return sum(isinstance(condition.value, float) for node in nodes for _, condition in walk(node.rule))


_WHO = frozenset({"region", "tax_region", "size_class", "age_years", "legal_form", "revenue", "employees", "assets"})


def says_who(nodes: Sequence[Node]) -> int:
    """On how many facts of a firm itself (where it stands, its size, form, age, a legal person) `nodes` put conditions."""
    asked = {
        condition.field if condition.field in _WHO else str(condition.value)
        for node in nodes
        for _, condition in walk(node.rule)
        if condition.field in _WHO or condition.value == "独立法人企业"
    }
    return len(asked)
