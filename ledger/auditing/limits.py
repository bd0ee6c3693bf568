"""How long an office may take, as the measure itself says (办理时限): for its answer to an application, and for the money.

Only what is plain is read: a number of days together with what the office does within them. Two different numbers for
one thing, or days of which somebody else is to keep to, say nothing. Working days are turned into calendar days by
weeks of five; holidays are not known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from corpus.model import Measure, Policy
from corpus.quantity import find_quantities

DAYS_OF = {"day": 1.0, "workday": 7 / 5, "month": 30.0}
_SENTENCE = re.compile(r"[。；;\n]")
_WITHIN = re.compile(r"\s*(?:之|以)?内")
_ANSWER = re.compile(r"[^，,]{0,12}(?:办结|审批|审核|批复|答复|办理完毕|作出[^，,]{0,6}决定|完成审[批核定])")
_PAY = re.compile(r"[^，,]{0,12}(?:拨付|兑付|发放|到账|拨款|支付)")
# Days that the enterprise has to keep to, or for which something stands open.
_OTHERS = re.compile(r"企业应|申请人|申报单位|申请单位|申报企业|公示期|有效期|逾期|整改|补正|补齐")


def limits(policy: Policy, measure: Measure) -> dict[str, int]:
    """The calendar days that the measure gives the office, by transition (`applied_approved`, `approved_paid`)."""
    named = set(measure.clauses)
    texts = [measure.process or "", measure.note or "", *(one.text for one in policy.clauses if one.path in named)]
    return read_limits(texts)


def read_limits(texts: Iterable[str]) -> dict[str, int]:
    """The same, out of these texts.

    >>> read_limits(["自受理之日起15个工作日内办结，审核通过后30日内拨付到位。"])
    {'applied_approved': 21, 'approved_paid': 30}
    >>> read_limits(["企业应在15日内办结备案。", "7日内审批。10日内审批。"])
    {}
    """
    found: dict[str, set[int]] = {"applied_approved": set(), "approved_paid": set()}
    for sentence in (piece for text in texts for piece in _SENTENCE.split(text)):
        if _OTHERS.search(sentence):
            continue
        for quantity in find_quantities(sentence):
            within = _WITHIN.match(sentence, quantity.end)
            if quantity.unit not in DAYS_OF or within is None or quantity.rough or quantity.high is not None:
                continue
            days = math.ceil(round(quantity.value * DAYS_OF[quantity.unit], 6))
            if _PAY.match(sentence, within.end()):
                found["approved_paid"].add(days)
            elif _ANSWER.match(sentence, within.end()):
                found["applied_approved"].add(days)
    return {transition: days.pop() for transition, days in found.items() if len(days) == 1}
