"""What a title is: 发文机关 + 关于 + 事由 + 的 + 文种, and its kin in compilations."""

from __future__ import annotations

import re

from indexer.formats.text import tidy

_KINDS = (
    "决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要|办法|细则|规定|方案|措施|政策|计划|规划|要点|"
    "指南|条例|规则|规范|清单|举措|任务|纲要|指引|说明|标准|制度|导则|目录|条例|通则|法|章程|安排|分工|机制|倡议书|汇编|问答|"
    "任务书|路线图|实录|工作|服务|试点|认定|办法解读|条款|(?:\\d+|[一二三四五六七八九十百]+|答记者)问|[一二三四五六七八九十\\d]+\\s*条"
)
_TAIL = r"(?:\s*[（(〔\[][^（()）]{1,30}(?:[（(][^（()）]*[)）])?[^（()）]{0,10}[)）〕\]])*"
_TITLE_END = re.compile(rf"(?:{_KINDS})[》〉”]?{_TAIL}$")
_ABOUT = re.compile(r"关于|印发|转发|发布|公布|实施|下达|批准|开展")
DATED = re.compile(r"[（(]\s*((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*[)）]\s*$")
_NUMBERED = re.compile(r"\s*(?:第?\s*(\d{1,3})\s*[.．、条项]|[一二三四五六七八九十百]{1,4}、)\s*")
MAX_LENGTH = 180


def is_title(text: str) -> bool:
    """Whether `text`, on a line or lines of its own, reads as the title of a document."""
    text = tidy(text)
    if not 6 <= len(text) <= MAX_LENGTH or text[-1] in "。；，：:、" or "。" in text or "；" in text:
        return False
    return bool(_TITLE_END.search(text)) and (bool(_ABOUT.search(text)) or len(text) <= 60)


def is_strong_title(text: str) -> bool:
    """Whether `text` can hardly be anything but a title: 关于 or 印发 in it, and a 文种 at its end."""
    return (
        is_title(text)
        and bool(re.search(r"关于|印发|转发", text))
        and bool(
            re.search(
                r"(?:通知|意见|办法|方案|决定|公告|措施|规定|细则|函|批复|通告|条例|计划|政策)[》”]?" + _TAIL + "$",
                tidy(text),
            )
        )
    )


def strip_number(text: str) -> tuple[str, int | None]:
    """`text` without a running number before it, and that number where it is in digits.

    >>> strip_number("12. 关于印发某办法的通知")
    ('关于印发某办法的通知', 12)
    """
    found = _NUMBERED.match(text)
    if found is None or found.end() == len(text):
        return text.strip(), None
    return text[found.end() :].strip(), int(found[1]) if found[1] else None


def strip_date(text: str) -> tuple[str, tuple[int, int, int] | None]:
    """`text` without a date in brackets at its end, and that date (year, month, day)."""
    found = DATED.search(text)
    if found is None:
        return text.strip(), None
    return text[: found.start()].strip(), (int(found[1]), int(found[2]), int(found[3]))


def section_name(text: str) -> bool:
    """Whether a line is the head of a compilation's section (二、省级政策, （三）河北) and not of a policy's part."""
    text = tidy(text)
    mark = re.match(
        r"(?:第[一二三四五六七八九十]+[编篇章部分]+|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）])\s*",
        text,
    )
    rest = text[mark.end() :] if mark else ""
    return mark is not None and 1 <= len(rest) <= 12 and not re.search(r"[。；，：]", rest)
