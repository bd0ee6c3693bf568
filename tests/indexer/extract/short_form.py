"""Rules in the short form of the worked cases: [field, op, value], a plain string for `manual`, {any: […]} for trees."""

from typing import Any as Json


def written_out(short: Json) -> Json:
    """The rule that a case's short form stands for."""
    if isinstance(short, str):
        return {"field": "manual", "op": "confirm", "value": short}
    if isinstance(short, dict):
        ((key, inner),) = short.items()
        return {key: written_out(inner) if key == "not" else [written_out(branch) for branch in inner]}
    return dict(zip(("field", "op", "value", "period"), short, strict=False))
