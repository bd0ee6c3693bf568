"""A rule as a form: groups of lines that a person can add, change, wrap and drop without seeing how rules are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import TypeAlias

from corpus.errors import InputError
from corpus.fields import Field, registry
from corpus.model import All, Any, AtLeast, Condition, Not, Rule
from corpus.rules import HINT_KINDS, MAX_DEPTH, conditions, parse_rule
from web.answers import Unreadable
from web.review.values import read_value, value_texts

HOW = {"all": "同时满足", "any": "满足任一项", "none": "都不得有", "at_least": "至少满足几项"}
# What the buttons add up to; what a rule has already is kept whatever its size.
MOST_BRANCHES = 60
DEEPEST = 8

Given: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Line:
    """One condition in the form: texts as typed. `problem` says what of it cannot be read."""

    field: str = "manual"
    op: str = "confirm"
    texts: dict[str, tuple[str, ...]] = made(default_factory=dict)
    period: str = ""
    hint: str = ""
    text: str = ""
    clause: str = ""
    note: str = ""
    problem: str = ""

    @property
    def known(self) -> Field:
        """The field that it asks about."""
        return registry()[self.field]

    def first(self, key: str) -> str:
        """What was typed under `key`; empty where nothing was."""
        return next(iter(self.texts.get(key, ())), "")


@dataclass(slots=True)
class Group:
    """Conditions that belong together. `lone` marks one that stands for its only member and is no group of its own."""

    how: str = "all"
    of: list[Line | Group] = made(default_factory=list)
    n: str = "1"
    lone: bool = False
    problem: str = ""


# ---------------------------------------------------------------- rule to form


def group_of(rule: Rule) -> Group:
    """The form of a whole rule: always a group."""
    node = _node(rule)
    return node if isinstance(node, Group) else Group(of=[node], lone=True)


def _node(rule: Rule) -> Line | Group:
    match rule:
        case Condition():
            known = registry()[rule.field]
            return Line(
                field=rule.field,
                op=rule.op,
                texts=value_texts(known, rule.value),
                period=rule.period or "",
                hint=(rule.hints.kind if rule.hints else "") or "",
                text=rule.text or "",
                clause=rule.clause or "",
                note=rule.note or "",
            )
        case All(of):
            return Group("all", [_node(branch) for branch in of])
        case Any(of):
            return Group("any", [_node(branch) for branch in of])
        case Not(Any(of)):
            return Group("none", [_node(branch) for branch in of])
        case Not(inner):
            return Group("none", [_node(inner)], lone=True)
        case AtLeast(n, of):
            return Group("at_least", [_node(branch) for branch in of], n=str(n))


# ---------------------------------------------------------------- posted form to form


def read_group(given: Given, name: str, depth: int = 0) -> Group:
    """The group whose inputs begin with `name`, as posted."""
    members: list[Line | Group] = []
    while depth < MAX_DEPTH:
        inner = f"{name}.{len(members)}"
        if f"{inner}.how" in given:
            members.append(read_group(given, inner, depth + 1))
        elif f"{inner}.field" in given:
            members.append(_read_line(given, inner))
        else:
            break
    how = _first(given, f"{name}.how")
    return Group(
        how=how if how in HOW else "all",
        of=members,
        n=_first(given, f"{name}.n") or "1",
        lone=bool(_first(given, f"{name}.lone")),
    )


def _read_line(given: Given, name: str) -> Line:
    known = registry().get(_first(given, f"{name}.field")) or registry()["manual"]
    op = _first(given, f"{name}.op")
    texts = {key: given[f"{name}.{key}"] for key in ("value", "low", "high", "from", "to") if f"{name}.{key}" in given}
    was = registry().get(_first(given, f"{name}.was"))
    if was is not None and was.type != known.type:
        texts = {}
    return Line(
        field=known.name,
        op=op if op in known.operators else known.operators[0],
        texts=texts,
        period=_first(given, f"{name}.period") if known.by_year else "",
        **{key: _first(given, f"{name}.{key}") for key in ("hint", "text", "clause", "note")},
    )


def _first(given: Given, name: str) -> str:
    return next(iter(given.get(name, ())), "").strip()


# ---------------------------------------------------------------- form to rule


def rule_of(group: Group, before: Rule | None = None) -> Rule | None:
    """The rule that the form says; None where a line cannot be read, which then says why.

    A condition that asks the same as one of `before` keeps what the machine knew about it.
    """
    known = {} if before is None else {condition: condition for _, condition in conditions(before)}
    return _rule(group, known)


def _rule(node: Line | Group, known: Mapping[Condition, Condition]) -> Rule | None:
    if isinstance(node, Line):
        return _condition(node, known)
    branches = [_rule(branch, known) for branch in node.of]
    if node.how == "at_least" and not (node.n.isdigit() and 1 <= int(node.n) <= max(len(node.of), 1)):
        node.problem = f"请写 1 到 {len(node.of)} 之间的数"
        return None
    read = tuple(branch for branch in branches if branch is not None)
    if len(read) < len(branches):
        return None
    if len(read) == 1 and node.lone:
        return Not(read[0]) if node.how == "none" else read[0]
    match node.how:
        case "any":
            return Any(read)
        case "none":
            return Not(Any(read))
        case "at_least":
            return AtLeast(int(node.n), read)
        case _:
            return All(read)


def _condition(line: Line, known: Mapping[Condition, Condition]) -> Condition | None:
    line.problem = ""
    try:
        written = {"field": line.field, "op": line.op, "value": read_value(line.known, line.op, line.texts)}
        for key in ("period", "text", "clause", "note"):
            if value := getattr(line, key):
                written[key] = value
        if line.hint in HINT_KINDS:
            written["hints"] = {"kind": line.hint}
        read = parse_rule(written, line.known.label)
    except (Unreadable, InputError) as error:
        line.problem = str(error)
        return None
    if not isinstance(read, Condition):
        raise TypeError(read)
    was = known.get(read)
    if was is None:
        return read
    hint = was.hints.kind if was.hints else None
    return was if (was.text or "") == line.text and (hint or "") == line.hint else read


# ---------------------------------------------------------------- buttons


def press(group: Group, act: str, where: Sequence[int]) -> None:
    """What the button `act` does to the member at `where` (places from the outermost group inwards).

    `add` and `group` put a line or a group into the group there; `drop` takes the member out; `wrap` puts it into a
    group of its own; `out` moves it out of its group. A place that is not there is left alone.
    """
    if act in ("add", "group"):
        target = _at(group, where)
        if isinstance(target, Group) and len(target.of) < MOST_BRANCHES:
            target.lone = False
            target.of.append(Line() if act == "add" else Group("any", [Line()]))
        return
    parent = _at(group, where[:-1])
    if not where or not isinstance(parent, Group) or where[-1] >= len(parent.of):
        return
    member = parent.of[where[-1]]
    if act == "drop":
        parent.lone = False
        del parent.of[where[-1]]
    elif act == "wrap" and len(where) < DEEPEST:
        parent.of[where[-1]] = Group("any", [member])
    elif act == "out" and len(where) > 1:
        above = _at(group, where[:-2])
        if isinstance(above, Group):
            del parent.of[where[-1]]
            above.of.insert(where[-2] + 1, member)
            if not parent.of:
                above.of.remove(parent)


def _at(group: Group, where: Sequence[int]) -> Line | Group | None:
    node: Line | Group = group
    for place in where:
        if not isinstance(node, Group) or not 0 <= place < len(node.of):
            return None
        node = node.of[place]
    return node
