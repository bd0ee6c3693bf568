"""A real cluster on this machine, a master and two workers: one is killed at work, and not a byte comes out otherwise."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.catalogue import dump_policies
from matcher.tables import run_batch
from tests.matcher.world import a_world

ROOT = Path(__file__).resolve().parents[2]
AS_OF = date(2024, 6, 30)
MEASURES, ENTERPRISES, PARTS = 150, 2400, 24

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pyspark") is None, reason='没有 pyspark：pip install "huiqi[spark]"'),
    pytest.mark.skipif(shutil.which("java") is None, reason="没有 Java：apt-get install default-jre-headless"),
]


@pytest.fixture
def env():
    return {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def cluster(tmp_path, env):
    """The address of a master, and its two workers; a worker and its executors are a process group."""
    import pyspark

    home = Path(pyspark.__file__).parent
    running = []

    def start(what, *args):
        command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{what}", *map(str, args)]
        there = {**env, "SPARK_HOME": str(home)}
        with (tmp_path / f"{len(running)}.log").open("wb") as log:
            running.append(subprocess.Popen(command, env=there, stdout=log, stderr=log, start_new_session=True))
        return running[-1]

    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    start("master.Master", "--host", "127.0.0.1", "--port", port, "--webui-port", free_port())
    wait(lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None)
    workers = [
        start("worker.Worker", address, *("--host", "127.0.0.1", "--cores", 1, "--memory", "1g"),
              *("--webui-port", free_port(), "--work-dir", tmp_path / f"worker{i}"))
        for i in range(2)
    ]  # fmt: skip
    yield address, workers
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait(ready, seconds=120):
    until = time.monotonic() + seconds
    while True:
        try:
            if ready():
                return
        except OSError:
            pass
        assert time.monotonic() < until, "nothing came of it"
        time.sleep(0.1)


def world(tmp_path, form):
    policy, profiles = a_world(3, MEASURES, ENTERPRISES)
    rows = [json.dumps(profile, ensure_ascii=False) for profile in profiles]
    path = tmp_path / f"企业.{form}"
    if form == "jsonl":
        rows[5], rows[7], rows[2000], rows[2003] = "{", "", rows[3], "null"
        path.write_text("\n".join(rows), encoding="utf-8")
    else:
        flat = [{"id": p["id"], "名称": None, **p["facts"]} for p in profiles]
        kept = ("id", "region", "industry", "founded_on", "patents", "credit_level")
        table = [{name: row.get(name) for name in kept} for row in flat]
        table[9]["region"] = "99"
        table[2001]["id"] = "e4"
        if form == "parquet":
            pq.write_table(pa.Table.from_pylist(table), path, row_group_size=100)
        else:
            lines = [",".join(kept), *(",".join("" if v is None else str(v) for v in row.values()) for row in table)]
            path.write_text("\n".join(lines), encoding="utf-8")
    return policy, path


def on_spark(tmp_path, policy, path, env, master, *conf):
    """`run_on_spark` in a process of its own, as a command is."""
    (tmp_path / "p.json").write_text(json.dumps(dump_policies([policy])), encoding="utf-8")
    script = """
import json, sys
from datetime import date
from pathlib import Path
from corpus.catalogue import parse_policies
from matcher.spark import run_on_spark
folder, source, master = sys.argv[1:]
policies = parse_policies(json.loads((Path(folder) / "p.json").read_text(encoding="utf-8")), "p.json").policies
done = run_on_spark(policies, source, folder + "/spark.parquet", as_of=date(2024, 6, 30), all=True,
                    summary=Path(folder) / "spark.csv", master=master)
print(json.dumps(done.to_json()))
"""
    confs = {
        "spark.executorEnv.PYTHONPATH": ROOT,
        "spark.sql.files.maxPartitionBytes": path.stat().st_size // PARTS,
        "spark.sql.files.openCostInBytes": 0,
        "spark.ui.enabled": "false",
        "spark.executor.memory": "512m",
        **dict(conf),
    }
    flags = " ".join(f"--conf {name}={value}" for name, value in confs.items())
    with (tmp_path / "driver.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path), str(path), master],
            env={**env, "PYSPARK_SUBMIT_ARGS": f"{flags} pyspark-shell"},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
        )


def sorted_bytes(path):
    """The rows of a batch's output in one order, as bytes."""
    rows = pq.read_table(path).replace_schema_metadata().sort_by(
        [("enterprise_id", "ascending"), ("measure_id", "ascending")]
    ).combine_chunks()  # fmt: skip
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, rows.schema) as stream:
        stream.write_table(rows)
    return out.getvalue().to_pybytes()


def same_as_one_machine(tmp_path, policy, path, driver):
    answer, _ = driver.communicate(timeout=400)
    assert driver.returncode == 0, (tmp_path / "driver.log").read_text(encoding="utf-8")[-3000:]
    here = run_batch([policy], path, tmp_path / "here.parquet", as_of=AS_OF, all=True, summary=tmp_path / "here.csv")
    assert json.loads(answer) == here.to_json()
    assert here.problems
    assert here.rows == here.enterprises * MEASURES
    assert sorted_bytes(tmp_path / "spark.parquet") == sorted_bytes(tmp_path / "here.parquet")
    assert (tmp_path / "spark.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()


def test_a_worker_killed_at_work_changes_nothing(tmp_path, env, cluster):
    address, workers = cluster
    policy, path = world(tmp_path, "jsonl")
    driver = on_spark(tmp_path, policy, path, env, address)
    written = tmp_path / "spark.parquet"
    wait(lambda: driver.poll() is not None or len(list(written.rglob("_temporary/**/part-*.parquet"))) >= 2)
    assert driver.poll() is None, "it was over before a worker could be killed"
    os.killpg(workers[0].pid, signal.SIGKILL)
    same_as_one_machine(tmp_path, policy, path, driver)
    assert "Lost executor" in (tmp_path / "driver.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_other_forms_of_the_file(tmp_path, env, form):
    policy, path = world(tmp_path, form)
    same_as_one_machine(tmp_path, policy, path, on_spark(tmp_path, policy, path, env, "local[2]"))
