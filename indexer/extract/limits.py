"""Words that only bound what was given before them: the most, for how long, over what, and what holds afterwards."""

from __future__ import annotations

import re

from indexer.extract.giving import bare
from indexer.extract.tokens import Tagged, pattern

_FIGURE = "(?:<money>|<share>)"
_LIMIT = pattern(
    f"^(?:其中，?(?:由)?(?:中央|国家|省|市|区|县|镇)(?:级|本级)?(?:财政)?(?:奖励|补贴|补助|配套|承担|负担|资助)|且|但|并|连续|实施时长|(?:定额|补贴|补助|奖励|支持|具体|奖补)?标准(?:为|是|按)|补贴期|(?:政府|财政|市级|区级|县级)?(?:奖补|扶持|贴补|补偿|激励|配套)(?:资金|金额|额度|额)?(?:总额|总计|合计|累计)?(?=<money>)|以(?=<money>)|(?:奖补|扶持|贴补|补偿|激励)(?:资金|金额|额度|额|费用)?(?:总额|总计|合计|累计|每年|年度)|每[轮次期季月场届批笔](?!奖|补)|每年|年度|同一|对?单个|对?单家|单项|单户|单台|单笔|每家|每个|每户|每项|每人|每团|每名|每[件台套场次份部集间吨亩](?!奖|补|给|资)|最高|最多|总额|累计|合计|全年|不超过|封顶|年|奖励|补贴|补助|支持|贴息|资金|其中单|单体|总金额|总额|资助|给予|原则上|一般|当年|单次|最长|期限|一个)[^，]*(?:{_FIGURE}|<year>|<month>|<person>|<item>|<area>)[^，]*$"
)
# What is counted, and no more of it (计算补贴的贷款本金最高不超过1000万元, 租金计算面积不超过1000平方米).
_COUNTED_LIMIT = pattern(
    "^[^，]*(?:累积|累计|合并|另行)计算(?:奖励|补助|补贴)?$|^(?:用于|可)?(?:计算|纳入|计入|作为)[^，]{0,12}(?:补贴|补助|贴息|奖励|范围|基数|规模|计算)的?[^，]{0,10}(?:不超过|最高|不高于|<money>)[^，]*$"
    "|^[^，]{0,10}计算(?:面积|基数|金额)[^，]*$|^[^，]{2,10}最高(?:不超过)?按[^，]{0,8}<money>计算$"
)
_BARE_LIMIT = pattern("^(?:且|但)?(?:<money>(?:人民币)?|<year>|<month>)$")
_TERM = re.compile("^(?:补贴|补助|贴息|支持|优惠|奖励|减免|执行|政策|享受)?(?:执行)?(?:期限|时间|年限|期)")
# What holds while, or once, something is put off (缓缴期间免收滞纳金, 缓缴期满后足额补缴) goes with the putting off.
_AFTER_TERM = re.compile(
    "^(?:在)?(?:此期间|(?:缓缴|补缴|延期|缓征|延长|减免)(?:的)?(?:期限|期间?|时间)?(?:满|内|届满|结束)?(?:后|之?日|内|期间)?)(?:，|由|企业|免收|免征|不征收|不收取|不加收|应|须|足额|$)"
)


# 「其中专精特新企业上限提高至150万元」 is an award of its own for some.
_RAISED_CAP = re.compile("[^，]{4,}(?:上限|限额|比例|标准|最高额度?)(?:可)?(?:提高|上浮|放宽|上调|提升)(?:到|至|为)")


# 「每引进一个最高奖励100万元」, after a share
_EACH_MOST = pattern("每[^，给补奖资\ue001\ue002]{2,12}(?P<money><money>)$")


def is_limit(tagged: Tagged) -> bool:
    """Whether a piece only bounds the award before it (单个企业最高60万元, 期限不超过2年)."""
    text = bare(tagged.text)
    if _AFTER_TERM.match(text):
        return True
    if _RAISED_CAP.search(text):
        return False
    if (per := _EACH_MOST.match(text)) and tagged.tags[per.start("money")].bound == "le":
        return True
    return bool(
        _LIMIT.match(text) or _COUNTED_LIMIT.match(text) or _BARE_LIMIT.match(text) or _TERM.match(text)
    ) and not re.search(
        "的$|^对(?!单)|^并?(?:根据|按照?|对)[^，]*(?:给予|予以)[^，]*(?:奖励|补助|补贴|资助|支持)", text
    )


def is_after_term(text: str) -> bool:
    """Whether a sentence only says what holds while, or once, something is put off."""
    return bool(_AFTER_TERM.match(text))
