"""Compilations cut whole: a contents page that lists only a part, none at all, titles by heading style."""

from __future__ import annotations

import pytest

from corpus.model import Document, Line
from indexer.cut import cut

TITLES = [f"某市人民政府关于印发{x}扶持办法的通知" for x in ("研发", "人才", "技改", "出口", "用工", "上市")]


def lines_of(n, title, page, numbered=True):
    """A notice on a page of its own."""
    head = [title, *([f"某政发〔2023〕{n}号"] if numbered else []), "各县区人民政府："]
    body = [f"{mark}、对符合条件的企业给予{n * 10}万元奖励，由市工信局受理。" for mark in "一二三"]
    return [Line(text, page=page) for text in [*head, *body, "某市人民政府", "2023年5月20日"]]


def contents(listed):
    return [
        Line("目  录", page=1),
        *(Line(f"{i + 1}. {TITLES[i]}……………（{i + 2}）", page=1) for i in listed),
    ]


def cut_lines(lines):
    return cut(Document("汇编.txt", "x", "text/plain", tuple(lines)))


@pytest.mark.parametrize("listed", [(), range(6), (0, 1, 2), (3, 4, 5), (1, 3, 4)])
@pytest.mark.parametrize("numbered", [True, False])
def test_what_the_contents_leave_out_is_cut_all_the_same(listed, numbered):
    body = [line for i in range(6) for line in lines_of(i + 1, TITLES[i], i + 2, numbered)]
    found = cut_lines([*(contents(listed) if listed else ()), *body])
    assert [policy.title for policy in found] == TITLES
    assert [policy.pages for policy in found] == [(i + 2, i + 2) for i in range(6)]
    assert [policy.doc_no for policy in found] == [f"某政发〔2023〕{i + 1}号" if numbered else None for i in range(6)]
    said = "".join(clause.text for policy in found for clause in policy.clauses)
    assert all(line.text in said for line in body if "万元" in line.text)


def test_what_a_notice_passes_on_or_attaches_stays_with_it():
    inner = "省财政厅关于印发研发补助办法的通知"
    passing = lines_of(1, f"某市财政局关于转发《{inner}》的通知", 2) + lines_of(7, inner, 3)
    attached = [*lines_of(2, TITLES[1], 4), Line("附件1", page=5), *lines_of(8, "某市关于印发配套办法的通知", 5)]
    others = [line for i in (2, 3) for line in lines_of(i + 1, TITLES[i], i + 4)]
    listed = [f"某市财政局关于转发《{inner}》的通知", *TITLES[1:4]]
    toc = [Line("目录", page=1), *(Line(f"{n}. {t}…………{n + 1}", page=1) for n, t in enumerate(listed, 1))]
    found = cut_lines([*toc, *passing, *attached, *others])
    assert [policy.title for policy in found] == listed


def headed(*texts):
    """Lines, those that begin with # as headings of so many levels."""
    found = []
    for text in texts:
        bare = text.lstrip("#")
        found.append(Line(bare, level=len(text) - len(bare) or None))
    return found


ITEMS = ("研发费用补助", "稳岗返还", "首台套奖励", "上市奖励")


def test_titles_by_heading_style_over_texts_numbered_anew():
    texts = [
        part
        for item in ITEMS
        for part in (
            f"#{item}", "##一、支持对象", "在本市注册的工业企业，纳入规模以上统计的，上一年度研发投入占比不低于百分之三。",
            "##二、支持标准", "给予20万元奖励。",
        )
    ]  # fmt: skip
    found = cut_lines(headed(*texts))
    assert [policy.title for policy in found] == list(ITEMS)
    assert [[clause.path for clause in policy.clauses] for policy in found] == [["一", "二"]] * 4


def test_titles_by_heading_style_under_a_books_sections():
    body = "对符合条件的企业给予10万元奖励，由市工信局受理，每年申报一次，企业应当在本市注册并正常经营。"
    texts = [part for n, item in enumerate(ITEMS) for part in (f"#第{'一二三四'[n]}部分 财政", f"##{item}", body)]
    found = cut_lines(headed(*texts))
    assert [policy.title for policy in found] == list(ITEMS)
    assert all(policy.clauses[0].text == body for policy in found)


@pytest.mark.parametrize(
    "texts",
    [
        ("#某市若干措施", *(f"#{n}、支持企业" for n in "一二三四")),
        ("#某市关于促进发展的若干措施", *(f"##{n}、支持企业" for n in "一二三四")),
        ("#某市促进发展办法", *(f"##第{n}章 企业" for n in "一二三四")),
        ("#走访企业纪实", *(f"##{name}" for name in ("走进车间", "面对面听诉求", "回访见实效"))),
    ],
)
def test_the_headings_of_one_document_do_not_divide_it(texts):
    body = "给予20万元奖励，由市人社局受理并于每年六月底前完成拨付工作，企业应当在本市注册并正常经营。"
    found = cut_lines([line for text in texts for line in headed(text, body)])
    assert [policy.title for policy in found] == [texts[0].lstrip("#")]
