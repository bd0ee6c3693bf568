"""看我能享受什么: the form, the result, and the checklist to take away. Nothing that is typed is stored."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from corpus.codes import industries, regions
from matcher.facts import Profile, read_profile
from matcher.worth import Estimate, worth_words
from web.ahead import calendar, read_ahead
from web.answers import ANONYMOUS, Answers, code_words, day_of, keep, read_answers
from web.checklist import FORMATS, Checklist, build_checklist, render
from web.checklist.as_html import POLICY
from web.filling import fill
from web.outcome import (
    ASKED,
    MOST,
    SHOWN,
    counts_as,
    missing_of,
    quotes,
    read_outcome,
    shown_leaves,
    wanting,
    worth_short,
)
from web.questions import NEEDS
from web.state import state
from web.words import limit_words

pages = Blueprint("enterprise", __name__)

OPTIONS_SHOWN = 20


@pages.get("/profile")
def form() -> str:
    """The empty form, or the form filled in with a sample enterprise."""
    identity = request.args.get("sample")
    return _form(_read({} if identity is None else _given(_sample(identity))))


@pages.post("/profile")
def change() -> str:
    """The form with the answers given so far."""
    return _form(_read(_posted()))


@pages.post("/match")
def match() -> str | tuple[str, int]:
    """What the enterprise of the form can get; the form again where an answer cannot be read."""
    answers = _read(_posted())
    if answers.problems:
        return _form(answers), 400
    return _result(answers)


@pages.get("/match")
def to_form() -> AnyResponse:
    """A result lives in its form only: who comes by address starts there."""
    return redirect(url_for("enterprise.form"))


@pages.get("/samples/<path:identity>")
def sample_result(identity: str) -> str:
    """What a sample enterprise can get."""
    sample = _sample(identity)
    return _result(_read(_given(sample)), sample)


@pages.post("/checklist/<form>")
def checklist(form: str) -> Response | tuple[str, int]:
    """The checklist of the enterprise of the form, as a document."""
    if form not in FORMATS:
        abort(404, f"没有“{form}”这种格式。")
    answers = _read(_posted())
    if answers.problems:
        return _form(answers), 400
    return document(read_profile(answers.data), answers.as_of, form)


@pages.post("/calendar.ics")
def agenda() -> Response | tuple[str, int]:
    """The days that matter to the enterprise of the form, as a calendar file."""
    answers = _read(_posted())
    if answers.problems:
        return _form(answers), 400
    return calendar(state().services.match(read_profile(answers.data), answers.as_of))


@pages.get("/options/<kind>")
def options(kind: str) -> Response:
    """Regions or industries that begin with or hold `q`, as the pickers show them."""
    query = request.args.get("q", "").strip()[:40]
    search = {"regions": regions.search, "industries": industries.search}.get(kind)
    if search is None:
        abort(404)
    singular = "region" if kind == "regions" else "industry"
    return jsonify([code_words(singular, code) for code in search(query, OPTIONS_SHOWN)])


def document(profile: Profile, as_of: date, form: str) -> Response:
    """The checklist of `profile`, of which nothing is kept, in one of `FORMATS`."""
    services = state().services
    return handed_over(build_checklist(services.match(profile, as_of), profile, as_of, services.office), form)


def handed_over(made: Checklist, form: str) -> Response:
    """A checklist in one of `FORMATS`: a page to print for html, a file to keep for the others."""
    response = Response(render(made, form), mimetype=FORMATS[form])
    name = quote(f"{made.title}-{made.enterprise}.{form}")
    response.headers["Content-Disposition"] = f"{'inline' if form == 'html' else 'attachment'}; filename*=UTF-8''{name}"
    if form == "html":
        response.headers["Content-Security-Policy"] = POLICY
    return response


def _sample(identity: str) -> Profile:
    found = next((sample for sample in state().services.samples if sample.id == identity), None)
    if found is None:
        abort(404, "没有这家示例企业。")
    return found


def _given(sample: Profile) -> dict[str, tuple[str, ...]]:
    known = state()
    return fill(sample, sample.as_of or known.services.today(), known.asked.members["event"])


def _posted() -> dict[str, tuple[str, ...]]:
    return keep(request.form.items(multi=True))


def _read(given: dict[str, tuple[str, ...]]) -> Answers:
    known = state()
    as_of = day_of(given, known.services.today())
    bare = Answers(given, as_of)
    return read_answers(given, known.asked.questions(as_of, bare.years), as_of)


def _form(answers: Answers) -> str:
    asked = state().asked
    questions = asked.questions(answers.as_of, answers.years)
    return render_template(
        "profile.html",
        answers=answers,
        sections=asked.sections(questions, answers.answered),
        samples=state().services.samples,
        needs=NEEDS,
        places=places(),
    )


def _result(answers: Answers, sample: Profile | None = None) -> str:
    known = state()
    profile = read_profile(answers.data) if sample is None else sample
    result = known.services.match(profile, answers.as_of)
    outcome = read_outcome(result)
    questions = known.asked.questions(answers.as_of, answers.years)
    asks = [
        (ask, questions[ask.field].narrowed(ask.whats, ask.years)) for ask in result.ask_next if ask.field in questions
    ][:ASKED]
    inline = {name for _, question in asks for name in question.names}
    confirms = outcome.to_confirm(answers)
    inline |= {f"confirm:{words}" for words in confirms}
    return render_template(
        "result.html",
        answers=answers,
        outcome=outcome,
        ahead=read_ahead(result),
        profile=profile,
        named=profile.name not in ("", ANONYMOUS),
        total=worth_words(Estimate(result.bundle.low, result.bundle.high, "要看核定的基数")),
        left_out=result.left_out,
        limited=result.limited,
        limit_words=limit_words,
        shown=SHOWN,
        most=MOST,
        counts_as=counts_as,
        wanting=wanting,
        missing_of=missing_of,
        shown_leaves=shown_leaves,
        quotes=quotes,
        worth_short=worth_short,
        asks=asks,
        confirms=confirms,
        carried=[(name, value) for name, value in answers.pairs() if name not in inline],
        sample=sample,
        places=places(),
    )


def places() -> list[str]:
    """Regions to pick from without typing much: those of the catalogue, and what lies right under them."""
    codes = [code for code, _ in state().shelf.choices.regions if code not in regions.COUNTRY]
    under = [child for code in codes for child in regions.children(code)]
    return [code_words("region", code) for code in dict.fromkeys(codes + under)]
