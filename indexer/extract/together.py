"""Ceilings on all that one enterprise gets of a policy or a part of it (同一企业年度累计奖励不超过500万元), told once for all.

What bounds one project or one kind of award (单个项目最高…, 租金补贴每年累计…) is none: only words that name no matter are read.
"""

from __future__ import annotations

import re

from corpus.model import Cap
from corpus.quantity import find_quantities

_WHO = (
    "(?:对)?(?:同一家?|单个|单家|单户|每一?[家个户]|一家|任一|[单各])(?:申报|符合条件的?|获支持的?|受支持的?|享受(?:政策|支持)的?)?"
    "(?:企业|单位|(?:市场|经营|申报|法人|奖补)?主体|机构|法人)(?:、(?:社会组织|机构|单位))*"
)
_DOCUMENT = "本(?:政策|办法|措施|意见|细则|规定|实施细则|实施办法|实施意见|若干措施|若干政策|通知|方案)"
_SEVERAL = "上述|以上|前述|各项|各类|各种|多项|所有|全部|本条|本章|本节"
_YEAR = "(?:同一|单个|每个?|一个|任一)?(?:自然|会计|财政)?年度|每年|全年|当年|同一年|一年|单年"
_SUM = "累计|合计|总额|总计|总和|总金额|总量"
_GIVEN = "奖励|奖补|奖助|补助|补贴|扶持|支持|资助|激励|优惠|奖金|资金"
_SAYS = "年?内|之内|期间|享受|获得|取得|获|申请|申报|兑现|拨付|给予|可|能|应|金额|额度|额|数额|政策|措施|条款|专项|财政|市级|区级|县级|的|和|与|及|、|，|在|中|项|条|款"
_BOUND = (
    "原则上|最高|最多|不得?|不超过|不得超过|不高于|不能超过|超过|高于|限额|上限|限|为|封顶|控制在|以内|不大于|达到?|至"
)
_PLAIN = re.compile(f"(?:{_WHO}|{_DOCUMENT}|{_SEVERAL}|{_YEAR}|{_SUM}|{_GIVEN}|{_SAYS}|{_BOUND}|元|人民币)+")
_BOUNDED = re.compile("最高|最多|不得?超过|不高于|不能超过|限额|上限|封顶|控制在|以内|不大于")
# What opens the ceiling again for some: then it is none.
_OPENED = re.compile("除外|另行|一事一议|不受|不在此限|不计入|突破|放宽|提高|可以?超过|特别(?:重大|优秀)|上浮")
_NUMBERED = re.compile(
    "^(?:第[一二三四五六七八九十]+[条款]|[（(][一二三四五六七八九十\\d]+[）)]|[一二三四五六七八九十\\d]+[、.．])"
)
_WHOLE = re.compile(_DOCUMENT)


def ceiling_of_all(sentence: str) -> Cap | None:
    """The ceiling that a sentence puts on all that one enterprise gets; None where it says anything else, or that it may be passed."""
    text = _NUMBERED.sub("", sentence)
    sums = [found for found in find_quantities(text) if found.unit == "yuan"]
    if len(sums) != 1 or sums[0].high is not None or _OPENED.search(text):
        return None
    end = text.find("，", sums[0].end)
    said = text[: sums[0].start] + text[sums[0].end : end if end >= 0 else len(text)]
    if not (_PLAIN.fullmatch(said) and _BOUNDED.search(said) and re.search(_GIVEN, said)):
        return None
    in_all = re.search(_SUM, said)
    whose = re.search(_WHO, said)
    several = re.search(f"{_DOCUMENT}|{_SEVERAL}", said)
    # A sum for a policy that names no enterprise may be what the office spends on all of them.
    if not ((in_all and (whose or (several and re.search("各项|多项|各类", said)))) or (whose and several)):
        return None
    per = "year" if re.search(_YEAR, said) else "total" if in_all else "enterprise"
    return Cap(per, sums[0].value, text[:24])


def of_whole_document(sentence: str) -> bool:
    """Whether such a ceiling is on all that its document gives, wherever it stands."""
    return _WHOLE.search(sentence) is not None
