"""Who may change what the machine read, and from where: once there are accounts, an administrator who signed in."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from web.accounts.signed import has_users, viewer
from web.review.reading import Reader

if TYPE_CHECKING:
    from corpus.store import Store

LOOPBACK = ("127.0.0.1", "::1")
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
NAME_LENGTH = 30

_csrf = CSRFProtect()


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """What review works on: the store, the clock for the trail, and whether others than this machine may come.

    `cache` is where pages that were read once are kept. `secret` signs the cookie that holds the reviewer's name; made
    anew at every start unless it is given.
    """

    store: Store
    cache: Path
    now: Callable[[], datetime] = _now
    anywhere: bool = False
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)


def open_desk(app: Flask, desk: Desk, *blueprints: Blueprint) -> None:
    """Let `app` take what people decide: the pages of `blueprints`, each form signed, for this machine alone."""
    app.secret_key = desk.secret
    app.config.update(
        SESSION_COOKIE_NAME="huiqi-review",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_CHECK_DEFAULT=False,  # the public forms change nothing here; the pages below check theirs in `guard`
        WTF_CSRF_TIME_LIMIT=None,
    )
    _csrf.init_app(app)
    app.extensions["huiqi.desk"] = desk
    app.extensions["huiqi.reader"] = Reader(desk.store, desk.cache)
    app.jinja_env.globals.update(reviewer=current_reviewer, said=said)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)


def guarded(blueprint: Blueprint) -> Blueprint:
    """`blueprint` with every request checked by `guard`, and no answer of it kept by anybody."""
    blueprint.before_request(guard)
    blueprint.after_request(_unkept)
    return blueprint


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def desk() -> Desk:
    """The desk of the application that handles this request."""
    found: Desk = current_app.extensions["huiqi.desk"]
    return found


def reader() -> Reader:
    """The reader of originals of the application that handles this request."""
    found: Reader = current_app.extensions["huiqi.reader"]
    return found


def current_reviewer() -> str | None:
    """The name that stands under what is decided in this request; None where nobody has given one."""
    if has_users():
        user = viewer()
        return user.name if user else None
    name = session.get("reviewer")
    return name if isinstance(name, str) and name else None


def sign(name: str) -> None:
    """Let `name` stand under what is decided from now on in this browser. Empty for nobody."""
    if has_users():  # the name is that of the account
        return
    session.clear()
    if kept := " ".join(name.split())[:NAME_LENGTH]:
        session["reviewer"] = kept


def say(words: str, **more: str) -> None:
    """Have the next page say `words`; `undo` and `seal` let it offer to take a decision back."""
    session["said"] = {"words": words, **more}


def said() -> dict[str, str] | None:
    """What the page before wanted said, once."""
    found = session.pop("said", None)
    return found if isinstance(found, dict) else None


def guard() -> AnyResponse | None:
    """Nothing for a request that may go on. Turned away: strangers, unsigned forms, changes by nobody."""
    if has_users():
        if (user := viewer()) is None:
            return redirect(url_for("accounts.sign_in", next=request.path), 303)
        if user.role != "administrator":
            abort(403, "审核只对管理员开放。")
    elif not desk().anywhere and not _from_here():
        abort(403, "审核只在运行本程序的机器上开放。")
    if request.method == "POST":
        try:
            _csrf.protect()
        except CSRFError:
            abort(400, "这一页放得太久，或者浏览器没有收下本站的 Cookie。请刷新后再提交一次。")
        if current_reviewer() is None and request.endpoint != "review.name":
            return redirect(url_for("review.name", back=request.path), 303)
    return None


def _from_here() -> bool:
    """Whether the request was made on this machine, by its own name and through nobody else."""
    relayed = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"))
    host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    return request.remote_addr in LOOPBACK and host in LOCAL_NAMES and not relayed
