"""Neighbouring awards that differ in one threshold, level or size alone, put together as tiers of one benefit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.model import All, Amount, Benefit, Condition, Each, Rate, Rule, Tier, Tiers
from indexer.extract.atoms import Node
from indexer.extract.pairing import RANK, lowest, worth


@dataclass(frozen=True, slots=True)
class Draft:
    """A measure in the making: its conditions with their places, its benefit, and the stretch that gives it.

    `row` says that it is one of several rows of an award, `whole` that the words of who are conditions and not a wish (鼓励…, 支持…).
    """

    nodes: tuple[Node, ...]
    benefit: Benefit | None
    start: int
    end: int
    whole: bool = True
    row: bool = False


# Two awards further apart than this many characters are two measures.
_NEAR = 120
_LEVEL = re.compile(
    "世界级|国家级?|全国|自治区级|省级|市级|区级|县级|首次|初次|新?认定为?|获得|新|级|特等|[一二三四五]等|[甲乙丙丁]|[金银铜]奖|优秀奖|一般|重大|较大|其他|优秀|良好|合格|第[一二三]|[A-D]级"
)


def merge_tiers(drafts: Sequence[Draft]) -> list[Draft]:
    """`drafts` in order, those that are tiers of one another merged: highest first, the lowest bound asked of all."""
    out: list[Draft] = []
    last: list[Benefit | None] = []  # what each was told last
    for draft in drafts:
        if out and (merged := _merged(out[-1], draft)):
            out[-1], last[-1] = merged, draft.benefit
        else:
            out.append(draft)
            last.append(draft.benefit)
    return [_with_shared_cap(draft, told) for draft, told in zip(out, last, strict=True)]


def _merged(one: Draft, other: Draft) -> Draft | None:
    mine, yours = one.benefit, other.benefit
    if mine is None or yours is None or mine.kind != yours.kind or other.start - one.end > _NEAR:
        return None
    if mine.amount is None or yours.amount is None or isinstance(yours.amount, Tiers):
        return None
    if not isinstance(mine.amount, Tiers) and not _same_of(mine.amount, yours.amount):
        return None
    if (
        mine.kind in ("procurement_preference", "tax_cut", "tax_rate", "extra_deduction", "guarantee_subsidy")
        or mine.amount == yours.amount
    ):
        return None
    tiers = mine.amount.tiers if isinstance(mine.amount, Tiers) else ()
    ours = [node for node in one.nodes if node.rule not in [n.rule for n in other.nodes]]
    theirs = [node for node in other.nodes if node.rule not in [n.rule for n in one.nodes]]
    wanted = next((rule for rule, of in _steps(theirs) if len(of) == len(theirs)), None)
    if wanted is None:
        return None
    if tiers:
        found = next(
            (
                ([n], n.rule)
                for n in ours
                if n.what == "tiers" and (other.row or any(_alike(t.when, wanted) for t in tiers))
            ),
            None,
        )
    else:
        rows_of_one = one.row and other.row and len(ours) == 1
        found = next(((of, rule) for rule, of in _steps(ours) if rows_of_one or _alike(rule, wanted)), None)
    if found is None:
        return None
    of, rule = found
    rows = [*(tiers or (Tier(rule, mine.amount),)), Tier(wanted, yours.amount)]
    rows.sort(key=lambda row: -worth(row.amount))
    node = replace(of[0], rule=lowest([row.when for row in rows]), what="tiers")
    whole = _everybody([row.when for row in rows])
    nodes = tuple(node if n is of[0] else n for n in one.nodes if not (n in of[1:] or (whole and n is of[0])))
    return Draft(nodes, replace(mine, amount=Tiers(tuple(rows))), one.start, other.end, row=one.row)


def _with_shared_cap(draft: Draft, told: Benefit | None) -> Draft:
    """`draft` whose tiers have the ceiling that only the one `told` last names (…按8%，…按10%，单个项目最高400万元): it is for all."""
    benefit, last = draft.benefit, told.amount if told else None
    if benefit is None or not isinstance(benefit.amount, Tiers) or not isinstance(last, (Rate, Each)):
        return draft
    rows = benefit.amount.tiers
    others = [row.amount for row in rows if row.amount != last]
    if last.cap is None or any(getattr(amount, "cap", None) is not None for amount in others):
        return draft
    shared = tuple(replace(row, amount=with_cap(row.amount, last.cap)) for row in rows)
    return replace(draft, benefit=replace(benefit, amount=replace(benefit.amount, tiers=shared)))


def with_cap(amount: Amount, cap: float) -> Amount:
    """`amount` with the ceiling `cap` where it is a share or a price, else as it is."""
    return replace(amount, cap=cap) if isinstance(amount, (Rate, Each)) else amount


def _steps(nodes: Sequence[Node]) -> list[tuple[Rule, list[Node]]]:
    """What among `nodes` may be the step from tier to tier: one of them, or all that bound one figure (1亿元以上、5亿元以下)."""
    bounds: dict[str, list[Node]] = {}
    for node in nodes:
        if isinstance(node.rule, Condition) and isinstance(node.rule.value, float):
            bounds.setdefault(node.rule.field, []).append(node)
    grouped = [group for group in bounds.values() if len(group) > 1]
    if len(nodes) > 1 and all(_bounded(node.rule) for node in nodes) and list(nodes) not in grouped:
        grouped.append(list(nodes))  # 销售额1亿元以上且增长10%以上的，…；销售额5亿元以上且增长5%以上的，…
    out: list[tuple[Rule, list[Node]]] = [(All(tuple(node.rule for node in group)), group) for group in grouped]
    return [*out, *((node.rule, [node]) for node in reversed(nodes))]


def _bounded(rule: Rule) -> bool:
    """Whether a rule bounds a figure, of a field or in words."""
    if not isinstance(rule, Condition):
        return False
    return isinstance(rule.value, float) or (rule.field == "manual" and bool(_FIGURE_IN.search(str(rule.value))))


_FIGURE_IN = re.compile("\\d[^，]{0,8}(?:以上|以下|以内)|(?:不低于|不少于|超过|达到?|高于|满|突破)[^，]{0,4}\\d")


def _same_of(one: Amount, other: Amount) -> bool:
    """Whether two amounts are of one base; words that name none go with any."""
    bases = {getattr(amount, "of", None) for amount in (one, other)}
    return len(bases - {"manual:已缴费用", "manual:实际支出", "manual:应缴费用"}) <= 1


def _everybody(rules: Sequence[Rule]) -> bool:
    """Whether the tiers together leave nobody out (大型企业、中小微企业)."""
    pairs = {(rule.op, rule.value) for rule in rules if isinstance(rule, Condition) and rule.field == "size_class"}
    return pairs == {("is", "large"), ("le", "medium")}


def _alike(one: Rule, other: Rule) -> bool:
    if isinstance(one, All) and isinstance(other, All) and len(one.of) == len(other.of) > 1:
        return all(_alike(mine, yours) for mine, yours in zip(one.of, other.of, strict=True))
    one, other = (rule.of[0] if isinstance(rule, All) and rule.of else rule for rule in (one, other))
    if not isinstance(one, Condition) or not isinstance(other, Condition):
        return False
    if one.field != other.field:
        told = {one.field, other.field} <= {"manual", "qualification"}
        return told and RANK.sub("", str(one.value)) == RANK.sub("", str(other.value)) != ""
    if one.field in ("manual", "qualification", "event"):
        if one.field == "event" and RANK.sub("", str(one.value)) == RANK.sub("", str(other.value)) != "":
            return True
        return _same_words(str(one.value), str(other.value), loose=one.field == "manual")
    return one.field == "size_class" or isinstance(one.value, float)


# 「5亿元（含）以上、10亿元以下」, after 「年营业收入1亿元以上、5亿元以下」
_FIGURE_ONLY = re.compile(
    "(?:在|超过|达到?|突破|不低于|满|首次突破|首次达到)?(?:[\\d.]+[^\\d，]{0,4}?(?:（含）|（不含）)?(?:以上|以下|以内|至|—|-|、|（含）|（不含）)*)+(?:的)?(?:部分|项目|企业)?"
)
_FIGURE_LAST = re.compile("\\d[^，\\d]{0,4}?(?:（含）|（不含）)?(?:以上|以下|以内)?(?:的)?(?:部分|项目|企业)?$")


# 「排名前10位」, 「第11至20位」
_PLACE = re.compile(
    "(?:排名|位列|位居|排在)?(?:[前第][\\d一二三四五六七八九十]+(?:(?:至|到|—|-)第?[\\d一二三四五六七八九十]+)?[名位强])(?:的)?(?:企业|单位|机构)?"
)


def _unit(words: str) -> str:
    """The unit of the last figure in `words`; the words themselves where there is none."""
    found = re.findall("\\d([^\\d，（）]{1,2})", words)
    return found[-1] if found else words


def _same_words(one: str, other: str, *, loose: bool) -> bool:
    """Whether two names differ only in level or number; `loose`: or share most of their words at an end."""
    if _FIGURE_ONLY.fullmatch(other) and (_FIGURE_LAST.search(one) or _unit(other) == _unit(one)):
        return True
    bare, own = RANK.sub("", one), RANK.sub("", other)
    if (not bare and not own) or (_PLACE.fullmatch(one) and _PLACE.fullmatch(other)):
        return True
    if loose and one != bare and other != own and len(own) > 1 and bare.endswith(own):
        return True
    if loose and RANK.sub("", one) == RANK.sub("", other) and len(RANK.sub("", one)) > 1:
        return True
    a, b = (re.sub("[\\d.]+", "0", _LEVEL.sub("", words)) for words in (one, other))
    if a == b:
        return True
    if loose and a.startswith("0年") and b.startswith("0年") and a[-2:] == b[-2:]:
        return True
    if "层" in a and "层" in b:
        return not loose
    if not loose:
        return len(a) == len(b) and a[:5] == b[:5] and a[-2:] == b[-2:]
    if "0" in a and "0" in b and (a[:4] == b[:4] or a.endswith(b) or b.endswith(a)):
        return True
    sort = re.compile(".{2,12}[类级等档](?:企业|单位|的)?")
    if sort.fullmatch(a) and sort.fullmatch(b):
        return True
    shared = next((n for n in range(min(len(a), len(b)), 0, -1) if a[-n:] == b[-n:]), 0)
    return shared >= 8 and shared >= 0.6 * min(len(a), len(b))
