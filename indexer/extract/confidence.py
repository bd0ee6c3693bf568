"""How sure a reading is, by the finder that made it. Figures measured on labelled passages; see benchmarks/extraction.py."""

from __future__ import annotations

_BY_FINDER = {
    "number": 0.92,
    "years": 0.85,
    "size": 0.92,
    "form": 0.92,
    "title": 0.8,
    "first_title": 0.9,
    "won": 0.6,
    "event": 0.6,
    "up": 0.8,
    "region": 0.9,
    "branch": 0.7,
    "exclusion": 0.8,
    "credit": 0.9,
    "layoff": 0.9,
    "scene_theme": 0.5,
    "manual": 0.5,
}


def confidence_of(finder: str, field: str) -> float:
    """The share of such readings that were right; 0.5 for a finder not yet measured."""
    return _BY_FINDER.get(f"{finder}/{field}", _BY_FINDER.get(finder, 0.5))
