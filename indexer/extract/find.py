"""All the finders in order, and what they find together."""

from __future__ import annotations

from indexer.extract.atoms import Atom, Place
from indexer.extract.branches import find_branches
from indexer.extract.employment import find_employment
from indexer.extract.events import find_events
from indexer.extract.exclusions import find_exclusions
from indexer.extract.figures import find_bare, find_numbers, find_special
from indexer.extract.forms import find_forms, find_sizes
from indexer.extract.names import find_levelled, find_titles, find_won
from indexer.extract.parks import find_parks
from indexer.extract.places import find_regions
from indexer.extract.tokens import Tagged

# Ordered: where two read the same words, the earlier goes first.
FINDERS = (
    find_bare,
    find_employment,
    find_exclusions,
    find_events,
    find_numbers,
    find_special,
    find_won,
    find_levelled,
    find_regions,
    find_parks,
    find_titles,
    find_sizes,
    find_forms,
    find_branches,
)


def find_atoms(tagged: Tagged, place: Place) -> list[Atom]:
    """Everything that the finders read in `tagged`, in order, none overlapping."""
    kept: list[Atom] = []
    for finder in FINDERS:
        for atom in finder(tagged, place):
            if all(atom.end <= other.start or other.end <= atom.start for other in kept):
                kept.append(atom)
    return sorted(kept, key=lambda atom: atom.start)
