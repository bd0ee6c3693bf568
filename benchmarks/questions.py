"""How many questions until nearly all that an enterprise can get is known: what `ask_next` asks first, against the form's order.

    python benchmarks/questions.py [--enterprises 100] [--json FILE]

The bundled catalogue on a fixed day, every measure taken as confirmed; enterprises drawn from a fixed seed, each fact near
the thresholds that the catalogue asks for. Known at first: region, industry, kind of enterprise. A question is a field
(all its years and titles) or the words of one condition that a person must confirm; it is answered with the truth. Counted
is how many it takes until the lower end of the best bundle has reached 90% of what it is when everything is known.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from corpus.catalogue import read_policies  # noqa: E402
from corpus.fields import registry  # noqa: E402
from corpus.model import Bounds, Condition  # noqa: E402
from corpus.rules import conditions  # noqa: E402
from matcher.catalogue import compile_catalogue  # noqa: E402
from matcher.facts import read_profile  # noqa: E402
from matcher.match import match  # noqa: E402

AS_OF = date(2026, 10, 31)
GIVEN = ("region", "tax_region", "industry", "legal_form")
ENOUGH = 0.9
SEED = 20261124


def catalogue():
    """The bundled policies, every measure confirmed."""
    folder = Path(str(files("corpus") / "policies"))
    policies = [p for path in sorted(folder.glob("*.measures.yaml")) for p in read_policies(path).policies]
    return [replace(p, measures=tuple(replace(m, review="confirmed") for m in p.measures)) for p in policies]


def asked_for(policies) -> dict[str, list[Condition]]:
    """The conditions of the catalogue by field."""
    found: dict[str, list[Condition]] = {}
    for policy in policies:
        for measure in policy.measures:
            for _, condition in conditions(measure.rule):
                found.setdefault(condition.field, []).append(condition)
    return found


def draw(rng: random.Random, asked: dict[str, list[Condition]], no: int) -> dict:
    """An enterprise of which everything that is asked for is known."""
    facts: dict = {"region": "419001", "tax_region": "419001", "legal_form": "企业"}
    confirmations = {}
    for name, wanted in asked.items():
        field = registry()[name]
        if name in facts:
            continue
        if name == "manual":
            for condition in wanted:
                confirmations[str(condition.value)] = {"value": rng.random() < 0.6, "by": "x", "on": "2026-01-01"}
        elif field.type == "number":
            edges = [e for c in wanted for e in _edges(c)] or [1.0]
            value = rng.choice(edges) * rng.choice([0.5, 0.9, 1.0, 1.1, 2.0])
            value = min(max(value, field.min if field.min is not None else value), field.max or value)
            facts[name] = {str(year): value for year in range(2021, 2027)} if field.by_year else value
        elif field.type in ("set", "event"):
            members = sorted({str(v) for c in wanted for v in _members(c)})
            facts[name] = [m for m in members if rng.random() < 0.2]
        elif field.type == "date":
            facts[name] = date(rng.randrange(2005, 2026), rng.randrange(1, 13), 1).isoformat()
        elif field.type == "code":
            codes = sorted({str(v) for c in wanted for v in _members(c)})
            facts[name] = rng.choice([c for c in codes if len(c) >= 2] or ["3421"])
        else:
            facts[name] = rng.choice(field.order)
    facts.pop("size_class", None)
    facts.setdefault("industry", "3421")
    return {"id": f"e{no}", "facts": facts, "confirmations": confirmations}


def _edges(condition: Condition) -> list[float]:
    value = condition.value
    if isinstance(value, Bounds):
        return [end for end in (value.low, value.high) if end]
    return [float(value)] if isinstance(value, int | float) and value else []


def _members(condition: Condition) -> tuple:
    value = condition.value
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()


def questions_needed(compiled, whole: dict, order: list[str] | None) -> int | None:
    """How many questions until enough is known, by `order` or (None) by what `ask_next` asks first; None where there is nothing."""
    final = match(compiled, read_profile(whole), AS_OF).bundle.low
    if not final:
        return None
    known = {
        "id": whole["id"],
        "facts": {n: whole["facts"][n] for n in GIVEN if n in whole["facts"]},
        "confirmations": {},
    }
    done: list[str] = []
    while (result := match(compiled, read_profile(known), AS_OF)).bundle.low < ENOUGH * final:
        key = next((key for key in (_keys(result) if order is None else order) if key not in done), None)
        if key is None:
            break
        done.append(key)
        field, _, words = key.partition(":")
        if field == "manual":
            known["confirmations"][words] = whole["confirmations"][words]
        elif field in whole["facts"]:
            known["facts"][field] = whole["facts"][field]
    return len(done)


def _keys(result) -> list[str]:
    """What `ask_next` asks, in its order, each by the name it has here."""
    return [f"manual:{one.whats[0]}" if one.field == "manual" else one.field for one in result.ask_next]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--enterprises", type=int, default=100)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    policies = catalogue()
    asked = asked_for(policies)
    compiled = compile_catalogue(policies)
    fields = sorted(
        (f for f in registry().values() if f.name in asked and f.name not in (*GIVEN, "manual")),
        key=lambda f: f.weight or 99,
    )
    manual = dict.fromkeys(f"manual:{c.value}" for c in asked["manual"])
    fixed = [field.name for field in fields] + list(manual)
    rng = random.Random(SEED)
    ours, theirs = [], []
    no = 0
    while len(ours) < options.enterprises:
        whole = draw(rng, asked, no)
        no += 1
        if (one := questions_needed(compiled, whole, None)) is not None:
            ours.append(one)
            theirs.append(questions_needed(compiled, whole, fixed))
    report = {
        "enterprises": len(ours),
        "ask_next": {
            "median": statistics.median(ours),
            "mean": round(statistics.mean(ours), 1),
            "p90": sorted(ours)[int(0.9 * len(ours))],
        },
        "fixed": {
            "median": statistics.median(theirs),
            "mean": round(statistics.mean(theirs), 1),
            "p90": sorted(theirs)[int(0.9 * len(theirs))],
        },
        "fewer": round(sum(a < b for a, b in zip(ours, theirs, strict=True)) / len(ours), 3),
    }
    print(f"{report['enterprises']} 家企业，问到九成可得金额已知为止：")
    for name, words in (("ask_next", "按 ask_next 的次序"), ("fixed", "按表单的固定次序")):
        one = report[name]
        print(f"  {words}：中位 {one['median']} 问，平均 {one['mean']}，九成企业不超过 {one['p90']}")
    print(f"  {report['fewer']:.0%} 的企业用 ask_next 问得更少")
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
