"""Policies as they are written in `*.measures.json` and `*.measures.yaml`: read with checks, and written back.

A measure or policy that is wrong is refused by name and the rest of the file is read: every `Problem` says where it
stands, what was found, what was expected and the nearest known name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any as Json

import yaml

from corpus.benefits import dump_benefit, parse_benefit
from corpus.errors import InputError, Problem, nearest
from corpus.model import LEVELS, Clause, Measure, Policy, Source, Window
from corpus.rules import conditions, dump_rule, parse_rule, read_date
from corpus.shape import no_extra, words_of, wrong

SCHEMA_VERSION = 1
MAX_YAML_DEPTH = 400  # a rule may be 64 deep, two collections a level
REVIEWS = ("confirmed", "draft", "rejected")

_DATES = ("written_on", "issued_on", "published_on", "effective_from", "expires_on")
_WORDS = ("doc_no", "issuer", "validity", "audience", "department", "contact", "note")
POLICY_KEYS = (
    *("id", "title", "level", "region", "replaces", "basis", "withdrawn", "fields", "pages", "clauses", "measures"),
    *("source", *_DATES, *_WORDS),
)
_MEASURE_WORDS = ("department", "contact", "process", "note")
MEASURE_KEYS = (
    *("id", "title", "rule", "benefit", "materials", "window", "clauses", "review", "source"),
    *_MEASURE_WORDS,
)
_SOURCE_KEYS = ("url", "host", "kind", "confidence", "note")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a structured file gave: its policies, and each thing in it that was refused."""

    policies: tuple[Policy, ...] = ()
    problems: tuple[Problem, ...] = ()


class _Yaml(yaml.CSafeLoader):
    """YAML that guesses no more than JSON does, and in which a key written twice is an error, not the last one's win.

    PyYAML's own rules (YAML 1.1) read the industry 0610 as octal 392, `on:` as true, and stop at 2023-02-30 without
    saying where it stands; by these (YAML 1.2) the first and the last are words, checked where they are used.
    """


_Yaml.yaml_implicit_resolvers = {}
for _kind, _written, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)|\.nan|-?\.inf", list("-.0123456789")),
):
    _Yaml.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(rf"(?:{_written})\Z"), _first)


def _mapping(loader: _Yaml, node: yaml.MappingNode, deep: bool = False) -> dict[Json, Json]:
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"键 {key.value} 写了两次", key.start_mark)
            seen.add(key.value)
    return yaml.CSafeLoader.construct_mapping(loader, node, deep=deep)


_Yaml.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _load_yaml(text: str) -> Json:
    depth = 0
    for event in yaml.parse(text, _Yaml):  # the composer would go down as deep as the text does, past the stack's end
        mark: Json = event.start_mark
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_YAML_DEPTH:
            raise yaml.MarkedYAMLError(problem=f"嵌套超过 {MAX_YAML_DEPTH} 层", problem_mark=mark)
        if isinstance(event, yaml.AliasEvent):  # a few lines of these can stand for more rules than fit in memory
            raise yaml.MarkedYAMLError(problem=f"不用引用 *{event.anchor}，请写全", problem_mark=mark)
    return yaml.load(text, _Yaml)  # noqa: S506


def read_policies(path: Path) -> Reading:
    """The policies of one structured file. Never raises for what the file says: a file that is no JSON / YAML is one problem."""
    return read_policies_text(path.read_bytes(), path.name)


def read_policies_text(raw: bytes, name: str) -> Reading:
    """As `read_policies`, from bytes already at hand; `name` decides the format and stands in the problems."""
    try:
        text = raw.decode("utf-8-sig")
        data = json.loads(text, object_pairs_hook=_unique) if name.endswith(".json") else _load_yaml(text)
        if re.search(r"\\u[dD]", text):
            json.dumps(data, ensure_ascii=False).encode()  # half of a surrogate pair is no character: ValueError
    except UnicodeDecodeError as error:
        return _refused(name, f"第 {error.start} 字节", "不是 UTF-8 文字", "UTF-8 编码")
    except json.JSONDecodeError as error:
        return _refused(
            name, f"第 {error.lineno} 行第 {error.colno} 列", f"JSON 读不下去（{error.msg}）", "合法的 JSON"
        )
    except yaml.MarkedYAMLError as error:
        line = f"第 {error.problem_mark.line + 1} 行" if error.problem_mark else "文件"
        return _refused(name, line, f"YAML 读不下去（{error.problem}）", "合法的 YAML")
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        return _refused(name, "文件", f"读不下去（{error}）", "合法的 JSON 或 YAML")
    return parse_policies(data, name)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    entry = dict(pairs)
    if len(entry) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError("键 " + next(key for key in keys if keys.count(key) > 1) + " 写了两次")
    return entry


def _refused(source: str, place: str, found: str, expected: str) -> Reading:
    return Reading(problems=(Problem(place, found, expected, source=source),))


def parse_policies(data: Json, source: str) -> Reading:
    """The policies that decoded data in the file's shape writes; `source` names the file in each problem."""
    if not isinstance(data, Mapping) or not isinstance(data.get("policies"), list | tuple):
        return _refused(source, "文件", "没有 policies 列表", '{"schema_version": 1, "policies": […]}')
    version = data.get("schema_version", SCHEMA_VERSION)
    if isinstance(version, bool) or version != SCHEMA_VERSION:
        return _refused(source, "schema_version", f"找到 {version!r}", str(SCHEMA_VERSION))
    problems: list[Problem] = []
    policies: list[Policy] = []
    seen: dict[str, str] = {}
    for i, entry in enumerate(data["policies"]):
        place = _named(entry, f"policies[{i}]")
        try:
            policy = _policy(entry, place, problems, seen)
        except InputError as error:
            problems.extend(error.problems)
        else:
            policies.append(policy)
    return Reading(tuple(policies), tuple(problem.within(source) for problem in problems))


def _named(entry: Json, place: str) -> str:
    return f"{place}（{entry['id']}）" if isinstance(entry, Mapping) and "id" in entry else place


# ---------------------------------------------------------------- reading


def _policy(entry: Json, place: str, problems: list[Problem], seen: dict[str, str]) -> Policy:
    _object(entry, POLICY_KEYS, place)
    identity, title = _required(entry, "id", place), _required(entry, "title", place)
    _first_use(identity, "政策", place, seen)
    level = entry.get("level")
    if level is not None and level not in list(LEVELS):  # whatever was written: not every value can be a key
        raise wrong(f"{place}.level", f'找到 "{level}"', "、".join(LEVELS), nearest(str(level), LEVELS))
    region = entry.get("region")
    if region is not None and not (isinstance(region, str) and re.fullmatch("[0-9]{6}", region)):
        raise wrong(f"{place}.region", f"找到 {region!r}", '六位行政区划代码的文字，如 "419001"')
    dates: dict[str, Json] = {key: _date(entry, key, place) for key in _DATES}
    words: dict[str, Json] = {key: words_of(entry, key, place) for key in _WORDS}
    start, end = dates["effective_from"], dates["expires_on"]
    if start and end and end < start:
        raise wrong(f"{place}.expires_on", f"止于 {end}，早于施行日 {start}", "不早于施行日的日期")
    withdrawn, withdrawn_on = _withdrawn(entry.get("withdrawn"), f"{place}.withdrawn")
    clauses = tuple(_clause(c, f"{place}.clauses[{i}]") for i, c in enumerate(_list(entry, "clauses", place)))
    measures = []
    for i, raw in enumerate(_list(entry, "measures", place)):
        at = f"{place}.measures{_named(raw, f'[{i}]')}"
        try:
            measures.append(_measure(raw, at, {clause.path for clause in clauses}, seen))
        except InputError as error:
            problems.extend(error.problems)
    return Policy(
        id=identity,
        title=title,
        level=level,
        region=region,
        **dates,
        **words,
        replaces=_strings(entry, "replaces", place),
        basis=_strings(entry, "basis", place),
        withdrawn=withdrawn,
        withdrawn_on=withdrawn_on,
        fields=_fields(entry.get("fields"), f"{place}.fields"),
        pages=_pages(entry.get("pages"), f"{place}.pages"),
        clauses=clauses,
        measures=tuple(measures),
        source=_source(entry.get("source"), f"{place}.source"),
    )


def _measure(entry: Json, place: str, paths: set[str], seen: dict[str, str]) -> Measure:
    _object(entry, MEASURE_KEYS, place)
    identity, title = _required(entry, "id", place), _required(entry, "title", place)
    _first_use(identity, "事项", place, seen)
    if "rule" not in entry:
        raise wrong(place, "缺少 rule", '适用条件；没有条件写 {"all": []}')
    rule = parse_rule(entry["rule"], f"{place}.rule")
    review = entry.get("review", "confirmed")
    if review not in REVIEWS:
        raise wrong(f"{place}.review", f'找到 "{review}"', "、".join(REVIEWS), nearest(str(review), REVIEWS))
    clauses = _strings(entry, "clauses", place)
    cited = [*clauses, *(condition.clause for _, condition in conditions(rule) if condition.clause)]
    if paths and (absent := [path for path in cited if path not in paths]):
        raise wrong(
            f"{place}.clauses",
            f'条款 "{absent[0]}" 不在本政策里',
            "、".join(sorted(paths)[:8]),
            nearest(absent[0], paths),
        )
    benefit = entry.get("benefit")
    return Measure(
        id=identity,
        title=title,
        rule=rule,
        benefit=None if benefit is None else parse_benefit(benefit, f"{place}.benefit"),
        materials=_strings(entry, "materials", place),
        window=_window(entry.get("window"), f"{place}.window"),
        clauses=clauses,
        review=review,
        source=_source(entry.get("source"), f"{place}.source"),
        **{key: words_of(entry, key, place) for key in _MEASURE_WORDS},
    )


def _clause(entry: Json, place: str) -> Clause:
    _object(entry, ("path", "text", "page", "heading", "own_no"), place)
    page = entry.get("page")
    if page is not None and (isinstance(page, bool) or not isinstance(page, int) or page < 1):
        raise wrong(f"{place}.page", f"找到 {page!r}", "从 1 起的页码")
    words = {key: words_of(entry, key, place) for key in ("heading", "own_no")}
    return Clause(_required(entry, "path", place), _required(entry, "text", place), page, **words)


def _window(data: Json, place: str) -> Window | None:
    if data is None or isinstance(data, str):
        return Window(text=data) if data else None
    _object(data, ("from", "to", "text"), place)
    return Window(_date(data, "from", place), _date(data, "to", place), words_of(data, "text", place))


def _withdrawn(data: Json, place: str) -> tuple[str | None, date | None]:
    if data is None:
        return None, None
    if isinstance(data, str):
        data = {"text": data}
    _object(data, ("text", "on"), place)
    return _required(data, "text", place), _date(data, "on", place)


def _source(data: Json, place: str) -> Source | None:
    if data is None:
        return None
    _object(data, _SOURCE_KEYS, place)
    said = {key: words_of(data, key, place) for key in _SOURCE_KEYS}
    return Source(**said) if any(word is not None for word in said.values()) else None


def _fields(data: Json, place: str) -> tuple[tuple[str, str], ...]:
    if data is None:
        return ()
    if not isinstance(data, Mapping):
        raise wrong(place, f"找到 {data!r}", "一个对象")
    return tuple((str(label), str(text)) for label, text in data.items())


def _pages(data: Json, place: str) -> tuple[int, int] | None:
    if data is None:
        return None
    if not isinstance(data, Sequence) or len(data) != 2 or not all(type(page) is int for page in data):
        raise wrong(place, f"找到 {data!r}", "[首页, 末页]")
    return data[0], data[1]


def _object(data: Json, allowed: Sequence[str], place: str) -> None:
    if not isinstance(data, Mapping):
        raise wrong(place, f"找到 {data!r}"[:80], "一个对象")
    no_extra(data, allowed, place)


def _first_use(identity: str, what: str, place: str, seen: dict[str, str]) -> None:
    key = f"{what} {identity}"
    if key in seen:
        raise wrong(f"{place}.id", f'{what}编号 "{identity}" 已用于 {seen[key]}', "文件里唯一的编号")
    seen[key] = place


def _required(entry: Mapping[str, Json], key: str, place: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise wrong(f"{place}.{key}", "缺少" if value is None else f"找到 {value!r}", "不空的文字")
    return value


def _list(entry: Mapping[str, Json], key: str, place: str) -> Sequence[Json]:
    value = entry.get(key)
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise wrong(f"{place}.{key}", f"找到 {value!r}"[:80], "一个列表")
    return value


def _strings(entry: Mapping[str, Json], key: str, place: str) -> tuple[str, ...]:
    values = _list(entry, key, place)
    for i, value in enumerate(values):
        if not isinstance(value, str):
            raise wrong(f"{place}.{key}[{i}]", f"找到 {value!r}"[:80], "文字")
    return tuple(values)


def _date(entry: Mapping[str, Json], key: str, place: str) -> date | None:
    return None if entry.get(key) is None else read_date(None, entry[key], f"{place}.{key}")


# ---------------------------------------------------------------- writing


def dump_policies(policies: Iterable[Policy]) -> dict[str, Json]:
    """`policies` in the shape of a `*.measures.json` file; reading it back gives equal policies."""
    return {"schema_version": SCHEMA_VERSION, "policies": [dump_policy(policy) for policy in policies]}


def dump_policy(policy: Policy) -> dict[str, Json]:
    """One policy as decoded JSON, with only the keys that it has."""
    withdrawn: Json = policy.withdrawn
    if policy.withdrawn_on is not None:
        withdrawn = {"text": policy.withdrawn, "on": policy.withdrawn_on.isoformat()}
    return _present(
        {
            "id": policy.id,
            "title": policy.title,
            "level": policy.level,
            "region": policy.region,
            **{key: _iso(getattr(policy, key)) for key in _DATES},
            **{key: getattr(policy, key) for key in _WORDS},
            "replaces": list(policy.replaces),
            "basis": list(policy.basis),
            "withdrawn": withdrawn,
            "fields": dict(policy.fields),
            "pages": list(policy.pages) if policy.pages else None,
            "clauses": [
                _present({key: getattr(c, key) for key in ("path", "text", "page", "heading", "own_no")})
                for c in policy.clauses
            ],
            "source": _dump_source(policy.source),
            "measures": [dump_measure(measure) for measure in policy.measures],
        }
    )


def dump_measure(measure: Measure) -> dict[str, Json]:
    """One measure as decoded JSON, with only the keys that it has."""
    window = measure.window
    return _present(
        {
            "id": measure.id,
            "title": measure.title,
            "rule": dump_rule(measure.rule),
            "benefit": dump_benefit(measure.benefit) if measure.benefit else None,
            "materials": list(measure.materials),
            "window": window and _present({"from": _iso(window.start), "to": _iso(window.end), "text": window.text}),
            "clauses": list(measure.clauses),
            "review": measure.review,
            "source": _dump_source(measure.source),
            **{key: getattr(measure, key) for key in _MEASURE_WORDS},
        }
    )


def parse_measure(data: Json, paths: set[str] | None = None, place: str = "measure") -> Measure:
    """One measure from decoded JSON; `paths` are the clauses it may cite. Raises InputError."""
    return _measure(data, place, paths or set(), {})


def _dump_source(source: Source | None) -> dict[str, Json] | None:
    return None if source is None else _present({key: getattr(source, key) for key in _SOURCE_KEYS})


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _present(entry: dict[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in entry.items() if value not in (None, [], {})}
