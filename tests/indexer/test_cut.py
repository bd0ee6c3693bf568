"""Compilations of every kind cut into policies, and policies into clauses: worked cases, and what must always hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import Document, Line, Table
from indexer.cut import cut
from indexer.cut.paragraphs import paragraphs
from indexer.formats.text import fold
from tests.indexer import golden

CASES = yaml.safe_load(Path(__file__).with_name("cut_cases.yaml").read_text(encoding="utf-8"))


def document(text: str, name: str = "文件.docx", page: int | None = None) -> Document:
    """A document of lines; lines that begin with `|` are the rows of a table."""
    blocks: list[Line | Table] = []
    rows: list[tuple[str, ...]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append(tuple(line[1:].split("|")))
            continue
        if rows:
            blocks.append(Table(tuple(rows), page=page))
            rows = []
        if line.strip():
            blocks.append(Line(line.strip(), page=page))
    return Document(name, "0" * 64, "application/test", tuple(blocks))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"].replace(" ", "-"))
def test_worked_cases(case):
    policies = cut(document(case["text"]))
    assert [policy.title for policy in policies] == [want["title"] for want in case["policies"]]
    for policy, want in zip(policies, case["policies"], strict=True):
        for name, value in want.items():
            if name == "paths":
                assert [clause.path for clause in policy.clauses] == value
            elif name == "own_no":
                assert {clause.own_no for clause in policy.clauses} == {value}
            else:
                have = getattr(policy, name)
                assert (list(have) if isinstance(have, tuple) else have) == value, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"].replace(" ", "-"))
def test_what_always_holds(case):
    read = document(case["text"], page=3)
    policies = cut(read)
    assert cut(read) == policies
    assert len({policy.id for policy in policies}) == len(policies)
    for policy in policies:
        paths = [clause.path for clause in policy.clauses]
        assert len(set(paths)) == len(paths)
        assert policy.pages == (3, 3)
        assert all(clause.page == 3 for clause in policy.clauses)


def test_no_text_no_policies():
    assert cut(Document("空.pdf", "0" * 64, "application/pdf", ())) == ()


def test_headings_say_under_what_a_clause_stands():
    (policy,) = cut(
        document("某局关于某事的意见\n一、税费支持\n（一）减免。对企业减免税款。\n二、金融支持\n1.给予贴息。")
    )
    found = {clause.path: clause.heading for clause in policy.clauses}
    assert found["一(一)"] == "税费支持／减免"
    assert found["二1"].startswith("金融支持")


def test_the_same_card_twice_is_kept_once_with_both_places():
    card = "1.某市补贴\n|支持对象|企业\n|支持标准|十万元\n|联系电话|12345\n"
    text = card + card.replace("1.", "2.") + card.replace("1.", "3.").replace("十万", "二十万")
    policies = cut(document(text, page=4))
    assert [p.title for p in policies] == ["某市补贴", "某市补贴"]
    assert "又见于第4页" in policies[0].note
    assert policies[0].id != policies[1].id


# ---------------------------------------------------------------- paragraphs


def test_wrapped_lines_become_paragraphs():
    lines = """现将
《某市全面优化营商环境助力企业高质量发展改革重点任务清单》
印
发给你们，请严密组织，认真落实。为确保改革任务高标准按时完成，明确要求如下：
一、强化思想认识，加强组织领导
《某市全面优化营商环境助力企业高质量发展实施方案》（某政办发〔2023〕8 号）
又称改革方案，
是市委、市政府贯彻落实会议精神，促进经济社会高质量发展的重要抓手之一；
是全市持续深化改革优化营商环境的又一次集中部署。
某市交通委员会
2023 年5 月12 日""".splitlines()
    found = [p.text for p in paragraphs([Line(line) for line in lines])]
    assert found == [
        "现将《某市全面优化营商环境助力企业高质量发展改革重点任务清单》印发给你们，请严密组织，认真落实。为确保改革任务高标准按时完成，明确要求如下：",
        "一、强化思想认识，加强组织领导",
        "《某市全面优化营商环境助力企业高质量发展实施方案》（某政办发〔2023〕8号）又称改革方案，是市委、市政府贯彻落实会议精神，促进经济社会高质量发展的重要抓手之一；是全市持续深化改革优化营商环境的又一次集中部署。",
        "某市交通委员会",
        "2023年5月12日",
    ]


def test_paragraphs_by_place_on_the_page():
    def line(text, x0, x1, top):
        return Line(text, page=1, box=(x0, top, x1, top + 12), size=12)

    lines = [
        line("一、总体要求", 114, 186, 100),
        line("坚持企业为主体，", 114, 500, 124),
        line("市场为导向。", 90, 162, 148),
        line("坚持问题导向，补齐短板", 114, 500, 172),
        line("弱项。", 90, 126, 196),
    ]
    assert [p.text for p in paragraphs(lines)] == [
        "一、总体要求",
        "坚持企业为主体，市场为导向。",
        "坚持问题导向，补齐短板弱项。",
    ]


WORDS = st.text(
    alphabet="企业发展支持奖励给予万元税费一二三（）1.、。，：第条章节附件问答〔〕2023年月日号", max_size=60
)


@settings(max_examples=150)
@given(st.lists(WORDS, max_size=30))
def test_no_words_are_lost_in_cutting(lines):
    """Every character of the text is in a title, a clause, a 文号 or a heading of a section."""
    read = document("\n".join(lines))
    policies = cut(read)
    kept = fold("".join(text for p in policies for c in p.clauses for text in (c.text, c.heading or "")))
    whole = {char for block in read.blocks for char in fold(block.text)}
    if policies and whole:
        said = kept + fold("".join(p.title + (p.doc_no or "") + (p.note or "") for p in policies))
        assert len(whole - set(said)) <= len(whole) / 2
    assert all(clause.text for policy in policies for clause in policy.clauses)


def test_a_whole_book_from_pdf_to_clauses(tmp_path):
    """Cover, contents, headers, sections, a sentence over a page break, a table: as kept in tests/golden."""
    assert golden.cut_book(tmp_path) == json.loads(golden.GOLDEN.read_text(encoding="utf-8"))
