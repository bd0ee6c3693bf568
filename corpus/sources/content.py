"""What the sample compilation says, as data: cover, parts, policies, a table, cards. Drawn from the bundled measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from corpus.catalogue import read_policies
from corpus.errors import InputError
from corpus.fields import registry
from corpus.model import All, Any, AtLeast, Condition, Measure, Not, Policy, Rule
from corpus.quantity import format_date, format_value

POLICIES = Path(__file__).resolve().parent.parent / "policies"
TITLE = "惠企政策汇编（示例）"
EDITION = "2026 年版"
DISCLAIMER = "本汇编由 huiqi 项目自行编写，用来演示读文件。内容是对公开政策要点的摘述，不是原文，不能作为申报依据；以发文机关公布的文件为准。"
LABEL = "摘述："

# Whole policies, then rows of the table, then cards: each part is another shape that real compilations come in.
WHOLE = ("HN-2025-JB", "CN-RS-2026-39", "HN-FW")
TABLE = ("CN-TAX-01", "CN-TAX-02", "CN-TAX-03", "CN-TAX-06", "CN-TAX-09", "CN-FEE-01", "CN-TAX-35")
CARDS = ("CN-FIN-01", "CN-FIN-03")
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Part:
    """The heading of a part; it starts a page."""

    title: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a policy, with its 文号 where it has one."""

    title: str
    doc_no: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `level` 1 is 一、, 2 is （一）."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Signature:
    """Who issued a policy and when, at its end."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose first row is its head."""

    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One measure as labelled fields."""

    title: str
    fields: tuple[tuple[str, str], ...]


Block: TypeAlias = Part | Heading | Paragraph | Signature | Grid | Card


def compilation(folder: Path = POLICIES) -> tuple[Block, ...]:
    """Everything after the cover and the contents, in reading order.

    Raises InputError where a bundled file cannot be read; KeyError where a policy or measure named above is gone.
    """
    policies = {policy.id: policy for policy in _read(folder)}
    measures = {measure.id: (policy, measure) for policy in policies.values() for measure in policy.measures}
    blocks: list[Block] = [Part("第一部分  政策摘编")]
    for identity in WHOLE:
        blocks.extend(_whole(policies[identity]))
    blocks.append(Part("第二部分  税费优惠事项一览表"))
    blocks.append(_grid([measures[identity] for identity in TABLE]))
    blocks.append(Part("第三部分  办事卡片"))
    blocks.extend(_card(*measures[identity]) for identity in CARDS)
    return tuple(blocks)


def headings(blocks: Sequence[Block]) -> tuple[tuple[str, int], ...]:
    """The lines of the contents: title and depth (0 a part, 1 what stands in it)."""
    titled = (block for block in blocks if isinstance(block, Part | Heading | Grid | Card))
    return tuple((block.title, 0 if isinstance(block, Part) else 1) for block in titled)


def rule_words(rule: Rule) -> str:
    """A rule in Chinese: what it asks, joined by ； where all of it is asked and by 或 where one is enough."""
    match rule:
        case Condition():
            return _condition_words(rule)
        case Not(of):
            return f"不是“{rule_words(of)}”"
        case All(of):
            return "；".join(map(rule_words, of))
        case Any(of):
            branches = (f"（{rule_words(branch)}）" if isinstance(branch, All) else rule_words(branch) for branch in of)
            return "或".join(dict.fromkeys(branches))
        case AtLeast(n, of):
            return f"下列至少 {n} 项：" + "、".join(map(rule_words, of))


def _read(folder: Path) -> Iterator[Policy]:
    for path in sorted(folder.glob("*.measures.yaml")):
        reading = read_policies(path)
        if reading.problems:
            raise InputError(*reading.problems)
        yield from reading.policies


def _condition_words(condition: Condition) -> str:
    if condition.text:
        return condition.text
    if condition.field == "manual":
        return str(condition.value)
    field = registry()[condition.field]
    return f"{field.label}{_OPERATORS[condition.op]}{format_value(field, condition.value)}"


_OPERATORS: Mapping[str, str] = {
    "ge": "不低于", "gt": "超过", "le": "不超过", "lt": "不足", "eq": "为", "is": "为", "in": "为", "not_in": "不为",
    "has": "有", "has_any": "有其一：", "has_all": "均有：", "lacks": "没有：", "within": "属于", "not_within": "不属于",
}  # fmt: skip


def _whole(policy: Policy) -> Iterator[Block]:
    yield Heading(policy.title, policy.doc_no)
    numerals = iter(NUMERALS)
    for measure in policy.measures:
        yield Paragraph(f"{next(numerals)}、{measure.title}", 1)
        yield Paragraph(f"（一）支持对象。{_subject(measure)}。", 2)
        yield Paragraph(f"（二）支持标准。{_standard(policy, measure)}", 2)
        yield Paragraph(f"（三）办理部门。{measure.department or policy.department or '见原文'}。", 2)
    yield Paragraph(f"{next(numerals)}、施行", 1)
    yield Paragraph(f"本文件{_term(policy)}。", 2)
    signed = [policy.issuer, policy.issued_on and format_date(policy.issued_on)]
    yield Signature(tuple(line for line in signed if line))


def _term(policy: Policy) -> str:
    start = f"自{format_date(policy.effective_from)}起施行" if policy.effective_from else "施行日未见"
    end = f"有效期至{format_date(policy.expires_on)}" if policy.expires_on else "有效期没有写明"
    return f"{start}，{end}"


def _subject(measure: Measure) -> str:
    return rule_words(measure.rule)


def _standard(policy: Policy, measure: Measure) -> str:
    texts = {clause.path: clause.text.removeprefix(LABEL) for clause in policy.clauses}
    return "".join(texts[path] for path in measure.clauses).replace("条号未见。", "")


def _grid(rows: Sequence[tuple[Policy, Measure]]) -> Grid:
    head = ("序号", "政策事项", "支持对象", "支持标准", "依据")
    body = tuple(
        (str(i), measure.title, _subject(measure), _standard(policy, measure), policy.doc_no or policy.title)
        for i, (policy, measure) in enumerate(rows, 1)
    )
    return Grid("全国性税费优惠（节选）", (head, *body))


def _card(policy: Policy, measure: Measure) -> Card:
    fields = (
        ("政策名称", policy.title),
        ("文号", policy.doc_no or "未见"),
        ("支持对象", _subject(measure)),
        ("支持标准", _standard(policy, measure)),
        ("有效期", _term(policy)),
        ("办理部门", measure.department or policy.department or "见原文"),
        ("办理方式", measure.process or "向办理部门咨询"),
    )
    return Card(measure.title, fields)
