"""Shares: of what base, with what ceiling, in full, by half, or as much as the state above gives."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import Amount, Rate, Words
from indexer.extract.bases import base_before, base_of
from indexer.extract.caps import cap_floor
from indexer.extract.runs import run_of
from indexer.extract.tokens import Tagged, pattern

_NOT_BASE = re.compile(
    "^(?:年化|分担|承担|(?:财政)?(?:贷款)?贴息(?:比例|率)?(?:提高|上浮|增加)?|费率.*|(?:补贴|补助|奖励|支持|贴息)?比例(?:提高|上浮|增加)(?:至|到)?|提高[至到]?|比例|标准|额度|利率|年利率|幅度|全额|(?:补贴|补助|奖励|支持|资助|扶持)(?:资金)?|(?:补贴|补助|奖励|支持|资助)?(?:比例|标准|额度)(?:为|是|按)|)$"
)


_LPR = re.compile("LPR|市场报价利率|基准利率")


_ALL_OF_IT = re.compile("按照?(?P<base>[^，]{2,24})的全部(?:金额|费用|数额)")
_IN_FULL = re.compile(
    "按照?(?:企业|单位|其)?[^，]{0,12}?实际(?:缴纳|支付|发生)的?(?P<base>[^，]*?(?:费|额|支出|租金|投入)[^，]*?)(?:全额)?给予(?:全额)?(?:补贴|补助)|给予(?P<all>[^，]{2,16}费)全额(?:补贴|补助)"
)


# 按1:0.5配套: half of what the state above gives.
_TO_ONE = re.compile("(?<!\\d)1[:：比](?P<n>\\d+(?:\\.\\d+)?)")
_AS_MUCH = re.compile(
    "(?:同额|等额|等比例|同等(?:金额|额度|比例))(?:的)?(?:给予)?(?:资金)?(?:配套|奖励|补助|资助|支持)|同等金额"
)
_MATCHED = re.compile("按照?(?P<b>[^，]{2,20}?)(?:的)?(?:给予|予以)?(?:1[:：比]1|同额|等额|等比例|同等)")
_WHOLLY = re.compile("(?P<how>全额|足额|减半)(?:予以|给予)?(?:财政)?(?P<what>贴息|补贴|补助|资助|奖励|补偿)")


def _in_full(words: str, around: str) -> tuple[Amount, str | None] | None:
    """All, or half, of what was paid: 按实际缴纳的检测费给予补贴, 给予贷款利息全额贴息."""
    if hit := _ALL_OF_IT.search(words):
        return Rate(1.0, 1.0, base_of(hit["base"]) or "manual:实际支出"), None
    if hit := _IN_FULL.search(words):
        return Rate(1.0, 1.0, f"manual:{hit['base'] or hit['all']}"), "proportional_grant"
    hit = _WHOLLY.search(words)
    if hit is None:
        return None
    rate = 0.5 if hit["how"] == "减半" else 1.0
    if hit["what"] == "贴息":
        return Rate(rate, rate, "manual:贷款利息"), "interest_subsidy"
    before = re.sub("^(?:可|由|财政|给予|予以|其|对)+", "", words[: hit.start()]).rstrip("的按予以给由财政部门")
    base = base_of(before) if len(before) >= 3 else _base_in(around) or "manual:实际支出"
    kind = "refund" if re.search("税|地方(?:经济)?(?:贡献|留成|所得)|财政贡献", base) else None
    return Rate(rate, rate, base), kind


def _base_in(around: str) -> str:
    """The cost, tax or contribution that the words before end with."""
    around = re.sub("(?:由|财政|予以|给予|可)+$", "", around)
    hit = re.search(
        "(?:(?<=对)(?:其)?|(?<=[，。；、])|^)(?P<b>[^，。；对的]{2,24}?(?:费|费用|租金|保费|利息|投资|投入|金额|额|贡献|部分))(?:，[^，；]{0,8})?$",
        around,
    )
    if hit is None or re.search("超过|以上|不低于|达到", hit["b"]):
        return ""
    return base_of(re.split("期间", hit["b"])[-1])


def read_rates(tagged: Tagged, around: str) -> list[tuple[Amount, str | None]]:
    """The shares of an award, each with its kind where the words tell it; empty where they name none."""
    text = tagged.text
    if "\ue002" not in text and (full := _in_full(tagged.words(0, len(text)), around)):
        amount, own = full
        cap, floor = cap_floor(tagged)
        return [(replace(amount, cap=cap, floor=floor) if isinstance(amount, Rate) else amount, own)]
    shares = [(i, tag) for i, tag in tagged.within(0, len(text)) if tag.kind == "share"]
    if _LPR.search(text) and re.search("贴息|利息|利率", text + around):
        return [(Words(tagged.words(0, len(text))), "interest_subsidy")]
    if not shares:
        if (ratio := _TO_ONE.search(text)) or _AS_MUCH.search(text):
            rate = float(ratio["n"]) if ratio else 1.0
            equal = _MATCHED.search(tagged.words(0, len(text)))
            base = (equal and base_of(equal["b"])) or "manual:上级资金"
            cap, floor = cap_floor(tagged)
            return [(Rate(rate, rate, base, cap=cap, floor=floor), "proportional_grant")]
        return []
    raised = _RAISED.search(text)
    if raised:
        shares = [pair for pair in shares if pair[0] >= raised.start()][1:2]
    shares = [(i, tag) for i, tag in shares if not re.match("(?:的)?(?:上限|封顶)", text[i + 1 :])] or shares
    shares = [
        pair
        for n, pair in enumerate(shares)
        if not (n and _IS_MOST.match(text[pair[0] - 1 :]) and pair[1].bound == "le")
    ]
    cap, floor = cap_floor(tagged)
    out: list[tuple[Amount, str | None]] = []
    for i, tag in shares:
        before = text[max(0, i - 8) : i]
        after = text[i + 1 : i + 8]
        if tag.bound or tag.low is not None:
            threshold = re.match("的?(?:，)?(?:按|给予|部分)", text[i + 1 :]) and any(j > i for j, _ in shares)
            if threshold and not re.search("最高|不超过|不高于|至多", tag.text):
                continue
        if re.search("占股|股权比例|持股|出资比例$|股份", before) or re.search("^(?:以上)?的?股", after):
            continue
        base = base_before(tagged, i)
        if raised:
            base = "manual:代偿额" if "补偿" in text else _raised_base(tagged.words(0, raised.start()), around)
        elif (
            re.match("的?(?:比例)?(?:给予|予以)?(?:财政|贷款|利息)?(?:贴息|补贴)", after)
            and "贴息" in text + after + around[-8:]
        ) or re.match("的?利息补贴", after):
            # Points of interest are of the loan; a share of 10% and more can only be of the interest.
            base = base if "利息" in base else "loan_amount" if tag.value < 0.1 else "manual:贷款利息"
        elif base in _PAID_OUT and (own := _base_in(around)):
            base = own
        elif not base or (base.startswith("manual:") and _NOT_BASE.match(base[7:])):
            base = _base_after(tagged, i, around)
        low = tag.value if tag.low is None else tag.low
        out.append((Rate(low, tag.value, base, cap=cap, floor=floor), None))
    if len(out) == 1 and "分别" in text + around[-6:]:
        out = _one_with_many_caps(tagged, out[0])
    elif len(out) > 1 and "分别" in text + around[-6:]:
        out = _each_its_cap(tagged, out, shares[-1][0])
    if len(out) > 1:
        # 第一年…、第二年…: one base, several years or parts; the first share is the one that can be told.
        bases = {amount.of for amount, _ in out if isinstance(amount, Rate)}
        if len(bases) == 1 and "分别" not in text + around[-6:]:
            out = out[:1]
    return out


# 「按利率的30%、最高1个百分点」: the second share only bounds the first.
_IS_MOST = pattern("[、，]<share>(?:的)?(?:给予|予以|标准|比例)")
_RAISED = pattern(
    "(?:由|从)(?:原来?的?|现行的?|目前的?)?<share>[^，]{0,4}?(?:统一)?(?:提高|上调|提升|增加|上浮|放宽|扩大|下调|降低|降|调整)(?:到|至|为)*(?:最高)?<share>"
)
_OF_BASE = re.compile(
    "(?:支持|补贴|补助|奖励|资助|扶持|贴息|返还|减免)?(?:资金)?(?:比例|标准|额度|幅度)?(?:的)?(?:上限|最高)?$"
)


def _raised_base(before: str, around: str) -> str:
    """The base of a share that was raised (设备购置费补贴比例由20%提高至30%)."""
    own = _OF_BASE.sub("", before)
    if own:
        return base_of(own) or "manual:实际支出"
    hit = re.search(
        "(?:对|按照?)?(?:其)?(?P<b>[^，对按]{2,40}?)(?:等费用)?(?:给予|予以)(?:资金|一定)?(?:支持|补助|补贴|奖励)，?[^，]{0,8}$",
        around,
    )
    return base_of(hit["b"]) if hit else "manual:实际支出"


# Bases that say no more than that something was paid.
_PAID_OUT = frozenset(
    f"manual:{words}"
    for words in (
        "实际支出",
        "实际支出额",
        "实际发生额",
        "实际费用",
        "实际发生费用",
        "实际支付额",
        "实际金额",
        "总额",
        "金额",
        "费用",
        "支出",
    )
)
_NO_BASE = frozenset(
    (
        "资金",
        "财政",
        "一次性",
        "比例",
        "标准",
        "给予",
        "设备购置",
        "累加",
        "叠加",
        "定额",
        "配套",
        "适当",
        "专项",
        "推广",
        "分类",
        "分档",
        "分级",
        "分段",
        "运营",
        "建设",
    )
)


def _each_its_cap(tagged: Tagged, rates: list[tuple[Amount, str | None]], last: int) -> list[tuple[Amount, str | None]]:
    """`rates` that are shared out, of one base, each with its own ceiling where as many are named (最高分别为…)."""
    bases = [amount.of for amount, _ in rates if isinstance(amount, Rate)]
    base = next((of for of in bases if of not in ("manual:实际支出", "manual:已缴费用")), bases[0])
    caps = [tag.value for _, tag in tagged.within(last, len(tagged.text)) if tag.kind == "money"]
    own = caps if len(caps) == len(rates) else None
    return [
        (replace(amount, of=base, cap=own[i] if own else amount.cap) if isinstance(amount, Rate) else amount, kind)
        for i, (amount, kind) in enumerate(rates)
    ]


# 「农业经营主体建设冷藏设施投资」: who spends it, and what is spent.
_WHO_SPENDS = re.compile(
    "^[^，]{2,20}(?:企业|主体|机构|单位|公司|平台)(?=建设|购置|购买|租赁|开展|参加|投保|引进|新上|实施)"
)


def _one_with_many_caps(tagged: Tagged, rate: tuple[Amount, str | None]) -> list[tuple[Amount, str | None]]:
    """`rate` once for each of the ceilings in a row that 分别 shares out (按10%分别给予最高500万元、300万元)."""
    amount, kind = rate
    money = [(i, tag) for i, tag in tagged.within(0, len(tagged.text)) if tag.kind == "money"]
    run = run_of(tagged.text, money) if len(money) > 1 else []
    if len(run) < 2 or run[0][1].bound != "le" or not isinstance(amount, Rate):
        return [rate]
    return [(replace(amount, cap=tag.value), kind) for _, tag in run]


def _base_after(tagged: Tagged, at: int, around: str) -> str:
    rest = tagged.text[at + 1 : at + 20]
    if re.match("的?(?:财政)?(?:贷款)?贴息", rest) or "贴息" in tagged.text:
        return "loan_amount"
    if hit := re.match("的?(?P<b>[^，。；]{2,8}?)(?:补贴|补助)", rest):
        words = hit["b"]
        if words not in _NO_BASE:
            return base_of(words) or "manual:实际支出"
    for source in (
        "(?:^|，)对(?:其)?([^，。；对的]{2,40}(?:费|费用|租金|保费|利息))(?:等费用)?$",
        "([^，。；、]{2,40}(?:费|费用|租金|保费|利息|投资|投入|金额|额))",
        "([^，。；、]{2,12}(?:部分|收入|支出|成本|贷款|贡献|款))$",
    ):
        if (hit := re.search(source + "(?:的)?$", around)) and not re.search("超过|以上|不低于|达到", hit[1]):
            words = re.split("的|期间", hit[1])[-1] or hit[1]
            return base_of(_WHO_SPENDS.sub("", words)) or "manual:实际支出"
    if "其中" not in around and (
        hit := re.search(
            "(?P<b>[^，。；、对]{2,14}?(?:费|费用|额|收入|投资|投入))(?:在|达到|超过|为)?[\\d.]+[亿万]?元", around
        )
    ):
        return base_of(hit["b"]) or "manual:实际支出"
    return _base_in(around) or "manual:实际支出"
