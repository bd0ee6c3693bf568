"""What people changed of what the machine read, entry by entry, and how it is done again when a file is read anew.

A `Decision` is about one measure: the reading before it, what the person left, who, when and why. A `Recut` is about
where one policy ends and the next begins. Both are kept for good; nothing here decides anything by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any as Json
from typing import Literal, TypeAlias

from corpus.catalogue import dump_measure, dump_policy, parse_measure, parse_policies
from corpus.errors import InputError, Problem
from corpus.model import Clause, Measure, Policy

Action: TypeAlias = Literal["accept", "correct", "split", "merge", "reject", "reopen", "add"]
ACTIONS: dict[str, str] = {
    "accept": "确认",
    "correct": "更正",
    "split": "拆开",
    "merge": "合并",
    "reject": "不算事项",
    "reopen": "退回待审",
    "add": "新增",
}
HOWS = {"join": "并入前一项", "split": "另起一项", "rename": "改名称、文号"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person made of one measure.

    `before` is None for a measure that the decision made (one half of a split, or one that the machine had missed). `text` is what the clauses said that
    it cites, filled in when it is kept: on other words the decision does not stand.
    """

    policy: str
    measure: str
    by: str
    at: datetime
    action: Action
    before: Measure | None
    after: Measure
    reason: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Recut:
    """Where a person found a policy cut wrongly.

    `join`: it belongs to the policy before it, `into`. `split`: from `clause` on it is another, `title` and `doc_no`.
    `rename`: it is called `title` and numbered `doc_no`. `was` keeps title and 文号 as they were. `heads` are the
    headers (issuer, dates, term …) as they read after the cut, by policy id. `no` is its number among those that are
    kept; `undone` says who took it back, and when.
    """

    policy: str
    how: Literal["join", "split", "rename"]
    by: str
    at: datetime
    clause: str | None = None
    into: str | None = None
    title: str | None = None
    doc_no: str | None = None
    was: tuple[str, str | None] | None = None
    heads: dict[str, dict[str, Json]] | None = None
    no: int | None = field(default=None, compare=False)
    undone: tuple[str, datetime] | None = None


def words_of(policy: Policy, measure: Measure) -> str:
    """What the clauses say that `measure` cites, one a line."""
    texts = {clause.path: clause.text for clause in policy.clauses}
    return "\n".join(texts[path] for path in measure.clauses if path in texts)


def recall(policy: Policy, decisions: Iterable[Decision]) -> Policy:
    """`policy` as read anew, with each of its drafts as people last left it where its clauses still say the same.

    A measure that the file itself calls confirmed or rejected is left alone: there a person has spoken already. What a
    person added stands after them.
    """
    every = tuple(decisions)
    last = {decision.measure: decision for decision in every}
    measures = []
    known = {measure.id for measure in policy.measures}
    for measure in policy.measures:
        found = last.get(measure.id) if measure.review == "draft" else None
        left = found and _left(policy, measure, found)
        measures.append(left or measure)
        if left:
            parts = (d for d in last.values() if d.measure not in known and made_from(d.measure) == measure.id)
            measures += [part for decision in parts if (part := _left(policy, measure, decision)) is not None]
    added = dict.fromkeys(decision.measure for decision in every if decision.action == "add")
    for decision in (last[identity] for identity in added if identity not in known):
        if words_of(policy, decision.after) == decision.text:
            measures.append(decision.after)
    return replace(policy, measures=tuple(measures))


def _left(policy: Policy, measure: Measure, decision: Decision) -> Measure | None:
    """What `decision` left of `measure`, its clauses by their names of now; None where they say something else."""
    before = decision.before.clauses if decision.before else decision.after.clauses
    if len(before) == len(measure.clauses) and words_of(policy, measure) == decision.text:
        names = {clause.path: clause.path for clause in policy.clauses}
        return _citing(decision.after, names | dict(zip(before, measure.clauses, strict=True)))
    return decision.after if words_of(policy, decision.after) == decision.text else None


def part_id(measure: str, number: int) -> str:
    """The id of the part `number` (from 2) that was split off `measure`."""
    return f"{made_from(measure)}+{number}"


def made_from(measure: str) -> str:
    """The id of the measure that the one with id `measure` was split off; its own where it was not."""
    whole, plus, number = measure.rpartition("+")
    return whole if plus and number.isdigit() else measure


# ---------------------------------------------------------------- cuts


def recut(policies: Sequence[Policy], cut: Recut) -> tuple[Policy, ...]:
    """The policies of a document, in order, after `cut`. Raises InputError where it does not fit them."""
    return tuple(_headed(policy, (cut.heads or {}).get(policy.id)) for policy in _recut(policies, cut))


def _headed(policy: Policy, head: dict[str, Json] | None) -> Policy:
    """`policy` with the header `head`, written as in a file; as it is where there is none."""
    if head is None:
        return policy
    reading = parse_policies({"policies": [{**dump_policy(policy), **head}]}, policy.id)
    if reading.problems:
        raise InputError(*reading.problems)
    return reading.policies[0]


_HEAD = (
    *("doc_no", "issuer", "level", "region", "written_on", "issued_on", "published_on", "effective_from", "expires_on"),
    *("validity", "replaces", "basis", "department"),
)


def with_heads(policies: Sequence[Policy], cut: Recut, read: Callable[[Policy], Policy]) -> Recut:
    """`cut` with the headers that `read` finds in the policies that it makes of `policies`; a new name changes no header.

    Raises InputError where it does not fit them.
    """
    if cut.how == "rename":
        return cut
    before = {id(policy) for policy in policies}
    made = [policy for policy in recut(policies, cut) if id(policy) not in before]
    heads = {policy.id: dump_policy(read(policy)) for policy in made}
    return replace(cut, heads={name: {key: head.get(key) for key in _HEAD} for name, head in heads.items()})


def _recut(policies: Sequence[Policy], cut: Recut) -> tuple[Policy, ...]:
    at = next((i for i, policy in enumerate(policies) if policy.id == cut.policy), None)
    if at is None:
        raise InputError(Problem("policy", f'没有政策 "{cut.policy}"', "这份文件里的政策编号"))
    policy = policies[at]
    if cut.how == "rename":
        renamed = replace(policy, title=_title(cut), doc_no=cut.doc_no or None)
        return (*policies[:at], renamed, *policies[at + 1 :])
    if cut.how == "join":
        if at == 0 or cut.into not in (None, policies[at - 1].id):
            raise InputError(Problem("policy", f"《{policy.title}》前面没有可并入的政策", "同一份文件里的前一项政策"))
        return (*policies[: at - 1], _joined(policies[at - 1], policy), *policies[at + 1 :])
    return (*policies[:at], *_split(policy, cut), *policies[at + 1 :])


def recut_all(policies: Sequence[Policy], cuts: Iterable[Recut]) -> tuple[tuple[Policy, ...], tuple[Recut, ...]]:
    """`policies` after each of `cuts` in order, and those that no longer fit."""
    lost = []
    for cut in cuts:
        try:
            policies = recut(policies, cut)
        except InputError:
            lost.append(cut)
    return tuple(policies), tuple(lost)


def _title(cut: Recut) -> str:
    if not (cut.title or "").strip():
        raise InputError(Problem("title", "没有写名称", "不空的文字"))
    return (cut.title or "").strip()


def _joined(one: Policy, other: Policy) -> Policy:
    taken = {clause.path for clause in one.clauses}
    names = {}
    for clause in other.clauses:
        name, n = clause.path, 2
        while name in taken:
            name, n = f"{clause.path}·{n}", n + 1
        names[clause.path] = name
        taken.add(name)
    clauses = (*one.clauses, *(replace(clause, path=names[clause.path]) for clause in other.clauses))
    measures = (*one.measures, *(_citing(measure, names) for measure in other.measures))
    pages = [page for policy in (one, other) for page in policy.pages or ()]
    return replace(one, clauses=clauses, measures=measures, pages=(min(pages), max(pages)) if pages else None)


def _split(policy: Policy, cut: Recut) -> tuple[Policy, Policy]:
    paths = [clause.path for clause in policy.clauses]
    if cut.clause not in paths[1:]:
        expected = "这项政策第一条以后的条款"
        raise InputError(Problem("clause", f'不能从条款 "{cut.clause}" 另起一项', expected))
    at = paths.index(cut.clause)
    own, others = policy.clauses[:at], policy.clauses[at:]
    moved = [measure for measure in policy.measures if measure.clauses and measure.clauses[0] in paths[at:]]
    stayed = [measure for measure in policy.measures if measure not in moved]
    new = Policy(
        id=f"{policy.id}+{cut.clause}",
        title=_title(cut),
        doc_no=cut.doc_no or None,
        level=policy.level,
        region=policy.region,
        clauses=others,
        measures=tuple(_citing(measure, {path: path for path in paths[at:]}) for measure in moved),
        pages=_pages(others) or policy.pages,
        source=policy.source,
    )
    kept = tuple(_citing(measure, {path: path for path in paths[:at]}) for measure in stayed)
    return replace(policy, clauses=own, measures=kept, pages=_pages(own) or policy.pages), new


def _pages(clauses: Sequence[Clause]) -> tuple[int, int] | None:
    pages = [clause.page for clause in clauses if clause.page is not None]
    return (min(pages), max(pages)) if pages else None


def _citing(measure: Measure, names: dict[str, str]) -> Measure:
    """`measure` with its citations by their new `names`; those that have none are gone from its policy and dropped."""
    body = _renamed(dump_measure(measure), names)
    body["clauses"] = [names[path] for path in measure.clauses if path in names]
    return parse_measure(body)


def _renamed(data: Json, names: dict[str, str]) -> Json:
    if isinstance(data, list):
        return [_renamed(member, names) for member in data]
    if not isinstance(data, dict):
        return data
    out = {key: _renamed(value, names) for key, value in data.items()}
    if isinstance(cited := out.get("clause"), str):
        out["clause"] = names.get(cited)
    return out
