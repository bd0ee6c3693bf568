"""收藏的检索: searches that somebody signed in keeps, what is new in each since they last looked, and an end to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from corpus.benefits import KINDS
from corpus.codes import industries, regions
from corpus.model import LEVELS, STATUSES, Policy
from indexer.search.facets import FACETS
from ledger.access.searches import Search, Searches
from ledger.access.users import ROLES
from web.accounts.signed import accounts, said, say, signed, viewer
from web.pages.search import asked_filters, by_name
from web.state import state

pages = signed(Blueprint("searches", __name__, url_prefix="/searches"), *ROLES)

# Policies of each search that are followed, the best first; and of those that are new, how many are shown.
FOLLOWED = 200
SHOWN = 10


@dataclass(frozen=True, slots=True)
class News:
    """A kept search and what has come or changed since its owner last looked: (policy, whether it is new altogether)."""

    search: Search
    under: str
    policies: tuple[tuple[Policy, bool], ...]


@pages.get("")
def home() -> str:
    """Every kept search with what is new in it."""
    news = [_news(search) for search in kept().all()]
    return render_template("searches/home.html", news=news, shown=SHOWN, said=said(), today=state().services.today())


@pages.post("")
def keep() -> AnyResponse:
    """Keep a search: what it finds now is what its owner has seen."""
    query, filters = request.form.get("q", "").strip()[:200], asked_filters(request.form)
    if not query:
        abort(400, "没有收藏：请先检索，再点“收藏这次检索”。")
    kept().keep(query, filters, _stamps(query, filters), state().services.today())
    say(f"已收藏“{query}”。有新的政策，这里会标出来。")
    return redirect(url_for("searches.home"), 303)


@pages.post("/<int:no>/looked")
def looked(no: int) -> AnyResponse:
    """Its owner has seen what it finds now."""
    search = kept().one(no)
    kept().look(no, _stamps(search.query, search.filters), state().services.today())
    say(f"“{search.query}”已记为看过。")
    return redirect(url_for("searches.home"), 303)


@pages.post("/<int:no>/remove")
def remove(no: int) -> AnyResponse:
    """Keep it no longer."""
    search = kept().one(no)
    kept().remove(no)
    say(f"已移除“{search.query}”。")
    return redirect(url_for("searches.home"), 303)


def kept() -> Searches:
    """The searches of whoever is signed in."""
    user = viewer() or abort(401, "请先登录。")
    return Searches(accounts().ledger, user.name)


def _news(search: Search) -> News:
    now = _stamps(search.query, search.filters)
    policies = state().shelf.policies
    changed = tuple(
        (policies[identity], identity not in search.found)
        for identity, stamp in now.items()
        if search.found.get(identity) != stamp
    )
    return News(search, _words(search.filters), changed)


def _stamps(query: str, filters: Mapping[str, str]) -> dict[str, str]:
    """By policy that is found a stamp of its words, the best first."""
    services, policies = state().services, state().shelf.policies
    found = services.search(query, as_of=services.today(), limit=FOLLOWED, **by_name(filters)).to_json()["hits"]
    ids = dict.fromkeys(hit["policy_id"] for hit in found)
    return {identity: _stamp(policies[identity]) for identity in ids if identity in policies}


def _stamp(policy: Policy) -> str:
    """Another where a word of the policy or the title of one of its measures changed; not where only the reading did."""
    words = (policy.title, *(clause.text for clause in policy.clauses), *(measure.title for measure in policy.measures))
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:12]


_VALUES: dict[str, Callable[[str], str]] = {
    "region": lambda code: regions.full_name(code) if regions.known(code) else code,
    "industry": lambda code: industries.name(code) if industries.known(code) else code,
    "level": lambda level: LEVELS.get(level, level),
    "status": lambda status: STATUSES.get(status, status),
    "benefit": lambda kind: KINDS.get(kind, kind),
}


def _words(filters: Mapping[str, str]) -> str:
    """The filters in words."""
    names = {"region": "地区"} | FACETS
    return "，".join(f"{names[name]}：{_VALUES.get(name, str)(value)}" for name, value in filters.items())
