"""A passage in, its measures out, as decoded JSON: what `run.py extract` reads and writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Json

from corpus.benefits import dump_benefit
from corpus.errors import InputError, Problem
from corpus.rules import dump_rule
from indexer.extract.reader import extract


def extract_line(record: Mapping[str, Json]) -> dict[str, Json]:
    """The line that answers `record` (`id`, `text`, optionally `title`, `region`): its `id` and `measures`.

    A measure has `rule`, `benefit` (None where the passage only says who qualifies), `department`, `spans` and
    `confidence`. Raises InputError where `id` or `text` is missing or no text.
    """
    for key in ("id", "text"):
        if not isinstance(record.get(key), str):
            raise InputError(
                Problem(key, f"找到 {record.get(key)!r}", "文字", '每行写 {"id", "title", "region", "text"}')
            )
    readings = extract(record["text"], title=record.get("title") or "", region=record.get("region"))
    return {
        "id": record["id"],
        "measures": [
            {
                "rule": dump_rule(reading.rule) if reading.rule is not None else {"all": []},
                "benefit": dump_benefit(reading.benefit) if reading.benefit is not None else None,
                "department": reading.department,
                "spans": [{"start": span.start, "end": span.end, "what": span.what} for span in reading.spans],
                "confidence": reading.confidence,
            }
            for reading in readings
        ],
    }
