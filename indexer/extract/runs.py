"""Sums in a row, with nothing but 、 or 和 between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from indexer.extract.tokens import Tag


def run_of(text: str, money: Sequence[tuple[int, Tag]]) -> list[tuple[int, Tag]]:
    """The first run of sums that only 、 or 和 separates."""
    run = [money[0]]
    for (last, _), (i, tag) in pairwise(money):
        if re.fullmatch("(?:/[^、，]{1,3})?(?:（[^（）]{1,8}）)?(?:、|和|及|以及)?(?:最高)?", text[last + 1 : i]):
            run.append((i, tag))
        elif len(run) > 1:
            break
        else:
            run = [(i, tag)]
    return run
