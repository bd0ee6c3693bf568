"""A clause with its words coloured by the piece of the measure that they became, and the figures that became none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from corpus.fields import registry
from corpus.model import All, Clause, Condition, Measure, Not, Policy, Rule
from corpus.quantity import find_quantities
from corpus.rules import conditions
from corpus.trail import made_from
from indexer.extract import Reading, Span, extract
from matcher.answer import asks
from web.words import heading

# What a colour means, in the order of the legend.
COLOURS = {
    "who": "企业是谁",
    "number": "数量门槛",
    "event": "经历、时间",
    "manual": "需人工确认",
    "benefit": "给什么",
    "amount": "金额、比例",
    "department": "责任部门",
    "unread": "没有读进去的数",
    "other": "同一条里的另一事项",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of one colour; `marks` are the numbers of the conditions that they became, empty for plain words."""

    text: str
    colour: str | None = None
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Painted:
    """A clause in pieces. Joined, the pieces are the clause's text."""

    clause: Clause
    pieces: tuple[Piece, ...]

    @property
    def colours(self) -> tuple[str, ...]:
        """The colours that occur, in the order of the legend."""
        return tuple(colour for colour in COLOURS if any(piece.colour == colour for piece in self.pieces))


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule as people read it, each condition with its number and colour; a heading over branches has neither."""

    words: str
    number: int | None = None
    colour: str | None = None
    condition: Condition | None = None
    of: tuple[Asked, ...] = ()


def asked(rule: Rule, today: date) -> Asked:
    """`rule` in plain Chinese, its conditions numbered from 1 in order as `paint` numbers their words."""
    return _asked(rule, today, count(1))


def _asked(rule: Rule, today: date, numbers: Iterator[int]) -> Asked:
    if isinstance(rule, Condition):
        return Asked(asks(rule, today), next(numbers), colour_of(rule), rule)
    branches = (rule.of,) if isinstance(rule, Not) else rule.of
    return Asked(heading(rule), of=tuple(_asked(branch, today, numbers) for branch in branches))


def paint(policy: Policy, measure: Measure, clause: Clause) -> Painted:
    """`clause` as the words of `measure`. The grammar reads it again; where its reading is another, words are looked up."""
    readings = extract(clause.text, title=policy.title, region=policy.region)
    mine = _reading_of(measure, clause, readings)
    layers: list[tuple[int, int, str, tuple[int, ...]]] = []
    if mine is not None:
        layers += [(span.start, span.end, _colour(span), ()) for span in mine.spans]
    layers = [layer for layer in layers if layer[2] not in ("who", "number", "event", "manual")]
    layers += _conditions(clause, measure, mine.spans if mine else ())
    others = [span for reading in readings if reading is not mine for span in reading.spans]
    benefits = [(start, end) for start, end, colour, _ in layers if colour == "benefit"]
    covered = [(start, end) for start, end, _, _ in layers] + [(span.start, span.end) for span in others]
    for found in find_quantities(clause.text):
        if any(start <= found.start and found.end <= end for start, end in benefits):
            layers.append((found.start, found.end, "amount", ()))
        elif not any(start < found.end and found.start < end for start, end in covered):
            layers.append((found.start, found.end, "unread", ()))
    layers = [(span.start, span.end, "other", ()) for span in others] + _narrow_last(layers)
    return Painted(clause, _pieces(clause.text, layers))


def _narrow_last(layers: list[tuple[int, int, str, tuple[int, ...]]]) -> list[tuple[int, int, str, tuple[int, ...]]]:
    return sorted(layers, key=lambda layer: layer[0] - layer[1])


def _reading_of(measure: Measure, clause: Clause, readings: Sequence[Reading]) -> Reading | None:
    """The reading that `measure` was drafted from: the same rule, else the same benefit, else by its number in the id.

    Only the first of its clauses grants; the others are where some of its conditions stand.
    """
    if measure.clauses and measure.clauses[0] != clause.path:
        return None
    same_rule = [r for r in readings if (r.rule or All()) == measure.rule]
    same_gift = [r for r in same_rule or readings if r.benefit == measure.benefit]
    number = re.search(r"[-.](\d+)$", made_from(measure.id))
    if not same_gift and number and 1 <= int(number[1]) <= len(readings):
        return readings[int(number[1]) - 1]
    return next(iter(same_gift or same_rule), None)


def _conditions(clause: Clause, measure: Measure, spans: Sequence[Span]) -> list[tuple[int, int, str, tuple[int, ...]]]:
    """Where the words of each condition stand in `clause`: in a span of its field, else where the words are found."""
    marks: dict[tuple[int, int, str], list[int]] = {}
    used: set[tuple[str, int]] = set()
    for number, (_, condition) in enumerate(conditions(measure.rule), 1):
        if condition.clause not in (None, clause.path):
            continue
        words = condition.text or (str(condition.value) if condition.field == "manual" else "")
        fits = [span for span in spans if condition.field in span.what.split("、")]
        said = [span for span in fits if words and find(clause.text[span.start : span.end], words)]
        fresh = [span for span in (said if words else fits) if (condition.field, span.start) not in used]
        if span := next(iter(fresh or said), None):
            used.add((condition.field, span.start))
            place = (span.start, span.end)
        elif found := find(clause.text, words):
            place = found
        else:
            continue
        marks.setdefault((*place, colour_of(condition)), []).append(number)
    return [(start, end, colour, tuple(numbers)) for (start, end, colour), numbers in marks.items()]


def find(text: str, words: str) -> tuple[int, int] | None:
    """From where to where `words` stand in `text`, whatever blanks and line breaks either has; None where they do not."""
    places = [i for i, letter in enumerate(text) if not letter.isspace()]
    bare = "".join(words.split())
    at = "".join(text[i] for i in places).find(bare) if bare else -1
    return None if at < 0 else (places[at], places[at + len(bare) - 1] + 1)


def colour_of(condition: Condition) -> str:
    """The colour of a condition, by what it asks about."""
    return _field_colour(condition.field)


def _colour(span: Span) -> str:
    return span.what if span.what in COLOURS else _field_colour(span.what.partition("、")[0])


def _field_colour(name: str) -> str:
    field = registry().get(name)
    if field is None or field.type == "manual":
        return "manual"
    return {"number": "number", "event": "event", "date": "event"}.get(field.type, "who")


def _pieces(text: str, layers: Sequence[tuple[int, int, str, tuple[int, ...]]]) -> tuple[Piece, ...]:
    """`text` in runs; where layers lie over one another the last one shows."""
    top: list[int | None] = [None] * len(text)
    for i, (start, end, _, _) in enumerate(layers):
        top[start:end] = [i] * (min(end, len(text)) - start)
    pieces: list[Piece] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and top[end] == top[at]:
            end += 1
        layer = top[at]
        if layer is None:
            pieces.append(Piece(text[at:end]))
        else:
            _, _, colour, marks = layers[layer]
            shown = any(piece.marks == marks for piece in pieces)
            pieces.append(Piece(text[at:end], colour, () if shown else marks))
        at = end
    return tuple(pieces)
