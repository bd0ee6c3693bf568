"""Which of the grants that a sentence seems to make are one: given, not wished or told, and to enterprises."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.extract.ceilings import pays_out
from indexer.extract.grant import Grant
from indexer.extract.grants import parts_text
from indexer.extract.passage import Part, Sentence
from indexer.extract.recipients import for_enterprise, is_pool, is_told, is_wish, names_firm


def real_grants(grants: Sequence[Grant], sentence: Sentence, before: str, *, personal: bool) -> list[Grant]:
    """The grants that are one: for enterprises, and given and not merely wished. What a wish asks of others (鼓励担保公司
    免收担保费，由财政给予…) is a condition of the grant after it.
    """
    if is_told(sentence.text):
        return []
    kept: list[Grant] = []
    wished: list[Part] = []
    for grant in grants:
        if sentence.heading and not re.search(
            "\\d|^对[^，]{4,}(?:免征|免收|减半|给予(?:奖励|补助|补贴|资助|奖补)$)", sentence.text
        ):
            continue
        award = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
        if _is_none(sentence.text[: grant.start - sentence.start], award):
            continue
        if is_wish(sentence.text[: grant.start - sentence.start], award):
            wished += [*grant.who, Part(grant.start, grant.end, award)]
            continue
        if wished:
            grant.who = [*wished, *grant.who]
            wished = []
        if pays_out(parts_text(grant.who[-1:]) + award) or is_pool(
            sentence.text[: grant.start - sentence.start], award
        ):
            continue
        if personal and not names_firm(parts_text(grant.who)):
            continue
        if _is_real(grant, sentence, before.split("，", maxsplit=1)[0]):
            kept.append(grant)
    return kept


# What is still to be tried out (探索对…给予贴息), what would be a breach (如有延期返还), and what is given no more.
_NOT_YET = re.compile(
    "(?:^|，)[^，]{0,24}探索(?!实验|未知|飞行)[^；]*$|(?:如有|如发生|若有|出现)$|(?:取消|停止)[^，]{0,16}$"
)
# What a bank charges for its accounts is waived for somebody, or is only its duty (适当减免账户管理服务等收费).
_BANK_CHARGE = re.compile("(?:减免|免收|减收|降低)[^，]{0,8}(?:账户|开户|结算|票据工本)[^，]{0,10}(?:费|收费)")
_FOR_WHOM = re.compile("(?:^|，)(?:对|为|向|凡)")
# Words of giving that only name a rule or those who fall under it (符合税前扣除条件的, 享受暂缓交纳政策的旅行社).
_NAMED = re.compile("税前扣除(?:条件|规定|范围)|^[^，]{0,24}政策的[^，的]{2,12}$")


def _is_none(said: str, award: str) -> bool:
    """Whether words of giving give nothing after all; `said` are those of the sentence before them."""
    if _NOT_YET.search(said) or _NAMED.search(award):
        return True
    return bool(_BANK_CHARGE.search(award)) and not _FOR_WHOM.search(said)


def _is_real(grant: Grant, sentence: Sentence, before: str) -> bool:
    who = parts_text(grant.who) or sentence.text[: grant.start - sentence.start] or before
    award = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
    return for_enterprise(who, award, before)
