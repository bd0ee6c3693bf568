"""A small book as a PDF, and what must be cut from it, kept in `tests/golden/book.json`.

`python -m tests.indexer.golden` writes it anew; look at the difference before it is kept.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corpus.model import Document
from indexer.cut import cut
from indexer.formats.files import read_here
from tests.indexer.documents import build_lines, build_pdf, grid

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "book.json"
_HEADER = (90.0, 30.0, "某市惠企政策汇编（2024年版）")

_PAGES = [
    ["某市惠企政策汇编", "（2024年版）", "某市人民政府办公室编"],
    [
        "目  录",
        "一、市级政策",
        "1.某市人民政府关于印发某市促进制造业发展办法的通知................1",
        "2.某市关于支持外贸稳定增长的若干措施................3",
        "二、省级政策",
        "3.某省稳岗返还实施办法................4",
    ],
    [
        "一、市级政策",
        "1.某市人民政府关于印发某市促进制造业发展办法的通知",
        "某政规〔2023〕5号",
        "各区人民政府：",
        "现将《某市促进制造业发展办法》印发给你们，请认真贯彻执",
        "行。",
        "某市人民政府",
        "2023年5月12日",
        "某市促进制造业发展办法",
        "第一条  为了促进制造业发展，制定本办法。",
        "第二条  对上一年度营业收入首次达到二千万元的工业企业，给",
        "予一次性奖励，奖励标准按照企业上一年度规模确定，最高为",
    ],
    [
        "二十万元。",
        "奖励资金由市财政局拨付。",
        "第三条  申请奖励应当符合下列条件：",
        "（一）在本市注册；",
        "（二）无严重失信记录。",
        "第四条  本办法自2023年6月1日起施行，有效期3年。",
    ],
    [
        "2.某市关于支持外贸稳定增长的若干措施",
        "某商规〔2023〕9号",
        "一、支持投保。对投保出口信用保险的企业给予保费补助。",
        "二、支持参展。补助标准见下表。",
    ],
    [
        "二、省级政策",
        "3.某省稳岗返还实施办法",
        "第一条  对不裁员的参保企业返还失业保险费。",
        "第二条  本办法自发布之日起施行。",
    ],
]
_TABLE_AT = (230.0, 260.0, 290.0, 320.0)
_TABLE = [("展会", "补助"), ("境外展会", "五万元"), ("境内展会", "一万元")]


def build_book() -> bytes:
    """The book: cover, contents, headers, page numbers, a sentence over a page break, a table."""
    pages = []
    for number, lines in enumerate(_PAGES, start=1):
        texts = build_lines(lines)
        if number > 2:
            texts = [_HEADER, *texts, (290.0, 800.0, f"- {number - 2} -")]
        pages.append(texts)
    rules: list[list[tuple[float, ...]]] = [[] for _ in pages]
    rules[4] = grid((90, 250, 450), _TABLE_AT)
    for (left, right), top in zip(_TABLE, _TABLE_AT, strict=False):
        pages[4] += [(100.0, top + 8, left), (260.0, top + 8, right)]
    return build_pdf(pages, rules=rules)


def cut_book(folder: Path) -> list[dict[str, Any]]:
    """What is cut from the book, as it is kept."""
    path = folder / "book.pdf"
    path.write_bytes(build_book())
    (document,) = read_here(path, False, tick=lambda: None)
    if not isinstance(document, Document):
        raise TypeError(document)
    return [
        {
            "title": policy.title,
            "doc_no": policy.doc_no,
            "issued_on": str(policy.issued_on),
            "term": [str(policy.effective_from), str(policy.expires_on)],
            "pages": list(policy.pages or ()),
            "note": policy.note,
            "clauses": [[clause.path, clause.page, clause.text] for clause in policy.clauses],
        }
        for policy in cut(document)
    ]


def main() -> None:
    """Write what is cut now."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        found = cut_book(Path(folder))
    GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
