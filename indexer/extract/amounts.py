"""What is given: from the words of an award to a `Benefit`, or several where the words give several."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import Amount, Benefit, Cut, Each, Fixed, Rate, Words
from indexer.extract import lexicon
from indexer.extract.caps import other_caps
from indexer.extract.rates import read_rates
from indexer.extract.sums import read_sums
from indexer.extract.taxes import read_taxes
from indexer.extract.terms import discretion_of, frequency_of, months_of, months_said, payment_of, shares_by_year
from indexer.extract.tokens import Tagged


def kind_of(award: str, around: str) -> str | None:
    """The kind of benefit that the words name; None where only the amount can tell.

    `award` are the words from the verb of giving on, `around` those that stand before.
    """
    for row in lexicon.load("kinds"):
        text = award if row.get("only") == "award" else f"{around}|{award}"
        if re.search(row["words"], text) and not (row.get("not") and re.search(row["not"], text)):
            return str(row["kind"])
    return None


def read_awards(tagged: Tagged, around: str, kind_hint: str | None = None) -> list[Benefit]:
    """The benefits that an award's words give: none where they give nothing that can be told apart from a promise.

    One benefit each for rates with a base of their own (展位费最高80%、机票费最高70%); money that 分别 shares out comes as
    several benefits in the order of the words.
    """
    text = tagged.text
    words = tagged.words(0, len(text))
    kind = kind_of(words, around) or kind_hint
    if hit := re.search("申请[^，]*?(?P<loan>[^，的\\d元]{2,12}贷款)", words):
        sums = read_sums(tagged, around)
        loan = Benefit("loan", sums[0][0] if sums else Words(words), text=words)
        if isinstance(loan.amount, Fixed):
            loan = Benefit("loan", Words(f"最高{tagged.words(*_first_sum(tagged))}"), text=words)
        if "贴息" not in words:
            return [loan]
        rest = words[hit.end() :]
        return [
            loan,
            Benefit(
                "interest_subsidy",
                Rate(1.0, 1.0, "manual:贷款利息")
                if "全额" in rest
                else Words(rest.strip("，") if "，" in rest else f"{hit['loan']}贴息"),
                text=words,
            ),
        ]
    if _LAND_PRICE.search(words):
        return [Benefit("land_or_energy", Words(words), text=words)]
    if _AS_LAID_DOWN.match(words) and "\ue002" not in text:
        charged = re.sub("（[^）]*）", "", words)
        return [Benefit("fee_cut", Words(charged), text=words)]
    if ("预付款" in words and "采购" in words) or _FOR_SMALL.search(words):
        return [Benefit("procurement_preference", Words(words), text=words)]
    amounts = read_taxes(tagged, around) or read_rates(tagged, around) or read_sums(tagged, around)
    if not amounts:
        return []
    if kind == "procurement_preference":
        amounts = [(Words(words), kind)]
    if kind in ("loan", "equity") and isinstance(amounts[0][0], Fixed):
        amounts = [(Words(f"最高{tagged.words(*_first_sum(tagged))}"), kind)]  # what can be borrowed is a ceiling
    years = shares_by_year(around, words)
    if years and isinstance(first := amounts[0][0], Rate):
        amounts = [(Rate(1.0, 1.0, first.of, cap=first.cap, floor=first.floor), amounts[0][1])]
    out = []
    for amount, own_kind in amounts:
        off_income = "extra_deduction" if re.search("抵扣[^，]{0,16}应纳税所得额", words) else None
        chosen = off_income or own_kind or kind or _kind_by_amount(amount, text)
        if chosen == "one_off_grant" and isinstance(amount, Words) and _BY_SPENDING.search(f"{around[-16:]}，{words}"):
            chosen = "proportional_grant"
        if chosen == "proportional_grant" and _PAID_BACK.search(getattr(amount, "of", "")):
            chosen = "refund"
        out.append(
            Benefit(
                kind=chosen,
                amount=_of_its_cost(amount, chosen),
                frequency=frequency_of(words),
                caps=other_caps(tagged, amount),
                months=months_of(tagged) or months_said(around),
                by_year=years if isinstance(amount, Rate) else (),
                discretion=discretion_of(words),
                payment=payment_of(words),
                text=words,
            )
        )
    return out


# What a share is of where the words name no cost.
_COST_OF = {"premium_subsidy": "manual:保费", "interest_subsidy": "manual:贷款利息", "rent_cut": "manual:租金"}


def _of_its_cost(amount: Amount, kind: str) -> Amount:
    if isinstance(amount, Rate) and amount.of == "manual:实际支出" and kind in _COST_OF:
        return replace(amount, of=_COST_OF[kind])
    return amount


# What the state buys from small firms only.
_FOR_SMALL = re.compile("(?:专门|全额)面向(?:中小微?|小微)企业[^，]{0,6}(?:采购|预留)")


# A price of land is told in words: which share of which price, and of what it is a floor.
_LAND_PRICE = re.compile(
    "(?:底价|地价|起始价)[^，]*(?:执行|确定)|确定[^，]{0,8}(?:底价|地价|起始价)|不再?(?:增收|加收|补收|补缴|缴纳)[^，]*(?:价款|出让金|土地款)"
)
_AS_LAID_DOWN = re.compile("减按[^，]*(?:征收|收取|计收|缴纳)[^，]*费")


# 「按实际建设投入给予最高500万元」 follows what is spent, though no share is told.
_BY_SPENDING = re.compile(
    "(?:按照?|根据|依据)(?:其|企业|项目)?[^，]{0,10}(?:投入|投资|支出|费用|成本|发生额)(?:额|金额)?(?:实际)?(?:情况)?(?:的一定比例)?(?:，|给予|予以|最高|补)"
)
# A share of what was paid to the local treasury is that much paid back.
_PAID_BACK = re.compile("^tax:|地方留成|地方(?:财政)?(?:分成|所得)|增值税|所得税")


def _first_sum(tagged: Tagged) -> tuple[int, int]:
    i = next(i for i, tag in tagged.within(0, len(tagged.text)) if tag.kind == "money")
    return i, i + 1


def _kind_by_amount(amount: Amount, text: str) -> str:
    match amount:
        case Rate() | Cut():
            return "proportional_grant"
        case Each(_, of, _):
            return "per_head_grant" if "人" in of or of.startswith("new_") else "proportional_grant"
        case Words(words) if "\ue002" in text and "\ue001" not in text and "%" in words:
            return "proportional_grant"
        case _:
            return "one_off_grant"
