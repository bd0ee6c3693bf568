"""Industries by code and themes by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from corpus.model import Condition, Rule
from indexer.extract import lexicon
from indexer.extract.atoms import Atom, Place, any_of
from indexer.extract.hints import hints_of
from indexer.extract.parties import OBJECT_BEFORE, span_of_others
from indexer.extract.tokens import Tagged

# In a sentence that only sets the scene, what a theme may be said of besides.
_SCENE = "(?:产业(?!园|基金)|企业|领域|规模|创新主体|主体|行业|(?:合规|集聚|创新|高质量|规范|健康|加快|快速)*发展(?!基金|规划|资金|银行)|首试首用)"
# Too wide to carry over from a sentence of encouragement: they say what a chapter is about.
_WIDE = frozenset({"服务业", "现代服务业", "文化", "旅游", "软件", "环保", "节能", "体育", "教育", "医药"})


@cache
def _scene_pattern() -> re.Pattern[str]:
    one = f"(?:{lexicon.themes()[0].pattern})"
    return re.compile(f"(?P<list>{one}(?:(?:、|和|及|与){one})*)(?:{_SCENE}|(?<=产业))")


def scene_theme(text: str) -> tuple[str, ...]:
    """The themes that a sentence of encouragement is about (支持做大具身智能规模); none where it names none."""
    known, names = lexicon.themes()
    others = span_of_others(text)
    for hit in _scene_pattern().finditer(text):
        before = text[: hit.start()]
        if others[0] <= hit.start() < others[1] or OBJECT_BEFORE.search(before):
            continue  # whom it is done for
        if len(hit["list"]) <= 3 and before and "一" <= before[-1] <= "龥" and before[-1] not in _BRANCH_BEFORE:
            continue
        found = tuple(names[lexicon.squeeze(word.group())] for word in known.finditer(hit["list"]))
        if not _WIDE & set(found):
            return tuple(dict.fromkeys(found))
    return ()


# What the word must be followed by to say what an enterprise does: 餐饮企业, 机器人产业, 制造业小微企业.
_OF = (
    "业?(?:等)?(?:战略性新兴(?=产业)|未来(?=产业)|先导|主导|新兴|高精尖|相关|(?:特色|支柱|重点|优势|细分)(?!企业)|核心(?=产业)|行业|领域|产业(?:链(?:上下游)?(?=企业))?|类|调查|[两二三四五六七八九十]大(?:类)?|四上|受(?:疫情)?(?:影响|损)(?:较大|严重)?(?:的)?)*"
    "(?:企业|(?=(?:民营|骨干|龙头|领军|头部|总部|重点|特色|优势|优质|初创|科技型?|创新型?|平台型?)(?:骨干|龙头|领军)?企业)|纳税人|项目|创新主体|市场主体|经营主体|产业(?!园|集群|基地|投资|基金|引导|政策|规划|联盟|大会|论坛|专项|协会|研究院|链)|行业(?!协会|主管)|领域|单位|主体|公司|(?=大?中?小微?型?企业|个体工商户|规上|规模以上|限上|限额以上|\ue010))"
)


@cache
def _branch_word() -> re.Pattern[str]:
    return lexicon.name_pattern([*lexicon.industries()[1], *lexicon.themes()[1]])


@cache
def _branch_pattern() -> re.Pattern[str]:
    one = f"(?:{_branch_word().pattern})"
    # In a list that known words begin and a word such as 等行业 closes, those between may be unknown.
    other = "[^，。；、的和及与或等]{2,8}"
    return re.compile(
        f"(?P<list>{one}(?:(?:、|和|及|与|或|以及)(?:{one}(?=、|和|及|与|或|等|{_OF})|{other}(?=、|和|及|与|或|等)))*)(?P<of>{_OF}|业?(?P<bare>(?:（[A-T]类?）)?(?=$|，|的|且|并|（)))"
    )


_BRANCH_BEFORE = "凡微小上保对的和及或事在为于持励向与是属合即括内市省区国型类家引导进中如若且并从"


# What its trade is said to be, by a verb before it and no noun after it (所属行业为制造业的, 纳入规上软件业的).
_SAID_OF = re.compile(
    "(?:从事|属于|主营(?:业务)?为?|(?:国民经济|所属|所处|所在)*行业(?:分类|类别|代码)?(?:为|是|属于)|(?:主营|主要|主体)?业务(?:为|是)|(?:纳入)?(?:规上|限上|规模以上|限额以上))$"
)
_RANKED = re.compile("(?:[国家省市区县]级|国家|全国)(?:及?以上)?$")
# 「住宿、餐饮等行业」 names some of them: a firm of another trade may be meant too.
_OPEN = re.compile("业?等(?!战略|未来)(?:受[^，]{0,12}的?|重点|相关|领域|类)*(?:行业|产业|企业|领域|纳税人)")
# Before 企业 they say what kind of firm it is, as 物流企业 does; before 产业 or 领域 they are a theme.
_KINDS_OF_FIRM = frozenset({"现代物流"})


def industry_codes(words: str) -> tuple[str, ...]:
    """The codes of the trade that `words` name and nothing else (房地产业, 金融企业); empty where they name none."""
    codes = lexicon.industries()[1]
    bare = words.removesuffix("企业").removesuffix("行业")
    return codes.get(words) or codes.get(bare) or codes.get(bare.removesuffix("业")) or ()


def find_branches(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Industries by code and themes by name: the word must be followed by what it describes (企业, 行业, 领域…)."""
    codes, themes = lexicon.industries()[1], lexicon.themes()[1]
    for hit in _branch_pattern().finditer(tagged.text):
        before = tagged.text[: hit.start()]
        if _RANKED.search(before) and hit["of"] == "" and "企业" in tagged.text[hit.end() : hit.end() + 6]:
            continue  # 市级服务业重点企业: a title
        # Inside a longer word (共享制造, 非制造业) it is not the branch.
        if before and "一" <= before[-1] <= "龥" and before[-1] not in _BRANCH_BEFORE:
            continue
        if hit["bare"] is not None and not _SAID_OF.search(before):
            continue
        if hit["of"].endswith("项目") and "引进" in before:
            continue
        found: list[str] = []
        named: list[str] = []
        unknown: list[str] = []
        for item, known in _members(hit["list"]):
            name = lexicon.squeeze(item)
            if not known:
                unknown.append(item)
            elif name in themes:
                named.append(themes[name])
            else:
                found += [code for code in codes[name] if code not in found]
        if named and not found and set(named) <= _KINDS_OF_FIRM and hit["of"].endswith("企业"):
            continue
        open_list = _OPEN.match(hit["of"]) is not None
        if open_list and len(found) + len(named) == 1 and not unknown:
            continue  # 制造业等行业: one of how many?
        if found and not named and hit["of"].endswith("项目"):
            continue  # the branch of what is built, not of who builds it
        if len(unknown) > 1 and len(unknown) * 2 > len(found) + len(named) + len(unknown) + 2:
            continue
        branches: list[Rule] = []
        if found:
            branches.append(Condition("industry", "within", tuple(found), text=hit.group()))
        if len(named) == 1:
            branches.append(Condition("theme", "has", named[0], text=hit.group()))
        elif named:
            branches.append(Condition("theme", "has_any", tuple(named), text=hit.group()))
        branches += [Condition("manual", "confirm", item, text=item, hints=hints_of(item)) for item in unknown]
        if open_list and not unknown:
            branches.append(Condition("manual", "confirm", hit.group(), text=hit.group(), hints=hints_of(hit.group())))
        if branches:
            said = _SAID_OF.search(before) if hit["bare"] is not None else None
            start = said.start() if said and not said.group().endswith(("规上", "限上", "以上")) else hit.start()
            yield Atom(start, hit.end(), any_of(tuple(branches)), "branch")


def _members(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a list in order, and whether the dictionaries know them; a known one may hold 和 or 、 itself."""
    at = 0
    while at < len(text):
        known = _branch_word().match(text, at)
        whole = known is not None and _JOINT.match(text, known.end()) is not None
        end = (
            known.end() if known and whole else next((hit.start() for hit in _JOINT.finditer(text, at + 1)), len(text))
        )
        yield text[at:end], whole
        joint = _JOINT.match(text, end)
        at = max(joint.end() if joint else end, end)


_JOINT = re.compile("、|以及|和|及|与|或|$")
