"""Words in their places: what is read off the arrays is what Whoosh finds, walking record by record."""

from __future__ import annotations

from pathlib import Path

import pytest
from whoosh import index as whoosh_index
from whoosh.query import Phrase, Prefix, Term

from corpus.catalogue import read_policies
from indexer.search.analysis import cut
from indexer.search.search import Index
from indexer.search.standing import Standing

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def corpus():
    return read_policies(HERE / "search_corpus.measures.yaml").policies


@pytest.fixture(scope="module")
def made(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("standing") / "index"
    Index(folder).update(corpus)
    (standing,) = (folder / "g0001" / "rank").iterdir()
    opened = whoosh_index.open_dir(str(folder / "g0001"))
    with opened.searcher() as searcher:
        yield Standing(standing), searcher
    opened.close()


def words_of(corpus):
    return [[word.text for word in cut(clause.text)] for policy in corpus for clause in policy.clauses]


def test_a_phrase_is_found_where_whoosh_finds_it(made, corpus):
    standing, searcher = made
    phrases = [tuple(words[at : at + size]) for words in words_of(corpus) for size in (1, 2, 3) for at in range(20)]
    crossed = [(b, a) for a, b in (phrase for phrase in phrases if len(phrase) == 2)]
    found = 0
    for words in {*phrases, *crossed, ("不在", "奖励"), ("奖励", "奖励")} - {()}:
        expected = sorted(searcher.docs_for_query(Phrase("text", list(words))))
        assert list(standing.phrase(words)) == expected, words
        found += bool(expected)
    assert found > 100


def test_whoosh_reads_words_and_prefixes_from_the_same_places(made):
    standing, searcher = made
    assert list(searcher.docs_for_query(Term("text", "奖励"))) == list(standing.records("奖励"))
    assert len(standing.records("奖励")) > 3
    assert standing.times("奖励") >= len(standing.records("奖励"))
    prefixed = sorted(searcher.docs_for_query(Prefix("text", "高新")))
    assert prefixed == sorted(
        {record for term in standing.starting("高新") if term.startswith("高新") for record in standing.records(term)}
    )
    assert searcher.doc_frequency("text", "奖励") == len(standing.records("奖励"))
    assert ("text", "不在") not in searcher.reader()
    assert list(standing.records("不在")) == []
