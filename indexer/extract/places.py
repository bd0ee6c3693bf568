"""Where an enterprise must be registered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.codes import regions
from corpus.model import Condition
from indexer.extract.atoms import Atom, Place
from indexer.extract.tokens import Tagged

_HERE = re.compile(
    "(?P<where>(?<![资成样基根版文日])本(?:市(?!场)|省|区|县)|我市(?!场)|我省|我区|我县|全市(?!场)|全省|省内|市内|区内|在京|本州|自治区内)(?:行政区划|行政区域|行政区|辖区|区域|范围|境|内|之内)*"
)


_ACT = re.compile(
    "(?:的)?(?:依法|合法)?(?:登记注册|注册登记|工商注册|注册或登记|登记|注册|设立|纳税|落户)(?:或登记|设立|、设立|、?依法纳税|、?纳税|、?纳统|、|并|登记|的)*"
)


_SUBJECT = re.compile(
    "(?:的)?[^，。；]{0,16}?(?:企业|单位|机构|工商户|主体|纳税人|旅行社|合作社|组织|平台|事务所|\ue010)"
)


# 全市 and 全省 are mostly the reach of an office's work: they count only where 注册 or the like stands by.
_WEAK = ("全市", "全省")


_REGISTERED_AFTER = re.compile(
    "^(?:行政区划?|行政区域|辖区|区域|示范区)*(?:范围)?(?:内|之内)?(?:的)?(?:依法)?(?:注册登记|登记注册|登记或注册|注册|登记|设立登记|工商注册|纳税)(?:、登记|、纳税|、纳统|设立|，)*"
)


_REGISTERED_BEFORE = re.compile(
    "(?:注册地(?:址)?(?:、[^，]{0,8})?(?:均)?(?:在|为|位于)|(?:注册|登记)(?:在|于)|在|应在|须在|需在|于)$"
)


_NAMED_INSIDE = re.compile("^(?:范围内|行政区域内|辖区内|省内|市内|区内|内)(?=的?[^，]{0,8}(?:企业|主体|纳税人))")


def find_regions(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """The place of registration: a named region or 本市, 省内, 在京 …, where 注册 or 登记 stands by it."""
    text = tagged.text
    for match in regions.find(text, within=place.province):
        if match.start == 0 and match.end == len(text):
            yield Atom(0, match.end, Condition("region", "within", (match.code,), text=text), "region")
        before, after = _REGISTERED_BEFORE.search(text[: match.start]), _REGISTERED_AFTER.match(text[match.end :])
        inside = _NAMED_INSIDE.match(text[match.end :])
        if not (
            (before and after)
            or (before and re.search("注册|登记|税收|税务", before.group()))
            or (inside and not before)
        ):
            continue
        start = before.start() if before else match.start
        end = match.end + (after.end() if after else inside.end() if inside else 0)
        field = (
            "tax_region" if before and re.search("税", before.group()) and "注册" not in before.group() else "region"
        )
        yield Atom(start, end, Condition(field, "within", (match.code,), text=tagged.words(start, end)), "region")
    for hit in _HERE.finditer(text):
        code = _code_of(hit["where"], place)
        before = _REGISTERED_BEFORE.search(text[: hit.start()])
        act = _ACT.match(text, hit.end())
        registered = act or (before and re.search("注册|登记|位于", before.group()))
        if code is None or not (registered or (hit["where"] not in _WEAK and _SUBJECT.match(text, hit.end()))):
            continue
        start, end = before.start() if before else hit.start(), act.end() if act else hit.end()
        yield Atom(start, end, Condition("region", "within", (code,), text=tagged.words(start, end)), "region")


def _code_of(where: str, place: Place) -> str | None:
    if where == "在京":
        return "110000"
    if where.endswith(("省", "省内", "自治区内")):
        return place.province
    return place.city if where.endswith(("市", "市内")) else place.region
