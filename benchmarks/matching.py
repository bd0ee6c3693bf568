"""How fast verdicts are: one enterprise against a large catalogue, and a whole register against it.

    python benchmarks/matching.py [--quick] [--json FILE]

Ours beside a plain loop over the same rules, and beside openfisca-core and zen-engine where they are installed. The world
is made at random from a fixed seed over the rule language; 25% of facts are not known. Pairs are enterprise × measure. Times are the
processor's, so that what else runs does not count; from Parquet to lists the clock's are given beside them.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import matching_peers  # noqa: E402

from corpus.fields import registry  # noqa: E402
from corpus.model import All, Any, AtLeast, Benefit, Condition, EventWindow, Fixed, Measure, Not, Policy  # noqa: E402
from matcher.batch import Engine, tally  # noqa: E402
from matcher.catalogue import compile_catalogue  # noqa: E402
from matcher.columns import Encoded, Frame  # noqa: E402
from matcher.facts import Events, Happened, Member, Members, read_profile  # noqa: E402
from matcher.match import match  # noqa: E402
from matcher.tables import run_batch  # noqa: E402

AS_OF = date(2024, 6, 30)
REGIONS = ["419001", "410122", "410302", "110108", "110105", "440305", "330106", "420111"]
INDUSTRIES = ["3240", "3411", "1411", "5141", "6513", "6550", "7320", "5431"]
TITLES = [
    "高新技术企业",
    "国家级专精特新小巨人企业",
    "省级专精特新中小企业",
    "创新型中小企业",
    "瞪羚企业",
    "规上工业企业",
]
GROUNDS = ["严重失信主体", "重大安全事故", "重大环境违法", "欠税"]
EVENTS = ["首次升规", "首次认定高新技术企业", "新购设备"]
MONEY = [5e5, 2e6, 1e7, 2e7, 5e7, 1e8, 2e8, 4e8]
PEOPLE = [5.0, 10.0, 20.0, 50.0, 100.0, 300.0, 1000.0]
SHARES = [0.01, 0.02, 0.03, 0.05, 0.08, 0.1]
SIZES = registry()["size_class"].order
CREDIT = registry()["credit_level"].order


def a_condition(draw: random.Random) -> Condition:
    kind = draw.randrange(11)
    op = draw.choice(["ge", "gt", "le", "lt"])
    period = draw.choice([None, None, None, "each_of_last_2", "any_of_last_3", "avg_of_last_3", "sum_of_last_2"])
    match kind:
        case 0:
            return Condition("revenue", op, draw.choice(MONEY), period)
        case 1:
            return Condition("employees", op, draw.choice(PEOPLE))
        case 2:
            return Condition("rd_ratio", op, draw.choice(SHARES))
        case 3:
            codes = tuple(draw.sample(["419001", "410000", "110000", "440300", "330100"], draw.randint(1, 2)))
            return Condition("region", draw.choice(["within", "not_within"]), codes)
        case 4:
            return Condition(
                "industry", draw.choice(["within", "not_within"]), tuple(draw.sample(["C", "32", "F", "I", "73"], 2))
            )
        case 5 | 6:
            op = draw.choice(["has", "has_any", "has_all", "lacks"])
            names = tuple(draw.sample(TITLES, 1 if op == "has" else 2))
            return Condition("qualification", op, names[0] if op == "has" else names)
        case 7:
            return Condition("exclusion", "lacks", tuple(draw.sample(GROUNDS, 2)))
        case 8:
            year = draw.choice([2022, 2023])
            return Condition("event", "during", EventWindow(draw.choice(EVENTS), date(year, 1, 1), date(year, 12, 31)))
        case 9:
            return Condition("size_class", draw.choice(["le", "ge", "is"]), draw.choice(SIZES))
        case _:
            return Condition("founded_on", draw.choice(["ge", "lt"]), date(draw.randint(2010, 2023), 1, 1))


def a_rule(draw: random.Random, depth: int = 0):
    if depth and draw.random() < 0.75:
        return a_condition(draw)
    branches = tuple(a_rule(draw, depth + 1) for _ in range(draw.randint(2, 4))) if depth < 3 else (a_condition(draw),)
    match draw.randrange(8):
        case 0:
            return Any(branches)
        case 1:
            return Not(branches[0])
        case 2:
            return AtLeast(draw.randint(1, len(branches)), branches)
        case _:
            return All(branches)


def a_policy(measures: int, seed: int = 7) -> Policy:
    draw = random.Random(seed)
    made = (
        Measure(
            f"m{i}",
            f"事项{i}",
            a_rule(draw),
            Benefit("one_off_grant", Fixed(draw.randint(1, 500) * 1e4), stacking=f"组{i % 700}"),
        )
        for i in range(measures)
    )
    return Policy("p", "基准政策", measures=tuple(made))


def a_profile(draw: random.Random, i: int) -> dict:
    facts = {
        "region": draw.choice(REGIONS),
        "industry": draw.choice(INDUSTRIES),
        "founded_on": f"{draw.randint(2000, 2023)}-0{draw.randint(1, 9)}-15",
        "size_class": draw.choice(SIZES),
        "credit_level": draw.choice(CREDIT),
        "revenue": {str(year): draw.choice(MONEY) * draw.choice([0.5, 1, 1.2]) for year in (2021, 2022, 2023)},
        "employees": draw.choice(PEOPLE),
        "rd_ratio": {"2023": draw.choice(SHARES)},
        "qualification": draw.sample(TITLES, draw.randint(0, 3)),
        "exclusion": draw.sample(GROUNDS, draw.choice([0, 0, 0, 1])),
        "event": [{"name": draw.choice(EVENTS), "on": f"{draw.choice([2022, 2023])}-0{draw.randint(1, 9)}-01"}],
    }
    return {"id": f"e{i}", "facts": {name: value for name, value in facts.items() if draw.random() > 0.25}}


def a_frame(size: int, seed: int = 11) -> Frame:
    """The same sort of enterprises as `a_profile`, as arrays."""
    draw = np.random.default_rng(seed)

    def hide(column):
        return np.where(draw.random(size) < 0.25, np.nan, column)

    def encoded(values):
        places = draw.integers(0, len(values), size).astype(np.int16)
        places[draw.random(size) < 0.25] = len(values)
        return Encoded((*values, None), places)

    numbers = {
        ("revenue", year): hide(draw.choice(MONEY, size) * draw.choice([0.5, 1, 1.2], size))
        for year in (2021, 2022, 2023)
    }
    numbers["employees", 2023] = hide(draw.choice(PEOPLE, size))
    numbers["rd_ratio", 2023] = hide(draw.choice(SHARES, size))
    some = random.Random(seed)
    sets = {
        "qualification": [Members(tuple(map(Member, some.sample(TITLES, some.randint(0, 3))))) for _ in range(40)],
        "exclusion": [Members(tuple(map(Member, some.sample(GROUNDS, some.randint(0, 1))))) for _ in range(5)],
    }
    events = [
        Events((Happened(some.choice(EVENTS), date(some.choice([2022, 2023]), some.randint(1, 9), 1)),))
        for _ in range(40)
    ]
    days = draw.integers(date(2000, 1, 1).toordinal(), date(2023, 12, 31).toordinal(), size).astype(np.float64)
    return Frame(
        size,
        numbers,
        {"founded_on": hide(days)},
        {
            "region": encoded(REGIONS),
            "industry": encoded(INDUSTRIES),
            "size_class": encoded(SIZES),
            "credit_level": encoded(CREDIT),
        },
        {name: encoded(list(dict.fromkeys(values))) for name, values in sets.items()},
        encoded(list(dict.fromkeys(events))),
    )


# ---------------------------------------------------------------- the plain loop


def plain_verdict(rule, facts):
    """Kleene's logic written out over one rule and one enterprise, as one would without a matcher: 0, 1 or 2."""
    match rule:
        case All(of):
            return min((plain_verdict(branch, facts) for branch in of), default=2)
        case Any(of):
            return max((plain_verdict(branch, facts) for branch in of), default=0)
        case Not(of):
            return 2 - plain_verdict(of, facts)
        case AtLeast(n, of):
            ranks = [plain_verdict(branch, facts) for branch in of]
            return 2 if ranks.count(2) >= n else 0 if len(ranks) - ranks.count(0) < n else 1
        case _:
            from matcher.judge import judge

            return judge(rule, facts).rank


def loop(policy, profiles):
    from matcher.known import Facts

    started = time.process_time()
    for data in profiles:
        facts = Facts(read_profile(data), AS_OF)
        for measure in policy.measures:
            plain_verdict(measure.rule, facts)
    return len(profiles) * len(policy.measures) / (time.process_time() - started)


# ---------------------------------------------------------------- what is measured


def one_enterprise(measures: int) -> dict:
    catalogue = compile_catalogue([a_policy(measures)])
    catalogue.on(AS_OF)
    gc.collect()
    gc.freeze()  # as a server does once its catalogue is ready
    draw = random.Random(3)
    took = []
    for profile in [read_profile(a_profile(draw, i)) for i in range(100)]:
        started = time.process_time()
        top = match(catalogue, profile, AS_OF).top(20)
        shown = [found.to_json() for found in top]
        took.append((time.process_time() - started) * 1e3)
        assert len(shown) == 20
    took.sort()
    return {"measures": measures, "p50_ms": statistics.median(took), "p95_ms": took[94]}


def counts(enterprises: int, measures: int) -> dict:
    frame = a_frame(enterprises)
    started = time.process_time()
    engine = Engine(compile_catalogue([a_policy(measures)]), AS_OF)
    ready = time.process_time()
    found = tally(engine, frame)
    seconds = time.process_time() - ready
    assert all(sum((count.eligible, count.unknown, count.ineligible)) == enterprises for count in found)
    return {
        "enterprises": enterprises,
        "measures": measures,
        "atoms": len(engine.day.compiled.program.atoms),
        "compile_s": ready - started,
        "seconds": seconds,
        "pairs_per_s": enterprises * measures / seconds,
    }


def whole_command(enterprises: int, measures: int) -> dict:
    policy = a_policy(measures)
    draw = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "e.jsonl", Path(folder) / "o.parquet"
        source.write_text("\n".join(json.dumps(a_profile(draw, i)) for i in range(enterprises)), encoding="utf-8")
        started = time.process_time()
        done = run_batch([policy], source, out, as_of=AS_OF)
        seconds = time.process_time() - started
    return {
        "enterprises": enterprises,
        "measures": measures,
        "rows": done.rows,
        "seconds": seconds,
        "pairs_per_s": enterprises * measures / seconds,
    }


def a_parquet(path: Path, enterprises: int, at_once: int = 100_000) -> None:
    """The enterprises of `a_frame` as a register is kept: a fact a column, written piece by piece."""
    writer = None
    for start in range(0, enterprises, at_once):
        size = min(at_once, enterprises - start)
        frame = a_frame(size, seed=start)
        columns = {"id": pa.array([f"e{i}" for i in range(start, start + size)])}
        for (name, year), numbers in frame.numbers.items():
            columns[f"{name}_{year}"] = pa.array(numbers, from_pandas=True)
        days = frame.days["founded_on"] - date(1970, 1, 1).toordinal()
        columns["founded_on"] = pa.array(days, from_pandas=True).cast(pa.int32()).cast(pa.date32())
        for name, words in frame.words.items():
            columns[name] = pa.array(words.values).take(pa.array(words.places))
        for name, sets in frame.sets.items():
            names = [members and [member.name for member in members.has] for members in sets.values]
            columns[name] = pa.array(names, pa.list_(pa.string())).take(pa.array(sets.places))
        happened = [
            events and "；".join(f"{one.name}@{one.on}" for one in events.has) for events in frame.events.values
        ]
        columns["event"] = pa.array(happened, pa.string()).take(pa.array(frame.events.places))
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()


def parquet_to_lists(enterprises: int, measures: int) -> dict:
    """From a register in Parquet to per-enterprise lists in Parquet, whole; processor time, and the most memory held."""
    policy = a_policy(measures)
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "e.parquet", Path(folder) / "o.parquet"
        a_parquet(source, enterprises)
        started, used = time.perf_counter(), time.process_time()
        done = run_batch([policy], source, out, as_of=AS_OF, lists=True)
        seconds, used = time.perf_counter() - started, time.process_time() - used
        assert done.enterprises == enterprises
        megabytes = out.stat().st_size / 1e6
    return {
        "enterprises": enterprises,
        "measures": measures,
        "seconds": seconds,
        "cpu_seconds": used,
        "pairs_per_s": enterprises * measures / seconds,
        "pairs_per_cpu_s": enterprises * measures / used,
        "output_mb": megabytes,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def peers(less: int) -> dict:
    """Pairs a second of the peers on the same sort of rules, or that they are not installed."""
    draw = random.Random(5)
    return {
        "openfisca-core（二值，向量）": matching_peers.openfisca(a_policy(200), a_frame(100_000 // less), AS_OF),
        "zen-engine（二值，逐对）": matching_peers.zen(
            a_policy(100), [a_profile(draw, i) for i in range(1000 // less)], AS_OF
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    less = 10 if options.quick else 1
    draw = random.Random(5)
    figures = {
        "plain_loop_pairs_per_s": loop(a_policy(200), [a_profile(draw, i) for i in range(500 // less)]),
        "one_enterprise": one_enterprise(10_000),
        "counts_in_memory": counts(1_000_000 // less, 2_000),
        "jsonl_to_parquet": whole_command(20_000 // less, 1_000),
        "parquet_to_lists": parquet_to_lists(1_000_000 // less, 2_000),
        "peers": peers(less),
    }
    plain = figures["plain_loop_pairs_per_s"]
    one, many, whole = (figures[key] for key in ("one_enterprise", "counts_in_memory", "jsonl_to_parquet"))
    lists = figures["parquet_to_lists"]
    print(f"{'一家 × 10,000 项，前 20 项带理由':<36} p50 {one['p50_ms']:.2f} ms   p95 {one['p95_ms']:.2f} ms")
    print(f"{'逐家逐项的循环':<36} {plain:.3g} 对/秒")
    for name, found in (
        ("内存里的列 → 计数", many),
        ("JSONL → 判定 Parquet（整条命令）", whole),
        ("Parquet → 各家清单 Parquet", lists),
    ):
        rate = found["pairs_per_s"]
        print(
            f"{name:<36} {found['enterprises']:,} × {found['measures']:,}：{found['seconds']:.2f} s，{rate:.3g} 对/秒，{rate / plain:.0f} 倍"
        )
    for name, rate in figures["peers"].items():
        ours = many["pairs_per_s"]
        print(
            f"{name:<36} "
            + (rate if isinstance(rate, str) else f"{rate:.3g} 对/秒；内存计数是它的 {ours / rate:.0f} 倍")
        )
    print(
        f"{'其中 Parquet → 各家清单':<36} 处理器时间 {lists['cpu_seconds']:.1f} s，即 {lists['pairs_per_cpu_s']:.3g} 对/秒；"
        f"内存最多 {lists['peak_mb']:.0f} MB，输出 {lists['output_mb']:.0f} MB"
    )
    if options.json:
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
