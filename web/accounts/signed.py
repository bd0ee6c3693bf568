"""Who is signed in: sessions that end, forms that are signed, and pages that only some roles may open."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from ledger.access.rights import NotYours, Rights
from ledger.access.users import ROLES, Role, User, Users
from ledger.tables import Ledger
from web.failures import answer_http

IDLE = timedelta(hours=2)
"""A session ends after so long without a page: a desk left for lunch."""
WHOLE = timedelta(hours=12)
"""And after so long in any case: a working day."""
_NOTED = timedelta(minutes=5)

_csrf = CSRFProtect()


def utc_now() -> datetime:
    """Now, as the ledger keeps times: UTC without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the signed-in side works on: the ledger with its users, the key of the cookies, the clock (UTC, no zone)."""

    users: Users
    secret: bytes = field(repr=False)
    now: Callable[[], datetime] = utc_now
    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    @property
    def ledger(self) -> Ledger:
        return self.users.ledger


def secret_in(folder: Path) -> bytes:
    """The key that signs the cookies, made on the first run and kept in `folder` for nobody but its owner to read."""
    path = folder / "secret.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()


class _Person(UserMixin):  # type: ignore[misc]
    """A user as Flask-Login carries it: the id has the stamp, so that a new stamp ends the session."""

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        return f"{self.user.stamp} {self.user.name}"


class _Cookies(SecureCookieSessionInterface):
    """The session's cookie goes over https alone where it was set over https."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002
        return request.is_secure


def open_accounts(app: Flask, accounts: Accounts, *blueprints: Blueprint) -> None:
    """Let people sign in to `app`, to the pages of `blueprints`."""
    app.secret_key = accounts.secret
    app.session_interface = _Cookies()
    app.config.update(
        SESSION_COOKIE_NAME="huiqi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=WHOLE,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,  # the public forms change nothing; the pages behind the sign-in check theirs
        WTF_CSRF_TIME_LIMIT=None,
    )
    _csrf.init_app(app)
    login = LoginManager(app)
    login.user_loader(_load)
    app.extensions["huiqi.accounts"] = accounts
    app.jinja_env.globals.update(viewer=viewer, ROLES=ROLES)
    app.register_error_handler(NotYours, lambda error: answer_http(NotFound(str(error))))
    app.after_request(_of_one)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)


def accounts() -> Accounts:
    """The accounts of the application that handles this request."""
    found: Accounts = current_app.extensions["huiqi.accounts"]
    return found


def _load(identity: str) -> _Person | None:
    """The user of a session, where it has not ended."""
    stamp, _, name = identity.partition(" ")
    at = accounts().now()
    since, seen = _time(session.get("since")), _time(session.get("seen"))
    if since is None or seen is None or at - since > WHOLE or at - seen > IDLE:
        return None
    user = accounts().users.find(name)
    if user is None or user.closed or not secrets.compare_digest(user.stamp, stamp):
        return None
    if at - seen > _NOTED:
        session["seen"] = at.isoformat()
    return _Person(user)


def _time(kept: object) -> datetime | None:
    return datetime.fromisoformat(kept) if isinstance(kept, str) else None


def come_in(user: User) -> None:
    """Sign `user` in on this browser, in a session of its own."""
    session.clear()
    session.permanent = True
    session["since"] = session["seen"] = accounts().now().isoformat()
    login_user(_Person(user))


def go_out() -> None:
    """Sign whoever is signed in out, on every browser: a session that was copied ends too."""
    if (user := viewer()) is not None:
        accounts().users.leave(user.name)
    logout_user()
    session.clear()


def viewer() -> User | None:
    """Who is signed in."""
    return current_user.user if current_user.is_authenticated else None


def has_users() -> bool:
    """Whether anybody can sign in to this application at all."""
    return "huiqi.accounts" in current_app.extensions and accounts().users.any()


def rights() -> Rights:
    """What whoever is signed in may read."""
    user = viewer()
    if user is None:
        abort(401, "请先登录。")
    return Rights(accounts().ledger, user)


def signed(blueprint: Blueprint, *roles: Role) -> Blueprint:
    """`blueprint` for the signed-in of `roles` alone, its forms signed, no answer of it kept by anybody."""

    def guard() -> AnyResponse | None:
        user = viewer()
        if user is None:
            if request.path.startswith("/api/"):
                abort(401, "请先登录：审计只对督查、管理员和办理部门开放。")
            back = request.full_path.rstrip("?") if request.method != "POST" else None
            return redirect(url_for("accounts.sign_in", next=back), 303)
        if user.role not in roles:
            allowed = "、".join(ROLES[role] for role in roles)
            abort(403, f"这一页只对{allowed}开放，您登录的身份是{ROLES[user.role]}。")
        check_form()
        return None

    blueprint.before_request(guard)
    blueprint.after_request(unkept)
    return blueprint


def check_form() -> None:
    """Turn away a form that this site did not hand to this browser."""
    if request.method == "POST":
        try:
            _csrf.protect()
        except CSRFError:
            abort(400, "这一页放得太久，或者浏览器没有收下本站的 Cookie。请刷新后再提交一次。")


def unkept(response: Response) -> Response:
    """`response` kept by nobody, and not compressed: its length would tell of the token in its forms."""
    response.headers["Cache-Control"] = "no-store, no-transform"
    return response


def _of_one(response: Response) -> Response:
    """Every page that names who is signed in is kept by nobody."""
    return response if request.endpoint == "static" or viewer() is None else unkept(response)


def say(words: str) -> None:
    """Have the next page say `words`."""
    session["words"] = words


def said() -> str | None:
    """What the page before wanted said, once."""
    found = session.pop("words", None)
    return found if isinstance(found, str) else None
