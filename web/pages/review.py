"""Review: the drafts that wait, one of them beside its words, and what a person makes of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any as Json

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from corpus.benefits import CAP_UNITS
from corpus.errors import InputError
from corpus.model import Measure, Policy
from corpus.rules import HINT_KINDS
from corpus.trail import ACTIONS, Decision
from matcher.review import KINDS as CHECKS
from matcher.review import check_catalogue
from web.review import acts, giftform, queue, ruleform, values
from web.review.cases import open_cases, worked_cases
from web.review.desk import current_reviewer, desk, guarded, say, sign
from web.review.paint import COLOURS, asked, paint
from web.review.sheet import Sheet, corrected, push, read_sheet, sheet_of
from web.state import state

pages = guarded(Blueprint("review", __name__, url_prefix="/review"))

ON_A_PAGE = 40
DRAFTS_ON_A_PAGE = 60
LATEST = 20
# Clauses before and after the one that grants, for what it leans on.
AROUND = 2
PERIODS = ("last_year", "this_year", "each_of_last_2", "each_of_last_3", "any_of_last_3", "sum_of_last_2", "sum_of_last_3", "avg_of_last_3")  # fmt: skip


@pages.route("/name", methods=["GET", "POST"])
def name() -> str | AnyResponse:
    """Who reviews: a name to stand under every decision; once given, back to where it was asked for."""
    if request.method != "POST":
        return render_template("review/name.html", back=_inside(request.args.get("back", "")))
    sign(request.form.get("name", ""))
    return redirect(_inside(request.form.get("back", "")), 303)


@pages.get("")
def drafts() -> str:
    """The drafts by policy, the commonest departments, what was decided last."""
    policies = state().services.policies
    every = queue.waiting(policies)
    filters = _filters()
    found = queue.waiting(policies, filters)
    shelves = queue.by_policy(found)
    page = max(request.args.get("page", 1, type=int), 1)
    decisions = desk().store.decisions()
    return render_template(
        "review/queue.html", filters=filters, found=found, every=every, policies=queue.by_policy(every),
        shelves=shelves[(page - 1) * ON_A_PAGE : page * ON_A_PAGE], page=page, pages=-(-len(shelves) // ON_A_PAGE),
        shown=DRAFTS_ON_A_PAGE, departments=queue.departments(every), bands=queue.BANDS, actions=ACTIONS,
        bands_of={band: sum(one.band == band for one in every) for band in queue.BANDS},
        latest=decisions[: -LATEST - 1 : -1], decided=len({decision.measure for decision in decisions}),
        cases=sum(1 for _ in worked_cases(policies, decisions)), opened=open_cases(policies, decisions),
        today=state().services.today(),
    )  # fmt: skip


@pages.get("/check")
def check() -> str:
    """The catalogue looked over: what nobody can meet, what asks nothing, what stands out, by kind."""
    today = state().services.today()
    remarks = check_catalogue(state().services.policies, today)
    by_kind = [(words, [remark for remark in remarks if remark.kind == kind]) for kind, words in CHECKS.items()]
    titles = {measure.id: measure.title for policy in state().services.policies for measure in policy.measures}
    return render_template("review/check.html", by_kind=by_kind, total=len(remarks), today=today, titles=titles)


@pages.get("/cases.jsonl")
def cases() -> Response:
    """What was corrected, as worked cases for the grammar; with `all=1` what was confirmed as it stood too."""
    policies, decisions = state().services.policies, desk().store.decisions()
    found = worked_cases(policies, decisions, every=request.args.get("all") == "1")
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in found)
    return Response(lines, mimetype="application/x-ndjson")


@pages.get("/policies/<path:identity>")
def whole(identity: str) -> str | AnyResponse:
    """A whole policy, clause by clause, with what was read from each: where something is missing, it can be added."""
    if current_reviewer() is None:
        return redirect(url_for("review.name", back=request.full_path))
    policy = desk().store.policy(identity) or abort(404, f"没有编号为“{identity}”的政策。")
    read = {clause.path: [m for m in policy.measures if m.clauses[:1] == (clause.path,)] for clause in policy.clauses}
    return render_template("review/policy.html", policy=policy, read=read, address=_address)


@pages.post("/policies/<path:identity>")
def add(identity: str) -> AnyResponse:
    """Add a measure that the machine missed in a clause; on to the form to fill it in."""
    policy = desk().store.policy(identity) or abort(404, f"没有编号为“{identity}”的政策。")
    taken = [measure.id for measure in policy.measures] + [d.measure for d in desk().store.decisions(policy=policy.id)]
    made = acts.added(policy, request.form.get("clause", ""), taken)
    desk().store.decide(_line(policy, "add", None, made))
    say("已新增一条草稿，请写明给谁、给什么，再确认。")
    return redirect(_address(made.id, edit="1"), 303)


@pages.get("/<path:identity>")
def measure(identity: str) -> str | AnyResponse:
    """A measure beside its words; with `edit=1` the form to correct it."""
    if current_reviewer() is None:
        return redirect(url_for("review.name", back=request.full_path))
    policy, found = _known(identity)
    if request.args.get("edit"):
        return _form(policy, found, sheet_of(found))
    return _page(policy, found)


@pages.post("/<path:identity>")
def act(identity: str) -> str | tuple[str, int] | AnyResponse:
    """Do what the button says, and go to the next draft; a correction that cannot be read comes back with its problems."""
    policy, found = _known(identity)
    action = request.form.get("action", "").partition(":")[0]
    if action == "correct":
        return _correct(policy, found)
    if request.form.get("seal") != acts.seal(found):
        say("这一条刚被别人改过，请看过新的内容再定。")
        return redirect(_address(identity), 303)
    doing = {"accept": _accept, "reject": _reject, "reopen": _reopen, "split": _split, "merge": _merge}.get(action)
    if doing is None:
        abort(400, "没有这种操作。")
    return doing(policy, found)


# ---------------------------------------------------------------- pages


def _page(policy: Policy, found: Measure) -> str:
    today = state().services.today()
    trail = desk().store.decisions(measure=found.id)
    machine = next((d.before for d in trail if d.before is not None), None)
    drafts = [measure for measure in policy.measures if measure.review == "draft"]
    at = next((i for i, measure in enumerate(drafts) if measure.id == found.id), 0)
    return render_template(
        "review/measure.html", **_beside(policy, found), rule=asked(found.rule, today), trail=trail,
        machine=machine if machine != found else None, machine_rule=machine and asked(machine.rule, today),
        split_words=acts.split_words(found), before=drafts[at - 1] if at else None, reasons=acts.REASONS,
    )  # fmt: skip


def _form(policy: Policy, found: Measure, sheet: Sheet) -> str:
    period_years = [str(state().services.today().year - back) for back in range(4)]
    return render_template(
        "review/correct.html", **_beside(policy, found), sheet=sheet, problems=list(sheet.problems()),
        rule=asked(found.rule, state().services.today()), fields=values.field_choices(), how=ruleform.HOW,
        operator_words=values.operator_words, hints=HINT_KINDS, shapes=giftform.SHAPES, picks=giftform.PICKS,
        frequencies=giftform.FREQUENCIES, bases=values.ONE_OF, cap_units=CAP_UNITS, is_line=_is_line,
        periods=_periods(period_years),
    )  # fmt: skip


def _beside(policy: Policy, found: Measure) -> dict[str, Json]:
    """What both pages of a measure show: its words in colour, what stands around, and its place in the queue."""
    policies = state().services.policies
    every = queue.waiting(policies)
    narrowed = queue.waiting(policies, _filters())
    earlier, later = queue.around(narrowed, every, found.id)
    ids = [one.measure.id for one in narrowed]
    painted = [paint(policy, found, clause) for clause in policy.clauses if clause.path in found.clauses]
    places = [i for i, clause in enumerate(policy.clauses) if clause.path in found.clauses]
    near = {i for place in places for i in range(place - AROUND, place + AROUND + 1)} - set(places)
    return {
        "policy": policy, "measure": found, "painted": painted, "colours": COLOURS, "filters": _filters(),
        "around": [clause for i, clause in enumerate(policy.clauses) if i in near], "seal": acts.seal(found),
        "earlier": earlier, "later": later, "place": ids.index(found.id) + 1 if found.id in ids else None,
        "waiting": len(ids), "bands": queue.BANDS, "band": queue.band_of(found), "actions": ACTIONS,
        "today": state().services.today(), "address": _address,
    }  # fmt: skip


def _is_line(node: ruleform.Line | ruleform.Group) -> bool:
    return isinstance(node, ruleform.Line)


def _periods(years: list[str]) -> dict[str, str]:
    words = {"each": "近{n}年每年", "any": "近{n}年任一年", "sum": "近{n}年合计", "avg": "近{n}年平均"}
    spans = {name: words[name.partition("_")[0]].format(n=name[-1]) for name in PERIODS if "_of_" in name}
    return {"": "上一年", "this_year": "本年", **spans, **{year: f"{year}年" for year in years}}


# ---------------------------------------------------------------- decisions


def _accept(policy: Policy, found: Measure) -> AnyResponse:
    return _decide(_line(policy, "accept", found, _with_review(found, "confirmed")))


def _reject(policy: Policy, found: Measure) -> AnyResponse:
    chosen = request.form["action"].partition(":")[2]
    reason = acts.REASONS.get(chosen) or request.form.get("words", "").strip()[:200]
    if not reason:
        say("请选一个或写一句为什么不算。")
        return redirect(_address(found.id), 303)
    return _decide(_line(policy, "reject", found, _with_review(found, "rejected"), reason))


def _reopen(policy: Policy, found: Measure) -> AnyResponse:
    last = next(iter(desk().store.decisions(measure=found.id)[::-1]), None)
    undo = last is not None and last.action in ("accept", "correct", "reject") and last.before is not None
    back = last.before if last is not None and last.before is not None and undo else found
    desk().store.decide(_line(policy, "reopen", found, _with_review(back, "draft")))
    return redirect(_address(found.id), 303)


def _split(policy: Policy, found: Measure) -> AnyResponse:
    taken = [measure.id for measure in policy.measures] + [d.measure for d in desk().store.decisions(policy=policy.id)]
    first, *others = acts.split(found, taken)
    lines = [_line(policy, "split", found, first), *(_line(policy, "split", None, other) for other in others)]
    desk().store.decide(*lines)
    say(f"拆成了 {len(lines)} 项，逐项看过再确认。")
    return redirect(_address(found.id), 303)


def _merge(policy: Policy, found: Measure) -> AnyResponse:
    drafts = [measure for measure in policy.measures if measure.review == "draft"]
    at = next((i for i, measure in enumerate(drafts) if measure.id == found.id), 0)
    if at == 0:
        say("前面没有可以并入的草稿。")
        return redirect(_address(found.id), 303)
    into = drafts[at - 1]
    try:
        merged = acts.merge(into, found)
    except InputError as error:
        say(str(error))
        return redirect(_address(found.id), 303)
    gone = _line(policy, "merge", found, _with_review(found, "rejected"), f"并入“{into.title}”（{into.id}）")
    desk().store.decide(_line(policy, "merge", into, merged), gone)
    say("已并成一项，看过再确认。")
    return redirect(_address(into.id), 303)


def _correct(policy: Policy, found: Measure) -> str | tuple[str, int] | AnyResponse:
    sheet = read_sheet({name: tuple(values) for name, values in request.form.lists()})
    if button := request.form.get("push", ""):
        push(sheet, button)
        return _form(policy, found, sheet)
    if request.form.get("seal") != acts.seal(found):
        sheet.problem = "这一条刚被别人改过；左边是现在的内容，您填的还在，看过再保存。"
        return _form(policy, found, sheet), 409
    made = corrected(sheet, found)
    if made is None:
        return _form(policy, found, sheet), 400
    reason = request.form.get("why", "").strip() or None
    try:
        return _decide(_line(policy, "correct", found, _with_review(made, "confirmed"), reason))
    except InputError as error:
        sheet.problem = str(error)
        return _form(policy, found, sheet), 400


def _decide(line: Decision) -> AnyResponse:
    """Keep `line`, and on to the next draft of the queue; back to the list after the last."""
    policies = state().services.policies
    every, narrowed = queue.waiting(policies), queue.waiting(policies, _filters())
    earlier, later = queue.around(narrowed, every, line.measure)
    desk().store.decide(line)
    words = {"accept": "已确认", "correct": "已按您的更正确认", "reject": "已记为不算事项"}[line.action]
    say(f"{words}：{line.after.title}", undo=line.measure, seal=acts.seal(line.after))
    onward = later or (earlier if earlier != line.measure else None)
    return redirect(_address(onward) if onward else url_for("review.drafts", **_filters()), 303)


def _line(policy: Policy, action: Json, before: Measure | None, after: Measure, reason: str | None = None) -> Decision:
    return acts.decision(policy, current_reviewer() or "", desk().now(), action, before, after, reason)


def _with_review(found: Measure, review: Json) -> Measure:
    return replace(found, review=review)


# ---------------------------------------------------------------- addresses


def _known(identity: str) -> tuple[Policy, Measure]:
    found = desk().store.measure(identity)
    if found is None:
        abort(404, f"没有编号为“{identity}”的政策事项。")
    return found


def _filters() -> dict[str, Json]:
    """What the queue is narrowed to: carried in every address, so that the next draft is one of them."""
    return {key: value for key in queue.FILTERS if (value := request.args.get(key, "").strip())}


def _address(identity: str, **more: Json) -> str:
    return url_for("review.measure", identity=identity, **_filters(), **more)


def _inside(back: str) -> str:
    """`back` where it is a page of this site, else the list."""
    safe = back.startswith("/") and not back.startswith(("//", "/\\")) and "\n" not in back
    return back.rstrip("?") if safe else url_for("review.drafts")
