"""A policy with its clauses and measures, two versions of one side by side, and a measure by itself."""

from __future__ import annotations

import re
from collections import Counter

from flask import Blueprint, abort, render_template, request

from corpus.model import Policy
from indexer.same import diff
from web.changed import CHANGES, Changed
from web.state import state
from web.words import outline

pages = Blueprint("policies", __name__)


def anchor(path: str) -> str:
    """The anchor of the clause at `path` on its policy's page.

    >>> anchor("三(二) 1")
    'c-三(二)_1'
    """
    return "c-" + re.sub(r"\s+", "_", path)


@pages.get("/policies/<path:identity>")
def policy(identity: str) -> str:
    """A policy: what it is, whether it counts today, what one gets from it, and its clauses."""
    known = state()
    found = _known(identity)
    today = known.services.today()
    standings = known.standings
    standing = standings.of(found, today)
    shelf = known.shelf.policies
    ends = [shelf[other] for other in standings.links.replaces.get(found.id, ()) if other in shelf]
    rests = [shelf[other] for other in standings.links.basis.get(found.id, ()) if other in shelf]
    texts, made = known.shelf.originals(found), known.shelf.made.get(found.id)
    return render_template(
        "policy.html",
        policy=found,
        measures=[known.shelf.measures[measure.id] for measure in found.measures],
        standing=standing,
        replaced_by=[shelf[other] for other in standing.replaced_by],
        chain=[shelf[other] for other in standing.chain],
        ends=ends,
        ended_elsewhere=[named for named in standings.links.open.get(found.id, ()) if named in found.replaces],
        basis=[(other, standings.of(other, today)) for other in rests],
        basis_elsewhere=[named for named in standings.links.open.get(found.id, ()) if named not in found.replaces],
        editions=[other for other in standings.editions(found) if other not in texts and other.id != made],
        texts=texts,
        made=shelf[made] if made else None,
        places=known.services.places(found.id),
        today=today,
    )


@pages.get("/policies/compare")
def compare() -> str:
    """Two versions of a policy, clause by clause: what changed, what came, what went."""
    before, after = _known(request.args.get("before", "")), _known(request.args.get("after", ""))
    changes = [Changed.of(change) for change in diff(before, after)]
    counts = Counter(change.kind for change in changes)
    everything = request.args.get("all") == "1"
    shown = [change for change in changes if everything or change.kind not in ("same", "moved")]
    return render_template(
        "compare.html", before=before, after=after, changes=shown, counts=counts, words=CHANGES, everything=everything,
        today=state().services.today(),
    )  # fmt: skip


def _known(identity: str) -> Policy:
    found = state().shelf.policies.get(identity)
    if found is None:
        abort(404, f"没有编号为“{identity}”的政策。")
    return found


@pages.get("/measures/<path:identity>")
def measure(identity: str) -> str:
    """A measure: what one gets, who can, how."""
    known = state()
    found = known.shelf.measures.get(identity)
    if found is None:
        abort(404, f"没有编号为“{identity}”的政策事项。")
    today = known.services.today()
    return render_template("measure.html", placed=found, rule=outline(found.measure.rule, today), today=today)
