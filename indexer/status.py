"""What state each policy is in on a day: by its own term, by who replaced it, by what it stands on.

A document's own 有效期至 is not the last word: what a later one repealed is over, though its own text says otherwise.
Nothing is guessed: a repeal that cannot be tied to a policy in the store changes nothing, and is listed as open.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from corpus.model import Policy, term_on
from corpus.store import Ending
from indexer.doc_no import normalise_doc_no
from indexer.formats.text import fold
from indexer.ids import title_core

State = Literal["in_force", "expired", "not_yet_in_force", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Links:
    """Who ends whom and who rests on whom, by id; `open` holds what was cited and is not in the store."""

    replaced_by: Mapping[str, tuple[str, ...]]
    replaces: Mapping[str, tuple[str, ...]]
    basis: Mapping[str, tuple[str, ...]]
    open: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy's state on a day, the reasons in Chinese, and its chain: what it replaced, oldest first.

    `weak_basis` are those that it rests on and that are over. `doubts` say why a person must look before relying on
    its being in force; `undated` is set where it does not say how long it holds.
    """

    policy_id: str
    state: State
    reasons: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    weak_basis: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    undated: bool = False


def link(policies: Sequence[Policy]) -> Links:
    """The citations of `policies` tied to one another by id, 文号 or title.

    A citation that fits several (a 文号 that two cards share) ties to all of them, except to the one that makes it.
    """
    places = _places(policies)
    replaced_by: dict[str, list[str]] = defaultdict(list)
    replaces: dict[str, list[str]] = defaultdict(list)
    basis: dict[str, list[str]] = defaultdict(list)
    unknown: dict[str, list[str]] = defaultdict(list)
    for policy in policies:
        for cited in policy.replaces:
            ids = _resolve(cited, places, policy)
            for other in ids:
                replaced_by[other].append(policy.id)
                replaces[policy.id].append(other)
            if not ids:
                unknown[policy.id].append(cited)
        for cited in policy.basis:
            ids = _resolve(cited, places, policy)
            basis[policy.id].extend(ids)
            if not ids:
                unknown[policy.id].append(cited)
    frozen = [
        {key: tuple(dict.fromkeys(ids)) for key, ids in table.items()}
        for table in (replaced_by, replaces, basis, unknown)
    ]
    return Links(*frozen)


def endings(policies: Sequence[Policy]) -> tuple[Ending, ...]:
    """What each of `policies` ends among them, from the day on which it begins itself."""
    known = {policy.id: policy for policy in policies}
    return tuple(
        Ending(ended, other, f"被{_named(known[other])}替代或废止", _begins(known[other]))
        for ended, others in link(policies).replaced_by.items()
        for other in others
    )


def standings(policies: Sequence[Policy], as_of: date, links: Links | None = None) -> dict[str, Standing]:
    """The state of each policy on `as_of`, by id. `links` spares tying the citations again."""
    links = links or link(policies)
    known = {policy.id: policy for policy in policies}
    first = {policy.id: _state(policy, links, known, as_of) for policy in policies}
    found = {}
    for policy in policies:
        state, reasons = first[policy.id]
        weak = tuple(other for other in links.basis.get(policy.id, ()) if first[other][0] in ("expired", "withdrawn"))
        for other in weak:
            reasons = (*reasons, f"所依据的《{known[other].title}》{_WORDS[first[other][0]]}，请核实")
        over = state != "in_force"
        found[policy.id] = Standing(
            policy.id,
            state,
            reasons,
            links.replaced_by.get(policy.id, ()),
            _chain(policy.id, links.replaces),
            weak,
            () if over else tuple(_doubts(policy, [known[other] for other in weak], as_of)),
            undated=not over and policy.expires_on is None,
        )
    return found


# Where rules on 规范性文件 set a usual term, it is five years, two for those on trial; a law has none.
_USUAL, _ON_TRIAL = 5, 2
_ENDLESS = re.compile(r"(?:(?<![办做方])法|条例|法典)(?:[（(].*[)）])?$")


def _doubts(policy: Policy, weak: Sequence[Policy], as_of: date) -> Iterator[str]:
    for other in weak:
        yield f"依据已失效：《{other.title}》"
    if policy.expires_on is not None:
        return
    if policy.validity and re.search(r"至|有效期|试行期|期限", policy.validity):
        yield "原文写到了期限，但读不出唯一的截止日期"
    start = _begins(policy)
    if start is None or _ENDLESS.search(policy.title):
        return
    trial = re.search(r"试行|暂行", policy.title)
    if (as_of.year - start.year) > (_ON_TRIAL if trial else _USUAL):
        yield f"{'试行、暂行文件' if trial else '文件'}已施行 {as_of.year - start.year} 年，未载明有效期"


_WORDS = {"expired": "已过有效期", "withdrawn": "已废止或被替代", "not_yet_in_force": "尚未施行", "in_force": "有效"}


def _state(policy: Policy, links: Links, known: Mapping[str, Policy], as_of: date) -> tuple[State, tuple[str, ...]]:
    ended = [known[other] for other in links.replaced_by.get(policy.id, ()) if _begun(known[other], as_of)]
    reasons = [f"被{_named(other)}替代或废止" for other in ended]
    if policy.withdrawn and (policy.withdrawn_on is None or policy.withdrawn_on <= as_of):
        reasons.append(policy.withdrawn)
    if reasons:
        return "withdrawn", tuple(dict.fromkeys(reasons))
    state = term_on(policy, as_of)
    if state == "expired":
        return state, (f"有效期至{policy.expires_on}，已过",)
    if state == "not_yet_in_force":
        return state, (f"自{policy.effective_from}起施行，尚未施行",)
    return state, () if policy.expires_on else ("未载明有效期",)


def _begun(policy: Policy, as_of: date) -> bool:
    """Whether what `policy` repeals is over on `as_of`: from its first day in force, else from its issue."""
    start = _begins(policy)
    return start is None or start <= as_of


def _begins(policy: Policy) -> date | None:
    return policy.effective_from or policy.issued_on or policy.written_on or policy.published_on


def _named(policy: Policy) -> str:
    return f"《{policy.title}》" + (f"（{policy.doc_no}）" if policy.doc_no else "")


def _chain(policy_id: str, replaces: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The versions before `policy_id`, oldest first; a ring of citations is walked once."""
    chain: list[str] = []
    todo = list(replaces.get(policy_id, ()))
    while todo:
        other = todo.pop(0)
        if other not in chain and other != policy_id:
            chain.append(other)
            todo.extend(replaces.get(other, ()))
    return tuple(reversed(chain))


def _places(policies: Iterable[Policy]) -> dict[str, list[Policy]]:
    places: dict[str, list[Policy]] = defaultdict(list)
    for policy in policies:
        keys = {policy.id, fold(policy.title), fold(title_core(policy.title))}
        if policy.doc_no:
            keys.add(normalise_doc_no(policy.doc_no) or policy.doc_no)
        for key in keys:
            places[key].append(policy)
    return places


def _resolve(cited: str, places: Mapping[str, list[Policy]], citing: Policy) -> list[str]:
    """The ids of what `cited` names. A title finds only what was issued no later than the document that cites it."""
    number = normalise_doc_no(cited)
    keys = (
        [number]
        if number
        else [cited, fold(cited), fold(title_core(cited)), fold(re.sub(r"^.{2,30}?(?=关于)", "", cited))]
    )
    for key in keys:
        others = [p for p in places.get(key or "", ()) if p.id != citing.id and not _later(p, citing)]
        if others:
            return [other.id for other in others]
    return []


def _later(policy: Policy, citing: Policy) -> bool:
    return policy.issued_on is not None and citing.issued_on is not None and policy.issued_on > citing.issued_on
