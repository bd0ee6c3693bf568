"""A document cut into its policies, each with its header and its clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from corpus.codes import regions
from corpus.model import Clause, Document, Line, Policy, Source, Table
from indexer import header
from indexer.cut.books import find_parts
from indexer.cut.cards import Card, card_of, card_of_lines, cards_of_rows
from indexer.cut.clauses import number_gaps, split_clauses, unique
from indexer.cut.heads import is_day, meta_dates, meta_issuer, own_doc_no, printed_on, signed_by, signed_on
from indexer.cut.marks import is_date_line, read_mark
from indexer.cut.paragraphs import Paragraph, paragraphs
from indexer.cut.part import Part
from indexer.cut.titles import MAX_LENGTH, is_strong_title, is_title, strip_date, strip_number
from indexer.doc_no import find_doc_nos, is_doc_no_line, normalise_doc_no
from indexer.formats.text import essence, fold, tidy
from indexer.ids import policy_id, variant_id

__all__ = ["cut", "reread"]

# （1984年3月12日第六届全国人民代表大会……通过）: the history that stands under a law's title
_HISTORY = re.compile(r"[（(](?:19|20)\d\d\s*年\s*\d{1,2}\s*月")


def cut(document: Document) -> tuple[Policy, ...]:
    """The policies in `document`, in order; none where nothing of it could be read.

    Ids are unique within the document and the same whenever the same text is cut.
    """
    blocks = document.blocks
    if not any(isinstance(b, Table) or b.text.strip() for b in blocks):
        return ()
    if rows := _rows(document):
        return _told_apart(rows)
    parts = find_parts(blocks)
    policies = [_cut_part(document, part) for part in parts] or [_cut_whole(document)]
    lead = parts[0].start if parts else 0
    if parts and (before := _cut_lead(document, lead)) is not None:
        policies.insert(0, before)
    return _told_apart(policies)


def _told_apart(policies: Sequence[Policy]) -> tuple[Policy, ...]:
    """The policies with different ids: the same text twice is kept once, with the places of the others noted."""
    kept: dict[str, Policy] = {}
    for policy in policies:
        texts = [clause.text for clause in policy.clauses]
        other = kept.get(policy.id)
        if other is None:
            kept[policy.id] = policy
        elif essence("\n".join(c.text for c in other.clauses)) == essence("\n".join(texts)):
            where = f"同一文本又见于第{policy.pages[0]}页" if policy.pages else "同一文本重复收录"
            kept[policy.id] = replace(other, note="；".join(filter(None, (other.note, where))))
        else:
            other_id = variant_id(policy.id, texts)
            kept[other_id] = replace(policy, id=other_id)
    return tuple(kept.values())


# ---------------------------------------------------------------- one policy


def _cut_part(document: Document, part: Part) -> Policy:
    head, body = document.blocks[part.start : part.body], document.blocks[part.body : part.end]
    return _build(document, [*head, *body], body, part.title, part)


def _cut_lead(document: Document, end: int) -> Policy | None:
    """What stands before the first policy found, where it is the rest of one (its title is on a page not given)."""
    blocks = document.blocks[:end]
    lines = [block for block in blocks if isinstance(block, Line)]
    texts = [line.text for line in lines]
    if len(lines) < 12 or not any(is_doc_no_line(t) or is_date_line(t) for t in texts):
        return None
    if any(re.search(r"目\s*录|前\s*言|编写说明|编\s*者", text) and len(text) < 12 for text in texts):
        return None
    title, body, dated = _lead_title(blocks)
    policy = _build(document, blocks, body, title, Part(0, 0, end, title, dated=dated))
    return replace(policy, note="；".join(filter(None, (policy.note, "标题可能不全：它从文件开头之前起"))))


def _lead_title(blocks: Sequence[Line | Table]) -> tuple[str, Sequence[Line | Table], tuple[int, int, int] | None]:
    joined = ""
    for place, block in enumerate(blocks[:4]):
        if not isinstance(block, Line):
            break
        joined = tidy(joined + block.text)
        title, dated = strip_date(joined)
        if dated or is_title(joined):
            return title, blocks[place + 1 :], dated
    at, title = next((place, text) for place, block in enumerate(blocks) if (text := _text_of(block)))
    return title, blocks[at + 1 :], None


def _cut_whole(document: Document) -> Policy:
    blocks = list(document.blocks)
    title, start, end = _own_title(document)
    body = [b for b in [*blocks[:start], *blocks[end:]] if not (isinstance(b, Line) and _is_noise(b, title))]
    return _build(document, blocks, body, title, None)


def _is_noise(line: Line, title: str) -> bool:
    """Whether a line is the title again, or what a page prints over every text."""
    return fold(line.text) == fold(title) or fold(line.text) in ("政策全文", "正文", "全文")


def _own_title(document: Document) -> tuple[str, int, int]:
    """The title of a single document and the blocks it stands in (none where it comes from elsewhere).

    A title given with the file (a page's ArticleTitle, a PDF's Title) stands where it reads as one; else the first
    strong title in the text, then what is set largest, then the file's name.
    """
    blocks = document.blocks[:25]
    given = re.sub(r"^[（(]转载[)）]\s*", "", re.split(r"_(?!\d)", strip_number(document.title or "")[0])[0].strip())
    stem = re.sub(r"\.[^.]+$", "", document.name.rpartition("/")[2])
    strong: tuple[str, int, int] | None = None
    large: tuple[str, int, int] | None = None
    for start in range(len(blocks)):
        for end, joined in _joined(blocks, start):
            if given and fold(joined) == fold(given):
                return (given if "_" not in given else joined), start, end
            if given and _is_fuller(joined, given):
                return joined, start, end
            if is_strong_title(joined) and (strong is None or (strong[1] == start and _is_open(strong[0]))):
                strong = (joined, start, end)
            if (
                large is None
                and len(joined) >= 4
                and _is_large(document.blocks, start, end)
                and _full(document.blocks, end)
            ):
                large = (joined, start, end)
    if given and (is_strong_title(given) or (is_title(given) and strong is None) or document.media_type == "text/html"):
        return given, 0, 0
    if large is not None and strong is not None and large[1] < strong[1] and is_title(large[0]):
        strong = large  # a law's name stands above the history of its amendments, which cites titles
    for found in (strong, large):
        if found is not None:
            return _spelling(blocks, strip_date(found[0])[0]), found[1], found[2]
    first = next((tidy(b.text) for b in blocks if isinstance(b, Line) and 4 <= len(tidy(b.text)) <= 60), "")
    return (first if is_title(first) else stem), 0, 0


def _is_fuller(title: str, given: str) -> bool:
    """Whether `title` is the `given` one with the office before it, or the notice that issues what is called so."""
    if not is_strong_title(title) or _is_open(title):
        return False
    whole, part = fold(title), fold(given)
    if given.startswith(("关于", "印发")):
        return (
            whole.endswith(part)
            and header.is_office(title[: len(title) - len(given)].strip(" 《“"))
            and len(whole) > len(part)
        )
    return whole.endswith((f"印发{part}的通知", f"发布{part}的通知", f"印发{part}的函"))


def _spelling(blocks: Sequence[Line | Table], title: str) -> str:
    """The title as another line spells it that has no underscores, which file names put for signs they cannot hold."""
    if "_" not in title:
        return title
    same = (tidy(b.text) for b in blocks if isinstance(b, Line) and fold(b.text) == fold(title))
    return next((text for text in same if "_" not in text), title)


def _is_open(title: str) -> bool:
    """Whether a title is yet to end: it issues something, and the 通知 that does so has not come."""
    return bool(re.search("印发|转发", title)) and not re.search(r"(?:通知|公告|函|决定|命令|通告|批复)[》”]?$", title)


def _joined(blocks: Sequence[Line | Table], start: int) -> Iterator[tuple[int, str]]:
    """What the lines from `start` on read when one, two, three … of them are taken as one title."""
    joined = ""
    for end in range(start, min(start + 6, len(blocks))):
        block = blocks[end]
        if not isinstance(block, Line) or re.search(r"[。；]|[：:]$", block.text) or is_doc_no_line(block.text):
            return
        first = blocks[start]
        if _is_numbered_part(block.text):
            return  # the first part of the text, which some set as large as the title
        if _HISTORY.match(block.text) or (isinstance(first, Line) and block.level != first.level):
            return
        joined = tidy(joined + block.text)
        if len(joined) > MAX_LENGTH:
            return
        yield end + 1, joined


def _is_large(blocks: Sequence[Line | Table], start: int, end: int) -> bool:
    """Whether the lines are set larger than the document's text, or marked as a heading."""
    lines = [block for block in blocks[start:end] if isinstance(block, Line)]
    if lines and all(line.level == 1 for line in lines):
        return True
    sizes = sorted(line.size for block in blocks if isinstance(block, Line) and (line := block).size)
    return bool(sizes) and all(line.size and line.size >= 1.2 * sizes[len(sizes) // 2] for line in lines)


def _full(blocks: Sequence[Line | Table], end: int) -> bool:
    """Whether the line at `end` is no more set as large."""
    after = blocks[end] if end < len(blocks) else None
    return not isinstance(after, Line) or _is_numbered_part(after.text) or not _is_large(blocks, end, end + 1)


def _is_numbered_part(text: str) -> bool:
    """Whether a line begins a part of the text (一、…, 第一章 …); a compilation's 1. may stand before a title."""
    mark = read_mark(text)
    return mark is not None and mark.kind not in ("num", "num_close") and not is_strong_title(text[mark.end :])


def _text_of(block: Line | Table) -> str:
    return block.text if isinstance(block, Line) else " ".join(block.rows[0])


def _build(
    document: Document, blocks: Sequence[Line | Table], body: Sequence[Line | Table], title: str, part: Part | None
) -> Policy:
    card = _card(body)
    source = Source(kind=document.media_type, note=document.name)
    pages = _pages(blocks)
    if card is not None:
        meta = dict(document.meta) if part is None else {}
        policy = _from_card(card, title, meta_dates(meta))
    else:
        policy = _from_text(document if part is None else None, body, title, part)
    if part is not None and part.own_no:
        policy = replace(policy, clauses=tuple(replace(clause, own_no=part.own_no) for clause in policy.clauses))
    section = part.section if part is not None else None
    if section is not None:
        level, region = header.place_of(section, None, "")
        if policy.region is None:
            policy = replace(policy, level=level, region=region)
        elif region is not None and not regions.contains(region, policy.region):
            section = None  # the head of the policy's own section was not printed, or not read
    by_ocr = any(notice.kind == "ocr" for notice in document.notices)
    gaps = "；".join(number_gaps(policy.clauses, every=by_ocr)[:5])
    shelf = section and f"汇编栏目：{section}"
    note = "；".join(filter(None, (shelf, gaps and f"编号不连续（{gaps}），可能有没读到的内容")))
    return replace(policy, pages=pages, source=source, note=note or None)


def _pages(blocks: Sequence[Line | Table]) -> tuple[int, int] | None:
    first = [block.page for block in blocks if block.page is not None]
    last = [b.last_page or b.page or 0 if isinstance(b, Table) else b.page or 0 for b in blocks]
    return (first[0], max(first[0], *last)) if first else None


# ---------------------------------------------------------------- cards

_ROWS_SHARE = 0.6


def _rows(document: Document) -> list[Policy]:
    """A policy for each row of the lists that make up most of the document; none where it is something else."""
    tables = [block for block in document.blocks if isinstance(block, Table)]
    rows = [(table, card) for table in tables for card in cards_of_rows(table)]
    text = sum(len(block.text) for block in document.blocks if isinstance(block, Line))
    inside = sum(card.size for _, card in rows)
    if not rows or inside < _ROWS_SHARE * (text + inside):
        return []
    source = Source(kind=document.media_type, note=document.name)
    found = []
    for _, card in rows:
        policy = _from_card(card, "", {})
        pages = [clause.page for clause in policy.clauses if clause.page is not None]
        found.append(replace(policy, source=source, pages=(min(pages), max(pages)) if pages else None))
    return found


def _card(body: Sequence[Line | Table]) -> Card | None:
    cards = [card for block in body if isinstance(block, Table) and (card := card_of(block)) is not None]
    lines = [block for block in body if isinstance(block, Line)]
    if cards:
        return cards[0] if len(cards) == 1 and cards[0].size > sum(len(line.text) for line in lines) else None
    return card_of_lines(lines) if len(lines) == len(body) and len(lines) < 300 else None


def _from_card(card: Card, title: str, dates: dict[str, date]) -> Policy:
    title = title or _one_line(card.get("title")) or card.head or (card.get("content") or "").split("\n")[0][:40]
    doc_no = normalise_doc_no(card.get("doc_no") or "") or None
    basis = card.get("basis")
    if doc_no is None and basis and len(numbers := find_doc_nos(basis)) == 1:
        doc_no = numbers[0]
    issuer = _one_line(card.get("issuer"))
    published = header.parse_date(card.get("published_on") or "") or dates.get("published")
    period = _one_line(card.get("period"))
    validity = header.read_period(period or "", published)
    level, region = header.place_of(issuer, doc_no, title)
    clauses = unique(_card_clauses(card))
    return Policy(
        id=policy_id(title, doc_no, [c.text for c in clauses]),
        title=title,
        doc_no=doc_no,
        issuer=issuer,
        level=level,
        region=region,
        issued_on=published,
        published_on=published,
        effective_from=validity.start,
        expires_on=validity.end,
        validity=validity.text,
        basis=tuple(find_doc_nos(basis or "")) or tuple(filter(None, [_one_line(basis)])),
        audience=card.get("audience"),
        department=_one_line(card.get("department")),
        contact=card.get("contact"),
        fields=tuple((field.label, field.text) for field in card.fields),
        clauses=clauses,
    )


def _one_line(text: str | None) -> str | None:
    return tidy(text.replace("\n", "")) if text else None


def _card_clauses(card: Card) -> Iterator[Clause]:
    """A clause for each field, or for each numbered part of it (`申报条件2(1)`)."""
    for field in card.fields:
        parts = split_clauses(field.paragraphs)
        if not parts:
            continue
        if len(parts) == 1 or all(part.path.startswith("第") for part in parts):
            yield Clause(field.label, field.text, parts[0].page)
        else:
            for part in parts:
                heading = "／".join(filter(None, (field.label, part.heading)))
                yield replace(part, path=f"{field.label}{part.path}", heading=heading)


# ---------------------------------------------------------------- running text


def _from_text(document: Document | None, body: Sequence[Line | Table], title: str, part: Part | None) -> Policy:
    items = paragraphs(body)
    texts = [item.text for item in items if isinstance(item, Paragraph)]
    meta = dict(document.meta) if document else {}
    doc_no, at = (part.doc_no, None) if part and part.doc_no else own_doc_no(texts, meta, title)
    if at is not None:
        place = [i for i, item in enumerate(items) if isinstance(item, Paragraph)][at]
        items = [*items[:place], *items[place + 1 :]]
    written = signed_on(texts)
    dates = meta_dates(meta)
    dated = date(*part.dated) if part and part.dated and is_day(part.dated) else None
    printed = printed_on(texts)
    issued = dated or printed or dates.get("issued") or written or dates.get("written") or dates.get("published")
    issuer = header.issuer_of_title(title) or meta_issuer(meta) or signed_by(texts)
    validity = header.read_validity(texts, issued)
    level, region = header.place_of(issuer, doc_no, title)
    clauses = split_clauses(items, title)
    return Policy(
        id=policy_id(title, doc_no, [c.text for c in clauses]),
        title=title,
        doc_no=doc_no,
        issuer=issuer,
        level=level,
        region=region,
        written_on=written or dates.get("written"),
        issued_on=issued,
        published_on=dates.get("published"),
        effective_from=validity.start,
        expires_on=validity.end,
        validity=validity.text,
        replaces=header.find_replaced(texts),
        basis=header.find_basis(texts),
        department=(part.department if part else None) or header.find_department(texts),
        fields=document.meta if document else (),
        clauses=clauses,
    )


def reread(policy: Policy) -> Policy:
    """`policy` with the header that its clauses give it: after a person has said where it begins and ends.

    Its title, and the 文号 and the day of issue that stand in its book's own heading, stay. A card keeps its fields.
    """
    if policy.fields:
        return policy
    lines = [Line(text, clause.page) for clause in policy.clauses for text in clause.text.split("\n")]
    part = Part(0, 0, len(lines), policy.title, doc_no=policy.doc_no)
    read = _from_text(None, lines, policy.title, part)
    printed = policy.issued_on if policy.issued_on != policy.written_on else None
    issued = printed or read.issued_on
    validity = header.read_validity([line.text for line in lines], issued)
    return replace(
        policy,
        doc_no=policy.doc_no or read.doc_no,
        issuer=header.issuer_of_title(policy.title) or read.issuer or policy.issuer,
        level=read.level or policy.level,
        region=read.region or policy.region,
        written_on=read.written_on,
        issued_on=issued,
        effective_from=validity.start,
        expires_on=validity.end,
        validity=validity.text,
        replaces=read.replaces,
        basis=read.basis,
        department=read.department,
    )
