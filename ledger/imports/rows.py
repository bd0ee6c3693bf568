"""The rows of a file one after another, each read as what it stands for; one that cannot be is refused by its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any as Json
from typing import TypeVar

import sqlalchemy as sa

from corpus.errors import InputError, Problem
from ledger.imports.cells import check_sound
from ledger.imports.headers import heads, named
from ledger.imports.records import read_records
from ledger.imports.register import Imported

One = TypeVar("One")


def read_rows(
    path: Path, kind: str, read: Callable[[Mapping[str, Json]], One], done: Imported, mapping: Mapping[str, str]
) -> Iterator[One]:
    """What `read` makes of each row of a file of `kind` (`headers.NEEDED`), counted in `done`.

    A row that `read` refuses with an InputError is put down in `done` with its place, and the rest goes on. `mapping`
    says what some columns are. Raises InputError where the file cannot be read at all.
    """
    for place, record in read_records(path, lambda written: heads(kind, written, mapping, path.name)):
        try:
            for name, cell in record.items():
                check_sound(name, cell)
            one = read(named(kind, record))
        except InputError as error:
            done.problems.extend(problem.within(f"{path.name}，{place}") for problem in error.problems)
            continue
        done.taken += 1
        yield one


def short_enough(value: One, name: str, column: sa.Column[Json]) -> One:
    """`value` where `column` can hold it. Raises InputError where it is a text that is too long: a shifted column, mostly."""
    most = getattr(column.type, "length", None)
    if isinstance(value, str) and most is not None and len(value) > most:
        raise InputError(Problem(name, f'找到 "{value[:20]}…"，{len(value)} 个字', f"不超过 {most} 个字"))
    return value
