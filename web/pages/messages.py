"""消息: what an enterprise or a cadre was told, and how they want to be told; for who runs the system, what is on its way."""

from __future__ import annotations

from datetime import time

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from corpus.errors import InputError, Problem
from ledger.reaching.changes import KINDS
from ledger.reaching.post import BEIJING, Wish, mute, put_wish, wish_of
from ledger.reaching.telling import CHANNELS, messages_of, pending, posted, read_by
from web.accounts.signed import accounts, said, say, signed, viewer
from web.state import state

pages = signed(Blueprint("messages", __name__, url_prefix="/messages"), "enterprise", "cadre")
outbox = signed(Blueprint("outbox", __name__, url_prefix="/outbox"), "administrator")

STATES = {"waiting": "待发", "sent": "已发", "failed": "未发出"}
MOST_PENDING = 200


@pages.get("")
def home() -> str:
    """What the reader was told, the latest first; an enterprise that opens it has been told."""
    user, ledger = viewer(), accounts().ledger
    reader = _reader()
    if user is not None and user.role == "enterprise":
        read_by(ledger, reader, state().services.today())
    titles = {identity: placed.measure.title for identity, placed in state().shelf.measures.items()}
    return render_template(
        "messages/home.html", messages=messages_of(ledger, reader), wish=wish_of(ledger, reader), titles=titles,
        said=said(), beijing=BEIJING,
    )  # fmt: skip


@pages.post("/wish")
def wish() -> AnyResponse:
    """Keep how the reader wants to be told."""
    reader, before = _reader(), wish_of(accounts().ledger, _reader())
    put_wish(
        accounts().ledger, reader,
        Wish(_clock("quiet_from"), _clock("quiet_until"), _number("a_week"), before.muted),
        by=_name(), at=accounts().now(),
    )  # fmt: skip
    say("已记下，下一次推送起照办。")
    return redirect(url_for("messages.home"), 303)


@pages.post("/mute/<path:measure>")
def muted(measure: str) -> AnyResponse:
    """Never tell the reader of a measure again."""
    placed = state().shelf.measures.get(measure) or abort(404, f"没有编号为“{measure}”的政策事项。")
    mute(accounts().ledger, _reader(), measure, by=_name(), at=accounts().now())
    say(f"以后不再提示“{placed.measure.title}”。")
    return redirect(url_for("messages.home"), 303)


@outbox.get("")
def sent() -> str:
    """What is on its way, what was sent, what could not be; on demand whom the next round will tell."""
    ledger, services = accounts().ledger, state().services
    chosen = request.args.get("state") if request.args.get("state") in STATES else None
    found = pending(ledger, services.policies, services.today()) if request.args.get("preview") else None
    return render_template(
        "messages/outbox.html", posted=posted(ledger, chosen), state=chosen, states=STATES, channels=CHANNELS,
        pending=found, most=MOST_PENDING, kinds=KINDS, beijing=BEIJING,
    )  # fmt: skip


def _clock(name: str) -> time | None:
    text = request.form.get(name, "").strip()
    try:
        return time.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(Problem("免打扰时间", f'找到 "{text}"', "几点几分，如 20:00；留空为不设")) from error


def _number(name: str) -> int | None:
    text = request.form.get(name, "").strip()
    if text and not text.isdigit():
        raise InputError(Problem("每周条数", f'找到 "{text}"', "不小于 0 的整数；留空为不限"))
    return int(text) if text else None


def _reader() -> str:
    """The enterprise's id, or the cadre's name: whom messages are to."""
    user = viewer()
    return (user.bound or user.name) if user else ""


def _name() -> str:
    user = viewer()
    return user.name if user else ""
