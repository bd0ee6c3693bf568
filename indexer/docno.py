"""文号 as people type it: any brackets, blanks, 第, without 号; one spelling for all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.analysis import fold

_OPEN, _CLOSE = r"[〔\[(【﹝{〈《<]", r"[〕\])】﹞}〉》>]"
_ORG = r"(?P<org>[\u4e00-\u9fff]{1,14})?"
_NUMBERED = re.compile(
    rf"{_ORG}\s*(?:{_OPEN}\s*(?P<y1>(?:19|20)\d\d)\s*年?\s*{_CLOSE}\s*第?\s*(?P<n1>\d{{1,5}})\s*号?"
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


def find(text: str) -> DocNo | None:
    """The first 文号 in `text`, None where there is none.

    >>> str(find("济管[2023] 1号")), str(find("济管（2023）第1")), find("2023年1号楼的租金") is None
    ('济管〔2023〕1号', '济管〔2023〕1号', False)
    """
    folded = fold(text)
    match = _NUMBERED.search(folded)
    if match is None:
        return None
    org = re.sub(r"^(?:关于|按照|根据|依据|查|查询|找|搜)", "", match["org"] or "") or None
    return DocNo(org, int(match["y1"] or match["y2"]), int(match["n1"] or match["n2"]), match.start(), match.end())
