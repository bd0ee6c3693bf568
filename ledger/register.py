"""Enterprises into the ledger: each row is checked as a profile, kept whole, and put in place of an older one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any as Json

from corpus.errors import InputError, Problem
from ledger.tables import Ledger
from matcher.facts import read_profile
from matcher.tables import read_rows

_BATCH = 5000


@dataclass(slots=True)
class Imported:
    """What an import came to: rows taken, how many of them were new, and each thing refused."""

    taken: int = 0
    new: int = 0
    problems: list[Problem] = field(default_factory=list)

    def to_json(self) -> dict[str, Json]:
        """The answer of an import command."""
        return {"schema_version": 1, "taken": self.taken, "new": self.new, "problems": [str(p) for p in self.problems]}


def register(ledger: Ledger, path: Path, on: date, *, dry_run: bool = False) -> Imported:
    """Take the enterprises of a file (CSV, XLSX, Parquet, JSONL profiles) into the register.

    The same row again changes nothing; a newer row of the same enterprise takes the older one's place. A bad row is
    named and the rest goes on. A `cadre` column (助企干部) assigns the enterprise. `dry_run` only checks.
    Raises InputError where the file as a whole cannot be read.
    """
    done = Imported()
    with ledger.begin() as connection:
        known = set(ledger.numbers(connection))
    waiting: dict[str, dict[str, Json]] = {}
    for place, row in read_rows(path):
        data = dict(row) if isinstance(row, dict) else row
        cadre = next((data.pop(key) for key in ("cadre", "助企干部") if isinstance(data, dict) and key in data), None)
        try:
            profile = read_profile(data, f"{path.name}，{place}")
        except InputError as error:
            done.problems.extend(error.problems)
            continue
        done.taken += 1
        done.new += profile.id not in known
        known.add(profile.id)
        waiting[profile.id] = {
            "id": profile.id,
            "name": profile.name,
            "cadre": None if cadre is None else str(cadre),
            "profile": data,
            "source": path.name,
            "noted_on": profile.as_of or on,
        }
        if len(waiting) == _BATCH and not dry_run:
            ledger.put_enterprises(list(waiting.values()))
            waiting.clear()
    if waiting and not dry_run:
        ledger.put_enterprises(list(waiting.values()))
    return done
