"""A policy's paragraphs to clauses, each under the number that the document itself gives it.

`第五条(二)`, `三(二)1`, `附件2/一`, `第八条第2款` (unnumbered paragraphs are numbered as they are cited). Where a notice
issues another document, the notice's own parts stand under `通知`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.model import Clause, Table
from indexer.cut.marks import Mark, attachment, is_answer, is_date_line, is_question, read_mark
from indexer.cut.paragraphs import Paragraph
from indexer.formats.tables import PAGE_BREAK, cells
from indexer.formats.text import chinese_number, fold, tidy

_OUTLINE = ("part", "chapter", "section")
_HEADING_LENGTH = 40
_NOTICE = "通知"


@dataclass(slots=True)
class _Node:
    """A numbered part while it is being read: its path, its heading, and the paragraphs that stand in it itself."""

    kind: str
    path: str
    heading: str | None = None
    texts: list[tuple[str, int | None]] = field(default_factory=list)
    said: int = 0


def split_clauses(items: Sequence[Paragraph | Table], title: str = "") -> tuple[Clause, ...]:
    """The clauses of a policy's body, in order; every paragraph is in one."""
    if _is_dialogue(items, title):
        return unique(_questions(items))
    found: list[Clause] = []
    for name, part in _parts(items, title):
        found.extend(_Outline(name).read(part))
    return unique(found)


# ---------------------------------------------------------------- notice, issued document, attachments


def _parts(items: Sequence[Paragraph | Table], title: str) -> Iterator[tuple[str, list[Paragraph | Table]]]:
    """The parts of a document by name: the notice and what it issues, and each attachment."""
    issued, begins = _issued_at(items, title)
    part: list[Paragraph | Table] = []
    name = _NOTICE if issued else ""
    for place, item in enumerate(items):
        if issued and place == issued:
            yield name, part
            part, name = [], ""
        if issued <= place < begins:
            continue  # the issued document's title, which is no 款 of it
        if place >= issued and isinstance(item, Paragraph) and (head := attachment(item.text)) is not None:
            yield name, part
            part, name = ([] if not head[1] else [_rest(item, head[1])]), head[0]
            continue
        part.append(item)
    yield name, part


def _rest(item: Paragraph, text: str) -> Paragraph:
    return Paragraph(text, item.page, item.size, item.bold, item.level, item.lines)


def _issued_at(items: Sequence[Paragraph | Table], title: str) -> tuple[int, int]:
    """Where the issued document's title stands, on lines of its own after the notice, and where its text begins; 0, 0 for none."""
    names = {fold(name) for name in re.findall(r"[《〈]([^《》〈〉]{4,80})[》〉]", title)}
    core = re.search(r"(?:印发|转发|公布|发布)(?:关于)?(.+?)的(?:通知|公告|函)$", title)
    if core:
        names.add(fold(core[1]))
        names.add(fold("关于" + core[1]))
    names.discard("")
    if not names:
        return 0, 0
    whole = fold(title)
    for place in range(1, min(len(items), 60)):
        joined = ""
        for end, item in enumerate(items[place : place + 3], start=place + 1):
            if not isinstance(item, Paragraph) or len(joined) > 120:
                break
            joined += fold(item.text)
            near = any(joined.startswith(name) and len(joined) <= len(name) + 12 for name in names)
            if joined in names or (near and joined != whole):
                return place, end
    return 0, 0


# ---------------------------------------------------------------- the outline


class _Outline:
    """Reads one part of a document from top to bottom, keeping the numbers that are open."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[_Node] = []
        self._heads: list[_Node] = []
        self._loose = 0

    def read(self, items: Sequence[Paragraph | Table]) -> Iterator[Clause]:
        table = 0
        for item in items:
            if isinstance(item, Table):
                table += 1
                yield from self._flush()
                yield from _table_clauses(item, f"{self._prefix()}表{table}", self._headings())
            elif (mark := read_mark(item.text)) is not None:
                yield from self._numbered(item, mark)
            elif item.text:
                yield from self._unnumbered(item)
        yield from self._flush()

    def _prefix(self) -> str:
        return f"{self._name}/" if self._name else ""

    def _numbered(self, item: Paragraph, mark: Mark) -> Iterator[Clause]:
        yield from self._flush()
        rest = item.text[mark.end :].strip(" 　:：")
        if mark.kind in _OUTLINE:
            self._open = []
            self._heads = [head for head in self._heads if _OUTLINE.index(head.kind) < _OUTLINE.index(mark.kind)]
            said = re.search("[。；]", rest) is not None  # no heading but a paragraph of the text
            self._heads.append(_Node(mark.kind, mark.printed, mark.printed if said else tidy(rest) or mark.printed))
            if said:
                yield Clause(f"{self._prefix()}{mark.printed}", item.text, item.page, self._headings())
            return
        kinds = [node.kind for node in self._open]
        if mark.kind == "article":
            self._open = []
        elif mark.kind in kinds:
            self._open = self._open[: kinds.index(mark.kind)]
        above = self._open[-1] if self._open else None
        base = above.path if above else self._prefix()
        if above is not None and above.kind == "article" and above.said > 1:
            base += f"第{above.said}款"
        node = _Node(mark.kind, base + mark.label, _heading(rest))
        node.texts.append((item.text, item.page))
        self._open.append(node)

    def _unnumbered(self, item: Paragraph) -> Iterator[Clause]:
        node = self._open[-1] if self._open else None
        if node is None or _closes(item.text):
            yield from self._flush()
            self._open = []
            self._loose += 1
            yield Clause(f"{self._prefix()}第{self._loose}款", item.text, item.page, self._headings())
            return
        if node.kind == "article" or not node.texts:
            node.texts.append((item.text, item.page))
        else:
            node.texts[-1:] = [(f"{node.texts[-1][0]}\n{item.text}", node.texts[-1][1])]

    def _headings(self) -> str | None:
        names = [n.heading for n in [*self._heads, *self._open] if n.heading]
        return "／".join(names) or None

    def _flush(self) -> Iterator[Clause]:
        """The clauses of the innermost open number, once; it stays open for what may still come under it."""
        if not self._open:
            return
        node = self._open[-1]
        if not node.texts:
            return
        above = [n.heading for n in [*self._heads, *self._open[:-1]] if n.heading]
        heading = "／".join([*above, *([node.heading] if node.heading else [])]) or None
        if len(node.texts) == 1:
            text, page = node.texts[0]
            yield Clause(node.path, text, page, heading)
        else:
            for number, (text, page) in enumerate(node.texts, start=1):
                yield Clause(f"{node.path}第{number}款", text, page, heading)
        node.said, node.texts = node.said + len(node.texts), []


def _heading(text: str) -> str | None:
    """The heading in a numbered paragraph: all of it where it is short, else a short first sentence."""
    first = re.split(r"[。：:]", text, maxsplit=1)[0].strip()
    return first if first and len(first) <= _HEADING_LENGTH and "，" not in first[:6] else None


def _closes(text: str) -> bool:
    """Whether a paragraph ends the numbered text: a date or signature, 附件：…, 特此通知, （此件公开发布）."""
    return (
        is_date_line(text)
        or bool(re.match(r"附件[:：]|特此(?:通知|公告|函复|通告)|[（(]此件|[（(](?:联系|公开)|抄送|主办|印发", text))
        or (len(text) <= 30 and bool(re.search(r"(?:委员会|人民政府|办公厅|办公室|[局厅部委院会])$", text)))
    )


# ---------------------------------------------------------------- tables, questions


def _table_clauses(table: Table, path: str, heading: str | None) -> Iterator[Clause]:
    """A clause for each row, with the head row's names before the cells."""
    head, rows = table.rows[0], table.rows[1:]
    named = len(head) >= 2 and len(set(head)) == len(head) and all(0 < len(cell) <= 20 for cell in head)
    if not rows or not named:
        head, rows = ("",) * len(head), table.rows
    page = table.page
    for number, row in enumerate(rows, start=1):
        parts = []
        for name, cell in zip(head, row, strict=True):
            shown = tidy(cell.replace("\n", ""))
            if shown:
                parts.append(f"{tidy(name)}：{shown}" if name.strip() else shown)
        text = "；".join(dict.fromkeys(parts)) if any(head) else " ".join(cells(tuple(parts)))
        if text:
            yield Clause(f"{path}第{number}行", text, page, heading)
        if page is not None:
            page += row[-1].count(PAGE_BREAK)


def _is_dialogue(items: Sequence[Paragraph | Table], title: str) -> bool:
    texts = [item.text for item in items if isinstance(item, Paragraph)]
    answers = sum(map(is_answer, texts))
    if sum(map(is_question, texts)) >= 2 and answers >= 1:
        return True
    asking = sum(map(_asks, texts))
    return asking >= 3 and (2 * answers >= asking or bool(_DIALOGUE.search(title)))


_DIALOGUE = re.compile(r"问答|实录|答记者问|百问|[\d一二三四五六七八九十]问")


def _asks(text: str) -> bool:
    """Whether a paragraph is nothing but a question."""
    return text.endswith(("？", "?")) and len(text) <= 250 and not is_answer(text)


def _questions(items: Sequence[Paragraph | Table]) -> Iterator[Clause]:
    """A clause for each question with its answers; what stands before the first is numbered as 款."""
    number = 0
    loose = 0
    question: str | None = None
    texts: list[str] = []
    page: int | None = None
    for item in [*items, None]:
        opens = item is None or (isinstance(item, Paragraph) and (is_question(item.text) or _asks(item.text)))
        if opens and question is not None:
            yield Clause(f"问{number}", "\n".join([question, *texts]), page, _asked(question))
        if item is None:
            return
        if isinstance(item, Table):
            texts.append("\n".join(" ".join(cells(row)) for row in item.rows))
        elif opens:
            number += 1
            question, texts, page = item.text, [], item.page
        elif question is None:
            loose += 1
            yield Clause(f"第{loose}款", item.text, item.page)
        else:
            texts.append(item.text)


def _asked(text: str) -> str:
    return re.sub(r"^.{0,6}?[:：】]\s*", "", text)


# ---------------------------------------------------------------- one path, one clause


def unique(clauses: Iterator[Clause] | Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses with a number added to a path that came before (`三#2`), so that each can be cited."""
    seen: Counter[str] = Counter()
    found = []
    for clause in clauses:
        seen[clause.path] += 1
        times = seen[clause.path]
        path = clause.path if times == 1 else f"{clause.path}#{times}"
        found.append(Clause(path, clause.text, clause.page, clause.heading, clause.own_no))
    return tuple(found)


_LAST = re.compile(
    r"(?:第([一二三四五六七八九十百零〇]+)条|([一二三四五六七八九十]+)|\(([一二三四五六七八九十\d]+)\)|(\d+))$"
)


def number_gaps(clauses: Sequence[Clause], *, every: bool = False) -> list[str]:
    """Where the numbers leave one out: what a page or a line that was not read looks like.

    Articles only, which documents number without a break; with `every`, all numbers under one and the same heading.
    """
    before: dict[str, tuple[int, str]] = {}
    found = []
    for clause in clauses:
        path = re.sub(r"第\d+款$", "", clause.path)
        last = _LAST.search(path)
        if last is None or not (every or last[1]):
            continue
        words = next(filter(None, last.groups()))
        number = int(words) if words.isdigit() else chinese_number(words)
        under = "条" if last[1] else f"{path[: last.start()]} {last.lastindex}"
        known = before.get(under)
        if number is not None and (known is None or number > known[0]):
            if known is not None and number > known[0] + 1:
                found.append(f"{known[1]}之后是{path}")
            before[under] = (number, path)
    return found
