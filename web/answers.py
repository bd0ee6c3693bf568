"""What a person typed into the form, as a profile.

An answer that was left out, or is 不清楚, is no fact. Nothing here is stored: the answers travel in the form itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any as Json

from corpus.codes import industries, regions
from corpus.fields import registry
from corpus.quantity import parse_quantity
from web.questions import Question

WAN = Decimal(10_000)
CONFIRM = "confirm:"
PLAIN = ("name", "id", "as_of", "description", "business_scope", "plans", "needs")
ANONYMOUS = "未填名称的企业"
MAX_LENGTH = 500
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)

_YEAR = re.compile(r"(?:19|20)\d\d")

Given = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Answers:
    """The form as read. `given` is what to carry on; `problems` says what could not be read, by input name;
    `choices` offers what an ambiguous place or trade may mean, as (code, Chinese) pairs.
    """

    given: Given
    as_of: date
    data: Mapping[str, Json] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """The first value under `name`; empty where there is none."""
        return next(iter(self.given.get(name, ())), "")

    @property
    def answered(self) -> frozenset[str]:
        """The fields that something was typed for."""
        return frozenset(name.partition(".")[0] for name in self.given)

    @property
    def years(self) -> frozenset[int]:
        """The years that something was typed for."""
        return frozenset(int(last) for name in self.given if _YEAR.fullmatch(last := name.rpartition(".")[2]))

    def denied(self, name: str) -> tuple[str, ...]:
        """The members of set `name` that were singly said not to be in it."""
        prefix = f"{name}.is."
        return tuple(
            key.removeprefix(prefix)
            for key, values in self.given.items()
            if key.startswith(prefix) and values[0] == "no"
        )

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every answer as an input's name and value: what hidden inputs carry."""
        return ((name, value) for name, values in self.given.items() for value in values)


class Unreadable(Exception):  # noqa: N818
    """An answer that cannot be read, in words for the person who typed it."""


class Ambiguous(Unreadable):
    """An answer that may mean several codes."""

    def __init__(self, options: tuple[tuple[str, str], ...]) -> None:
        super().__init__("找到好几个，请选一个")
        self.options = options


def keep(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """What was typed, by input name, without blanks, and without names that the form does not have."""
    kept: dict[str, list[str]] = {}
    for name, value in pairs:
        text = value.strip()[:MAX_LENGTH]
        head = name.partition(".")[0]
        if text and (head in registry() or name in PLAIN or name.startswith(CONFIRM)):
            kept.setdefault(name, []).append(text)
    return {name: tuple(values) for name, values in kept.items()}


def day_of(given: Given, today: date) -> date:
    """The day to judge on: the one typed where it is one within `EARLIEST`–`LATEST`, else `today`."""
    try:
        day = date.fromisoformat(next(iter(given.get("as_of", ())), ""))
    except ValueError:
        return today
    return day if EARLIEST <= day <= LATEST else today


def read_answers(given: Given, questions: Mapping[str, Question], as_of: date) -> Answers:
    """The answers of the form as a profile in `data`, with every problem named by its input."""
    reader = _Reader(given)
    facts = {name: fact for name, question in questions.items() if (fact := reader.fact(question)) is not None}
    name = reader.one("name")
    confirmations = {
        key.removeprefix(CONFIRM): {"value": values[0] == "yes", "by": "企业自述", "on": as_of.isoformat()}
        for key, values in given.items()
        if key.startswith(CONFIRM) and values[0] in ("yes", "no")
    }
    data = {
        "id": reader.one("id") or name or ANONYMOUS,
        "name": name or ANONYMOUS,
        "as_of": as_of.isoformat(),
        "facts": facts,
        "description": reader.one("description"),
        "business_scope": reader.one("business_scope"),
        "needs": list(given.get("needs", ())),
        "plans": _split(reader.one("plans")),
        "confirmations": confirmations,
    }
    settled = {name: values for name, values in {**given, **reader.settled}.items() if values}
    return Answers(settled, as_of, data, reader.problems, reader.choices)


class _Reader:
    """Reads facts out of what was given, gathering problems as it goes."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.problems: dict[str, str] = {}
        self.choices: dict[str, tuple[tuple[str, str], ...]] = {}
        self.settled: dict[str, tuple[str, ...]] = {}

    def one(self, name: str) -> str:
        return next(iter(self.given.get(name, ())), "")

    def fact(self, question: Question) -> Json:
        name = question.field.name
        match question.kind:
            case "set":
                return self._set(name)
            case "events":
                return self._events(question)
            case "region" | "industry":
                code = self._read(name, question)
                if code is not None:
                    self.settled[name] = (code_words(question.kind, code),)
                return code
            case _ if question.years:
                years = {str(year): self._read(f"{name}.{year}", question) for year in question.years}
                return {year: value for year, value in years.items() if value is not None} or None
            case _:
                return self._read(name, question)

    def _read(self, name: str, question: Question) -> Json:
        text = self.one(name)
        if not text:
            return None
        try:
            return _READ[question.kind](text, question)
        except Ambiguous as problem:
            self.choices[name] = problem.options
            self.problems[name] = str(problem)
        except Unreadable as problem:
            self.problems[name] = str(problem)
        return None

    def _set(self, name: str) -> Json:
        by_word = {
            key.removeprefix(f"{name}.is."): values[0]
            for key, values in self.given.items()
            if key.startswith(f"{name}.is.")
        }
        ticked = [*self.given.get(name, ()), *_split(self.one(f"{name}.other"))]
        has = list(dict.fromkeys([*ticked, *(word for word, answer in by_word.items() if answer == "yes")]))
        lacks = [word for word, answer in by_word.items() if answer == "no"]
        if both := [word for word in lacks if word in has]:
            self.problems[name] = f"“{'、'.join(both)}”又说有又说没有，请只留一样"
            return None
        self.settled |= {f"{name}.is.{word}": () for word in by_word if word in has}
        if has:
            self.settled[name] = tuple(has)
            self.settled[f"{name}.other"] = ()
        if self.one(f"{name}.rest") == "none":
            return has
        return {"has": has, "lacks": lacks} if has or lacks else None

    def _events(self, question: Question) -> Json:
        has: list[Json] = []
        lacks: list[str] = []
        for word, _ in question.options:
            state, on = self.one(f"event.{word}.state"), self._read(f"event.{word}.on", question)
            if state == "no" and on is None:
                lacks.append(word)
            elif state == "no":
                self.problems[f"event.{word}.on"] = "选了“没有”，又填了日期，请只留一样"
            elif state == "yes" or on is not None:
                has.append({"name": word, "on": on} if on else {"name": word})
        return {"has": has, "lacks": lacks} if has or lacks else None


# ---------------------------------------------------------------- one answer


def read_region(text: str) -> str:
    """The code of the region that `text` names. Raises Ambiguous where several bear the name, Unreadable where none."""
    if (code := re.search(r"(?<!\d)\d{6}(?!\d)", text)) and regions.known(code[0]):
        return code[0]
    found = regions.search(text)
    exact = [code for code in found if text in (regions.name(code), regions.full_name(code))]
    return _only(exact or found, "region", "没有找到这个地方，请写到县（市、区），如“济源市”")


def read_industry(text: str) -> str:
    """The industry code that `text` gives or names. Raises Ambiguous or Unreadable as `read_region`."""
    code = re.search(r"(?<![0-9A-Za-z])([A-Ta-t]?\d{2,4}|[A-Ta-t])(?![0-9A-Za-z])", text)
    if code and industries.known(plain := _industry_code(code[0])):
        return plain
    found = industries.search(text)
    exact = [code for code in found if industries.name(code) == text]
    # A class and its only sub-class bear one name: the finer one says as much and settles more.
    if exact and all(industries.contains(exact[0], code) for code in exact):
        exact = exact[-1:]
    return _only(exact or found, "industry", "没有找到这个行业，请换个说法，如“铅锌冶炼”“软件开发”，或写四位行业代码")


def _industry_code(text: str) -> str:
    upper = text.upper()
    return upper[1:] if len(upper) > 1 and upper[0].isalpha() else upper


def _only(found: Iterable[str], kind: str, otherwise: str) -> str:
    codes = tuple(found)
    if not codes:
        raise Unreadable(otherwise)
    if len(codes) > 1:
        raise Ambiguous(tuple((code, code_words(kind, code)) for code in codes))
    return codes[0]


def code_words(kind: str, code: str) -> str:
    """A code as the form shows it: its name with the code in brackets."""
    return f"{regions.full_name(code) if kind == 'region' else industries.name(code)}（{code}）"


def _number(text: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal("1e15") else None


def read_money(text: str, question: Question) -> float:
    """Yuan, from 万元 as typed, or from an amount with its own unit (1.2亿元)."""
    number = _number(text)
    if number is not None:
        return _checked(float(number * WAN), question)
    quantity = parse_quantity(text)
    if quantity is None or quantity.unit != "yuan":
        raise Unreadable("请写一个数，以万元为单位，如 2350.5")
    return _checked(float(quantity.value), question)


def read_percent(text: str, question: Question) -> float:
    """A fraction, from per cent as typed (3.5 or 3.5% is 0.035)."""
    number = _number(text.rstrip("%％ "))
    if number is None:
        raise Unreadable("请写百分之几，只写数，如 3.5")
    return _checked(float(number / 100), question)


def read_count(text: str, question: Question) -> float:
    """A number in the field's own unit."""
    number = _number(text.removesuffix(question.unit))
    if number is None:
        raise Unreadable(f"请写一个数，以{question.unit}为单位")
    return _checked(float(number), question)


def _checked(value: float, question: Question) -> float:
    low, high = question.field.min, question.field.max
    if (low is not None and value < low) or (high is not None and value > high):
        scale = 100 if question.kind == "percent" else 1
        ends = [f"不小于 {low * scale:g}"] if low is not None else []
        ends += [f"不大于 {high * scale:g}"] if high is not None else []
        raise Unreadable(f"应{'、'.join(ends)}（{question.unit}）")
    return value


def read_day(text: str, _question: Question) -> str:
    """A calendar day, written 2015-03-02, 2015年3月2日, 2015/3/2 or 2015.3.2, as an ISO date."""
    parts = re.fullmatch(r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})日?", text)
    if parts:
        try:
            return date(*map(int, parts.groups())).isoformat()
        except ValueError:
            pass
    raise Unreadable("没有这一天，请写成 2015-03-02")


def read_choice(text: str, question: Question) -> str:
    """One of the stored values of a question."""
    if text not in dict(question.options):
        raise Unreadable("请在列出的几项里选")
    return text


_READ = {
    "region": lambda text, _question: read_region(text),
    "industry": lambda text, _question: read_industry(text),
    "choice": read_choice,
    "date": read_day,
    "events": read_day,
    "money": read_money,
    "percent": read_percent,
    "count": read_count,
}


def _split(text: str) -> list[str]:
    return [part for part in re.split(r"[、,，;；\n]\s*", text) if part.strip()]
