"""Sentences that give nothing of their own: ceilings of what was given before them, its later years, how it is paid out."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import Cap, Each, Fixed, Rate, Tiers, Words
from indexer.extract.caps import cap_per, cap_rank
from indexer.extract.passage import Sentence, pieces
from indexer.extract.tiers import Draft, with_cap
from indexer.extract.titles import tag

_WHAT = "(?:补助|补贴|奖励|资助|支持|贴息|返还|奖补|扶持|激励|补偿|担保费|资金|费用)"
_MOST = "(?:最高|最多|不超过|不高于|不得超过|限额|上限|封顶|控制在|以内)"
# A ceiling a piece: on what, or on how much in all, and the most that it may be.
_CEILING = re.compile(
    f"^(?:其中|但|且|原则上|对|若|与|含){{0,2}}(?:(?:单|每|同一|各|一)(?:个|家|户|笔|项|次|场|台|套|件|轮|批|名|位|处|类|年|人|届|期|企业|单位|机构|项目|主体)?|年度|全年|当年|当期|累计|合计|总额|总计|最高|最多|不超过|不高于|[一二三两\\d]年(?:内)?(?:累计|合计|总)|(?:申报)?(?:企业|单位|机构)(?:每年|年度|全年|累计|单年|合计)"
    f"|纳入[^，。的]{{2,8}}的|第[\\d一二三四五六七八九十—-]+年(?:累计|合计)|(?:具体|年度|最高|支持|项目|实际|资金|企业|财政|贷款)*{_WHAT}+(?:总)?(?:金额|总额|额度|额|资金|标准|上限)?(?:累计|合计|每年|年度|原则上)*(?={_MOST}))[^，。；：]*$"
)
# What a ceiling's words never have: somebody else's condition, a giving of its own, a list shared out.
_OWN = re.compile(
    "对(?!单|每|同一)|的(?!补|奖|资|支|扶|贴|金|额|总|上限|最高|利息|企业|返|贷|不超|年度|累计|展|项目|单)|分别|给予(?!.{0,8}(?:最高|不超过|不高于))|其余|另外|增加(?!.{0,4}值)|再"
)
# It bounds what is counted, and not what is given.
_COUNTED = re.compile(
    "纳入计算|计算规模|计入|作为[^，]{0,6}基数|贷款(?:额度|本金|规模|余额|金额)?(?:总额)?(?:不超过|最高)|贷款本金"
)
# A sum of its own is bounded only by what is given in all.
_IN_ALL = re.compile("总额|累计|合计|总计|年度|每年|全年|当年|同一|之和|总金额|总量")
# What the office spends on all together.
_OF_ALL = re.compile("(?:年度|全年|每年)?(?:专项|奖补|扶持|支持|奖励|补助)?资金(?:总额|总量|总规模|规模)")
# 「补助上限：单户500万元」
_LABEL = re.compile(f"(?:最高)?{_WHAT}?(?:金额|额度|资金|标准)?(?:上限|限额|封顶线?|最高额度?)")
# 「成套设备、单台设备奖励分别不超过500万元、300万元」: a ceiling a kind, of no field.
_EACH_KIND = re.compile(
    "^(?!.*(?:给予|予以|对|的企业))[^，。]{2,30}分别(?:最高)?(?:不超过|不高于|最高)[^，。]*元[^，。]*$"
)
_TERM = re.compile(
    "^(?:补贴|补助|贴息|支持|奖励|政策|资助|优惠|享受)*(?:期限?|年限|时间|周期)(?:最长|不超过|为|一般)|^(?:最长|连续)[^，]*[年月]$|^超过部分|^(?:具体|不足)"
)


def ceilings_of(sentence: Sentence) -> tuple[Cap, ...] | None:
    """The ceilings that a sentence puts on what was given before it (每家机构每年最高不超过200万元), without those that
    bound one kind or the budget; None where it does more than that.
    """
    out: list[Cap] = []
    labelled = False
    if _EACH_KIND.search(sentence.text):
        return ()
    for part in pieces(sentence, _marks(sentence.text)):
        tagged = tag(part.text, part.start)
        sums = [(at, found) for at, found in sorted(tagged.tags.items()) if found.kind == "money"]
        shares = any(found.kind == "share" for found in tagged.tags.values())
        if not sums and not shares and (_TERM.search(part.text) or _LABEL.fullmatch(part.text)):
            labelled = labelled or bool(_LABEL.fullmatch(part.text))
            continue
        kind = out and sums and sums[0][1].bound == "le" and not re.search("给予|予以|对|的", part.text)
        if kind and len(sums) == 1 and not _CEILING.match(part.text):
            return ()  # each for one kind of what was given
        if not _CEILING.match(part.text) or _OWN.search(part.text) or len(sums) != 1 or shares:
            return None
        at, found = sums[0]
        if found.low is not None or not (labelled or found.bound in ("le", "lt") or re.search(_MOST, part.text)):
            return None
        if _OF_ALL.match(part.text):
            continue
        per = "principal" if _COUNTED.search(part.text) else cap_per(tagged, at)
        out.append(Cap(per, found.value))
    return tuple(out)


def _marks(text: str) -> str:
    """The marks to cut at: 、 too where it stands between ceilings (单家企业最高20万元、单个项目最高5万元)."""
    return "，；：、" if re.search("元[^、，]{0,4}、[^、，]*元", text) else "，；："


def bounded(draft: Draft, caps: tuple[Cap, ...], words: str) -> Draft:
    """`draft` with the ceilings `caps`, told in `words`: the enterprise's in its amount where it has none, the others beside it."""
    benefit = draft.benefit
    if benefit is None or benefit.amount is None:
        return draft
    amount, more = benefit.amount, list(caps)
    if isinstance(amount, Words) and not re.search("\\d", amount.text):
        return replace(
            draft, benefit=replace(benefit, amount=Words(f"{amount.text}，{words}"), text=f"{benefit.text}，{words}")
        )
    if isinstance(amount, (Rate, Each)) and amount.cap is None:
        paid = sorted((cap for cap in caps if cap.per != "principal"), key=lambda cap: cap_rank(cap.per))
        if paid:
            amount = replace(amount, cap=paid[0].amount)
            more.remove(paid[0])
    if isinstance(amount, Tiers) and _of_shares(amount):
        paid = sorted((cap for cap in caps if cap.per != "principal"), key=lambda cap: cap_rank(cap.per))
        free = all(getattr(tier.amount, "cap", None) is None for tier in amount.tiers)
        if paid and free:
            amount = Tiers(tuple(replace(tier, amount=with_cap(tier.amount, paid[0].amount)) for tier in amount.tiers))
            more.remove(paid[0])
    own = getattr(amount, "cap", None)
    kept = (
        *benefit.caps,
        *(cap for cap in more if cap not in benefit.caps and (cap.amount != own or cap.per == "principal")),
    )
    yearly = (
        "yearly"
        if re.search("每年|年度", words) and benefit.frequency is None and more != list(caps)
        else benefit.frequency
    )
    return replace(
        draft, benefit=replace(benefit, amount=amount, caps=kept, frequency=yearly, text=f"{benefit.text}，{words}")
    )


# A ceiling in a piece of its own, behind the last of several givings.
_OWN_PIECE = re.compile("，(?:且|但|并)?(?:单|每[家个户]|同一|最高|最多|总额|累计|合计|全年|年度)[^，]*元[^，]*$")


def share_ceiling(drafts: list[Draft], since: int) -> list[Draft]:
    """`drafts` in which those from the place `since` on have the ceiling that the last of them names in a piece of its own
    (A每件3000元，B每件2万元，单个企业全年不超过30万元), where all are of one base and no other has one.
    """
    chain = [draft for draft in drafts if draft.start >= since]
    amounts = [draft.benefit.amount for draft in chain if draft.benefit]
    last = amounts[-1] if amounts else None
    if len(chain) < 2 or len(amounts) != len(chain) or not isinstance(last, (Rate, Each)) or last.cap is None:
        return drafts
    told = chain[-1].benefit
    if told is None or not _OWN_PIECE.search(told.text or ""):
        return drafts
    for amount in amounts[:-1]:
        if type(amount) is not type(last) or getattr(amount, "of", "") != last.of or getattr(amount, "cap", None):
            return drafts
    first = len(drafts) - len(chain)
    return [
        *drafts[:first],
        *(
            replace(draft, benefit=replace(draft.benefit, amount=with_cap(draft.benefit.amount, last.cap)))
            if draft.benefit and draft.benefit.amount
            else draft
            for draft in chain
        ),
    ]


def may_bound(draft: Draft, words: str) -> bool:
    """Whether ceilings told in `words` can be those of `draft`: of a share or a price, or of several sums in all."""
    amount = draft.benefit.amount if draft.benefit else None
    if isinstance(amount, (Fixed, Tiers)) or (isinstance(amount, Words) and re.search("\\d", amount.text)):
        return bool(_IN_ALL.search(words)) or (isinstance(amount, Tiers) and _of_shares(amount))
    return amount is not None


def _of_shares(tiers: Tiers) -> bool:
    """Whether the tiers are shares or prices, which a ceiling bounds one by one."""
    return all(isinstance(tier.amount, (Rate, Each)) for tier in tiers.tiers)


_LATER = re.compile(
    "^(?:自|从)?(?:第[二三四五六2-6](?:[、至到—和][^，]{1,4})?年|次年|后[一二两三四五\\d]年|之后|其后|以后(?:各|每|年)|余下|剩余[^，]{0,4}年)"
)
# A later year under a condition of its own is a giving of its own, unless it is only how the project was judged.
_CASE = re.compile(
    "^[^，]{2,}再(?:次)?(?:给予|奖励)|^(?![^，]*(?:考核|评估|评价|绩效|验收)).*?的，|^[^，]*的(?:企业|单位|项目)"
)
_EARLIER = re.compile("第[一1]年|首年|[一二两三四五]年内|前[一二两三四五\\d]年|当年|首次|首笔")
# 「立项后先期拨付50%，验收通过后拨付剩余20%」: how what is given is paid out.
_PAID_OUT = re.compile(
    "(?:拨付|支付|兑现|兑付|发放|拨款|拨给)(?:剩余|其余|余下|至)?[^，。；元]{0,14}?\\d+(?:\\.\\d+)?%|\\d+(?:\\.\\d+)?%[^，。；元]{0,12}(?:拨付|支付|兑现|兑付)|(?:首笔|首期|首次|首批|先期|前期|预)(?:拨付?|支付|资助|补助|支持)?[^，。；]{0,12}(?:总额|资金|金额)的\\d+(?:\\.\\d+)?%|(?:补助|补贴|奖励|资助|支持)(?:资金)?总额(?:的)?\\d+%、|按照?(?:\\d+%、)+\\d+%的比例"
)
_FIRST_PART = re.compile(
    "先期|首笔|首期|首批|第一批|第一笔|第一期|首次拨付|预拨|前期|剩余|其余|余下|尾款|立项(?:后|时)|验收|中期|阶段|[两二三四五]年内?按照?|分[两二三四\\d][批期次年]|按比例分"
)


_GIVEN_FIRST = re.compile(
    "%[^，；]*(?:给予|予以|补助|补贴|奖励|资助)|(?:给予|予以|补助|补贴|奖励|资助)[^，；]*\\d(?:%|[亿万]?元)"
)


# 「第一年支持金额不超过500万元」, once it was said how much in all
_FIRST_YEAR_MOST = re.compile(
    "(?:第[一1]年|首年)(?:给予|支持|补助|补贴|奖励|资助)?(?:金额|资金|额度?)?(?:最高)?(?:不超过|不高于)[\\d.]+[亿万]?元[^，；对]{0,8}$"
)


def later_years(text: str, before: str) -> bool:
    """Whether words tell the later years of what those `before` them give, or all its years in a sentence of their own."""
    if _FIRST_YEAR_MOST.match(text):
        return bool(re.search("\\d", before))
    if re.match("第[一1]年|首年", text) and re.search("第[二三2-3]年?|次年|后[一二两\\d]年", text):
        return bool(re.search("\\d", before))
    return bool(_LATER.match(text) and _EARLIER.search(before)) and not _CASE.search(text)


def pays_out(text: str) -> bool:
    """Whether words only say in which parts something is paid."""
    hit = _PAID_OUT.search(text)
    if hit is None or "%" not in text or _FIRST_PART.search(text) is None:
        return False
    return not re.search("给予[^，]*[\\d]+(?:亿|万)?元", text) and not _GIVEN_FIRST.search(text[: hit.start()])


def continued(draft: Draft, sentence: Sentence, *, amount: bool) -> Draft:
    """`draft` with the words of `sentence`, which go on telling what it gives; `amount`: how much, too."""
    benefit = draft.benefit
    if benefit is None:
        return draft
    words = f"{benefit.text}，{sentence.text}"
    told = Words(words) if amount and isinstance(benefit.amount, (Words, Fixed)) else benefit.amount
    return replace(draft, end=sentence.end, benefit=replace(benefit, amount=told, text=words))
