"""HTML: the main text, its tables, and the block of labelled facts (索引号, 发文字号 …) that government pages carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from corpus.model import Line, Table
from indexer.formats.limits import LIMITS, FormatError
from indexer.formats.read import Blocks
from indexer.formats.text import clean, decode, tidy

_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_DROP = frozenset(
    [
        "script",
        "style",
        "noscript",
        "iframe",
        "svg",
        "canvas",
        "form",
        "button",
        "input",
        "select",
        "textarea",
        "nav",
        "footer",
        "template",
    ]
)
_HIDEABLE = ("div", "span", "p", "ul")
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_BLOCK = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "tr",
        "td",
        "th",
        "br",
        "hr",
        "blockquote",
        "pre",
        "center",
        "header",
        "main",
    ]
)
# Where government sites keep the text of a document.
_BODIES = (
    "UCAP-CONTENT", "ucapcontent", "TRS_Editor", "TRS_UEDITOR", "mainText", "zoomcon", "zoom", "pages_content",
    "article-content", "article_content", "content_article", "info-cont", "news_cont", "view", "artical_content",
    "article_con", "newsContent", "conTxt", "con_con", "details-content", "content",
)  # fmt: skip
_SPACE = re.compile(r"[\s\u3000]+")
_FACT = re.compile(
    r"(索\s*引\s*号|发\s*文\s*字\s*号|文\s*号|主\s*题\s*分\s*类|发\s*布\s*机\s*构|发\s*文\s*机\s*[关构]|成\s*文\s*日\s*期|"
    r"发\s*布\s*日\s*期|发\s*文\s*日\s*期|印\s*发\s*日\s*期|公\s*开\s*日\s*期|生\s*效\s*日\s*期|实\s*施\s*日\s*期|"
    r"施\s*行\s*日\s*期|失\s*效\s*日\s*期|废\s*止\s*日\s*期|有\s*效\s*性|效\s*力\s*状\s*态|名\s*称|主\s*题\s*词|统\s*一\s*编\s*号|"
    r"文\s*件\s*编\s*号)\s*[】\]]?\s*[：:]\s*"
)
_META = {"ArticleTitle": "标题", "PubDate": "发布日期", "ContentSource": "来源", "Url": "网址", "SiteName": "网站"}


def read_html(raw: bytes) -> Blocks:
    """The main text of a page. Raises FormatError where there is none, or the page is nested past reason."""
    text = _decode(raw)
    if text.count("\ufffd") > 0.02 * len(text):
        raise FormatError("网页的文字编码读不出，请另存为 UTF-8")
    if len(text) > LIMITS.characters:
        raise FormatError(f"网页过长（{len(text)} 字，上限 {LIMITS.characters} 字）")
    try:
        tree = lxml_html.document_fromstring(text.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise FormatError("网页没有内容，或不是 HTML") from error
    meta = [(_META[m.get("name")], clean(m.get("content") or "")) for m in tree.iter("meta") if m.get("name") in _META]
    title = next((clean(m[1]) for m in meta if m[0] == "标题" and m[1]), None) or _title(tree)
    for element in tree.iter(*_HIDEABLE):
        if "display:none" in (element.get("style") or "").replace(" ", "").lower():
            element.tag = "template"
    # lxml joins the words that stand after what goes, control characters and all, which no assignment would take.
    etree.strip_elements(tree, *_DROP, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    meta += _facts(tree)
    blocks = list(_blocks(_find_body(tree)))
    return Blocks(tuple(blocks), title=title, meta=tuple(dict.fromkeys(pair for pair in meta if pair[1])))


def _decode(raw: bytes) -> str:
    declared = _CHARSET.search(raw[:4096])
    if declared and declared[1].lower().startswith(b"gb"):
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            return decode(raw)
    try:
        return decode(raw)
    except FormatError:
        if b"\x00" in raw:
            raise
        return raw.decode("utf-8", errors="replace")  # a page pasted together from several encodings


def _title(tree: Any) -> str | None:
    heads = [clean(h.text_content()) for h in tree.iter("h1")]
    title = next((h for h in heads if h), None) or clean(tree.findtext(".//title") or "")
    return re.split(r"\s*[-_|—]\s*(?=[^-_|—]*(?:网|门户|平台|频道)[^-_|—]*$)", title)[0] or None


def _facts(tree: Any) -> list[tuple[str, str]]:
    """Labelled facts in short elements and table cells outside running text."""
    found: list[tuple[str, str]] = []
    for element in tree.iter("li", "p", "td", "tr", "div", "span", "dl", "dd"):
        text = tidy(_SPACE.sub(" ", element.text_content()[:600])) if len(element) < 20 else ""
        if not text or len(text) > 160 or ("：" not in text and ":" not in text):
            continue
        marks = list(_FACT.finditer(text))
        if not marks or marks[0].start() > 2:
            continue
        ends = [mark.start() for mark in marks[1:]] + [len(text)]
        for mark, end in zip(marks, ends, strict=True):
            value = text[mark.end() : end].strip(" 【[|，；;")
            if value and len(value) <= 100:
                found.append((re.sub(r"\s", "", mark[1]), value))
    seen: dict[str, str] = {}
    for name, value in found:
        seen.setdefault(name, value)
    return list(seen.items())


def _find_body(tree: Any) -> Any:
    """The element that holds the text: a known container with most of the page's prose, else the densest one."""
    whole = max(_prose(tree), 1)
    known: dict[str, list[Any]] = {name: [] for name in _BODIES}
    for element in tree.iter("div", "td", "article", "section"):
        for name in _names(element):
            if name in known:
                known[name].append(element)
    for found in known.values():
        best = max(found, key=_prose, default=None)
        if best is not None and _prose(best) >= 0.5 * whole:
            return best
    node = tree.find("body") if tree.find("body") is not None else tree
    while True:
        inside = [child for child in node if isinstance(child.tag, str) and _prose(child) >= 0.85 * whole]
        if not inside or inside[0].tag in ("p", "table", "span"):
            return node
        node = inside[0]


def _names(element: Any) -> list[str]:
    return [*(element.get("class") or "").split(), element.get("id") or ""]


def _prose(element: Any) -> int:
    """Characters in sentences: what stands in links and menus does not count."""
    links = sum(len(a.text_content()) for a in element.iter("a"))
    text: str = element.text_content()
    return max(len(text.replace(" ", "").replace("\n", "")) - 2 * links, 0) + 40 * sum(map(text.count, "。；"))


def _blocks(body: Any) -> Iterator[Line | Table]:
    run: list[str] = []
    state: dict[str, Any] = {"level": None, "bold": False}

    def flush() -> Iterator[Line]:
        text = clean(_SPACE.sub(" ", "".join(run)))
        run.clear()
        if text:
            yield Line(text, level=state["level"], bold=state["bold"])

    def walk(element: Any, depth: int) -> Iterator[Line | Table]:
        if depth > 200:
            raise FormatError("网页的标签嵌套超过 200 层")
        tag = element.tag
        if tag == "table" and _is_data(element):
            yield from flush()
            yield from _table(element)
        else:
            if tag in _BLOCK:
                yield from flush()
            if tag in _HEADINGS:
                state["level"] = _HEADINGS[tag]
            run.append(element.text or "")
            for child in element:
                yield from walk(child, depth + 1)
                run.append(child.tail or "")
            if tag in _BLOCK:
                yield from flush()
            if tag in _HEADINGS:
                state["level"] = None

    yield from walk(body, 0)
    yield from flush()


def _is_data(table: Any) -> bool:
    """Whether the table holds data: two rows and columns or more, and no other table or long text for layout."""
    rows = [row for row in table.iter("tr") if _owner(row) is table]
    wide = max((sum(1 for cell in row if cell.tag in ("td", "th")) for row in rows), default=0)
    return len(rows) >= 2 and wide >= 2 and next(iter(table.iterdescendants("table")), None) is None


def _owner(row: Any) -> Any:
    return next((parent for parent in row.iterancestors("table")), None)


def _table(table: Any) -> Iterator[Table]:
    grid: list[list[str]] = []
    waiting: dict[tuple[int, int], str] = {}
    for number, row in enumerate(r for r in table.iter("tr")):
        line: list[str] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while (number, len(line)) in waiting:
                line.append(waiting.pop((number, len(line))))
            text = "\n".join(part for part in (tidy(_SPACE.sub(" ", p)) for p in _paragraphs(cell)) if part)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            if len(waiting) + across * down > LIMITS.cells:
                raise FormatError("网页里的表格过大")
            for below in range(1, down):
                for column in range(across):
                    waiting[number + below, len(line) + column] = text
            line.extend([text] * across)
        while (number, len(line)) in waiting:
            line.append(waiting.pop((number, len(line))))
        if any(line):
            grid.append(line)
    width = max(map(len, grid), default=0)
    if grid:
        yield Table(tuple(tuple(line + [""] * (width - len(line))) for line in grid))


def _paragraphs(cell: Any) -> list[str]:
    parts: list[str] = [""]
    for element in cell.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in _BLOCK and element is not cell:
            parts.append("")
        parts[-1] += element.text or ""
        if element is not cell and element.tail:
            parts.append(element.tail) if element.tag in _BLOCK else parts.__setitem__(-1, parts[-1] + element.tail)
    return parts


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), 1000) if value.isdigit() else 1
