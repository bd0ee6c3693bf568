"""How an award runs: how often, for how long, in which years how much, at whose discretion, paid out how."""

from __future__ import annotations

import re

from corpus.quantity import parse_chinese_number
from indexer.extract.tokens import Tagged, pattern

_YEAR = "(?:第[一二三四五六\\d](?:[至到—、]第?[一二三四五六\\d])?|首|次|[前后][一二两三四五六\\d]|其后[一二两三四五六\\d]|第[一二三四五六\\d]至[一二三四五六\\d])个?年"
_IN_YEAR = re.compile(
    f"(?P<year>{_YEAR})(?:内|度|起)?(?P<words>(?:(?!{_YEAR})[^；。%])*?)(?P<share>\\d+(?:\\.\\d+)?%|全额|全部|减半)"
)
_YEARS_EACH = re.compile(
    f"(?P<years>{_YEAR}(?:(?:、|和|及){_YEAR})+)[^；。%]*?分别[^；。%]*?(?P<shares>\\d+(?:\\.\\d+)?%(?:(?:、|和|及)\\d+(?:\\.\\d+)?%)+)"
)


def shares_by_year(before: str, words: str) -> tuple[float, ...]:
    """The share of each year in order (前三年按80%、后两年按50%; 第一年、第二年分别按100%、50%); empty where the words
    of giving and those `before` them name no two shares of years.
    """
    tail = re.search(f"{_YEAR}(?:内|度)?[^；。%，]{{0,16}}$", before)
    text = f"{tail.group()}{words}" if tail else words
    whole = f"{before}，{words}"
    if (each := _YEARS_EACH.search(whole)) and re.search("%", each["shares"]):
        years = re.findall(_YEAR, each["years"])
        shares = re.findall("[\\d.]+(?=%)", each["shares"])
        if len(years) == len(shares):
            return tuple(round(float(share) / 100, 6) for share in shares)
    out: list[float] = []
    for hit in _IN_YEAR.finditer(text):
        share = {"全额": 1.0, "全部": 1.0, "减半": 0.5}.get(hit["share"]) or float(hit["share"].rstrip("%")) / 100
        out += [round(share, 6)] * _how_many_years(hit["year"])
    return tuple(out) if len(set(out)) > 1 and len(out) <= 12 else ()


def _how_many_years(words: str) -> int:
    """How many years 前三年, 第四至五年 or 首年 are."""
    digits = re.findall("[一二两三四五六]|\\d", words)
    figures = [int(digit) if digit.isdigit() else int(parse_chinese_number(digit) or 1) for digit in digits]
    if re.match("前|后|其后", words):
        return figures[0]
    return figures[-1] - figures[0] + 1 if len(figures) > 1 else 1


def frequency_of(words: str) -> str | None:
    """Once, yearly or monthly; None where the words don't say."""
    if re.search("一次性", words):
        return "once"
    if re.search("每年|(?<!按)(?<!按照)年度|每个自然年度|/年|逐年", words):
        return "yearly"
    return "monthly" if re.search("每月|/月|按月", words) else None


_MONTHS = pattern("(?:期限|时间|补贴期|最长|连续)(?:支持|补贴|资助|给予)?(?:[^，。；]{0,6}?)(?P<t><year>|<month>)")


def months_of(tagged: Tagged) -> int | None:
    """For how many months it is given; None where the words don't say."""
    hit = _MONTHS.search(tagged.text)
    if not hit:
        return None
    tag = tagged.tags[hit.start("t")]
    months = tag.value * (12 if tag.kind == "year" else 1)
    return int(months) if 1 <= months <= 240 and float(months).is_integer() else None


_YEARS_SAID = re.compile(
    "(?:连续|前|每年，?连续)(?P<n>[一二两三四五六\\d])(?:个)?(?:年|会计年度|年度)(?:内)?(?:，|每年|给予|按|可)*$"
)


def months_said(around: str) -> int | None:
    """For how long the words before say that it is given (前三年, 自认定次年起连续3年)."""
    hit = _YEARS_SAID.search(around)
    if hit is None:
        return None
    return 12 * (int(hit["n"]) if hit["n"].isdigit() else int(parse_chinese_number(hit["n"]) or 0)) or None


def discretion_of(words: str) -> str | None:
    """The words that leave it to the office (可, 择优); None for none."""
    hit = re.search("可(?:以|按|给予|再|申请)|择优|原则上|视财力", words)
    return hit.group().removesuffix("按") if hit else None


def payment_of(words: str) -> str | None:
    """The words of how it is paid out (先建后补, 即征即退); None for none."""
    hit = re.search(
        "先征后[返退]|即征即退|先缴后补|分(?:[一二三两]|\\d)?[期年次](?:拨付|兑现|发放)|后补助|先建后补|以奖代补", words
    )
    return hit.group() if hit else None
