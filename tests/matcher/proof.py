"""Verdicts are the same in every form: one by one, compiled, in blocks, on Spark. Pairs at random, as many as are asked for.

What differs is made small before it is shown. The command is `benchmarks/proof.py`.
"""

import json
import time
from dataclasses import replace
from datetime import date

import pyarrow.parquet as pq

from corpus.model import All, Any, AtLeast, Not, Policy
from corpus.rules import dump_rule
from matcher.batch import Engine
from matcher.catalogue import VERDICTS, compile_catalogue
from matcher.columns import ProfileColumns
from matcher.evaluate import evaluate
from matcher.facts import read_profile
from matcher.known import Facts
from matcher.match import match
from tests.matcher.world import a_world

DAYS = (date(2024, 6, 30), date(2022, 2, 28))
MEASURES, ENTERPRISES = 400, 1000
"""Of one round: with other seeds other rules and other enterprises."""


def forms(policy, data, as_of, more=None):
    """The ranks of every pair by each form, `more` by name beside ours: lists of a list for each enterprise."""
    profiles = [read_profile(one) for one in data]
    measures = policy.measures
    one_by_one = []
    for profile in profiles:
        facts = Facts(profile, as_of)
        one_by_one.append([evaluate(measure.rule, facts, measure.id).verdict.rank for measure in measures])
    catalogue = compile_catalogue([policy])
    compiled = [match(catalogue, profile, as_of).ranks.tolist() for profile in profiles]
    block = Engine(catalogue, as_of).block(ProfileColumns(profiles, as_of))
    blocks = [list(row) for row in zip(*(block.verdicts(i).tolist() for i in range(len(measures))), strict=True)]
    others = {name: form(policy, data, as_of) for name, form in (more or {}).items()}
    return {"evaluate": one_by_one, "compiled": compiled, "batch": blocks, **others}


def on_spark(folder, master):
    """The form that writes the enterprises to a file in `folder` and has them judged on the cluster at `master`."""
    from matcher.spark import run_on_spark

    def form(policy, data, as_of):
        source, written = folder / "enterprises.jsonl", folder / "verdicts.parquet"
        source.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in data), encoding="utf-8")
        done = run_on_spark([policy], str(source), str(written), as_of=as_of, all=True, master=master)
        assert not done.problems, done.problems[:3]
        rows = {one["id"]: {} for one in data}
        table = pq.read_table(written, columns=["enterprise_id", "measure_id", "verdict"])
        for enterprise, measure, verdict in zip(*(column.to_pylist() for column in table.columns), strict=True):
            rows[enterprise][measure] = VERDICTS.index(verdict)
        assert table.num_rows == len(data) * len(policy.measures)
        return [[row[measure.id] for measure in policy.measures] for row in rows.values()]

    return form


def differences(policy, data, as_of, more=None):
    """The pairs whose verdict is not the same in every form: places of the measure and of the enterprise."""
    found = forms(policy, data, as_of, more)
    wanted = found.pop("evaluate")
    return [
        (m, e)
        for other in found.values()
        for e in range(len(data))
        if other[e] != wanted[e]
        for m in range(len(policy.measures))
        if other[e][m] != wanted[e][m]
    ]


def smaller(rule):
    """The rules that are one step smaller."""
    match rule:
        case Not(of):
            yield of
            yield from map(Not, smaller(of))
        case All(of) | Any(of) | AtLeast(_, of):
            yield from of
            for i, branch in enumerate(of):
                yield replace(rule, of=of[:i] + of[i + 1 :])
                yield from (replace(rule, of=(*of[:i], less, *of[i + 1 :])) for less in smaller(branch))


def shrunk(measure, data, as_of, more=None):
    """The smallest pair found that still differs, in words."""

    def differs(rule, data):
        return bool(differences(Policy("p", "p", measures=(replace(measure, rule=rule),)), [data], as_of, more))

    rule = measure.rule
    while less := next((r for r in smaller(rule) if differs(r, data)), None):
        rule = less
    for key in [*data["facts"]]:
        fewer = {**data, "facts": {name: value for name, value in data["facts"].items() if name != key}}
        data = fewer if differs(rule, fewer) else data
    return json.dumps({"as_of": str(as_of), "rule": dump_rule(rule), "profile": data}, ensure_ascii=False)


def prove(pairs, seed, say=lambda _words: None, more=None):
    """What differs in at least `pairs` pairs, each made small; empty where nothing does. `more` are forms besides ours."""
    found, done, started = [], 0, time.perf_counter()
    while done < pairs and len(found) < 5:
        policy, data = a_world(seed, MEASURES, ENTERPRISES)
        as_of = DAYS[seed % len(DAYS)]
        differ = differences(policy, data, as_of, more)[:2]
        found += [shrunk(policy.measures[m], data[e], as_of, more) for m, e in differ]
        seed, done = seed + 1, done + MEASURES * ENTERPRISES
        say(f"{done} pairs, {len(found)} differ, {time.perf_counter() - started:.0f} s")
    return found
