"""Documents: what was taken in, and each beside what was cut out of it, so that a person can check and mend the cutting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any as Json

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from corpus.errors import InputError
from corpus.model import Policy
from corpus.store import Received, Tally
from corpus.trail import HOWS, Recut, with_heads
from indexer.cut import reread
from indexer.follow import settle
from web.review.book import Book
from web.review.desk import current_reviewer, desk, guarded, reader, said, say

pages = guarded(Blueprint("documents", __name__, url_prefix="/documents"))

NOTICES = {
    "unread": "未读",
    "ocr": "识别",
    "doubtful": "存疑",
    "skipped": "略过",
    "limit": "超限",
    "uncut": "多半没有切进政策",
}
KINDS = {
    "application/pdf": "PDF", "application/msword": "DOC", "application/ofd": "OFD", "text/html": "网页", "text/plain": "文本",
    "application/yaml": "结构化事项", "application/json": "结构化事项", "application/jsonl": "成批全文", "application/zip": "压缩包",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}  # fmt: skip
ON_A_PAGE = 100
# What a person must see to before the file can be called read.
WANTING = ("unread", "doubtful", "limit")


@pages.get("")
def shelf() -> str:
    """Every file taken in, with what came of it."""
    everything = desk().store.documents()
    wanting = [one for one in everything if one.reason or any(n.kind in WANTING for n in one.notices)]
    only = request.args.get("only") == "wanting"
    received = wanting if only else everything
    page = max(request.args.get("page", 1, type=int), 1)
    chosen = received[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    tallies = desk().store.tallies()
    rows = [_row(one, tallies.get(one.sha256, Tally())) for one in chosen]
    return render_template(
        "documents/shelf.html", rows=rows, total=len(everything), wanting=len(wanting), only=only, page=page, pages=-(-len(received) // ON_A_PAGE),
        words=NOTICES, said=said,
    )  # fmt: skip


def _row(one: Received, tally: Tally) -> dict[str, Json]:
    return {
        "sha256": one.sha256,
        "name": PurePath(one.path).name,
        "kind": KINDS.get(one.media_type, one.media_type) or "未收",
        "pages": one.pages,
        "tally": tally,
        "notices": Counter(notice.kind for notice in one.notices),
        "reason": one.reason,
    }


@pages.get("/<sha256>")
def document(sha256: str) -> str:
    """One screen of a document: its text as read on the left, what was cut out of it on the right."""
    received, book = _book(sha256)
    last = max(len(book.screens) - 1, 0)
    if (wanted := request.args.get("page", type=int)) is not None:
        screen = book.screen_of(wanted)
    elif policy := request.args.get("policy"):
        screen = book.screen_with(policy)
    else:
        screen = min(max(request.args.get("screen", 1, type=int) - 1, 0), last)
    leaves = book.screens[screen] if book.screens else ()
    holders = desk().store.holders()
    elsewhere = {p.id: holders[p.id] for p in received.policies if holders.get(p.id, sha256) != sha256}
    mended, clause = request.args.get("mend"), request.args.get("clause")
    return render_template(
        "documents/document.html", received=received, name=PurePath(received.path).name, book=book, leaves=leaves,
        screen=screen + 1, screens=len(book.screens), words=NOTICES, kind=KINDS.get(received.media_type, received.media_type),
        mended=next((policy for policy in received.policies if policy.id == mended), None), clause=clause,
        first=received.policies[0].id if received.policies else None, trail=desk().store.recuts(sha256), hows=HOWS,
        elsewhere=elsewhere, copies=[PurePath(path).name for path in desk().store.paths(sha256)[1:]],
        said=said, said_of={leaf.page: _marks(book, leaf.page) for leaf in leaves},
    )  # fmt: skip


@pages.post("/<sha256>")
def mend(sha256: str) -> AnyResponse:
    """Correct a cut: a policy joined to the one before, split at a clause, or called by another name."""
    received, _ = _book(sha256)
    form = request.form
    ids = [policy.id for policy in received.policies]
    policy = next((policy for policy in received.policies if policy.id == form.get("policy")), None)
    if policy is None or form.get("how") not in HOWS:
        abort(400, "没有这项政策，或没有这种更正。")
    before = ids.index(policy.id) - 1
    try:
        cut = _recut(form, policy, ids[before] if before >= 0 else None)
        desk().store.recut(sha256, with_heads(received.policies, cut, reread))
    except InputError as error:
        say(str(error))
    else:
        settle(desk().store)
        say(f"《{policy.title}》：{HOWS[form['how']]}，已保存。机关、日期、有效期按新的起止重读过，请看一眼。")
    shown = ids[before] if form["how"] == "join" and before >= 0 else policy.id
    return redirect(url_for("documents.document", sha256=sha256, policy=shown), 303)


@pages.post("/<sha256>/undo")
def undo(sha256: str) -> AnyResponse:
    """Take back a correction of the cutting."""
    try:
        desk().store.undo_recut(sha256, request.form.get("no", 0, type=int), current_reviewer() or "", desk().now())
    except InputError as error:
        say(str(error))
    else:
        settle(desk().store)
        say("已撤销这次更正。")
    return redirect(url_for("documents.document", sha256=sha256), 303)


def _recut(form: Mapping[str, str], policy: Policy, into: str | None) -> Recut:
    how: Json = form["how"]
    return Recut(
        policy.id,
        how,
        current_reviewer() or "",
        desk().now(),
        clause=form.get("clause") if how == "split" else None,
        into=into if how == "join" else None,
        title=form.get("title", "").strip()[:300] or None,
        doc_no=form.get("doc_no", "").strip()[:80] or None,
        was=(policy.title, policy.doc_no),
    )


def _book(sha256: str) -> tuple[Received, Book]:
    found = reader().book(sha256)
    if found is None:
        abort(404, "没有收到过这份文件。")
    return found


def _marks(book: Book, page: int | None) -> list[str]:
    return [why for marked, why in book.marks if marked == page]
