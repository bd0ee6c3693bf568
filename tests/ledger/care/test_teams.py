"""Lists of cadres taken in, and groups with how far the policies came with the enterprises of each cadre."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import Workbook

from corpus.errors import InputError
from corpus.model import Benefit, Condition, Fixed, Measure, Policy
from ledger.auditing.audit import Auditor
from ledger.care.needs import raise_need
from ledger.care.people import Cadre, cadres_of, import_people
from ledger.care.teams import LATELY, led_by, teams
from ledger.care.visits import promise, visit
from ledger.imports.register import register
from ledger.imports.uptake import import_steps
from ledger.layout import trail
from ledger.tables import Ledger
from tests.ledger.world import AS_OF, write_jsonl

AT = datetime.fromisoformat("2024-06-30T09:00")
WHO = {"by": "管理员", "at": AT}
LIST = """助企干部,工作组,组长,区划,电话,邮箱
张三,第一组,王五,419001,13800000000,zhang@example.org
李四,第一组,,,13800000001,
赵六,第二组,钱七,,,
"""


@pytest.fixture
def policies():
    rule = Condition("qualification", "has", "高新技术企业")
    return (Policy("p", "政策", measures=(Measure("m", "奖励", rule, Benefit("one_off_grant", Fixed(2e5))),)),)


@pytest.fixture
def staffed(ledger: Ledger, tmp_path: Path) -> Ledger:
    (tmp_path / "干部.csv").write_text(LIST, encoding="utf-8")
    done = import_people(ledger, tmp_path / "干部.csv", **WHO)
    assert (done.taken, done.new, done.problems) == (3, 3, [])
    return ledger


def test_a_leader_is_named_once_for_the_group(staffed):
    assert [one.name for one in cadres_of(staffed, "第一组")] == ["张三", "李四"]
    assert cadres_of(staffed)[0] == Cadre("张三", "第一组", "13800000000", "zhang@example.org")
    found = teams(staffed, Auditor(staffed, (), AS_OF))
    assert [(team.group.name, team.group.leader, team.group.region) for team in found] == [
        ("第一组", "王五", "419001"),
        ("第二组", "钱七", None),
    ]


def test_the_same_list_again_changes_nothing(staffed, tmp_path):
    def kept():
        with staffed.begin() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(trail))

    before = kept()
    done = import_people(staffed, tmp_path / "干部.csv", **WHO)
    assert (done.taken, done.new, kept()) == (3, 0, before)


def test_a_dry_run_writes_nothing(ledger, tmp_path):
    (tmp_path / "干部.csv").write_text(LIST, encoding="utf-8")
    assert import_people(ledger, tmp_path / "干部.csv", **WHO, dry_run=True).new == 3
    assert cadres_of(ledger) == ()


def test_telephone_numbers_of_a_spreadsheet(ledger, tmp_path):
    book = Workbook()
    for row in (("助企干部", "电话"), ("张三", 13800000000)):
        book.active.append(row)
    book.save(tmp_path / "干部.xlsx")
    import_people(ledger, tmp_path / "干部.xlsx", **WHO)
    assert cadres_of(ledger) == (Cadre("张三", None, "13800000000"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("助企干部,电话\n,1\n", ["第 2 行", "没有姓名"]),
        ("助企干部,工作组,区划\n张三,一组,济源\n", ["第 2 行", "济源", "419001"]),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(ledger, tmp_path, text, words):
    (tmp_path / "干部.csv").write_text(text, encoding="utf-8")
    (problem,) = import_people(ledger, tmp_path / "干部.csv", **WHO).problems
    assert [word for word in words if word not in str(problem)] == []


def test_heads_of_other_offices_are_known_and_a_strange_one_is_asked_about_once(ledger, tmp_path):
    (tmp_path / "干部.csv").write_text("姓名,手机号,爱好\n张三,1,棋\n李四,2,\n", encoding="utf-8")
    with pytest.raises(InputError, match='不认识的列 "爱好"'):
        import_people(ledger, tmp_path / "干部.csv", **WHO)
    assert import_people(ledger, tmp_path / "干部.csv", **WHO, mapping={"爱好": ""}).taken == 2
    assert cadres_of(ledger)[0] == Cadre("张三", None, "1")


@pytest.fixture
def at_work(staffed, policies, tmp_path):
    """Four enterprises: two of 张三, one of 赵六, one of somebody who was never entered, one of nobody."""
    cared = {"e1": "张三", "e2": "张三", "e3": "赵六", "e4": "孙八", "e5": None}
    rows = [
        {"id": no, "name": no, **({"cadre": who} if who else {}), "facts": {"qualification": ["高新技术企业"]}}
        for no, who in cared.items()
    ]
    assert not register(staffed, write_jsonl(tmp_path / "e.jsonl", rows), AS_OF).problems
    measure = policies[0].measures[0].id
    lines = [
        f"{no},{measure},{step},2024-05-0{day},{yuan}"
        for no, step, day, yuan in (
            ("e1", "informed", 1, ""),
            ("e1", "applied", 2, ""),
            ("e1", "paid", 3, "200000"),
            ("e2", "informed", 1, ""),
            ("e4", "informed", 1, ""),
        )
    ]
    (tmp_path / "环节.csv").write_text("\n".join(["enterprise_id,measure_id,step,on,amount", *lines]), encoding="utf-8")
    assert not import_steps(staffed, tmp_path / "环节.csv", {measure}).problems
    for no, on in (("e1", AS_OF), ("e1", AS_OF - LATELY), ("e2", date(2024, 1, 5))):
        visit(staffed, no, cadre="张三", on=on, note="看过", at=AT)
    raise_need(staffed, "e1", "融资", "要贷款", on=date(2024, 6, 1), **WHO)
    raise_need(staffed, "e2", "用工", "缺人", on=AS_OF, **WHO)
    promise(staffed, "e3", "一周内办结", office="科技局", on=date(2024, 5, 1), due_on=date(2024, 5, 8), **WHO)
    return staffed


def test_members_add_up_to_their_team_and_nothing_is_lost(at_work, policies):
    auditor = Auditor(at_work, policies, AS_OF)
    found = teams(at_work, auditor)
    assert [(team.group.name, [member.cadre.name for member in team.members]) for team in found] == [
        ("第一组", ["张三", "李四"]),
        ("第二组", ["赵六"]),
        ("未分组", ["孙八", "未填"]),
    ]
    total = auditor.audit("cadre").total
    for name in ("eligible", "informed", "applied", "paid"):
        assert sum(team.count(name) for team in found) == total.counts[name]
    assert sum(team.amount_paid for team in found) == total.amount_paid == 200_000
    assert sum(team.care.enterprises for team in found) == 5


def test_what_each_cadre_did(at_work, policies):
    first, second, _ = teams(at_work, Auditor(at_work, policies, AS_OF))
    zhang, li = first.members
    assert (zhang.care.enterprises, zhang.care.visited, zhang.care.visits) == (2, 1, 2)
    assert (zhang.care.needs, zhang.care.late, zhang.care.broken) == (2, 1, 0)
    assert (li.row, li.count("eligible"), li.care.enterprises) == (None, 0, 0)
    assert (zhang.count("informed"), zhang.count("paid")) == (2, 1)
    assert (second.care.broken, second.care.enterprises) == (1, 1)


def test_a_leader_sees_the_teams_that_are_theirs(at_work, policies):
    found = teams(at_work, Auditor(at_work, policies, AS_OF))
    assert [team.group.name for team in led_by(found, "王五")] == ["第一组"]
    assert led_by(found, "张三") == ()
