"""Keeping the index at what the store holds: it is derived, and remembers the revision that it was derived from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any as Json

from corpus.store import Store
from indexer.search.search import Index
from indexer.search.semantic import Meaning
from indexer.status import endings


def open_index(folder: Path, store: Store, meaning: Meaning | None = None) -> Index:
    """The index in `folder`, brought up to the store's present revision; it searches with `meaning` where that is given.

    Nothing is done where it is there already. An index that is missing, or was made by another version of the program
    or its dictionary, is built anew. Raises StoreError while another process writes it.
    """
    index, marker = Index(folder, meaning), folder / "followed.json"
    seen = _read(marker)
    revision = store.revision()
    if index.needs_rebuild or seen.get("revision") != revision:
        policies = store.policies()
        ids = [policy.id for policy in policies]
        if index.needs_rebuild or not seen:
            index.rebuild(policies)
        else:
            index.remove(set(seen["ids"]) - set(ids))
            index.update(policies)
        _write(marker, {"revision": revision, "ids": ids})
    return index


def settle(store: Store) -> None:
    """Work out which policies of the store others in it end, and keep that with them."""
    store.settle(endings(store.headers()))


def _read(marker: Path) -> dict[str, Json]:
    try:
        seen: dict[str, Json] = json.loads(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return seen


def _write(marker: Path, seen: dict[str, Json]) -> None:
    beside = marker.with_suffix(".new")
    beside.write_text(json.dumps(seen), encoding="utf-8")
    beside.replace(marker)
