"""The application: pages and API over `Services`, with the same headers and the same manners for every answer."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files

from flask import Flask, Response, request, url_for

from corpus.benefits import KINDS
from corpus.codes import regions
from corpus.model import LEVELS, STATUSES, All
from matcher.catalogue import STANDINGS
from web import api, failures, words
from web.accounts import pages as accounts_pages
from web.accounts.signed import Accounts, open_accounts
from web.pages import audit, documents, enterprise, messages, mine, policies, review, search, searches, teams
from web.pages import desk as desk_pages
from web.questions import SHOWN_MEMBERS
from web.review.desk import Desk, open_desk
from web.services import Services
from web.state import badges_of, keep_state, state

MAX_BODY = 1 << 20
PACKED = ("text/html", "application/json", "application/problem+json")
PACK_FROM = 1400
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(services: Services, desk: Desk | None = None, accounts: Accounts | None = None) -> Flask:
    """The web application over `services`. It keeps nothing of what visitors type and sets no cookie.

    With a `desk` it also has the pages where people review what the machine read; those know who by a cookie.
    With `accounts` people can sign in, to what is kept of their enterprises and to the audit.
    """
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=5000,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    keep_state(app, services)
    for blueprint in (search.pages, policies.pages, enterprise.pages, api.api):
        app.register_blueprint(blueprint)
    if desk is not None:
        open_desk(app, desk, review.pages, documents.pages)
    app.add_url_rule("/healthz", view_func=healthz)
    failures.register(app)
    app.after_request(_dress)
    if accounts is not None:
        accounted = (accounts_pages.pages, accounts_pages.own, accounts_pages.users)
        open_accounts(
            app,
            accounts,
            *accounted,
            mine.pages,
            desk_pages.pages,
            teams.pages,
            messages.pages,
            messages.outbox,
            searches.pages,
            audit.pages,
            audit.api,
        )
    app.jinja_env.filters.update(
        day=words.day, anchor=policies.anchor, basename=words.basename, is_all=lambda rule: isinstance(rule, All)
    )
    app.jinja_env.tests["in_years"] = lambda year, answers, name: bool(answers.first(f"{name}.{year}"))
    app.jinja_env.globals.update(
        KINDS=KINDS, LEVELS=LEVELS, STATUSES=STATUSES, CONFIDENCE=words.CONFIDENCE, MARKS=words.MARKS,
        STANDINGS=STANDINGS, badges_of=badges_of, region_name=regions.full_name, standing=words.standing, term_words=words.term_words,
        window_words=words.window_words, benefit_words=words.benefit_words, heading=words.heading,
        shown_members=SHOWN_MEMBERS, static=static,
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return app


def healthz() -> dict[str, object]:
    """Whether the site is up, and how much it holds."""
    shelf = state().shelf
    return {"status": "ok", "policies": len(shelf.policies), "measures": len(shelf.measures)}


def _dress(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        # A page may hold what an enterprise said of itself: no copy of it stays behind.
        response.headers.setdefault("Cache-Control", "no-store" if request.method == "POST" else "no-cache")
    return _packed(response)


def _packed(response: Response) -> Response:
    """`response` compressed where it is text of some length and the browser takes it. No answer holds a secret."""
    response.vary.add("Accept-Encoding")
    worth_it = response.mimetype in PACKED and not response.direct_passthrough and response.status_code != 304
    worth_it = worth_it and not response.cache_control.no_transform
    if worth_it and request.accept_encodings["gzip"] > 0 and (response.content_length or 0) >= PACK_FROM:
        response.set_data(gzip.compress(response.get_data(), compresslevel=5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def static(name: str) -> str:
    """The address of a static file, which changes with its content, so that browsers may keep it for good."""
    return url_for("static", filename=name, v=_fingerprint(name))


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256(files("web").joinpath("static", name).read_bytes()).hexdigest()[:10]
