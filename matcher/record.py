"""A match kept so that it can be gone through again: what it was made from, what came out, and whether that still does.

kept = record(policies, profile_json, as_of)
again = replay(kept, policies_of_today)
again.same, again.differs
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any as Json

from corpus.catalogue import SCHEMA_VERSION as GRAMMAR
from corpus.catalogue import dump_policy
from corpus.errors import InputError, Problem
from corpus.model import Policy
from corpus.rules import read_date
from matcher.facts import read_profile
from matcher.match import match

SCHEMA_VERSION = 1
KEYS = ("schema_version", "grammar", "as_of", "catalogue", "policies", "profile", "result")


@dataclass(frozen=True, slots=True)
class Replay:
    """What a record comes to with the policies of now: the result, and in Chinese what is not as it was (nothing: the same)."""

    result: Mapping[str, Json]
    differs: tuple[str, ...]

    @property
    def same(self) -> bool:
        return not self.differs


def record(policies: Sequence[Policy], profile: Mapping[str, Json], as_of: date) -> dict[str, Json]:
    """The match of `profile` (in JSON, as it was given) with all it rests on: day, catalogue by digest, grammar, result.

    Pure: the same arguments give the same bytes (`dumps`). Raises InputError as `read_profile`.
    """
    digests = {policy.id: _digest(dump_policy(policy)) for policy in policies}
    return {
        "schema_version": SCHEMA_VERSION,
        "grammar": GRAMMAR,
        "as_of": as_of.isoformat(),
        "catalogue": _digest(digests),
        "policies": digests,
        "profile": dict(profile),
        "result": match(policies, read_profile(profile), as_of).to_json(all=True),
    }


def replay(kept: Mapping[str, Json], policies: Sequence[Policy]) -> Replay:
    """The match of a record once more. Where the catalogue has moved on, says which policies and which verdicts differ."""
    if not isinstance(kept, Mapping) or any(key not in kept for key in KEYS):
        raise InputError(Problem("记录", "不是一份判定记录", "、".join(KEYS), "用 match --record 写出的文件"))
    if (kept["schema_version"], kept["grammar"]) != (SCHEMA_VERSION, GRAMMAR):
        found = f"记录版本 {kept['schema_version']}，规则语言版本 {kept['grammar']}"
        raise InputError(Problem("记录", found, f"{SCHEMA_VERSION} 与 {GRAMMAR}", "用写下它的那一版程序来看"))
    now = record(policies, kept["profile"], read_date(None, kept["as_of"], "as_of"))
    differs = [f"政策 {one}：{how}" for one, how in _changes(kept["policies"], now["policies"], "已改动")]
    before, after = (_verdicts(which["result"]) for which in (kept, now))
    differs += [f"事项 {one}：{how}" for one, how in _changes(before, after)]
    if not differs and dumps(kept) != dumps(now):
        differs = ["目录未变，结果不同：程序换了版本"]
    return Replay(now["result"], tuple(differs))


def dumps(kept: Mapping[str, Json]) -> bytes:
    """A record as the bytes of its file."""
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _changes(before: Mapping[str, str], after: Mapping[str, str], how: str = "") -> list[tuple[str, str]]:
    return [
        (one, "已不在" if one not in after else "新增" if one not in before else how or f"{before[one]} → {after[one]}")
        for one in sorted({*before, *after})
        if before.get(one) != after.get(one)
    ]


def _verdicts(result: Mapping[str, Json]) -> dict[str, str]:
    return {found["measure_id"]: found["verdict"] for found in result["matches"]}


def _digest(data: Json) -> str:
    return hashlib.sha256(dumps(data)).hexdigest()
