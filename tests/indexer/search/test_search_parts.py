"""The pieces of search on their own: 文号, ranking, highlights, chips, facets."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as some_array

from corpus.model import STATUSES
from indexer.doc_no import typed_doc_no
from indexer.search import arrays, build
from indexer.search.analysis import pieces
from indexer.search.build import MatrixWriter, merge
from indexer.search.columns import Columns
from indexer.search.entities import BOOST, LESS, OTHER_TRADE, factors, recognise
from indexer.search.facets import facets
from indexer.search.highlight import highlight
from indexer.search.ranking import Matrix, best, weigh
from indexer.search.records import Header

DAY = date(2024, 7, 1)


def header(identity: str = "p", **given_) -> Header:
    empty = dict.fromkeys(
        (
            "doc_no",
            "issuer",
            "level",
            "region",
            "department",
            "issued_on",
            "effective_from",
            "expires_on",
            "withdrawn",
            "withdrawn_on",
        )
    )
    return Header(
        **(
            {"id": identity, "title": identity, **empty, "sha256": ""}
            | dict.fromkeys(("benefits", "departments", "trades", "audiences", "most"), ())
            | given_
        )
    )


# ---------------------------------------------------------------- 文号


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "济管〔2023〕1号",
            "济管[2023]1号",
            "济管［2023］1号",
            "济管(2023)1号",
            "济管（2023）1 号",
            "济管【2023】第1号",
        ),
        *(
            "济管 〔2023〕 1 号",
            "济管〔 2023 〕1",
            "济管2023年1号",
            "济管2023年第1号",
            "济管 2023 1号",
            "查济管﹝2023﹞1号",
        ),
    ],
)
def test_a_number_is_one_however_it_is_typed(typed):
    found = typed_doc_no(typed)
    assert found is not None
    assert str(found) == "济管〔2023〕1号"


@pytest.mark.parametrize("text", ["2023年的政策", "奖励20万元", "第1号", "〔一〕", "济管", "2024年6月30日前"])
def test_what_is_no_number_is_not_taken_for_one(text):
    assert typed_doc_no(text) is None


def test_a_number_without_its_mark_or_with_its_end_matches():
    full = typed_doc_no("豫财企〔2025〕1号")
    assert typed_doc_no("〔2025〕1号").matches(full)
    assert typed_doc_no("财企〔2025〕1号").matches(full)
    assert not typed_doc_no("济管〔2025〕1号").matches(full)
    assert not typed_doc_no("豫财企〔2025〕11号").matches(full)


# ---------------------------------------------------------------- ranking


@given(some_array(np.float32, st.integers(0, 3000), elements=st.floats(0, 4, width=16)), st.integers(1, 12))
def test_best_is_the_head_of_a_sort(scores, count):
    expected = [i for i in np.argsort(-scores, kind="stable") if scores[i] > 0][:count]
    found = best(scores, count)
    assert [scores[i] for i in found] == [scores[i] for i in expected]
    assert len(set(found)) == len(found)


def small_matrix(folder, policies):
    writer = MatrixWriter(folder)
    for heading, texts in policies:
        writer.add_policy([("policy", pieces(heading), ""), *(("clause", "", pieces(text)) for text in texts)])
    writer.write()
    weigh([Matrix(folder)])
    return Matrix(folder).weighed()


def scores(matrix, **weights):
    return matrix.scores(matrix.rows(list(weights)), np.array(list(weights.values()), dtype=np.float32))


def frequency(matrix, term):
    return int(matrix.frequencies(matrix.rows([term]))[0])


def test_scores_follow_the_words(tmp_path):
    matrix = small_matrix(tmp_path / "m", [("奖励", ["高企，奖励", "租金"]), ("租金", ["租金，减免"])])
    assert list(matrix.starts) == [0, 3]
    found = scores(matrix, 租金=1.0)
    assert found[1] == 0
    assert found[3] > found[0] > 0
    assert frequency(matrix, "租金") == 4
    assert frequency(matrix, "不在") == 0
    assert not scores(matrix, 不在=1.0).any()
    assert scores(matrix, 不在=1.0, 租金=2.0) == pytest.approx(found * 2)


def test_a_word_in_the_heading_counts_more_and_length_is_punished(tmp_path):
    matrix = small_matrix(tmp_path / "m", [("奖励", ["别的"]), ("别的", ["奖励"]), ("别的", ["奖励" + "，字" * 50])])
    in_heading, _, in_text, _, in_long, _ = scores(matrix, 奖励=1.0)
    assert in_heading > in_text > in_long


def test_merging_is_building_at_once(tmp_path):
    first = [("甲", ["高企，奖励"]), ("乙", ["租金"])]
    second = [("丙", ["租金，减免，租金"])]
    parts = [small_matrix(tmp_path / "a", first), small_matrix(tmp_path / "b", second)]
    live = [np.array([False, False, True, True]), np.array([True, True])]
    merge([(part.folder, kept) for part, kept in zip(parts, live, strict=True)], tmp_path / "merged")
    weigh([Matrix(tmp_path / "merged")])
    merged = Matrix(tmp_path / "merged").weighed()
    whole = small_matrix(tmp_path / "whole", [first[1], *second])
    for term in ("租金", "减免", "乙", "高企", "甲"):
        assert scores(merged, **{term: 1.0}) == pytest.approx(scores(whole, **{term: 1.0}), rel=1e-3)
    assert list(merged.starts) == list(whole.starts)
    for name in ("at_pointers", "at_records", "at_offsets", "at_positions"):
        same = [list(arrays.read(folder, name)) for folder in (merged.folder, whole.folder)]
        assert name == "at_pointers" or same[0] == same[1]


def test_a_matrix_made_in_blocks_is_the_one_made_at_once(tmp_path, monkeypatch):
    policies = [(f"第{i}号奖励", ["对高新技术企业给予奖励。", f"租金减免{i}元，溪岚公司的"][: i % 3]) for i in range(9)]
    whole = small_matrix(tmp_path / "whole", policies)
    monkeypatch.setattr(build, "_BLOCK", 12)
    in_blocks = small_matrix(tmp_path / "blocks", policies)
    files = sorted(path.name for path in whole.folder.iterdir())
    assert sorted(path.name for path in in_blocks.folder.iterdir()) == files
    for name in files:
        assert (whole.folder / name).read_bytes() == (in_blocks.folder / name).read_bytes(), name


def test_an_empty_matrix_answers(tmp_path):
    writer = MatrixWriter(tmp_path / "m")
    writer.add_policy([("policy", "", "")])
    writer.write()
    weigh([Matrix(tmp_path / "m")])
    assert list(scores(Matrix(tmp_path / "m").weighed(), 租金=1.0)) == [0.0]


# ---------------------------------------------------------------- highlights


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("认定高新技术企业的", {"高新"}, "认定<mark>高新</mark>技术企业的"),
        ("给予租金减免", {"租金", "减免"}, "给予<mark>租金减免</mark>"),
        ("一年期货款", {"期货"}, "一年期货款"),
        ("Ａ级企业", {"a"}, "<mark>Ａ</mark>级企业"),
        ("营收<5000万元&盈利", {"盈利"}, "营收&lt;5000万元&amp;<mark>盈利</mark>"),
    ],
)
def test_marks_are_whole_words_or_words_inside_words(text, words, shown):
    assert highlight(text, words) == shown


def test_a_long_text_is_shown_where_the_words_stand():
    text = "总则。" * 100 + "对高新技术企业给予奖励。" + "附则。" * 100
    shown = highlight(text, {"高新技术企业", "奖励"})
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "<mark>高新技术企业</mark>" in shown
    assert "<mark>奖励</mark>" in shown
    assert len(re.sub(r"<[^>]+>", "", shown)) <= 125


@given(
    st.text(alphabet="高新技术企业奖励租金，。<&a1 ", max_size=300),
    st.sets(st.sampled_from(["高新", "企业", "奖励", "租金", "a1"])),
)
def test_a_highlight_is_the_text_and_nothing_but_marks(text, words):
    from html import unescape

    shown = highlight(text, words, length=80)
    plain = unescape(re.sub(r"</?mark>", "", shown)).strip("…")
    assert plain in text
    assert shown.count("<mark>") == shown.count("</mark>")
    lengths = bytes(map(len, pieces(text)))
    assert highlight(text, words, length=80, lengths=lengths) == shown


# ---------------------------------------------------------------- chips and counts


def test_what_a_query_names_is_shown_and_can_be_taken_away():
    chips = recognise("济源市2023年科技局的贴息政策，已到期的高新技术企业")
    assert {(chip.kind, chip.value, chip.effect) for chip in chips} == {
        ("region", "419001", "boost"),
        ("year", "2023", "boost"),
        ("status", "expired+withdrawn", "filter"),
        ("department", "科技局", "boost"),
        ("title", "高新技术企业", "boost"),
    }
    assert recognise("济源市贴息", without=["region:419001"]) == ()
    assert [chip.label for chip in recognise("济管[2023]1")] == ["济管〔2023〕1号"]
    assert recognise("招不到工人怎么办") == ()


@given(
    *(st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1)) for _ in range(3)),
    st.none() | st.just("被替代"),
    st.dates(date(2019, 1, 1), date(2027, 1, 1)),
)
def test_columns_agree_with_the_header_on_status(start, end, ended, words, day):
    entry = header(effective_from=start, expires_on=end, withdrawn=words, withdrawn_on=ended if words else None)
    codes = {status: float(i) for i, status in enumerate(STATUSES)}
    assert Columns([entry]).by_status(day, codes.__getitem__)[0] == codes[entry.status_on(day)]


@pytest.mark.parametrize(
    ("query", "chips"),
    [
        ("50万元以上的补贴", {"amount:500000"}),
        ("奖励不低于100万", {"amount:1000000"}),
        ("贷款贴息 最高50万元", {"amount:500000"}),
        ("餐饮企业有什么政策", {"industry:62"}),
        ("做零售的", {"industry:52"}),
        ("工业企业 技改补助200万元以上", {"industry:B+C+D", "amount:2000000"}),
        # A sum that an enterprise has, a share, a number of things, a word within another.
        ("营业收入2000万元以上", set()),
        ("注册资本100万的公司", set()),
        ("补贴50%", set()),
        ("奖励10个名额", set()),
        ("教育费附加减免", set()),
        # A number alone that is a year, and one that is none.
        ("2023 补贴", set()),
        ("补贴2023", set()),
        ("补贴2023元", {"amount:2023"}),
        ("每人2000补贴", {"amount:2000"}),
    ],
)
def test_sums_and_trades_are_chips_where_they_are_what_is_asked_for(query, chips):
    assert {chip.key for chip in recognise(query)} == chips


def test_a_sum_or_a_trade_orders_and_keeps_nothing_out():
    headers = [
        header("small", most=(10_000.0, None), trades=("62",)),
        header("large", most=(None, 900_000.0), trades=("C",)),
        header("silent"),
    ]
    columns = Columns(headers)
    assert factors(recognise("50万元以上的补贴"), columns, DAY).tolist() == pytest.approx([LESS, BOOST, 1.0])
    assert factors(recognise("餐饮企业"), columns, DAY).tolist() == pytest.approx([BOOST, OTHER_TRADE, 1.0])


def test_facets_count_each_policy_once_a_value():
    columns = Columns(
        [
            header(
                "a",
                level="city",
                departments=("科技局", "财政局"),
                benefits=("refund",),
                issued_on=date(2023, 1, 1),
                trades=("C", "32", "62"),
                audiences=("小微企业",),
            ),
            header("b", level="city", departments=("科技局",), expires_on=date(2024, 1, 1), issued_on=date(2024, 1, 1)),
            header("c"),
        ],
    )
    found = facets(columns, np.arange(3), DAY)
    assert [c.count for c in facets(columns, np.array([1]), DAY)["department"]] == [1]
    assert [(c.value, c.label, c.count) for c in found["level"]] == [("city", "市级", 2)]
    assert [(c.value, c.count) for c in found["department"]] == [("科技局", 2), ("财政局", 1)]
    assert {c.label: c.count for c in found["status"]} == {"现行有效": 2, "已过期": 1}
    assert [c.value for c in found["year"]] == ["2024", "2023"]
    assert [(c.label, c.count) for c in found["industry"]] == [("制造业", 1), ("住宿和餐饮业", 1)]
    assert [(c.value, c.count) for c in found["audience"]] == [("小微企业", 1)]
