"""A compilation cut into its policies: by cards, by its contents pages, by dated numbered titles, by title and 文号.

A contents page that lists only some of a book's policies, or none, takes nothing from the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.model import Line, Table
from indexer.cut.cards import card_of
from indexer.cut.marks import attachment, is_date_line, read_mark
from indexer.cut.part import Block, Part, text_of
from indexer.cut.styles import headed_by_style
from indexer.cut.titles import DATED, MAX_LENGTH, is_strong_title, is_title, section_name, strip_date, strip_number
from indexer.doc_no import find_doc_nos, is_doc_no_line
from indexer.formats.text import fold, tidy
from indexer.ids import title_core

_ENTRY = re.compile(r"(.*?)[\s.…·⋯．。‥﹒•┈─-]{2,}\s*[（(]?\s*[-—]?\s*(\d{1,4})\s*[-—]?\s*[)）]?\s*$")
_MIN_ENTRIES = 3
_TITLE_LINES = 10
_MIN_BODY = 40  # folded characters; what is shorter is a section's head, not a policy


def find_parts(blocks: Sequence[Block]) -> list[Part]:
    """The policies of a compilation in order; empty where the document is one policy."""
    starts = _card_heads(blocks)
    if len(starts) < _MIN_ENTRIES:
        entries, after = _read_contents(blocks)
        starts = _find_entries(blocks, entries, after) if entries else []
        if len(starts) < max(2, len(entries) // 2):
            starts = _dated_titles(blocks)
        elif starts:
            starts = _with_unlisted(blocks, starts, after)
        if len(starts) < 2:
            starts = _headed_titles(blocks)
        if len(starts) < 2:
            starts = headed_by_style(blocks)
        if len(starts) < 2 and (items := _list_items(blocks)):
            return items
        if len(starts) < 2:
            starts = _addressed_titles(blocks, 0, len(blocks))
    return _close(blocks, starts) if len(starts) >= 2 else []


def _close(blocks: Sequence[Block], starts: list[Part]) -> list[Part]:
    """Each part up to the next; heads of sections, which hold nothing of their own, fall away and name what follows."""
    closed: list[Part] = []
    section = _section(blocks[starts[0].start - 1]) if starts[0].start else None
    for part, after in zip(starts, [*starts[1:], None], strict=True):
        end = after.start if after else len(blocks)
        following: str | None = None
        while end > part.body and (name := _section(blocks[end - 1])):
            end, following = end - 1, name
        body = blocks[part.body : end]
        size = sum(len(fold(text_of(block))) for block in body)
        if size < (1 if is_title(part.title) else _MIN_BODY) and not any(isinstance(b, Table) for b in body):
            section = part.title if section_name(part.title) or not is_title(part.title) else section
            continue
        closed.append(replace(part, end=end, section=section))
        section = following or section
    return closed


def _section(block: Block) -> str | None:
    return tidy(block.text) if isinstance(block, Line) and section_name(block.text) else None


# ---------------------------------------------------------------- by the contents pages


def _read_contents(blocks: Sequence[Block]) -> tuple[list[str], int]:
    """The titles that the contents pages list, and the first block after them."""
    titles: list[str] = []
    pending: list[str] = []
    last = -1
    for place, block in enumerate(blocks[:4000]):
        if not isinstance(block, Line):
            if titles:
                break
            continue
        text = block.text.strip()
        found = _ENTRY.fullmatch(text)
        if found and fold(found[1]) and not found[1].isdigit():
            head = "".join([*pending, found[1]]) if _goes_on(pending, found[1]) else found[1]
            titles.append(tidy(head))
            pending = []
            last = place
        elif found and pending and not fold(found[1]):
            titles.append(tidy("".join(pending)))
            pending, last = [], place
        elif fold(text) in ("目录", "contents", "目次"):
            pending = []
        elif titles and place - last > 8:
            break
        else:
            pending.append(text)
    return (titles, last + 1) if len(titles) >= _MIN_ENTRIES else ([], 0)


def _goes_on(pending: list[str], text: str) -> bool:
    """Whether the lines before an entry's last are its beginning."""
    return bool(pending) and len(pending) <= 3 and read_mark(text) is None and read_mark(pending[0]) is not None


def _find_entries(blocks: Sequence[Block], titles: Sequence[str], after: int) -> list[Part]:
    """Where each listed title stands in the body, in the order of the list; those that do not are left out."""
    folded: list[str] = []
    places: dict[int, int] = {}
    offset = 0
    for place in range(after, len(blocks)):
        block = blocks[place]
        text = fold(block.text) if isinstance(block, Line) else "\n"
        if text:
            places.setdefault(offset, place)
        folded.append(text)
        offset += len(text)
    body = "".join(folded)
    offsets = {place: offset for offset, place in places.items()}
    found: list[Part] = []
    start = 0
    for listed in titles:
        title, number = strip_number(listed)
        at, key = _locate(body, places, [fold(listed), fold(title)], start)
        if at is None:
            continue
        first = places[at]
        end_at = at + len(key)
        last = first
        while last + 1 < min(len(blocks), first + _TITLE_LINES) and offsets.get(last + 1, end_at) < end_at:
            last += 1
        title, dated = strip_date(title)
        found.append(Part(first, last + 1, 0, title, own_no=str(number) if number else None, dated=dated))
        start = end_at
    return found


def _locate(body: str, places: dict[int, int], keys: Sequence[str], start: int) -> tuple[int | None, str]:
    for key in keys:
        at = body.find(key, start) if key else -1
        while at >= 0:
            if at in places:
                return at, key
            at = body.find(key, at + 1)
    return None, ""


def _with_unlisted(blocks: Sequence[Block], listed: list[Part], after: int) -> list[Part]:
    """`listed` and the policies between them that the contents pages leave out: heads that follow another's end.

    What a notice passes on or attaches is no policy of its own there: the notice's title, or 附件, speaks of it.
    """
    found: list[Part] = []
    ends = [*(part.start for part in listed[1:]), len(blocks)]
    for start, end, part in [(after, listed[0].start, None), *zip([p.body for p in listed], ends, listed, strict=True)]:
        if part is not None:
            found.append(part)
        inside = blocks[start:end]
        heads = {
            head.start: head
            for head in (*_addressed_titles(blocks, start, end), *_shifted(_headed_titles(inside), start))
        }
        above = part.title if part else None
        found += [heads[place] for place in sorted(heads) if _stands_by_itself(blocks, heads[place], start, above)]
    return found


def _shifted(parts: Sequence[Part], by: int) -> list[Part]:
    return [replace(part, start=part.start + by, body=part.body + by) for part in parts]


def _stands_by_itself(blocks: Sequence[Block], head: Part, floor: int, above: str | None) -> bool:
    """Whether a head follows the end of another document, and is not what the title `above` it speaks of."""
    subject = fold(title_core(head.title))
    if above is not None and (subject in fold(above) or fold(title_core(above)) in fold(head.title)):
        return False
    before = [text_of(block) for block in blocks[max(head.start - 4, floor) : head.start]]
    if any(attachment(text) for text in before):
        return False
    return not before or any(is_date_line(text) or section_name(text) for text in before)


# ---------------------------------------------------------------- by title and addressee


def _addressed_titles(blocks: Sequence[Block], start: int, end: int) -> list[Part]:
    """Strong titles with the addressee on the line below (各县区人民政府：), each after the end of another document."""
    found: list[Part] = []
    for place in range(start + 1, end):
        block = blocks[place]
        if not isinstance(block, Line) or not _ADDRESSEE.fullmatch(block.text.strip()):
            continue
        floor = found[-1].body if found else start
        if (before := _title_before(blocks, place - 1, floor)) is None:
            continue
        head = _titled(before[0], place, before[1])
        if not found or _stands_by_itself(blocks, head, floor, found[-1].title):
            found.append(head)
    return found


_ADDRESSEE = re.compile(
    r"[^。；！？：:]{2,120}(?:政府|部门|单位|机构|企业|公司|局|委|厅|办|院|银行|会|处|中心|园区|开发区)[^。；：:]{0,12}[：:]"
)


# ---------------------------------------------------------------- by dated numbered titles


def _dated_titles(blocks: Sequence[Block]) -> list[Part]:
    """Titles as some books print them: `3. 某局关于……的通知（2023 年6 月1 日）`."""
    found: list[Part] = []
    place = 0
    while place < len(blocks):
        part = _dated_title(blocks, place)
        if part is None:
            place += 1
        else:
            found.append(part)
            place = part.body
    return found if sum(1 for part in found if part.dated) >= 2 else []


def _dated_title(blocks: Sequence[Block], place: int) -> Part | None:
    block = blocks[place]
    if not isinstance(block, Line):
        return None
    mark = read_mark(block.text)
    if mark is None or mark.kind not in ("num", "cn"):
        return None
    joined = ""
    for last in range(place, min(place + _TITLE_LINES, len(blocks))):
        line = blocks[last]
        if not isinstance(line, Line) or (last > place and read_mark(line.text) is not None and mark.number):
            return None
        joined = tidy(joined + line.text)
        if len(joined) > MAX_LENGTH or re.search(r"[。；]", joined):
            return None
        if DATED.search(joined):
            bare, number = strip_number(joined)
            title, dated = strip_date(bare)
            if len(title) < 6:
                return None
            return Part(place, last + 1, 0, title, own_no=str(number) if number else None, dated=dated)
    return None


# ---------------------------------------------------------------- by cards


def _card_heads(blocks: Sequence[Block]) -> list[Part]:
    """Each card with the numbered or lone line above it."""
    found: list[Part] = []
    free = 0
    for place, block in enumerate(blocks):
        if not isinstance(block, Table) or card_of(block) is None:
            continue
        start = place
        while start > free and place - start < 3 and isinstance(line := blocks[start - 1], Line):
            if section_name(line.text) or line.text.endswith("。"):
                break
            start -= 1
            if read_mark(line.text) is not None:
                break
        title = tidy("".join(text_of(b) for b in blocks[start:place]))
        bare, number = strip_number(title)
        found.append(Part(start, place, 0, bare, own_no=str(number) if number else None))
        free = place + 1
    return found


# ---------------------------------------------------------------- by list items whose tail holds the 文号

_TAIL = re.compile(r"[（(]([^（()）]*(?:[（(][^（()）]*[)）][^（()）]*)*)[）)]\s*。?$")
_MIN_ITEMS = 4
_TITLE_LENGTH = 40


def _list_items(blocks: Sequence[Block]) -> list[Part]:
    """The items of a list of policies, each a numbered paragraph that ends in its source: （皖发〔2022〕9号，省财政厅负责）."""
    starts = [
        place
        for place, block in enumerate(blocks)
        if isinstance(block, Line) and (mark := read_mark(block.text)) is not None and mark.kind in ("num", "num_paren")
    ]
    found: list[Part] = []
    for start, after in zip(starts, [*starts, len(blocks)][1:], strict=True):
        end = start + 1
        while end < after and not _section(blocks[end]) and isinstance(blocks[end], Line):
            end += 1
        text = tidy("".join(text_of(block) for block in blocks[start:end]))
        tail = _TAIL.search(text)
        numbers = find_doc_nos(tail[1]) if tail else ()
        if tail is None or not numbers:
            continue
        bare, number = strip_number(text[: tail.start()])
        title = re.split(r"[。；：]", bare)[0][:_TITLE_LENGTH]
        office = re.search(r"[，、；]\s*([^，；]{2,40}?)(?:牵头)?负责", tail[1])
        own_no = str(number) if number else None
        department = office[1] if office else None
        found.append(Part(start, start, end, title, own_no=own_no, doc_no=numbers[0], department=department))
    return found if len(found) >= _MIN_ITEMS and 2 * len(found) >= len(starts) else []


# ---------------------------------------------------------------- by title and 文号


def _headed_titles(blocks: Sequence[Block]) -> list[Part]:
    """Titles that a 文号 on its own line, or an addressee, shows to be heads of documents."""
    found: list[Part] = []
    for place, block in enumerate(blocks):
        if not isinstance(block, Line) or not is_doc_no_line(block.text):
            continue
        after = _title_after(blocks, place + 1)
        before = _title_before(blocks, place - 1, found[-1].body if found else 0)
        if before is not None:
            start, title = before
            found.append(_titled(start, place, title))
        elif after is not None:
            end, title = after
            found.append(_titled(place, end, title))
    return found


def _titled(start: int, body: int, title: str) -> Part:
    bare, number = strip_number(title)
    bare, dated = strip_date(bare)
    return Part(start, body, 0, bare, own_no=str(number) if number else None, dated=dated)


def _title_before(blocks: Sequence[Block], place: int, floor: int) -> tuple[int, str] | None:
    joined = ""
    best: tuple[int, str] | None = None
    for start in range(place, max(place - _TITLE_LINES, floor - 1), -1):
        line = blocks[start]
        if not isinstance(line, Line) or re.search(r"[。；]", line.text) or is_date_line(line.text):
            break
        if attachment(line.text):
            break
        joined = tidy(line.text + joined)
        if len(joined) > MAX_LENGTH:
            break
        if is_strong_title(joined):
            best = (start, joined)
            if read_mark(line.text) is not None:
                break
    return best


def _title_after(blocks: Sequence[Block], place: int) -> tuple[int, str] | None:
    joined = ""
    best: tuple[int, str] | None = None
    for end in range(place, min(place + _TITLE_LINES, len(blocks))):
        line = blocks[end]
        if not isinstance(line, Line) or re.search(r"[。；：:]", line.text) or is_date_line(line.text):
            break
        joined = tidy(joined + line.text)
        if is_strong_title(joined):
            best = (end + 1, joined)
    return best
