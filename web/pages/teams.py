"""工作组: each group and its cadres, how far the policies came with their enterprises, and what is left undone."""

from __future__ import annotations

from flask import Blueprint, render_template

from ledger.auditing.tally import COUNTS
from ledger.care.teams import LATELY
from web.accounts.signed import rights, signed, viewer
from web.state import state

pages = signed(Blueprint("teams", __name__, url_prefix="/teams"), "cadre", "auditor", "administrator")

STAGES = ("eligible", "informed", "applied", "approved", "paid")


@pages.get("")
def home() -> str:
    """Every group that the user may see."""
    services = state().services
    today = services.today()
    return render_template(
        "teams/home.html", teams=rights().teams(services.policies, today), today=today, me=viewer(),
        stages=STAGES, words=COUNTS, lately=LATELY.days,
    )  # fmt: skip
