"""What the tests share. The strategy of their fixtures, in words:

- The smallest corpus that has what a test needs. Most tests write the one policy, rule or profile they are about, where
  the reader can see it; none reads the bundled compilation to test something else.
- Worked cases and broken inputs are data: `tests/<room>/*.yaml` hold the case and what must come of it, and one runner
  reads them. `tests/broken` holds input that must be refused and the words that the refusal must contain.
- What must hold of every value is a hypothesis property over `tests/strategies.py`, which draws over the whole
  vocabulary: a field that is added to the registry is tested from that day.
- Nothing is patched. What a test needs otherwise (a store, a day, a folder) is an argument, under `tmp_path`.
- Real documents and test sets are no part of the product. A test that needs them is marked `shared`, takes the `shared`
  fixture, and is skipped where the folder is absent.

A room that needs more has its own `conftest.py`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# A program run by its test, not a module of tests: it needs the extra `fuzz`, and instruments what it imports.
collect_ignore = ["indexer/fuzz_readers.py"]

# A machine that several work on at once is slow by turns: no deadline for one example.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents and test sets: `$HUIQI_SHARED`, else `../shared` beside the repository."""
    folder = Path(os.environ.get("HUIQI_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("没有共享资料目录：设环境变量 HUIQI_SHARED，或放在仓库旁的 ../shared")
    return folder
