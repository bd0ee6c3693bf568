"""The JSON API under `/api/v1`: the shapes of the command line, over the same calls; problem+json where it fails."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any as Json

import yaml
from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from corpus.catalogue import dump_measure, dump_policy
from corpus.errors import InputError, Problem
from corpus.model import term_on
from corpus.rules import read_date
from matcher.facts import Profile, read_profile
from web.checklist import FORMATS
from web.pages.enterprise import document
from web.state import state

api = Blueprint("api", __name__, url_prefix="/api/v1")

FILTERS = ("region", "level", "status", "issuer", "department")
GROUPS = ("policy", "clause", "measure")
MAX_LIMIT = 1000


@api.get("/openapi.json")
def description() -> Response:
    """The description of the API, in OpenAPI 3.1."""
    return jsonify(_description())


@api.get("/search")
def search() -> Response:
    """Ranked hits, in the shape of `search --json`."""
    query = request.args.get("q", "").strip()
    if not query:
        raise _wrong("q", "缺少", "检索词")
    group = _one_of("group", GROUPS, "policy")
    filters = {name: value for name in FILTERS if (value := request.args.get(name))}
    services = state().services
    as_of = _day(request.args.get("as_of")) or services.today()
    return jsonify(services.search(query, as_of=as_of, limit=_limit(10), group=group, **filters).to_json())


@api.get("/policies/<path:identity>")
def policy(identity: str) -> Response:
    """One policy with its clauses and measures, as in a `*.measures.json` file, and whether it is in force, or in doubt."""
    known = state()
    found = known.shelf.policies.get(identity) or abort(404, f"没有编号为“{identity}”的政策。")
    today = known.services.today()
    its = known.standings.of(found, today)
    standing = {"replaced_by": list(its.replaced_by), "weak_basis": list(its.weak_basis), "doubts": list(its.doubts)}
    return jsonify({"schema_version": 1, "status": term_on(found, today), **standing, **dump_policy(found)})


@api.get("/measures/<path:identity>")
def measure(identity: str) -> Response:
    """One measure, as in a `*.measures.json` file, with its policy's id, title and 文号."""
    known = state()
    found = known.shelf.measures.get(identity) or abort(404, f"没有编号为“{identity}”的政策事项。")
    policy = {"id": found.policy.id, "title": found.policy.title, "doc_no": found.policy.doc_no}
    status = term_on(found.policy, known.services.today())
    return jsonify({"schema_version": 1, "status": status, "policy": policy, **dump_measure(found.measure)})


@api.post("/match")
def match() -> Response:
    """The profile in the body against every measure, in the shape of `match --json`."""
    profile, as_of = _profile()
    everything = request.args.get("all", "").lower() in ("1", "true", "yes")
    return jsonify(state().services.match(profile, as_of).to_json(limit=_limit(None), all=everything))


@api.post("/checklist")
def checklist() -> Response:
    """The checklist of the profile in the body, as a document in `format` (docx, xlsx, pdf, html)."""
    form = _one_of("format", tuple(FORMATS), "docx")
    profile, as_of = _profile()
    return document(profile, as_of, form)


def _profile() -> tuple[Profile, date]:
    """The profile in the body, and the day: `as_of` of the address, else the profile's, else today."""
    try:
        profile = read_profile(request.get_json())
    except (BadRequest, UnsupportedMediaType, RecursionError) as error:
        raise _wrong("正文", "JSON 读不下去", "企业画像 JSON（Content-Type: application/json）") from error
    return profile, _day(request.args.get("as_of")) or profile.as_of or state().services.today()


def _day(text: str | None) -> date | None:
    return None if text is None else read_date(None, text, "as_of")


def _limit(default: int | None) -> int | None:
    text = request.args.get("limit")
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or not 0 <= int(text) <= MAX_LIMIT:
        raise _wrong("limit", f'找到 "{text}"', f"0 到 {MAX_LIMIT} 的整数")
    return int(text)


def _one_of(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = request.args.get(name, default)
    if value not in allowed:
        raise _wrong(name, f'找到 "{value}"', "、".join(allowed))
    return value


def _wrong(place: str, found: str, expected: str) -> InputError:
    return InputError(Problem(place, found, expected))


@cache
def _description() -> Json:
    return yaml.safe_load(files("web").joinpath("openapi.yaml").read_text(encoding="utf-8"))
