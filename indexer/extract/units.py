"""So much for each: a head, an item, an area, a step (每人1000元, 每增加10亿元再奖励50万元)."""

from __future__ import annotations

import re

from corpus.model import Amount, Each, Words
from indexer.extract.caps import cap_per, cap_rank
from indexer.extract.runs import run_of
from indexer.extract.tokens import Tagged, find_figures, pattern

_PER = pattern(
    "(?:每|单(?!位))(?:新增|新招用|招用|增加|引进|吸纳|接待|培养|推荐|实际招用|新吸纳)?(?:1|一)?(?:个|家|)?(?P<unit><person>|人次|人|名|位|台|套|件|项|辆|亩|平方米|吨|次|张|班|车|座|公里|千瓦时|千瓦|兆瓦|吨标准煤|度|桩|场|批|标箱|集|部|份|首|床|头|只|株|立方米|蒸吨|间|点|家|户|个)(?P<noun>[^，。；\ue001]{0,14}?)(?P<money><money>)"
)


_PER_TAIL = pattern(
    "(?P<money><money>)(?:/(?:每)?(?P<unit><person>|人次|人|名|台|套|件|项|辆|亩|平方米|立方米|吨|次|张|班|车|座|公里|千瓦时|千瓦|度|晚|标箱|[^，。；、/的给予奖补按\ue001-\ue013\\d年月日季]{1,6}?(?=[/·的给予奖补按资支，；]|标准|$))|每(?:新增)?(?P<one><person>|人|名|台|套|件|项|辆|亩|平方米|吨|次|张|班|车|座|公里|千瓦时|千瓦|度|晚|天|月|年|家|标箱))"
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
    "每个(?:(?P<unit>(?!企业|单位|机构|主体|平台|园区|载体|中心|基地|创新|申报)[^，。；、的给补奖每\ue001-\ue013\\d]{1,6})(?P<noun>(?:给予|补贴|补助|奖励|资助|奖补|一次性奖补|一次性奖励|一次性补助)[^，\ue001]{0,6})|(?P<one>[^，。；、的给补奖每\ue001-\ue013\\d]{0,4}?(?:展位|品种|门店|网点|床位|车位|岗位|批件|证书|产品|型号|商标|点位|车间|房间|班次|标段)))(?P<money><money>)"
)
_PLACES = {"家", "户", "个"}


_HEADS = {"人", "名", "位", "人次", "\ue003"}


# What is done once for each sum (每引进一家总部企业, 每新建1座充换电站).
_DEEDS = "(?![年月日天周季人家户个名位项件台套辆亩次吨座张])[一-龥]{2,9}?"
# 「省内参展每个展位」, 「装机容量1兆瓦以下的每瓦」
_JUST_GIVEN = pattern("(?:分别|各|一次性|最高|最多|可|给予|补贴|奖励|补助|资助|奖|补)*<money>")
_EACH_BEFORE = re.compile(
    "每(?:个|件|项|张|台|套)?(?P<unit>(?!家|户|企业|单位|年|月|人|天)[^，每\\d给补奖资]{1,4})(?:补贴|奖励)?$"
)
# 「每增加10亿元，再奖励50万元」
_STEP = re.compile(
    "每(?:\ue001|[\\d.]+[万亿]?(?:美元|欧元|港元)|(?:再)?(?![年月日天周季人家户个名位次])(?:超|[^，；\\d\ue001-\ue008每]{2,10})(?:[\ue001\ue002\ue004-\ue008]|[\\d.]+[^，；\\d]{1,8}))(?:的)?，?[^，；]{0,6}$"
)


# 「每新增1000万元奖励2万元」 within the words of giving
_STEP_INSIDE = pattern(
    "每(?:再)?(?:新增|增加|增长|超过|超出|满|完成|实现|出口|达到)[^，；\ue001]{0,8}(?:<money>|[\\d.]+[万亿]?美元)[^，；\ue001]{0,6}?(?P<give>(?:奖励|奖|补贴|补助|补|给予)[^，；\ue001]{0,4})(?P<money><money>)"
)
# 「按孵化企业数每家给予2万元」, 「按每家5000元给予」
_BY_COUNT = pattern(
    "按照?(?:(?P<what>[^，；\ue001]{2,14}?(?:数量|家数|户数|个数|数))，?)?(?:的)?每(?P<unit>[家户个])(?:给予|奖励|补贴|补助|资助)?(?P<money><money>)"
)


def _step_words(around: str) -> str:
    return re.sub("(?:的|，).*$", "", around[around.rindex("每") :])


def _unit_of(hit: re.Match[str]) -> str:
    return hit["unit"] or hit.groupdict().get("one") or ""


def _is_ceiling(tagged: Tagged, hit: re.Match[str]) -> bool:
    """Whether a sum a unit only bounds another sum (每千瓦时补贴0.1元，单个项目累计不超过100万元)."""
    at = hit.start("money")
    if hit.group().startswith("单") and tagged.tags[at].bound is not None:
        return True
    if tagged.tags[at].bound not in ("le", "lt") or re.search(
        "给予|补贴|补助|奖励|资助", hit.groupdict().get("noun") or ""
    ):
        return False
    return any(tag.kind == "money" and i != at for i, tag in tagged.within(0, at))


def _tag_text(text: str) -> str:
    """`text` with its figures as symbols."""
    return Tagged(text, 0, find_figures(text)).text


def per_unit(tagged: Tagged, around: str) -> list[tuple[Amount, str | None]]:
    """What is given for each of something; empty where the words count nothing."""
    text = tagged.text
    if stepped := _STEP_INSIDE.search(text):
        at = stepped.start("money")
        ceiling = next(
            (t.value for j, t in tagged.within(at + 1, len(text)) if t.kind == "money" and t.bound == "le"), None
        )
        words = tagged.words(stepped.start(), stepped.start("give"))
        return [(Each(tagged.tags[at].value, f"manual:{words}的次数", ceiling), "proportional_grant")]
    if (counted := _BY_COUNT.search(text)) and (tag := tagged.tags[counted.start("money")]).low is None:
        ceiling = next(
            (t.value for j, t in tagged.within(counted.end(), len(text)) if t.kind == "money" and t.bound == "le"), None
        )
        return [(Each(tag.value, f"manual:{counted['what'] or counted['unit'] + '数'}", ceiling), "proportional_grant")]
    units = re.search(
        pattern(
            f"每(?:成功|新|再|净|首次|实际)*(?:{_DEEDS})(?:1(?!\\d)|一|<item>|<person>)(?:个|家|名|人|场|项|件|台|座|条|笔|辆|套|户|款|部|次|批|处|间|所|艘|架)?(?P<what>[^，。；\ue001-\ue008并且给奖补资可的按]{{0,10}})"
        ),
        _tag_text(around),
    )
    if units and not (units["what"] or "\ue003" in units.group() or "人" in units.group()):
        units = None
    if (
        units is None
        and _STEP.search(_tag_text(around))
        and (sums := [t for _, t in tagged.within(0, len(text)) if t.kind == "money"])
    ):
        ceiling = next((t.value for t in sums[1:] if t.bound == "le"), None)
        return [(Each(sums[0].value, f"manual:{_step_words(around)}的次数", ceiling), "proportional_grant")]
    hits = [
        hit
        for source in (_PER, _PER_TAIL, _PER_BARE, _PER_ANY, _PER_THING)
        for hit in source.finditer(text)
        if _unit_of(hit) not in _PLACES | {"年", "月"} and not _is_ceiling(tagged, hit)
    ]
    before = _EACH_BEFORE.search(around)
    sums = [t for _, t in tagged.within(0, len(text)) if t.kind == "money"]
    if not hits and before and sums and sums[0].low is None and _JUST_GIVEN.match(text):
        ceiling = next((t.value for t in sums[1:] if t.bound == "le"), None)
        run = run_of(text, [(j, t) for j, t in tagged.within(0, len(text)) if t.kind == "money"])
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
    unit = _unit_of(hit)
    i = hit.start("money")
    tag = tagged.tags[i]
    run = run_of(text, [(j, t) for j, t in tagged.within(0, len(text)) if t.kind == "money"])
    if tag.low is not None:
        kind = "per_head_grant" if unit in _HEADS or unit.startswith("人") else "proportional_grant"
        return [(Words(tagged.words(max(0, i), hit.end())), kind)]
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
    if unit in _HEADS or unit.startswith("人"):
        of = (
            "new_graduate_hires"
            if re.search("招用[^，]{0,20}高校毕业生", around + text)
            else f"manual:{(whom and whom[1]) or ''}人数"
        )
        if nights := re.search("[每/·](?P<what>[晚夜天日])", text[: i + 8]):
            of = f"{of}·{'天' if nights['what'] in '天日' else '晚'}数"
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
