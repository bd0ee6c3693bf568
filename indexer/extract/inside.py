"""Who gets it, where the words of giving say so themselves (给予首次上规的工业企业10万元, 免征小型微利企业的房产税)."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import Benefit, Cut, Rate
from indexer.extract.grant import Grant
from indexer.extract.passage import Part, Passage

_FIRM = "(?:企业(?!所得税|年金|家)|公司|机构|单位|工商户|个体户|合作社|社会组织|主体|纳税人|事务所|旅行社)"
# Words of who that say nothing of their own.
_ANYBODY = "(?:企业|单位|机构|公司|用人|主体|该|每|所在|相应|其|上述|以上|相关|本|新|经营|研制|申报|申请|获奖|建设|运营|项目|引进|招用|实施|承担|中标|出租|投资|资金|一次性|最高|不超过|总额|适当|符合条件的?(?:企业|单位|机构)|全部|部分|其他)"
_HOW_MUCH = "(?=不低于|不高于|不超过|最高|最多|总额|一次性|每[年家户]|各|按|\\d|的?(?:报价|价格|评审)(?:扣除|优惠))"
_WHO = f"(?!{_ANYBODY})[^，；\\d]{{0,50}}?{_FIRM}"
_INSIDE = re.compile(
    "(?:减免|免征|减征|返还|退还)(?P<who>[^，]{2,60}(?:纳税人|企业|工商户|机构))的(?=[^，]{0,12}(?:税|费|金))"
    f"|给予(?:每家|每户|每个|单个)?(?P<given>{_WHO}){_HOW_MUCH}"
    f"|(?:免征|免收|免除|减免|减征|减收|缓缴|返还|退还|减半收取|减半征收|免缴)(?P<payer>(?!{_ANYBODY})[^，；\\d]{{0,30}}?{_FIRM}(?:(?:、|和|及|与)[^，；\\d、和及与的应向]{{1,14}}?{_FIRM})*)(?=[^，]{{0,30}}(?:税|费|金|租))"
)
# The verb alone, and whom it is for right after it (奖励首次上规的工业企业10万元).
_AWARDED = re.compile(
    f"(?:可|将|再|分别|直接)*(?:奖励|补助|补贴|奖补|资助|发放给|奖给|补助给)(?P<awarded>{_WHO}){_HOW_MUCH}"
)


def who_inside(grant: Grant, passage: Passage) -> Part | None:
    """Who gets it, where the words of giving say so themselves (减免小规模纳税人的资源税…)."""
    hit = _AWARDED.match(passage.text, grant.start, grant.end) or _INSIDE.search(passage.text, grant.start, grant.end)
    if hit is None:
        return None
    name = hit.lastgroup or ""
    return Part(hit.start(name), hit.end(name), hit[name])


# 「为小微企业减免租金」, 「向个体工商户发放补贴」: the dative of whom the giving itself is for.
_DATIVE = re.compile(f"(?:为|向|面向|给|将)(?P<who>[^，对]{{0,40}}?{_FIRM})(?:发放|提供|参与[^，]{{2,20}}享受)?的?")


def given_to(who: list[Part]) -> list[Part]:
    """The words of who without the preposition of a payee that stands alone in them."""
    hit = _DATIVE.fullmatch(who[0].text) if len(who) == 1 else None
    if hit is None:
        return who
    return [Part(who[0].start + hit.start("who"), who[0].start + hit.end("who"), hit["who"])]


_PAID_BY = re.compile(
    "(?P<who>[^，的]{0,8}?(?:中小微企业|中小企业|小微企业|民营企业|个体工商户|小规模纳税人|大型企业))(?:的|应缴的?|应缴纳的)?(?P<what>[^，]{0,20}(?:费|税|金|租|款|利?息))"
)


def payer_of(benefit: Benefit) -> tuple[str, Benefit]:
    """Whose cost it is that a benefit bears (中小微企业地方水利建设基金按90%收取), and the benefit with the cost alone; empty
    where the base names nobody.
    """
    amount = benefit.amount
    hit = _PAID_BY.fullmatch(amount.of.removeprefix("manual:")) if isinstance(amount, (Rate, Cut)) else None
    if hit is None or not isinstance(amount, (Rate, Cut)):
        return "", benefit
    return hit["who"], replace(benefit, amount=replace(amount, of=f"manual:{hit['what']}"))


# How many, or how much, of one payee (每家小微企业…不超过, 单个专利池): it says who that is.
_EACH_OF = re.compile(
    "(?:每家|每户|每个|单个|单家|单户)(?P<who>(?!企业|单位|机构|主体|项目|申报|平台|园区|基地|产品|品种|展位|标准|展会|活动|法人)[^，、；。年\\d按给可最补]{2,12}?(?:企业|机构|中心|平台|专利池|孵化器|空间|基地|园区|银行|公司|事务所|研究院|合作社|工作室|载体|书店|集群|旅行社)|专利池|孵化器|众创空间|研究院|实验室|书店)(?=及|每年|年度|当年|当期|按|给予|可|最高|不超过|补|奖|支持|资助|累计|，|的)"
)


def each_of(grant: Grant, passage: Passage) -> Part | None:
    """The payee that the words of an award name by counting it; None where they name none, or more than one sort."""
    begin = min([grant.start, *(part.start for part in grant.who)])
    hits = list(_EACH_OF.finditer(passage.text, begin, grant.end))
    if len(hits) != 1:
        return None
    return Part(hits[0].start("who"), hits[0].end("who"), hits[0]["who"])
