"""What a query names: a place, a year, a status, an office, a trade, a sum, a title, a 文号. Shown as chips, which a person can take away."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, TypeAlias

import numpy as np

from corpus.codes import industries, regions, titles
from corpus.model import STATUSES
from corpus.quantity import find_quantities, format_yuan
from indexer.doc_no import typed_doc_no
from indexer.extract import lexicon
from indexer.search.analysis import fold
from indexer.search.columns import Columns, Floats

ChipKind: TypeAlias = Literal["region", "year", "status", "department", "industry", "amount", "title", "doc_no"]

CHIPS: dict[ChipKind, str] = {
    "region": "地区",
    "year": "年份",
    "status": "效力",
    "department": "部门",
    "industry": "行业",
    "amount": "金额",
    "title": "资质",
    "doc_no": "文号",
}
# How much more a policy counts that is what a chip names; a place that it does not apply to, or another year, counts less.
BOOST, APPLIES, ELSEWHERE = 1.3, 1.15, 0.6
# And one that is for other trades only, or gives less than what is asked for.
OTHER_TRADE, LESS = 0.8, 0.7
_STATUS_WORDS = (
    (re.compile(r"已经?(?:过期|到期|失效|结束|终止|停止)|失效的|过期的|到期的"), ("expired", "withdrawn")),
    (re.compile(r"已?(?:被?废止|作废|被替代|被取代)"), ("withdrawn",)),
    (re.compile(r"尚未(?:施行|实施|生效)|即将(?:施行|实施|生效)|还没(?:施行|实施|生效)"), ("not_yet_in_force",)),
    (re.compile(r"现行有效|现行的|仍然?有效|还有效|正在(?:施行|执行|实施)|有效期内的?政策"), ("in_force",)),
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?!\s*第?\d+号)")
# A sum that is given, and not one that an enterprise has: 50万元以上的补贴, 奖励不低于100万. A number alone may be a year.
_GIVEN = "(?:补贴|补助|奖励|奖补|奖金|资助|扶持|支持|资金|贴息)"
_ENOUGH = re.compile(
    rf"(?:{_GIVEN}(?:金额|标准)?\s*(?:在|达到?|超过|不低于|不少于|至少|最高|高于)?)?(?<![\d.])(?!20[1-3]\d(?![\d.]|\s*[万亿千元]))(?P<sum>\d[\d.]*\s*(?:万|亿|千)?元?)(?![\d.%％个人名项家年月日批号倍])"
    rf"(?P<over>及?以上|起)?(?:的|(?={_GIVEN}))?(?P<given>{_GIVEN})?"
)
_TRADE_AFTER = re.compile(
    r"业|的?(?:中小微?|小微|规上|规模以上|限上|民营)*(?:企业|公司|行业|领域|店|厂)|[\s，、的有能和可]|$|(?<=业)"
)
_OFFICE = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:局|厅|委员会|委|管委会)")


@dataclass(frozen=True, slots=True)
class Chip:
    """Something recognised in a query. `effect`: `filter` keeps the rest out, `boost` only orders.

    `said` are the words that the effect is all of (a year, a status, a sum); they rank nothing more.
    """

    kind: ChipKind
    value: str
    label: str
    effect: Literal["filter", "boost"]
    said: str = ""

    @property
    def key(self) -> str:
        """What to pass to be rid of it: `kind:value`."""
        return f"{self.kind}:{self.value}"


def recognise(text: str, without: Collection[str] = ()) -> tuple[Chip, ...]:
    """What `text` names, in a fixed order of kinds, but for the chips whose keys are in `without`."""
    return tuple(chip for chip in _recognised(text) if chip.key not in without)


def _recognised(text: str) -> Iterator[Chip]:
    folded = fold(text)
    if number := typed_doc_no(folded):
        yield Chip("doc_no", str(number), str(number), "boost")
        folded = folded[: number.start] + " " + folded[number.end :]
    for match in reversed(regions.find(folded)):
        yield Chip("region", match.code, regions.full_name(match.code), "boost")
        folded = folded[: match.start] + " " + folded[match.end :]
    for year in dict.fromkeys(_YEAR.findall(folded)):
        yield Chip("year", year, f"{year} 年", "boost", f"{year}年")
    folded = _YEAR.sub(" ", folded)
    for pattern, statuses in _STATUS_WORDS:
        if spoken := pattern.search(folded):
            label = "、".join(STATUSES[status] for status in statuses)
            yield Chip("status", "+".join(statuses), label, "filter", spoken[0])
            break
    for office in dict.fromkeys(_OFFICE.findall(folded)):
        yield Chip("department", office, office, "boost")
    for word, codes in _trades(folded).items():
        yield Chip("industry", "+".join(codes), word if len(codes) > 1 else industries.name(codes[0]), "boost")
    if (asked := _asked_for(folded)) is not None:
        amount, said = asked
        yield Chip("amount", f"{amount:.0f}", f"{format_yuan(amount)}以上", "boost", said)
    for name in dict.fromkeys(_titles(folded)):
        yield Chip("title", name, name, "boost")


def _trades(text: str) -> dict[str, tuple[str, ...]]:
    """What is named as somebody's trade (餐饮企业, 制造业, 做零售的), not within another word (教育费附加), with its codes."""
    pattern, codes = lexicon.industries()
    found = (match for match in pattern.finditer(text) if _TRADE_AFTER.match(text, match.end()))
    return {match[0]: codes[lexicon.squeeze(match[0])] for match in found}


def _asked_for(text: str) -> tuple[float, str] | None:
    """The sum in yuan that a query wants to be given at least, and its words; None where it names none, or one that a
    firm has.
    """
    for match in _ENOUGH.finditer(text):
        named = match["given"] or match.start("sum") > match.start()
        if named and (sums := find_quantities(match["sum"].rstrip("元") + "元")):
            return sums[0].value, match["sum"] + (match["over"] or "")
    return None


def _titles(text: str) -> Iterator[str]:
    for match in _title_pattern().finditer(text):
        yield titles.canonical(match[0])


@cache
def _title_pattern() -> re.Pattern[str]:
    names = sorted((name for name in titles.spellings() if len(name) > 2), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


def factors(chips: Sequence[Chip], columns: Columns, as_of: date) -> Floats:
    """How much each policy counts for what the chips say; nothing where a filter keeps it out."""
    out = columns.ones()
    for chip in chips:
        out *= _factor(chip, columns, as_of)
    return out


def _factor(chip: Chip, columns: Columns, as_of: date) -> Floats | float:
    match chip.kind:
        case "status":
            return columns.by_status(as_of, lambda status: float(status in chip.value.split("+")))
        case "year":
            return columns.by("years", lambda years: (BOOST if chip.value in years else ELSEWHERE) if years else 1.0)
        case "region":
            return place_factor(columns, chip.value)
        case "department":
            stem = re.sub(r"(?:局|厅|委员会|委|管委会)$", "", chip.value)
            return columns.by("offices", lambda names: BOOST if stem in names else 1.0)
        case "industry":
            return columns.by("trades", lambda codes: _trade_factor(chip.value.split("+"), codes))
        case "amount":
            most = columns.most()
            worth: Floats = np.select([np.isnan(most), most >= float(chip.value)], [1.0, BOOST], LESS).astype(
                np.float32
            )
            return worth
        case "title":
            family = {chip.value, *titles.implied(chip.value), *titles.implying(chip.value)}
            return columns.by("audiences", lambda names: 1.0 if family.isdisjoint(names) else BOOST)
        case "doc_no":
            return 1.0  # what has the number comes first: see `query`


def _trade_factor(asked: Sequence[str], codes: Sequence[str]) -> float:
    """One that is for any trade neither gains nor loses."""
    if not codes:
        return 1.0
    pairs = ((one, other) for one in asked for other in codes)
    near = any(industries.contains(one, other) or industries.contains(other, one) for one, other in pairs)
    return BOOST if near else OTHER_TRADE


def place_factor(columns: Columns, region: str) -> Floats:
    """How much each policy counts for someone in `region`; one whose place is not known neither gains nor loses."""

    def worth(place: str | None) -> float:
        if place is None:
            return 1.0
        return APPLIES if regions.contains(place, region) or regions.contains(region, place) else ELSEWHERE

    return columns.by("region", worth)
