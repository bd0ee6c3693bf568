"""What state the policies are in, by what they say of one another: worked out once for each day that is asked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cached_property

from corpus.model import STATUSES, Policy
from indexer.formats.text import fold
from indexer.ids import title_core
from indexer.status import Links, Standing, link, standings

_EDITION = re.compile(r"(?:19|20)\d\d年?度?(?:版)?|修订|修正|试行|暂行|征求意见稿")


class Standings:
    """The policies' citations of one another, their states on a day, and which are editions of one document."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self._policies = policies
        self._days: dict[date, dict[str, Standing]] = {}

    @cached_property
    def links(self) -> Links:
        """Who ends whom and who rests on whom."""
        return link(self._policies)

    @cached_property
    def _editions(self) -> dict[str, list[Policy]]:
        found = defaultdict(list)
        for policy in self._policies:
            found[_subject(policy)].append(policy)
        return found

    def of(self, policy: Policy, day: date) -> Standing:
        """The state of `policy` on `day`; by its own words alone where it is none of these."""
        if day not in self._days:
            self._days = {day: standings(self._policies, day, self.links)}
        return self._days[day].get(policy.id) or standings([policy], day)[policy.id]

    def editions(self, policy: Policy) -> tuple[Policy, ...]:
        """The others that are called the same, but for the year or 试行, oldest first."""
        others = (other for other in self._editions[_subject(policy)] if other.id != policy.id)
        return tuple(sorted(others, key=lambda other: other.issued_on or date.min))


def _subject(policy: Policy) -> str:
    return fold(_EDITION.sub("", title_core(policy.title)))


def badges(standing: Standing) -> tuple[tuple[str, str], ...]:
    """What stands beside a policy's name: (class, words). One that is doubtful is never simply called in force."""
    if standing.state != "in_force":
        return (("tag-past", STATUSES[standing.state]),)
    if standing.doubts:
        return (("tag-draft", "效力待核实"), *((("tag-draft", "依据已失效"),) if standing.weak_basis else ()))
    live = ("tag-live", STATUSES["in_force"])
    return (live, ("tag-undated", "未载明有效期")) if standing.undated else (live,)
