"""Taxes, fees and rents that need not be paid, or come back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from corpus.model import Amount, Cut, Each, Rate, Words
from indexer.extract.bases import base_before, base_of
from indexer.extract.tokens import Tag, Tagged, find_figures, pattern

_TAX = "增值税(?:期末|增量|存量)*留抵税额|增值税|消费税|企业所得税|个人所得税|所得税|契税|印花税|房产税|城镇土地使用税|土地使用税|土地增值税|资源税|关税|车船税|车辆购置税|城市维护建设税|教育费附加|地方教育附加|耕地占用税|环境保护税|营业税|进口环节税|船舶吨税|烟叶税|六税两费|应纳税额|留抵税额|税款|税费|税收"


_CN_DIGIT = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


_DISCOUNT = re.compile("([一二三四五六七八九]|\\d(?:\\.\\d)?)([一二三四五六七八九])?折")


_TAX_LIST = re.compile(f"(?:(?:{_TAX})(?:\\([^)]*\\)|（[^）]*）)?(?:、|和|及|与)?(?:进口环节|按规定)?)+")


_EXEMPT = re.compile(
    "免征|免缴|免收|免除|全免|零收费|不(?:再)?收取|暂停(?:收取|征收)|停征|停收|不(?:再)?承担|不征收|免交|免于缴纳|免费减免|予以全免|免租|免房租"
)
# More than one measure of waiving at once (免收一个月、减半收取两个月; 减征或者免征): told in words alone.
_MIXED = re.compile(
    "减半或者?(?:全)?免|(?:全)?免(?:收|征|除)?或者?减半|减征(?:、|或者?|和)免征|免征(?:、|或者?|和)减征|免(?:收|除|缴|征)?[^，]*，?[^，]*减半|减半[^，]*，?[^，]*免(?:收|除|缴|征)"
)


_HALF = re.compile("减半|减按50%|50%(?:的)?(?:税额)?幅度(?:内)?减(?:征|免)")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of an award: tagged, plain, its shares, the taxes that it names, and what stands before it."""

    tagged: Tagged
    text: str
    plain: str
    shares: tuple[Tag, ...]
    taxes: str
    around: str


Found: TypeAlias = list[tuple[Amount, str | None]]


def read_taxes(tagged: Tagged, around: str) -> Found:
    """The amounts of an award of taxes, fees or rents, each with its kind; empty where it is none."""
    text = tagged.text
    plain = tagged.words(0, len(text))
    shares = tuple(tag for _, tag in tagged.within(0, len(text)) if tag.kind == "share")
    words = _Words(tagged, text, plain, shares, _taxes(plain) or _taxes(around), around)
    for reader in (_deferral, _deduction, _credit, _rate, _mixed, _cut, _return, _unsaid):
        if found := reader(words):
            return found
    return []


def _deferral(words: _Words) -> Found:
    """What is only put off: 缓缴, 延期缴纳, 欠费不停供. Of water, power and gas it is a matter of supply."""
    if not _PUT_OFF.search(words.plain):
        return []
    supply = re.search(
        "水电|水费|用水|供水|电费|用电|供电|燃气|气费|用气|热费|供热|不停[供电水气]", words.plain + words.around
    )
    return [(Words(words.plain), "land_or_energy" if supply else "deferral")]


_PUT_OFF = re.compile(
    "缓缴|缓征|缓交|延缴|(?:延期|延缓|暂缓|推迟|顺延)[^，]{0,14}(?:缴纳|缴存|申报|支付|缴费|缴交|付款|还本|还款)|(?:征收期|缴[费款纳]期)(?:限)?[^，]{0,4}(?:延长|顺延|延至)|欠费不停"
)
# 「按加计扣除额的2%给予补贴」: what was deducted only measures the grant.
_GIVEN_BY_IT = re.compile(
    "扣除(?:[^，]{0,8}(?:额|费用|部分|基数)|政策的[^，]{0,12}(?:研发|研究开发)[^，]{0,6})[^，]*%[^，]*，?[^，]*(?:给予|予以|奖|补贴|补助|资助)"
)
_DEDUCTED = re.compile(
    "加计扣除|加计摊销|税前摊销|%摊销|税前(?:一次性|全额|据实|加速)?扣除|计算(?:企业所得税|个人所得税)?应纳税所得额时(?:一次性|全额|据实)?扣除|抵扣[^，]{0,16}应纳税所得额|一次性计入[^，]{0,12}成本费用"
)


def _deduction(words: _Words) -> Found:
    """加计扣除, 税前摊销: the last share that is named (由75%提高到100%); 税前扣除 in full, or up to a share of the profit."""
    if "结转" in words.plain and re.search("结转(?:年限|期限)[^，]{0,10}(?:延长|放宽)", words.plain):
        return [(Words(words.plain), "tax_cut")]
    hit = _DEDUCTED.search(words.plain)
    if hit is None or _GIVEN_BY_IT.search(words.plain):
        return []
    if not words.shares:
        return [(Words(words.plain), "extra_deduction")]
    if re.search("无形资产成本|成本的[^，]*摊销", words.plain):
        base = "manual:无形资产成本"
    elif limit := re.search(
        "(?P<of>(?:年度)?(?:利润总额|营业收入|销售收入|工资薪金总额|工资总额))(?:的)?$",
        words.plain[: words.plain.find("%") - 2].rstrip("0123456789."),
    ):
        base = f"manual:{limit['of']}"
    elif re.search("研发|研究开发|实际发生额", words.plain + words.around):
        base = "rd_spend"
    else:
        base = "manual:" + _fee_base(words.plain[: hit.start()], "支出")
    rate = words.shares[-1].value
    return [(Rate(rate, rate, base), "extra_deduction")]


def _credit(words: _Words) -> Found:
    """加计抵减, and 限额扣减 of so much a year."""
    if (
        words.shares
        and "加计" in words.plain
        and re.search("税|进项|抵减", words.plain)
        and not re.search("(?:给予|予以)[^，]{0,8}(?:补助|补贴|奖励|资助)", words.plain)
    ):
        rate = words.shares[-1].value
        base = "tax:可抵扣进项税额" if "进项" in words.plain else f"tax:{words.taxes or '应纳税额'}"
        return [(Rate(rate, rate, base), "tax_cut")]
    if words.shares and (credit := re.search("抵免", words.plain)):
        rate = words.shares[0].value
        at = next(i for i, tag in words.tagged.within(0, len(words.text)) if tag.kind == "share")
        spent = re.search("(?P<of>[^，、]{0,12}投资额)", words.plain[: credit.start()]) or re.search(
            "(?P<of>[^，、对的]{0,12}投资额)", words.around
        )
        base = base_before(words.tagged, at) or f"manual:{spent['of'] if spent else '投资额'}"
        return [(Rate(rate, rate, base), "tax_cut")]
    sums = [tag.value for _, tag in words.tagged.within(0, len(words.text)) if tag.kind == "money"]
    if sums and "扣减" in words.plain and re.search("每人(?!民)", words.plain):
        return [(Each(sums[0], "manual:实际招用人数"), "tax_cut")]
    if sums and "扣减" in words.plain:
        return [(Rate(1.0, 1.0, f"tax:{words.taxes or '应纳税额'}", cap=sums[0]), "tax_cut")]
    return []


# No tax is charged at so high a rate: 减按75%征收 is a share of it.
_SHARE_OF_TAX = 0.3


def _rate(words: _Words) -> Found:
    """减按15%的税率; 减按25%计入应纳税所得额，按20%的税率 is 5% of that part of the income."""
    if words.shares and (counted := re.search("减按[^，]*计入(?P<of>收入总额|当年收入|应税收入)", words.plain)):
        return [(Cut(round(1 - words.shares[0].value, 6), f"tax:{counted['of']}"), "tax_cut")]
    taxes = words.taxes or ("增值税" if "征收率" in words.plain + words.around[-10:] else "")
    if not taxes and "应纳税所得额" in words.plain:
        taxes = "企业所得税"
    if not words.shares or not taxes:
        return []
    rate = words.shares[-1].value
    if re.search(pattern("按<share>的?(?:优惠)?税率"), words.text) and "减按" not in words.plain:
        return [(Rate(rate, rate, f"tax:{taxes}"), "tax_rate")]
    if "减按" not in words.plain:
        return []
    if "计入应纳税所得额" in words.plain:
        if len(words.shares) < 2:
            return [(Cut(1 - rate, "tax:应纳税所得额"), "tax_cut")]
        rate = round(words.shares[0].value * words.shares[1].value, 9)
    elif rate >= _SHARE_OF_TAX and re.search(pattern("减按<share>(?:计征|征收|缴纳)(?!率)"), words.text):
        return [(Cut(round(1 - rate, 6), f"tax:{taxes}"), "tax_cut")]
    bounds = {tag.bound: tag.value for tag in find_figures(words.around) if tag.kind == "money"}
    above, up_to = (bounds.get("gt"), bounds.get("le")) if "部分" in words.around else (None, None)
    tax = "应纳税所得额" if "应纳税所得额" in words.plain else taxes
    return [(Rate(rate, rate, f"tax:{tax}", above=above, up_to=up_to), "tax_rate")]


_LESS = pattern(
    "(?:免除|免收|减免(?!金额|额|部分|租金总)|减收|免征)[^，]{0,14}的<share>|减免幅度内[^，]*<share>|幅度[^，]{0,4}减|<share>(?:的)?(?:比例|标准|幅度)?(?:给予|予以)?(?:的)?(?:减免|减征|减收|减缴|租金优惠|房租优惠)|(?:下调|降低|下浮|下降|降|优惠|减免|减收)(?:幅度)?<share>|税额[^，]{0,6}减|减征<share>|减免(?!金额|额|部分|租金总)(?:幅度|比例)?(?:为|按)?[^，]{0,8}?<share>|按<share>减|下浮|下调<share>|降低<share>|减收"
)
# Charged at a share of the usual price; a bare rate (担保费率按1%收取) is a new price, and no share of an old one.
_CHARGED = pattern("按[^，]{0,16}?<share>(?:的标准|的比例|的?优惠)?(?:执行|收取|计收|征收|缴纳|结算|计费)")
_NEW_RATE = pattern("(?<!减)按[^，]{0,8}<share>(?:的标准)?(?:收取|计收)[^，]{0,6}费|费率[^，]{0,10}<share>|担保费率")


_HALF_GIVEN = re.compile("减半(?:给予|予以)?(?:奖|补|资助)")


def _share_cut(words: _Words) -> float | None:
    """The share that need not be paid: 免征 1, 减半 0.5, 八五折 0.15, 按80%收取 0.2."""
    named = words.taxes or re.search("费|租金|房租|价", words.plain + words.around)
    if words.shares and named and _LESS.search(words.text):
        return words.shares[0].value
    if _HALF.search(words.plain) and (named or not _HALF_GIVEN.search(words.plain)):
        return 0.5
    if _EXEMPT.search(words.plain):
        return 1.0
    if (hit := _DISCOUNT.findall(words.plain)) and re.search("优惠|收取|计收|执行|减免", words.plain):
        hit = hit[-1]
        first = float(hit[0]) if hit[0][0].isdigit() else float(_CN_DIGIT[hit[0]])
        return round(1 - (first + (_CN_DIGIT[hit[1]] / 10 if hit[1] else 0)) / 10, 4)
    if words.shares and _CHARGED.search(words.text) and not _NEW_RATE.search(words.text):
        return round(1 - words.shares[0].value, 6)
    return None


# 「担保费率降至1%」: a new rate, of which the old one is not told.
_LOWERED_TO = re.compile("[^，]{0,10}(?:费率|收费标准)[^，]{0,6}(?:下调|降低|下降|降)(?:至|到|为)")
# 「第一年免租、第二年减免70%」
_YEAR_BY_YEAR = re.compile(
    "(?:第[一1]年|首年|前[一二两三四五\\d]年)[^；。%]{0,12}(?:免|减)[^；。]*?(?:第[二三2-3]年|次年|后[一二两三四五\\d]年)[^；。]{0,12}(?:免|减)"
)
_FIRST_YEAR = re.compile("(?:第[一1]年|首年|前[一二两三四五\\d]年)[^，；。]{0,5}$")


def _mixed(words: _Words) -> Found:
    """Two measures of waiving in one award; and a new rate that says nothing of the old one."""
    if words.shares and (lowered := _LOWERED_TO.search(words.plain)):
        return [(Words(words.plain), _kind_of_fee(lowered.group()))]
    if _YEAR_BY_YEAR.search(f"{words.around[-8:]}{words.plain}"):
        first = _FIRST_YEAR.search(words.around)
        kind = "tax_cut" if words.taxes else _kind_of_fee(words.plain + words.around)
        return [(Words(f"{first.group() if first else ''}{words.plain}"), kind)]
    if _MIXED.search(words.plain):
        tax = (words.taxes or "税" in words.plain) and (
            re.search(_TAX, words.plain) or not re.search("费|租", words.plain)
        )
        return [(Words(words.plain), "tax_cut" if tax else _kind_of_fee(words.plain + words.around))]
    new = words.shares and "担保费" in words.plain + words.around and _NEW_RATE.search(words.around[-6:] + words.text)
    if new and not _LESS.search(words.text) and not re.search("补贴|补助|奖补|贴", words.plain):
        return [(Words(words.plain), "guarantee_subsidy")]
    return []


def _cut(words: _Words) -> Found:
    """Taxes, fees and rents that need not be paid, or not in full."""
    cut = _share_cut(words)
    if cut is None:
        return []
    if words.taxes and (re.search(_TAX, words.plain) or not re.search("费|租", words.plain)):
        if re.search("地方留成|先征|补助|奖励", words.plain):
            return [(Rate(cut, cut, f"tax:{words.taxes}"), "refund")]
        return [(Cut(cut, f"tax:{words.taxes}"), "tax_cut")]
    fees = re.search("(?P<fees>[^，。；的]{1,40}(?:费|基金|金|费[^，]{0,4}部分))$", words.around)
    if fees and re.search("收取|计收", words.plain):
        base = fees["fees"]
    else:
        base = _fee_base(words.plain, "") or _fee_base(words.around.rpartition("的")[2], "")
    return [(Cut(cut, f"manual:{base or '应缴费用'}"), _kind_of_fee(base))]


def _kind_of_fee(base: str) -> str:
    for kind, words in (
        ("rent_cut", "租金|房租|免租|租用|承租"),
        ("guarantee_subsidy", "担保"),
        ("land_or_energy", "电[费价量]|用电|容量|水费|用水|水价|燃气|气[费价]|天然气|能源|土地出让|底价|地价"),
    ):
        if re.search(words, base):
            return kind
    return "fee_cut"


def _return(words: _Words) -> Found:
    """退还, 返还, 即征即退: a share of what was paid, or all of it."""
    if not re.search("退还|返还|退税|即征即退", words.plain):
        return []
    if words.shares:
        at = next(i for i, tag in words.tagged.within(0, len(words.text)) if tag.kind == "share")
        rate = words.shares[0].value
        paid = re.search("(?:返还|退还)(?:其)?(?P<o>[^，。、]{2,20}?(?:费|税|税款|款))(?:，|$)", words.plain)
        base = base_before(words.tagged, at) or (paid and base_of(paid["o"])) or "manual:已缴费用"
        if re.fullmatch("manual:(?:返还)?(?:比例|标准|额度)?(?:提至|提高至|由)?", base):
            fund = _PAID_FUND.search(words.plain) or _PAID_FUND.search(words.around)
            base = f"manual:{fund.group()}费" if fund else "manual:已缴费用"
        return [(Rate(rate, rate, base), "refund")]
    full = re.search("全额|全部|即征即退", words.plain)
    base = f"tax:{words.taxes}" if words.taxes else "manual:" + (_fee_base(words.plain, "") or "已缴费用")
    if full:
        return [(Rate(1.0, 1.0, base), "refund")]
    return [(Words(words.plain), "refund")] if words.taxes else []


_PAID_FUND = re.compile("(?:失业|工伤|养老|医疗|社会)保险")


def _unsaid(words: _Words) -> Found:
    """减免 of which no share is told."""
    fee = re.search("减免[^，。；、]{0,24}(?:费|租金|房租|保证金|违约金|滞纳金|基金|押金)", words.plain)
    if "减免" in words.plain and (words.taxes or fee):
        of = "tax_cut" if words.taxes else "rent_cut" if fee and "租" in fee.group() else "fee_cut"
        return [(Words(words.plain), of)]
    return []


def _taxes(text: str) -> str:
    text = re.sub("增值税(?=小规模纳税人|一般纳税人)", "", text)
    hits = [hit.group().strip("、和及与") for hit in _TAX_LIST.finditer(text)]
    named = [name for hit in hits for name in re.split("、", re.sub("（[^）]*）", "", hit)) if name]
    return "、".join(dict.fromkeys(named))


def _fee_base(words: str, default: str) -> str:
    hit = re.search(
        "(?:减按[^，。；]{0,16}?(?:征收|计收)|免收|免缴|免除|全免|减半征收|减半收取|减半缴纳|免(?=租|房租)|缴纳|减半缴纳|免征|减免|收取|免交|给予|减收|不收取|下调|降低)(?:各类|全部|其|相关|了)?(?P<base>[^，。；]{0,40}?(?:费|费用|租金|房租|(?<=免)租|保证金|保障金|违约金|滞纳金|基金|押金)(?:(?:、|和|及)[^，。；、和及]{1,10}(?:费|金|租金)(?!率|额|用))*)",
        words,
    ) or re.search(
        "(?P<base>[^，。；\ue001\ue002]{0,24}?(?:费率|费(?!站|率|用)|费用|租金|房租|保证金|基金|[电气水]价(?!格)|价格|底价|地价))",
        words,
    )
    if not hit:
        return default
    if hit["base"] in ("租", "费"):
        return "租金" if hit["base"] == "租" else default
    return re.sub("^(?:按照?|对|免征|免收|可|再|的|其(?!他)|将|现行的?|、|和|及)+", "", hit["base"])
