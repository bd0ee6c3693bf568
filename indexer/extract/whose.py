"""Whose a figure is and what it counts: not every figure beside a field's words is the enterprise's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.extract.tokens import Tag, Tagged, pattern

# A figure by the acre or the head, one yet to come, or one of another sort or of another party is not the enterprise's own.
_NOT_OWN = re.compile(
    "(?:亩均|人均|户均|地均|每亩|单位|新增|海外|境外|省外|线上|跨境电商|服务|软件|实用新型|外观设计|[I一二ⅠⅡ]+类|新?(?:招用|招录|招聘|录用|聘用|吸纳)(?:就业|用工)?|选派|派出)$"
    "|(?:预计|计划|承诺|力争|目标|母公司|控股股东|股东|集团(?:公司)?|合并(?:报表)?(?:范围)?|(?:落户|投产|达产|落地|入驻|注册)后)[^，。；、]{0,10}$"
)
_OTHERS = re.compile("(?:被投|引进|所投|受让|担保|入驻|租户|服务)[^，]{0,4}(?:企业|方|项目)[^，]{0,6}$")
# What grows is another fact than what is there.
_GROWTH = re.compile("同比|增长|增速|增幅|增量|增加")
_GROWING = ("revenue", "tax_paid", "rd_spend", "profit", "patents")
# 以前三年最高值为基数，增长10%的: not the growth over the year before.
_FROM_A_BASE = re.compile("以[^，。；]{2,40}为(?:基数|基准|基期)")
# What was got in a year is no stock of it (当年获得授权发明专利3件以上); what is in force is, whatever day is named.
_GOT = re.compile(
    "(?:获得?|取得|新增|新获|新授权|申请|申报|受理|转化|购买|受让|引进|当年|年度|年内|[近前每]\\ue004|期间)的?(?:国[内外]|国家|I类)?$"
)
# 缴纳社会保险的职工5人以上: who is insured is counted apart from the staff, but where layoffs are counted of the insured.
_INSURED = re.compile("(?:参保|社保|社会保险|养老保险|五险)[^，。；]{0,6}$")
_LAYOFFS = re.compile("裁员|稳岗|失业保险")
# 最高不超过1000平方米: as far as is paid for; 超过500万元的部分: what is paid for.
_AT_MOST = re.compile("最高|最多|上限|限额")
_PART = re.compile("的?部分")
# The sum of some years by the sum of them is neither each year's share nor their mean.
_OF_THE_WHOLE = re.compile("(?:总额|总和|合计|累计)占")
_SUM_OF_YEARS = pattern("(?:近|最近|前)(?:<year>|[一二两三]个会计年度)[^，。；]*(?:总额|总和|合计|累计)$")


def not_its_own(
    field: str, tagged: Tagged, hit: re.Match[str], start: int, tags: Sequence[Tag], period: str | None, said: str
) -> bool:
    """Whether the figure that `hit` names is another party's, another year's, or another thing than `field` means.

    `start` is where the words of its period begin in the tagged text, `tags` are its figures, `said` stands before the piece.
    """
    text, words = tagged.text, hit["words"]
    before, beside = text[:start], text[: hit.start()]
    if (
        _NOT_OWN.search(before)
        or _NOT_OWN.search(beside)
        or _OTHERS.search(text[max(0, start - 6) : hit.start()] + words)
    ):
        return True
    if any(tag.bound == "le" and _AT_MOST.match(tag.text) for tag in tags) or _PART.match(text, hit.end()):
        return True
    match field:
        case "patents" | "invention_patents" if not words.startswith(("有效", "拥有")):
            return start < hit.start() or _GOT.search(before) is not None
        case "employees":
            return _INSURED.search(before + words) is not None and not _LAYOFFS.search(said + text)
        case "rd_ratio":
            each = re.search("均|每年", text[hit.end("words") : hit.start("figure")])
            return period is not None and each is None and _OF_THE_WHOLE.search(words) is not None
        case "revenue_growth":
            return counts_from_a_base(said + before)
    return field in _GROWING and _GROWTH.search(words) is not None


def counts_from_a_base(said: str) -> bool:
    """Whether growth is counted from a figure that the words before name, and not from the year before."""
    return _FROM_A_BASE.search(said) is not None


def sums_years(said: str) -> bool:
    """Whether the words before a share name the sum of some years (近三年研发费用总额占…)."""
    return _SUM_OF_YEARS.search(said) is not None
