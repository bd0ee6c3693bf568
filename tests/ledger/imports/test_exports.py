"""What is written is taken back: out of one ledger, into an empty one, and both say the same."""

from __future__ import annotations

import json
import random
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cli.ledger import EXPORTED
from corpus.errors import InputError
from ledger.care.needs import raise_need
from ledger.care.people import cadres_of, import_people
from ledger.imports import exports
from ledger.imports.exports import EXPORTS, FORMATS, export
from ledger.imports.register import register
from ledger.imports.uptake import import_steps
from ledger.layout import metadata, steps
from ledger.tables import Ledger
from tests.ledger.world import AS_OF, enterprises, write_jsonl
from tests.ledger.world import steps as random_steps

AT = datetime.fromisoformat("2024-06-30T09:00")
ODD = {
    "id": "000123",
    "name": '=引号"，逗号\n换行',
    "as_of": "2024-06-01",
    "facts": {
        "region": "419001",
        "revenue": {"2022": 1.5, "2023": 2},
        "employees": 7,
        "patents": 3,
        "qualification": {"has": [{"name": "高新技术企业", "since": "2023-01-01"}], "lacks": ["瞪羚企业"]},
        "park": [],
        "event": [{"name": "首次升规", "on": "2023-12-31"}],
        "founded_on": "2015-03-02",
        "exclusion": None,
    },
    "needs": ["融资"],
    "plans": ["上一条新生产线；再上一条"],
    "confirmations": {"投保短期出口信用保险": {"value": True, "by": "张三", "on": "2024-06-01"}},
    "business_scope": "（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
}


@pytest.fixture
def filled(ledger: Ledger, tmp_path: Path) -> Ledger:
    rng = random.Random(2)
    people = [*enterprises(rng, 40), ODD]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    rows = random_steps(rng, [one["id"] for one in people], ["m", "n"], 200)
    import_steps(ledger, write_jsonl(tmp_path / "u.jsonl", rows), ["m", "n"])
    team = [{"name": "张三", "group": "一组", "leader": "张三", "phone": "13800000000"}, {"name": "李四"}]
    import_people(ledger, write_jsonl(tmp_path / "p.jsonl", team), by="测试", at=AT)
    raise_need(ledger, "000123", "融资", "缺钱", by="000123", on=AS_OF, at=AT)
    return ledger


@pytest.fixture
def other(tmp_path: Path) -> Ledger:
    return Ledger(sa.create_engine(f"sqlite:///{tmp_path / 'other.db'}"))


def profiles(ledger: Ledger) -> dict:
    """What is said of each enterprise; null is not known, which is not to be said."""

    def facts(profile: dict) -> dict:
        return {name: value for name, value in profile.get("facts", {}).items() if value is not None}

    return {
        one.id: (one.name, one.cadre, {key: value for key, value in one.profile.items() if key not in ("facts", "id", "name", "cadre")}, facts(one.profile))
        for one in ledger.registered()
    }  # fmt: skip


def taken(ledger: Ledger) -> list:
    with ledger.begin() as connection:
        return sorted(connection.scalars(sa.select(steps.c.digest)))


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_importers_take_it_back(filled: Ledger, other: Ledger, tmp_path: Path, suffix: str) -> None:
    for what in ("register", "uptake", "people"):
        assert export(filled, what, tmp_path / f"{what}{suffix}") > 0
    done = [
        register(other, tmp_path / f"register{suffix}", AS_OF),
        import_steps(other, tmp_path / f"uptake{suffix}", ["m", "n"]),
        import_people(other, tmp_path / f"people{suffix}", by="测试", at=AT),
    ]
    assert [one.problems for one in done] == [[], [], []]
    assert profiles(other) == profiles(filled)
    assert taken(other) == taken(filled)
    assert cadres_of(other) == cadres_of(filled)


@pytest.mark.parametrize("what", EXPORTS)
def test_everything_can_be_written(filled: Ledger, tmp_path: Path, what: str) -> None:
    counts = {export(filled, what, tmp_path / f"t{suffix}") for suffix in FORMATS}
    assert len(counts) == 1
    lines = (tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()
    assert [len(lines)] == list(counts)
    assert all(json.loads(line) for line in lines)
    assert not list(tmp_path.glob("*.part*"))


def test_every_table_is_written_but_what_is_worked_out_or_secret() -> None:
    written = {
        "enterprises",
        "steps",
        "groups",
        "cadres",
        "contacts",
        "facts",
        "needs",
        "visits",
        "promises",
        "receipts",
    }
    written |= {"outbox", "wishes", "trail", "offices", "users"}
    left = {"ledger_revisions", "snapshots", "told", "sign_ins", "searches"}
    assert set(metadata.tables) == written | left
    assert {what: one.title for what, one in EXPORTS.items()} == EXPORTED


def test_an_export_that_fails_leaves_the_older_file(
    filled: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "register.xlsx"
    path.write_text("older", encoding="utf-8")
    monkeypatch.setattr(exports, "XLSX_ROWS", 5)
    with pytest.raises(InputError, match="超过 5 行"):
        export(filled, "register", path)
    assert path.read_text(encoding="utf-8") == "older"
    with pytest.raises(InputError, match=r'不认识的格式 "\.doc"'):
        export(filled, "register", tmp_path / "t.doc")
    with pytest.raises(InputError, match='找到 "all"'):
        export(filled, "all", path)
