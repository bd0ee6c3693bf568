"""文号, as printed: every shape that they are written in, and the one that they are compared in; and as people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.formats.text import chinese_number, clean, tidy
from indexer.search.analysis import fold

_OPEN, _CLOSE = r"[〔\[【（(﹝［「〈{]", r"[〕\]】）)﹞］」〉}]"
_AGENCY = r"[\u4e00-\u9fa5A-Za-z]"
_DOC_NO = re.compile(
    rf"({_AGENCY}{{1,18}}?)\s*{_OPEN}\s*((?:19|20)\d\d)\s*年?\s*{_CLOSE}\s*(?:第\s*)?0*(\d{{1,5}})\s*号"
)
_DOC_NO_BARE = re.compile(
    rf"({_AGENCY}{{1,18}}?)\s*{_OPEN}\s*((?:19|20)\d\d)\s*年?\s*{_CLOSE}\s*(?:第\s*)?0*(\d{{1,5}})\s*号?"
)
_YEAR_FIRST = re.compile(rf"{_OPEN}\s*((?:19|20)\d\d)\s*{_CLOSE}\s*({_AGENCY}{{2,18}}?)\s*(\d{{1,5}})\s*号")
_ANNOUNCEMENT = re.compile(
    r"((?:[\u4e00-\u9fa5]{2,20}(?:部|总局|局|署|行|委|委员会|办公厅|海关|人民政府|总署)[ 、]*)+)"
    r"公告\s*[（(]?((?:19|20)\d\d)\s*年\s*第\s*(\d{1,4})\s*号[）)]?"
)
_ORDER = re.compile(
    r"((?:中华人民共和国)?(?:主席|国务院|[\u4e00-\u9fa5]{2,20}(?:部|总局|局|署|委员会|人民政府|银行)))令\s*[（(]?\s*"
    r"(?:((?:19|20)\d\d)\s*年\s*)?第\s*(\d{1,4}|[一二三四五六七八九十百零〇]{1,6})\s*号\s*[）)]?"
)
# 商服贸函2026年第322号: as some offices write it, on a line of its own
_LETTER = re.compile(rf"({_AGENCY}{{1,12}}?[函发字办规])\s*((?:19|20)\d\d)\s*年\s*第\s*0*(\d{{1,5}})\s*号")
# What stands before a 文号 in running text and is no part of it.
_LEADING = re.compile(
    r"^.*(?:通知|意见|办法|方案|规定|决定|细则|措施|公告|文件|发文字号|文号|根据|依据|按照|以及|贯彻|落实|见|为|等)(?=[\u4e00-\u9fa5A-Za-z]{2,})"
)


def normalise_doc_no(text: str) -> str | None:
    """The 文号 that `text` is, in the one form of GB/T 9704; None where it is none.

    >>> normalise_doc_no("济管 [2023] 001号"), normalise_doc_no("国办发（2023）17号")
    ('济管〔2023〕1号', '国办发〔2023〕17号')
    """
    bare = tidy(text).replace("○", "〇")
    if found := _DOC_NO_BARE.fullmatch(bare):
        return f"{found[1]}〔{found[2]}〕{found[3]}号"
    if found := _YEAR_FIRST.fullmatch(bare):
        return f"{found[2]}〔{found[1]}〕{found[3]}号"
    if found := _LETTER.fullmatch(bare):
        return f"{found[1]}〔{found[2]}〕{found[3]}号"
    if found := _ANNOUNCEMENT.fullmatch(clean(text)):
        return _announcement(found)
    if found := _ORDER.fullmatch(bare):
        return _order(found)
    return None


def _announcement(found: re.Match[str]) -> str:
    issuers = " ".join(re.split(r"[ 、]+", _LEADING.sub("", found[1]).strip(" 、")))
    return f"{issuers}公告{found[2]}年第{found[3]}号"


def _order(found: re.Match[str]) -> str:
    number = found[3] if found[3].isdigit() else chinese_number(found[3])
    year = f"{found[2]}年" if found[2] else ""
    agency = re.sub(r"^.*[日以由](?=..)", "", found[1])
    return f"{agency}令{year}第{number}号"


def order_no(title: str) -> str | None:
    """The number of the order or announcement that `title` is headed by (某部令（2026年第10号）　某规定); None for another."""
    shown = clean(title)
    if found := _ORDER.match(shown):
        return _order(found)
    return _announcement(found) if (found := _ANNOUNCEMENT.match(shown)) else None


def find_doc_nos(text: str) -> tuple[str, ...]:
    """Every 文号 in running text, normalised, each once, in order."""
    shown = clean(text)
    found: list[tuple[int, str]] = []
    for mark in _DOC_NO.finditer(shown):
        agency = _LEADING.sub("", mark[1])
        if shown[: mark.start()].rstrip()[-1:] in ("）", ")", "》", "〕", "号"):
            agency = re.sub("^(?:以及|和|与|及|或)(?=..)", "", agency)
        found.append((mark.start(), f"{agency}〔{mark[2]}〕{mark[3]}号"))
    found += [(mark.start(), _announcement(mark)) for mark in _ANNOUNCEMENT.finditer(shown)]
    found += [(mark.start(), _order(mark)) for mark in _ORDER.finditer(shown)]
    return tuple(dict.fromkeys(number for _, number in sorted(found)))


def leading_doc_no(text: str) -> str | None:
    """The 文号 that `text` begins with, normalised; None where it begins with none."""
    found = _DOC_NO.match(clean(text))
    return f"{found[1]}〔{found[2]}〕{found[3]}号" if found else None


def is_doc_no_line(text: str) -> bool:
    """Whether a line is a 文号 and nothing else."""
    return normalise_doc_no(text.strip(" （()）")) is not None or normalise_doc_no(text) is not None


# ---------------------------------------------------------------- as typed

# Any brackets, blanks, 第, without 号.
_TYPED_OPEN, _TYPED_CLOSE = r"[〔\[(【﹝{〈《<]", r"[〕\])】﹞}〉》>]"
_ORG = r"(?P<org>[\u4e00-\u9fff]{1,14})?"
_NUMBERED = re.compile(
    rf"{_ORG}\s*(?:{_TYPED_OPEN}\s*(?P<y1>(?:19|20)\d\d)\s*年?\s*{_TYPED_CLOSE}\s*第?\s*(?P<n1>\d{{1,5}})\s*号?"
    r"|(?P<y2>(?:19|20)\d\d)\s*年?\s*(?:第\s*|\s)?(?P<n2>\d{1,5})\s*号)"
)


@dataclass(frozen=True, slots=True)
class DocNo:
    """A 文号: the office's mark (None where only year and number were typed), the year and the number."""

    org: str | None
    year: int
    number: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.org or ''}〔{self.year}〕{self.number}号"

    def matches(self, other: DocNo) -> bool:
        """Whether `other`, of a policy, is what was typed: the same year and number, and the mark the same or its end."""
        if (self.year, self.number) != (other.year, other.number):
            return False
        return self.org is None or other.org == self.org or (other.org or "").endswith(self.org)


def typed_doc_no(text: str) -> DocNo | None:
    """The first 文号 in `text`, None where there is none.

    >>> str(typed_doc_no("济管[2023] 1号")), str(typed_doc_no("济管（2023）第1")), typed_doc_no("2023年1号楼的租金") is None
    ('济管〔2023〕1号', '济管〔2023〕1号', False)
    """
    folded = fold(text)
    match = _NUMBERED.search(folded)
    if match is None:
        return None
    org = re.sub(r"^(?:关于|按照|根据|依据|查|查询|找|搜)", "", match["org"] or "") or None
    return DocNo(org, int(match["y1"] or match["y2"]), int(match["n1"] or match["n2"]), match.start(), match.end())
