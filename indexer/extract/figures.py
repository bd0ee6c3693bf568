"""Thresholds: which figure of the enterprise, which bound, of which year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from corpus.model import All, Any, Condition, Rule
from indexer.extract import lexicon
from indexer.extract.atoms import Atom, Place
from indexer.extract.hints import hints_of
from indexer.extract.tokens import Tag, Tagged, pattern
from indexer.extract.whose import counts_from_a_base, not_its_own, sums_years

_FILL = "(?:（[^（）]{0,60}）|参保职工总数|应|须|需|要|需要|均|累计|合计|总额|总计|在|为|是|的|原则上|一般|不含税|（[^（）]{0,16}）|达到|达|占比|比例|比重|平均|同比|控制|首次|同时|分别|实现)*"


# The words of a figure may begin with 年 or 年度, and leave the period its first letters only.
_PERIOD = pattern(
    "(?P<avg>(?:近|最近|连续|前)<year>(?:年?均|平均)?)"
    r"|(?P<last>(?<!以)上一?(?=个|会计|自然|纳税|年|$)(?:个)?(?:会计|自然|纳税)?(?:年度?)?|去(?=年|$)年?|最近一个会计年度|最近一年)|(?P<this>(?<!相)当(?=年|$)(?:年度?)?|本(?=年|$)年?度?|今(?=年|$)年?)|(?P<year>20[1-3]\d)(?:年度?)?"
)


_N = {"二": 2, "两": 2, "三": 3, "四": 4, "五": 5}


@cache
def _number_rules() -> list[tuple[str, str, str | None, re.Pattern[str]]]:
    rows = []
    for row in lexicon.load("numbers"):
        source = (
            f"(?P<words>{row['words']}){_FILL}(?P<figure><{row['figure']}>(?:(?:、|或|和|及|且|，)?<{row['figure']}>)*)"
        )
        rows.append((row["field"], row["figure"], row.get("at_least"), pattern(source)))
    return rows


_OF_A_PROJECT = ("fixed_investment", "total_investment", "equipment_spend")
_ANY = pattern("<any>")


def find_numbers(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """Thresholds on facts by number."""
    if not _ANY.search(tagged.text):
        return
    for field, _kind, default, source in _number_rules():
        for hit in source.finditer(tagged.text):
            tags = [t for _, t in tagged.within(hit.start("figure"), hit.end("figure"))]
            start, period = _period_before(tagged, hit.start())
            if period == "this_year" and field in _OF_A_PROJECT and tagged.text.startswith("当", start):
                period = None  # what is put in, in the project's own year
            words = tagged.words(start, hit.end()) if len(tags) == 1 else ""
            if tags[0].bound in ("ge", "gt") and all(t.bound is None and t.low is None for t in tags[1:]):
                tags = [replace(t, bound=tags[0].bound) for t in tags]
            if not_its_own(field, tagged, hit, start, tags, period, place.before):
                continue
            if field in ("new_hires", "new_graduate_hires"):
                period = None  # 当年新招用: the year that is paid for
            rules = [rule for t in tags if (rule := _threshold(field, t, period, default, tagged, words))]
            if not rules:
                continue
            between = [rule.op for rule in rules if isinstance(rule, Condition)]
            if between in (["ge", "le"], ["ge", "lt"], ["gt", "le"], ["gt", "lt"]):
                rules = [All(tuple(rules))]
            end = hit.end()
            if field == "age_years" and tagged.text.startswith("内", end):
                end += 1
            yield Atom(start, end, rules[0] if len(rules) == 1 else Any(tuple(rules)), "number")


def _period_before(tagged: Tagged, at: int) -> tuple[int, str | None]:
    text = tagged.text
    hits = list(_PERIOD.finditer(text, max(0, at - 14), at))
    hit = hits[-1] if hits else None
    if hit is None or re.search("[，。；、或未]", text[hit.end() : at]) or at - hit.end() > 4:
        return at, None
    if hit["avg"]:
        count = int(next(t.value for _, t in tagged.within(hit.start(), hit.end()) if t.kind == "year"))
        if count == 1:
            return hit.start(), None
        averaged = re.search("平均|年均", text[hit.start() : at + 10])
        shape = "avg_of_last" if averaged else "sum_of_last" if "累计" in text[hit.end() : at + 10] else "each_of_last"
        return hit.start(), f"{shape}_{count}"
    if hit["this"]:
        return hit.start(), "this_year"
    return hit.start(), hit["year"] or None


def _threshold(
    field: str, figure: Tag, period: str | None, default: str | None, tagged: Tagged, words: str = ""
) -> Rule | None:
    text = words or figure.text
    if field == "age_years":
        period = None
        if figure.value > 100:
            return None
        after = tagged.source[figure.end - tagged.offset :][:1]
        bound = figure.bound or ("le" if after == "内" else default)
    else:
        bound = figure.bound
    if field in ("patents", "invention_patents", "registered_capital", "paid_in_capital", "floor_area", "land_area"):
        period = None
    if figure.low is not None:
        low = Condition(field, "gt" if bound == "gt" else "ge", figure.low, period, text=text)
        high = Condition(field, "lt" if bound == "lt" else "le", figure.value, period, text=text)
        return All((low, high))
    if bound is None:
        # 「营业收入500万元、1000万元以上」: the bound stands on the last.
        bound = "ge"
    return Condition(field, bound, figure.value, period, text=text)


# 「5亿元以上」, 「1亿元以上不足5亿元」, 「增长30%以上」
_BARE = pattern(
    "^(?:首次)?(?P<grown>(?:同比)?增(?:长|幅|速)(?:达到|达|在|为)?)?<any>(?:(?:，|、|且|并|但)?<any>)?(?:的?(?:项目|企业|单位)?)$"
)


def find_bare(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """A figure alone, which goes on with the field of the figure before it."""
    hit = _BARE.match(tagged.text) if place.field else None
    if hit is None or place.field is None or (hit["grown"] and "growth" not in place.field):
        return
    kinds = {row["field"]: row["figure"] for row in lexicon.load("numbers")}
    found = [figure for _, figure in tagged.within(0, hit.end())]
    rules = [_threshold(place.field, figure, None, None, tagged) for figure in found]
    if all(kinds.get(place.field) == figure.kind for figure in found) and all(rules):
        kept = tuple(rule for rule in rules if rule is not None)
        yield Atom(0, hit.end(), kept[0] if len(kept) == 1 else All(kept), "number")


_GROWTH_RULE = pattern(
    "(?:上一?年度?)?(?P<what>营业(?:总)?收入|营收)?(?:且|，)?(?:年均|平均|比上年|较上年|较上一?年度?|较上年同期)?(?:同比(?:增长率?|增幅|增速)?|增速|增幅|增长率?)(?:达到|达|在|为)?<share>"
)
# Of which figure a bare 同比增长10% is the growth: of the one named last.
_GROWS = re.compile(
    "(?P<revenue>营业(?:总)?收入|营收)|利润|产值|税|出口|研发|投资|用电|销量|销售|交易|零售|贷款|产量|人数|业务收入|贡献|投入|能耗|融资"
)


_STAFF_RULE = pattern("<person>的?(?:参保企业|参保单位|企业|用人单位|单位)")


_YEARS_RULE = re.compile(
    "(?:企业)?(?:注册)?(?:成立|注册|登记)+时间(?:为|在)?(?P<less>不足|不满|未满)?(?P<n>[两二三一1-5])个会计年度(?:（含）)?(?P<more>以上|及以上)?"
)


# 登记注册满12个月: whole years alone are an age.
_MONTHS_RULE = pattern("(?:企业)?(?:依法)?(?:注册|登记|成立|设立)+(?:时间|期限)?(?:已)?<month>")
# 自登记注册之日起3年内的企业
_FROM_ITS_START = pattern(
    "自(?:企业)?(?:登记|注册|成立|设立|工商)+(?:之日|之时|日)?起<year>内?(?=的?(?:，|$|企业|小微|个体))"
)


# 登记注册1年以上且未满3年的: the other end of the same age.
_YEARS_TOO = pattern("(?:且|并且?|但)?<year>(?=的|，|$)")
_FOUNDED_BEFORE = re.compile("(?:注册|登记|成立|设立)[^，。；]{0,16}，?$")


_NO_LAYOFF = re.compile("(?:上年度?|上一年度)?(?:未|不|没有|无)裁员")


_CREDIT = re.compile(
    "(?:企业)?纳税信用(?:等级|评价|级别|评级|结果)*(?:评定|评为|为|达到|达|在|不低于|须?为|是)*(?P<level>[ABCM])级?(?P<others>(?:(?:、|或|和|/)[ABCM]级?)*)(?P<more>（?含?）?及?以上)?(?:[（(]含[）)])?(?P<more2>及?以上)?(?:纳税人)?"
)
# 「新购烘干、冷藏设备50万元以上」: which equipment stays in words.
_WHOSE = re.compile("贷款|单价|单位价值|保费|租赁")
_BOUGHT = pattern(
    "(?P<what>(?:新购置?|购置|购买|新增)(?P<which>[^，。；\ue001]{0,14}?)设备)(?:（[^（）]*）)?(?:投资|投入|金额|支出|总额|合计|额)*<money>"
)
# 「研发投入500万元以上且占营业收入3%以上」: of what, was said before.
_SHARE_OF_REVENUE = pattern(
    "(?:且|并)?占(?:同期|当年|年度|企业|年)*(?:营业收入|销售收入|营收)(?:总额)?(?:的)?(?:比例|比重|比)?(?:达到|达|为|在)?<share>"
)


def find_special(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """Thresholds that are written in their own way."""
    text = tagged.text
    for hit in _GROWTH_RULE.finditer(text):
        figure = tagged.tags[hit.end() - 1]
        said = place.before + text[: hit.start()]
        if counts_from_a_base(said):
            continue
        named = list(_GROWS.finditer(said))
        revenue = hit["what"] or (named and named[-1]["revenue"])
        if revenue:
            yield Atom(
                hit.start(),
                hit.end(),
                Condition("revenue_growth", figure.bound or "ge", figure.value, text=hit.group()),
                "number",
            )
    for hit in _STAFF_RULE.finditer(text):
        figure = tagged.tags[hit.start()]
        if figure.bound and re.search("从业|职工|参保|员工", hit.group()):
            yield Atom(
                hit.start(), hit.end(), Condition("employees", figure.bound, figure.value, text=figure.text), "number"
            )
    yield from _find_ages(tagged, place)
    for hit in _NO_LAYOFF.finditer(text):
        yield Atom(hit.start(), hit.end(), Condition("layoff_rate", "eq", 0.0, text=hit.group()), "layoff")
    for hit in re.finditer("(?<![用效])A级纳税人", text):
        yield Atom(hit.start(), hit.end(), Condition("credit_level", "is", "A", text=hit.group()), "credit")
    for hit in _BOUGHT.finditer(text):
        figure = tagged.tags[hit.end() - 1]
        if figure.bound not in ("ge", "gt") or _WHOSE.search(hit["which"]):
            continue
        words = tagged.words(hit.start(), hit.end())
        spent: Rule = Condition("equipment_spend", figure.bound, figure.value, text=words)
        if hit["which"].strip("、生产性研发"):
            spent = All(
                (spent, Condition("manual", "confirm", hit["what"], text=hit["what"], hints=hints_of(hit["what"])))
            )
        yield Atom(hit.start(), hit.end(), spent, "number")
    for hit in _CREDIT.finditer(text):
        more = hit["more"] or hit["more2"] or "不低于" in hit.group()
        levels = (hit["level"], *re.findall("[ABCM]", hit["others"]))
        if more:
            rule = Condition("credit_level", "ge", levels[-1], text=hit.group())
        elif len(levels) > 1:
            rule = Condition("credit_level", "in", levels, text=hit.group())
        else:
            rule = Condition("credit_level", "is", levels[0], text=hit.group())
        yield Atom(hit.start(), hit.end(), rule, "credit")
    for hit in _SHARE_OF_REVENUE.finditer(text):
        said = place.before + text[: hit.start()]
        if re.search("研发[^，。；]{0,24}$", said) and not sums_years(said):
            figure = tagged.tags[hit.end() - 1]
            rule = Condition("rd_ratio", figure.bound or "ge", figure.value, text=tagged.words(hit.start(), hit.end()))
            yield Atom(hit.start(), hit.end(), rule, "number")


def _find_ages(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """How old an enterprise is, where it is not told by the words of the table."""
    text = tagged.text
    if re.search("自(?:办理|领取|注册|登记|取得)[^，]{0,14}(?:登记|营业执照|注册)[^，]{0,4}(?:起|后)$", place.before):
        for hit in pattern("在?<year>(?:（[^）]*）)?内").finditer(text):
            figure = next(t for _, t in tagged.within(hit.start(), hit.end()) if t.kind == "year")
            yield Atom(hit.start(), hit.end(), Condition("age_years", "le", figure.value, text=figure.text), "years")
    for hit in _FROM_ITS_START.finditer(text):
        figure = next(t for _, t in tagged.within(hit.start(), hit.end()) if t.kind == "year")
        words = tagged.words(hit.start(), hit.end())
        yield Atom(hit.start(), hit.end(), Condition("age_years", "le", figure.value, text=words), "years")
    for hit in _MONTHS_RULE.finditer(text):
        figure = tagged.tags[hit.end() - 1]
        if figure.low is None and figure.value % 12 == 0:
            words = tagged.words(hit.start(), hit.end())
            rule = Condition("age_years", figure.bound or "ge", figure.value / 12, text=words)
            yield Atom(hit.start(), hit.end(), rule, "years")
    if (too := _YEARS_TOO.match(text)) and _FOUNDED_BEFORE.search(place.before):
        figure = tagged.tags[too.end() - 1]
        if figure.bound and figure.low is None:
            rule = Condition("age_years", figure.bound, figure.value, text=tagged.words(0, too.end()))
            yield Atom(0, too.end(), rule, "years")
    for hit in _YEARS_RULE.finditer(text):
        n = float(hit["n"]) if hit["n"].isdigit() else float(_N.get(hit["n"], 1))
        yield Atom(
            hit.start(), hit.end(), Condition("age_years", "lt" if hit["less"] else "ge", n, text=hit.group()), "years"
        )
