"""A small world at random, and an audit of it by plain loops over sets: nothing here is shared with the counting core."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from corpus.catalogue import parse_policies
from corpus.codes import industries
from corpus.model import Policy
from matcher.facts import read_profile
from matcher.known import Facts
from matcher.match import match

AS_OF = date(2024, 6, 30)
ORDER = ("informed", "applied", "accepted", "approved", "paid", "declined", "withdrawn")
DEPARTMENTS = ("科技局", "财政局", None)


def policies(rng: random.Random, count: int) -> tuple[Policy, ...]:
    """Measures over region, industry, revenue and titles; some drafts, one policy not in force, some without department."""

    def measure(i: int) -> dict:
        tests = [
            {"field": "region", "op": "within", "value": [rng.choice(("410000", "419001", "110108"))]},
            {"field": "industry", "op": "within", "value": [rng.choice(("C", "I", "32"))]},
            {"field": "revenue", "op": "ge", "value": rng.choice((1e6, 2e7, 1e12))},
            {"field": "qualification", "op": "has", "value": "高新技术企业"},
        ]
        rule = {rng.choice(("all", "any")): rng.sample(tests, rng.randint(1, 3))}
        found = {
            "id": f"m{i}",
            "title": f"事项{i}",
            "rule": rule,
            "review": rng.choice(("confirmed",) * 4 + ("draft",)),
        }
        return found | ({"department": one} if (one := rng.choice(DEPARTMENTS)) else {})

    terms = ({}, {"expires_on": "2024-06-30"}, {"expires_on": "2024-06-29"}, {"effective_from": "2024-07-01"})
    bodies = [
        {"id": f"p{j}", "title": f"政策{j}", **term, "measures": [measure(i) for i in range(j, count, len(terms))]}
        for j, term in enumerate(terms)
    ]
    return parse_policies({"schema_version": 1, "policies": bodies}, "world").policies


def enterprises(rng: random.Random, count: int) -> list[dict]:
    """Profiles as JSON with facts left out here and there, and a cadre or none."""

    def one(i: int) -> dict:
        facts = {
            "region": rng.choice(("419001", "410308", "110108", "410000")),
            "industry": rng.choice(("3240", "C", "6513", "0111")),
            "revenue": rng.choice((5e5, 3e7, 2e12)),
            "qualification": rng.choice(([], ["高新技术企业"], {"has": [], "lacks": []})),
        }
        kept = {name: value for name, value in facts.items() if rng.random() > 0.15}
        return {"id": f"e{i}", "name": f"企业{i}", "facts": kept, "cadre": rng.choice(("张三", "李四", None))}

    return [one(i) for i in range(count)]


def steps(rng: random.Random, who: Sequence[str], what: Sequence[str], count: int) -> list[dict]:
    """Steps at random: repeats, days in no order, days after the audit, several applications, amounts on any step."""
    rows = []
    for _ in range(count):
        on = AS_OF + timedelta(days=rng.randint(-60, 8))
        rows.append(
            {
                "enterprise_id": rng.choice(who),
                "measure_id": rng.choice(what),
                "step": rng.choice(ORDER),
                "on": on.isoformat(),
                "amount": rng.choice((None, 1000.5, 20000)),
                "office": rng.choice(("科技局", "政务中心", "")),
                "reason": "",
            }
        )
    rows += rng.sample(rows, len(rows) // 5)
    rng.shuffle(rows)
    return rows


def spoiled(rng: random.Random, rows: Sequence[dict], count: int) -> list[dict]:
    """Rows that cannot be taken, each for one reason."""
    wrong = (
        {"enterprise_id": "nobody"},
        {"measure_id": "nothing"},
        {"step": "lost"},
        {"on": "2024-02-30"},
        {"on": None},
        {"amount": -1},
        {"amount": "许多"},
    )
    return [{**rng.choice(rows), **rng.choice(wrong)} for _ in range(count)]


def write_jsonl(path: Path, rows: Sequence[dict]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def audit_by_loops(found: Sequence[Policy], people: Sequence[dict], rows: Sequence[dict], by: str) -> dict[str, dict]:
    """The counts, money and median days of every row of an audit, and of the total under the key None."""
    measures = {m.id: (p, m) for p in found for m in p.measures}
    standing, sizes = {}, {}
    for person in people:
        profile = read_profile({key: value for key, value in person.items() if key != "cadre"})
        classes = Facts(profile, AS_OF).size().classes
        sizes[person["id"]] = classes[0] if len(classes) == 1 else "未填"
        for one in match(found, profile, AS_OF).matches:
            standing[person["id"], one.measure.id] = one.standing
    seen = {json.dumps(row, sort_keys=True): row for row in rows if row["on"] <= AS_OF.isoformat()}
    of: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for row in seen.values():
        of[row["enterprise_id"], row["measure_id"]].append(row)

    def keys(person: dict, measure: str) -> list[str | None]:
        industry = person["facts"].get("industry")
        department = measures[measure][1].department or "未填"
        return [
            None,
            {
                "measure": measure,
                "department": department,
                "region": person["facts"].get("region") or "未填",
                "industry": (industry and industries.section(industry)) or "未填",
                "size": sizes[person["id"]],
                "cadre": person["cadre"] or "未填",
            }[by],
        ]

    sets: dict[str | None, dict[str, set]] = defaultdict(lambda: defaultdict(set))
    money: dict[str | None, float] = defaultdict(float)
    days: dict[str | None, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for person in people:
        who = person["id"]
        for measure in measures:
            taken = of.get((who, measure), [])
            done = {row["step"] for row in taken}
            verdict = standing[who, measure]
            for key in keys(person, measure):
                row = sets[key]
                row[""].add(who)
                marks = {
                    "eligible": verdict == "eligible",
                    "maybe": verdict == "unknown",
                    **{step: step in done for step in ("informed", "applied", "approved", "paid", "declined")},
                    "eligible_not_informed": verdict == "eligible" and "informed" not in done,
                    "eligible_not_applied": verdict == "eligible" and "applied" not in done,
                    "paid_not_eligible": "paid" in done and verdict != "eligible",
                }
                for name, holds in marks.items():
                    row[name] |= {who} if holds else set()
                money[key] += sum(step["amount"] or 0 for step in taken if step["step"] == "paid")
                for name, waited in _waits(taken):
                    days[key][name].append(waited)
    names = ("eligible", "informed", "applied", "approved", "paid", "declined")
    names += ("eligible_not_informed", "eligible_not_applied", "paid_not_eligible")
    return {
        key: {
            **{name: len(row[name]) for name in names},
            "unknown": len(row["maybe"] - row["eligible"]),
            "amount_paid": round(money[key], 2),
            "median_days": {
                name: round(median(days[key][name]), 1) if days[key][name] else None
                for name in ("informed_applied", "applied_approved", "approved_paid")
            },
        }
        for key, row in sets.items()
    }


def months_by_loops(rows: Sequence[dict]) -> dict[str, dict[str, float]]:
    """By month: how many enterprises took each step for the first time, how many began at all, and the money paid."""
    seen = {json.dumps(row, sort_keys=True): row for row in rows if row["on"] <= AS_OF.isoformat()}
    first: dict[tuple[str, str], str] = {}
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in sorted(seen.values(), key=lambda row: row["on"]):
        month = row["on"][:7]
        for what in (row["step"], "began"):
            if (row["enterprise_id"], what) not in first:
                first[row["enterprise_id"], what] = month
                found[month][what] += 1
        found[month]["money"] += (row["amount"] or 0) if row["step"] == "paid" else 0
    return found


def _waits(taken: Sequence[dict]) -> list[tuple[str, int]]:
    """The durations of a pair, round by round."""
    ordered = sorted(taken, key=lambda row: (row["on"], ORDER.index(row["step"])))
    rounds: list[dict[str, date]] = [{}]
    for row in ordered:
        rounds[-1].setdefault(row["step"], date.fromisoformat(row["on"]))
        if row["step"] in ("paid", "declined", "withdrawn"):
            rounds.append({})
    found = []
    for one in rounds:
        for start, end in (("informed", "applied"), ("applied", "approved"), ("approved", "paid")):
            if start in one and end in one and one[start] <= one[end]:
                found.append((f"{start}_{end}", (one[end] - one[start]).days))
    return found
