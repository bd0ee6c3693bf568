"""What is given: from the words of an award to a `Benefit`, or several where the words give several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.model import Amount, Benefit, Cap, Cut, Each, Fixed, Rate, Words
from indexer.extract import lexicon
from indexer.extract.tokens import Tag, Tagged, find_figures, pattern

_TAX = "增值税|消费税|企业所得税|个人所得税|所得税|契税|印花税|房产税|城镇土地使用税|土地使用税|土地增值税|资源税|关税|车船税|车辆购置税|城市维护建设税|教育费附加|地方教育附加|耕地占用税|环境保护税|营业税|进口环节税|船舶吨税|烟叶税|六税两费|应纳税额|留抵税额|税款|税费|税收"
_FEE = "[^，。；、]{0,24}?(?:费|费用|租金|房租|保证金|收费|违约金|滞纳金|基金|金|押金|通行费|电价|水价|气价|担保费率|工本费)"


@dataclass(frozen=True, slots=True)
class Award:
    """A benefit and the stretch of the even text that gives it. `figures` are those that 分别 shares out."""

    benefit: Benefit
    start: int
    end: int
    condition: str = ""


# ---------------------------------------------------------------- kind


def kind_of(award: str, around: str) -> str | None:
    """The kind of benefit that the words name; None where only the amount can tell.

    `award` are the words from the verb of giving on, `around` those that stand before.
    """
    for row in lexicon.load("kinds"):
        text = award if row.get("only") == "award" else f"{around}|{award}"
        if re.search(row["words"], text) and not (row.get("not") and re.search(row["not"], text)):
            return str(row["kind"])
    return None


# ---------------------------------------------------------------- amount

_BASE = pattern(
    "(?P<base>[^，。；：\ue001\ue002]*?)(?P<of>的|总额的|金额的)?(?P<figure><share>)(?P<after>的?(?:比例|标准|额度|幅度|的标准)?)"
)
_BASE_LEAD = re.compile(
    "^.*?(?:按照?(?:不超过|不高于)?|依据|根据|以|给予|予以|补贴|补助|享受|给|对|提供|可|为)(?=[^按照给予予以]*$)"
)
_BASE_TRIM = re.compile(
    "^(?:最高|最多|可|不超过|不高于|按照?|经认定的?|经审核的?|经核定的?|给予|予以|返还|退还|企业及其职工|企业|其|单位|该|一次性|分别|每年|当年|的|、|和|市级财政|省级财政|财政|专项资金|采购方|销售方|符合条件的|由|将|再|给|对)+"
)
_NOT_BASE = re.compile("^(?:比例|标准|额度|利率|年利率|幅度|全额|)$")
_PER = pattern(
    "(?:每|单)(?:新增|新招用|招用|增加|引进|吸纳|接待|培养|推荐|实际招用|新吸纳)?(?:1|一)?(?:个|家|)?(?P<unit><person>|人次|人|名|位|台|套|件|项|辆|亩|平方米|吨|次|张|班|车|座|公里|千瓦时|度|桩|场|批|标箱|家|户|个)(?P<noun>[^，。；\ue001]{0,14}?)(?P<money><money>)"
)
_PER_TAIL = pattern(
    "(?P<money><money>)(?:/|每)(?:每)?(?:新增)?(?P<unit><person>|人|名|台|套|件|项|辆|亩|平方米|吨|次|张|班|车|座|公里|千瓦时|度|月|年|家|标箱)"
)
_PLACES = {"家", "户", "个"}
_HEADS = {"人", "名", "位", "人次", "\ue003"}
_CAP_PER = (
    (
        "project",
        "项目|单个(?!企业|单位|机构|主体|平台|申报)|每个(?!企业|单位|机构|主体|平台)|每人|每名|单个展会|单笔|每笔|单项|每项|单台|单套|单件|同一合同",
    ),
    ("principal", "贷款(?:额度|本金|规模)"),
    ("enterprise", "企业|单位|机构|平台|单家|每家|户|主体|单个"),
    ("year", "年度|每年|全年|年"),
    ("total", "累计|合计|总额|总计"),
)
_CN_DIGIT = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_DISCOUNT = re.compile("([一二三四五六七八九]|\\d(?:\\.\\d)?)([一二三四五六七八九])?折")
_TAX_LIST = re.compile(f"(?:(?:{_TAX})(?:\\([^)]*\\)|（[^）]*）)?(?:、|和|及|与)?(?:进口环节|按规定)?)+")
_MONTHS = pattern("(?:期限|时间|补贴期|最长|连续)(?:支持|补贴|资助|给予)?(?:[^，。；]{0,6}?)(?P<t><year>|<month>)")
_LPR = re.compile("LPR|市场报价利率|基准利率")


def tag_text(text: str) -> str:
    """`text` with its figures as symbols."""
    return Tagged(text, 0, find_figures(text)).text


def read_awards(tagged: Tagged, around: str, kind_hint: str | None = None) -> list[Benefit]:
    """The benefits that an award's words give: none where they give nothing that can be told apart from a promise.

    One benefit each for rates with a base of their own (展位费最高80%、机票费最高70%); money that 分别 shares out comes as
    several benefits in the order of the words.
    """
    text = tagged.text
    words = tagged.words(0, len(text))
    kind = kind_of(words, around) or kind_hint
    if hit := re.search("申请[^，]*?(?P<loan>[^，的]{2,12}贷款)及贴息", words):
        sums = _sums(tagged, around)
        loan = sums[0][0] if sums else Words(words)
        return [Benefit("loan", loan, text=words), Benefit("interest_subsidy", Words(f"{hit['loan']}贴息"), text=words)]
    amounts = _tax_or_fee(tagged, around) or _rates(tagged, around) or _sums(tagged, around)
    if not amounts:
        return []
    out = []
    for amount, own_kind in amounts:
        chosen = own_kind or kind or _kind_by_amount(amount, text)
        out.append(
            Benefit(
                kind=chosen,
                amount=amount,
                frequency=_frequency(words),
                caps=_caps(tagged, amount),
                months=_months(tagged),
                discretion=_discretion(words),
                payment=_payment(words),
                text=words,
            )
        )
    return out


def _kind_by_amount(amount: Amount, text: str) -> str:
    match amount:
        case Rate() | Cut():
            return "proportional_grant"
        case Each(_, of, _):
            return "per_head_grant" if "人" in of or of.startswith("new_") else "proportional_grant"
        case Words(words) if "\ue002" in text and "\ue001" not in text and "%" in words:
            return "proportional_grant"
        case _:
            return "one_off_grant"


# ---------------------------------------------------------------- taxes, fees, rents

_EXEMPT = re.compile("免征|免缴|免收|免除|全免|零收费|不(?:再)?收取|不征收|免交|免于缴纳")
_HALF = re.compile("减半|减按50%|50%(?:的)?(?:税额)?幅度(?:内)?减(?:征|免)")


def _tax_or_fee(tagged: Tagged, around: str) -> list[tuple[Amount, str | None]]:
    text = tagged.text
    words = tagged.words(0, len(text))
    shares = [(i, tag) for i, tag in tagged.within(0, len(text)) if tag.kind == "share"]
    taxes = _taxes(words) or _taxes(around)
    if hit := re.search("加计扣除|税前摊销|税前扣除", words):
        rate = shares[-1][1].value if shares else None
        base = (
            "manual:无形资产成本"
            if "无形资产成本" in words
            else "rd_spend"
            if re.search("研发|研究开发|实际发生额", words + around)
            else "manual:" + _fee_base(words[: hit.start()], "支出")
        )
        return [(Rate(rate, rate, base), "extra_deduction") if rate is not None else (Words(words), "extra_deduction")]
    if re.search("加计|抵减应纳税|抵免|扣减", words) and (shares or re.search("扣减", words)):
        if shares and re.search("加计<share>|加计".replace("<share>", "\ue002"), text):
            rate = shares[-1][1].value
            return [
                (Rate(rate, rate, "tax:可抵扣进项税额" if "进项" in words else f"tax:{taxes or '应纳税额'}"), "tax_cut")
            ]
        caps = [tag.value for _, tag in tagged.within(0, len(text)) if tag.kind == "money"]
        if caps and "扣减" in words:
            return [(Rate(1.0, 1.0, f"tax:{taxes or '应纳税额'}", cap=caps[0]), "tax_cut")]
    if "减按" in words and shares and taxes:
        rate = shares[-1][1].value
        if re.search("计入应纳税所得额", words) and len(shares) >= 2:
            rate = shares[0][1].value * shares[1][1].value
        elif re.search("计入应纳税所得额", words):
            return [(Cut(1 - rate, "tax:应纳税所得额"), "tax_cut")]
        elif re.search("减按<share>征收(?!率)".replace("<share>", "\ue002"), text) and rate == 0.5:
            return [(Cut(0.5, f"tax:{taxes}"), "tax_cut")]
        bounds = {
            t.bound: t.value
            for _, t in sorted(Tagged(around, 0, find_figures(around)).tags.items())
            if t.kind == "money"
        }
        tax = "应纳税所得额" if "应纳税所得额" in words else taxes
        rate = round(rate, 9)
        part = "部分" in around
        above, up_to = (bounds.get("gt"), bounds.get("le")) if part else (None, None)
        return [(Rate(rate, rate, f"tax:{tax}", above=above, up_to=up_to), "tax_rate")]
    if re.search("按<share>的?(?:优惠)?税率".replace("<share>", "\ue002"), text) and taxes:
        rate = shares[-1][1].value
        return [(Rate(rate, rate, f"tax:{taxes}"), "tax_rate")]
    cut: float | None = None
    if (
        re.search(
            "幅度[^，]{0,4}减|税额[^，]{0,6}减|减征<share>|减免<share>|按<share>减|下浮|下调<share>|降低<share>|减收".replace(
                "<share>", "\ue002"
            ),
            text,
        )
        and shares
        and (taxes or re.search("费|租金", words + around))
    ):
        cut = shares[0][1].value
    elif _HALF.search(words):
        cut = 0.5
    elif _EXEMPT.search(words):
        cut = 1.0
    elif (hit := _DISCOUNT.search(words)) and "优惠" in words:
        first = float(hit[1]) if hit[1][0].isdigit() else float(_CN_DIGIT[hit[1]])
        cut = round(1 - (first + (_CN_DIGIT[hit[2]] / 10 if hit[2] else 0)) / 10, 4)
    elif shares and (
        hit := re.search(
            "按(?:[^，]{0,16}?)<share>(?:的标准)?(?:收取|计收|征收|缴纳)".replace("<share>", "\ue002"), text
        )
    ):
        cut = round(1 - shares[0][1].value, 6)
    if cut is not None:
        if taxes and (re.search(_TAX, words) or not re.search("费|租", words)):
            if re.search("地方留成|先征|补助|奖励", words):
                return [(Rate(cut, cut, f"tax:{taxes}"), "refund")]
            return [(Cut(cut, f"tax:{taxes}"), "tax_cut")]
        if re.search("收取|计收", words) and (
            hit := re.search("(?P<fees>[^，。；的]{2,40}(?:费|基金|金|费[^，]{0,4}部分))$", around)
        ):
            return [(Cut(cut, f"manual:{hit['fees']}"), "rent_cut" if "租金" in around else "fee_cut")]
        base = _fee_base(words, "") or _fee_base(around.rpartition("的")[2], "")
        if not base:
            return []
        kind = (
            "rent_cut"
            if re.search("租金|房租", base)
            else "guarantee_subsidy"
            if re.search("担保费|担保", base)
            else "land_or_energy"
            if re.search("电|水费|气|能源|土地出让", base) and "电子" not in base
            else "fee_cut"
        )
        return [(Cut(cut, f"manual:{base}"), kind)]
    if re.search("退还|返还|退税|即征即退", words):
        full = re.search("全额|全部|即征即退", words)
        if shares:
            rates = [tag.value for _, tag in shares]
            base = _refund_base(tagged, shares[0][0])
            return [(Rate(rates[0], rates[0], base), "refund")]
        if full or taxes:
            base = f"tax:{taxes}" if taxes else "manual:" + (_fee_base(words, "") or "已缴费用")
            return [(Rate(1.0, 1.0, base), "refund")] if full else [(Words(words), "refund")]
    if re.search("缓缴|缓征|延期缴纳", words):
        return [(Words(words), "deferral")]
    if re.search("减免", words) and (taxes or re.search("减免" + _FEE, words)):
        return [(Words(words), "tax_cut" if taxes else None)]
    return []


def _taxes(text: str) -> str:
    hits = [hit.group().strip("、和及与") for hit in _TAX_LIST.finditer(text)]
    return "、".join(re.sub("（[^）]*）", "", hit) for hit in hits if hit) if hits else ""


def _fee_base(words: str, default: str) -> str:
    hit = re.search(
        "(?:免收|免缴|免除|全免|减半收取|减免|收取|免交|给予|减收|不收取)(?:各类|全部|其|相关|了)?(?P<base>[^，。；]{2,40}?(?:费|费用|租金|房租|保证金|违约金|基金|押金))",
        words,
    ) or re.search("(?P<base>[^，。；\ue001\ue002]{2,24}?(?:费率|费|费用|租金|保证金|基金|电价))", words)
    if not hit:
        return default
    return re.sub("^(?:按照?|对|免征|免收|可|再|的|其)+", "", hit["base"])


def _refund_base(tagged: Tagged, at: int) -> str:
    base = _base_before(tagged, at)
    return base if base else "manual:已缴费用"


# ---------------------------------------------------------------- rates

_FIELD_BASES = (
    ("equipment_spend", "设备(?:购置|投资|投入)(?:总)?(?:额|费用|金额)?$|(?:购置|购买)设备(?:费用|金额)?$"),
    ("fixed_investment", "固定资产(?:总)?投资(?:总额|额)?$"),
    ("rd_spend", "(?:研发|研究开发)(?:费用|投入|经费)(?:总额|支出)?$|允许加计扣除研发费用$"),
    ("revenue", "营业收入(?:总额)?$"),
    ("loan_amount", "(?:实际)?贷款(?:金额|本金|余额|额)$"),
    ("tax_paid", "^(?:年)?(?:实缴|缴纳)税收$"),
    ("export_value", "出口额$"),
    ("payroll", "工资总额$"),
)


def base_of(words: str) -> str:
    """What a share is taken of: a field where one holds just that, else `manual:` with the words."""
    core = _BASE_TRIM.sub("", words)
    core = re.sub("(?:的|总额的|给予|不超过|最高|按|可|，|（[^）]*）)+$", "", core)
    core = _BASE_TRIM.sub("", core)
    if not re.search("增量|新增|地方|累计超|超出", core):
        for field, source in _FIELD_BASES:
            if re.search(source, core):
                return field
    if re.search("税", core) and not re.search("费$|投资", core):
        return f"tax:{core}"
    return f"manual:{core}" if core else ""


def _base_before(tagged: Tagged, at: int) -> str:
    start = max(tagged.text.rfind(mark, 0, at) for mark in "，；：。、\ue001\ue002")
    if tagged.text[start : start + 1] == "、" and at - start < 3:
        start = max(tagged.text.rfind(mark, 0, start) for mark in "，；：。\ue001\ue002")
    words = tagged.words(start + 1, at)
    if hit := re.search(
        "按照?(?:其|不超过)?(?P<b>[^，]{2,30}?)(?:一次性)?(?:给予|予以)(?:企业|采购方|销售方|发行人|最高|不超过|一次性)*$",
        words,
    ):
        return base_of(hit["b"])
    if hit := re.search(
        "(?:按照?(?:其|不超过|不高于)?|以|给予|予以|补贴|享受)(?!.*(?:按照?|给予|予以))(?P<b>.*)$", words
    ):
        words = hit["b"]
    return base_of(words)


_IN_FULL = re.compile(
    "按照?(?:企业|单位|其)?[^，]{0,12}?实际(?:缴纳|支付|发生)的?(?P<base>[^，]*?(?:费|额|支出|租金|投入)[^，]*?)(?:全额)?给予(?:全额)?(?:补贴|补助)"
)


def _rates(tagged: Tagged, around: str) -> list[tuple[Amount, str | None]]:
    text = tagged.text
    if (full := _IN_FULL.search(tagged.words(0, len(text)))) and "\ue002" not in text:
        return [(Rate(1.0, 1.0, f"manual:{full['base']}"), "proportional_grant")]
    shares = [(i, tag) for i, tag in tagged.within(0, len(text)) if tag.kind == "share"]
    if _LPR.search(text) and re.search("贴息|利息|利率", text + around):
        return [(Words(tagged.words(0, len(text))), "interest_subsidy")]
    if not shares:
        if hit := re.search("([1一]):([1一])|1比1|等额配套|同等金额", text):
            return [(Rate(1.0, 1.0, base_of(around[-20:]) or "manual:上级资金"), "proportional_grant")]
        return []
    raised = re.search(pattern("由<share>(?:提高|上调|提升|增加)[到至]?<share>"), text)
    if raised:
        shares = [pair for pair in shares if pair[0] >= raised.start()][1:2]
    cap, floor = _cap_floor(tagged)
    out: list[tuple[Amount, str | None]] = []
    for i, tag in shares:
        before = text[max(0, i - 8) : i]
        after = text[i + 1 : i + 8]
        if re.search("占股|股权比例|持股|出资比例$|股份", before) or re.search("^(?:以上)?的?股", after):
            continue
        base = _base_before(tagged, i)
        if raised:
            base = "manual:代偿额" if "补偿" in text else "manual:" + (tagged.words(0, raised.start()) or "实际支出")
        elif (
            re.match("的?(?:比例)?(?:给予|予以)?(?:财政|贷款|利息)?(?:贴息|补贴)", after)
            and "贴息" in text + after + around[-8:]
            or re.match("的?利息补贴", after)
        ):
            # Points of interest are of the loan; a share of 10% and more can only be of the interest.
            base = base if "利息" in base else "loan_amount" if tag.value < 0.1 else "manual:贷款利息"
        elif not base or len(base) < 9 and base.startswith("manual:") and _NOT_BASE.match(base[7:]):
            base = _base_after(tagged, i, around)
        low = tag.value if tag.low is None else tag.low
        out.append((Rate(low, tag.value, base, cap=cap, floor=floor), None))
    if len(out) > 1:
        # 第一年…、第二年…: one base, several years or parts; the first share is the one that can be told.
        bases = {amount.of for amount, _ in out if isinstance(amount, Rate)}
        if len(bases) == 1 and "分别" not in text:
            out = out[:1]
    return out


def _base_after(tagged: Tagged, at: int, around: str) -> str:
    rest = tagged.text[at + 1 : at + 20]
    if re.match("的?(?:财政)?(?:贷款)?贴息", rest) or "贴息" in tagged.text:
        return "loan_amount"
    if hit := re.match("的?(?P<b>[^，。；]{2,8}?)(?:补贴|补助)", rest):
        words = hit["b"]
        if words not in ("资金", "财政", "一次性", "比例", "标准", "给予", "设备购置"):
            return base_of(words) or "manual:实际支出"
    for source in ("([^，。；、]{2,20}(?:费|费用|租金|保费|利息|投资|投入|金额|额))", "([^，。；、]{2,12})$"):
        if hit := re.search(source + "(?:的)?$", around):
            return base_of(re.split("的|期间", hit[1])[-1] or hit[1]) or "manual:实际支出"
    return "manual:实际支出"


def _cap_floor(tagged: Tagged) -> tuple[float | None, float | None]:
    caps: list[tuple[int, float]] = []
    floor = None
    for i, tag in tagged.within(0, len(tagged.text)):
        if tag.kind != "money":
            continue
        if tag.bound in ("le", "lt"):
            caps.append((_cap_rank(_cap_per(tagged, i)), tag.value))
        elif tag.bound in ("ge", "gt"):
            floor = tag.value
        elif (
            tag.bound is None
            and tag.low is None
            and re.search("最高|限额|上限|不超过|封顶", tagged.text[max(0, i - 14) : i] + tagged.text[i + 1 : i + 3])
        ):
            caps.append((_cap_rank(_cap_per(tagged, i)), tag.value))
    if not caps:
        return None, floor
    return min(caps, key=lambda pair: pair[0])[1], floor


def _cap_rank(per: str) -> int:
    return ("enterprise", "total", "year", "project", "principal").index(per)


def _cap_per(tagged: Tagged, at: int) -> str:
    start = max(tagged.text.rfind(mark, 0, at) for mark in "，；。")
    before = tagged.text[start + 1 : at]
    for per, source in _CAP_PER:
        if re.search(source, before):
            return per
    return "enterprise"


def _caps(tagged: Tagged, amount: Amount) -> tuple[Cap, ...]:
    """The ceilings besides the one that stands in the amount."""
    own = getattr(amount, "cap", None)
    out = []
    for i, tag in tagged.within(0, len(tagged.text)):
        if tag.kind == "money" and tag.bound == "le" and tag.value != own and own is not None:
            out.append(Cap(_cap_per(tagged, i), tag.value))
    return tuple(dict.fromkeys(out))


# ---------------------------------------------------------------- sums


def _sums(tagged: Tagged, around: str) -> list[tuple[Amount, str | None]]:
    text = tagged.text
    money = [(i, tag) for i, tag in tagged.within(0, len(text)) if tag.kind == "money"]
    if not money:
        return []
    per = _per_unit(tagged, around)
    if per:
        return per
    if "分别" in text + around[-4:] or len(money) > 1:
        run = _run(text, money)
        if len(run) > 1:
            return [(_sum(tagged, i, tag, text), None) for i, tag in run]
    i, first = money[0]
    if len(money) > 1 and _ceiling_for_many(tagged, i, first, *money[1]):
        return [(Each(first.value, "manual:件数", money[1][1].value), "proportional_grant")]
    return [(_sum(tagged, i, first, text), None)]


def _ceiling_for_many(tagged: Tagged, at: int, first: Tag, then: int, ceiling: Tag) -> bool:
    """Whether a sum and a higher ceiling for the enterprise mean that the sum is for each thing that it does."""
    whose = re.search("企业|单位|机构|家|主体", tagged.text[at:then])
    return bool(whose) and ceiling.bound == "le" and ceiling.value > first.value and first.low is None


def _run(text: str, money: Sequence[tuple[int, Tag]]) -> list[tuple[int, Tag]]:
    """The first run of sums that only 、 or 和 separates."""
    run = [money[0]]
    for (last, _), (i, tag) in zip(money, money[1:], strict=False):
        if re.fullmatch("(?:、|和|及|以及)?(?:最高)?", text[last + 1 : i]):
            run.append((i, tag))
        elif len(run) > 1:
            break
        else:
            run = [(i, tag)]
    return run


def _sum(tagged: Tagged, at: int, tag: Tag, text: str) -> Amount:
    before = text[max(0, at - 6) : at]
    if tag.bound in ("le", "lt") or tag.low is not None or re.search("最高|不超过|限额", before):
        words = tagged.words(at, at + 1)
        if tag.low is None and not re.search("最高|不超过|不高于|上限|以内|以下", words):
            words = f"最高{words}"
        return Words(words)
    return Fixed(tag.value)


def _per_unit(tagged: Tagged, around: str) -> list[tuple[Amount, str | None]]:
    text = tagged.text
    units = re.search(
        pattern(
            "每(?:成功)?(?:安置|推荐|引进|新增|孵化|培育|服务|招用|吸纳|新招用|组织|举办|建设|认定|转化)(?:1|一|<item>|<person>)(?:个|家|名|人|场|项|件|台)?(?P<what>[^，。；]{0,8})"
        ),
        tag_text(around),
    )
    hits = [
        hit
        for source in (_PER, _PER_TAIL)
        for hit in source.finditer(text)
        if hit["unit"] not in _PLACES | {"年", "月"}
    ]
    if not hits and units:
        caps = [t.value for _, t in tagged.within(0, len(text)) if t.kind == "money" and t.bound == "le"]
        sums = [t for _, t in tagged.within(0, len(text)) if t.kind == "money" and t.low is None]
        if sums:
            others = [cap for cap in caps if cap != sums[0].value]
            kind = "per_head_grant" if "人" in units.group() or "\ue003" in units.group() else None
            return [(Each(sums[0].value, f"manual:{units['what']}数", others[0] if others else None), kind)]
    if not hits:
        return []
    hit = hits[0]
    unit = hit["unit"]
    i = hit.start("money")
    tag = tagged.tags[i]
    if tag.low is not None:
        return [(Words(tagged.words(max(0, i), hit.end())), "proportional_grant")]
    caps = [
        (_cap_rank(_cap_per(tagged, j)), t.value)
        for j, t in tagged.within(0, len(text))
        if j != i
        and t.kind == "money"
        and t.bound in ("le", "lt")
        and re.search("家|企业|单位|总额|累计|机构|个", text[max(0, j - 14) : j])
    ]
    cap = min(caps, key=lambda pair: pair[0])[1] if caps else None
    whom = re.search("(?:招用|聘用|吸纳|引进)([^，。；的]{2,14})", around + text)
    if unit in _HEADS or (unit == "人"):
        of = (
            "new_graduate_hires"
            if re.search("招用[^，]{0,20}高校毕业生", around + text)
            else f"manual:{(whom and whom[1]) or ''}人数"
        )
        most = [
            t.value
            for j, t in tagged.within(0, len(text))
            if t.kind == "person" and re.search("家|企业|机构|单位", text[max(0, j - 10) : j])
        ]
        if most and cap is None:
            cap = tag.value * most[0]
        return [(Each(tag.value, of, cap), "per_head_grant")]
    run = _run(text, [(j, t) for j, t in tagged.within(0, len(text)) if t.kind == "money"])
    if len(run) > 1 and run[0][0] == i:
        return [(Each(t.value, f"manual:{unit}数", cap), None) for _, t in run]
    return [(Each(tag.value, f"manual:{unit}数", cap), None)]


# ---------------------------------------------------------------- how often, how long, how sure


def _frequency(words: str) -> str | None:
    if re.search("一次性", words):
        return "once"
    if re.search("每年|年度|每个自然年度|/年|逐年", words):
        return "yearly"
    return "monthly" if re.search("每月|/月|按月", words) else None


def _months(tagged: Tagged) -> int | None:
    hit = _MONTHS.search(tagged.text)
    if not hit:
        return None
    tag = tagged.tags[hit.start("t")]
    months = tag.value * (12 if tag.kind == "year" else 1)
    return int(months) if 1 <= months <= 240 and float(months).is_integer() else None


def _discretion(words: str) -> str | None:
    hit = re.search("可(?:以|按|给予|再|申请)|择优|原则上|视财力", words)
    return hit.group().removesuffix("按") if hit else None


def _payment(words: str) -> str | None:
    hit = re.search(
        "先征后[返退]|即征即退|先缴后补|分(?:[一二三两]|\\d)?[期年次](?:拨付|兑现|发放)|后补助|先建后补|以奖代补", words
    )
    return hit.group() if hit else None


def without(benefit: Benefit, amount: Amount | None) -> Benefit:
    """`benefit` with another amount."""
    return replace(benefit, amount=amount)
