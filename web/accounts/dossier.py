"""What is kept of one enterprise, put together for its page: what it can get, what is under way, what it has, its needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any as Json

from flask import Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from corpus.errors import InputError, Problem
from ledger.care.needs import KINDS, Need, needs_of, raise_need
from ledger.care.offices import contacts_of
from ledger.care.visits import REASONS, RESPONSES, Promise, promises_of, receive
from ledger.facts import CONFIRMATION, origins, put_right
from ledger.history import Receipt, Step, Visit, receipts_of, received_of, steps_of, visits_of
from ledger.imports.uptake import STEPS
from ledger.tables import Ledger, Registered
from matcher.facts import Profile, read_profile
from matcher.match import Result
from matcher.matched import Match
from matcher.worth import Estimate, worth_words
from web.accounts.facts import Known, changes, known_facts, seal, whole_answer
from web.accounts.signed import accounts, rights, said, say, viewer
from web.ahead import read_ahead
from web.answers import Answers, keep, read_answers
from web.checklist import FORMATS, Checklist, build_checklist
from web.filling import fill
from web.outcome import Outcome, read_outcome, wanting, worth_short
from web.pages.enterprise import handed_over, places
from web.questions import Question
from web.state import state
from web.words import had_words, limit_words

SOON = timedelta(days=30)
"""A window that closes within so long goes before what is worth more: there is time left to apply, but not to put it off."""
ASKED = 6
CONFIRMED = 8
SHOWN = 40
UNDER_WAY = ("applied", "accepted", "approved")


@dataclass(frozen=True, slots=True)
class Progress:
    """A measure with the steps that were taken with it; `match` None where the catalogue lacks it."""

    measure: str
    title: str
    steps: tuple[Step, ...]
    match: Match | None

    @property
    def last(self) -> Step:
        """The latest step; being told once more after applying does not count."""
        return next(step for step in reversed(self.steps) if step.step != "informed")

    @property
    def paid(self) -> float:
        """Yuan paid altogether."""
        return sum(step.amount or 0.0 for step in self.steps if step.step == "paid")


@dataclass(frozen=True, slots=True)
class Dossier:
    """One enterprise on one day. `to_do` are the measures it is eligible for and has not applied for, by deadline and worth."""

    registered: Registered
    profile: Profile
    as_of: date
    result: Result
    outcome: Outcome
    to_do: tuple[Match, ...]
    told: Mapping[str, Receipt]
    steps: Mapping[str, tuple[Step, ...]]
    under_way: tuple[Progress, ...]
    ended: tuple[Progress, ...]
    facts: tuple[Known, ...]
    needs: tuple[Need, ...]
    promises: tuple[Promise, ...]
    visits: tuple[Visit, ...]

    @property
    def total(self) -> str:
        """What all that it is eligible for is worth together, in Chinese."""
        bundle = self.result.bundle
        return worth_words(Estimate(bundle.low, bundle.high, "要看核定的基数"))


def order(matches: Sequence[Match], as_of: date) -> tuple[Match, ...]:
    """`matches` with those whose window closes soon first, by deadline; the rest by worth, the most first."""

    def key(match: Match) -> tuple[bool, date, float]:
        soon = match.apply_by is not None and as_of <= match.apply_by <= as_of + SOON
        worth = match.benefit.high if match.benefit.high is not None else match.benefit.low or 0.0
        return not soon, match.apply_by if soon and match.apply_by else date.max, -worth

    return tuple(sorted(matches, key=key))


def to_do(result: Result, steps: Mapping[str, tuple[Step, ...]], as_of: date) -> tuple[Match, ...]:
    """What an enterprise is eligible for and has not applied for, in order."""
    applied = {measure for measure, taken in steps.items() if any(step.step != "informed" for step in taken)}
    return order([match for match in result.by_standing("eligible") if match.measure.id not in applied], as_of)


def open_dossier(identity: str) -> Dossier:
    """The dossier of an enterprise of whoever is signed in. Raises NotYours for any other."""
    registered = rights().enterprise(identity)
    services, ledger = state().services, accounts().ledger
    today = services.today()
    profile = read_profile(registered.profile, registered.id)
    steps = steps_of(ledger, identity)
    result = services.match(profile, today, received_of(steps))
    outcome = read_outcome(result)
    matches = {match.measure.id: match for match in result.matches}
    progress = [
        Progress(
            measure, matches[measure].measure.title if measure in matches else measure, taken, matches.get(measure)
        )
        for measure, taken in steps.items()
        if any(step.step != "informed" for step in taken)
    ]
    progress.sort(key=lambda one: one.last.on, reverse=True)
    return Dossier(
        registered,
        profile,
        today,
        result,
        outcome,
        to_do(result, steps, today),
        receipts_of(ledger, identity),
        steps,
        tuple(one for one in progress if one.last.step in UNDER_WAY),
        tuple(one for one in progress if one.last.step not in UNDER_WAY),
        known_facts(profile, origins(ledger, identity)),
        needs_of(ledger, enterprise=identity),
        promises_of(ledger, identity),
        visits_of(ledger, identity),
    )


def page_words(dossier: Dossier) -> dict[str, Json]:
    """What the pages of an enterprise show besides the dossier."""
    asks, confirms = asked(dossier)
    return {
        "dossier": dossier, "ahead": read_ahead(dossier.result), "asks": asks, "confirms": confirms, "answers": answers_of(dossier), "places": places(),
        "said": said(), "kinds": KINDS, "reasons": REASONS, "responses": RESPONSES, "worth_short": worth_short,
        "wanting": wanting, "limit_words": limit_words, "had_words": had_words(dossier.result.bundle), "contacts": contacts_of(accounts().ledger), "shown": SHOWN, "CONFIRMATION": CONFIRMATION, "SOON": SOON, "STEP_WORDS": STEPS,
    }  # fmt: skip


def answers_of(dossier: Dossier) -> Answers:
    """The form as it stands with what is known."""
    given = fill(dossier.profile, dossier.as_of, state().asked.members["event"])
    return Answers(given, dossier.as_of)


def asked(dossier: Dossier) -> tuple[list[tuple[Json, Question]], tuple[str, ...]]:
    """What to ask on the next visit: the questions that settle most, and the statements to confirm."""
    questions = state().asked.questions(dossier.as_of)
    asks = [
        (ask, questions[ask.field].narrowed(ask.whats, ask.years))
        for ask in dossier.result.ask_next
        if ask.field in questions
    ]
    return asks[:ASKED], dossier.outcome.to_confirm(Answers({}, dossier.as_of))[:CONFIRMED]


def answered(dossier: Dossier) -> dict[str, Json]:
    """What the posted answers to `asked` change, by field. Raises InputError where one cannot be read."""
    asks, _ = asked(dossier)
    questions = {question.field.name: question for _, question in asks}
    given = keep(request.form.items(multi=True))
    read = read_answers(given, questions, dossier.as_of)
    _refuse(read)
    found = dict(changes(questions, dossier.registered.profile.get("facts", {}), read.data["facts"]))
    known = {words: one.value for words, one in dossier.profile.confirmations.items()}
    for words, said_of in read.data["confirmations"].items():
        if known.get(words) != said_of["value"]:
            found[CONFIRMATION + words] = said_of["value"]
    return found


def _refuse(read: Answers) -> None:
    if read.problems:
        raise InputError(*(Problem(name, words) for name, words in read.problems.items()))


# ---------------------------------------------------------------- one fact


def fact_page(identity: str, field: str, back: str, here: str, source: str) -> str | tuple[str, int] | AnyResponse:
    """One fact of an enterprise to correct: the form, or what was posted taken over."""
    dossier = open_dossier(identity)
    rights().to_change(identity)
    question, old = _question(dossier, field), _stored(dossier, field)
    show = {"dossier": dossier, "field": field, "question": question, "back": back, "here": here, "places": places()}
    known = next((one for one in dossier.facts if one.field == field), None)
    if request.method != "POST":
        return render_template(
            "desk/fact.html", **show, known=known, answers=answers_of(dossier), seal=seal(old), problem=""
        )
    given = keep(request.form.items(multi=True))
    if request.form.get("seal") != seal(old):
        words = "这一项刚被别人改过，下面是现在的内容，请看过再改。"
        page = render_template(
            "desk/fact.html", **show, known=known, answers=answers_of(dossier), seal=seal(old), problem=words
        )
        return page, 409
    try:
        _correct(dossier, field, question, old, given, source)
    except InputError as error:
        answers = replace(read_answers(given, {field: question} if question else {}, dossier.as_of), given=given)
        page = render_template(
            "desk/fact.html", **show, known=known, answers=answers, seal=seal(old), problem=str(error)
        )
        return page, 400
    say("已改，清单按新的情况重新判定。")
    return redirect(back, 303)


def _question(dossier: Dossier, field: str) -> Question | None:
    """The question of a field; None for a statement to confirm. No such field: 404."""
    if field.startswith(CONFIRMATION):
        return None
    years = {int(year) for year in _years(_stored(dossier, field))}
    found = state().asked.questions(dossier.as_of, years).get(field)
    if found is None:
        abort(404, "没有这一项企业情况。")
    return found


def _stored(dossier: Dossier, field: str) -> Json:
    if field.startswith(CONFIRMATION):
        return dossier.registered.profile.get("confirmations", {}).get(field.removeprefix(CONFIRMATION))
    return dossier.registered.profile.get("facts", {}).get(field)


def _years(stored: Json) -> list[str]:
    by_year = isinstance(stored, Mapping) and all(str(key).isdigit() for key in stored)
    return list(stored) if by_year else []


def _correct(
    dossier: Dossier,
    field: str,
    question: Question | None,
    old: Json,
    given: Mapping[str, tuple[str, ...]],
    source: str,
) -> None:
    user, today = viewer(), dossier.as_of

    def put(value: Json, seen: Json = old) -> None:
        put_right(
            accounts().ledger, dossier.registered.id, field, value,
            source=source, on=today, by=user.name if user else "", at=accounts().now(), seen=seen,
        )  # fmt: skip

    if question is None:
        said_of = next(iter(given.get(f"confirm:{field.removeprefix(CONFIRMATION)}", ())), "")
        put({"yes": True, "no": False}.get(said_of))
        return
    read = read_answers(given, {field: question}, today)
    _refuse(read)
    value = whole_answer(question, old, read.data["facts"].get(field), today)
    if question.years and set(_years(old)) - set(value or {}):
        put(None)  # a year that was emptied is not known any more
        put(value, None)
    elif value != old:
        put(value)


# ---------------------------------------------------------------- answers to measures, needs and lists


def record_response(identity: str, measure: str, *, by: str) -> None:
    """Keep the posted answer of an enterprise to a measure: told, applied, or not wanted and why."""
    rights().to_change(identity)
    placed = state().shelf.measures.get(measure) or abort(404, f"没有编号为“{measure}”的政策事项。")
    response, _, reason = request.form.get("answer", "").partition(":")
    receive(
        accounts().ledger, identity, measure, response,
        on=state().services.today(), by=by, at=accounts().now(), reason=reason or None,
    )  # fmt: skip
    say(f"{placed.measure.title}：{RESPONSES[response]}，已记下。")


def need_raised(identity: str) -> None:
    """Take down the posted need of an enterprise."""
    user = viewer()
    rights().to_change(identity)
    raise_need(
        accounts().ledger, identity, request.form.get("kind", ""), request.form.get("text", "")[:1000],
        on=state().services.today(), by=user.name if user else "", at=accounts().now(),
    )  # fmt: skip
    say("诉求已记下。")


def need_of(ledger: Ledger, identity: str, no: int) -> Need:
    """A need of an enterprise of whoever is signed in, by its number."""
    rights().to_change(identity)
    found = next((need for need in needs_of(ledger, enterprise=identity) if need.no == no), None)
    return found or abort(404, "没有这条诉求。")


def checklist_of(identity: str, form: str) -> Response:
    """The checklist of an enterprise of whoever is signed in, as a document."""
    if form not in FORMATS:
        abort(404, f"没有“{form}”这种格式。")
    registered = rights().enterprise(identity)
    return handed_over(written_for(registered, contacts_of(accounts().ledger)), form)


def written_for(registered: Registered, contacts: Mapping[str, str]) -> Checklist:
    """The checklist of an enterprise, after what it has received; `contacts` says where to call by department."""
    services, profile = state().services, read_profile(registered.profile, registered.id)
    today, had = services.today(), received_of(steps_of(accounts().ledger, registered.id))
    return build_checklist(services.match(profile, today, had), profile, today, services.office, contacts)
