"""What can be wrong with input, said so that a person can mend it.

PolicyError                  the base: `run.py` turns it into one line and an exit code
├── InputError               a file, a profile, a rule: carries the `Problem`s, each with its place
└── StoreError               the store is broken, locked or of another version
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands, what was found, what was expected, what to do."""

    place: str
    found: str
    expected: str = ""
    advice: str = ""
    source: str = ""

    def within(self, source: str) -> Problem:
        """The same problem, with the file that it was found in."""
        return replace(self, source=source)

    def __str__(self) -> str:
        where = "，".join(part for part in (self.source, self.place) if part)
        expected = f"；应为{self.expected}" if self.expected else ""
        advice = f"。{self.advice}" if self.advice else ""
        return f"{where}：{self.found}{expected}{advice}"


class PolicyError(Exception):
    """The base of every error that is the input's or the store's fault and not a bug."""


class InputError(PolicyError):
    """Input that cannot be used. `problems` holds each thing that is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class StoreError(PolicyError):
    """The store cannot be opened, or is of another version than this program."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, as advice (`最接近的是 "revenue"`); empty where none is near.

    >>> nearest("revenu", ["revenue", "region"])
    '最接近的是 "revenue"'
    """
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f'最接近的是 "{close[0]}"' if close else ""
