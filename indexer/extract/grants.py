"""Where a sentence gives something: which pieces say who and which say what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.extract.ceilings import later_years
from indexer.extract.giving import OPENS, WAIVER, award_start, can_give, soft_start
from indexer.extract.grant import Grant
from indexer.extract.limits import is_limit
from indexer.extract.passage import Part, Sentence, pieces
from indexer.extract.rows import elided, for_some, rows_of, told_by_ceiling
from indexer.extract.titles import tag
from indexer.extract.tokens import Tagged, pattern


@dataclass(slots=True)
class Scene:
    """What a sentence holds: its grants in order, and the pieces that belong to none."""

    grants: list[Grant]
    rest: list[Part]


_VERB = re.compile("给予|予以|补助|补贴|奖励|资助|支持|贴息|返还|安排|奖补|免|减|退|扶持|收取|加计|优惠|扣")


# 「按费用的40%给予补贴，每笔补贴不超过100万元」: after a share, so much for each is a ceiling.
_MOST_OF_EACH = pattern("每[^，]{1,8}?(?:补贴|补助|奖励|支持|资助)(?:金额|资金|额度?)?(?P<most><money>)")


def _bounds_last(tagged: Tagged, piece: Part, last: Grant, sentence: Sentence) -> bool:
    """Whether a piece only bounds what was given right before it, in all or, of a share, for each thing."""
    if not last.end <= piece.start <= last.end + 2:
        return False
    if is_limit(tagged):
        return True
    hit = _MOST_OF_EACH.fullmatch(tagged.text)
    if hit is None or tagged.tags[hit.start("most")].bound != "le":
        return False
    given = tag(sentence.text[last.start - sentence.start : last.end - sentence.start]).text
    return "\ue002" in given or given.startswith("每")


def _of_later_years(who: Sequence[Part], award: str, last: Grant, sentence: Sentence) -> bool:
    """Whether words only tell what the `last` grant gives in later years (次年给予…), and nothing for a deed of its own
    (次年未退规的再给予…).
    """
    if who and re.match("再|额外", award) and not is_years(who[-1].text):
        return False
    return later_years(parts_text(who) + "，", sentence.text[: last.end - sentence.start])


def read_scene(sentence: Sentence, *, soft: bool) -> Scene:
    """The grants of a sentence. `soft` lets giving without a figure count too."""
    grants: list[Grant] = []
    rest: list[Part] = []
    waiting: list[Part] = []
    lead: list[Part] = []
    for semi in pieces(sentence, "；"):
        for piece in pieces(semi, "，："):
            if rows := rows_of(piece):
                grants += [
                    Grant([*waiting, who], award.start, award.end, list(lead), row=True, tail=tail)
                    for who, award, tail in rows
                ]
                waiting = []
                continue
            if not can_give(piece.text, after=bool(grants)):
                waiting.append(piece)
                continue
            tagged = tag(piece.text, piece.start)
            if (
                more := for_some(tagged, piece, grants, waiting, sentence)
                or elided(tagged, piece, grants, waiting, sentence)
                or told_by_ceiling(tagged, piece, grants, waiting)
            ):
                more.lead = list(lead)
                grants.append(more)
                waiting = []
                continue
            if grants and not waiting and _bounds_last(tagged, piece, grants[-1], sentence):
                grants[-1].end = piece.end
                continue
            at = award_start(tagged, sentence.text[: piece.start - sentence.start])
            if at is None and soft:
                at = soft_start(tagged)
            if at is None:
                waiting.append(piece)
                continue
            start = tagged.start(at)
            head = Part(piece.start, start, tagged.words(0, at)) if at else None
            if grants and _of_later_years(
                [*waiting, *([head] if head else [])], tagged.text[at:], grants[-1], sentence
            ):
                grants[-1].end = piece.end
                waiting = []
                continue
            continues = bool(grants) and not waiting and grants[-1].end + 1 == piece.start
            if continues and _goes_on(grants[-1], head, sentence, tagged.text[at:]):
                grants[-1].end = piece.end
                grants[-1].verb = True
                continue
            who = [*waiting, *([head] if head else [])]
            verb = _VERB.search(tagged.text[at:]) is not None
            opened = None
            if grants and head is not None and not waiting and _is_open(grants[-1], sentence):
                opened, said = _opened(grants, sentence)
                who, verb = [*said, *who], False
            grants.append(Grant(who, start, piece.end, list(lead), verb, opened))
            waiting = []
            if not lead:
                lead = [part for part in grants[0].who if re.match("鼓励|支持|在|对于|引导", part.text)]
    rest += waiting
    _with_rate_of_all(grants, sentence)
    return Scene(grants, rest)


_COUNTED_IN = re.compile("减按[^，]*计入应纳税所得额")
_AT_RATE = re.compile("按[^，]{1,8}的?(?:优惠)?税率")


def _with_rate_of_all(grants: Sequence[Grant], sentence: Sentence) -> None:
    """Gives the rate that the last part of an income names to those before it (…减按25%计入，…减按50%计入，按20%的税率)."""
    rate = None
    for grant in reversed(grants):
        award = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
        rate = _AT_RATE.search(award) or rate
        if rate is not None and _COUNTED_IN.search(award) and _AT_RATE.search(award) is None:
            grant.tail = f"，{rate.group()}"


def _opened(grants: list[Grant], sentence: Sentence) -> tuple[Part, list[Part]]:
    """The share that the last of `grants` opened and, where nothing has been given of it yet, its words of who: it is for each
    that follows (按实际发生费用的50%，示范单位给予不超过100万元).
    """
    last = grants[-1]
    if last.opened is not None:
        return last.opened, []
    grants.pop()
    words = sentence.text[last.start - sentence.start : last.end - sentence.start]
    return Part(last.start, last.end, words), last.who


def _is_open(grant: Grant, sentence: Sentence) -> bool:
    """Whether a grant has only named its share so far (按实际发生费用的50%)."""
    words = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
    return grant.opened is not None or (not grant.verb and bool(OPENS.search(tag(words).text)))


def _is_soft(text: str) -> bool:
    """Whether words of giving name no figure, and nothing that need not be paid either."""
    said = re.search("扣除|结转|延期|延长|延缓|返还|退还|退税|欠费|全额", text)
    return not re.search(pattern("<money>|<share>"), tag(text).text) and not WAIVER.search(text) and not said


# 「实行欠费不停供，设立6个月的缓缴期，免收滞纳金」 is one putting off.
_PUT_OFF = re.compile("欠费不停|缓缴|延期|延缴|滞纳金|违约金")
# 「第一季度房租免收，第二季度房租减半」 is one waiving over time.
_NEXT_TERM = re.compile(
    "(?:第|前|后|其余|剩余|次年|下半年|上半年|再|并再)[^，对]{0,16}$|[\\d一二三四五六]+[—至、\\d一二三四五六]*个?[年月季][^，对]{0,12}$"
)


# A fee that is waived by its own name (免缴防空地下室易地建设费).
_WAIVED_FEE = re.compile("(?:收|缴|征|交|除)[^，]{0,40}[^，]{2}(?<!违约|滞纳)费")


# 「前三年按80%给予奖励，后两年按50%给予奖励」 is one giving over years.
_FIRST_YEAR = re.compile("第[一1]年|首年|前[一二两三四五\\d]年|[一二两三四五]年内")
_LATER_YEAR = re.compile(
    "(?:自)?(?:第[二三四五六2-6]|次|后[一二两三四五\\d]|其后[一二两三四五\\d]?|以后|第[二三四五2-5][至到—][三四五六3-6])(?:个)?年(?:内|度|起)?[^，对]{0,12}$"
)


def _goes_on(last: Grant, head: Part | None, sentence: Sentence, text: str) -> bool:
    """Whether words of giving only finish those before them (按投资额的30%，给予不超过…; 减按25%计入…，按20%的税率…)."""
    before = sentence.text[last.start - sentence.start : last.end - sentence.start]
    if "减按" in before and re.match(pattern("按<share>的?(?:优惠)?税率"), text):
        return True
    said = (last.who[-1].text if last.who else "") + before
    if re.fullmatch("(?:予以|给予|可以?)?减免", before) or (
        head is not None
        and re.fullmatch("或者?", head.text)
        and not re.search(pattern("<money>|<share>"), tag(before).text)
    ):
        return True
    if (
        re.search("欠费不停|缓缴|延期", before)
        and _PUT_OFF.search(text)
        and not re.search("^对|企业|单位", head.text if head else "")
    ):
        return True
    if WAIVER.search(before) and WAIVER.search(text) and (head is None or _NEXT_TERM.match(head.text)):
        return head is not None or not (_WAIVED_FEE.search(before) and _WAIVED_FEE.search(text))
    if _is_soft(before) and (head is None or len(head.text) <= 4):
        return True
    if head is not None and _LATER_YEAR.match(head.text) and _FIRST_YEAR.search(said):
        return True
    short = head is None or (len(head.text) <= 6 and not head.text.startswith("对"))
    return short and (
        not last.verb
        or (
            bool(re.search("的\ue002|比例|\ue002$", tag(before).text))
            and "\ue001" not in tag(before).text
            and bool(re.match("(?:可)?给予", text))
            and "\ue002" not in text
        )
    )


_PAYER = re.compile(
    "^《[^》]+》(?:明确|规定|提出)?(?=对)|^(?!在|于|对)[^，对的为在]{1,5}[省市县区州](?:对(?!外|接|口)|(?=凡))|^由(?:各|所在)?(?:区|市|县|街镇|园区|乡镇|地区|地方|级财政)+(?:、(?:区|市|县|园区)+)*(?=对)|^(?:按照?规定|继续|由)*[^，对的]{0,16}(?:财政|资金|部门|发改委|局|厅|委员会|基金|政府)[^，对的]{0,6}(?=对)"
)
_PAYER_ONLY = re.compile(
    "^(?:[我本]?[省市区县]级?(?:财政)?(?:再|另)$|(?:由|从)?(?:[省市区县]|国家|中央|各级|同级)?[^，的]{0,14}(?:财政|专项资金|资金|发改委|财政厅|财政局|部门|委员会|厅|局|政府)(?:中|按规定|分阶段|补偿|风险|再)*$)"
)


def _without_payer(part: Part) -> Part:
    """`part` without the office that pays (省级财政资金对…)."""
    hit = _PAYER.match(part.text)
    cut = hit.end() if hit else 0
    return Part(part.start + cut, part.end, part.text[cut:])


def _without_shares(part: Part) -> Part:
    """`part` without the words that share something out at its end (…的企业分别)."""
    text = re.sub("(?<=.)(?:分别|依次|，)+$", "", part.text)
    text = re.sub("(?<=[^每，]{2})每(?:个|件|项|张|台|套)?(?!家|户|企业|单位|年|月|人|天)[^，每\\d]{1,4}$", "", text)
    return Part(part.start, part.start + len(text), text)


def is_payer(text: str) -> bool:
    """Whether a piece names only the office that pays."""
    return bool(_PAYER_ONLY.match(text))


_YEARS_ONLY = re.compile(
    "(?:(?:从|自)[^，]{2,12}起)?(?:(?:连续|前)[一二两三四五六\\d](?:个)?(?:年|会计年度)(?:每年)?)|(?:(?:第[一二三四五六\\d](?:[、和至][一二三四五六\\d])*|首|次|[前后][一二两三四五\\d])年(?:内|度)?(?:、|和|及)?)+(?:分别|依次)?"
)


def is_years(text: str) -> bool:
    """Whether a piece only names the years of a giving (第一年、第二年分别)."""
    return bool(_YEARS_ONLY.fullmatch(text))


def who_of(grant: Grant) -> tuple[list[Part], list[Part]]:
    """The pieces that say who gets a grant, and those before them whose named facts alone carry over."""
    parts = [_without_shares(_without_payer(part)) for part in grant.who]
    at = next((i for i, part in enumerate(parts) if re.match("对(?!此|其)|凡", part.text)), None)
    if at is None:
        return parts, []
    lead = parts[:at]
    if lead and len(parts[at].text) <= 12 and re.match("鼓励|支持", lead[-1].text) and "企业" in lead[-1].text:
        return parts[at - 1 :], parts[: at - 1]
    kept = [part for part in lead if part.text.endswith("的") or re.match("在.{2,}(?:内|期间)$|除.{2,}外$", part.text)]
    return [*kept, *parts[at:]], [part for part in lead if part not in kept]


def parts_text(parts: Sequence[Part]) -> str:
    """The words of several pieces, in order."""
    return "，".join(part.text for part in parts)
