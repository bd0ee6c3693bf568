"""What stands around a document's text: its own 文号, who signs, the days that are written, printed, and on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from indexer import header
from indexer.cut.marks import is_date_line
from indexer.cut.titles import is_title
from indexer.doc_no import leading_doc_no, normalise_doc_no, order_no
from indexer.formats.text import fold

_HEAD = 14  # paragraphs in which a document's own 文号 stands
_META_NO = ("发文字号", "文号", "政策文号")
_META_ISSUER = ("发文机关", "发文机构", "发布机构")
_META_DATES = {
    "成文日期": "written",
    "印发日期": "issued",
    "发文日期": "issued",
    "发布日期": "published",
    "公开日期": "published",
}


def own_doc_no(texts: Sequence[str], meta: dict[str, str], title: str) -> tuple[str | None, int | None]:
    """The document's own 文号, and the paragraph that is nothing else.

    From the page's labelled facts, else the first that stands alone near the head, else what follows the title where
    both stand in one paragraph.
    """
    for name in _META_NO:
        if number := normalise_doc_no(meta.get(name, "")):
            return number, next((i for i, t in enumerate(texts[:_HEAD]) if normalise_doc_no(t) == number), None)
    for place, text in enumerate(texts[:_HEAD]):
        if number := normalise_doc_no(text.strip(" （()）")) or normalise_doc_no(text):
            return number, place
    if number := order_no(title):
        return number, None
    for text in texts[:3]:
        rest = _after_title(text, title)
        if rest and (number := leading_doc_no(rest)):
            return number, None
    return None, None


def _after_title(text: str, title: str) -> str:
    """What follows the title in a paragraph that begins with it; empty where it does not."""
    wanted = fold(title)
    if not wanted or not fold(text).startswith(wanted):
        return ""
    end = next(end for end in range(len(text) + 1) if fold(text[:end]) == wanted)
    return text[end:].lstrip(" 》〉”")


def is_day(parts: tuple[int, int, int]) -> bool:
    """Whether year, month and day are a day of the calendar."""
    try:
        date(*parts)
    except ValueError:
        return False
    return True


def meta_dates(meta: dict[str, str]) -> dict[str, date]:
    """The days that a page tells of its document, by kind (written, issued, published)."""
    found: dict[str, date] = {}
    for name, kind in _META_DATES.items():
        if day := header.parse_date(meta.get(name, "")):
            found.setdefault(kind, day)
    return found


def meta_issuer(meta: dict[str, str]) -> str | None:
    """The office that a page names for its document; None where it names none."""
    return next(
        (meta[name] for name in _META_ISSUER if meta.get(name) and re.search("[局委厅部府办院会]", meta[name])), None
    )


def signed_on(texts: Sequence[str]) -> date | None:
    """The 成文日期: the first date on a line of its own, else one that ends a closing paragraph after an office."""
    for text in texts:
        if is_date_line(text) and (day := header.parse_date(text)):
            return day
    found = _closing_signature(texts)
    return header.parse_date(found[2]) if found else None


def signed_by(texts: Sequence[str]) -> str | None:
    """Who signs: the short lines right before the date."""
    for place, text in enumerate(texts):
        if place and is_date_line(text):
            names: list[str] = []
            for name in map(str.strip, reversed(texts[max(place - 10, 0) : place])):
                if not 3 <= len(name) <= 40 or re.search(r"[。，；：:《（(]", name) or is_title(name):
                    break
                if names and not header.is_office(name):
                    break
                names.insert(0, name)
            return "、".join(names) or None
    found = _closing_signature(texts)
    return found[1] if found else None


_SIGNATURE = re.compile(
    r"[。！]\s*([^。，；：《》（）()]{3,40}?)\s*((?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*(?:[（(][^（()）]*[)）])?$"
)


def _closing_signature(texts: Sequence[str]) -> re.Match[str] | None:
    """An office and a date at the end of a closing paragraph."""
    for text in reversed(texts[-6:]):
        if (found := _SIGNATURE.search(text)) and header.is_office(found[1]):
            return found
    return None


def printed_on(texts: Sequence[str]) -> date | None:
    """The 印发日期 of the imprint (`某办公室 2021年8月5日印发`)."""
    for text in reversed(texts[-8:]):
        if re.search(r"日\s*印发\s*$", text):
            return header.parse_date(text)
    return None
