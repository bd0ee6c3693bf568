"""The audit against plain loops over sets, against the known answers, and case by case where judgement comes in."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pytest

from corpus.catalogue import parse_policies, read_policies
from corpus.errors import InputError
from ledger.auditing.audit import Audit, audit
from ledger.auditing.sides import BY
from ledger.imports.register import register
from ledger.imports.uptake import import_steps
from ledger.tables import Ledger
from tests.ledger.world import (
    AS_OF,
    audit_by_loops,
    enterprises,
    months_by_loops,
    policies,
    spoiled,
    steps,
    write_jsonl,
)

SIDES = ("measure", "department", "region", "industry", "size", "cadre")
ROW = {
    "key", "title", "eligible", "unknown", "informed", "applied", "approved", "paid", "declined", "amount_paid",
    "eligible_not_informed", "eligible_not_applied", "paid_not_eligible", "median_days", "p90_days",
    "limit_days", "overdue", "bottleneck",
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_number_equals_a_count_by_loops(ledger: Ledger, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    found, people = policies(rng, 14), enterprises(rng, 90)
    rows = steps(rng, [one["id"] for one in people], [m.id for p in found for m in p.measures], 900)
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    import_steps(ledger, write_jsonl(tmp_path / "u.jsonl", rows), [m.id for p in found for m in p.measures])
    for by in SIDES:
        told = audit(ledger, found, AS_OF, by).to_json()
        want = audit_by_loops(found, people, rows, by)
        total = want.pop(None)
        assert {row["key"] for row in told["rows"]} == set(want)
        for row in told["rows"]:
            assert row.keys() == ROW
            assert {name: row[name] for name in want[row["key"]]} == want[row["key"]], (by, row["key"])
        assert {name: told["total"][name] for name in total} == total, by


def test_a_large_world_with_bad_rows_backwards(ledger: Ledger, tmp_path: Path) -> None:
    """60 measures, 300 enterprises, 6,000 steps with repeats, the latest first, and 300 bad rows among them, in two files."""
    rng = random.Random(60)
    found, people = policies(rng, 60), enterprises(rng, 300)
    ids = [m.id for p in found for m in p.measures]
    rows = steps(rng, [one["id"] for one in people], ids, 6000)
    bad = spoiled(rng, rows, 300)
    mixed = sorted([*rows, *bad], key=lambda row: (row["on"] or "", rng.random()), reverse=True)
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    refused = 0
    for no, some in enumerate((mixed[:5000], mixed[4000:])):  # a thousand rows are in both
        done = import_steps(ledger, write_jsonl(tmp_path / f"u{no}.jsonl", some), ids)
        refused += len({problem.source for problem in done.problems})
    assert refused == len(bad) + sum(row in bad for row in mixed[4000:5000])
    for by in SIDES:
        told = audit(ledger, found, AS_OF, by).to_json()
        want = audit_by_loops(found, people, rows, by)
        assert {name: told["total"][name] for name in want[None]} == want.pop(None), by
        assert {row["key"]: {name: row[name] for name in want[row["key"]]} for row in told["rows"]} == want, by
    months = months_by_loops(rows)
    told = audit(ledger, found, AS_OF, "period")
    assert [row.key for row in told.rows] == [*sorted(months), "尚未开始"]
    for row in told.rows[:-1]:
        month = months[row.key]
        for step in ("informed", "applied", "approved", "paid", "declined"):
            assert row.counts[step] == month[step], (row.key, step)
        assert row.amount_paid == pytest.approx(month["money"])


@pytest.mark.parametrize("seed", [7, 8])
def test_parts_add_up_to_the_total_from_every_side(ledger: Ledger, tmp_path: Path, seed: int) -> None:
    """Every row, looked into from every other side, is its own total, and its parts add up to it again."""
    rng = random.Random(seed)
    found, people = policies(rng, 8), enterprises(rng, 70)
    ids = [m.id for p in found for m in p.measures]
    rows = steps(rng, [one["id"] for one in people], [*ids, "strange"], 500)
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    import_steps(ledger, write_jsonl(tmp_path / "u.jsonl", rows), [*ids, "strange"])
    whole = audit(ledger, found, AS_OF)
    parents = [(whole.auditor, whole.total)]
    for by in BY:
        sides = [row for row in whole.auditor.audit(by).rows if row.key != "410000"]
        parents += [(whole.auditor.within(by, row.key), row) for row in sides]
    for month, _ in parents[-3:]:  # of months again every row
        for by in BY:
            sides = [row for row in month.audit(by).rows if row.key != "410000"]
            parents += [(month.within(by, row.key), row) for row in sides]
    for auditor, parent in parents:
        for by in BY:
            told = auditor.audit(by)
            assert (told.total.counts, told.total.overdue) == (parent.counts, parent.overdue), (by, parent.key)
            assert told.total.median_days == parent.median_days
            assert told.total.amount_paid == pytest.approx(parent.amount_paid)
            if by not in ("measure", "department"):
                for name, count in told.total.counts.items():
                    assert sum(row.counts[name] for row in told.rows) == count, (by, parent.key, name)
            assert sum(row.overdue for row in told.rows) == parent.overdue
            assert sum(row.amount_paid for row in told.rows) == pytest.approx(parent.amount_paid)


def test_measures_in_one_pass_are_measures_one_by_one(ledger: Ledger, tmp_path: Path) -> None:
    rng = random.Random(10)
    found, people = policies(rng, 9), enterprises(rng, 80)
    ids = [*(m.id for p in found for m in p.measures), "strange"]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    rows = steps(rng, [one["id"] for one in people], ids, 400)
    import_steps(ledger, write_jsonl(tmp_path / "u.jsonl", rows), ids)
    whole = audit(ledger, found, AS_OF, "period")
    for auditor in (whole.auditor, *(whole.auditor.within("period", row.key) for row in whole.rows)):
        for place, told in enumerate(auditor.funnel.each()):
            want = auditor.funnel.tally([place])
            assert (told.counts, told.flow, told.judged, told.overdue) == (
                want.counts, want.flow, want.judged, want.overdue
            )  # fmt: skip
            assert told.amount_paid == pytest.approx(want.amount_paid)


def test_a_province_is_the_sum_of_all_under_it(ledger: Ledger, tmp_path: Path) -> None:
    rng = random.Random(9)
    found, people = policies(rng, 8), enterprises(rng, 70)
    ids = [m.id for p in found for m in p.measures]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    rows = steps(rng, [one["id"] for one in people], ids, 500)
    import_steps(ledger, write_jsonl(tmp_path / "u.jsonl", rows), ids)
    inside = [row for row in audit(ledger, found, AS_OF, "region").rows if row.key.startswith("41")]
    total = audit(ledger, found, AS_OF, "measure", {"region": "410000"}).total
    assert len(inside) == 3
    for name, count in total.counts.items():
        assert sum(row.counts[name] for row in inside) == count


def test_a_row_that_there_is_not_is_named(ledger: Ledger, tmp_path: Path) -> None:
    told = played(ledger, tmp_path, every(3, "informed"))
    with pytest.raises(InputError, match='没有 "110108" 这一行；应为按地区分出的行'):
        told.auditor.within("region", "110108")
    with pytest.raises(InputError, match='没有 "2023-01" 这一行；应为按时段分出的行'):
        told.auditor.within("period", "2023-01")


def test_a_region_holds_those_under_it(ledger: Ledger, tmp_path: Path) -> None:
    people = [{"id": f"e{code}", "facts": {"region": code}} for code in ("419001", "410308", "110108")]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", [*people, {"id": "e", "facts": {}}]), AS_OF)
    told = audit(ledger, small(), AS_OF, "region", {"region": "410000"})
    assert [row.key for row in told.rows] == ["410308", "419001"]


def test_what_happened_counts_in_its_month(ledger: Ledger, tmp_path: Path) -> None:
    """Ten are eligible; e0 is told in May and again in June, applies and is paid in June; e1 is told in June."""
    played(ledger, tmp_path, [(0, "informed", 3), (0, "applied", 5), (0, "paid", 9), (1, "informed", 1)])
    row = {"enterprise_id": "e0", "measure_id": "m"}
    more = [{**row, "step": "informed", "on": "2024-05-20"}, {**row, "step": "paid", "on": "2024-06-20", "amount": 7}]
    import_steps(ledger, write_jsonl(tmp_path / "u2.jsonl", more), ["m"])
    told = audit(ledger, small(), AS_OF, "period")
    assert [(one.key, one.title) for one in told.rows] == [
        ("2024-05", "2024年5月"), ("2024-06", "2024年6月"), ("尚未开始", "尚未开始"),
    ]  # fmt: skip
    names = ("eligible", "informed", "applied", "paid")
    assert [[one.counts[name] for name in names] for one in told.rows] == [[1, 1, 0, 0], [1, 1, 1, 1], [8, 0, 0, 0]]
    assert [one.amount_paid for one in told.rows] == [0, 7, 0]
    assert [one.median_days["informed_applied"] for one in told.rows] == [None, 16, None]


@pytest.mark.shared
def test_known_answers(ledger: Ledger, shared: Path) -> None:
    folder = shared / "contract"
    found = read_policies(folder / "world.measures.json").policies
    assert not register(ledger, folder / "enterprises.jsonl", AS_OF).problems
    done = import_steps(ledger, folder / "uptake.csv", [m.id for p in found for m in p.measures])
    assert len({str(problem).split("，")[1] for problem in done.problems}) == 2
    have = {row["key"]: row for row in audit(ledger, found, AS_OF).to_json()["rows"]}
    want = json.loads((folder / "expected_audit.json").read_text(encoding="utf-8"))
    counted = [(key, name, value) for key, row in want.items() for name, value in row.items()]
    assert len(counted) == 360
    assert [(key, name, value, have[key][name]) for key, name, value in counted if have[key][name] != value] == []


def test_what_is_asked_for_must_be_known(ledger: Ledger) -> None:
    with pytest.raises(InputError, match=r'"regions"；应为measure、.*最接近的是 "region"'):
        audit(ledger, (), AS_OF, "regions")


def test_an_empty_ledger_has_an_audit(ledger: Ledger) -> None:
    told = audit(ledger, small(), AS_OF).to_json()
    assert [row["bottleneck"]["kind"] for row in told["rows"]] == ["too_few_to_say"] * 2
    assert audit(ledger, (), AS_OF, "region").to_json()["rows"] == []


# ---------------------------------------------------------------- where it is stuck


def small(**policy: str) -> tuple:
    """`m`, for 济源; and `nobody`, which no revenue reaches."""
    body = {
        "id": "p",
        "title": "政策",
        **policy,
        "measures": [
            {
                "id": "m",
                "title": "事项",
                "department": "科技局",
                "rule": {"field": "region", "op": "within", "value": ["419001"]},
            },
            {"id": "nobody", "title": "空", "rule": {"field": "revenue", "op": "ge", "value": 1e13}},
        ],
    }
    reading = parse_policies({"schema_version": 1, "policies": [body]}, "small")
    assert not reading.problems
    return reading.policies


def played(ledger: Ledger, tmp_path: Path, rows: list[tuple], count: int = 10, found: tuple = ()) -> Audit:
    """The audit after `rows` of (enterprise, step, day of June, office) for measure `m`; all enterprises are in 济源."""
    people = [{"id": f"e{i}", "facts": {"region": "419001", "revenue": 1e6}} for i in range(count)]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    keys = ("enterprise_id", "step", "on", "office")
    taken = [
        dict(zip(keys, (f"e{who}", step, f"2024-06-{on:02}", *office), strict=False), measure_id="m")
        for who, step, on, *office in rows
    ]
    done = import_steps(ledger, write_jsonl(tmp_path / "u.jsonl", taken), ["m"])
    assert not done.problems
    return audit(ledger, found or small(), AS_OF)


def every(count: int, *steps: str, day: int = 1) -> list[tuple]:
    return [(who, step, day + i) for who in range(count) for i, step in enumerate(steps)]


@pytest.mark.parametrize(
    ("rows", "kind", "share", "sample"),
    [
        ([], "not_informed", 1.0, 10),
        (every(6, "informed"), "informed_not_applied", 1.0, 6),
        (every(10, "informed") + every(10, "applied", day=2), "waiting_for_approval", 1.0, 10),
        (every(10, "informed", "applied", "declined"), "declined", 1.0, 10),
        (every(10, "informed", "applied", "approved"), "approved_not_paid", 1.0, 10),
        (every(10, "informed", "applied", "approved", "paid"), "none", 0.0, 10),
        # Who applied without being told has been reached all the same.
        (every(10, "applied", "approved", "paid"), "none", 0.0, 10),
        # Who withdrew is not stuck with an office.
        (every(10, "informed", "applied", "withdrawn"), "none", 0.0, 10),
        # Declined, and applied again: it is the office that waits now.
        (every(10, "informed", "applied", "declined", "applied"), "waiting_for_approval", 1.0, 10),
        # A fifth lost is a bottleneck, less is not.
        (every(8, "informed", "applied", "approved", "paid"), "not_informed", 0.2, 10),
        (every(9, "informed", "applied", "approved", "paid"), "none", 0.1, 10),
    ],
)
def test_the_bottleneck_is_where_most_is_lost(
    ledger: Ledger, tmp_path: Path, rows: list[tuple], kind: str, share: float, sample: int
) -> None:
    stuck = played(ledger, tmp_path, rows).rows[0].bottleneck
    assert (stuck.kind, stuck.share_lost, stuck.sample) == (kind, share, sample)


def test_the_example_of_the_contract(ledger: Ledger, tmp_path: Path) -> None:
    """41 eligible, 30 told, 9 applied, 7 approved, 4 paid: stuck between being told and applying, 0.7 of 30 lost."""
    rows = [(who, "informed", 1) for who in range(30)] + [(who, "applied", 2) for who in range(9)]
    rows += [(who, "approved", 3) for who in range(7)] + [(who, "paid", 4) for who in range(4)]
    rows += [(who, "declined", 3) for who in (7, 8)]
    row = played(ledger, tmp_path, rows, 41).to_json()["rows"][0]
    assert row["bottleneck"] == {
        "kind": "informed_not_applied", "office": "科技局", "share_lost": 0.7, "sample": 30,
    }  # fmt: skip
    assert (row["eligible_not_informed"], row["eligible_not_applied"]) == (11, 32)


def test_nobody_qualifies_only_where_every_verdict_is_known(ledger: Ledger, tmp_path: Path) -> None:
    nobody = played(ledger, tmp_path, []).rows[1].bottleneck
    assert (nobody.kind, nobody.share_lost, nobody.sample) == ("nobody_qualifies", 1.0, 10)
    people = [{"id": "unsure", "facts": {"region": "110108"}}]
    register(ledger, write_jsonl(tmp_path / "e2.jsonl", people), AS_OF)
    assert audit(ledger, small(), AS_OF).rows[1].bottleneck.kind == "too_few_to_say"


def test_no_judgement_on_fewer_than_five(ledger: Ledger, tmp_path: Path) -> None:
    told = played(ledger, tmp_path, every(4, "informed"), 4)
    assert [row.bottleneck.kind for row in told.rows] == ["too_few_to_say", "too_few_to_say"]


def test_a_policy_out_of_force_is_judged_by_its_steps_alone(ledger: Ledger, tmp_path: Path) -> None:
    found = small(expires_on="2024-06-01")
    told = played(ledger, tmp_path, every(6, "informed", "applied", "approved"), 10, found)
    assert told.rows[0].counts["eligible"] == 0
    assert [row.bottleneck.kind for row in told.rows] == ["approved_not_paid", "too_few_to_say"]


def test_the_office_is_the_one_most_wait_for(ledger: Ledger, tmp_path: Path) -> None:
    rows = [(who, "applied", 1, "政务中心" if who < 7 else "财政局") for who in range(10)]
    assert played(ledger, tmp_path, rows).rows[0].bottleneck.office == "政务中心"


# ---------------------------------------------------------------- days and repeats


@pytest.mark.parametrize(
    ("taken", "days"),
    [
        # The order of rows does not matter, the first day of a step in its round counts.
        ([("applied", 5), ("informed", 1), ("applied", 9), ("approved", 11)], (4, 6, None)),
        # Declined and applied again: timed from the application that was approved.
        ([("informed", 1), ("applied", 2), ("declined", 8), ("applied", 10), ("approved", 13)], (1, 3, None)),
        # Two years of the same support: two durations each.
        (
            [("applied", 1), ("approved", 3), ("paid", 4), ("applied", 11), ("approved", 19), ("paid", 25)],
            (None, 5, 3.5),
        ),
        # An approval dated before the application says nothing about days.
        ([("approved", 1), ("applied", 5)], (None, None, None)),
        # On one day in the order of the process.
        ([("paid", 3), ("approved", 3), ("applied", 3), ("informed", 3)], (0, 0, 0)),
    ],
)
def test_days_between_steps_go_by_date_and_round(
    ledger: Ledger, tmp_path: Path, taken: list[tuple[str, int]], days: tuple
) -> None:
    row = played(ledger, tmp_path, [(0, step, on) for step, on in taken]).to_json()["rows"][0]
    assert tuple(row["median_days"].values()) == days


def test_steps_after_the_day_do_not_count(ledger: Ledger, tmp_path: Path) -> None:
    played(ledger, tmp_path, [(0, "informed", 10), (1, "informed", 11)])
    told = [audit(ledger, small(), date(2024, 6, day)).rows[0].counts["informed"] for day in (9, 10, 11)]
    assert told == [0, 1, 2]


def test_a_measure_that_only_steps_name_is_not_lost(ledger: Ledger, tmp_path: Path) -> None:
    played(ledger, tmp_path, every(3, "informed"))
    told = audit(ledger, (), AS_OF).to_json()
    assert [(row["key"], row["informed"]) for row in told["rows"]] == [("m", 3)]
    assert told["total"]["informed"] == 3


def test_what_is_kept_is_thrown_away_when_anything_changes(ledger: Ledger, tmp_path: Path) -> None:
    told = played(ledger, tmp_path, every(3, "informed"))
    assert audit(ledger, small(), AS_OF).auditor.standings is told.auditor.standings
    register(ledger, write_jsonl(tmp_path / "e3.jsonl", [{"id": "new", "facts": {"region": "419001"}}]), AS_OF)
    assert audit(ledger, small(), AS_OF).rows[0].counts["eligible"] == 11
    assert audit(ledger, small(effective_from="2024-07-01"), AS_OF).rows[0].counts["eligible"] == 0


def test_steps_that_come_later_are_followed(ledger: Ledger, tmp_path: Path) -> None:
    rng = random.Random(11)
    found, people = policies(rng, 8), enterprises(rng, 40)
    ids = [m.id for p in found for m in p.measures]
    rows = steps(rng, [one["id"] for one in people], [*ids, "strange"], 600)
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    for i in range(0, len(rows), 200):
        import_steps(ledger, write_jsonl(tmp_path / f"u{i}.jsonl", rows[i : i + 200]), [*ids, "strange"])
        told = audit(ledger, found, AS_OF).to_json()
    assert told == audit(Ledger(ledger.engine), found, AS_OF).to_json()
    assert told["rows"][-1]["key"] == "strange"
