"""Floors of quality on the labelled passages, by their own scorer. Lowering one needs a reason in the commit."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

from indexer.extract import extract_line

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("HUIQI_SHARED") or ROOT.parent / "shared") / "data" / "conditions"


@pytest.mark.shared
@pytest.mark.skipif(not (FOLDER / "dev.jsonl").is_file(), reason=f"标注集不在 {FOLDER}；设 HUIQI_SHARED 后再跑")
def test_floors_on_the_passages_that_the_grammar_was_tuned_on() -> None:
    spec = importlib.util.spec_from_file_location("score", FOLDER / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    rows = [json.loads(line) for line in (FOLDER / "dev.jsonl").read_text("utf-8").splitlines()]
    gold = {row["id"]: row["measures"] for row in rows}
    made = {row["id"]: extract_line({k: row[k] for k in ("id", "text", "title", "region")})["measures"] for row in rows}
    report = score.score(gold, made)
    assert report["measures"]["refused"] == 0
    assert report["passages"]["f1"] >= 0.99
    assert report["conditions"]["f1"] >= 0.84
    assert report["manual"]["f1"] >= 0.66
    assert report["rule_strict_accuracy"] >= 0.74
    assert report["benefit"]["kind_accuracy"] >= 0.95
    assert report["benefit"]["amount_accuracy"] >= 0.91
