"""What one user may read and change: an enterprise itself, a cadre its own, an office its measures, an auditor all.

Every page that needs a signature works through `Rights`: what is not the user's is not found, as if it were not there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa

from corpus.errors import PolicyError
from corpus.model import Policy
from ledger.access.users import User
from ledger.auditing.audit import Auditor
from ledger.care.teams import Team, led_by, teams
from ledger.care.voices import Voices, voices
from ledger.layout import enterprises
from ledger.tables import Ledger, Registered


class NotYours(PolicyError):  # noqa: N818
    """What was asked for is not there for this user, whether or not it is there at all."""


class Rights:
    """What `user` may read of `ledger`."""

    def __init__(self, ledger: Ledger, user: User) -> None:
        self.ledger = ledger
        self.user = user

    def enterprises(self) -> tuple[Registered, ...]:
        """The enterprises of the user, in the order of the register."""
        return tuple(self.ledger.registered(self._theirs()))

    def enterprise(self, identity: str) -> Registered:
        """One enterprise of the user. Raises NotYours for any other."""
        found = next(self.ledger.registered(self._theirs(), enterprises.c.id == identity), None)
        if found is None:
            raise NotYours(f"您名下没有编号为“{identity}”的企业。")
        return found

    def to_change(self, identity: str) -> Registered:
        """One enterprise whose facts and steps the user may add to: only the enterprise itself and its cadre may."""
        if self.user.role not in ("enterprise", "cadre"):
            raise NotYours("只有企业自己和分包它的干部可以改企业的情况。")
        return self.enterprise(identity)

    def auditor(self, policies: Sequence[Policy], as_of: date) -> Auditor:
        """The audit as far as the user may see it. Raises NotYours for an enterprise and for a cadre."""
        self._audits()
        whole = Auditor(self.ledger, policies, as_of)
        if self.user.role != "office":
            return whole
        own = [m for i, m in enumerate(whole.measures) if whole.department(i) == self.user.bound and m in whole.entries]
        return PartAuditor(whole, own)

    def voices(self, policies: Sequence[Policy], as_of: date) -> Voices:
        """What enterprises say, as far as the user may read it: an office the promises that it broke."""
        self._audits()
        return voices(self.ledger, policies, as_of, self.user.bound if self.user.role == "office" else None)

    def teams(self, policies: Sequence[Policy], as_of: date) -> tuple[Team, ...]:
        """The groups as far as the user may see them: all for who audits, their own for who leads one.

        Raises NotYours for anybody else.
        """
        found = teams(self.ledger, Auditor(self.ledger, policies, as_of))
        if self.user.role == "cadre":
            found = led_by(found, self.user.bound or "")
        elif self.user.role not in ("auditor", "administrator"):
            found = ()
        if not found and self.user.role not in ("auditor", "administrator"):
            raise NotYours("工作组的情况只对组长、督查和管理员开放。")
        return found

    def _audits(self) -> None:
        if self.user.role not in ("office", "auditor", "administrator"):
            raise NotYours("审计只对督查、管理员和办理部门开放。")

    def _theirs(self) -> sa.ColumnElement[bool]:
        match self.user.role:
            case "enterprise":
                return enterprises.c.id == self.user.bound
            case "cadre":
                return enterprises.c.cadre == self.user.bound
            case "auditor" | "administrator":
                return sa.true()
            case "office":
                return sa.false()


class PartAuditor(Auditor):
    """The audit of some measures alone: nothing of any other enters a count or a list."""

    def __init__(self, whole: Auditor, measures: Collection[str]) -> None:
        places = [place for measure, place in whole.standings.measures.items() if measure in measures]
        vars(self).update(vars(whole.only_measures(places)))
