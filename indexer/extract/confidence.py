"""How sure a reading is, by the finder that made it. Figures measured on labelled passages; see benchmarks/extraction.py."""

from __future__ import annotations

_BY_FINDER = {
    # A figure that is named, bounded and of the enterprise itself is read right more than nine times in ten.
    "number": 0.92,
    "number/age_years": 0.8,
    "number/registered_capital": 0.7,
    "number/tax_paid": 0.7,
    "number/profit": 0.7,
    "number/profit_growth": 0.6,
    "number/floor_area": 0.8,
    "years": 0.85,
    "layoff": 0.85,
    "credit": 0.85,
    "insured": 0.5,
    "size": 0.65,
    "form": 0.8,
    "title": 0.75,
    "first_title": 0.85,
    "won": 0.8,
    "title_like": 0.65,
    "event": 0.6,
    "newly": 0.6,
    "up": 0.6,
    "region": 0.8,
    "park": 0.6,
    "branch": 0.6,
    "scene_theme": 0.4,
    "exclusion": 0.75,
    "manual": 0.5,
}


def confidence_of(finder: str, field: str) -> float:
    """The share of such readings that were right; 0.5 for a finder not yet measured."""
    return _BY_FINDER.get(f"{finder}/{field}", _BY_FINDER.get(finder, 0.5))
