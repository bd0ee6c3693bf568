"""What was worked out from the tables, kept in files for every program that opens the ledger, until it is stale.

A snapshot is a folder of arrays, which are mapped and not read, so that opening one costs nothing however large it is.
The ledger's own table says which there are, of what, from what (`key`) and up to which revision: files of another
database, or of what a restored backup has never heard of, are never taken for its own. A snapshot appears whole or not
at all; the last few of a kind are kept, and what nobody can use any more is removed.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any as Json

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.exc import DBAPIError

from ledger.layout import snapshots

KEPT = 3
"""Snapshots of a kind that are kept: today's, and those of a day or a catalogue that somebody looked back at."""
_ABANDONED = 3600.0
"""Seconds after which unfinished files are those of a program that was stopped."""
_SAID = "said.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Arrays by name, what goes with them, and the revision of the tables that they were worked out from."""

    revision: int
    arrays: Mapping[str, NDArray[Json]]
    said: Json


class Snapshots:
    """The snapshots of one ledger, in `folder`; with None nothing is kept, and nothing found."""

    def __init__(self, engine: sa.Engine, folder: Path | None) -> None:
        self.engine = engine
        self.folder = folder

    def find(self, what: str, key: str) -> Snapshot | None:
        """The newest snapshot of `what` from `key`; None where there is none whole."""
        if self.folder is None:
            return None
        query = sa.select(snapshots.c.name, snapshots.c.revision).where(
            snapshots.c.what == what, snapshots.c.key == key
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(snapshots.c.no.desc())).all()
        for name, revision in rows:
            try:
                said = json.loads((self.folder / name / _SAID).read_text(encoding="utf-8"))
                files = (self.folder / name).glob("*.npy")
                arrays = {file.stem: np.load(file, mmap_mode="r" if file.stat().st_size else None) for file in files}
            except (OSError, ValueError) as error:
                _log.warning("快照 %s 读不出来（%s），重新计算", name, error)
                continue
            if set(arrays) == set(said["arrays"]):
                return Snapshot(revision, arrays, said["said"])
        return None

    def keep(self, what: str, key: str, snapshot: Snapshot) -> None:
        """Keep a snapshot of `what` from `key`. Where that cannot be done it is only slower the next time: said in the log."""
        if self.folder is None:
            return
        name = secrets.token_hex(16)
        part = self.folder / f"{name}.part"
        try:
            part.mkdir(parents=True)
            for stem, array in snapshot.arrays.items():
                with (part / f"{stem}.npy").open("wb") as out:
                    np.save(out, array)
                    os.fsync(out.fileno())
            said = json.dumps({"arrays": list(snapshot.arrays), "said": snapshot.said}, ensure_ascii=False)
            (part / _SAID).write_text(said, encoding="utf-8")
            part.rename(self.folder / name)
            row = {"name": name, "what": what, "key": key, "revision": snapshot.revision}
            with self.engine.begin() as connection:
                connection.execute(snapshots.insert(), [row])
                newest = sa.select(snapshots.c.no).where(snapshots.c.what == what).order_by(snapshots.c.no.desc())
                last = connection.execute(newest.limit(KEPT)).scalars().all()[-1]
                connection.execute(snapshots.delete().where(snapshots.c.what == what, snapshots.c.no < last))
            self._sweep()
        except (OSError, DBAPIError) as error:
            _log.warning("快照没有存下来（%s）：%s", error, self.folder)
            shutil.rmtree(part, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what the ledger has no use for; what may be being written just now is left."""
        with self.engine.connect() as connection:
            known = set(connection.execute(sa.select(snapshots.c.name)).scalars())
        for path in self.folder.iterdir() if self.folder else ():
            if path.name not in known and time() - path.stat().st_mtime > _ABANDONED:
                shutil.rmtree(path, ignore_errors=True)
