"""Verdicts are the same in every form: one by one, compiled, in blocks, and on Spark, for pairs at random.

    python benchmarks/proof.py [--pairs 10000000] [--seed 1] [--master local[2]] [--no-spark]

Rules over the whole rule language and enterprises are drawn from the seed; every form judges the same pairs. What differs is
made small and shown, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.matcher.proof import on_spark, prove  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--master", default="local[2]", help="the Spark cluster; spark://host:port for one that stands")
    parser.add_argument("--no-spark", action="store_true", help="leave Spark out, where there is no pyspark or no Java")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        more = {} if options.no_spark else {"spark": on_spark(Path(folder), options.master)}
        differ = prove(options.pairs, options.seed, print, more)
    print(
        *differ or [f"no difference between evaluate, compiled, batch{''.join(f', {name}' for name in more)}"], sep="\n"
    )
    raise SystemExit(bool(differ))


if __name__ == "__main__":
    main()
