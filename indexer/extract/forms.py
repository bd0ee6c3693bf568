"""How large an enterprise is, and what it is by law."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from corpus.model import Condition
from indexer.extract import lexicon
from indexer.extract.atoms import Atom, Place
from indexer.extract.tokens import Tagged

_STEPS = {"微": "micro", "小": "small", "中": "medium", "大": "large"}
_ORDER = tuple(_STEPS.values())
# 「小型、微型企业」, 「小型企业或微型企业」: steps one after the other.
_STEP = "[大中小微]型"
_LISTED = re.compile(
    f"(?<![大中小微])(?P<steps>{_STEP}(?:企业)?(?:(?:、|和|及|或|与|以及)*{_STEP}(?:企业)?)*)(?<=企业)"
)
# 「中小微企业」, 「中小外贸企业」, 「大中型企业」: steps in one word. 「小微」 alone is a size only before who is of it.
_ONE_WORD = re.compile(
    "(?P<steps>大中小微|大中小|大中|(?<!其)中小微|中小|小微)(?!型?(?:金融|银行|股份|国有|国企))型?(?:(?P<firm>企业)|(?=[^，。；、的和或及]{1,6}(?:企业|纳税人|主体)))"
    "|(?<!其)(?P<alone>中小微)(?!型|[^，。；、的和或及]{1,6}(?:企业|纳税人|主体))"
)
# 「规模为小型、微型的」, 「属于中小微的」: said of it, and not before it.
_SAID = re.compile(
    f"(?:规模|划型)(?:类型|标准)?(?:为|属于?|是)(?P<steps>大中型|中小微型?|中小型|小微型?|{_STEP}(?:(?:、|和|及|或|与)*{_STEP})*)(?!企业)"
)


def find_sizes(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Size classes: as a bound where the steps begin at the lowest or end at the highest one."""
    taken: list[tuple[int, int]] = []
    for source in (_SAID, _LISTED, _ONE_WORD):
        for hit in source.finditer(tagged.text):
            steps = {_STEPS[word] for word in re.findall("[大中小微]", hit["steps"] or hit["alone"])}
            if any(hit.start() < end and start < hit.end() for start, end in taken):
                continue
            taken.append(hit.span())
            if bound := _bound(steps):
                op, value = bound
                yield Atom(hit.start(), hit.end(), Condition("size_class", op, value, text=hit.group()), "size")


def _bound(steps: set[str]) -> tuple[str, str] | None:
    """The operator and the class that `steps` come to; None where they are every size. 中小 holds the micro ones too."""
    held = [step in steps for step in _ORDER]
    low, high = held.index(True), len(held) - 1 - held[::-1].index(True)
    if low == high:
        return "is", _ORDER[low]
    if (low == 0 and high == len(_ORDER) - 1) or (low == 1 and high == len(_ORDER) - 1):
        return None
    return ("ge", _ORDER[low]) if high == len(_ORDER) - 1 else ("le", _ORDER[high])


@cache
def _forms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    forms: dict[str, str] = lexicon.load("forms")
    words = "|".join(sorted(forms, key=len, reverse=True))
    return re.compile(f"(?<!企)(?<!行政)(?<!机关)(?:{words})(?!编制|工作人员|招聘|改制|离职|在编)"), forms


@cache
def _beside() -> re.Pattern[str]:
    """企业 beside another form (企业和社会组织, 各类企业（含个体工商户）)."""
    words = _forms()[0].pattern
    return re.compile(
        "(?:(?<![一-龥])|(?<=[的对])|(?<=各类)|(?<=所有)|(?<=[省市区县]内)|(?<=本[省市区县])|(?<=全[省市区县]))企业"
        f"(?=(?:、|和|及|与|或|以及)(?:{words})|（(?:含|包括|包含)[^（）]{{0,12}}?(?:{words}))"
        "|(?<=(?:社会组织|事业单位)[、和或及])企业(?![一-龥])"
    )


# Those through whom, or from whom, the enterprise does something (通过社会组织捐赠, 收购农民合作社产品).
_THROUGH = re.compile("(?:通过|经由|委托|依托|购买|收购|采购|从|自)[^，的、]{0,4}$")


def find_forms(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Legal forms."""
    text, (pattern, forms) = tagged.text, _forms()
    for hit in pattern.finditer(text):
        if _THROUGH.search(text[: hit.start()]):
            continue
        end = hit.end() + (3 if text.startswith("经营者", hit.end()) else 0)
        yield Atom(hit.start(), end, _is(forms[hit.group()], hit.group()), "form")
    for hit in re.finditer("从事个体经营", text):
        yield Atom(hit.start(), hit.end(), _is("个体工商户", hit.group()), "form")
    for hit in _beside().finditer(text):
        yield Atom(hit.start(), hit.end(), _is("企业", "企业"), "form")


def _is(form: str, words: str) -> Condition:
    return Condition("legal_form", "is", form, text=words)
