"""Industries by code and themes by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from corpus.model import Condition, Rule
from indexer.extract import lexicon
from indexer.extract.atoms import Atom, Place, any_of
from indexer.extract.tokens import Tagged

# In a sentence that only sets the scene, what a theme may be said of besides.
_SCENE = re.compile("(?:产业|企业|领域|规模|实力|创新|项目|主体|技术|大模型)")


def scene_theme(text: str) -> str | None:
    """The theme that a sentence of encouragement is about (支持做大具身智能规模); None where it names none."""
    known, names = lexicon.themes()
    for hit in known.finditer(text):
        if (
            len(hit.group()) <= 3
            and hit.start()
            and "一" <= text[hit.start() - 1] <= "龥"
            and text[hit.start() - 1] not in _BRANCH_BEFORE
        ):
            continue
        if _SCENE.match(text, hit.end()) or hit.group().endswith(("产业", "服务业")):
            return names[lexicon.squeeze(hit.group())]
    return None


_OF = "(?:等)?(?:相关|重点|行业|领域|产业|类|细分|优势|调查)*(?:企业|纳税人|项目|创新主体|市场主体|产业|行业|领域|机构|单位|主体)"


@cache
def _branch_word() -> re.Pattern[str]:
    return lexicon.name_pattern([*lexicon.industries()[1], *lexicon.themes()[1]])


@cache
def _branch_pattern() -> re.Pattern[str]:
    one = f"(?:{_branch_word().pattern})"
    return re.compile(f"(?P<list>{one}(?:(?:、|和|及|与|或){one})*)(?P<of>{_OF})")


_BRANCH_BEFORE = "对的和及或事在为于持励向与是属合即括内市省区国型类家引导进中如若且并从"


def find_branches(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Industries by code and themes by name: the word must be followed by what it describes (企业, 行业, 领域…)."""
    codes, themes = lexicon.industries()[1], lexicon.themes()[1]
    for hit in _branch_pattern().finditer(tagged.text):
        before = tagged.text[: hit.start()]
        # Inside a longer word (共享制造, 非制造业) it is not the branch.
        if before and "一" <= before[-1] <= "龥" and before[-1] not in _BRANCH_BEFORE:
            continue
        found: list[str] = []
        named: list[str] = []
        for word in _branch_word().finditer(hit["list"]):
            name = lexicon.squeeze(word.group())
            if name in codes and not (name in themes and len(themes[name]) > len(name)) and name not in themes:
                found += [code for code in codes[name] if code not in found]
            elif name in themes:
                named.append(themes[name])
        branches: list[Rule] = []
        if found:
            branches.append(Condition("industry", "within", tuple(found), text=hit.group()))
        if len(named) == 1:
            branches.append(Condition("theme", "has", named[0], text=hit.group()))
        elif named:
            branches.append(Condition("theme", "has_any", tuple(named), text=hit.group()))
        if branches:
            yield Atom(hit.start(), hit.end(), any_of(tuple(branches)), "branch")
