"""What is given: from the words of an award to a `Benefit`, or several where the words give several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.model import Amount, Benefit, Cap, Cut, Each, Fixed, Rate, Words
from corpus.quantity import parse_chinese_number
from indexer.extract import lexicon
from indexer.extract.bases import base_before, base_of
from indexer.extract.taxes import read_taxes
from indexer.extract.tokens import Tag, Tagged, find_figures, pattern


def kind_of(award: str, around: str) -> str | None:
    """The kind of benefit that the words name; None where only the amount can tell.

    `award` are the words from the verb of giving on, `around` those that stand before.
    """
    for row in lexicon.load("kinds"):
        text = award if row.get("only") == "award" else f"{around}|{award}"
        if re.search(row["words"], text) and not (row.get("not") and re.search(row["not"], text)):
            return str(row["kind"])
    return None


_NOT_BASE = re.compile(
    "^(?:(?:财政)?(?:贷款)?贴息(?:比例|率)?(?:提高|上浮|增加)?|费率.*|(?:补贴|补助|奖励|支持|贴息)?比例(?:提高|上浮|增加)(?:至|到)?|提高[至到]?|比例|标准|额度|利率|年利率|幅度|全额|(?:补贴|补助|奖励|支持|资助|扶持)(?:资金)?|(?:补贴|补助|奖励|支持|资助)?(?:比例|标准|额度)(?:为|是|按)|)$"
)


_PER = pattern(
    "(?:每|单(?!位))(?:新增|新招用|招用|增加|引进|吸纳|接待|培养|推荐|实际招用|新吸纳)?(?:1|一)?(?:个|家|)?(?P<unit><person>|人次|人|名|位|台|套|件|项|辆|亩|平方米|吨|次|张|班|车|座|公里|千瓦时|千瓦|兆瓦|吨标准煤|度|桩|场|批|标箱|集|部|份|首|床|头|只|株|立方米|蒸吨|间|点|家|户|个)(?P<noun>[^，。；\ue001]{0,14}?)(?P<money><money>)"
)


_PER_TAIL = pattern(
    "(?P<money><money>)(?:/|每)(?:每)?(?:新增)?(?P<unit><person>|人|名|台|套|件|项|辆|亩|平方米|吨|次|张|班|车|座|公里|千瓦时|千瓦|度|晚|天|月|年|家|标箱)"
)


# Units that no list holds (每蒸吨5万元, 每立方米100元).
_PER_ANY = pattern(
    "每(?P<unit>(?!家|户|个|年|月|人|天|日|季|次性|单位|企业|新增|增加)[^，。；、\ue001-\ue013\\d的给补奖]{1,5}?)(?P<noun>)(?P<money><money>)"
)
# 「亩补助1000元」, 「亩均补助200元」
_PER_BARE = pattern(
    "^(?P<unit>亩)均?(?P<noun>(?:一次性)?(?:给予)?(?:补助|补贴|奖励|奖补)[^，\ue001]{0,6}?)(?P<money><money>)"
)
# Each of its shops, sites or products (每个门店给予3万元); each enterprise is one.
_PER_THING = pattern(
    "每个(?P<unit>(?!企业|单位|机构|主体|平台|园区|载体|中心|基地|创新|申报)[^，。；、的给补奖每\ue001-\ue013\\d]{1,6})(?P<noun>(?:给予|补贴|补助|奖励|资助)[^，\ue001]{0,6})(?P<money><money>)"
)
_PLACES = {"家", "户", "个"}


_HEADS = {"人", "名", "位", "人次", "\ue003"}


_CAP_PER = (
    ("principal", "贷款(?:额度|本金|规模)|计算|纳入|计入|作为[^，]{0,8}基数|最高按$"),
    (
        "project",
        "项目|单个(?!企业|单位|机构|主体|平台|申报)|每个(?!企业|单位|机构|主体|平台)|每人|每名|单个展会|单笔|每笔|每轮|每次|每场|每件|每台|每套|每批|每个展|每项|单次|单场|单项|每项|单台|单套|单件|同一合同",
    ),
    ("enterprise", "企业|单位|机构|平台|单家|每家|户|主体|单个"),
    ("year", "年度|每年|全年|年"),
    ("total", "累计|合计|总额|总计"),
)


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
    if hit := re.search("申请[^，]*?(?P<loan>[^，的\\d元]{2,12}贷款)", words):
        sums = _sums(tagged, around)
        loan = Benefit("loan", sums[0][0] if sums else Words(words), text=words)
        if isinstance(loan.amount, Fixed):
            loan = Benefit("loan", Words(f"最高{tagged.words(*_first_sum(tagged))}"), text=words)
        if "贴息" not in words:
            return [loan]
        rest = words[hit.end() :]
        return [
            loan,
            Benefit(
                "interest_subsidy",
                Rate(1.0, 1.0, "manual:贷款利息")
                if "全额" in rest
                else Words(rest.strip("，") if "，" in rest else f"{hit['loan']}贴息"),
                text=words,
            ),
        ]
    if _LAND_PRICE.search(words):
        return [Benefit("land_or_energy", Words(words), text=words)]
    if _AS_LAID_DOWN.match(words) and "\ue002" not in text:
        charged = re.sub("（[^）]*）", "", words)
        return [Benefit("fee_cut", Words(charged), text=words)]
    if ("预付款" in words and "采购" in words) or _FOR_SMALL.search(words):
        return [Benefit("procurement_preference", Words(words), text=words)]
    amounts = read_taxes(tagged, around) or _rates(tagged, around) or _sums(tagged, around)
    if not amounts:
        return []
    if kind == "procurement_preference":
        amounts = [(Words(words), kind)]
    years = shares_by_year(around, words)
    if years and isinstance(first := amounts[0][0], Rate):
        amounts = [(Rate(1.0, 1.0, first.of, cap=first.cap, floor=first.floor), amounts[0][1])]
    out = []
    for amount, own_kind in amounts:
        off_income = "extra_deduction" if re.search("抵扣[^，]{0,16}应纳税所得额", words) else None
        chosen = off_income or own_kind or kind or _kind_by_amount(amount, text)
        if chosen == "one_off_grant" and isinstance(amount, Words) and _BY_SPENDING.search(f"{around[-16:]}，{words}"):
            chosen = "proportional_grant"
        if chosen == "proportional_grant" and _PAID_BACK.search(getattr(amount, "of", "")):
            chosen = "refund"
        out.append(
            Benefit(
                kind=chosen,
                amount=amount,
                frequency=_frequency(words),
                caps=_caps(tagged, amount),
                months=_months(tagged) or _months_said(around),
                by_year=years if isinstance(amount, Rate) else (),
                discretion=_discretion(words),
                payment=_payment(words),
                text=words,
            )
        )
    return out


# What the state buys from small firms only.
_FOR_SMALL = re.compile("(?:专门|全额)面向(?:中小微?|小微)企业[^，]{0,6}(?:采购|预留)")


# A price of land is told in words: which share of which price, and of what it is a floor.
_LAND_PRICE = re.compile(
    "(?:底价|地价|起始价)[^，]*(?:执行|确定)|确定[^，]{0,8}(?:底价|地价|起始价)|不再?(?:增收|加收|补收|补缴|缴纳)[^，]*(?:价款|出让金|土地款)"
)
_AS_LAID_DOWN = re.compile("减按[^，]*(?:征收|收取|计收|缴纳)[^，]*费")


# 「按实际建设投入给予最高500万元」 follows what is spent, though no share is told.
_BY_SPENDING = re.compile(
    "(?:按照?|根据|依据)(?:其|企业|项目)?[^，]{0,10}(?:投入|投资|支出|费用|成本|发生额)(?:额|金额)?(?:实际)?(?:情况)?(?:的一定比例)?(?:，|给予|予以|最高|补)"
)
# A share of what was paid to the local treasury is that much paid back.
_PAID_BACK = re.compile("^tax:|地方留成|地方(?:财政)?(?:分成|所得)|增值税|所得税")


def _first_sum(tagged: Tagged) -> tuple[int, int]:
    i = next(i for i, tag in tagged.within(0, len(tagged.text)) if tag.kind == "money")
    return i, i + 1


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


_IN_FULL = re.compile(
    "按照?(?:企业|单位|其)?[^，]{0,12}?实际(?:缴纳|支付|发生)的?(?P<base>[^，]*?(?:费|额|支出|租金|投入)[^，]*?)(?:全额)?给予(?:全额)?(?:补贴|补助)|给予(?P<all>[^，]{2,16}费)全额(?:补贴|补助)"
)


# 按1:0.5配套: half of what the state above gives.
_TO_ONE = re.compile("(?<!\\d)1[:：比](?P<n>\\d+(?:\\.\\d+)?)")
_WHOLLY = re.compile("(?P<how>全额|足额|减半)(?:予以|给予)?(?:财政)?(?P<what>贴息|补贴|补助|资助|奖励|补偿)")


def _in_full(words: str, around: str) -> tuple[Amount, str | None] | None:
    """All, or half, of what was paid: 按实际缴纳的检测费给予补贴, 给予贷款利息全额贴息."""
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


def _rates(tagged: Tagged, around: str) -> list[tuple[Amount, str | None]]:
    text = tagged.text
    if "\ue002" not in text and (full := _in_full(tagged.words(0, len(text)), around)):
        amount, own = full
        cap, floor = _cap_floor(tagged)
        return [(replace(amount, cap=cap, floor=floor) if isinstance(amount, Rate) else amount, own)]
    shares = [(i, tag) for i, tag in tagged.within(0, len(text)) if tag.kind == "share"]
    if _LPR.search(text) and re.search("贴息|利息|利率", text + around):
        return [(Words(tagged.words(0, len(text))), "interest_subsidy")]
    if not shares:
        if (ratio := _TO_ONE.search(text)) or re.search("等额配套|同等金额", text):
            rate = float(ratio["n"]) if ratio else 1.0
            equal = re.search("按照?(?P<b>[^，]{2,20}?)(?:的)?1[:：比]1", tagged.words(0, len(text)))
            return [(Rate(rate, rate, (equal and base_of(equal["b"])) or "manual:上级资金"), "proportional_grant")]
        return []
    raised = _RAISED.search(text)
    if raised:
        shares = [pair for pair in shares if pair[0] >= raised.start()][1:2]
    shares = [(i, tag) for i, tag in shares if not re.match("(?:的)?(?:上限|封顶)", text[i + 1 :])] or shares
    cap, floor = _cap_floor(tagged)
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
    if len(out) > 1 and "分别" in text + around[-6:]:
        out = _each_its_cap(tagged, out, shares[-1][0])
    if len(out) > 1:
        # 第一年…、第二年…: one base, several years or parts; the first share is the one that can be told.
        bases = {amount.of for amount, _ in out if isinstance(amount, Rate)}
        if len(bases) == 1 and "分别" not in text + around[-6:]:
            out = out[:1]
    return out


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
        "([^，。；、]{2,20}(?:费|费用|租金|保费|利息|投资|投入|金额|额))",
        "([^，。；、]{2,12}(?:部分|收入|支出|成本|贷款|贡献|款))$",
    ):
        if (hit := re.search(source + "(?:的)?$", around)) and not re.search("超过|以上|不低于|达到", hit[1]):
            return base_of(re.split("的|期间", hit[1])[-1] or hit[1]) or "manual:实际支出"
    if "其中" not in around and (
        hit := re.search(
            "(?P<b>[^，。；、对]{2,14}?(?:费|费用|额|收入|投资|投入))(?:在|达到|超过|为)?[\\d.]+[亿万]?元", around
        )
    ):
        return base_of(hit["b"]) or "manual:实际支出"
    return _base_in(around) or "manual:实际支出"


def _cap_floor(tagged: Tagged) -> tuple[float | None, float | None]:
    caps: list[tuple[int, float]] = []
    floor = None
    for i, tag in tagged.within(0, len(tagged.text)):
        if tag.kind != "money":
            continue
        if tag.bound in ("le", "lt"):
            caps.append((cap_rank(cap_per(tagged, i)), tag.value))
        elif tag.bound in ("ge", "gt"):
            floor = tag.value
        elif (
            tag.bound is None
            and tag.low is None
            and re.search("最高|限额|上限|不超过|封顶", tagged.text[max(0, i - 14) : i] + tagged.text[i + 1 : i + 3])
        ):
            caps.append((cap_rank(cap_per(tagged, i)), tag.value))
    caps = [pair for pair in caps if pair[0] != cap_rank("principal")]
    if not caps:
        return None, floor
    return min(caps, key=lambda pair: pair[0])[1], floor


def cap_rank(per: str) -> int:
    """How near a ceiling of this sort is to what one enterprise gets, lowest first."""
    return ("enterprise", "total", "year", "project", "principal").index(per)


def cap_per(tagged: Tagged, at: int) -> str:
    """What the ceiling at `at` is counted over, as its own piece says it."""
    start = max(tagged.text.rfind(mark, 0, at) for mark in "，；。")
    before = tagged.text[start + 1 : at]
    for per, source in _CAP_PER:
        if re.search(source, before):
            return per
    return "enterprise"


def _caps(tagged: Tagged, amount: Amount) -> tuple[Cap, ...]:
    """The ceilings besides the one that stands in the amount."""
    own, each = getattr(amount, "cap", None), getattr(amount, "each", None)
    out = []
    for i, tag in tagged.within(0, len(tagged.text)):
        if tag.kind != "money" or tag.bound != "le":
            continue
        counted = isinstance(amount, (Rate, Each)) and cap_per(tagged, i) == "principal"
        if (own is not None or counted) and tag.value not in (own, each):
            out.append(Cap(cap_per(tagged, i), tag.value))
    return tuple(dict.fromkeys(out))


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
            ceiling = isinstance(_sum(tagged, *run[0], text), Words)
            return [
                (Words(f"最高{tagged.words(i, i + 1)}") if ceiling and j else _sum(tagged, i, tag, text), None)
                for j, (i, tag) in enumerate(run)
            ]
    if "一定比例" in text:
        return [(Words(tagged.words(0, len(text))), "proportional_grant")]
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
    for (last, _), (i, tag) in pairwise(money):
        if re.fullmatch("(?:、|和|及|以及)?(?:最高)?", text[last + 1 : i]):
            run.append((i, tag))
        elif len(run) > 1:
            break
        else:
            run = [(i, tag)]
    return run


def _sum(tagged: Tagged, at: int, tag: Tag, text: str) -> Amount:
    before = text[max(0, at - 6) : at]
    if tag.bound in ("ge", "gt"):
        return Words(tagged.words(at, at + 1))
    if tag.bound in ("le", "lt") or tag.low is not None or re.search("最高|不超过|限额", before):
        words = tagged.words(at, at + 1)
        if tag.low is None and not re.search("最高|不超过|不高于|上限|以内|以下", words):
            words = f"最高{words}"
        return Words(words)
    return Fixed(tag.value)


# 「省内参展每个展位」, 「装机容量1兆瓦以下的每瓦」
_JUST_GIVEN = pattern("(?:分别|各|一次性|给予|补贴|奖励|补助|资助|奖|补)*<money>")
_EACH_BEFORE = re.compile(
    "每(?:个|件|项|张|台|套)?(?P<unit>(?!家|户|企业|单位|年|月|人|天)[^，每\\d给补奖资]{1,4})(?:补贴|奖励)?$"
)
# 「每增加10亿元，再奖励50万元」
_STEP = re.compile(
    "每(?:\ue001|(?:再)?(?:增加|增长|提高|提升|前进|新增|超过|满|超出|上升|递增)[^，；]{0,12}(?:[\ue001\ue002]|[\\d.]+[^，；\\d]{1,6}))(?:的)?，?[^，；]{0,6}$"
)


def _step_words(around: str) -> str:
    return re.sub("(?:的|，).*$", "", around[around.rindex("每") :])


def _is_ceiling(tagged: Tagged, hit: re.Match[str]) -> bool:
    """Whether a sum a unit only bounds another sum (每千瓦时补贴0.1元，单个项目累计不超过100万元)."""
    at = hit.start("money")
    if tagged.tags[at].bound not in ("le", "lt") or re.search(
        "给予|补贴|补助|奖励|资助", hit.groupdict().get("noun") or ""
    ):
        return False
    return any(tag.kind == "money" and i != at for i, tag in tagged.within(0, at))


def _per_unit(tagged: Tagged, around: str) -> list[tuple[Amount, str | None]]:
    text = tagged.text
    if _STEP.search(tag_text(around)) and (sums := [t for _, t in tagged.within(0, len(text)) if t.kind == "money"]):
        ceiling = next((t.value for t in sums[1:] if t.bound == "le"), None)
        return [(Each(sums[0].value, f"manual:{_step_words(around)}的次数", ceiling), "proportional_grant")]
    units = re.search(
        pattern(
            "每(?:成功)?(?:毕业|新引进|引育|落地|签约|输送|介绍|帮助|完成|安置|推荐|引进|新增|孵化|培育|服务|招用|吸纳|新招用|组织|举办|建设|认定|转化)(?:1|一|<item>|<person>)(?:个|家|名|人|场|项|件|台)?(?P<what>[^，。；]{0,8})"
        ),
        tag_text(around),
    )
    hits = [
        hit
        for source in (_PER, _PER_TAIL, _PER_BARE, _PER_ANY, _PER_THING)
        for hit in source.finditer(text)
        if hit["unit"] not in _PLACES | {"年", "月"} and not _is_ceiling(tagged, hit)
    ]
    before = _EACH_BEFORE.search(around)
    sums = [t for _, t in tagged.within(0, len(text)) if t.kind == "money"]
    if not hits and before and sums and sums[0].low is None and _JUST_GIVEN.match(text):
        ceiling = next((t.value for t in sums[1:] if t.bound == "le"), None)
        run = _run(text, [(j, t) for j, t in tagged.within(0, len(text)) if t.kind == "money"])
        shared = [t.value for _, t in run] if len(run) > 1 else [sums[0].value]
        return [(Each(value, f"manual:{before['unit']}数", ceiling), "proportional_grant") for value in shared]
    if not hits and units:
        ceilings = [t.value for _, t in tagged.within(0, len(text)) if t.kind == "money" and t.bound == "le"]
        sums = [t for _, t in tagged.within(0, len(text)) if t.kind == "money" and t.low is None]
        if sums:
            others = [ceiling for ceiling in ceilings if ceiling != sums[0].value]
            kind = "per_head_grant" if "人" in units.group() or "\ue003" in units.group() else None
            return [(Each(sums[0].value, f"manual:{units['what'] or '人'}数", others[0] if others else None), kind)]
    if not hits:
        return []
    hit = hits[0]
    unit = hit["unit"]
    i = hit.start("money")
    tag = tagged.tags[i]
    run = _run(text, [(j, t) for j, t in tagged.within(0, len(text)) if t.kind == "money"])
    if tag.low is not None:
        return [(Words(tagged.words(max(0, i), hit.end())), "proportional_grant")]
    caps = [
        (cap_rank(cap_per(tagged, j)), t.value)
        for j, t in tagged.within(0, len(text))
        if j != i
        and t.kind == "money"
        and t.bound in ("le", "lt")
        and not re.search("每人|每名|每件|每项|每台|单项|单台|单件|单套", text[text.rfind("，", 0, j) + 1 : j])
    ]
    cap = min(caps, key=lambda pair: pair[0])[1] if caps else None
    whom = re.search("(?:招用|聘用|吸纳|引进)([^，。；的给就]{2,14})", around + text)
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
        if len(run) > 1 and run[0][0] == i:
            return [(Each(t.value, of, cap), "per_head_grant") for _, t in run]
        return [(Each(tag.value, of, cap), "per_head_grant")]
    if len(run) > 1 and run[0][0] == i:
        return [(Each(t.value, f"manual:{unit}数", cap), None) for _, t in run]
    return [(Each(tag.value, f"manual:{unit}数", cap), None)]


_YEAR = "(?:第[一二三四五六\\d](?:[至到—、]第?[一二三四五六\\d])?|首|次|[前后][一二两三四五六\\d]|其后[一二两三四五六\\d]|第[一二三四五六\\d]至[一二三四五六\\d])个?年"
_IN_YEAR = re.compile(
    f"(?P<year>{_YEAR})(?:内|度|起)?(?P<words>(?:(?!{_YEAR})[^；。%])*?)(?P<share>\\d+(?:\\.\\d+)?%|全额|全部|减半)"
)
_YEARS_EACH = re.compile(
    f"(?P<years>{_YEAR}(?:(?:、|和|及){_YEAR})+)[^；。%]*?分别[^；。%]*?(?P<shares>\\d+(?:\\.\\d+)?%(?:(?:、|和|及)\\d+(?:\\.\\d+)?%)+)"
)


def shares_by_year(before: str, words: str) -> tuple[float, ...]:
    """The share of each year in order (前三年按80%、后两年按50%; 第一年、第二年分别按100%、50%); empty where the words
    of giving and those `before` them name no two shares of years.
    """
    tail = re.search(f"{_YEAR}(?:内|度)?[^；。%，]{{0,16}}$", before)
    text = f"{tail.group()}{words}" if tail else words
    whole = f"{before}，{words}"
    if (each := _YEARS_EACH.search(whole)) and re.search("%", each["shares"]):
        years = re.findall(_YEAR, each["years"])
        shares = re.findall("[\\d.]+(?=%)", each["shares"])
        if len(years) == len(shares):
            return tuple(round(float(share) / 100, 6) for share in shares)
    out: list[float] = []
    for hit in _IN_YEAR.finditer(text):
        share = {"全额": 1.0, "全部": 1.0, "减半": 0.5}.get(hit["share"]) or float(hit["share"].rstrip("%")) / 100
        out += [round(share, 6)] * _how_many_years(hit["year"])
    return tuple(out) if len(set(out)) > 1 and len(out) <= 12 else ()


def _how_many_years(words: str) -> int:
    """How many years 前三年, 第四至五年 or 首年 are."""
    digits = re.findall("[一二两三四五六]|\\d", words)
    figures = [int(digit) if digit.isdigit() else int(parse_chinese_number(digit) or 1) for digit in digits]
    if re.match("前|后|其后", words):
        return figures[0]
    return figures[-1] - figures[0] + 1 if len(figures) > 1 else 1


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


_YEARS_SAID = re.compile(
    "(?:连续|前|每年，?连续)(?P<n>[一二两三四五六\\d])(?:个)?(?:年|会计年度|年度)(?:内)?(?:，|每年|给予|按|可)*$"
)


def _months_said(around: str) -> int | None:
    """For how long the words before say that it is given (前三年, 自认定次年起连续3年)."""
    hit = _YEARS_SAID.search(around)
    if hit is None:
        return None
    return 12 * (int(hit["n"]) if hit["n"].isdigit() else int(parse_chinese_number(hit["n"]) or 0)) or None


def _discretion(words: str) -> str | None:
    hit = re.search("可(?:以|按|给予|再|申请)|择优|原则上|视财力", words)
    return hit.group().removesuffix("按") if hit else None


def _payment(words: str) -> str | None:
    hit = re.search(
        "先征后[返退]|即征即退|先缴后补|分(?:[一二三两]|\\d)?[期年次](?:拨付|兑现|发放)|后补助|先建后补|以奖代补", words
    )
    return hit.group() if hit else None
