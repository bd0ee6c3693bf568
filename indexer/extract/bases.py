"""What a share is taken of: a field where one holds just that, else the words."""

from __future__ import annotations

import re

from indexer.extract.tokens import Tagged

_BASE_TRIM = re.compile(
    "^(?:最高|最多|原则上|一般|可|不超过|不高于|按照?|(?:补贴|补助|奖励|资助|支持|返还|奖补)?(?:标准|比例|金额|额度)(?:为|是|按照?|提至|提高[至到]|最高)|经认定的?|经审核的?|经核定的?|给予|予以|返还|退还|企业及其职工|企业(?!所得税)|其(?!他)|单位|该|一次性|分别|每年度?|当年度?|的|、|（|和|市级财政|省级财政|财政|专项资金|采购方|销售方|符合条件的|由|将|再|给|对)+"
)


_FIELD_BASES = (
    ("equipment_spend", "设备(?:购置|投资|投入)(?:总)?(?:额|费用|金额)?$|(?:购置|购买)设备(?:费用|金额)?$"),
    ("fixed_investment", "固定资产(?:总)?投资(?:总额|额)?$"),
    ("rd_spend", "(?:研发|研究开发)(?:费用|投入|经费|支出)(?:总额|数额|支出)?$|允许加计扣除研发费用$"),
    ("revenue", "营业收入(?:总额)?$"),
    ("loan_amount", "(?:实际)?贷款(?:金额|本金|余额|额)$"),
    ("tax_paid", "^(?:年)?(?:实缴|缴纳)税收$"),
    ("export_value", "出口额$"),
    ("payroll", "工资总额$"),
)


def base_of(words: str) -> str:
    """What a share is taken of: a field where one holds just that, else `manual:` with the words."""
    core = re.sub("^.*?(?:金额|额度)(?:最高)?(?:不超过|不高于|为)|^.*基础上(?:再)?", "", words)
    core = _BASE_TRIM.sub("", core)
    core = re.sub("^(?:(?:前|第)[一二两三四五\\d]年|[一二两三四五\\d]年内)(?:的)?，?(?:按照?)?", "", core)
    core = re.sub("(?:的)?(?:前[一二两三四五\\d]年|第[一二三四五\\d]年|首年)$", "", core)
    core = re.sub("(?:的|总额的|给予|不超过|最高|按|可|，|（[^）]*）|（|均|一律|统一|下调|降低)+$", "", core)
    core = _BASE_TRIM.sub("", core)
    if not re.search("增量|新增|地方|累计超|超出", core):
        for field, source in _FIELD_BASES:
            if re.search(source, core):
                return field
    if re.search("税", core) and not re.search("费$|投资", core):
        return f"tax:{core}"
    return f"manual:{core}" if core else ""


_GIVEN_AFTER = re.compile(
    "按照?(?:其|不超过)?(?P<b>(?:[^，（]|（[^（）]*）){2,40}?)(?:一次性)?(?:给予|予以)(?:企业|采购方|销售方|发行人|最高|不超过|一次性)*$"
)
_AFTER_VERB = re.compile("(?:按照?(?:其|不超过|不高于)?|以|给予|予以|补贴|享受)(?!.*(?:按照?|给予|予以))(?P<b>.*)$")


_BRACKETS = re.compile("（[^（）]*）")


def base_before(tagged: Tagged, at: int) -> str:
    """The base whose words stand before the share at `at`; empty where none do.

    A list (展位费、特装费) is one base where the verb of giving stands before all of it, else only its last member is.
    """
    text = _BRACKETS.sub(lambda hit: "　" * len(hit.group()), tagged.text)
    first = max(text.rfind(mark, 0, at) for mark in "，；：。\ue001\ue002")
    words = tagged.words(first + 1, at)
    if hit := _GIVEN_AFTER.search(words) or _AFTER_VERB.search(words):
        return base_of(hit["b"])
    last = tagged.text.rfind("、", 0, at)
    return base_of(tagged.words(last + 1, at) if last > first and at - last >= 3 else words)
