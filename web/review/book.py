"""A document beside what was cut out of it, in screens small enough to send and to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from corpus.model import Clause, Notice, Policy

# One screen: so many pages of the original at the most, and so many letters on either side.
SCREEN_PAGES = 3
SCREEN_LETTERS = 9_000
ROW_LETTERS = 1_500
# What a line costs beside its letters.
ROW_COST = 25
CLAUSE_LETTERS = 90
# A piece shorter than this is found in any text, which says nothing.
TELLING = 4
# A clause is looked for on this many pages from where it is said to stand.
RUNS_OVER = 4
# The number that a book gives an item stands before its title, not in it.
_NUMBERED = re.compile(r"^\d{1,3}[、．]?")

Kind: TypeAlias = Literal["line", "head", "table", "ocr", "refused"]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the original, or a row of one of its tables. `cut` says whether it went into a policy."""

    text: str
    page: int | None
    kind: Kind = "line"
    cut: bool = False

    def as_list(self) -> list[str | int | None]:
        """What of it is kept: its words, its page, its kind."""
        return [self.text, self.page, self.kind]


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause, or the head of a policy, beside the page that it was cut from. `first` marks the policy's beginning."""

    policy: Policy
    clause: Clause | None = None
    measures: int = 0
    drafts: int = 0

    @property
    def words(self) -> str:
        """The beginning of the clause, enough to find it by."""
        text = self.clause.text if self.clause else ""
        return text if len(text) <= CLAUSE_LETTERS else text[: CLAUSE_LETTERS - 1] + "…"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the original, or the part of it that fits a screen, beside the pieces and what was said of it."""

    page: int | None
    rows: tuple[Row, ...] = ()
    pieces: tuple[Piece, ...] = ()
    notices: tuple[Notice, ...] = ()
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """Every screen of a document, and the pages that want looking at: (page, why)."""

    screens: tuple[tuple[Leaf, ...], ...] = ()
    marks: tuple[tuple[int, str], ...] = ()
    general: tuple[Notice, ...] = field(default=())

    @property
    def has_text(self) -> bool:
        """Whether there is any text of the original to look at."""
        return any(leaf.rows for screen in self.screens for leaf in screen)

    def screen_of(self, page: int) -> int:
        """The first screen, from 0, that shows `page`, or what comes after it; the last where nothing does."""
        for at, screen in enumerate(self.screens):
            if any(leaf.page is not None and leaf.page >= page for leaf in screen):
                return at
        return max(len(self.screens) - 1, 0)

    def screen_with(self, policy: str) -> int:
        """The first screen, from 0, that shows a piece of the policy with the id `policy`."""
        for at, screen in enumerate(self.screens):
            if any(piece.policy.id == policy for leaf in screen for piece in leaf.pieces):
                return at
        return 0


def make_book(rows: Sequence[Row], policies: Sequence[Policy], notices: Sequence[Notice]) -> Book:
    """The screens of a document with `rows`, from which `policies` were cut; of the policies alone where it has no rows."""
    if not any(row.page is not None for row in rows):
        rows = _paged(rows)
    rows = [part for row in _marked(rows, policies) for part in _short(row)]
    pages = sorted({row.page for row in rows if row.page} | {n.page for n in notices if n.page} | _cut_pages(policies))
    beside = _beside(rows, policies)
    by_page: dict[int, list[Row]] = {page: [] for page in pages}
    for row in rows:
        by_page.setdefault(row.page or 1, []).append(row)
    leaves = [
        leaf
        for page in sorted({*by_page, *beside})
        for leaf in _leaves(page, by_page.get(page, []), beside.get(page, []), notices)
    ]
    marks: list[tuple[int, str]] = [(n.page, n.kind) for n in notices if n.page]
    marks += [(page, "uncut") for page, found in by_page.items() if _mostly_uncut(found)]
    general = tuple(notice for notice in notices if notice.page is None)
    return Book(tuple(_screens(leaves)), tuple(sorted(dict.fromkeys(marks))), general)


def fold(text: str) -> str:
    """`text` without what a reader may or may not keep: blanks, dots of a table of contents, table rules."""
    return re.sub(r"[\s｜|.·…　]+", "", text)


def _marked(rows: Sequence[Row], policies: Sequence[Policy]) -> Iterator[Row]:
    """`rows`, each marked where its words stand in a policy of about the same page."""
    texts: dict[int | None, list[str]] = {}
    for policy in policies:
        facts = [
            policy.title,
            policy.doc_no or "",
            policy.issuer or "",
            *(f"{key}{word}" for key, word in policy.fields),
        ]
        first, last = policy.pages or (None, None)
        for page in range(first, (last or first) + 1) if first else (None,):
            texts.setdefault(page, []).extend(map(fold, facts))
        for clause in policy.clauses:
            start = clause.page or first
            words = fold((clause.heading or "") + clause.path + clause.text)
            for page in range(start, start + RUNS_OVER) if start else (None,):
                texts.setdefault(page, []).append(words)
    everywhere = "\n".join(texts.get(None, []))
    joined = {page: "\n".join((*words, everywhere)) for page, words in texts.items() if page is not None}
    whole = "\n".join(word for words in texts.values() for word in words) if None in texts or not joined else ""
    known: dict[tuple[int | None, str], bool] = {}
    for row in rows:
        key = (row.page, row.text)
        if key not in known:
            known[key] = _stands(row, whole or joined.get(row.page or 0, everywhere))
        yield replace(row, cut=known[key])


def _stands(row: Row, text: str) -> bool:
    cells = [fold(cell) for cell in row.text.split("｜")] if row.kind == "table" else [fold(row.text)]
    telling = [cell for cell in cells if len(cell) >= TELLING] or cells
    return all(cell in text or _NUMBERED.sub("", cell) in text for cell in telling)


def _short(row: Row) -> Iterator[Row]:
    for at in range(0, max(len(row.text), 1), ROW_LETTERS):
        yield replace(row, text=row.text[at : at + ROW_LETTERS])


def _paged(rows: Sequence[Row]) -> list[Row]:
    """`rows` of a format without pages, as pages of about a screen's third."""
    page, letters, out = 1, 0, []
    for row in rows:
        if letters > SCREEN_LETTERS // SCREEN_PAGES:
            page, letters = page + 1, 0
        letters += _cost(row)
        out.append(replace(row, page=page))
    return out


def _cost(row: Row) -> int:
    return len(row.text) + ROW_COST


def _cut_pages(policies: Sequence[Policy]) -> set[int]:
    return {clause.page for policy in policies for clause in policy.clauses if clause.page}


def _beside(rows: Sequence[Row], policies: Sequence[Policy]) -> dict[int, list[Piece]]:
    """The pieces by page: where the clause says it stands, else where its words are found, else with the one before."""
    folded: dict[int, str] = {}
    for row in rows:
        folded[row.page or 1] = folded.get(row.page or 1, "") + fold(row.text)
    beside: dict[int, list[Piece]] = {}
    at, letters = 1, 0
    for policy in policies:
        cited = [path for measure in policy.measures for path in measure.clauses]
        drafts = [path for measure in policy.measures if measure.review == "draft" for path in measure.clauses]
        for i, clause in enumerate((None, *policy.clauses)):
            found = clause.page if clause else (policy.pages or (None,))[0]
            if found is None and folded:
                found = _found(fold(clause.text if clause else policy.title)[:40], folded, at)
            if found is None and not folded:
                letters += CLAUSE_LETTERS if i else CLAUSE_LETTERS * 2
                found = 1 + letters * SCREEN_PAGES // SCREEN_LETTERS
            at = found or at
            path = clause.path if clause else ""
            beside.setdefault(at, []).append(Piece(policy, clause, cited.count(path), drafts.count(path)))
    return beside


def _found(words: str, folded: dict[int, str], start: int) -> int | None:
    pages = sorted(folded)
    for page in [page for page in pages if page >= start]:
        if words and words in folded[page]:
            return page
    return None


def _leaves(page: int, rows: list[Row], pieces: list[Piece], notices: Sequence[Notice]) -> Iterator[Leaf]:
    """`page` as one leaf, or as several where it is too long for one."""
    parts: list[list[Row]] = [[]]
    letters = 0
    for row in rows:
        if parts[-1] and letters + _cost(row) > SCREEN_LETTERS:
            parts.append([])
            letters = 0
        parts[-1].append(row)
        letters += _cost(row)
    most = max(1, SCREEN_LETTERS // (CLAUSE_LETTERS * 2))
    chunks = [pieces[i : i + most] for i in range(0, len(pieces), most)] or [[]]
    said = tuple(notice for notice in notices if notice.page == page)
    for i in range(max(len(parts), len(chunks))):
        part = tuple(parts[i]) if i < len(parts) else ()
        chunk = tuple(chunks[i]) if i < len(chunks) else ()
        yield Leaf(page, part, chunk, said if i == 0 else (), goes_on=i > 0)


def _screens(leaves: Sequence[Leaf]) -> Iterator[tuple[Leaf, ...]]:
    screen: list[Leaf] = []
    letters = 0
    for leaf in leaves:
        size = sum(map(_cost, leaf.rows)) + len(leaf.pieces) * CLAUSE_LETTERS * 2
        if screen and (len(screen) == SCREEN_PAGES or letters + size > SCREEN_LETTERS * 2):
            yield tuple(screen)
            screen, letters = [], 0
        screen.append(leaf)
        letters += size
    if screen:
        yield tuple(screen)


def _mostly_uncut(rows: Sequence[Row]) -> bool:
    letters = sum(len(row.text) for row in rows)
    return letters > 0 and sum(len(row.text) for row in rows if not row.cut) > letters / 2
