"""A policy with its clauses and measures, and a measure by itself."""

from __future__ import annotations

import re

from flask import Blueprint, abort, render_template

from corpus.model import Policy
from web.shelf import Shelf
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
    """A policy: what it is, what one gets from it, and its clauses."""
    known = state()
    found = known.shelf.policies.get(identity)
    if found is None:
        abort(404, f"没有编号为“{identity}”的政策。")
    return render_template(
        "policy.html",
        policy=found,
        measures=[known.shelf.measures[measure.id] for measure in found.measures],
        replaces=[(named, resolve(named, known.shelf)) for named in found.replaces],
        replaced_by=[other for other in known.services.policies if replaces(other, found)],
        today=known.services.today(),
    )


@pages.get("/measures/<path:identity>")
def measure(identity: str) -> str:
    """A measure: what one gets, who can, how."""
    known = state()
    found = known.shelf.measures.get(identity)
    if found is None:
        abort(404, f"没有编号为“{identity}”的政策事项。")
    today = known.services.today()
    return render_template("measure.html", placed=found, rule=outline(found.measure.rule, today), today=today)


def resolve(named: str, shelf: Shelf) -> Policy | None:
    """The policy that `named` (an id or a 文号) means, if it is here."""
    return shelf.policies.get(named) or next((p for p in shelf.policies.values() if p.doc_no == named), None)


def replaces(other: Policy, policy: Policy) -> bool:
    """Whether `other` says that it puts an end to `policy`."""
    return policy.id in other.replaces or (policy.doc_no is not None and policy.doc_no in other.replaces)
