"""The words of measure (`units.yaml`): what base unit each is of, and how one follows a number."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import groupby

import yaml

from corpus.numerals import SCALES

_SCALE = r"万\s{0,2}亿|[十百千]?[万亿]|[百千]"
_GAP = r"[ \t\r\n\u3000\xa0]{0,3}"


def unit_of(word: str) -> tuple[str, float] | None:
    """The base unit that `word` is of, and its factor; None where it is no unit. For the heads of tables (单位：万元).

    >>> unit_of("万元"), unit_of("亩")[0], unit_of("万"), unit_of("企业")
    (('yuan', 10000.0), 'square_metre', None, None)
    """
    scale = re.match(_SCALE, word)
    ways = [(word, Decimal(1))] + ([(word[scale.end() :], SCALES[scale[0]])] if scale else [])
    for rest, factor in ways:
        if rest in table():
            unit, own = table()[rest]
            return unit, float(own * factor)
    return None


@cache
def table() -> dict[str, tuple[str, Decimal]]:
    """Every unit word, its base unit and its factor."""
    return {word: (unit, Decimal(str(factor))) for word, (unit, factor, *_) in _rows().items()}


@cache
def tail_pattern() -> re.Pattern[str]:
    """What may follow a number, each part optional: 余 or 多, and a unit (`near`), or a multiplier (`scale`) and a unit (`far`).

    It always matches. 百 and 千 are multipliers only before a unit. A unit word counts only where what follows does not make another word of it (10人民币, 一次性).
    """
    by_first = groupby(sorted(_rows().items(), key=lambda row: (row[0][0], -len(row[0]))), key=lambda row: row[0][0])
    unit = "|".join(f"{re.escape(first)}(?:{'|'.join(_rest(*row) for row in rows)})" for first, rows in by_first)
    scale = rf"(?P<scale>{_SCALE}(?:(?<![百千])|(?={_GAP}(?:{unit}))))"
    return re.compile(
        rf"(?P<rough>[余馀多])?{_GAP}(?:(?P<near>{unit})|{scale}(?P<rougher>[余馀多])?(?:{_GAP}(?P<far>{unit}))?)|"
    )


def _rest(word: str, row: list[str]) -> str:
    return re.escape(word[1:]) + (f"(?![{row[2]}])" if len(row) > 2 else "")


@cache
def _rows() -> dict[str, list[str]]:
    rows: dict[str, list[str]] = yaml.safe_load(files("corpus").joinpath("units.yaml").read_text("utf-8"))
    return rows
