"""Industries by their GB/T 4754-2017 code: a section letter (`C`) or two to four digits (`32`, `321`, `3211`).

Which holds which is read off the code (digits by prefix, sections by the divisions they span), so a code that our
table (`industries.csv`) lacks still works.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from functools import cache
from importlib.resources import files

from corpus.errors import InputError, Problem

# The divisions of each section, first and last (GB/T 4754-2017).
SECTIONS = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60), "H": (61, 62),
    "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79), "O": (80, 82),
    "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip
_SECTION_OF = {
    f"{division:02}": letter for letter, (low, high) in SECTIONS.items() for division in range(low, high + 1)
}
_CODE = re.compile(r"([A-T])?(\d{2,4})?")


def contains(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies under it.

    >>> contains("C", "3211"), contains("32", "3211"), contains("3211", "32"), contains("C", "6513")
    (True, True, False, False)
    """
    return inner.startswith(outer) or (len(outer) == 1 and _SECTION_OF.get(inner[:2]) == outer)


def section(code: str) -> str | None:
    """The section letter of `code`; None where no section spans its division."""
    return code if code in SECTIONS else _SECTION_OF.get(code[:2])


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above `code`, nearest first, up to its section.

    >>> ancestors("3211")
    ('321', '32', 'C')
    """
    if code in SECTIONS:
        return ()
    letter = section(code)
    return (*(code[:n] for n in range(len(code) - 1, 1, -1)), *((letter,) if letter else ()))


def normalise(code: str) -> str:
    """`code` as the rest of the program writes it: `C3240` is `3240`, `c` is `C`, and zeros that only fill up go (`3200` is `32`).

    Raises InputError where it is no code at all, or its letter and digits are of different sections.
    """
    text = unicodedata.normalize("NFKC", code).strip().upper()
    match = _CODE.fullmatch(text)
    if not text or match is None:
        raise InputError(
            Problem("行业代码", f'找到 "{code}"', "门类字母，或 2—4 位数字（GB/T 4754-2017），如 C、32、3240")
        )
    letter, digits = match.groups()
    if digits is None:
        return text
    if letter is not None and letter != section(digits):
        raise InputError(
            Problem(
                "行业代码", f'找到 "{code}"：门类 {letter} 与大类 {digits[:2]} 不相属', f"门类 {section(digits) or '—'}"
            )
        )
    while len(digits) > 2 and digits[-1] == "0" and digits not in _table():
        digits = digits[:-1]
    return digits


def known(code: str) -> bool:
    """Whether the table has `code`."""
    return code in _table()


def name(code: str) -> str:
    """The name of `code` (铅锌冶炼 for 3212); the code itself where the table lacks it."""
    return _table().get(code, code)


def full_name(code: str) -> str:
    """The names from the section down, joined by ` › `; repeated ones once. The code itself where the table lacks it.

    >>> full_name("3212")
    '制造业 › 有色金属冶炼和压延加工业 › 常用有色金属冶炼 › 铅锌冶炼'
    """
    if not known(code):
        return code
    return " › ".join(dict.fromkeys(name(above) for above in (*reversed(ancestors(code)), code)))


def children(code: str = "") -> tuple[str, ...]:
    """The codes right under `code`, by code; the sections where it is empty."""
    return _children().get(code, ())


def leaves(code: str) -> tuple[str, ...]:
    """The four-digit codes of the table that `code` holds; `code` itself where the table lacks it."""
    return tuple(leaf for leaf in _table() if len(leaf) == 4 and contains(code, leaf)) or (code,)


def search(query: str, limit: int = 20) -> tuple[str, ...]:
    """Codes that begin with `query`, or whose name is, begins with, or holds it (in that order; shorter names first).

    Last come names that hold its characters in order: 汽车零部件制造 finds 汽车零部件及配件制造.
    """
    query = unicodedata.normalize("NFKC", query).strip().upper()
    if not query:
        return ()
    in_order = re.compile(".*?".join(map(re.escape, query)))
    ranked = []
    for code, words in _table().items():
        if code.startswith(query) or words == query:
            ranked.append((0, len(code), code))
        elif words.startswith(query):
            ranked.append((1, len(words), code))
        elif query in words:
            ranked.append((2, len(words), code))
        elif in_order.search(words):
            ranked.append((3, len(words), code))
    return tuple(code for _, _, code in sorted(ranked)[:limit])


@cache
def _table() -> dict[str, str]:
    lines = files("corpus.codes").joinpath("industries.csv").read_text("utf-8").splitlines()
    return {row["code"]: row["name"] for row in csv.DictReader(lines)}


@cache
def _children() -> dict[str, tuple[str, ...]]:
    under: dict[str, list[str]] = defaultdict(list)
    for code in _table():
        under[next(iter(ancestors(code)), "")].append(code)
    return {code: tuple(sorted(codes)) for code, codes in under.items()}
