"""Cases of the award before: those who get more of the same (其中小微企业按15%), told by it (1.2倍) or with a ceiling of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.model import All, Amount, Each, Fixed, Not, Rate, Rule, Tier, Tiers, Words
from indexer.extract.atoms import Node
from indexer.extract.passage import Part
from indexer.extract.relative import relative_amount
from indexer.extract.tiers import Draft


def told_by_last(last: Draft, nodes: Sequence[Node], award: Part, said: str) -> tuple[Draft, bool] | None:
    """The draft whose amount is told by the `last` one (按上述标准的1.2倍), and whether it takes its place; None for no such."""
    benefit = last.benefit
    amount = relative_amount(f"{said}，{award.text}", benefit.amount) if benefit else None
    if benefit is None or amount is None:
        return None
    case = _case(last, nodes)
    if isinstance(benefit.amount, Tiers) or benefit.amount is None or case is None:
        asked = [node for node in last.nodes if node.rule not in [n.rule for n in nodes]]
        told = replace(benefit, amount=amount, text=award.text)
        return Draft((*asked, *nodes), told, award.start, award.end), False
    return _with_case(last, case, amount, award.text, award.end), True


def bounded_for_some(last: Draft, nodes: Sequence[Node], cap: float, words: Part) -> Draft | None:
    """`last` with the ceiling `cap` for those whom `nodes` name; None where it gives no share, or they name nobody."""
    case, benefit = _case(last, nodes), last.benefit
    if case is None or benefit is None:
        return None
    match benefit.amount:
        case Rate():
            return _with_case(last, case, replace(benefit.amount, cap=cap), words.text, words.end)
        case Tiers((*first, Tier(rule, Rate() as rest) as row)):
            kept = first if isinstance(rule, Not) and rest.cap is None else [*first, row]
            tiers = Tiers((*kept, Tier(case, replace(rest, cap=cap))))
            return replace(last, end=words.end, benefit=replace(benefit, amount=tiers))
        case _:
            return None


def case_of(last: Draft, draft: Draft) -> Draft | None:
    """`last` with what `draft` gives to some of those who get it; None where `draft` gives something else."""
    mine, yours, case = last.benefit, draft.benefit, _case(last, draft.nodes)
    if mine is None or yours is None or case is None or mine.kind != yours.kind or mine.amount is None:
        return None
    amount = yours.amount
    if isinstance(mine.amount, Rate) and isinstance(amount, Rate) and amount.of in _NO_BASE:
        amount = replace(amount, of=mine.amount.of)
    if amount is None or amount == mine.amount or not _comparable(mine.amount, amount):
        return None
    return _with_case(last, case, amount, yours.text or "", draft.end)


_NO_BASE = ("manual:实际支出", "manual:已缴费用")


def _comparable(one: Amount, other: Amount) -> bool:
    match one, other:
        case (Rate(), Rate()) | (Each(), Each()):
            return getattr(one, "of", "") == getattr(other, "of", "")
        case (Fixed() | Words(), Fixed() | Words()):
            return all(re.search("\\d", getattr(amount, "text", "1")) for amount in (one, other))
        case _:
            return False


def _case(last: Draft, nodes: Sequence[Node]) -> Rule | None:
    """What `nodes` ask besides what `last` asks; None for nothing."""
    own = [node.rule for node in nodes if node.rule not in [asked.rule for asked in last.nodes]]
    if not own:
        return None
    return own[0] if len(own) == 1 else All(tuple(own))


def _with_case(last: Draft, case: Rule, amount: Amount, words: str, end: int) -> Draft:
    benefit = last.benefit
    assert benefit is not None
    assert benefit.amount is not None
    tiers = Tiers((Tier(case, amount), Tier(Not(case), benefit.amount)))
    return replace(last, end=end, benefit=replace(benefit, amount=tiers, text=f"{benefit.text}，{words}"))
