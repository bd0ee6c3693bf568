"""政策找企业: what a change of the policies means for each enterprise by name, and the digests that tell them and their cadres."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Any as Json
from typing import Literal, TypeAlias

import numpy as np

from corpus.model import Measure, Policy
from ledger.tables import Registered
from matcher.batch import BLOCK, Engine
from matcher.bits import unpack
from matcher.catalogue import Catalogue, compile_catalogue
from matcher.columns import ProfileColumns
from matcher.facts import Profile, read_profile
from matcher.match import match
from matcher.worth import worth_words

Kind: TypeAlias = Literal["gains", "loses", "refiles"]
KINDS: dict[Kind, str] = {"gains": "新符合", "loses": "不再符合", "refiles": "仍符合，规定有变，请重新核对"}


@dataclass(frozen=True, slots=True)
class Change:
    """What a change of the policies does to one enterprise and one measure.

    `low` and `high` are what the measure is worth to it in yuan, after the change for gains and refiles, before it for
    losses; None where open. `worth` says it in words.
    """

    enterprise_id: str
    enterprise: str
    cadre: str | None
    kind: Kind
    measure_id: str
    title: str
    department: str | None
    low: float | None
    high: float | None
    worth: str
    apply_by: date | None

    def to_json(self) -> dict[str, Json]:
        """The change with its names, yuan and days as plain values."""
        return {**asdict(self), "apply_by": self.apply_by and self.apply_by.isoformat()}


@dataclass(frozen=True, slots=True)
class Digest:
    """A message to one reader (an enterprise's id, or a cadre's name) about several changes; `measures` are what it tells of."""

    reader: str
    subject: str
    text: str
    measures: tuple[str, ...] = ()


def changes(
    before: Sequence[Policy], after: Sequence[Policy], register: Iterable[Registered], as_of: date
) -> Iterator[Change]:
    """Who gains, loses or must look again when `before` becomes `after`; by enterprise, losses and gains as the measures come.

    Gains: eligible now and not before. Loses: the other way round, also where its measure is gone. Refiles: eligible both
    times, where what it brings, the papers or the days to apply are others. Only firm verdicts count: a draft, or an
    enterprise of which a fact is wanting, gains and loses nothing. Lazy: memory holds one block of enterprises.
    """
    old, new = compile_catalogue(before), compile_catalogue(after)
    engines = Engine(old, as_of), Engine(new, as_of)
    places = [{m.id: i for i, m in enumerate(engine.measures)} for engine in engines]
    ids = list(dict.fromkeys([*places[0], *places[1]]))
    other = [i in places[0] and i in places[1] and _differ(old, new, places[0][i], places[1][i]) for i in ids]
    waiting = iter(register)
    while rows := list(islice(waiting, BLOCK)):
        profiles = [read_profile(row.profile, row.id) for row in rows]
        held = []
        for engine, place in zip(engines, places, strict=True):
            columns = ProfileColumns(profiles, as_of)
            block = engine.block(columns)
            absent = np.zeros(len(rows), bool)
            firm = [
                unpack(block.true[place[i]], len(rows)) if i in place and engine.terms[place[i]] is None else absent
                for i in ids
            ]
            held.append(np.array(firm, bool).reshape(len(ids), len(rows)))
        touched = (held[0] != held[1]) | (held[0] & held[1] & np.array(other, bool)[:, None])
        for row in np.flatnonzero(touched.any(axis=0)).tolist():
            found = [(ids[i], bool(held[0][i, row]), bool(held[1][i, row])) for i in np.flatnonzero(touched[:, row])]
            yield from _told(rows[row], profiles[row], found, old, new, as_of)


def _differ(old: Catalogue, new: Catalogue, before: int, after: int) -> bool:
    def told(measure: Measure) -> tuple[object, ...]:
        return measure.benefit, measure.window, measure.materials, measure.department

    return told(old.entries[before][1]) != told(new.entries[after][1])


def _told(
    row: Registered,
    profile: Profile,
    found: Sequence[tuple[str, bool, bool]],
    old: Catalogue,
    new: Catalogue,
    as_of: date,
) -> Iterator[Change]:
    was = {m.measure.id: m for m in match(old, profile, as_of).by_standing("eligible")}
    now = {m.measure.id: m for m in match(new, profile, as_of).by_standing("eligible")}
    for measure, held, holds in found:
        kind: Kind = "refiles" if held and holds else "gains" if holds else "loses"
        one = (now if holds else was)[measure]
        benefit = one.benefit
        department = one.measure.department or one.policy.department
        who = (row.id, row.name or row.id, row.cadre)
        worth = (benefit.low, benefit.high, worth_words(benefit))
        yield Change(*who, kind, measure, one.measure.title, department, *worth, one.apply_by)


def digest_enterprises(found: Iterable[Change], muted: Collection[tuple[str, str]] = ()) -> list[Digest]:
    """One message for each enterprise; `muted` are (reader, measure) that are not to be told again."""
    by_reader = defaultdict(list)
    for change in found:
        if (change.enterprise_id, change.measure_id) not in muted:
            by_reader[change.enterprise_id].append(change)
    return [
        Digest(
            reader,
            f"有 {len(mine)} 项惠企政策与贵企业有关",
            "\n".join(map(_line, mine)),
            tuple(change.measure_id for change in mine if change.kind != "loses"),
        )
        for reader, mine in by_reader.items()
    ]


def digest_cadres(found: Iterable[Change], muted: Collection[tuple[str, str]] = ()) -> list[Digest]:
    """One message for each cadre, enterprise by enterprise; enterprises without a cadre are in none."""
    by_reader: dict[str, dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
    for change in found:
        if change.cadre and (change.cadre, change.measure_id) not in muted:
            by_reader[change.cadre][change.enterprise].append(change)
    digests = []
    for cadre, mine in by_reader.items():
        parts = ["\n".join([name, *(f"  {_line(change)}" for change in told)]) for name, told in mine.items()]
        digests.append(Digest(cadre, f"您联系的 {len(mine)} 家企业有政策变动", "\n\n".join(parts)))
    return digests


def _line(change: Change) -> str:
    by = f"，申报截止 {change.apply_by}" if change.apply_by else ""
    office = f"，咨询 {change.department}" if change.department else ""
    worth = "" if change.kind == "loses" else f"：{change.worth}"
    return f"【{KINDS[change.kind]}】{change.title}{worth}{by}{office}"
