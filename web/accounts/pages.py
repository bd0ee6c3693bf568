"""Signing in and out, one's password, and the administrator's list of users."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from corpus.errors import InputError, Problem
from ledger.access.users import BOUND, ROLES, WINDOW, Role
from web.accounts.passwords import first_password, fits, make_hash
from web.accounts.signed import accounts, check_form, come_in, go_out, said, say, signed, unkept, viewer
from web.state import state

pages = Blueprint("accounts", __name__)
own = signed(Blueprint("own", __name__), *ROLES)
users = signed(Blueprint("users", __name__, url_prefix="/accounts"), "administrator")
pages.after_request(unkept)

HOME: dict[Role, str] = {
    "enterprise": "mine.home",
    "cadre": "desk.home",
    "office": "audit.home",
    "auditor": "audit.home",
    "administrator": "users.every",
}


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | tuple[str, int] | AnyResponse:
    """The form to sign in; where there is no user yet, how the first is made."""
    known, back = accounts(), request.values.get("next", "")
    if request.method != "POST":
        if (user := viewer()) is not None:
            return redirect(url_for(HOME[user.role]))
        return _sign_in(back)
    check_form()
    name, address = " ".join(request.form.get("name", "").split()), request.remote_addr or ""
    if not known.users.try_in(name, address, known.now()):
        minutes = int(WINDOW.total_seconds() // 60)
        return _sign_in(back, name, f"这个姓名或这台电脑试错的次数太多，请 {minutes} 分钟后再试。"), 429
    user = known.users.find(name)
    if (
        not fits(known.hasher, request.form.get("password", ""), user.password if user else None)
        or user is None
        or user.closed
    ):
        return _sign_in(back, name, "姓名或密码不对。"), 403
    known.users.came_in(name, address)
    if known.hasher.check_needs_rehash(user.password):
        known.users.renew(name, known.hasher.hash(request.form["password"]), by=name, at=known.now())
        user = known.users.find(name) or user
    come_in(user)
    return redirect(_inside(back) or url_for(HOME[user.role]), 303)


@pages.post("/sign-out")
def sign_out() -> AnyResponse:
    """Sign out everywhere, and back to the front page."""
    check_form()
    go_out()
    return redirect(url_for("search.home"), 303)


def _sign_in(back: str, name: str = "", problem: str = "") -> str:
    return render_template(
        "accounts/sign_in.html", back=back, name=name, problem=problem, first=not accounts().users.any()
    )


def _inside(back: str) -> str:
    """`back` where it is an address of this site; else empty."""
    safe = back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable()
    return back if safe else ""


# ---------------------------------------------------------------- one's own password


@own.route("/password", methods=["GET", "POST"])
def password() -> str | tuple[str, int] | AnyResponse:
    """Another password for oneself; the old one is asked for."""
    known, user = accounts(), viewer()
    if user is None:  # the guard has seen to it
        abort(401)
    if request.method != "POST":
        return render_template("accounts/password.html", problem="", said=said())
    if not known.users.try_in(user.name, request.remote_addr or "", known.now()):
        return render_template("accounts/password.html", problem="试错的次数太多，请过一会儿再试。"), 429
    if not fits(known.hasher, request.form.get("old", ""), user.password):
        return render_template("accounts/password.html", problem="原密码不对。"), 403
    known.users.came_in(user.name, request.remote_addr or "")
    try:
        made = make_hash(known.hasher, request.form.get("new", ""), user.name)
    except InputError as error:
        return render_template("accounts/password.html", problem=str(error)), 400
    known.users.renew(user.name, made, by=user.name, at=known.now())
    if (renewed := known.users.find(user.name)) is not None:
        come_in(renewed)
    say("密码已改，别处的登录都已退出。")
    return redirect(url_for("own.password"), 303)


# ---------------------------------------------------------------- the administrator's list


@users.get("")
def every() -> str:
    """Everybody who may sign in, and the form to let another."""
    return _users()


@users.post("")
def add() -> str | tuple[str, int]:
    """Let another sign in: a first password is shown once, to hand over."""
    known, form, who = accounts(), request.form, viewer()
    word = first_password()
    try:
        made = known.users.add(
            form.get("name", ""), form.get("role", ""), form.get("bound"), known.hasher.hash(word),
            by=who.name if who else "", at=known.now(),
        )  # fmt: skip
    except InputError as error:
        return _users(problems=error.problems), 400
    return _users(handed=(made.name, word))


@users.post("/<path:name>")
def change(name: str) -> str | AnyResponse:
    """A new first password for a user, or an end to their signing in, or that end taken back."""
    known, who = accounts(), viewer()
    by, at, action = who.name if who else "", known.now(), request.form.get("action")
    if name == by:
        abort(400, "自己的账号不能在这里改：请另请一位管理员，或在命令行上改。")
    if action == "renew":
        word = first_password()
        known.users.renew(name, known.hasher.hash(word), by=by, at=at)
        return _users(handed=(name, word))
    if action not in ("close", "open"):
        abort(400, "没有这种操作。")
    known.users.close(name, action == "close", by=by, at=at)
    say(f"{name}：{'已停用，登录都已退出' if action == 'close' else '已恢复'}。")
    return redirect(url_for("users.every"), 303)


def _users(handed: tuple[str, str] | None = None, problems: tuple[Problem, ...] = ()) -> str:
    who = viewer()
    return render_template(
        "accounts/users.html", users=accounts().users.all(), handed=handed, problems=problems, bound=BOUND,
        departments=_departments(), given=request.form if problems else {}, me=who.name if who else "", said=said(),
    )  # fmt: skip


def _departments() -> list[str]:
    return [name for name, _ in state().shelf.choices.departments]
