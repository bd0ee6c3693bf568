"""The front page and the results of a search, grouped by policy with its measures first."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any as Json

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from corpus.codes import regions
from corpus.model import Policy
from indexer.search.entities import CHIPS
from indexer.search.facets import FACETS
from indexer.search.judgements import Vote
from matcher.facts import read_profile
from web.accounts.signed import rights, viewer
from web.shelf import Placed, Shelf
from web.state import state

pages = Blueprint("search", __name__)

COMMON = ("高新技术企业 奖励", "稳岗返还", "招不到工人", "厂房租金太高", "设备更新", "贷款贴息")
FILTERS = ("region", "level", "status", "department", "benefit", "audience", "industry", "year")
SORTS = {"relevance": "最相关", "amount": "金额最高", "date": "最新发布", "deadline": "最早到期"}
# Values shown of each facet.
VALUES = 8
# Policies on one page of results, at the most on demand; and clauses and measures shown of each before the fold.
LIMIT = 20
MOST = 200
SHOWN = 3
# Chips that can be taken away, and entries of a feed, at the most.
WITHOUT = 20
ENTRIES = 50
_EPOCH = date(1970, 1, 1)
# What XML cannot hold.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that was found: the policy and place where it stands, and its words with what was found marked."""

    policy: Policy
    path: str | None
    page: int | None
    words: Markup


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to click: its words, how many policies it leaves (None where that is not counted), where it leads."""

    words: str
    count: int | None
    address: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A policy with what was found in it, and in the texts of it (`texts`) that were found beside it."""

    policy: Policy
    measures: tuple[Placed, ...]
    hits: tuple[Hit, ...]
    texts: tuple[Policy, ...] = ()


@pages.get("/")
def home() -> str:
    """What this is, the search box, the sample enterprises."""
    known = state()
    return render_template(
        "home.html",
        common=COMMON,
        samples=known.services.samples,
        policies=len(known.shelf.policies),
        measures=len(known.shelf.measures),
        in_force=known.shelf.in_force(known.services.today()),
    )


@pages.get("/search")
def search() -> str:
    """Results for `q`; without it every policy, under the same filters."""
    known = state()
    query = request.args.get("q", "").strip()[:200]
    today = known.services.today()
    filters = asked_filters(request.args)
    sort = request.args.get("sort", "")
    sort = sort if sort in SORTS else "relevance"
    without = tuple(request.args.getlist("without"))[:WITHOUT]
    limit = min(max(request.args.get("n", LIMIT, type=int), 1), MOST)
    near = _own_place() if query and "region" not in filters and not regions.find(query) else None
    asked = by_name(filters) | ({"near": near} if near else {})
    found = known.services.search(query, as_of=today, limit=limit, sort=sort, without=without, facets=True, **asked)
    answer = found.to_json()
    hits, total = answer["hits"], answer["total"]
    groups = together(list(grouped(hits, known.shelf) if query else listed(hits, filters, known.shelf)), known.shelf)
    chips = tuple(
        Choice(f"{CHIPS[chip.kind]}：{chip.label}", None, _here(without=(*without, chip.key))) for chip in found.chips
    )
    narrowing = {
        FACETS[name]: tuple(
            Choice(
                one.label,
                one.count,
                _here(**{name: None if filters.get(name) == one.value else one.value}),
                filters.get(name) == one.value,
            )
            for one in counts[:VALUES]
        )
        for name, counts in found.facets.items()
        if len(counts) > 1 or name in filters
    }
    return render_template(
        "search.html", query=query, filters=filters, groups=groups, total=total, today=today, shown=SHOWN, step=LIMIT, most=MOST,
        suggestion=answer.get("suggestion"), choices=known.shelf.choices, shelf=known.shelf, folded=sum(len(group.texts) for group in groups), common=COMMON, chips=chips, narrowing=narrowing,
        mine=_own_standings(groups, today), votes=known.services.votes is not None, thanked=request.args.get("thanked"), sort=sort, sorts=[Choice(words, None, _here(sort=name), name == sort) for name, words in SORTS.items()],
        near=near, again=_here(without=None) if without else None, more=_here(q=query, n=str(limit + LIMIT)), feed=url_for("search.feed", q=query, **dict[str, Json](filters)) if query else None,
    )  # fmt: skip


def asked_filters(given: Mapping[str, str]) -> dict[str, str]:
    """The filters among what an address or a form gives; a year that is none is left out."""
    filters = {name: value for name in FILTERS if (value := given.get(name, "").strip())}
    year = filters.get("year", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        del filters["year"]
    return filters


def by_name(filters: Mapping[str, str]) -> dict[str, Json]:
    """The filters as `search` takes them."""
    return {name: int(value) if name == "year" else value for name, value in filters.items()}


@pages.post("/search/vote")
def vote() -> AnyResponse:
    """Take down whether a hit was of use, with the query and nothing about who says so; back to the results."""
    known = state()
    query, policy = request.form.get("q", "").strip(), request.form.get("policy", "")
    useful = {"1": True, "0": False}.get(request.form.get("useful", ""))
    if known.services.votes is None or policy not in known.shelf.policies or not query or useful is None:
        abort(400, "没有记下：请回到检索结果再点一次。")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(400, "没有记下：请从检索结果里点。")
    known.services.votes.add(Vote(query, policy, useful, known.services.today()))
    return redirect(url_for("search.search", q=query[:200], thanked=policy), 303)


def _own_standings(groups: Sequence[Group], today: date) -> dict[str, str]:
    """How each measure shown stands for the enterprise that is signed in; nothing for anybody else."""
    user = viewer() if "huiqi.accounts" in current_app.extensions else None
    if user is None or user.role != "enterprise" or not user.bound:
        return {}
    shown = {placed.measure.id for group in groups for placed in group.measures}
    registered = rights().enterprise(user.bound)
    result = state().services.match(read_profile(registered.profile, registered.id), today)
    return {match.measure.id: match.standing for match in result.matches if match.measure.id in shown}


def _own_place() -> str | None:
    """The region of the enterprise that is signed in, where it is known; None for anybody else."""
    user = viewer() if "huiqi.accounts" in current_app.extensions else None
    if user is None or user.role != "enterprise" or not user.bound:
        return None
    code = rights().enterprise(user.bound).profile.get("facts", {}).get("region")
    return code if isinstance(code, str) and regions.known(code) else None


def _here(**changed: str | Sequence[str] | None) -> str:
    """The address of this page with some of what was asked changed; None takes it away."""
    asked: dict[str, Json] = {
        name: values for name, values in request.args.lists() if name not in ("n", "thanked") and any(values)
    }
    asked |= changed
    return url_for("search.search", **{name: value for name, value in asked.items() if value is not None})


@pages.get("/search.atom")
def feed() -> Response:
    """What is found for `q`, the newest first, as an Atom feed: an entry for each policy, new where its text changed."""
    known = state()
    query = _UNPRINTABLE.sub("", request.args.get("q", "")).strip()[:200]
    today = known.services.today()
    filters = asked_filters(request.args)
    answer = (
        known.services.search(query, as_of=today, limit=ENTRIES, sort="date", **by_name(filters)).to_json()
        if query
        else {"hits": []}
    )
    asked: dict[str, Json] = {"q": query, **filters}
    found = dict.fromkeys(hit["policy_id"] for hit in answer["hits"])
    policies = [known.shelf.policies[identity] for identity in found if identity in known.shelf.policies]
    entries = [(policy, _stamp(policy), _changed(policy)) for policy in policies]
    page = render_template(
        "feed.html", query=query, entries=entries, updated=max((day for *_, day in entries), default=_EPOCH),
        itself=url_for("search.feed", _external=True, **asked),
        page=url_for("search.search", _external=True, **asked),
        identity=_stamp_of(query, *(f"{name}={value}" for name, value in sorted(filters.items()))),
    )  # fmt: skip
    return Response(_UNPRINTABLE.sub("", page), content_type="application/atom+xml; charset=utf-8")


def _stamp(policy: Policy) -> str:
    """A name of the policy as it reads now: another once its text or its measures changed."""
    return _stamp_of(policy.id, policy.title, *(clause.text for clause in policy.clauses), *map(repr, policy.measures))


def _stamp_of(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def _changed(policy: Policy) -> date:
    """The day that an entry bears: when the policy was issued, as far as that is known."""
    return policy.issued_on or policy.effective_from or _EPOCH


def grouped(hits: list[Mapping[str, Json]], shelf: Shelf) -> Iterator[Group]:
    """The hits by policy, in the order of each one's best."""
    found: dict[str, list[Mapping[str, Json]]] = {}
    for hit in hits:
        found.setdefault(hit["policy_id"], []).append(hit)
    for policy_id, of_policy in found.items():
        if policy_id in shelf.policies:
            ids = dict.fromkeys(identity for hit in of_policy for identity in hit["measures"])
            measures = tuple(shelf.measures[identity] for identity in ids if identity in shelf.measures)
            clauses = tuple(
                Hit(
                    shelf.policies[policy_id],
                    hit.get("clause"),
                    hit.get("page"),
                    marked(hit.get("highlight") or hit.get("text") or ""),
                )
                for hit in of_policy
                if hit.get("clause") or hit.get("text")
            )
            yield Group(shelf.policies[policy_id], measures, clauses)


def listed(hits: list[Mapping[str, Json]], filters: Mapping[str, str], shelf: Shelf) -> Iterator[Group]:
    """The policies found without a query, each with its measures, of which a department's filter keeps its own."""
    office = filters.get("department")
    for hit in hits:
        if (policy := shelf.policies.get(hit["policy_id"])) is not None:
            kept = (measure for measure in policy.measures if not office or office in (measure.department or ""))
            yield Group(policy, tuple(shelf.measures[measure.id] for measure in kept), ())


def together(groups: Sequence[Group], shelf: Shelf) -> tuple[Group, ...]:
    """The groups with each mere text of a policy put to that policy, where both are among them, at the better place."""
    by_policy = {group.policy.id: group for group in groups}
    out: dict[str, Group] = {}
    for group in groups:
        made = shelf.made.get(group.policy.id)
        if made in by_policy:
            whole = out.get(made) or by_policy[made]
            texts = (*whole.texts, group.policy)
            out[made] = replace(whole, hits=(*whole.hits, *group.hits), texts=texts)
        else:
            out.setdefault(group.policy.id, group)
    return tuple(out.values())


def marked(highlight: str) -> Markup:
    """Words of a document, escaped, with `<mark>` alone let through."""
    safe = str(escape(highlight))
    return Markup(safe.replace("&lt;mark&gt;", "<mark>").replace("&lt;/mark&gt;", "</mark>"))  # noqa: S704
