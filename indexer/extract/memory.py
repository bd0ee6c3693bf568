"""What the words of an award take up from those before it: the award before, the scene, the theme that was named."""

from __future__ import annotations

import re

from corpus.model import Any, Condition
from corpus.rules import conditions as walk
from indexer.extract.asides import is_aside
from indexer.extract.atoms import Node, Place
from indexer.extract.conditions import join, read_conditions
from indexer.extract.confidence import confidence_of
from indexer.extract.context import (
    about_theme,
    held,
    lasting,
    named,
    not_measured_again,
    of_procedure,
    of_whom,
    payees_in,
    subjects,
    whereabouts_of,
    won_again,
)
from indexer.extract.leftover import manual
from indexer.extract.passage import Passage, Sentence, pieces
from indexer.extract.requirements import Listing, spared, without_list_words
from indexer.extract.tiers import Draft

# Words of who that name their own subject and take none from the award before.
_OWN_SUBJECT = re.compile(
    "^(?:对|凡|其中|企业|其他|其余)|(?:企业|纳税人|机构|单位|工商户|事务所|主体|公司|平台)(?:的|，|$)"
)
# A clause about something else that is done (；完成股改并进入后备库的，给予…) is no case of the one before it.
_DEED = re.compile(
    "(?:新|首次|当年|年度|自主|成功|企业)*(?:完成|通过|购买|购置|开展|获得|获评|获批|获|取得|参与|参加|建设|新建|改建|扩建|实施|引进|租用|租赁|设立|新设|入选|纳入|列入|进入|被认定|升级|成为|承担|主导|牵头|举办|承办|发行|投保|吸纳|招用|聘用|收购|并购|采购|开拓)"
    "|[^，]{0,6}(?:营业收入|营收|产值|纳税|税收|销售额)[^，]{0,4}首次"
)
# 「首次认定的奖励30万元，重新认定的奖励10万元」: the second is no first time.
_AGAIN = re.compile("再次|重新|复审|复评|整体|迁入|整体迁入|期满|到期|通过复|通过重新|续")
# For so many sentences a theme named in one holds.
_NEAR = 3


class Memory:
    """What was read of a passage so far that later words take up."""

    def __init__(self, passage: Passage, place: Place) -> None:
        self.passage = passage
        self.place = place
        self.drafts: list[Draft] = []
        self.before: list[Node] = []  # of the award before, within one chain of semicolons
        self.chain = 0  # where that chain begins
        self.subjects: list[Node] = []  # 【享受主体】
        self.scene: Sentence | None = None  # that sets the scene for the next
        self.context_read: list[Node] | None = None
        self.theme: tuple[str, ...] = ()
        self.theme_age = 0  # sentences since it was named: it holds for the next few only
        self.open: Listing | None = None  # a list of what is asked that has begun

    def turn_to(self, sentence: Sentence) -> None:
        """A new sentence begins: a theme named long ago is forgotten, and the award before it where no semicolon joins them."""
        self.theme_age += 1
        if self.theme_age > _NEAR:
            self.theme = ()
        if not sentence.goes_on:
            self.before, self.chain = [], sentence.start

    def conditions(self, sentence: Sentence) -> list[Node]:
        """What a sentence asks; of whom its limits spare, that or to be one of them."""
        limits, who = spared(sentence)
        parts = [without_list_words(part) for part in pieces(limits, "；，：") if not is_aside(part.text)]
        nodes = read_conditions(parts, self.place, listing=self.open is not None)
        if not who or not nodes:
            return nodes
        either = Any((join(nodes), manual(who)))
        return [Node(either, nodes[0].start, sentence.end, "alternatives")]

    @property
    def context(self) -> list[Node]:
        """What the sentence before puts as conditions; read when an award first needs it."""
        if self.context_read is None:
            self.context_read = self.conditions(of_whom(self.scene)) if self.scene else []
        return self.context_read

    def taken_up(self, nodes: list[Node], said: str, lead: list[Node], *, adds: bool = False) -> list[Node]:
        """`nodes` with what the words of who leave to the words before them; `adds` says that it is given besides (再给予)."""
        nodes = won_again(nodes, self.before)
        fields = {c.field for node in nodes for _, c in walk(node.rule)}
        if not lead and all(map(of_procedure, nodes)):
            return [*(self.before or self.context), *nodes]
        if self.before and re.match("如|其中|但|若", said):
            rest = fields - {"manual"}
            kept = [node for node in self.before if not rest & {c.field for _, c in walk(node.rule)}]
            return [*not_measured_again(kept, nodes), *nodes]
        if self.before and not _OWN_SUBJECT.search(said) and not named(nodes):
            deed = _DEED.match(said) is not None and not adds
            whole = said.endswith("的") and not fields & {"event", "qualification"}
            more = lasting(self.before, self.passage.text) if deed else self.before if whole else subjects(self.before)
            if _AGAIN.match(said):
                more = [standing for node in more if (standing := held(node)) is not None]
            own = fields - {"manual"} if deed or adds else fields
            kept = [node for node in more if not own & {c.field for _, c in walk(node.rule)}]
            return [*kept, *nodes]
        if self.before and not _OWN_SUBJECT.search(said):
            nodes = [*whereabouts_of(self.before, nodes), *nodes]
        if self.scene is not None and self.scene.text.startswith("对"):
            return nodes
        who = [] if _OWN_SUBJECT.search(said) or named(nodes) else payees_in(self.context)
        return [*named(self.context), *who, *nodes]

    def theme_node(self, at: int) -> Node:
        """The theme that was named as a condition that stands at `at`."""
        words = "、".join(self.theme)
        sure = confidence_of("scene_theme", "theme")
        one = len(self.theme) == 1
        rule = Condition(
            "theme", "has" if one else "has_any", self.theme[0] if one else self.theme, text=words, confidence=sure
        )
        return Node(rule, at, at, "theme")

    def use_up_scene(self) -> None:
        """An award has taken up the scene: only its theme is left for others."""
        self.context_read = [
            node for node in self.context if isinstance(node.rule, (Any, Condition)) and about_theme(node.rule)
        ] + payees_in(self.context)
