"""The audit (督查): how far each policy came, where it is stuck and with whom, who misses out, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, render_template, request

from corpus.errors import InputError, Problem, nearest
from corpus.rules import read_date
from ledger.access.users import Role
from ledger.auditing import lists
from ledger.auditing.audit import OVERDUE_DAYS, Audit, Auditor
from ledger.auditing.bottleneck import KINDS, LEAST_SAMPLE, STAGES
from ledger.auditing.lists import Idle, Named
from ledger.auditing.pairs import TRANSITIONS
from ledger.auditing.report import write_audit
from ledger.auditing.row import Row
from ledger.auditing.sides import BY, By, part_title, read_within
from ledger.auditing.tally import COUNTS
from ledger.care.visits import REASONS, reasons
from ledger.imports.uptake import STEPS
from web.accounts.signed import accounts, rights, signed, viewer
from web.checklist import FORMATS
from web.state import state

READERS: tuple[Role, ...] = ("auditor", "administrator", "office")
pages = signed(Blueprint("audit", __name__, url_prefix="/audit"), *READERS)
api = signed(Blueprint("audit_api", __name__, url_prefix="/api/v1"), *READERS)

ON_A_PAGE = 50
NAMED_ON_A_PAGE = 200
STAGE_COUNTS = ("eligible", "informed", "applied", "approved", "paid")
# What a row can be put in order of, the most first; "" is the order of the catalogue.
SORTS = {
    "eligible_not_applied": "符合未申报最多",
    "eligible_not_informed": "符合未告知最多",
    "share_lost": "流失比例最大",
    "amount_paid": "兑付金额最多",
    "": "目录顺序",
}


@dataclass(frozen=True, slots=True)
class List:
    """A list of the audit: its name, what is on it, and its rows."""

    title: str
    note: str
    rows: Callable[[Auditor], Iterator[Named] | Iterator[Idle]]
    of_measures: bool = False


LISTS: dict[str, List] = {
    "missing": List("应享未享", "按登记的情况符合条件而没有申报的企业，逐家逐项。", lists.missing_out),
    "due": List(
        "免申即享",
        "登记的情况已知、逐条判为符合而还没有兑付的企业，供办理部门核对后直接兑付，不用企业申报；曾未通过或撤回的不在内。",
        lists.due_without_asking,
    ),
    "doubtful": List(
        "已享存疑",
        "已经兑付、但按登记的情况判不出符合的企业：情况可能后来变了，也可能登记有误，请核对，不作结论。",
        lists.doubtful,
    ),
    "overdue": List(
        "超期未办",
        f"申报后未获答复，或批准后未兑付，距最近环节已超过事项写明的办理时限；没有写明的按 {OVERDUE_DAYS} 天。",
        lists.overdue,
    ),
    "dormant": List(
        "沉睡政策",
        f"在有效期内、符合企业不少于 {LEAST_SAMPLE} 家，却从无一家申报的事项。",
        lists.dormant,
        of_measures=True,
    ),
    "untold": List(
        "政策棚架",
        f"在有效期内、符合企业不少于 {LEAST_SAMPLE} 家，却没有告知过一家企业的事项。",
        lists.untold,
        of_measures=True,
    ),
    "dead": List(
        "无人符合的条款",
        "在有效期内，登记的企业没有一家符合、也没有一家待核实的事项，以及卡住它的条件。",
        lists.dead,
        of_measures=True,
    ),
}


@pages.get("")
def home() -> str:
    """The funnel over all, then by any other side."""
    audit = _audit(_by())
    looked_into = read_within(request.args.getlist("within"))
    sort = request.args.get("sort", "eligible_not_applied" if audit.by in ("measure", "department") else "")
    page = max(request.args.get("page", 1, type=int), 1)
    rows = sorted(audit.rows, key=lambda row: -(_sort_key(row, sort)))
    return render_template(
        "audit/home.html", audit=audit, rows=rows[(page - 1) * ON_A_PAGE : page * ON_A_PAGE], page=page,
        pages=-(-len(rows) // ON_A_PAGE), by=BY, sort=sort, sorts=SORTS, lists=LISTS,
        register=len(audit.auditor.standings.register), kinds=_kinds(audit), inside=_inside(audit, looked_into),
        **_words(audit.auditor),
    )  # fmt: skip


@pages.get("/lists/<what>")
def listed(what: str) -> str:
    """One of the lists, in portions."""
    found = LISTS.get(what) or abort(404, "没有这份名单。")
    auditor = _auditor()
    page = max(request.args.get("page", 1, type=int), 1)
    rows = list(islice(found.rows(auditor), (page - 1) * NAMED_ON_A_PAGE, page * NAMED_ON_A_PAGE + 1))
    return render_template(
        "audit/list.html", what=what, list=found, lists=LISTS, rows=rows[:NAMED_ON_A_PAGE], page=page,
        more=len(rows) > NAMED_ON_A_PAGE, first=(page - 1) * NAMED_ON_A_PAGE, auditor=auditor, **_words(auditor),
    )  # fmt: skip


@pages.get("/measures/<path:identity>")
def measure(identity: str) -> str:
    """One measure: its funnel, where it is stuck, and who by name."""
    auditor = _auditor()
    row = next((row for row in auditor.audit("measure").rows if row.key == identity), None)
    if row is None:
        abort(404, f"没有编号为“{identity}”的事项，或它不由您的部门办理。")
    entry = auditor.entries.get(identity)
    named = {
        "missing": lists.missing_out(auditor, [identity]),
        "doubtful": (one for one in lists.doubtful(auditor) if one.measure_id == identity),
        "overdue": (one for one in lists.overdue(auditor) if one.measure_id == identity),
    }
    return render_template(
        "audit/measure.html", row=row, policy=entry and entry[0], measure=entry and entry[1],
        named={what: list(islice(rows, NAMED_ON_A_PAGE)) for what, rows in named.items()}, lists=LISTS,
        dead=[one.blame for one in lists.dead(auditor) if one.measure.id == identity], most=NAMED_ON_A_PAGE,
        as_of=auditor.as_of, reasons=REASONS, why=_why(identity), by=BY, **_words(auditor),
    )  # fmt: skip


@pages.get("/voices")
def heard() -> str:
    """What enterprises say: why they do not apply, promises broken, needs late and needs that no policy answers."""
    services, user = state().services, viewer()
    found = rights().voices(services.policies, _day() or services.today())
    office = user is not None and user.role == "office"
    return render_template(
        "audit/voices.html", voices=found, reasons=REASONS, lists=LISTS, office=office, **_words()
    )  # fmt: skip


@pages.get("/book.xlsx")
def book() -> Response:
    """The audit as an Excel book to pass round."""
    audit = _audit(_by())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "audit.xlsx"
        services = state().services
        # What enterprises say is said of all: it is left out where only a part is looked into.
        part = bool(request.args.getlist("within"))
        write_audit(audit, path, None if part else rights().voices(services.policies, audit.as_of))
        response = Response(path.read_bytes(), mimetype=FORMATS["xlsx"])
    name = quote(f"惠企政策落实审计-按{BY[audit.by]}-{audit.as_of.isoformat()}.xlsx")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@api.get("/audit")
def audit_json() -> Response:
    """The audit in the shape of `audit --json`."""
    return jsonify(_audit(_by()).to_json())


def _audit(by: By) -> Audit:
    auditor = _auditor()
    return auditor.audit(by)


def _auditor() -> Auditor:
    """What the user may audit, as far as the rows reach that the address looks into."""
    services = state().services
    auditor = rights().auditor(services.policies, _day() or services.today())
    for by, key in read_within(request.args.getlist("within")).items():
        auditor = auditor.within(by, key)
    return auditor


def _inside(audit: Audit, within: dict[By, str]) -> dict[str, list[str]]:
    """What to add to the address to look into each row; rows that are looked into already are no way in."""
    said = [f"{by}={key}" for by, key in within.items() if by != audit.by]
    return {row.key: [*said, f"{audit.by}={row.key}"] for row in audit.rows if within.get(audit.by) != row.key}


def _why(identity: str) -> dict[str, int]:
    """Why enterprises do not apply: said of all of them, so nothing where only a part is looked into."""
    return {} if request.args.getlist("within") else reasons(accounts().ledger, identity)


def _by() -> By:
    by = request.args.get("by", "measure")
    if by not in BY:
        raise InputError(Problem("by", f'找到 "{by}"', "、".join(BY), nearest(by, BY)))
    return by


def _day() -> date | None:
    text = request.args.get("as_of", "")
    return read_date(None, text, "as_of") if text else None


def _sort_key(row: Row, sort: str) -> float:
    match sort:
        case "eligible_not_applied" | "eligible_not_informed":
            return row.counts[sort]
        case "amount_paid":
            return row.amount_paid
        case "share_lost":
            return row.bottleneck.share_lost or 0.0
        case _:
            return 0.0


def _kinds(audit: Audit) -> list[tuple[str, int]]:
    """How many rows are stuck in each way, the commonest first; those that are not stuck left out."""
    found = [row.bottleneck.kind for row in audit.rows]
    kinds = [(KINDS[kind], found.count(kind)) for kind in KINDS if kind not in ("none", "too_few_to_say")]
    return sorted(((word, count) for word, count in kinds if count), key=lambda pair: -pair[1])


def _words(auditor: Auditor | None = None) -> dict[str, object]:
    """What every page of the audit says things with; `kept` has the day and the rows looked into, to go from page to page."""
    day, said = request.args.get("as_of") or None, request.args.getlist("within")
    trail = []
    for i, (by, key) in enumerate(read_within(said).items(), 1):
        entry = auditor.entries.get(key) if auditor and by == "measure" else None
        trail.append((BY[by], entry[1].title if entry else part_title(by, key), said[:i]))
    return {
        "COUNTS": COUNTS, "STAGES": STAGE_COUNTS, "KINDS": KINDS, "STEPS": STEPS, "part_title": part_title,
        "transitions": [(name, f"{STEPS[a][1:]}到{STEPS[b][1:]}") for name, (a, b) in TRANSITIONS.items()],
        "bars": bars, "stuck_words": stuck_words, "as_of_arg": day, "kept": {"as_of": day, "within": said}, "trail": trail,
    }  # fmt: skip


def bars(row: Row) -> list[tuple[str, int, float]]:
    """The stages of a row with their counts, and how long each bar is: a fraction of the longest."""
    longest = max(1, row.counts["eligible"] + row.counts["unknown"], *(row.counts[name] for name in STAGE_COUNTS))
    return [(name, row.counts[name], row.counts[name] / longest) for name in (*STAGE_COUNTS, "unknown")]


_LOST_OF = {kind: base for kind, _, base in STAGES}
_OF = {"eligible": "符合", "informed": "告知过", "applied": "申报过", "approved": "批准过"}


def stuck_words(row: Row) -> str:
    """How much is lost where, in a sentence; empty where nothing is said."""
    stuck = row.bottleneck
    if stuck.kind == "nobody_qualifies":
        return f"登记的 {stuck.sample} 家企业无一符合"
    if stuck.kind not in _LOST_OF or stuck.share_lost is None:
        return f"样本 {stuck.sample} 户次" if stuck.kind == "too_few_to_say" else ""
    lost = round(stuck.share_lost * stuck.sample)
    return f"{_OF[_LOST_OF[stuck.kind]]}的 {stuck.sample} 户次里有 {lost} 户次（{stuck.share_lost:.0%}）停在这里"
