"""The sample enterprises and the sample document: readable, marked 示例, and different from one another."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from pdfminer.high_level import extract_text

from corpus.catalogue import read_policies
from corpus.rules import conditions
from corpus.sources import build, content
from corpus.sources.content import Card, Grid, Heading, Paragraph, Part, Signature, rule_words
from matcher.catalogue import compile_catalogue
from matcher.facts import read_profile
from matcher.match import match

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SAMPLES = sorted((CORPUS / "samples").glob("*.json"))
POLICIES = [
    policy for path in sorted((CORPUS / "policies").glob("*.measures.yaml")) for policy in read_policies(path).policies
]
DAY = date(2026, 11, 24)


def profile(path: Path) -> dict[str, Any]:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def eligible(path: Path) -> frozenset[str]:
    result = match(POLICIES, read_profile(profile(path), path.name), DAY)
    return frozenset(each.measure.id for each in result.matches if each.standing == "eligible")


# ---------------------------------------------------------------- enterprises


def test_the_samples_are_of_different_kinds():
    facts = [profile(path)["facts"] for path in SAMPLES]
    assert len(SAMPLES) >= 6
    assert {fact["legal_form"] for fact in facts} == {"企业", "个体工商户"}
    assert len({fact["industry"][:2] for fact in facts}) >= 5


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_reads_and_says_that_it_is_one(path: Path):
    data = profile(path)
    read = read_profile(data, path.name)
    assert read.id.startswith("示例-")
    assert read.name.startswith("示例·")
    assert read.needs
    assert read.plans
    assert read.description
    assert read.as_of == date(2026, 10, 31)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_answers_in_the_words_of_bundled_rules(path: Path):
    asked = {
        c.value for policy in POLICIES for m in policy.measures for _, c in conditions(m.rule) if c.field == "manual"
    }
    assert set(profile(path).get("confirmations", {})) <= asked


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_gets_something_and_leaves_something_open(path: Path):
    result = match(POLICIES, read_profile(profile(path), path.name), DAY)
    standings = {each.standing for each in result.matches}
    assert {"eligible", "unknown", "ineligible", "expired"} <= standings


def test_the_lists_of_the_samples_differ():
    lists = [eligible(path) for path in SAMPLES]
    assert len(set(lists)) == len(lists)


@pytest.mark.parametrize(
    ("sample", "has", "lacks"),
    [
        ("jixie-gaoxin", "CN-TAX-09", "CN-TAX-02"),
        ("geti-canyin", "CN-TAX-02", "CN-TAX-09"),
        ("wuliu-yunshu", "CN-TAX-23", "CN-HR-001"),
        ("qianye-peitao", "CN-HR-001", "CN-TAX-09"),
        ("shipin-xiaowei", "CN-TAX-01", "CN-TAX-06"),
        ("ruanjian-chuangye", "CN-HR-002", "CN-TAX-02"),
    ],
)
def test_what_sets_a_sample_apart(sample: str, has: str, lacks: str):
    found = eligible(CORPUS / "samples" / f"{sample}.json")
    assert has in found
    assert lacks not in found


def test_no_draft_is_ever_said_to_be_met():
    drafts = {measure.id for policy in POLICIES for measure in policy.measures if measure.review == "draft"}
    assert drafts
    for path in SAMPLES:
        assert not eligible(path) & drafts


def test_the_catalogue_of_bundled_measures_compiles():
    assert compile_catalogue(POLICIES) is not None


# ---------------------------------------------------------------- document


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The words of a freshly built PDF and DOCX, without white space."""
    pdf, word = build.build(tmp_path_factory.mktemp("sources"))
    return pdf_words(pdf), word_words(word)


def pdf_words(path: Path) -> str:
    return "".join(extract_text(str(path)).split())


def word_words(path: Path) -> str:
    document = docx.Document(str(path))
    section = document.sections[0]
    paragraphs = [*document.paragraphs, *section.header.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "".join("".join([*(paragraph.text for paragraph in paragraphs), *cells]).split())


def test_the_committed_files_are_what_the_builder_builds(built: tuple[str, str]):
    assert pdf_words(build.HERE / f"{build.NAME}.pdf") == built[0]
    assert word_words(build.HERE / f"{build.NAME}.docx") == built[1]


@pytest.mark.parametrize("which", [0, 1], ids=["pdf", "docx"])
def test_every_heading_and_paragraph_comes_out_again(built: tuple[str, str], which: int):
    for block in content.compilation():
        match block:
            case Part(title) | Grid(title, _) | Card(title, _) | Heading(title, _):
                said = [title]
            case Paragraph(words, _):
                said = [words]
            case Signature(lines):
                said = list(lines)
        for words in said:
            # A page ends inside a paragraph only with its running head and foot: the beginning is enough.
            assert "".join(words.split())[:18] in built[which]


def test_the_word_file_has_its_tables_row_by_row():
    document = docx.Document(str(build.HERE / f"{build.NAME}.docx"))
    grid = next(block for block in content.compilation() if isinstance(block, Grid))
    assert tuple(tuple(cell.text for cell in row.cells) for row in document.tables[0].rows) == grid.rows


def test_cover_contents_heads_and_feet_are_there(built: tuple[str, str]):
    for words in built:
        assert "惠企政策汇编（示例）" in words
        assert "目录" in words
        assert "摘述，非原文" in words
        assert "不能作为申报依据" in words
    pages = list(extract_text(str(build.HERE / f"{build.NAME}.pdf")).split("\f"))
    assert "— 3 —" in pages[2]


def test_the_document_has_whole_policies_a_table_and_cards():
    blocks = content.compilation()
    titles = [block.title for block in blocks if isinstance(block, Heading)]
    assert len(titles) == len(content.WHOLE)
    assert sum(isinstance(block, Grid) for block in blocks) == 1
    assert sum(isinstance(block, Card) for block in blocks) == len(content.CARDS)


def test_the_files_are_small():
    for name in ("pdf", "docx"):
        assert (build.HERE / f"{build.NAME}.{name}").stat().st_size < 100_000


def test_rules_are_said_in_words():
    policy = next(policy for policy in POLICIES if policy.id == "CN-2023-12")
    words = {measure.id: rule_words(measure.rule) for measure in policy.measures}
    assert words["CN-TAX-02"] == "个体工商户"
    assert words["CN-TAX-03"] == "增值税小规模纳税人或小型微利企业或个体工商户"
