"""The ledger at size: imports by row, the snapshot, and the funnel that is read from it.

    python benchmarks/ledger.py                                    20,000 enterprises, 100 measures
    python benchmarks/ledger.py --enterprises 1000000 --measures 500 --steps 3000000
    python benchmarks/ledger.py --db postgresql+psycopg://…        the same on PostgreSQL (its tables are written over)
    python benchmarks/ledger.py --counting                         only the funnel, over a snapshot made at random:
                                                                   1 M enterprises, 500 measures, 10 M eligible pairs

Prints a table and writes JSON with --json FILE. The world is made at random from a seed: profiles with most facts known,
rules of two or three conditions of which about one enterprise in fifty meets all, steps that follow one another.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import sqlalchemy as sa
from argon2 import PasswordHasher

# Before this file's own folder, in which `ledger` is this file.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from corpus.catalogue import parse_policies, read_policies
from ledger.access.users import Users
from ledger.auditing.audit import Auditor, audit
from ledger.auditing.pairs import gather
from ledger.auditing.sides import BY
from ledger.auditing.standing import Register, Standings
from ledger.auditing.taken import Taken
from ledger.auditing.texts import Texts
from ledger.care.needs import needs_of
from ledger.facts import origins, put_right
from ledger.history import receipts_of, steps_of, visits_of
from ledger.imports.register import register
from ledger.imports.uptake import import_steps
from ledger.layout import metadata
from ledger.migrations import VERSION_TABLE
from ledger.tables import Ledger
from matcher.bits import pack
from matcher.catalogue import compile_catalogue
from matcher.facts import read_profile
from matcher.match import match
from web.accounts.signed import Accounts
from web.app import create_app
from web.checklist import build_checklist, render
from web.services import Services

ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2024, 6, 30)
REGIONS = ("419001", "410308", "410105", "110108", "440305", "330106")
INDUSTRIES = ("3240", "3610", "6513", "5141", "0111", "7320", "2710", "6110")
SIZES = ("micro", "small", "medium", "large", "未填")
TITLES = ("高新技术企业", "科技型中小企业", "省级专精特新中小企业", "瞪羚企业")


def catalogue(rng: random.Random, count: int):
    """`count` measures of departments, each for a corner of the register."""

    def rule() -> dict:
        tests = [
            {"field": "region", "op": "within", "value": rng.sample(REGIONS, 2)},
            {"field": "industry", "op": "within", "value": rng.sample(INDUSTRIES, 2)},
            {"field": "qualification", "op": "has", "value": rng.choice(TITLES)},
            {"field": "revenue", "op": "ge", "value": rng.choice((2e7, 1e8, 4e8))},
            {"field": "employees", "op": "ge", "value": rng.choice((50, 200, 500))},
        ]
        return {"all": rng.sample(tests, 3)}

    measures = [
        {"id": f"m{i}", "title": f"事项{i}", "department": f"部门{i % 12}", "rule": rule()} for i in range(count)
    ]
    body = {"schema_version": 1, "policies": [{"id": "p", "title": "政策", "measures": measures}]}
    return parse_policies(body, "benchmark").policies


def write_enterprises(path: Path, rng: random.Random, count: int) -> None:
    """Profiles as JSONL, a fifth of the facts unknown."""
    with path.open("w", encoding="utf-8") as out:
        for i in range(count):
            facts = {
                "region": rng.choice(REGIONS),
                "industry": rng.choice(INDUSTRIES),
                "qualification": [title for title in TITLES if rng.random() < 0.2],
                "revenue": {"2023": round(rng.choice((1e6, 3e7, 2e8, 5e8)) * rng.uniform(0.8, 1.2), 2)},
                "employees": {"2023": round(rng.choice((9, 80, 300, 900)) * rng.uniform(0.8, 1.2))},
            }
            kept = {name: value for name, value in facts.items() if rng.random() > 0.2}
            row = {"id": f"e{i:07}", "name": f"企业{i}", "cadre": f"干部{i % 500}", "facts": kept}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_steps(path: Path, rng: random.Random, enterprises: int, measures: int, count: int) -> None:
    """Steps as CSV: each pair informed, most applied, half approved, some paid."""
    order = ("informed", "applied", "accepted", "approved", "paid")
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("enterprise_id", "measure_id", "step", "on", "amount", "office", "reason"))
        written = 0
        while written < count:
            who, what = f"e{rng.randrange(enterprises):07}", f"m{rng.randrange(measures)}"
            on = date(2024, 1, 1)
            for step in order[: rng.randint(1, 5)]:
                on += timedelta(days=rng.randint(0, 30))
                out.writerow((who, what, step, on, 10000 if step == "paid" else "", "政务中心", ""))
                written += 1


def count_only(rows: list[tuple[str, float, str]], people: int = 1_000_000, measures: int = 500) -> None:
    """The funnel over a snapshot made at random, 2 in 100 pairs eligible, 1 M pairs with two steps and more."""
    rng = np.random.default_rng(1)
    true, possible = [], []
    for _ in range(measures):
        chance = rng.random(people, np.float32)
        true.append(pack(chance < 0.02))
        possible.append(pack(chance < 0.05))
    keys = {"region": 150, "industry": 20, "size": 5, "cadre": 5000}
    found = Register(
        np.arange(people),
        Texts.of(str(i) for i in range(people)),
        Texts.of(str(i) for i in range(people)),
        {part: SIZES if part == "size" else [f"{i:06}" for i in range(count)] for part, count in keys.items()},
        {part: rng.integers(0, count, people, np.int32) for part, count in keys.items()},
    )
    held = sum((np.unpackbits(plane.view(np.uint8), count=people) for plane in true), np.zeros(people, np.int32))
    places = {f"m{i}": i for i in range(measures)}
    standings = Standings(found, places, np.ones(measures, bool), np.stack(true), np.stack(possible), held, {})
    applied = rng.integers(0, people, 1_000_000), rng.integers(0, measures, 1_000_000)
    lengths = rng.integers(2, 6, 1_000_000)
    ends = np.cumsum(lengths)
    step = np.arange(ends[-1]) - np.repeat(ends - lengths, lengths)
    taken = Taken(
        np.repeat(applied[0], lengths).astype(np.int32),
        np.repeat(applied[1], lengths).astype(np.int32),
        step.astype(np.int8),
        (738000 + 20 * step + rng.integers(0, 20, len(step))).astype(np.int32),
        np.where(step == 4, 10000.0, np.nan),
        rng.integers(0, 12, len(step), np.int32),
        [f"部门{i}" for i in range(12)],
    )
    pairs = timed(rows, "steps gathered by pair", lambda: gather(taken), len(step))
    auditor = object.__new__(Auditor)
    auditor.as_of, auditor.standings, auditor.pairs, auditor.measures = AS_OF, standings, pairs, tuple(places)
    auditor.entries = {m.id: (p, m) for p in catalogue(random.Random(1), measures) for m in p.measures}
    timed(rows, "funnel made ready", auditor._ready)
    for by in BY:
        timed(rows, f"audit by {by}", lambda by=by: auditor.audit(by))
    print(f"{int(held.sum()):,} eligible pairs, {len(pairs):,} pairs with {len(step):,} steps")


def one_enterprise(rows: list[tuple[str, float, str]], ledger: Ledger, policies: tuple, enterprises: int) -> None:
    """All that the page of one enterprise says, read from the ledger and judged: the median of 50 enterprises."""
    rng, catalogue_of, taken = random.Random(5), compile_catalogue(policies), []
    for _ in range(50):
        identity, start = f"e{rng.randrange(enterprises):07}", process_time()
        found = ledger.enterprise(identity)
        origins(ledger, identity)
        for read in (steps_of, receipts_of, visits_of):
            read(ledger, identity)
        needs_of(ledger, enterprise=identity)
        match(catalogue_of, read_profile(found.profile, identity), AS_OF)
        taken.append(process_time() - start)
    median = sorted(taken)[len(taken) // 2]
    rows.append(("one enterprise's page data", median, ""))
    print(f"{'one enterprise: read and judged, median':<44}{median * 1000:>10.1f} ms CPU", flush=True)


def pages_of(rows: list[tuple[str, float, str]], ledger: Ledger, enterprises: int, lists: int) -> None:
    """The site over the bundled catalogue: one enterprise's page as its cadre and as itself see it (the median of 50), and
    `lists` checklists as Word.
    """
    found = [
        policy
        for path in sorted((ROOT / "corpus" / "policies").glob("*.measures.yaml"))
        for policy in read_policies(path).policies
    ]
    catalogue_of = compile_catalogue(found)

    def judge(one, day, received=()):
        return match(catalogue_of, one, day, received=received)

    services = Services(found, lambda *_, **__: None, judge, lambda: AS_OF)
    users, at = Users(ledger), datetime.fromisoformat("2024-06-30")
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    client = create_app(services, None, Accounts(users, b"benchmark", lambda: at, hasher)).test_client()
    who = [(f"e{i:07}", f"干部{i % 500}") for i in random.Random(5).sample(range(enterprises), 50)]
    for role, address in (("cadre", "/desk/{}"), ("enterprise", "/mine")):
        taken = []
        for identity, cadre in who:
            user = users.find(name := f"{role}{identity}") or users.add(
                name, role, cadre if role == "cadre" else identity, hasher.hash("benchmark"), by="", at=at
            )
            with client.session_transaction() as session:
                session.update({"since": at.isoformat(), "seen": at.isoformat(), "_fresh": True})
                session["_user_id"] = f"{user.stamp} {user.name}"
            start = process_time()
            answer = client.get(address.format(identity))
            taken.append(process_time() - start)
            assert answer.status_code == 200, (answer.status_code, address)
        median = sorted(taken)[len(taken) // 2]
        rows.append((f"page of one enterprise, {role}", median, ""))
        print(
            f"{f'one enterprise: its page as the {role} sees it, median':<44}{median * 1000:>10.1f} ms CPU", flush=True
        )

    def write() -> None:
        for registered in islice(ledger.registered(), lists):
            profile = read_profile(registered.profile, registered.id)
            render(build_checklist(services.match(profile, AS_OF), profile, AS_OF, ""), "docx")

    timed(rows, f"{lists} checklists as Word", write, lists)


def timed(rows: list[tuple[str, float, str]], name: str, run: Callable[[], object], count: int = 0) -> object:
    """What `run` gives; its time, and the rate over `count` rows, go into `rows`."""
    start, busy = perf_counter(), process_time()
    found = run()
    seconds, busy = perf_counter() - start, process_time() - busy
    rate = f"{count / seconds:,.0f} rows/s, {count / busy:,.0f} rows/CPU s" if count else ""
    rows.append((name, seconds, rate))
    print(f"{name:<44}{seconds:>10.2f} s {busy:>10.2f} CPU s  {rate}", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--enterprises", type=int, default=20_000)
    parser.add_argument("--measures", type=int, default=100)
    parser.add_argument("--steps", type=int, default=60_000)
    parser.add_argument("--db")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--folder", type=Path, help="keep the made files here, and use those that are here")
    parser.add_argument("--counting", action="store_true")
    asked = parser.parse_args()
    rng = random.Random(1)
    rows: list[tuple[str, float, str]] = []
    if asked.counting:
        count_only(rows)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        people, taken = folder / "enterprises.jsonl", folder / "steps.csv"
        policies = catalogue(rng, asked.measures)
        if not people.exists():
            write_enterprises(people, rng, asked.enterprises)
            write_steps(taken, rng, asked.enterprises, asked.measures, asked.steps)
        engine = sa.create_engine(asked.db or f"sqlite:///{Path(made) / 'ledger.db'}")
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA journal_mode=WAL"))
        metadata.drop_all(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {VERSION_TABLE}")
        snapshots = Path(made) / "snapshots"  # where the program keeps them, on either database
        ledger = Ledger(engine, snapshots)
        known = [f"m{i}" for i in range(asked.measures)]
        timed(rows, "register", lambda: register(ledger, people, AS_OF), asked.enterprises)
        timed(rows, "register the same again", lambda: register(ledger, people, AS_OF), asked.enterprises)
        timed(rows, "import steps", lambda: import_steps(ledger, taken, known), asked.steps)
        timed(rows, "import the same again", lambda: import_steps(ledger, taken, known), asked.steps)
        told = timed(rows, "audit by measure, with the snapshot", lambda: audit(ledger, policies, AS_OF))
        for by in BY:
            timed(rows, f"audit by {by}, from the snapshot", lambda by=by: audit(ledger, policies, AS_OF, by))
        one = {"enterprise_id": "e0000001", "measure_id": "m0", "step": "informed", "on": "2024-06-01"}
        (folder / "one.jsonl").write_text(json.dumps(one), encoding="utf-8")
        timed(rows, "one more step", lambda: import_steps(ledger, folder / "one.jsonl", known))
        timed(rows, "audit by measure after it", lambda: audit(ledger, policies, AS_OF))
        one_enterprise(rows, ledger, policies, asked.enterprises)
        pages_of(rows, ledger, asked.enterprises, min(500, asked.enterprises))
        other = Ledger(engine, snapshots)
        timed(rows, "another program: audit from what was kept", lambda: audit(other, policies, AS_OF))
        told_right = {"source": "走访", "on": AS_OF, "by": "张三", "at": datetime.fromisoformat("2024-06-30")}
        put_right(ledger, "e0000001", "revenue", {"2023": 1.0}, **told_right)
        timed(rows, "audit after a fact was put right", lambda: audit(ledger, policies, AS_OF))
        eligible = int(np.bitwise_count(told.auditor.standings.true).sum())
        print(f"{eligible:,} eligible pairs, {len(told.auditor.pairs):,} pairs with steps")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")
    if asked.json:
        said = {"arguments": vars(asked) | {"json": str(asked.json), "folder": str(asked.folder)}, "peak_mb": peak}
        said["seconds"] = {name: round(seconds, 3) for name, seconds, _ in rows}
        asked.json.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
