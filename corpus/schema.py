"""The JSON Schema of `*.measures.json`, made from the field registry; published as `measures.schema.json`.

python -m corpus.schema > corpus/measures.schema.json
"""

from __future__ import annotations

import json
from typing import Any as Json

from corpus.benefits import BASES, CAP_UNITS, KINDS, PICKS, SHARED_CAPS
from corpus.catalogue import REVIEWS, SCHEMA_VERSION
from corpus.fields import COMPARISONS, Field, registry
from corpus.model import LEVELS
from corpus.rules import HINT_KINDS

_TEXT = {"type": "string"}
_NAME = {"type": "string", "pattern": r"\S"}
_NUMBER = {"type": "number"}
_DAY = {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_PERIOD = r"^(last_year|this_year|(19|20)[0-9]{2}|(each|any|sum|avg)_of_last_[1-9][0-9]?)$"


def schema() -> dict[str, Json]:
    """The JSON Schema (draft 2020-12) of a structured file of policies."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "惠企政策事项文件",
        "type": "object",
        "required": ["policies"],
        "properties": {"schema_version": {"const": SCHEMA_VERSION}, "policies": _list(_ref("policy"))},
        "$defs": {
            "policy": _policy(),
            "measure": _measure(),
            "clause": _object(
                {
                    "path": _NAME,
                    "text": _NAME,
                    "page": {"type": "integer", "minimum": 1},
                    "heading": _TEXT,
                    "own_no": _TEXT,
                },
                "path",
                "text",
            ),
            "source": _object(dict.fromkeys(("url", "host", "kind", "confidence", "note"), _TEXT)),
            "rule": {"oneOf": [*_composed(), *(_condition(field) for field in registry().values())]},
            "benefit": _benefit(),
            "hints": _object(
                {"kind": {"enum": list(HINT_KINDS)}, "industry": _list(_TEXT), "theme": _list(_TEXT), "need": _TEXT}
            ),
            "share": {"type": "number", "minimum": 0, "maximum": 1},
            "amount": {"oneOf": _amounts()},
        },
    }


def _policy() -> dict[str, Json]:
    return _object(
        {
            "id": _NAME,
            "title": _NAME,
            "level": {"enum": list(LEVELS)},
            "region": {"type": "string", "pattern": r"^[0-9]{6}$"},
            **dict.fromkeys(("written_on", "issued_on", "published_on", "effective_from", "expires_on"), _DAY),
            **dict.fromkeys(("doc_no", "issuer", "validity", "audience", "department", "contact", "note"), _TEXT),
            "replaces": _list(_TEXT),
            "basis": _list(_TEXT),
            "withdrawn": {"oneOf": [_NAME, _object({"text": _NAME, "on": _DAY}, "text")]},
            "fields": {"type": "object"},
            "pages": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
            "clauses": _list(_ref("clause")),
            "measures": _list(_ref("measure")),
            "source": _ref("source"),
        },
        "id",
        "title",
    )


def _measure() -> dict[str, Json]:
    return _object(
        {
            "id": _NAME,
            "title": _NAME,
            "rule": _ref("rule"),
            "benefit": _ref("benefit"),
            **dict.fromkeys(("department", "contact", "process", "note"), _TEXT),
            "materials": _list(_TEXT),
            "window": {"oneOf": [_TEXT, _object({"from": _DAY, "to": _DAY, "text": _TEXT})]},
            "clauses": _list(_TEXT),
            "review": {"enum": list(REVIEWS)},
            "source": _ref("source"),
        },
        "id",
        "title",
        "rule",
    )


def _composed() -> list[dict[str, Json]]:
    return [
        _exactly({"all": _list(_ref("rule"))}),
        _exactly({"any": _list(_ref("rule"))}),
        _exactly({"not": _ref("rule")}),
        _exactly({"at_least": {"type": "integer", "minimum": 0}, "of": _list(_ref("rule"))}),
    ]


def _condition(field: Field) -> dict[str, Json]:
    shared: dict[str, Json] = {
        "text": _TEXT,
        "clause": _TEXT,
        "note": _TEXT,
        "confidence": _ref("share"),
        "hints": _ref("hints"),
    }
    if field.by_year:
        shared["period"] = {"type": ["string", "integer"], "pattern": _PERIOD}
    one = _one_value(field)
    forms = [
        _object({"field": {"const": field.name}, "op": {"enum": ops}, "value": value, **shared}, "field", "op", "value")
        for ops, value in (
            ([op for op in field.operators if op in ("is", "has", "confirm", *COMPARISONS) and op != "between"], one),
            ([op for op in field.operators if op in _LISTS], {"oneOf": [one, {**_list(one), "minItems": 1}]}),
            ([op for op in field.operators if op == "between"], _ends(one)),
            (
                [op for op in field.operators if op == "during"],
                _object({"event": _NAME, "from": _open(_DAY), "to": _open(_DAY)}, "event"),
            ),
        )
        if ops
    ]
    return {"title": field.label, "oneOf": forms}


_LISTS = ("in", "not_in", "within", "not_within", "has_any", "has_all", "lacks")


def _one_value(field: Field) -> dict[str, Json]:
    match field.type:
        case "number":
            bounds = {"minimum": field.min, "maximum": field.max}
            return {"type": "number", **{key: n for key, n in bounds.items() if n is not None}}
        case "date":
            return _DAY
        case "code":
            if field.codes == "regions":
                return {"type": ["string", "integer"], "pattern": r"^[0-9]{6}$", "minimum": 100000, "maximum": 999999}
            pattern = r"^([A-T]|[A-T]?[0-9]{2,4})$"
            return {"type": ["string", "integer"], "pattern": pattern, "minimum": 1000, "maximum": 9999}
        case _:
            return {"enum": [*field.values, *field.values.values()]} if field.values else _NAME


def _benefit() -> dict[str, Json]:
    spread: dict[str, Json] = {
        "caps": _list(
            {
                "oneOf": [
                    _object(
                        {"per": {"enum": list(CAP_UNITS)}, "amount": _NUMBER, "group": {"type": "null"}},
                        "per",
                        "amount",
                    ),
                    _object(
                        {"per": {"enum": list(SHARED_CAPS)}, "amount": _NUMBER, "group": _TEXT},
                        "per",
                        "amount",
                        "group",
                    ),
                ]
            }
        ),
        "for": _object({"months": {"type": "integer", "minimum": 1}}, "months"),
        "by_year": _list(_NUMBER),
    }
    words = dict.fromkeys(("frequency", "stacking", "discretion", "payment", "text"), _TEXT)
    return _object({"kind": {"enum": list(KINDS)}, "amount": _ref("amount"), **words, **spread}, "kind")


def _amounts() -> list[dict[str, Json]]:
    fields = "|".join(registry())
    base = {"type": "string", "pattern": rf"^({fields}|({'|'.join(BASES)}):.+)$"}
    tier = _object({"when": _ref("rule"), "amount": _ref("amount")}, "when", "amount")
    rate = {"oneOf": [_NUMBER, {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}]}
    ends = dict.fromkeys(("cap", "floor", "above", "up_to"), _open(_NUMBER))
    spread = dict.fromkeys(("caps", "for", "by_year"), True)
    return [
        _object({"fixed": _NUMBER, **spread}, "fixed"),
        _object({"rate": rate, "of": base, "times": _open(base), **ends, **spread}, "rate", "of"),
        _object({"each": _NUMBER, "of": base, "cap": _open(_NUMBER), **spread}, "each", "of"),
        _object({"cut": {"type": "number", "minimum": 0, "maximum": 1}, "of": base, **spread}, "cut", "of"),
        _object({"tiers": {**_list(tier), "minItems": 1}, "pick": {"enum": list(PICKS)}, **spread}, "tiers"),
        _object({"text": _TEXT, **spread}, "text"),
    ]


def _ref(name: str) -> dict[str, Json]:
    return {"$ref": f"#/$defs/{name}"}


def _list(items: Json) -> dict[str, Json]:
    return {"type": "array", "items": items}


def _open(kind: dict[str, Json]) -> dict[str, Json]:
    return {"oneOf": [kind, {"type": "null"}]}


def _ends(kind: dict[str, Json]) -> dict[str, Json]:
    return {"type": "array", "items": _open(kind), "minItems": 2, "maxItems": 2}


def _exactly(properties: dict[str, Json]) -> dict[str, Json]:
    return _object(properties, *properties)


def _object(properties: dict[str, Json], *required: str) -> dict[str, Json]:
    optional = {key: value if key in required else _or_null(value) for key, value in properties.items()}
    return {"type": "object", "properties": optional, "required": list(required), "additionalProperties": False}


def _or_null(value: Json) -> Json:
    return value if value is True else {"anyOf": [value, {"type": "null"}]}


if __name__ == "__main__":
    print(json.dumps(schema(), ensure_ascii=False))
