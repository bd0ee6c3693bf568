"""Listings: on which market, and the steps towards it, each of which is an event of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model import Condition
from indexer.extract import lexicon
from indexer.extract.atoms import Atom
from indexer.extract.tokens import Tagged

_MARKET = (
    "境内外?|境外|国内外|海外|香港|港交所|联交所|纽约|纽交所|纳斯达克|伦敦|新加坡|沪深北?|沪、深、北|沪深港|上海|深圳|北京|上交所|深交所|北交所|证券交易所|交易所|"
    "主板|科创板|创业板|A股|H股|新三板|全国中小企业股份转让系统|全国股转系统|精选层|创新层|基础层|区域性股权(?:交易)?市场|四板|股权(?:托管)?交易|股交中心|资本市场"
)
# What is only wished or planned, and what is sold, is not listed.
_NOT_LISTED = "(?<!拟)(?<!计划)(?<!准备)(?<!争取)(?<!支持)(?<!推动)(?<!非)"
_LISTED = "(?:成功)?(?:上市|挂牌)(?!申请|辅导|后备|培育|申报|前|同意函|受理|函|审核|材料|公司|销售|许可|的?(?:药|产品|品种|新药|器械))"
_ON_A_MARKET = re.compile(
    f"(?:首次|成功|获准)?{_NOT_LISTED}(?:在|于)(?P<where>[“”（）、和或及以\\w]{{0,24}}?(?:{_MARKET}|“[^”]{{2,8}}板?”)(?:[“”（）、和或及等与\\w]{{0,16}}?))(?:首次公开发行(?:股票)?(?:并)?|首发|IPO)?{_LISTED}"
)
_STEP = re.compile(
    "(?:完成|实施|启动并完成)(?:股份制?改[造制]|股改)(?![^，。；]{0,4}(?:咨询|培训))|(?:整体)?(?:变更|改制|改造)(?:设立)?为股份(?:有限)?公司"
    "|(?:在[^，。；、的]{2,10})?(?:完成|取得|获得|通过|进入|办理)[^，。；、的]{0,14}?辅导(?:备案(?:登记)?|验收(?:报告)?)"
    "|(?:首发|首次公开发行|IPO)?(?:上市|挂牌)?(?:申请|申报)(?:材料|文件)?(?P<by>(?:被|获|经|得到)[^，。；的]{0,26}?)(?:正式)?受理"
    "|(?:向[^，。；、的]{2,16})?(?:提交|递交|报送)[^，。；、的]{0,10}(?:上市|发行|挂牌)(?:申请|申报)?(?:材料|文件)?并?(?:获|被|得到)(?:正式)?受理"
    "|(?:通过|获得?)[^，。；的]{0,12}(?:证监会|发审委|上市委|交易所)[^，。；的]{0,8}(?:审核|审议|注册|核准|过会)(?:通过)?|(?:成功|实现)?(?:借壳|买壳)上市"
)
# 按辅导备案、申报受理、成功上市三个阶段: the steps by their bare names.
_BARE_STEP = re.compile(
    "(?:股份制改造|完成股改|上市辅导备案|辅导备案|辅导验收|申报受理|上市申报受理|过会|审核通过|成功上市|首发上市|成功挂牌)"
)


def find_listings(tagged: Tagged) -> Iterator[Atom]:
    """Listings and the steps towards one."""
    text = tagged.text
    for hit in _STEP.finditer(text):
        start, end = _whole_step(text, hit.start(), hit.end())
        words = tagged.words(start, end)
        yield Atom(start, end, Condition("event", "has", lexicon.squeeze(words), text=words), "listing")
    if hit_alone := _BARE_STEP.fullmatch(text):
        yield Atom(0, hit_alone.end(), Condition("event", "has", text, text=text), "listing")
    for hit in _ON_A_MARKET.finditer(text):
        words = tagged.words(hit.start(), hit.end())
        yield Atom(hit.start(), hit.end(), Condition("event", "has", market_name(words), text=words), "event")


# 在券商辅导下完成股改, 获得证监局辅导备案验收报告, 完成股份制改造和股份公司注册登记: how, what paper, what else.
_BEFORE_STEP = re.compile("(?:在|经)[^，。；、的]{2,16}(?:下|后)?$|(?:首发|再融资|首次公开发行)(?:上市)?$")
_AFTER_STEP = re.compile(
    "(?:验收)?(?:报告|受理函|受理通知书?|登记(?:确认)?|批复|批文|通知书|无异议函|回执)|和(?:股份(?:有限)?公司)?(?:注册|变更|工商)?登记"
)


def _whole_step(text: str, start: int, end: int) -> tuple[int, int]:
    """A step with the words that say how it was taken, and what came of it."""
    before, after = _BEFORE_STEP.search(text, max(0, start - 20), start), _AFTER_STEP.match(text, end)
    return before.start() if before else start, after.end() if after else end


def market_name(words: str) -> str:
    """A listing as events are named: 基础层 and 创新层 are layers of 新三板 and of nothing else."""
    name = re.sub("全国中小企业股份转让系统(?:（[^）]*）)?|全国股转系统", "新三板", words).replace("调层后", "调层")
    name = re.sub("(?<!新三板)(?=基础层|创新层)", "新三板", lexicon.squeeze(name))
    return re.sub("首次公开发行(?:股票)?并?上市", "首发上市", name)
