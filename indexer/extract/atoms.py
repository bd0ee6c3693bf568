"""An atom is a condition that stands in the text in so many words, a node any rule with its stretch; a place is where the
passage speaks.
"""

from __future__ import annotations

from dataclasses import dataclass

from corpus.model import Any, Rule

# Beijing, Tianjin, Shanghai, Chongqing: the first two digits of their codes (GB/T 2260).
MUNICIPALITIES = ("11", "12", "31", "50")


@dataclass(frozen=True, slots=True)
class Atom:
    """A rule read at `start`–`end` of the tagged text, and the name of the finder that read it."""

    start: int
    end: int
    rule: Rule
    finder: str


@dataclass(frozen=True, slots=True)
class Node:
    """A rule and the stretch of the even text that it was read from. `joins` says how it hangs on what goes before."""

    rule: Rule
    start: int
    end: int
    what: str
    joins: str = "all"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the passage speaks: the code of its region, if known, what the sentence said before, and the field
    of the figure before (which a bare 「500万元至1000万元的」 goes on with).
    """

    region: str | None = None
    before: str = ""
    field: str | None = None

    @property
    def province(self) -> str | None:
        """The code of its province."""
        return self.region[:2] + "0000" if self.region else None

    @property
    def municipal(self) -> bool:
        """Whether it is a city right under the State Council, whose 市级 is a province's level."""
        return self.region is not None and self.region[:2] in MUNICIPALITIES

    @property
    def city(self) -> str | None:
        """The code of its city; a municipality's is its province's."""
        if not self.region:
            return None
        return self.province if self.municipal else self.region[:4] + "00"


def any_of(rules: tuple[Rule, ...]) -> Rule:
    """One of `rules`; the rule itself where there is but one."""
    return rules[0] if len(rules) == 1 else Any(rules)
