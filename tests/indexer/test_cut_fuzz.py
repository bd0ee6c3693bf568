"""Documents put together at random from what real ones are made of: whatever comes, cutting loses and invents nothing.

The small run is part of the daily tests, the long one of the slow set. Findings are kept as cases below.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from corpus.catalogue import dump_policies, parse_policies
from corpus.model import Document, Line, Notice, Table
from indexer.cut import cut, reread
from indexer.formats.text import fold
from indexer.harvest import sound
from indexer.same import diff, find_pairs

NAMES = ("研发", "人才", "技改", "出口", "稳岗", "贷款贴息", "首台套", "绿色工厂")
KINDS = ("办法", "若干措施", "实施细则", "通知", "意见", "方案（试行）", "申报指南")
MARKS = (
    "一、",
    "二、",
    "（一）",
    "（二）",
    "1.",
    "2．",
    "（1）",
    "第一条 ",
    "第二条",
    "第一章 总则",
    "①",
    "三、",
    "第三条",
)
SENTENCES = (
    "对符合条件的企业给予20万元奖励。",
    "本办法自2023年6月1日起施行，有效期至2026年12月31日。",
    "《某市旧办法》（某政〔2019〕2号）同时废止。",
    "根据《某省促进条例》，结合实际，制定本办法。",
    "由市工业和信息化局负责解释",
    "下列企业：",
    "支持对象：规模以上工业企业",
    "问：哪些企业可以申报？",
    "答：在本市注册的企业。",
    "申报材料",
    "……………（3）",
    "2.5万元",
    "〔2023〕",
    "附件2：申请表",
    "目  录",
    "（此件公开发布）",
)
_TITLES = st.builds(
    lambda issuer, about, name, kind: f"{issuer}{about}{name}{kind}",
    st.sampled_from(("某市人民政府", "某市财政局 某市科技局", "中共某市委", "")),
    st.sampled_from(("关于印发", "关于", "关于转发《某省")),
    st.sampled_from(NAMES),
    st.sampled_from(KINDS),
)
_NUMBERS = st.builds(lambda y, n: f"某政发〔{y}〕{n}号", st.integers(2015, 2024), st.integers(1, 99))
_DAYS = st.sampled_from(("2023年5月20日", "二〇二三年五月二十日", "2023年2月30日"))
_PARTS = st.builds(lambda mark, words: mark + words, st.sampled_from(("", *MARKS)), st.sampled_from(SENTENCES))
_ODD = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
_TEXTS = st.one_of(_TITLES, _NUMBERS, _DAYS, _PARTS, _PARTS, st.just("各县区人民政府："), st.just("某市人民政府"), _ODD)
_CELLS = st.one_of(
    st.sampled_from(("政策名称", "支持对象", "支持标准", "文号", "责任单位", "申报条件", "序号")), _PARTS, st.just("")
)


@st.composite
def blocks(draw):
    """Lines and tables in an order, on pages that go on, some set as headings."""
    page: int | None = draw(st.sampled_from((None, 1)))
    styled = draw(st.booleans())
    found: list[Line | Table] = []
    for _ in range(draw(st.integers(1, 40))):
        if page is not None and draw(st.integers(0, 6)) == 0:
            page += 1
        if draw(st.integers(0, 12)) == 0:
            width = draw(st.integers(1, 4))
            rows = draw(st.lists(st.tuples(*[_CELLS] * width), min_size=1, max_size=4))
            found.append(Table(tuple(rows), page, page))
        else:
            level = draw(st.sampled_from((None, None, 1, 2))) if styled else None
            found.append(Line(draw(_TEXTS), page, level=level))
    return tuple(found)


def letters(block: Line | Table) -> list[str]:
    """What a block says, piece by piece, as it is compared."""
    texts = [block.text] if isinstance(block, Line) else [cell for row in block.rows for cell in row]
    return [folded for text in texts if (folded := fold(text))]


def check(found: tuple[Line | Table, ...]) -> None:
    """Everything that must hold whatever the document is."""
    document = Document("a.txt", "0" * 64, "text/plain", found, notices=(Notice("ocr", "识别", 1),))
    policies = cut(document)
    assert policies == cut(document)
    ids = [policy.id for policy in policies]
    assert len(ids) == len(set(ids))
    said = "".join(fold(clause.text) for policy in policies for clause in policy.clauses)
    whole = "".join(piece for block in found for piece in letters(block))
    for policy in policies:
        paths = [clause.path for clause in policy.clauses]
        assert len(paths) == len(set(paths))
        assert all(clause.text.strip() for clause in policy.clauses)
        pages = {block.page for block in found}
        assert all(clause.page in pages for clause in policy.clauses if clause.page is not None)
    if any(isinstance(block, Line) for block in found):
        assert len(said) <= 3 * len(whole) + 200  # a table's head row is said again with each row
    kept = [sound(policy, policy.measures)[0] for policy in policies]
    assert all(not measures for measures in kept)
    assert parse_policies(dump_policies(policies), "a").problems == ()
    for policy in policies[:3]:
        reread(policy)
        assert all(change.kind == "same" for change in diff(policy, policy))
    find_pairs(policies)


FOUND = (  # a card that names a field twice
    Table(
        (
            ("文号", "申报条件"),
            ("", "二、给予奖励。"),
            ("政策名称", "某市办法"),
            ("支持对象", "企业"),
            ("政策名称", "某市办法"),
        )
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(blocks())
@example(FOUND)
@example((Table((("政策名称", "支持对象", "支持标准", ""), ("政策名称", "", "", "某办法"))),))
def test_any_document_is_cut(found):
    check(found)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(blocks())
def test_many_documents_are_cut(found):
    check(found)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_PARTS.filter(lambda text: "…" not in text), min_size=3, max_size=30))
@example(["一、下列企业：", "（一）规模以上。", "（一）规模以上。"])
@example(["给予奖励。", "给予奖励。", "第一章 总则对符合条件的企业给予20万元奖励。"])
def test_no_words_of_a_single_document_are_lost(texts):
    lines = (Line("某市人民政府关于促进发展的通知"), Line("各县区人民政府："), *(Line(text) for text in texts))
    (policy, *more) = cut(Document("a.txt", "0" * 64, "text/plain", lines))
    said = "".join(
        fold(part)
        for p in (policy, *more)
        for clause in p.clauses
        for part in (clause.heading or "", clause.path, clause.text)
    )
    for text in texts:
        if text.startswith("第一章") and "。" not in text:
            continue  # a heading over nothing
        words = fold(text.removeprefix("附件2："))  # an attachment's label is the path of what is in it
        assert words in said or words in fold("".join(p.title for p in (policy, *more)))
