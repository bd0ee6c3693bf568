"""The proof that verdicts are the same in every form: a part of it, and that it can fail."""

import json
import operator
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.matcher.proof import DAYS, differences, prove, shrunk
from tests.matcher.world import a_world

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_no_form_differs():
    assert prove(1_000_000, seed=1) == []


def test_a_form_that_errs_is_found_and_made_small(monkeypatch):
    """The proof can fail: where `gt` was taken for `ge`, it says so with one condition and one fact."""
    from matcher import compiled
    from matcher.operators import COMPARISONS

    wrong = {**COMPARISONS, "gt": replace(COMPARISONS["gt"], holds=operator.ge)}
    monkeypatch.setattr(compiled, "COMPARISONS", wrong)
    policy, data = a_world(1, 60, 60)
    m, e = differences(policy, data, DAYS[0])[0]
    small = json.loads(shrunk(policy.measures[m], data[e], DAYS[0]))
    assert small["rule"]["op"] == "gt"
    assert len(small["profile"]["facts"]) <= 2


@pytest.mark.slow
@pytest.mark.skipif(find_spec("pyspark") is None, reason='没有 pyspark：pip install "huiqi[spark]"')
@pytest.mark.skipif(shutil.which("java") is None, reason="没有 Java：apt-get install default-jre-headless")
def test_spark_is_no_other():
    """As the command is run: in a process of its own, since Spark leaves its sockets to the collector."""
    env = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [sys.executable, "benchmarks/proof.py", "--pairs", "400000", "--master", "local[2]"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert done.stdout.endswith("no difference between evaluate, compiled, batch, spark\n")
