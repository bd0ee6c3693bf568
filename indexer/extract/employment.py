"""Insured staff and layoffs: the words of 稳岗返还 and its kin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model import All, Any, Condition
from indexer.extract.atoms import Atom, Place
from indexer.extract.hints import hints_of
from indexer.extract.tokens import Tagged, pattern

# 「不裁员或少裁员的参保企业」: who pays into the fund, whatever stands between the words and the firm.
_INSURED = re.compile(
    "(?:的|各类|所有|依法|已|其他)*(?P<fund>失业保险|工伤保险|社会保险)?(?<!形式)参保(?:缴费)?(?:的)?(?:(?:用人)?单位|企业|(?=[^，、的]{0,8}(?:市场主体|企业|工商户)))|(?:依法)?(?:参加|缴纳)失业保险(?:费)?的(?=企业|单位|用人单位)"
)
_NO_OR_FEW = re.compile(
    "(?:坚持|承诺)?(?:不|未|无|没有)裁员(?:、|或|或者|和|/)?(?P<few>少[裁减]员)|^(?P<alone>少[裁减]员)$"
)
_TARGET = pattern(
    "(?:上一?年度?|20\\d\\d年度?)?裁员率(?:不高于|不超过|低于|控制在|未超过)(?P<words>[^，。；、]{2,30}?控制目标(?:值)?)(?:（?(?P<share><share>)）?)?"
)
_CASE = pattern(
    "(?:失业保险)?(?:参保)?(?:职工|人数|单位)*(?:在)?(?P<who><person>)(?:（[^）]*）)?的?(?:参保)?(?:用人单位|企业|单位)?(?:的)?(?:，)?(?:其)?(?:上一?年度?)?裁员(?:率|人数)[^，。；\ue002]{0,26}?(?P<share><share>)"
)


def find_employment(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """Payers into the unemployment fund, and those that lay off nobody, few, or no more than a share."""
    text = tagged.text
    for hit in _CASE.finditer(text):
        tags = dict(tagged.within(hit.start(), hit.end()))
        staff, share = tags[hit.start("who")], tags[hit.start("share")]
        if staff.bound is None:
            continue
        words = tagged.words(hit.start(), hit.end())
        both = (
            Condition("employees", staff.bound, staff.value, text=words),
            Condition("layoff_rate", share.bound or "le", share.value, text=words),
        )
        yield Atom(hit.start(), hit.end(), All(both), "layoff")
    for hit in _TARGET.finditer(text):
        words = tagged.words(hit.start(), hit.end())
        if hit["share"]:
            share = tagged.tags[hit.start("share")]
            yield Atom(hit.start(), hit.end(), Condition("layoff_rate", "le", share.value, text=words), "layoff")
        else:
            yield Atom(hit.start(), hit.end(), _said(words), "layoff")
    for hit in _NO_OR_FEW.finditer(text):
        words = hit.group()
        few = _said("少裁员")
        none = Condition("layoff_rate", "eq", 0.0, text=words)
        yield Atom(hit.start(), hit.end(), few if hit["alone"] else Any((none, few)), "layoff")
    for hit in _INSURED.finditer(text):
        unemployment = hit["fund"] == "失业保险" or re.search("失业保险|裁员", place.before + text)
        fund = "失业保险" if unemployment else hit["fund"] or "社会保险"
        yield Atom(hit.start(), hit.end(), _said(f"参加{fund}", hit.group()), "insured")


def _said(words: str, text: str = "") -> Condition:
    return Condition("manual", "confirm", words, text=text or words, hints=hints_of(words))
