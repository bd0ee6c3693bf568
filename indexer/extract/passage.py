"""A passage made even: one width, no stray blanks, cut into sentences and pieces, each character's place remembered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_BREAKS = "。；;！？!?\n"
_ENDS = ("。", "：")
_OPEN, _CLOSE = "（〔【《“「", "）〕】》”」"
_NUMBER = re.compile(
    r"(?:第[一二三四五六七八九十百零]+[条章款]|[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}、"
    r"|[（(]\d{1,2}[）)]|\d{1,2}[.．﹒、）](?:(?!\d)|(?=20\d\d年))|[①-⑳]"
    r"|[一二三四五六七八九]是(?=对|支持|鼓励|给予|按|将|凡|加大|设立|开展|实施))"
)
# The labels of a card, which stand in its text without a mark of their own.
_LABEL = re.compile(
    "(?<![的、和及与为])(?:条件要求|服务内容|服务对象|服务流程|办理流程|申报流程|(?:申报条件|支持标准|支持方式)：|时间/频度|联络方式|依据文件|发文机构|发文字号|发布日期|工具分类)(?![、和及与的])"
)
# A tax guide's own labels (【享受主体】, 【优惠内容】).
_ROLE = re.compile("【(?P<role>[^【】]{2,8})】")
# Labels that are no part of what stands under them.
_LABEL_NAME = re.compile("服务(?:内容|对象)：?(?=[^，。；：]{4})")
# What stands under these says nothing of who gets what.
_NOISE = re.compile("服务流程|办理流程|申报流程|时间/频度|联络方式|依据文件|发文机构|发文字号|发布日期|工具分类")
_ALIKE = str.maketrans(
    {
        "(": "（",
        ")": "）",
        ",": "，",
        ";": "；",
        ":": "：",
        "∶": "：",
        "﹒": "．",
        "稅": "税",
        "後": "后",
        "—": "—",
        "–": "—",
        "－": "—",
        "~": "—",
        "～": "—",
        "?": "？",
        "!": "！",
        '"': "”",
    }
)


class _Even(dict[int, str]):
    """Characters in their plain width, looked up once each; circled numbers stay what they are."""

    def __missing__(self, code: int) -> str:
        mark = chr(code)
        even = mark if mark in "…①②③④⑤⑥⑦⑧⑨⑩" else unicodedata.normalize("NFKC", mark)
        self[code] = "".join(_ALIKE.get(ord(letter), letter) for letter in even if not letter.isspace())
        return self[code]


_EVEN = _Even()
# The heading of an item, which a blank alone parts from its text (一、支持引进人才 对先进制造业企业…).
_HEADING = re.compile(
    "(?:第[一二三四五六七八九十百零]+条|[（]?[一二三四五六七八九十]{1,3}[、）]|[（]?\\d{1,2}[.．、）])[^，。；：、（）\\d]{4,24}"
)
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the even text, `start` to `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence(Part):
    """A sentence (or what stands between two semicolons) without its number; `role` is the label that it stands under.

    `heading` is set where it only names what follows, `goes_on` where a semicolon stands before it, `numbered` where a
    number does.
    """

    heading: bool = False
    goes_on: bool = False
    role: str = ""
    numbered: bool = False


# What something is called from here on: no words of the sentence that it stands in.
_SHORT_NAME = re.compile(
    "（(?![不含包])[^（）]{2,30}，下同）|（以下(?:简称|统称|称)[^（）]{1,40}）|（下同）|，下同(?=）)|（以下同）"
)


class Passage:
    """The even text of a passage (`text`) and, for each of its characters, the place in the original (`places`)."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        letters: list[str] = []
        places: list[int] = []
        end = 0
        for hit in _WORD.finditer(raw):
            # A line's end is one only after a mark that ends a sentence; elsewhere lines were broken by the page.
            if letters and letters[-1][-1:] in _ENDS and (line := raw.find("\n", end, hit.start())) >= 0:
                letters.append("\n")
                places.append(line)
            elif letters and hit.start() > end and _HEADING.fullmatch("".join(letters)[-40:].rpartition("\n")[2]):
                letters.append("\n")
                places.append(end)
            end = hit.end()
            even = hit.group().translate(_EVEN)
            if len(even) == end - hit.start():
                places.extend(range(hit.start(), end))
            else:
                for place in range(hit.start(), end):
                    places += [place] * len(_EVEN[ord(raw[place])])
            if even:
                letters.append(even)
        if letters and letters[-1][-1:] in _ENDS and (line := raw.find("\n", end)) >= 0:
            letters.append("\n")
            places.append(line)
        text = "".join(letters)
        for hit in reversed([*_SHORT_NAME.finditer(text)]):
            text = text[: hit.start()] + text[hit.end() :]
            del places[hit.start() : hit.end()]
        # A comma or colon inside a figure stays what it is (1,000; 1:1).
        self.text = re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", ",", re.sub(r"(?<=\d)：(?=\d)", ":", text))
        self.places = places

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the even text stands in the original."""
        if start >= end:
            at = self.places[start] if start < len(self.places) else len(self.raw)
            return at, at
        return self.places[start], self.places[end - 1] + 1

    def sentences(self) -> Iterator[Sentence]:
        """The sentences in order; a number in front (（一）, 3., 第二条) opens a new one and is left out."""
        role = ""
        for start, end in self._cuts():
            label = _ROLE.match(self.text, start, end)
            role = label["role"] if label else role
            number = _NUMBER.match(self.text, start, end)
            begin = label.end() if label else number.end() if number else start
            named = _LABEL_NAME.match(self.text, begin, end)
            begin = named.end() if named else begin
            while begin < end and self.text[begin] in _BREAKS:
                begin += 1
            body = self.text[begin:end].rstrip(_BREAKS + "：")
            if body and not _NOISE.match(body):
                heading = bool(number) and len(body) <= 32 and "，" not in body
                goes_on = self.text[:start].endswith("；")
                yield Sentence(begin, begin + len(body), body, heading, goes_on, role, bool(number))

    def _cuts(self) -> Iterator[tuple[int, int]]:
        start = depth = 0
        text = self.text
        for hit in _CUT.finditer(text):
            i, mark = hit.start(), hit.group()
            if mark == "【" and _ROLE.match(text, i):
                if i > start:
                    yield start, i
                start, depth = i, 0
            if mark in _OPEN and mark:
                opens_number = depth == 0 and i > start and mark == "（" and _NUMBER.match(text, i)
                if opens_number and text[i - 1] not in "第款项条按照":
                    yield start, i
                    start = i
                depth += 1
            elif mark in _CLOSE and mark:
                depth = max(0, depth - 1)
            elif mark in _BREAKS and mark:
                if depth == 0 or mark == "\n":
                    yield start, i + 1
                    start, depth = i + 1, 0
            elif mark.endswith("："):
                if depth == 0:
                    yield start, hit.end()
                    start = hit.end()
            elif depth == 0 and i > start:
                yield start, i
                start = i
            if depth == 0 and len(mark) > 1 and _NUMBER.match(text, hit.end()) and hit.end() > start:
                yield start, hit.end()
                start = hit.end()
        if start < len(text):
            yield start, len(text)


# Where a sentence may end or begin: marks, brackets, a label, a number after a mark.
# 「符合下列条件之一的，给予10万元奖励：…」: what follows is a list, whether it has numbers or not.
_OPENS_LIST = "(?:以下|下列|如下)(?:[^，。；：（）]{0,14}(?:条件|情形|情况|要求|标准|指标|资质|资格)|[一二两三四五六七八九\\d](?:项|条|个))[^。；：（）]{0,40}："
_CUT = re.compile(
    f"[{_OPEN}{_CLOSE}{_BREAKS}]|{_LABEL.pattern}|{_OPENS_LIST}|(?<=[。；：])(?={_NUMBER.pattern})|(?<=(?:扶持|支持|奖励|补贴|补助|资助)标准)(?=\\d{{1,2}}[.．、](?!\\d))"
)
_PIECE_MARKS = re.compile(f"[{_OPEN}{_CLOSE}，：；、]")


def pieces(part: Part, marks: str = "，：") -> list[Part]:
    """`part` cut at commas and colons that stand outside brackets."""
    out, start, depth = [], 0, 0
    for hit in _PIECE_MARKS.finditer(part.text):
        mark, i = hit.group(), hit.start()
        if mark in _OPEN:
            depth += 1
        elif mark in _CLOSE:
            depth = max(0, depth - 1)
        elif mark in marks and depth == 0:
            if i > start:
                out.append(Part(part.start + start, part.start + i, part.text[start:i]))
            start = i + 1
    if start < len(part.text):
        out.append(Part(part.start + start, part.end, part.text[start:]))
    return out
