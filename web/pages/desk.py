"""The cadre's desk (我的企业): the list of enterprises, and for each what to tell, to ask, to bring, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any as Json
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from corpus.errors import InputError, Problem
from corpus.rules import read_date
from ledger.care.needs import answer_need, needs_of
from ledger.care.offices import contacts_of
from ledger.care.people import leads
from ledger.care.visits import keep_promise, promise, promises_of, visit
from ledger.history import steps_of, visits_of
from ledger.tables import Registered
from matcher.facts import read_profile
from matcher.matched import Match
from web.accounts.dossier import (
    answered,
    checklist_of,
    fact_page,
    need_of,
    need_raised,
    open_dossier,
    page_words,
    record_response,
    to_do,
    written_for,
)
from web.accounts.signed import accounts, rights, said, say, signed, viewer
from web.bundle import zipped
from web.checklist import render
from web.failures import FAILURES
from web.outcome import read_outcome, worth_short
from web.state import state

pages = signed(Blueprint("desk", __name__, url_prefix="/desk"), "cadre")

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """An enterprise on the list: what it could apply for now, how much of that nobody told it, what else waits.

    `unknown`: as its page counts them, without what no person has reviewed.
    """

    registered: Registered
    to_do: tuple[Match, ...]
    untold: int
    unknown: int
    needs: int
    visited_on: date | None


@pages.get("")
def home() -> str:
    """My enterprises, in portions."""
    mine = rights().enterprises()
    page = max(request.args.get("page", 1, type=int), 1)
    lines = [_line(one) for one in mine[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]]
    return render_template(
        "desk/home.html", lines=lines, total=len(mine), page=page, pages=-(-len(mine) // ON_A_PAGE), said=said(),
        worth_short=worth_short, in_bulk=IN_BULK, today=state().services.today(), me=viewer(), leads=leads(accounts().ledger, _who()),
    )  # fmt: skip


def _line(registered: Registered) -> Line:
    services, ledger = state().services, accounts().ledger
    today = services.today()
    result = services.match(read_profile(registered.profile, registered.id), today)
    steps = steps_of(ledger, registered.id)
    waiting = to_do(result, steps, today)
    visits = visits_of(ledger, registered.id)
    return Line(
        registered,
        waiting,
        sum(match.measure.id not in steps for match in waiting),
        len(read_outcome(result).unknown),
        len(needs_of(ledger, enterprise=registered.id, unanswered=True)),
        visits[0].on if visits else None,
    )


# The forms in which all my lists can be had at once.
IN_BULK = {"docx": "Word", "xlsx": "Excel", "pdf": "PDF"}
UNFINISHED = "未完成.txt"
"""The file in a zip of lists that says whose could not be written, and why."""


@pages.get("/checklists.zip")
def checklists() -> Response:
    """The checklists of all my enterprises in one zip, as the `form` asked for: sent while the next are being written.

    One that cannot be written is named in UNFINISHED, and the others go on.
    """
    form = request.args.get("form", "docx")
    if form not in IN_BULK:
        abort(404)
    mine, contacts = rights().enterprises(), contacts_of(accounts().ledger)

    def written() -> Iterator[tuple[str, bytes]]:
        failed = []
        for registered in mine:
            try:
                made = render(written_for(registered, contacts), form)
            except Exception as error:
                current_app.logger.exception("checklist of %s", registered.id)
                why = str(error) if isinstance(error, InputError) else FAILURES[500].title
                failed.append(f"{registered.name or ''}（{registered.id}）：{why}")
            else:
                yield _file_name(registered, form), made
        if failed:
            told = f"下列 {len(failed)} 家企业的清单没有写成，其余 {len(mine) - len(failed)} 家都在这个压缩包里：\n\n"
            yield UNFINISHED, (told + "\n".join(failed) + "\n").encode("utf-8-sig")

    response = Response(stream_with_context(zipped(written())), mimetype="application/zip")
    name = quote(f"一企一策政策清单-{_who()}-{state().services.today().isoformat()}.zip")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _file_name(registered: Registered, form: str) -> str:
    """A name that every system takes, and that no two enterprises share."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "_", f"{(registered.name or '')[:60]}-{registered.id}.{form}")


@pages.get("/<path:identity>")
def enterprise(identity: str) -> str:
    """One of my enterprises: what to tell it, what to ask, what it needs, what came of it."""
    return render_template("desk/enterprise.html", **page_words(open_dossier(identity)))


@pages.get("/<path:identity>/checklist.<form>")
def checklist(identity: str, form: str) -> Response:
    """The checklist of one of my enterprises, to hand over."""
    return checklist_of(identity, form)


@pages.post("/<path:identity>/visit")
def visited(identity: str) -> AnyResponse:
    """Keep the note of a visit, and put right what it found; the list is judged anew."""
    dossier = open_dossier(identity)
    rights().to_change(identity)
    on = read_date(None, request.form.get("visited_on") or dossier.as_of.isoformat(), "走访日期")
    found = answered(dossier)
    note = request.form.get("note", "").strip()[:4000]
    if not (note or found):
        say("没有写走访记录，也没有新的情况，什么都没有记。")
        return _back(identity)
    before = dossier.result.counts["eligible"]
    visit(accounts().ledger, identity, cadre=_who(), on=on, note=note, at=accounts().now(), found=found)
    after = open_dossier(identity).result.counts["eligible"]
    say(f"走访已记下，改正情况 {len(found)} 项；符合的事项由 {before} 项变为 {after} 项。" if found else "走访已记下。")
    return _back(identity)


@pages.post("/<path:identity>/measures/<path:measure>")
def told(identity: str, measure: str) -> AnyResponse:
    """Keep in one click what became of a measure: told, applied, or not wanted and why."""
    record_response(identity, measure, by=_who())
    return redirect(url_for("desk.enterprise", identity=identity) + "#to-do", 303)


@pages.route("/<path:identity>/facts/<path:field>", methods=["GET", "POST"])
def fact(identity: str, field: str) -> str | tuple[str, int] | AnyResponse:
    """One fact of one of my enterprises to correct."""
    back = url_for("desk.enterprise", identity=identity)
    return fact_page(identity, field, back, url_for("desk.fact", identity=identity, field=field), "干部更正")


@pages.post("/<path:identity>/needs")
def need(identity: str) -> AnyResponse:
    """Take down a need of one of my enterprises."""
    need_raised(identity)
    return _back(identity)


@pages.post("/<path:identity>/needs/<int:no>")
def answer(identity: str, no: int) -> AnyResponse:
    """Answer a need of one of my enterprises."""
    need_of(accounts().ledger, identity, no)
    said_to: Json = request.form.get("answer", "")[:1000]
    answer_need(accounts().ledger, no, said_to, on=state().services.today(), by=_who(), at=accounts().now())
    say("答复已记下，企业能看到。")
    return _back(identity)


@pages.post("/<path:identity>/promises")
def promised(identity: str) -> AnyResponse:
    """Take down what an office promised one of my enterprises, and until when."""
    rights().to_change(identity)
    text, office = (request.form.get(name, "").strip() for name in ("text", "office"))
    if not text or not office:
        raise InputError(Problem("承诺", "没有写全", "哪个部门、承诺什么、哪天前办"))
    on, due_on = state().services.today(), read_date(None, request.form.get("due_on", ""), "承诺期限")
    promise(
        accounts().ledger, identity, text[:1000], office=office[:100], on=on, due_on=due_on, by=_who(), at=accounts().now()
    )  # fmt: skip
    say("承诺已记下，到期未办的会列在督查的名单里。")
    return _back(identity)


@pages.post("/<path:identity>/promises/<int:no>")
def kept(identity: str, no: int) -> AnyResponse:
    """Say that an office has kept what it promised one of my enterprises."""
    rights().to_change(identity)
    if no not in [one.no for one in promises_of(accounts().ledger, identity) if one.kept_on is None]:
        abort(404, "没有这条承诺，或已记为办了。")
    keep_promise(accounts().ledger, no, on=state().services.today(), by=_who(), at=accounts().now())
    say("已记为办了。")
    return _back(identity)


def _back(identity: str) -> AnyResponse:
    return redirect(url_for("desk.enterprise", identity=identity), 303)


def _who() -> str:
    """The cadre's name, which stands under what is recorded."""
    user = viewer()
    return (user.bound or user.name) if user else ""
