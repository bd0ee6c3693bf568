"""An optional second reader: a language model behind an OpenAI-compatible address suggests drafts for clauses.

Off unless an address is given. What it says is a draft in the same form as the grammar's, and is taken only where every
number and every name in it stands in the clause: a model that invents is not heard. Nothing here confirms anything.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any as Json

from corpus.benefits import KINDS, dump_benefit, parse_benefit
from corpus.codes import industries, regions, titles
from corpus.errors import InputError, Problem
from corpus.fields import registry
from corpus.model import Clause, Condition, Measure, Policy, Source
from corpus.quantity import find_quantities
from corpus.rules import conditions, parse_rule

_TIMEOUT = 120
_GIVES = re.compile("奖励|奖补|补助|补贴|资助|贴息|减免|免征|免收|减半|返还|退还|扣除|支持")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Model:
    """A chat model at an OpenAI-compatible address (`…/v1`); `key` where it asks for one."""

    url: str
    name: str
    key: str = ""

    def answer(self, question: str) -> str:
        """What the model says. Raises InputError where it cannot be reached or gives no answer."""
        if not self.url.startswith(("http://", "https://")):
            raise InputError(
                Problem("--url", f'找到 "{self.url}"', "http:// 或 https:// 开头的地址，如 http://127.0.0.1:11434/v1")
            )
        body = {"model": self.name, "temperature": 0, "messages": [{"role": "user", "content": question}]}
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {self.key}"} if self.key else {})}
        request = urllib.request.Request(  # noqa: S310
            f"{self.url.rstrip('/')}/chat/completions", json.dumps(body).encode(), headers
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
                return str(json.load(answer)["choices"][0]["message"]["content"])
        except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
            raise InputError(Problem("模型", f"{self.url} 没有给出回答（{error}）", "OpenAI 兼容的对话接口")) from error


@dataclass(frozen=True, slots=True)
class Suggested:
    """What came of asking about one clause: the drafts that stand in its words, and why others were not taken."""

    measures: tuple[Measure, ...]
    refused: tuple[str, ...]


def gives(text: str) -> bool:
    """Whether a clause has words of giving at all: others are not worth asking about."""
    return _GIVES.search(text) is not None


def suggest(model: Model, policy: Policy, clause: Clause) -> Suggested:
    """The drafts that `model` suggests for `clause`. Raises InputError where the model cannot be reached."""
    said = model.answer(_question(policy, clause))
    measures: list[Measure] = []
    refused: list[str] = []
    for entry in _entries(said, refused):
        try:
            measure = _measure(entry, policy, clause, model.name, len(measures) + 1)
        except InputError as error:
            refused += [str(problem) for problem in error.problems]
            continue
        strange = list(invented(measure, clause.text, policy.region))
        if strange:
            refused.append(f"“{measure.title}”里有条款没有的内容：{'、'.join(strange)}")
        else:
            measures.append(measure)
    return Suggested(tuple(measures), tuple(refused))


def invented(measure: Measure, text: str, region: str | None = None) -> Iterator[str]:
    """The numbers and names of a measure that do not stand in `text`; `region` is what 本市, 省内 mean there."""
    plain = re.sub(r"\s", "", text)
    stated = {1.0, *(float(number) for number in _NUMBER.findall(text))}
    for quantity in find_quantities(text):
        stated |= {quantity.value, *([] if quantity.high is None else [quantity.high])}
    stated |= {1 - share for share in stated if 0 < share < 1}  # 减按60%征收 is a cut of 40%
    known = {round(number, 6) for number in stated}
    for _, condition in conditions(measure.rule):
        yield from _invented_in(condition, plain, known, region)
    if measure.benefit is not None:
        yield from _invented_of(dump_benefit(measure.benefit), plain, known)


def _invented_of(benefit: Json, plain: str, stated: set[float]) -> Iterator[str]:
    """What a benefit gives that is not in the clause: sums, rates and bases; its words are for people and not looked at."""
    match benefit:
        case dict():
            for key, value in benefit.items():
                if key == "of" and str(value).startswith("manual:"):
                    words = str(value).removeprefix("manual:")
                    yield from [] if re.sub(r"\s", "", words) in plain else [words]
                elif key not in ("kind", "text", "payment", "stacking", "discretion", "frequency", "of", "per", "when"):
                    yield from _invented_of(value, plain, stated)
        case list():
            for value in benefit:
                yield from _invented_of(value, plain, stated)
        case int() | float() if round(float(benefit), 6) not in stated:
            yield _shown(benefit)


def _invented_in(condition: Condition, plain: str, stated: set[float], region: str | None) -> Iterator[str]:
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    for value in values:
        if isinstance(value, int | float):
            if round(float(value), 6) not in stated:
                yield _shown(value)
        elif isinstance(value, str) and not _named(condition.field, value, plain, region):
            yield value


def _shown(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:g}"


def _named(field: str, value: str, plain: str, region: str | None) -> bool:
    """Whether `value` is named in the clause, by one of its names."""
    match field:
        case "region" | "tax_region":
            said = {regions.name(value), regions.full_name(value)} if regions.known(value) else {value}
            return value == region or any(re.sub("[市省县区]$", "", name) in plain for name in said)
        case "industry":
            return industries.known(value) and re.sub("业$", "", industries.name(value)) in plain
        case "qualification":
            known = titles.find(value)
            names = (value, *((known.name, *known.aliases) if known else ()))
            return any(re.sub(r"[\s“”\"]", "", name) in re.sub('[“”"]', "", plain) for name in names)
        case "event":  # 首次认定高新技术企业 is 首次认定的高新技术企业
            return re.sub(r"[\s的]", "", value) in plain.replace("的", "")
        case _:
            choices = registry()[field].values
            return re.sub(r"\s", "", choices.get(value, value)) in plain or value in choices


def _measure(entry: Json, policy: Policy, clause: Clause, name: str, number: int) -> Measure:
    if not isinstance(entry, dict):
        raise InputError(Problem("模型的回答", f"找到 {entry!r}", "一个事项对象"))
    rule = parse_rule(entry.get("rule") or {"all": []}, "rule")
    if not list(conditions(rule)):
        raise InputError(Problem("rule", "没有条件", "至少一个条件"))
    benefit = parse_benefit(entry["benefit"], "benefit") if entry.get("benefit") else None
    title = str(entry.get("title") or clause.heading or clause.text[:24]).strip()[:60]
    source = Source(kind="machine", confidence="0.50", note=f"语言模型 {name}")
    return Measure(
        f"{policy.id}#{clause.path}-模型{number}",
        title,
        rule,
        benefit,
        clauses=(clause.path,),
        review="draft",
        source=source,
    )


def _entries(said: str, refused: list[str]) -> list[Json]:
    """The measures in what the model said: JSON, bare or within a fence."""
    inside = re.search(r"\{.*\}", said, re.DOTALL)
    try:
        found = json.loads(inside[0] if inside else said).get("measures", [])
    except (ValueError, AttributeError):
        refused.append(f"模型的回答读不懂：{said[:80]}")
        return []
    return found if isinstance(found, list) else []


def _question(policy: Policy, clause: Clause) -> str:
    fields = "\n".join(
        f"{field.name}（{field.label}，{field.type}，{field.unit or ''}）：{'、'.join(field.operators)}"
        for field in registry().values()
    )
    kinds = "、".join(f"{kind}={words}" for kind, words in KINDS.items())
    return f"""从下面的条款里读出给企业的支持事项，只用条款里的字和数，不补充、不推断。没有给企业的支持就回答 {{"measures": []}}。
回答一个 JSON 对象：{{"measures": [{{"title": "…", "rule": {{"all": [{{"field": "…", "op": "…", "value": …}}]}}, "benefit": {{"kind": "…", "amount": {{"fixed": 元}} 或 {{"rate": 小数, "of": "字段", "cap": 元}}}}}}]}}
条件的字段和算符（金额用元，比例用小数；写不成字段的用 {{"field": "manual", "op": "confirm", "value": "原文"}}）：
{fields}
支持类别：{kinds}
政策：{policy.title}
条款：{clause.text}"""
