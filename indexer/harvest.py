"""A file read, cut, and its measures drafted: what the processes do that help to take files in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.catalogue import dump_measure, parse_measure
from corpus.errors import InputError
from corpus.model import Document, Measure, Notice, Policy
from indexer.formats.files import Refused, read_here
from indexer.formats.limits import Tick


@dataclass(frozen=True, slots=True)
class Harvest:
    """A document without its text, and the policies cut out of it, their measures drafted."""

    document: Document
    policies: tuple[Policy, ...]


def harvest(path: Path, ocr: bool, processes: int, *, tick: Tick) -> Iterator[Harvest | Refused]:
    """What is in the file at `path`: one document, or several where it is a zip."""
    # Slow to import, and of no use to who only reads.
    from indexer.cut import cut
    from indexer.extract import draft_measures

    for read in read_here(path, ocr, processes, tick=tick):
        if isinstance(read, Refused):
            yield read
            continue
        tick()
        policies = []
        notices = list(read.notices)
        for policy in cut(read):
            measures, lost = sound(policy, draft_measures(policy))
            policies.append(replace(policy, measures=measures))
            notices += lost
            tick()
        yield Harvest(replace(read, blocks=(), notices=tuple(notices)), tuple(policies))


def sound(policy: Policy, drafts: Sequence[Measure]) -> tuple[tuple[Measure, ...], list[Notice]]:
    """The `drafts` that can be kept with `policy`, each under an id of its own, and what is to be said of the others.

    A draft that went wrong takes nothing else with it.
    """
    paths = {clause.path for clause in policy.clauses}
    kept: dict[str, Measure] = {}
    notices = []
    for draft in drafts:
        identity, n = draft.id, 2
        while identity in kept:
            identity, n = f"{draft.id}.{n}", n + 1
        try:
            kept[identity] = parse_measure(dump_measure(replace(draft, id=identity)), paths, identity)
        except InputError as error:
            page = next((clause.page for clause in policy.clauses if clause.path in draft.clauses), None)
            notices.append(Notice("doubtful", f"《{policy.title}》里起草的“{draft.title}”写不成事项（{error}）", page))
    return tuple(kept.values()), notices
