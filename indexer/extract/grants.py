"""Where a sentence gives something: which pieces say who, which say what, and whom the giving is for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.extract.names import tag
from indexer.extract.passage import Part, Sentence, pieces
from indexer.extract.tokens import Tagged, pattern

_GIVE = "给予|予以|奖励|奖补|补助|补贴|资助|支持|扶持|发放|安排|配套|返还|退还|贴息|激励|兑现|拨付|支付对价"
_FIGURE = "(?:<money>|<share>)"
# Where the words of giving begin; the first of these that holds to the end of the piece counts.
_STARTS = [
    pattern(source)
    for source in (
        f"(?:最高)?(?:可以?|再|均|将|则|即)?(?:按照?|依据)(?!规定|要求|程序|国家(?:有关|相关|统一)?(?:规定|政策|标准)|有关|时|期|月|年)[^，]*?{_FIGURE}[^，]*",
        "(?:按照?)(?!规定|要求|程序|国家(?:有关|相关|统一)?(?:规定|政策|标准)|有关)[^，]*?(?:给予|予以|进行)(?:[^，]*)(?:补贴|补助|奖励|资助|贴息|返还)",
        f"(?:最高|可以?|再|分别|各|均|每年|按规定|额外|追加|直接|市级财政|省级财政|财政|每项|每件|每台|每套|每辆|每人|每个[^，]{{0,8}}|每家)*(?:给予|予以)[^，]*(?:{_FIGURE})[^，]*",
        f"(?:最高|可以?|再|分别|各|均|额外|追加|一次性|每家|每户|每人每[月年天日]|每人|每月|按月|每个|每名|每项|每件|每台|每[千亩吨度辆公平套张份集部首门床间场][^，给补奖]{{0,6}})*(?:给予|奖励|奖补|补助|补贴|资助|支持|发放|配套|激励|兑现|返还|贴息)[^，]{{0,14}}{_FIGURE}[^，]*",
        f"(?:年度|每年|单次|最高|可使用的|申请的|每家|单个企业|全年|给予)*(?:支持|补贴|奖励|补助|资助|扶持|额度|贷款额度|创新券额度|申领[^，]{{0,8}}金额|担保费率|补偿比例|返还比例|补助标准|奖励标准|补贴标准)(?:总额|金额|标准|额度|上限|资金)*(?:为|是|由|最高|达)*(?:<share>提高至)?{_FIGURE}[^，]*",
        "(?:暂|可|依法|按规定|阶段性|全部|全额|予以|给予|继续|享受|全面)*(?:免征|减征|减半|免收|免缴|免除|免交|全免|减按|零收费|不收取|缓缴|缓征|减免|减收|免于缴纳|免租金?|免房租)[^，]*",
        # What need not be paid yet, what is charged less, what counts less for tax.
        "(?:可以?|按规定|申请|实行|予以|给予|统一|全部)*(?:延期|延缓|暂缓|推迟|顺延)[^，]{0,14}?(?:缴纳|缴存|申报|支付|缴费|缴交|付款|还本付息|还本|还款)[^，]*",
        "(?:将|对)?[^，对]{2,24}(?:征收期|缴费期|缴款期|缴纳期|缴纳期限)(?:限)?(?:统一|最长|再)?(?:延长|顺延|延至)[^，]*",
        "(?:实行|采取|执行)?[^，“”]{0,8}”?欠费不停(?:供|电|水|气|机|服)[^，]*",
        "(?:准予|允许|可以?)*一次性计入[^，]{0,12}成本费用[^，]*",
        "[^，对的]{0,10}(?:准予|允许|可以?|在)*(?:计算应纳税所得额时|税前)(?:一次性|全额|据实|加速)?扣除[^，]*",
        "[^，]{0,16}结转(?:年限|期限)[^，]{0,8}(?:延长|放宽)[^，]*",
        "[^，对]{0,20}(?:价格|电价|水价|气价|费率|收费标准|利率|租金|费)(?:一律|统一|均|全部|平均|再|标准)*(?:下调|降低|下浮|下降|降|优惠)<share>[^，]*",
        "(?:可)?按照?[^，]{0,14}(?:标准|额度|金额|奖励|补贴|补助)[^，]{0,6}?[\\d.两二三]+倍[^，]*|加倍(?:给予|予以|奖励|补助|补贴)[^，]*",
        "(?:支持|补贴|补助|奖励|资助|扶持|贴息)?(?:资金)?(?:比例|标准|额度|金额)(?:可)?(?:再)?(?:上浮|提高|增加)(?:到|至)?(?:最高)?<share>[^，]*",
        "(?:上限|限额|最高额度?|最高(?:奖励|补[贴助])(?:额度?|金额)?)(?:可)?(?:提高|上浮|放宽|上调|提升)(?:到|至|为)<money>[^，]*",
        "(?:返还|补贴|补助|奖励)(?:标准|金额|额度)(?:可|为|均|统一)*按照?[^，]{4,}",
        "可?按照?[^，]{6,}(?:计算|确定|核定)[^，]{0,12}(?:返还|补贴|补助)[^，]*|可?按照?[^，]*月[^，]*保险金[^，]*人数$",
        "(?:将)?(?:获得|获|享受|领取)每[^，]{1,6}<money>的?[^，]{0,8}(?:补贴|补助|奖励)[^，]*",
        "(?:财政)?(?:全额|足额|减半)(?:予以|给予)?(?:财政)?(?:贴息|补贴|补助|资助|奖励)[^，]*|(?:给予|予以)[^，]{0,30}全额[^，]{0,6}(?:贴息|补贴|补助|资助|补偿|奖励)[^，]*",
        "(?:按规定|全部|可|予以|继续)*(?:全额|全部)(?:退还|返还|免除)[^，]*|(?:实行)?(?:先征后返|即征即退|先征后退|全额返还)[^，]*",
        "[^，]{0,8}(?:加计扣除|加计<share>|税前摊销|依次扣减|加计抵减)[^，]*",
        "(?:ETC)?[^，对]{0,14}(?:[一二三四五六七八九\\d.]+折|<share>)(?:的)?优惠[^，]*",
        f"(?:提供|享受)?(?:最高|分别|各)?{_FIGURE}(?:的)?(?:一次性)?[^，的\ue001\ue002]{{0,8}}?(?:奖励|补助|补贴|资助|奖补|支持|扶持|贴息|价格扣除|贷款)[^，]*",
        "贴息(?:利率|比例|标准)(?:为|不超过|按)[^，]*|按照?[^，]*(?:LPR|市场报价利率)[^，]*(?:贴息|补贴)[^，]*",
        "[^，]{0,12}(?:金额|额度)(?:最高)?(?:不超过|不高于|为)[^，]*<share>[^，]*|(?:最高)?可?按照?[^，]*(?:1:1|1比1|一比一)[^，]*",
        "可?(?:申请)?(?:不高于|不超过)[^，]{2,}?<share>的[^，]{0,6}(?:资助|补助|奖励|补贴)[^，]*",
        "[^，的]{0,6}(?:专门|全额)面向(?:中小微?|小微)企业(?!的)[^，]{0,6}(?:采购|预留)[^，的]*$",
        "(?:可)?按[^，]*<share>[^，]{0,6}(?:确定|执行)[^，]{0,6}(?:底价|地价|价格|起始价|租金)[^，]*",
        "(?:减)?按[^，]*(?:应[缴纳]|标准)[^，]*<share>(?:的)?(?:比例)?(?:缴纳|征收|计征|收取)[^，]*",
        "(?:一次性|分别|各|再)*[奖补]<money>[^，]*",
        "单[台项件个]（?套?）?[^，]{0,8}(?:最高|不超过)?<money>",
        "申请[^，]{0,12}<money>的?[^，]{0,12}(?:贷款|补贴|补助|资金|奖励)[^，]*",
        "(?:可以)?在?<share>(?:的)?(?:比例|(?:税额)?幅度)?(?:内)?(?:减免|减征|返还)[^，]*",
        "<share>(?:的)?(?:比例|标准)?(?:给予|予以)[^，]*",
    )
]
# Giving without a figure: kept only where the words say what it is and for whom.
_SOFT = pattern(
    "(?:给予|予以)(?:一次性|资金|适当|相应)?(?:奖励|补助|补贴|资助|奖补)$|(?:可以?|按规定|并)*(?:给予|享受|申请)[^，]{0,40}(?:贴息|奖励|补贴|补助|奖补|资助|稳岗返还|专项资金|扶持资金|资金支持)(?:支持|资金)?$|按[^，]{4,}(?:一定比例|标准|费)给予[^，]*(?:补贴|奖励)"
)
_WAIVER_OBJECT = re.compile("税|费|租|金|息|利润|电价|教育费附加|贷款|本金")
_WAIVER = re.compile(
    "免征|减征|减半|免收|免缴|免除|免交|全免|减按|零收费|不收取|缓缴|缓征|减免|减收|免于缴纳|免租|免房租"
)
# 「对小微企业免收登记费，对其他企业减半收取」: the object was said before.
_SAME_OBJECT = re.compile("^对[^，]*(?:减半(?:收取|征收)|免收|免征|全免|免除|免缴|减免)$")
# 「税费减免、财政补贴等政策」 names waiving and waives nothing.
_WAIVER_NOUN = re.compile(
    "(?:免征|减半|减免|减收|缓缴|缓征)(?:、|等|优惠|政策|力度|措施|申[报请]|手续|资格|范围|待遇|业务|金额统计|情况|工作|制度)"
)
_LIMIT = pattern(
    f"^(?:且|但|并|连续|实施时长|(?:定额|补贴|补助|奖励|支持|具体|奖补)?标准(?:为|是|按)|补贴期|每[轮次期季月场届批笔](?!奖|补)|每年|年度|同一|对?单个|对?单家|单项|单户|单台|单笔|每家|每个|每户|每项|每人|每团|每名|最高|最多|总额|累计|合计|全年|不超过|封顶|年|奖励|补贴|补助|支持|贴息|资金|其中单|单体|总金额|总额|资助|给予|原则上|当年|单次|最长|期限|一个)[^，]*(?:{_FIGURE}|<year>|<month>|<person>|<item>)[^，]*$"
)
_BARE_LIMIT = pattern("^(?:且|但)?(?:<money>|<year>|<month>)$")
_TERM = re.compile("^(?:补贴|补助|贴息|支持|优惠|奖励|减免|执行|政策|享受)?(?:执行)?(?:期限|时间|年限|期)")
# What holds while, or once, something is put off (缓缴期间免收滞纳金, 缓缴期满后足额补缴) goes with the putting off.
_AFTER_TERM = re.compile(
    "^(?:在)?(?:此期间|(?:缓缴|补缴|延期|缓征|延长|减免)(?:的)?(?:期限|期间?|时间)?(?:满|内|届满|结束)?(?:后|之?日|内|期间)?)(?:，|由|企业|免收|免征|不征收|不收取|不加收|应|须|足额|$)"
)
_ENDS_OPEN = re.compile("(?:的|的，)$")


@dataclass(slots=True)
class Grant:
    """The pieces of one giving: who (`who`), what (`award`, from its first to its last word), and the open question of `shared` conditions."""

    who: list[Part]
    start: int
    end: int
    lead: list[Part] = field(default_factory=list)
    verb: bool = True
    opened: Part | None = None
    tail: str = ""  # the words of giving that the last of several rows says for all


@dataclass(slots=True)
class Scene:
    """What a sentence holds: its grants in order, and the pieces that belong to none."""

    grants: list[Grant]
    rest: list[Part]


_BRACKETS = re.compile("（[^（）]*）|《[^《》]*》|“[^“”]{0,12}政策[^“”]*”")


def _bare(text: str) -> str:
    """`text` with what stands in brackets or in a document's title blanked out, places kept."""
    return _BRACKETS.sub(lambda hit: "　" * len(hit.group()), text)


# What must be among the words of giving for them to give anything.
_GIVES = re.compile(
    "给予|予以|奖|补|资助|支持|扶持|发放|安排|配套|返还|退还|贴息|激励|兑现|拨付|免|减|返|退|贷款|额度|加计|扣减|抵|优惠|摊销|收取|补偿|缓|税率|资金|折|申领|确定[^，]{0,6}(?:底价|地价|价格)|延|结转|扣除|欠费不停|下调|降|下浮|上限|限额|提高至|面向|预留|缴纳|征收"
)
_NO_AWARD = re.compile(
    "(?:政策|政策措施|措施|机制|工作|制度|力度|流程|时限|材料|环节)$|(?:交纳|缴纳)$|材料的?减免|减免(?:部分|证明)?材料|处罚|罚款|没收|违规|违法|落实到位|资金总额的|作为启动经费|剩余[^，]{0,4}的?(?:资助|补助|奖励)资金|(?:问题|行为)$|按实际利率(?:给予)?贴息$"
)


# A share that the next piece gives (按照合同金额的30%的比例，给予…).
_OPENS = pattern(
    "(?:最高)?可?按照?(?!规定|要求|程序|国家(?:有关|相关)?规定)[^，]*?(?:<share>(?:的)?(?:比例|标准)?|<money>(?:的)?标准)$"
)


# A piece without a figure, a waiver or the like gives nothing, whatever its words.
_WORTH = pattern(
    "<money>|<share>|免|减|缓|退|返|加计|扣|折优惠|1:1|1比1|LPR|利率|摊销|延|结转|欠费不停|全额|倍|一定比例|面向"
)


# A ceiling on all that a document gives to one (每家机构每年享受本措施支持不超过1000万元) gives nothing by itself.
_ALL_TOLD = re.compile(
    "(?:对)?(?:每|单|同一|单个)[家个户]?[^，]{0,14}(?:享受|获得)(?:的)?(?:本|上述|以上|该|各类|各项|全部|所有)[^，]*|[^，]{0,12}(?:年度|累计)(?:奖补|奖励|补助|扶持|支持)(?:资金)?总额[^，]*"
)


# The letters of what may stand before a verb of waiving (按规定予以免征, 全部减免).
_ADVERBS = "暂可依法按规定阶段性全部额予以给继续享受面"


def award_start(tagged: Tagged, said: str = "") -> int | None:
    """Where in a piece the words of giving begin; None where it gives nothing. `said` is the sentence before it."""
    text = _bare(tagged.text)
    if (
        re.match("根据|依据|为了|同一人员|同一企业只|未", text)
        or text.endswith("基础上")
        or re.search("只能|仅可|仅能|不得|不再|不能|停止", text)
    ):
        return None
    if (hit := _OPENS.search(text)) and text.endswith("的"):
        return hit.start()
    if _ALL_TOLD.match(text):
        return None
    if _ENDS_OPEN.search(text) and not re.search("给予|予以", text):
        return None
    if not _WORTH.search(text):
        return None
    best: int | None = None
    for source in _STARTS:
        for hit in source.finditer(text):
            verb = hit.group().lstrip(_ADVERBS)
            if (
                _WAIVER.match(verb)
                and not re.match("减半(?:给予|予以)?(?:奖|补)", verb)
                and (
                    not _WAIVER_OBJECT.search(said + text if _SAME_OBJECT.search(text) else text)
                    or _WAIVER_NOUN.match(hit.group())
                )
            ):
                continue
            rest = text[hit.start() :]
            if _is_attribute(text, rest) or "基础上" in rest:
                continue
            if (
                _asks(tagged, hit)
                or _is_threshold(text, hit)
                or not (_OPENS.match(rest) or _GIVES.search(rest))
                or (_NO_AWARD.search(rest) and "欠费不停" not in rest)
            ):
                continue
            if best is None or hit.start() < best:
                best = hit.start()
            break
    return best


# 「对为租户减免租金的业主」: the waiving says which landlord.
_DOER = re.compile(
    "的(?P<who>[^，的]{0,60}(?:企业|单位|机构|公司|园|园区|载体|平台|基地|业主|房东|出租[人方]|楼宇|市场|中心|银行|主体|空间|孵化器|运营方)(?:等)?)$"
)


_DOER_GETS = re.compile(_DOER.pattern.removesuffix("$") + "(?:可以?|按规定|均|由[^，]{2,16})*(?:给予|予以|优先|奖励)")


def _is_attribute(text: str, rest: str) -> bool:
    """Whether the waiving that a pattern found (`rest`) only describes somebody (对减免租金的业主…)."""
    if not _WAIVER.match(rest.lstrip(_ADVERBS)):
        return False
    if _DOER_GETS.search(rest):
        return True
    if re.search("给予|予以|征收", rest):
        return False
    return bool(_DOER.search(rest)) or (bool(re.match("对|为", text)) and bool(re.search("的[^，的]{2,10}$", rest)))


_FIRST_FIGURE = re.compile("^[^\ue001\ue002]{0,4}[\ue001\ue002]的?[^，\ue001\ue002]{0,8}?(?:奖励|补助|补贴|资助|奖补)")
# 「1000万元以下流动资金贷款」 says which loans.
_LOANS_OF = re.compile("^[\ue001]的?[^，]{0,8}贷款")


_OF_FIRM = re.compile("[\ue001\ue002]的(?:企业|项目|单位|主体|机构)")


def _asks(tagged: Tagged, hit: re.Match[str]) -> bool:
    """Whether what looks given is what is asked (营业收入1亿元以上的奖励10万元: the first sum is a threshold)."""
    first = tagged.tags.get(hit.start())
    if first is not None and _LOANS_OF.match(hit.group()) and re.search("以下|以内|以上", first.text):
        return True
    if not (_FIRST_FIGURE.match(hit.group()) or _OF_FIRM.search(hit.group())):
        return False
    figure = next((t for _, t in tagged.within(hit.start(), hit.end()) if t.kind in ("money", "share")), None)
    return figure is not None and figure.bound in ("ge", "gt", "lt")


def _is_threshold(text: str, hit: re.Match[str]) -> bool:
    """Whether the figure that a pattern of giving found is a condition after all (…的 closes the piece)."""
    return text.endswith("的") and not re.search("给予|予以", hit.group())


def soft_start(tagged: Tagged) -> int | None:
    """Where words of giving without a figure begin."""
    text = _bare(tagged.text)
    if re.search("只能|仅可|仅能|不得|不再|不能|停止|政策", text):
        return None
    hit = _SOFT.search(text)
    return hit.start() if hit else None


# 「其中专精特新企业上限提高至150万元」 is an award of its own for some.
_RAISED_CAP = re.compile("[^，]{4,}(?:上限|限额|比例|标准|最高额度?)(?:可)?(?:提高|上浮|放宽|上调|提升)(?:到|至|为)")


def is_limit(tagged: Tagged) -> bool:
    """Whether a piece only bounds the award before it (单个企业最高60万元, 期限不超过2年)."""
    text = _bare(tagged.text)
    if _AFTER_TERM.match(text):
        return True
    if _RAISED_CAP.search(text):
        return False
    return bool(_LIMIT.match(text) or _BARE_LIMIT.match(text) or _TERM.match(text)) and not re.search(
        "的$|^对(?!单)|^并?(?:根据|按照?|对)[^，]*(?:给予|予以)[^，]*(?:奖励|补助|补贴|资助|支持)", text
    )


def is_after_term(text: str) -> bool:
    """Whether a sentence only says what holds while, or once, something is put off."""
    return bool(_AFTER_TERM.match(text))


# 「中小微企业按60%、大型企业按30%返还失业保险费」: rows of who and how much, with one verb for all.
_ROW = re.compile(
    "(?P<who>[^、，]{2,40}?)(?P<award>(?:按照?|给予|奖励|补助|补贴|资助|奖|补)[^、，]*?\\d[\\d.]*(?:%|‰|[亿万]?元|个百分点)(?:/[^、，的给予返补奖]{1,6})*)(?P<tail>[^、，]*)"
)


def rows_of(piece: Part) -> list[tuple[Part, Part, str]] | None:
    """The rows of a piece that gives different shares or sums to different ones: who, how much, and the words of giving
    that only the last has; None where a piece is no such list.
    """
    spans = [hit.span() for hit in re.finditer("[^、]+", piece.text)]
    hits = [_ROW.fullmatch(piece.text, *span) for span in spans]
    if len(hits) < 2 or not all(hits):
        return None
    last = hits[-1]
    gives = last is not None and _GIVES.search(last["award"] + last["tail"])
    if last is None or not gives or _ENDS_OPEN.search(last["tail"]):
        return None
    rows = []
    for hit in hits:
        assert hit is not None
        who, award = hit.span("who"), (hit.start("award"), hit.end("tail"))
        own = _GIVES.search(hit["award"] + hit["tail"])
        rows.append(
            (
                Part(piece.start + who[0], piece.start + who[1], hit["who"]),
                Part(piece.start + award[0], piece.start + award[1], piece.text[slice(*award)]),
                "" if own else last["tail"],
            )
        )
    return rows


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
                    Grant([*waiting, who], award.start, award.end, list(lead), tail=tail) for who, award, tail in rows
                ]
                waiting = []
                continue
            tagged = tag(piece.text, piece.start)
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
                # 按实际发生费用的50%，示范单位给予不超过100万元: the share is for each that follows.
                last = grants[-1]
                opened = last.opened or Part(
                    last.start, last.end, sentence.text[last.start - sentence.start : last.end - sentence.start]
                )
                if last.opened is None:
                    who = [*last.who, *who]
                    grants.pop()
                verb = False
            grants.append(Grant(who, start, piece.end, list(lead), verb, opened))
            waiting = []
            if not lead:
                lead = [part for part in grants[0].who if re.match("鼓励|支持|在|对于|引导", part.text)]
    rest += waiting
    return Scene(grants, rest)


def _is_open(grant: Grant, sentence: Sentence) -> bool:
    """Whether a grant has only named its share so far (按实际发生费用的50%)."""
    words = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
    return grant.opened is not None or (not grant.verb and bool(_OPENS.search(tag(words).text)))


def _is_soft(text: str) -> bool:
    """Whether words of giving name no figure."""
    return not re.search(pattern("<money>|<share>"), tag(text).text) and not _WAIVER.search(text)


# 「第一季度房租免收，第二季度房租减半」 is one waiving over time.
_NEXT_TERM = re.compile(
    "(?:第|前|后|其余|剩余|次年|下半年|上半年|再|并再)[^，对]{0,16}$|[\\d一二三四五六]+[—至、\\d一二三四五六]*个?[年月季][^，对]{0,12}$"
)


# 「前三年按80%给予奖励，后两年按50%给予奖励」 is one giving over years.
_FIRST_YEAR = re.compile("第[一1]年|首年|前[一二两三四五\\d]年")
_LATER_YEAR = re.compile(
    "(?:自)?(?:第[二三四五六2-6]|次|后[一二两三四五\\d]|其后[一二两三四五\\d]?|以后|第[二三四五2-5][至到—][三四五六3-6])(?:个)?年(?:内|度|起)?[^，对]{0,12}$"
)


def _goes_on(last: Grant, head: Part | None, sentence: Sentence, text: str) -> bool:
    """Whether words of giving only finish those before them (按投资额的30%，给予不超过…; 减按25%计入…，按20%的税率…)."""
    before = sentence.text[last.start - sentence.start : last.end - sentence.start]
    if "减按" in before and re.match(pattern("按<share>的(?:优惠)?税率"), text):
        return True
    said = (last.who[-1].text if last.who else "") + before
    if re.fullmatch("(?:予以|给予|可以?)?减免", before):
        return True
    if _WAIVER.search(before) and _WAIVER.search(text) and (head is None or _NEXT_TERM.match(head.text)):
        return True
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


# What an office does or wishes, before the words that say who: 「支持企业做大，对…」 asks nothing by itself.
_TO_WHOM = re.compile("^(?:对|凡|其中|企业|符合|经|被|获|首次|新|在|与|为|从事|参保|用人单位|小微|中小|用|每|由)")


_PAYER = re.compile(
    "^(?:按照?规定|继续|由)*[^，对的]{0,16}(?:财政|资金|部门|发改委|局|厅|委员会|基金|政府)[^，对的]{0,6}(?=对)"
)
_PAYER_ONLY = re.compile(
    "^(?:[省市区县]级?(?:财政)?(?:再|另)$|(?:由|从)?(?:[省市区县]|国家|中央|各级|同级)?[^，的]{0,14}(?:财政|专项资金|资金|发改委|财政厅|财政局|部门|委员会|厅|局|政府)(?:中|按规定|分阶段|补偿|风险|再)*$)"
)


def _without_payer(part: Part) -> Part:
    """`part` without the office that pays (省级财政资金对…)."""
    hit = _PAYER.match(part.text)
    cut = hit.end() if hit else 0
    return Part(part.start + cut, part.end, part.text[cut:])


def _without_shares(part: Part) -> Part:
    """`part` without the words that share something out at its end (…的企业分别)."""
    text = re.sub("(?<=.)(?:分别|依次|，)+$", "", part.text)
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
    kept = [part for part in lead if part.text.endswith("的") or re.match("在.{2,}(?:内|期间)$", part.text)]
    return [*kept, *parts[at:]], [part for part in lead if part not in kept]


# ---------------------------------------------------------------- for whom

_PERSON = (
    "个人|消费者|毕业生|教练|运动员|农户|家庭|居民|村民|学生|人才|专业人士|团队|创业者|失业人员|劳动者|职工个人|申请人个人|"
    "退役士兵个人|残疾人|困难群众|低保对象|特困人员|学员|学徒|选手|获奖者|科研人员|科技人员|专家|创业人员|返乡人员|农民工|就业困难人员|脱贫人口|购房者|购房人|车主|租户|养殖户|种植户|种粮大户|留学人员|技能人员|参保人|参保人员|工作人员|医务人员|医护人员|工作者|举报人|举报者|志愿者|买受人|卖方|买方|购房家庭|被征地农民|家属|教职工|教练员|裁判|市民|住户|城乡居民|孕产妇|患者|供养人员|持证人员|求职者|见习人员|职工|研究生|博士|硕士|青年|大学生|实习生|居住证持有人|司机|医师|技师|工匠|获得者|高等院校|高校|高等学校|科研机构|科研院所|医疗卫生机构|医院|学校|退役军人|贫困户|农民|教师|游客|患者|老年人|儿童|从业者|带头人|负责人|高管|骨干"
)
_TO_MANAGERS = re.compile(
    "(?:给予|奖励给?|发放给)(?:该)?(?:企业|公司|单位)?(?:的)?(?:主要|经营|管理|核心|高管|创业|研发|创新)*(?:团队|管理层|经营层|经营者|负责人|法定代表人|高级管理人员|高管|核心人员)"
)
_TO_PERSON = re.compile(
    f"(?:给予|发放给|奖励给?|补贴给?|支付给?)(?:其|该|每位|每名|符合条件的|上述)?(?:[^，。企业单位机构]{{0,10}})(?:{_PERSON})"
)
_EACH_PERSON = re.compile("(?:给予|发放给?|奖励)每(?:名|位)[^，]*(?:人员|学生|毕业生|职工|人才)")
_OF_PERSON = re.compile(
    f"(?:{_PERSON})(?:本人)?(?:的)?(?:每人每[天日月年])?$|(?:毕业生|人才|人员)(?:到|赴)[^，]*(?:就业|创业|工作)|^(?:对)?(?:个人)?消费者|个人消费者|(?:学生|在校生|儿童)[^，]*(?:提供|发放|免除)|(?:职工|人员)取得[^，]*证书|(?:患者|参保人)[^，]{0, 12}(?:自付|费用)|个人自付"
)
_BY_SCHOOL = re.compile(
    "^(?:鼓励|支持|对|引导|推动)*(?:试点|各类)?(?:高等院校|高等学校|高校|科研院所|科研机构|医疗卫生机构)"
)
_HIRES = re.compile(
    "^(?:对)?(?:新)?(?:招录|招收|招用|吸纳|聘用|录用|安置|招聘)|(?:企业|单位|机构|公司|组织|主体|工商户)[^，]*(?:招录|招收|招用|吸纳|聘用|引进|组织|接收|录用|安置|招聘|稳定|新招|提供)|个体经营|个体工商户|创办"
)
_FIRM = re.compile(
    "企业|单位|机构|公司|事务所|纳税人|个体工商户|旅行社|平台|基地|主体|社会组织|合作社|园区|载体|项目|中心"
)
_PUBLIC = re.compile(
    "村集体|农田|秸秆|深松|黑土地|耕地|(?:示范)?(?:城市|县|区县|乡镇|街道|村|社区|市县|地市)(?:、[^，]{0,6}(?:城市|县|区|村|镇|街道|社区))?(?:分别)?$|^(?:各地|各市|各县|各区|地方政府)"
)
# Money that one office hands to another.
_BETWEEN_OFFICES = re.compile(
    "财政(?:部门|局|厅|部)?[^，]{0,24}?(?:提前)?(?:拨付|下达|预拨)(?!给?企业|至企业|到企业)|(?:拨付|下达|安排)[^，]{0,20}资金[^，]{0,12}，?(?:支持|用于)各(?:区|县|市|地)|^各?(?:县|市|区|地)[^，]{0,10}财政[^，]*拨付"
)
_WISH = re.compile(
    "^(?:鼓励|引导|倡导|督促|推动|支持)(?:各地|各区|各市|各县|有条件的地|地方|银行|金融机构|商业银行|保险机构|采购人|担保机构|相关地市|市场主体给予|平台企业|电商平台|社会资本|房东|出租人|业主|供[水气电])"
)
_TARGET = re.compile("力争|争取|目标|达到[^，]{0,10}以上$|确保|计划新增|不断提高|提升至")
_DUTY = re.compile("(?:不得|严禁|禁止|应当向|督促|查处|罚款|处以|没收|责令|检查|抽查|整治|清理|监督)")


_ABOUT_PEOPLE = re.compile(
    "文化礼堂|住房保障|公共租赁住房|最低生活保障|社会救助|残疾人两项补贴|耕地地力|城乡居民|异地就医|入户|人才公寓|养老助餐|居家|村级|农村(?!商业)|户籍家庭"
)


def about_people(title: str) -> bool:
    """Whether a document is about people, households or villages by its title."""
    return bool(_ABOUT_PEOPLE.search(title))


def names_firm(who: str) -> bool:
    """Whether the words of who name an enterprise or an organisation."""
    return bool(_FIRM.search(who))


# Whom a document can only wish to give: what they waive is not what the document gives.
_OTHERS = "各地|各区|各市|各县|各级|各街道|各镇|有条件的|银行|驻[^，]{1,6}银行|地方法人银行|金融机构|商业银行|保险机构|保险公司|采购人|相关地市|平台企业|电商平台|互联网平台|社会资本|房东|出租[人方]|业主|供[水气电]|招标人|[^，]{0,16}招标人|符合条件的科技担保|政府性融资担保|担保机构|融资担保机构|行业协会|商会|高校|院所|大型企业|国有企业|商业综合体"
_WISHED = re.compile(f"(?:^|，)(?:鼓励|引导|倡导|督促|推动|号召|动员|呼吁)(?:{_OTHERS})|^鼓励减免")
# Waiving, or charging less, by whomever 鼓励 calls on, though no list names them (鼓励大型商场适当减免租金).
_WISHED_WAIVER = re.compile(
    "(?:^|，)(?:鼓励|引导|倡导|督促|号召|动员|呼吁)[^；，]*(?:，(?!对|凡|其|企业)[^；，]{0,8})*$"
)


def is_wish(said: str, award: str) -> bool:
    """Whether it is only wished that others (banks, districts, landlords) give what `award` says; `said` are the words
    of the sentence before it.
    """
    if re.search("财政(?!部门)|专项资金", said + award):
        return False
    if _WISHED.search(said + award):
        return True
    return bool(_WISHED_WAIVER.search(said) and _WAIVER.search(award)) and not re.search("给予|予以", award)


def for_enterprise(who: str, award: str, before: str = "") -> bool:
    """Whether an award goes to an enterprise (or a bank, a guarantor…), not to a person, a school, a village or an office."""
    if re.search(
        "(?:给予|奖励|补贴)(?:所在|相应|承接|依托|建站|用人)?(?:企业|用人单位|单位|公司)(?!主要|经营|管理|高管|团队|负责|法定|职工|员工|核心|研发)",
        award,
    ):
        return not _WISH.match(who)
    if (
        _TO_PERSON.search(award)
        or _TO_MANAGERS.search(award)
        or _EACH_PERSON.search(award)
        or _BETWEEN_OFFICES.search(f"{who}，{award}")
    ):
        return False
    subject = re.sub("(?:的|，)$", "", who)
    if _WISH.match(who):
        return False
    pieces_of = subject.split("，")
    if before and not _FIRM.search(who) and _OF_PERSON.search(before) and not _HIRES.search(before):
        return False
    if any(re.search(f"(?:引进|聘用|招用|培养|选派)的[^，]{{0,12}}(?:{_PERSON})$", piece) for piece in pieces_of):
        return False
    if any(
        _OF_PERSON.search(piece) and not _HIRES.search(piece) and not re.search("企业[和及、与]", piece)
        for piece in pieces_of
    ) and not _HIRES.search(who):
        return False
    if pieces_of and _BY_SCHOOL.search(pieces_of[0]):
        return False
    return not any(_PUBLIC.search(_bare(piece).rstrip("　的")) for piece in pieces_of)


# What was given in the past, told in a report.
_TOLD = re.compile(
    "(?:已|已经|累计|共|共计|合计)(?:为[^，]{0,12})?(?:兑现|发放|拨付|减免|返还|退还|落实|减轻|惠及)|(?:全[市省区县州]|为[\\d.]+余?万?[户家][^，]{0,6})(?:兑现|发放|拨付|减免|返还|退还)|拿到了|领到了|(?:预计|约)为?[\\d.]+余?[亿万]"
)


def is_told(text: str) -> bool:
    """Whether a sentence tells what was given, and gives nothing."""
    return bool(_TOLD.search(text)) and not re.search("(?:^|，)对[^，]*(?:给予|予以)", text)


# The money goes to a person's account, whatever firm hired him.
_TO_ACCOUNT = re.compile(
    "(?:拨付|发放|支付)(?:至|到|给)(?:其)?(?:本人|个人)|个人(?:银行)?账户|由(?:其|申请人)?本人[^，]{0,12}(?:申请|申领)"
)


def goes_to_persons(text: str) -> bool:
    """Whether a passage says that what it gives is paid to persons."""
    return bool(_TO_ACCOUNT.search(text))


def duty_or_target(text: str) -> bool:
    """Whether a sentence sets a goal or an office's duty."""
    return bool(_TARGET.search(text) or _DUTY.search(text))


def parts_text(parts: Sequence[Part]) -> str:
    """The words of several pieces, in order."""
    return "，".join(part.text for part in parts)
