"""The words of giving: where in a piece they begin, and what a piece must have to give at all."""

from __future__ import annotations

import re

from indexer.extract import lexicon
from indexer.extract.tokens import SYMBOLS, Tagged, pattern

_FIGURE = "(?:<money>|<share>)"
# Where the words of giving begin: what a piece must have for a pattern to be tried, and the pattern.
_STARTS = [(tuple(row["has"]), pattern(row["words"])) for row in lexicon.load("giving")]
# Giving without a figure: kept only where the words say what it is and for whom.
_SOFT = pattern(
    "(?:给予|予以)(?:一次性|资金|适当|相应)?(?:奖励|补助|补贴|资助|奖补)$|(?:可以?|按规定|并)*(?:给予|享受|申请)[^，]{0,40}(?:贴息|奖励|补贴|补助|奖补|资助|稳岗返还|专项资金|扶持资金|资金支持)(?:支持|资金)?$|按[^，]{4,}(?:一定比例|标准|费)给予[^，]*(?:补贴|奖励)"
)
_WAIVER_OBJECT = re.compile("税|费|租|金|息|利润|电价|教育费附加|贷款|本金|计入收入总额|减按\ue002征收")
WAIVER = re.compile(
    "免征|减征|减半|免收|免缴|免除|免交|全免|减按|零收费|不(?:再)?收取|暂停(?:收取|征收)|停征|停收|不(?:再)?承担|缓缴|缓征|缓交|减免|减收|免于缴纳|免租|免房租"
)
# 「对小微企业免收登记费，对其他企业减半收取」: the object was said before.
_SAME_OBJECT = re.compile(
    "^(?:对|第|后|其后|其余|其他|超过|超出|不超过|\ue001的部分)[^，]*(?:减半(?:收取|征收)|免收|免征|全免|免除|免缴|减免)$"
)
# 「税费减免、财政补贴等政策」 names waiving and waives nothing.
_WAIVER_NOUN = re.compile(
    "(?:免征|减半|减免|减收|缓缴|缓征)(?:、|等|优惠|政策|力度|措施|申[报请]|手续|资格|范围|待遇|业务|金额统计|情况|工作|制度|”|备案|核准|事项|类)"
    "|(?:延期|延缓|暂缓)[^，]{0,8}(?:申报|缴纳|缴费)(?:的纳税人|的核准|手续|业务|申请|条件)"
)
ENDS_OPEN = re.compile("(?:的|的，)$")


_BRACKET = re.compile("[（《“]")
_BRACKETS = re.compile("（[^（）]*）|《[^《》]*》|“[^“”]{0,12}政策[^“”]*”")


def bare(text: str) -> str:
    """`text` with what stands in brackets or in a document's title blanked out, places kept."""
    if not _BRACKET.search(text):
        return text
    return _BRACKETS.sub(lambda hit: "　" * len(hit.group()), text)


# What must be among the words of giving for them to give anything.
GIVES = re.compile(
    "的代偿损失|[电气水]价[^，]{0,6}结算|担保费率|不承担|停征|停收|给予|予以|奖|补|资助|支持|扶持|发放|安排|配套|返还|退还|贴息|激励|兑现|拨付|免|减|返|退|贷款|额度|加计|扣减|抵|优惠|摊销|收取|补偿|缓|税率|资金|折|申领|确定[^，]{0,6}(?:底价|地价|价格)|(?:底价|地价|起始价)[^，]*(?:执行|确定)|价款|出让金|优惠幅度|延|结转|扣除|欠费不停|下调|降|下浮|上限|限额|提高至|面向|预留|缴纳|征收"
)
_NO_AWARD = re.compile(
    "(?:政策|政策措施|措施|机制|工作|制度|力度|流程|时限|材料|环节)$|(?:交纳|缴纳)$|材料的?减免|减免(?:部分|证明)?材料|处罚|罚款|没收|违规|违法|落实到位|资金总额的|作为启动经费|剩余[^，]{0,4}的?(?:资助|补助|奖励)资金|(?:问题|行为)$|按实际利率(?:给予)?贴息$"
)


# A policy that is told in so many words gives what it says (享受免征增值税优惠政策).
_SPELLED_OUT = re.compile("欠费不停|即征即退|享受[^，]{0,4}(?:免征|减半征收|减按|减征)[^，]*税")


# A share that the next piece gives (按照合同金额的30%的比例，给予…).
OPENS = pattern(
    "(?:最高)?可?(?:按照|按(?!照))(?!规定|要求|程序|国家(?:有关|相关)?规定)[^，]*?(?:<share>(?:的)?(?:比例|标准)?|<money>(?:的)?标准)$|按照?[^，]{2,24}的全部(?:金额|费用|数额)$"
)


# A piece without a figure, a waiver or the like gives nothing, whatever its words.
_WORTH = pattern(
    "的全部(?:金额|费用|数额)|实际(?:缴纳|支付)的[^，]*费[^，]*给予[^，]*补|<money>|<share>|免|减|缓|退|返|加计|扣|不再|不承担|暂停|停征|停收|抵免|摊销|折优惠|1:1|1比1|同额|等额|等比例|同等|LPR|利率|摊销|延|结转|欠费不停|全额|倍|一定比例|面向"
)


_FIGURES = "".join(SYMBOLS[name] for name in ("money", "share", "person", "year", "month", "day", "area", "item"))
# 「每增加1个百分点奖励1万元」: the first figure is a step.
_STEP_BEFORE = re.compile(
    "每$|每(?:再)?(?:增加|增长|提高|提升|前进|新增|超过|超(?!过|出)|满|超出|上升|递增)[^，\ue001-\ue013]{0,6}$"
)
# A ceiling on all that a document gives to one (每家机构每年享受本措施支持不超过1000万元) gives nothing by itself.
_ALL_TOLD = re.compile(
    "(?:对)?(?:每|单|同一|单个)[家个户]?[^，]{0,14}(?:享受|获得)(?:的)?(?:本|上述|以上|该|各类|各项|全部|所有)[^，]*|(?:单个|单家|每[个家]|同一)[^，]{0,16}(?:支持|补助|补贴|奖励|奖补|资助|扶持)(?:资金)?总(?:金额|额)[^，]*|[^，]{0,12}(?:年度|累计)(?:奖补|奖励|补助|扶持|支持)(?:资金)?总额[^，]*"
)


# The letters of what may stand before a verb of waiving (按规定予以免征, 全部减免).
_ADVERBS = "暂可依法按规定阶段性全部额予以给继续享受面"


# 「疫情结束后，由企业补缴缓缴各项费用」
_PAID_LATER = re.compile("^由[^，]{0,6}(?:企业|单位|用户|纳税人)[^，]{0,4}补缴")
# Words that only name what there is (主要包括房产税减免、缓缴社会保险费等), or do the paper of it (补办延期申报手续).
_NAMES_ONLY = re.compile(
    "(?:主要)?(?:包括|涉及|涵盖)|例如|譬如|(?:进入|点击|选择|办理|补办)[^，]{0,12}(?:减免|延期|退税)"
)


def award_start(tagged: Tagged, said: str = "") -> int | None:
    """Where in a piece the words of giving begin; None where it gives nothing. `said` is the sentence before it."""
    text = bare(tagged.text)
    if not _WORTH.search(text) or not (GIVES.search(text) or GIVES.search(tagged.source) or OPENS.search(text)):
        return None
    if (
        re.match(
            "(?:根据|依据)(?!.*(?:给予|予以)[^，]*[\ue001\ue002])|为了|同一人员|同一企业只|未(?!.*(?:给予|免))", text
        )
        or text.endswith("基础上")
        or _NAMES_ONLY.match(text)
        or re.search(
            "只能|仅可|仅能|不得|不再(?!增收|加收|补收|补缴|收取)|不能(?!正常|按期|如期|足额|按时|及时|继续|复工|到期)|停止",
            text,
        )
    ):
        return None
    if (hit := OPENS.search(text)) and text.endswith("的"):
        return hit.start()
    if _ALL_TOLD.match(text) or _PAID_LATER.search(text):
        return None
    if ENDS_OPEN.search(text) and not re.search("给予|予以", text):
        return None
    best: int | None = None
    for words, source in _STARTS:
        if not any(word in text for word in words):
            continue
        for hit in source.finditer(text):
            verb = hit.group().lstrip(_ADVERBS)
            if (
                WAIVER.match(verb)
                and not re.match("减半(?:给予|予以)?(?:奖|补)", verb)
                and (
                    not _WAIVER_OBJECT.search(said + text if _SAME_OBJECT.search(text) else text)
                    or _WAIVER_NOUN.match(hit.group())
                )
            ):
                continue
            rest = text[hit.start() :]
            if (
                _is_attribute(text, rest)
                or "基础上" in rest
                or (text[hit.start()] in _FIGURES and _STEP_BEFORE.search(text[: hit.start()]))
            ):
                continue
            if (
                _asks(tagged, hit)
                or _is_threshold(text, hit)
                or not (OPENS.match(rest) or GIVES.search(rest))
                or (_NO_AWARD.search(rest) and not _SPELLED_OUT.search(rest))
            ):
                continue
            start = hit.start() + _running_in(text, hit)
            if best is None or start < best:
                best = start
            break
    if best is None and not text.endswith("的"):
        # 「企业最高奖励500万元」: the verb is part of the figure's words.
        figures = tagged.within(0, len(text))
        at = next((i for i, tag in figures if tag.kind == "money" and _MOST_GIVEN.match(tag.text)), None)
        best = at if at is None else at - len(_EACH_BEFORE.search(text[:at]).group())  # type: ignore[union-attr]
    return best


# 每人, 每个标准展位 before it belong to it.
_EACH_BEFORE = re.compile("(?:每[^，。；、给按的]{1,6})?$")
_MOST_GIVEN = re.compile("最高(?:可|不超过|达)*(?:给予|奖励|补贴|补助|支持|资助)")


# How the words of giving may open before their verb.
_OPENING = re.compile(
    "按|以|从|在|由|最|每|单|分别|依次|一次性|可|再|并|均|各|将|财政|省级?财政|市级?财政|连续|第|前|首|贴息|额外|另|全额|择优|累计|总|年"
)


def _running_in(text: str, hit: re.Match[str]) -> int:
    """How many letters of what a pattern found belong to the words before: it began in the middle of them (在所有普|通公路
    给予通行费五折优惠).
    """
    verb = re.search("给予|予以", hit.group())
    before = text[: hit.start()]
    if verb is None or not before or re.search("[，、的对（“《]$", before) or _OPENING.match(hit.group()):
        return 0
    return 0 if re.search(f"[{_FIGURES}]", hit.group()[: verb.start()]) else verb.start()


# 「对为租户减免租金的业主」: the waiving says which landlord.
_DOER = re.compile(
    "的(?P<who>[^，的]{0,60}(?:企业|单位|机构|公司|园|园区|载体|平台|基地|业主|房东|出租[人方]|楼宇|市场|中心|银行|主体|空间|孵化器|运营方)(?:等)?)$"
)


_DOER_GETS = re.compile(_DOER.pattern.removesuffix("$") + "(?:可以?|按规定|均|由[^，]{2,16})*(?:给予|予以|优先|奖励)")


def _is_attribute(text: str, rest: str) -> bool:
    """Whether the waiving that a pattern found (`rest`) only describes somebody (对减免租金的业主…)."""
    if not WAIVER.match(rest.lstrip(_ADVERBS)):
        return False
    if _DOER_GETS.search(rest) or re.match(f"[{_ADVERBS}]*减免[^，]{{0,20}}提供", rest):
        return True
    if re.search("给予|予以|征收", rest):
        return False
    return bool(_DOER.search(rest)) or (bool(re.match("对|为", text)) and bool(re.search("的[^，的]{2,10}$", rest)))


_FIRST_FIGURE = re.compile("^[^\ue001\ue002]{0,4}[\ue001\ue002]的?[^，\ue001\ue002]{0,8}?(?:奖励|补助|补贴|资助|奖补)")
# 「1000万元以下流动资金贷款」 says which loans.
_LOANS_OF = re.compile("^[\ue001]的?[^，]{0,8}贷款")


# 「1000万元以下的补助5%」: which projects, then how much.
_THEN_SHARE = re.compile(
    "^[\ue001](?:的|部分)+，?(?:按|给予|予以|补助|补贴|奖励|资助|奖|补)[^，]{0,8}\ue002|^[\ue001](?:的)?(?:项目|企业)?(?:按|给予|予以|补助|补贴|奖励|资助|奖|补)[^，]{0,8}\ue001"
)
_OF_FIRM = re.compile("[\ue001\ue002]的(?:企业|项目|单位|主体|机构)")


def _asks(tagged: Tagged, hit: re.Match[str]) -> bool:
    """Whether what looks given is what is asked (营业收入1亿元以上的奖励10万元: the first sum is a threshold)."""
    first = tagged.tags.get(hit.start())
    if first is not None and _LOANS_OF.match(hit.group()) and re.search("以下|以内|以上", first.text):
        return True
    if (
        first is not None
        and first.kind == "money"
        and (first.bound or first.low) is not None
        and _THEN_SHARE.match(hit.group())
    ):
        return True
    if re.match("担保费率[^，的]{0,6}\ue002的", hit.group()):
        return True
    if not (_FIRST_FIGURE.match(hit.group()) or _OF_FIRM.search(hit.group())):
        return False
    figure = next((t for _, t in tagged.within(hit.start(), hit.end()) if t.kind in ("money", "share")), None)
    return figure is not None and figure.bound in ("ge", "gt", "lt")


def _is_threshold(text: str, hit: re.Match[str]) -> bool:
    """Whether the figure that a pattern of giving found is a condition after all (…的 closes the piece)."""
    return text.endswith("的") and not re.search("给予|予以", hit.group())


# 「若已有企业享受该补贴」, 「可同时享受奖补资金」 say how one giving goes with another.
_HAD_OR_MAY = re.compile(
    "^(?:若|如|凡?已)|已(?:经|有)?[^，]{0,6}享受|不(?:重复|予)?享受|(?:同时|优先|继续)享受|享受(?:本|上述|该|以上)"
)


def soft_start(tagged: Tagged) -> int | None:
    """Where words of giving without a figure begin."""
    text = bare(tagged.text)
    if _HAD_OR_MAY.search(text) or re.search(
        "只能|仅可|仅能|不得|不再|不能(?!正常|按期|如期|足额|按时|及时|继续|复工|到期)|停止|政策|表彰|表扬", text
    ):
        return None
    hit = _SOFT.search(text.rstrip("　"))
    return hit.start() if hit else None


# A piece without any of these neither gives nor bounds what is given: the quick no for pieces.
_CAN_GIVE = re.compile(
    "\\d|[一二两三四五六七八九十百千万亿]+(?:分之|[个分元成折倍项年月人家万亿])|免|减|缓|退|返|加计|扣|折|LPR|利率|摊销|延|结转|欠费|全额|比例|面向|不再|给予|予以|享受|申请|奖|补|期|时间|年限|降|下调|上限|限额|不停|1[:：比]1|一比一|贴息|资助|支持|配套"
)


# And what a sentence must have: a verb of giving, or of what need not be paid.
_MAY_GIVE = re.compile(
    "代偿损失|[电气水]价[^，]{0,8}结算|停征|停收|不承担|给予|予以|奖|补[贴助偿]|资助|支持|扶持|发放|配套|返还|退还|退税|即征|先征|贴息|激励|兑现|免|减|缓|加计|扣|折|摊销|延|结转|欠费|不停|贷款|额度|降|下调|上限|限额|标准|费率|面向|底价|起始价|价款|出让金|缴纳|征收|收取|申领|税率|优惠|抵"
)


# What a first giving must have, in plain words: a sum, a share or a waiver, and a word of giving; or a promise.
_SUM_OR_WAIVER = re.compile(
    "的全部(?:金额|费用|数额)|实际(?:缴纳|支付)的|[\\d一二两三四五六七八九十百千万亿][万亿千百]?(?:美?元|%|‰|欧元|折|成|倍|个?百分点)|[百千万]分之|免|减|不再|不承担|暂停|停征|停收|缓|退|返|加计|扣|[同等]额|1[:：比]1|一比一|LPR|利率|摊销|延|结转|欠费|全额|倍|一定比例|面向|保险金"
)
_PROMISE = re.compile("(?:给予|予以|享受|申请)[^，]*(?:奖|补|贴息|资助|资金|返还|支持)|按[^，]+给予")


def can_give(text: str, *, after: bool) -> bool:
    """Whether a piece has the words to give, or (`after` a giving) to bound what was given: the quick no before it is tagged."""
    if after:
        return bool(_CAN_GIVE.search(text))
    opens = GIVES.search(text) or re.search("按|^(?:最高|最多|每|单|不超过|总额)", text)
    return bool(opens and _SUM_OR_WAIVER.search(text)) or bool(_PROMISE.search(text))


def may_give(text: str) -> bool:
    """Whether a sentence has any word of giving at all."""
    return bool(_MAY_GIVE.search(text))
