"""Where a sentence gives something: which pieces say who and which say what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.extract.ceilings import later_years
from indexer.extract.giving import ENDS_OPEN, GIVES, OPENS, WAIVER, award_start, can_give, is_limit, soft_start
from indexer.extract.passage import Part, Sentence, pieces
from indexer.extract.titles import tag
from indexer.extract.tokens import Tagged, pattern


@dataclass(slots=True)
class Grant:
    """The pieces of one giving: who (`who`), what (`award`, from its first to its last word), and the open question of `shared` conditions."""

    who: list[Part]
    start: int
    end: int
    lead: list[Part] = field(default_factory=list)
    verb: bool = True
    opened: Part | None = None
    row: bool = False  # one of several rows that differ in who and how much
    tail: str = ""  # the words of giving that the last of several rows says for all
    ceiling: bool = False  # it only bounds, for some, what was given before it (其中小微企业最高15万元)


@dataclass(slots=True)
class Scene:
    """What a sentence holds: its grants in order, and the pieces that belong to none."""

    grants: list[Grant]
    rest: list[Part]


# 「中小微企业按60%、大型企业按30%返还失业保险费」: rows of who and how much, with one verb for all.
_ROW = re.compile(
    "(?P<who>[^、，]{2,40}?)(?P<award>(?:按照?|给予|奖励|补助|补贴|资助|(?<!等)奖|补)[^、，]*?\\d[\\d.]*(?:%|‰|[亿万]?元|个百分点)(?:/[^、，的给予返补奖]{1,6})*)(?P<tail>[^、，]*)"
)


# 「按照小微企业100%、其他企业50%的比例给予支持」, 「按初级1000元、中级1500元的标准给予补贴」
_LABEL = re.compile(
    "(?P<who>(?!最高|不超过|最多|给予|不高于)[^、，\\d按的]{2,10}?)(?P<sum>[\\d.]+(?:%|[亿万]?元)(?:/[^、，的]{1,4})?)(?:、|$)?"
)
_LABELLED = re.compile(
    "(?:^|.*?)按照?(?:其)?(?P<list>(?:(?!最高|不超过|最多|给予|不高于)[^、，\\d按的]{2,10}?[\\d.]+(?:%|[亿万]?元)(?:/[^、，的]{1,4})?、)+(?!最高|不超过|最多|给予|不高于)[^、，\\d按的]{2,10}?[\\d.]+(?:%|[亿万]?元)(?:/[^、，的]{1,4})?)(?P<tail>(?:的)?(?:比例|标准|额度)?[^，、]*)$"
)
_GIVES_TAIL = re.compile("给予|予以|补贴|补助|奖励|资助|支持|返还|发放")


def rows_of(piece: Part) -> list[tuple[Part, Part, str]] | None:
    """The rows of a piece that gives different shares or sums to different ones: who, how much, and the words of giving
    that only the last has; None where a piece is no such list.
    """
    if "、" not in piece.text:
        return None
    if (listed := _LABELLED.search(piece.text)) and _GIVES_TAIL.search(listed["tail"]):
        return [
            (
                Part(piece.start + hit.start("who"), piece.start + hit.end("who"), hit["who"]),
                Part(piece.start + hit.start("sum"), piece.start + hit.end("sum"), hit["sum"]),
                listed["tail"],
            )
            for hit in _LABEL.finditer(piece.text, listed.start("list"), listed.end("list"))
        ]
    spans = [hit.span() for hit in re.finditer("[^、]+", piece.text)]
    hits = [_ROW.fullmatch(piece.text, *span) for span in spans]
    if len(hits) < 2 or not all(hits):
        return None
    last = hits[-1]
    gives = last is not None and GIVES.search(last["award"] + last["tail"])
    if last is None or not gives or ENDS_OPEN.search(last["tail"]):
        return None
    rows = []
    for hit in hits:
        assert hit is not None
        who, award = hit.span("who"), (hit.start("award"), hit.end("tail"))
        own = GIVES.search(hit["award"] + hit["tail"])
        rows.append(
            (
                Part(piece.start + who[0], piece.start + who[1], hit["who"]),
                Part(piece.start + award[0], piece.start + award[1], piece.text[slice(*award)]),
                "" if own else last["tail"],
            )
        )
    return rows


# 「国际标准每项奖励100万元，国家标准每项50万元」: the verb was said before.
_ELIDED = pattern(
    "(?!最高|最多|单|每|同|累计|合计|总|年度|全年|不超|上限|限额|封顶|控制|其中|且|但|并|再|[省市区县]级?财政|财政|补|奖|贴|资|支|期)(?P<who>(?:等奖|(?!给予|奖|补|资助|支持|扶持|贴|不超过|最高|累计|上限|额)[^，的\ue001-\ue013\\d]){2,16}?)(?P<award>(?:每[^，每]{1,2})?<money>)|(?P<whose>(?!最高|单|每|同|其中|且|但|并|再|财政|[省市区县]级?财政|个人|职工)[^，的\ue001-\ue013\\d]{0,14}(?:企业|单位|机构|类|项目|等|档|级))(?P<rate><share>)"
)


_VERB = re.compile("返还|退还|贴息|补贴|补助|奖励|资助|减免|减征|减收")
# 「按投资额的30%补助，最高10万元，其中小微企业最高15万元」: a ceiling of their own for some.
_FOR_SOME = pattern(
    "(?:其中，?|但|对)?(?P<who>(?!单|每|同一|全年|年度|累计|合计|总|企业|项目|最)[^，。；的\ue001-\ue008]{0,16}?(?:企业|机构|单位|平台|项目|园区|基地|孵化器|中心|[类级档]))(?:的)?(?P<most><money>)"
)


def _for_some(
    tagged: Tagged, piece: Part, grants: Sequence[Grant], waiting: Sequence[Part], sentence: Sentence
) -> Grant | None:
    """The ceiling that a piece puts for some on the share given right before it; None for no such."""
    hit = _FOR_SOME.fullmatch(tagged.text)
    if hit is None or not grants or waiting or grants[-1].end + 1 != piece.start:
        return None
    last = tag(sentence.text[grants[-1].start - sentence.start : grants[-1].end - sentence.start]).text
    if tagged.tags[hit.start("most")].bound not in ("le", "lt") or not (grants[-1].ceiling or "\ue002" in last):
        return None
    begin = tagged.start(hit.start("most"))
    who = Part(tagged.start(hit.start("who")), begin, tagged.words(*hit.span("who")))
    return Grant([who], begin, piece.end, ceiling=True)


# 「给予技术服务券支持，每家企业每年最高20万元」: the sum is told as a ceiling alone.
_PROMISED = re.compile("(?:给予|提供|发放)(?!.*(?:依法|处罚))[^，]{0,24}(?:支持|补贴|补助|奖励|资助|券)$")


# 「支持企业数字化改造，单个项目最高补助300万元」: the ceiling is all that is said of what is given.
_GIVES_MOST = re.compile(
    "(?:对)?(?:原则上)?(?:每|单)[个家户项]?(?:项目|企业|单位|平台|机构|园区|基地|品种|产品|活动|展会|主体|法人)?(?:每年|年度)?(?:给予)?(?:最高|最多)(?:不超过)?(?:可)?(?:给予|补助|补贴|奖励|奖补|资助|支持|扶持)[^，]{0,4}?[\\d.]+[亿万]?元[^，]{0,8}"
    "|(?:每|单)[个家户项]?(?:项目|企业|单位|平台|机构|园区|基地)?(?:补助|补贴|奖励|奖补|资助|支持|扶持)(?:金额|资金|额度?)?(?:最高)?(?:不超过|不高于)[\\d.]+[亿万]?元"
    "|最高(?:可)?(?:给予|补助|补贴|奖励|奖补|资助|支持|扶持)[^，]{0,4}?[\\d.]+[亿万]?元[^，]{0,8}"
)
_OWN_PROMISE = re.compile("同一|累计|合计|总额|本(?:办法|措施|政策|条)")


def _elided(
    tagged: Tagged, piece: Part, grants: Sequence[Grant], waiting: Sequence[Part], sentence: Sentence
) -> Grant | None:
    """A grant whose verb was said by the one right before it; None for no such."""
    hit = _ELIDED.fullmatch(tagged.text)
    if hit is None or not grants or waiting or grants[-1].end + 1 != piece.start:
        return None
    at = hit.start("award") if hit["award"] else hit.start("rate")
    begin = tagged.start(at)
    said = _VERB.findall(sentence.text[grants[-1].start - sentence.start : grants[-1].end - sentence.start])
    tail = "奖励" if hit["award"] else said[0] if said else ""
    return Grant([Part(piece.start, begin, tagged.words(0, at))], begin, piece.end, tail=tail)


def _told_by_ceiling(tagged: Tagged, piece: Part, grants: Sequence[Grant], waiting: Sequence[Part]) -> Grant | None:
    """A promise without a figure and the ceiling after it; None for no such."""
    ceiling = any(found.kind == "money" and found.bound == "le" for found in tagged.tags.values())
    if grants or not ceiling or not is_limit(tagged):
        return None
    promise = _PROMISED.search(waiting[-1].text) if waiting else None
    if promise is None:
        if _GIVES_MOST.fullmatch(piece.text) is None or (waiting and _OWN_PROMISE.search(waiting[-1].text)):
            return None
        return Grant(list(waiting), piece.start, piece.end)
    last = waiting[-1]
    begin = last.start + promise.start()
    told = [Part(last.start, begin, last.text[: promise.start()])] if promise.start() else []
    return Grant([*waiting[:-1], *told], begin, piece.end)


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
                more := _for_some(tagged, piece, grants, waiting, sentence)
                or _elided(tagged, piece, grants, waiting, sentence)
                or _told_by_ceiling(tagged, piece, grants, waiting)
            ):
                more.lead = list(lead)
                grants.append(more)
                waiting = []
                continue
            if grants and not waiting and is_limit(tagged) and grants[-1].end <= piece.start <= grants[-1].end + 2:
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
            if grants and later_years(
                parts_text([*waiting, *([head] if head else [])]) + "，",
                sentence.text[: grants[-1].end - sentence.start],
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
            verb = bool(
                re.search(
                    "给予|予以|补助|补贴|奖励|资助|支持|贴息|返还|安排|奖补|免|减|退|扶持|收取|加计|优惠|扣",
                    tagged.text[at:],
                )
            )
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
    "(?:(?:从|自)[^，]{2,12}起)?(?:(?:连续|前)[一二两三四五六\\d](?:个)?(?:年|会计年度)(?:每年)?)|(?:(?:第[一二三四五六\\d]|首|次|[前后][一二两三四五\\d])年(?:内|度)?(?:、|和|及)?)+(?:分别|依次)?"
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
