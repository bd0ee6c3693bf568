"""The front page and the results of a search, grouped by policy with its measures first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any as Json

from flask import Blueprint, render_template, request
from markupsafe import Markup, escape

from corpus.codes import regions
from corpus.model import Policy
from web.shelf import Placed, Shelf
from web.state import state
from web.words import STANDING, standing

pages = Blueprint("search", __name__)

COMMON = ("高新技术企业 奖励", "稳岗返还", "招不到工人", "厂房租金太高", "设备更新", "贷款贴息")
FILTERS = ("region", "level", "status", "department")
# Policies on one page of results, at the most on demand; and clauses and measures shown of each before the fold.
LIMIT = 20
MOST = 200
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that was found: where it stands, and its words with what was found marked."""

    path: str | None
    page: int | None
    words: Markup


@dataclass(frozen=True, slots=True)
class Group:
    """A policy with what was found in it."""

    policy: Policy
    measures: tuple[Placed, ...]
    hits: tuple[Hit, ...]


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
    filters = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
    suggestion = None
    limit = min(max(request.args.get("n", LIMIT, type=int), 1), MOST)
    if query:
        answer = known.services.search(query, as_of=today, limit=limit, **filters).to_json()
        groups, total = tuple(grouped(answer["hits"], known.shelf)), answer["total"]
        suggestion = answer.get("suggestion")
    else:
        chosen = [policy for policy in known.services.policies if fits(policy, filters, today)]
        groups = tuple(Group(policy, _measures(policy, filters, known.shelf), ()) for policy in chosen[:limit])
        total = len(chosen)
    return render_template(
        "search.html", query=query, filters=filters, groups=groups, total=total, today=today, shown=SHOWN, step=LIMIT, most=MOST,
        suggestion=suggestion, choices=known.shelf.choices, standings=STANDING, common=COMMON,
    )  # fmt: skip


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
                Hit(hit.get("clause"), hit.get("page"), marked(hit.get("highlight") or hit.get("text") or ""))
                for hit in of_policy
                if hit.get("clause") or hit.get("text")
            )
            yield Group(shelf.policies[policy_id], measures, clauses)


def marked(highlight: str) -> Markup:
    """Words of a document, escaped, with `<mark>` alone let through."""
    safe = str(escape(highlight))
    return Markup(safe.replace("&lt;mark&gt;", "<mark>").replace("&lt;/mark&gt;", "</mark>"))  # noqa: S704


def fits(policy: Policy, filters: Mapping[str, str], today: date) -> bool:
    """Whether `policy` passes the filters: a region's own policies and those of all above it."""
    region = filters.get("region")
    return (
        (not region or policy.region is None or regions.contains(policy.region, region))
        and filters.get("level") in (None, policy.level)
        and filters.get("status") in (None, standing(policy, today))
        and (
            "department" not in filters
            or any(measure.department == filters["department"] for measure in policy.measures)
        )
    )


def _measures(policy: Policy, filters: Mapping[str, str], shelf: Shelf) -> tuple[Placed, ...]:
    department = filters.get("department")
    return tuple(
        shelf.measures[measure.id] for measure in policy.measures if not department or measure.department == department
    )
