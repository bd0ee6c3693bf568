"""我的政策: what an enterprise that signed in can get, nearly gets and has; its own facts to correct; its needs."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ledger.care.needs import rate_need
from ledger.facts import put_right
from web.accounts.dossier import (
    answered,
    checklist_of,
    fact_page,
    need_of,
    need_raised,
    open_dossier,
    page_words,
    record_response,
)
from web.accounts.signed import accounts, rights, say, signed, viewer
from web.ahead import calendar
from web.state import state

pages = signed(Blueprint("mine", __name__, url_prefix="/mine"), "enterprise")

SOURCE = "企业自填"


@pages.get("")
def home() -> str:
    """What the enterprise can get, nearly gets, has and has asked for."""
    return render_template("mine/home.html", **page_words(open_dossier(_own())))


@pages.get("/facts")
def facts() -> str:
    """What is known of the enterprise, each with where it comes from."""
    known = page_words(open_dossier(_own()))
    fields = state().asked.sections(state().asked.questions(known["dossier"].as_of), ())
    return render_template("mine/facts.html", **known, sections=fields)


@pages.route("/facts/<path:field>", methods=["GET", "POST"])
def fact(field: str) -> str | tuple[str, int] | AnyResponse:
    """One fact to correct."""
    return fact_page(_own(), field, url_for("mine.facts"), url_for("mine.fact", field=field), SOURCE)


@pages.post("/answers")
def answers() -> AnyResponse:
    """Take over the answers to what was asked beside the result; everything is judged anew."""
    dossier, user = open_dossier(_own()), viewer()
    rights().to_change(_own())
    name = user.name if user else ""
    before = dossier.result.counts["eligible"]
    found = answered(dossier)
    for field, value in found.items():
        put_right(
            accounts().ledger, _own(), field, value, source=SOURCE, on=dossier.as_of, by=name, at=accounts().now()
        )
    after = open_dossier(_own()).result.counts["eligible"]
    say(f"已记下 {len(found)} 项；符合的事项由 {before} 项变为 {after} 项。" if found else "没有新的回答。")
    return redirect(url_for("mine.home"), 303)


@pages.post("/measures/<path:measure>")
def responded(measure: str) -> AnyResponse:
    """Keep in one click that the enterprise has applied, or does not want to and why."""
    user = viewer()
    record_response(_own(), measure, by=user.name if user else "")
    return redirect(url_for("mine.home") + "#can", 303)


@pages.get("/checklist.<form>")
def checklist(form: str) -> Response:
    """The enterprise's own checklist."""
    return checklist_of(_own(), form)


@pages.get("/calendar.ics")
def agenda() -> Response:
    """The days that matter to the enterprise, as a calendar file."""
    return calendar(open_dossier(_own()).result)


@pages.post("/needs")
def need() -> AnyResponse:
    """Raise a need."""
    need_raised(_own())
    return redirect(url_for("mine.home") + "#needs", 303)


@pages.post("/needs/<int:no>")
def rate(no: int) -> AnyResponse:
    """Rate the answer to a need, 1 to 5."""
    need_of(accounts().ledger, _own(), no)
    rating = request.form.get("rating", type=int)
    if rating is None:
        abort(400, "请选 1 到 5 分。")
    user = viewer()
    rate_need(accounts().ledger, no, rating, by=user.name if user else "", at=accounts().now())
    say("评价已记下，谢谢。")
    return redirect(url_for("mine.home") + "#needs", 303)


def _own() -> str:
    """The id of the enterprise that signed in."""
    user = viewer()
    return (user.bound or "") if user else ""
