"""From the words of one award and its conditions to drafts: what it comes to, shared out among the items of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.model import Any, Benefit, Fixed, Rate, Words
from corpus.rules import conditions as walk
from indexer.extract.amounts import kind_of, read_awards
from indexer.extract.atoms import Node
from indexer.extract.ceilings import later_years
from indexer.extract.context import without_base
from indexer.extract.pairing import pair, pair_listed, same_words
from indexer.extract.passage import Part, Sentence
from indexer.extract.tiers import Draft
from indexer.extract.titles import tag

# A sum as large as this is a fund's or a budget's, not one firm's.
_BUDGET = 3e8
# 「额度100亿元以上」 is what is aimed at.
_GOAL = re.compile("(?:不低于|不少于|超过|达到?)?\\d[\\d.]+亿元(?:以上)?")
PROMISE = re.compile("专项资金支持$|贴息|补贴|补助|奖励|奖补|贷款|资助|返还")


def spelled_out(draft: Draft, sentence: Sentence) -> Draft:
    """`draft`, whose words promise without a figure, with what `sentence` says that it comes to."""
    found = read_awards(tag(sentence.text, sentence.start), "")
    kind = _promised_kind(sentence.text, "")
    benefit = found[0] if found else Benefit(kind, Words(sentence.text), text=sentence.text)
    return replace(draft, benefit=benefit, end=sentence.end)


def drafts_of(
    nodes: Sequence[Node],
    award: Part,
    who: str,
    before: Sequence[Node],
    spelled: Callable[[int], list[tuple[str, list[Node]]] | None],
) -> list[Draft]:
    """The drafts of one award. `spelled` gives the conditions for each of the items of a list in the words of who."""
    tagged = tag(award.text, award.start)
    benefits = read_awards(tagged, who)
    if not benefits and PROMISE.search(award.text):
        benefits = [Benefit(_promised_kind(award.text, who), Words(award.text), text=award.text)]
    if (years := _by_years(who, award.text)) and benefits and isinstance(benefits[0].amount, (Fixed, Words)):
        benefits = [replace(benefits[0], amount=Words(years), frequency=None, months=None)]
    if (later := _LATER_YEAR.search(who)) and benefits and isinstance(benefits[0].amount, Words):
        benefits[0] = replace(benefits[0], amount=Words(later["year"] + benefits[0].amount.text))
    benefits = [
        benefit
        for benefit in benefits
        if not (isinstance(benefit.amount, Fixed) and benefit.amount.value >= _BUDGET)
        and not (isinstance(benefit.amount, Words) and _GOAL.fullmatch(benefit.amount.text))
        and not (benefit.kind == "loan" and isinstance(benefit.amount, Words) and "不低于" in benefit.amount.text)
    ]
    if not benefits:
        return []
    nodes = without_base(nodes, benefits[0], before)
    if benefits[0].kind == "procurement_preference":
        nodes = [node for node in nodes if not _of_purchase(node)]
    if len(benefits) > 1 and re.match("其", who):
        nodes = [*nodes, *(node for node in before if node.what == "tiers")]
    if len(benefits) > 1:
        last = nodes[-1].rule if nodes else None
        named_apart = (
            isinstance(last, Any) and len(last.of) == len(benefits) and "manual" not in {c.field for _, c in walk(last)}
        )
        listed = spelled(len(benefits)) if shared_out(benefits, who + award.text) else None
        alike = listed is not None and same_words([words for words, _ in listed])
        stages = bool(re.search("阶段|梯度|等次|档次", who + award.text))
        apart = None if named_apart or listed is None else pair_listed(nodes, listed, benefits, alike=stages)
        several_bases = any(isinstance(b.amount, Rate) for b in benefits) and not shared_out(benefits, who + award.text)
        pairs = apart or ([(nodes, b) for b in benefits] if several_bases else pair(nodes, benefits, alike=alike))
        if len(pairs) == len(benefits) and _unshared(pairs):
            # Who of them gets which sum is not understood: told in words, as one.
            return [Draft(tuple(nodes), replace(benefits[0], amount=Words(award.text)), award.start, award.end)]
        return [Draft(tuple(some), benefit, award.start, award.end) for some, benefit in pairs]
    if (each := _one_for_each(nodes, who[-6:] + award.text[:8])) and isinstance(benefits[0].amount, (Fixed, Words)):
        return [Draft(tuple(some), benefits[0], award.start, award.end) for some in each]
    return [Draft(tuple(nodes), benefits[0], award.start, award.end)]


def _one_for_each(nodes: Sequence[Node], words: str) -> list[list[Node]] | None:
    """The conditions for each of several titles that 分别 gives the same sum (获得A、B的，分别给予10万元); None for no such."""
    last = nodes[-1] if nodes else None
    if last is None or not re.search("分别|各", words) or not isinstance(last.rule, Any):
        return None
    fields = {c.field for _, c in walk(last.rule)}
    if fields - {"qualification", "event"} or same_words([str(c.value) for _, c in walk(last.rule)]):
        return None
    return [[*nodes[:-1], replace(last, rule=rule)] for rule in last.rule.of]


def _unshared(pairs: Sequence[tuple[Sequence[Node], Benefit]]) -> bool:
    """Whether sums in a row all stand under the same conditions, so that each would be given to everyone."""
    rules = [[node.rule for node in nodes] for nodes, _ in pairs]
    sums = all(isinstance(benefit.amount, (Fixed, Words)) for _, benefit in pairs)
    return sums and all(rule == rules[0] for rule in rules[1:]) and len({b.kind for _, b in pairs}) == 1


# What is bought and by whom: the buyer's, and no condition of the enterprise that it prefers.
_PURCHASE = re.compile("采购(?:项目|包|限额|工程|预算|活动|人|标的)|预算(?:总额|单位)|(?:货物|服务|工程)项目")


def _of_purchase(node: Node) -> bool:
    """Whether a condition in words is about what is bought."""
    said = [c for _, c in walk(node.rule)]
    return all(c.field == "manual" and _PURCHASE.search(str(c.value)) for c in said)


_FIRST_YEAR = re.compile("(?:第一年|首年|落户当年|认定当年|当年|前[一二两三]年)[^，\\d]{0,6}$")


# 「考核指标均完成的，第二年给予…」: the sum is of that year.
_LATER_YEAR = re.compile("，(?P<year>第[二三四五]年|次年)$")


def _by_years(who: str, award: str) -> str:
    """The words of an award that gives one sum in its first year and another in later ones; empty for no such."""
    first = _FIRST_YEAR.search(who)
    if first is None or not any(later_years(piece + "，", "首年") for piece in award.split("，")[1:]):
        return ""
    return first.group() + award


def shared_out(benefits: Sequence[Benefit], words: str) -> bool:
    """Whether several amounts are for the items of a list in order, and not for several bases (展位费80%、机票费70%)."""
    if re.search("分别|依次|相应", words):
        return True
    # A loan and the interest on it go to the same.
    return len({b.kind for b in benefits}) == 1 and not any(isinstance(b.amount, Rate) for b in benefits)


def _promised_kind(award: str, who: str) -> str:
    """The kind of a giving whose words name no figure."""
    if kind := kind_of(award, who):
        return kind
    if "返还" in award:
        return "refund"
    if re.search("每人|每名", award + who[-6:]):
        return "per_head_grant"
    share = re.search("一定比例|按[^，]{2,}(?:费|额(?!外)|收入|投入|支出|成本)|社(?:会)?保(?:险)?补贴", award)
    return "proportional_grant" if share else "one_off_grant"
