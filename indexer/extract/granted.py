"""Which of the grants that a sentence seems to make are one: given, not wished or told, and to enterprises."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.extract.ceilings import pays_out
from indexer.extract.grants import Grant, parts_text
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
        if sentence.heading and not re.search("\\d|^对[^，]{4,}(?:免征|免收|减半)", sentence.text):
            continue
        award = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
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


def _is_real(grant: Grant, sentence: Sentence, before: str) -> bool:
    who = parts_text(grant.who) or sentence.text[: grant.start - sentence.start] or before
    award = sentence.text[grant.start - sentence.start : grant.end - sentence.start]
    return for_enterprise(who, award, before)
