"""How well and how fast passages are read: `python benchmarks/extraction.py [--test] [--corpus] [--json]`.

Scores against the labelled passages with their own scorer (dev.jsonl; with `--test` test.jsonl, as whole figures only),
prints how often a confidence is right, and how many clauses a second are read. `--corpus` counts the measures found in
the compilation and the guide. The folder of labelled passages is `$HUIQI_SHARED`, or `../shared` beside the repository.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any as Json

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from indexer.extract import VERSION, extract, extract_line  # noqa: E402
from indexer.extract.titles import tag  # noqa: E402

BUCKETS = ((0.0, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 1.01))


def shared() -> Path:
    """The folder of labelled passages. Ends the program with a word of advice where there is none."""
    folder = Path(os.environ.get("HUIQI_SHARED") or ROOT.parent / "shared")
    if not (folder / "data" / "conditions" / "dev.jsonl").is_file():
        sys.exit(f"没有找到标注集：{folder}/data/conditions/dev.jsonl。请把 HUIQI_SHARED 设为共享数据目录。")
    return folder


def scorer(folder: Path) -> ModuleType:
    path = folder / "data" / "conditions" / "score.py"
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path: Path) -> list[dict[str, Json]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def conditions_of(node: dict[str, Json]) -> list[dict[str, Json]]:
    """The conditions of a rule as decoded JSON."""
    if "field" in node:
        return [node]
    inner = node.get("all") or node.get("any") or node.get("of") or ([node["not"]] if "not" in node else [])
    return [condition for branch in inner for condition in conditions_of(branch)]


def reliability(score: ModuleType, gold: dict[str, Json], predicted: dict[str, Json]) -> list[dict[str, Json]]:
    """For each band of confidence how many conditions were said with it, how many of them in fields and not in words, and
    the share that the gold has too.
    """
    said: list[tuple[float, bool, bool]] = []
    for key, measures in gold.items():
        golds = [score.Measure(measure, ignore_region=False) for measure in measures]
        made = [score.Measure(measure, ignore_region=False) for measure in predicted[key]]
        partner = {j: i for i, j in score.align(golds, made)}
        for j, measure in enumerate(predicted[key]):
            rest = list(golds[partner[j]].facts) if j in partner else []
            words = list(golds[partner[j]].manual) if j in partner else []
            for condition in conditions_of(measure["rule"]):
                for atom in score.atoms(score.normalise({**condition, "period": condition.get("period")})):
                    if atom[1] == "manual":
                        right = any(score.likeness(atom[3], word[3]) >= 0.5 for word in words)
                    else:
                        bare = [(a[1:]) for a in rest]
                        right = atom[1:] in bare
                    said.append((condition.get("confidence", 0.5), right, atom[1] != "manual"))
    table = []
    for low, high in BUCKETS:
        band = [(right, in_field) for confidence, right, in_field in said if low <= confidence < high]
        share = sum(right for right, _ in band) / max(1, len(band))
        fields = sum(in_field for _, in_field in band)
        table.append(
            {"from": low, "to": min(high, 1.0), "said": len(band), "in_fields": fields, "right": round(share, 3)}
        )
    return table


def speed(passages: list[dict[str, Json]]) -> dict[str, float]:
    """Passages a second on this machine, one core: those that grant nothing (by the gold), and those that grant."""
    out = {}
    for name, wanted in (("no", False), ("grants", True)):
        texts = [row["text"] for row in passages if bool(row["measures"]) is wanted]
        for text in texts[:20]:
            extract(text)
        spent = 0.0
        for _ in range(4):
            tag.cache_clear()  # no clause of a real document comes twice
            start = time.perf_counter()
            for text in texts:
                extract(text)
            spent += time.perf_counter() - start
        out[name] = round(4 * len(texts) / spent, 1)
    return out


def clauses_of(text: str) -> list[str]:
    """A whole document cut at its numbers, roughly: enough to count with."""
    even = re.sub(r"\s+", "", text)
    number = "第[一二三四五六七八九十百]+条|（[一二三四五六七八九十]+）|[一二三四五六七八九十]{1,3}、|\\d{1,2}[.．﹒、](?!\\d)"
    return [part for part in re.split(f"(?<=[。；）〕])(?={number})", even) if part]


def corpus(folder: Path, sample: int, seed: int) -> dict[str, Json]:
    """Measures found in the compilation and the guide, by kind; `sample` of them drawn at random."""
    found: list[dict[str, Json]] = []
    documents = clauses = 0
    for row in read(folder / "data" / "policies" / "policies.jsonl"):
        if row["source"] not in ("zcb2023", "bjguide2024"):
            continue
        documents += 1
        for text in clauses_of(row["text"]):
            clauses += 1
            line = extract_line({"id": row["id"], "text": text, "title": row["title"]})
            found += [{"id": row["id"], "text": text, **measure} for measure in line["measures"]]
    kinds = Counter(measure["benefit"]["kind"] if measure["benefit"] else "（只有条件）" for measure in found)
    drawn = random.Random(seed).sample(found, min(sample, len(found)))
    return {
        "documents": documents,
        "clauses": clauses,
        "measures": len(found),
        "kinds": dict(kinds.most_common()),
        "drawn": drawn,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--test", action="store_true", help="score test.jsonl instead of dev.jsonl")
    parser.add_argument("--corpus", action="store_true", help="count the measures in the compilation and the guide")
    parser.add_argument("--sample", type=int, default=0, help="with --corpus: print so many measures drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    folder = shared()
    report: dict[str, Json] = {"grammar": VERSION}
    if args.corpus:
        report["corpus"] = corpus(folder, args.sample, args.seed)
    else:
        name = "test.jsonl" if args.test else "dev.jsonl"
        rows = read(folder / "data" / "conditions" / name)
        score = scorer(folder)
        gold = {row["id"]: row["measures"] for row in rows}
        made = {
            row["id"]: extract_line({key: row[key] for key in ("id", "text", "title", "region")})["measures"]
            for row in rows
        }
        report |= {
            "passages_file": name,
            "score": score.score(gold, made),
            "reliability": reliability(score, gold, made),
        }
        report["per_second"] = speed(rows)
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
