"""The store: what is put is read back, whole or not at all; what cannot be opened is said, not crashed on."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from corpus.errors import InputError, StoreError
from corpus.model import All, Clause, Condition, Measure, Notice, Policy
from corpus.store import LAYOUT, Received, Store, sha256
from tests.strategies import policies


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    yield store
    store.close()


def measure(identity, **rest):
    return Measure(identity, "事项", Condition("revenue", "ge", 1.0), **rest)


def policy(identity, *measures):
    return Policy(identity, "政策", clauses=(Clause("一", "给予奖励", page=3),), measures=measures)


def received(path, *cut, raw=b"one"):
    return Received(path, sha256(raw), "text/plain", policies=cut)


def state(store):
    return store.documents(), store.policies(), store.revision()


# ---------------------------------------------------------------- reading back


def test_a_new_store_is_empty(store):
    assert state(store) == ((), (), 0)
    assert store.document(sha256(b"one")) is None
    assert store.policy("p") is None


def test_a_document_is_read_back_with_its_policies(store, tmp_path):
    notice = Notice("unread", "第 2 页是扫描件", page=2)
    one = replace(received("a.pdf", policy("p1", measure("m1")), policy("p2")), pages=3, notices=(notice,))
    store.put(one, b"one")
    assert store.document(one.sha256) == one
    assert store.documents() == (replace(one, policies=()),)
    assert store.policies() == one.policies
    assert store.policy("p2") == policy("p2")
    assert (tmp_path / "documents" / f"{one.sha256}.pdf").read_bytes() == b"one"


def test_a_refused_document_is_kept_with_its_reason(store):
    refused = replace(received("a.pdf"), reason="加密的 PDF")
    store.put(refused)
    assert store.document(refused.sha256) == refused


@settings(max_examples=15)
@given(policies())
def test_any_policies_are_read_back(tmp_path_factory, drawn):
    store = Store(tmp_path_factory.mktemp("store"))
    try:
        store.put(received("a.json", *drawn))
        kept = tuple(replace(p, measures=tuple(m for m in p.measures if m.review != "rejected")) for p in drawn)
        assert store.policies() == kept
    finally:
        store.close()


def test_policies_come_in_the_order_they_were_put(store):
    store.put(received("z.txt", policy("p9"), policy("p1")))
    store.put(received("a.txt", policy("p5"), raw=b"two"))
    assert [p.id for p in store.policies()] == ["p9", "p1", "p5"]
    assert [d.path for d in store.documents()] == ["a.txt", "z.txt"]


def test_what_is_put_is_there_when_the_store_is_opened_again(store, tmp_path):
    store.put(received("a.txt", policy("p", measure("m"))))
    again = Store(tmp_path)
    assert state(again) == state(store)
    again.close()


def test_more_policies_than_a_statement_takes_values(store):
    many = [policy(f"p{i}", measure(f"m{i}")) for i in range(1200)]
    store.put(received("a.jsonl", *many))
    store.put(received("a.jsonl", *many[:700], raw=b"two"))
    assert len(store.policies()) == 700


# ---------------------------------------------------------------- replacing


def test_new_bytes_under_the_same_path_replace_the_old(store):
    store.put(received("a.txt", policy("p1", measure("m1")), policy("p2")))
    store.put(received("a.txt", policy("p2", measure("m1")), raw=b"two"))
    assert [d.sha256 for d in store.documents()] == [sha256(b"two")]
    assert store.policies() == (policy("p2", measure("m1")),)


def test_the_same_bytes_under_another_path_are_one_document(store):
    store.put(received("a.txt", policy("p")))
    store.put(received("b.txt", policy("p")))
    assert [d.path for d in store.documents()] == ["b.txt"]
    assert store.policies() == (policy("p"),)


def test_a_policy_of_another_document_gives_way_to_the_same_id(store):
    store.put(received("a.txt", policy("p", measure("m1")), policy("q")))
    store.put(received("b.txt", policy("p", measure("m2")), raw=b"two"))
    assert store.policies() == (policy("q"), policy("p", measure("m2")))
    assert store.document(sha256(b"one")).policies == (policy("q"),)


def test_the_revision_grows_with_every_change(store):
    seen = [store.revision()]
    for change in (
        lambda: store.put(received("a.txt", policy("p", measure("m")))),
        lambda: store.put(received("a.txt", raw=b"two")),
        lambda: store.put(received("b.txt", policy("p", measure("m")))),
        lambda: store.review(measure("m"), "rejected"),
    ):
        change()
        seen.append(store.revision())
    assert seen == sorted(set(seen))


# ---------------------------------------------------------------- refused, and nothing changed


@pytest.mark.parametrize(
    ("cut", "says"),
    [
        ((policy("q", measure("new"), measure("m")),), ["m", "已属于政策 p", "全库唯一的编号", "b.txt"]),
        ((policy("q", measure("x"), measure("x")),), ['事项编号 "x" 已用于', "b.txt"]),
        ((policy("q"), policy("q")), ['政策编号 "q" 已用于', "b.txt"]),
        ((replace(policy("q"), clauses=(Clause("一", " "),)),), ["clauses[0].text", "不空的文字", "b.txt"]),
        ((replace(policy("q"), level="乡级"),), ["level", "乡级", "county"]),
        ((policy("q", measure("x", clauses=("二",))),), ['条款 "二" 不在本政策里']),
        ((policy("q", replace(measure("x"), rule=Condition("revenu", "ge", 1.0))),), ["revenu", "revenue"]),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_and_changes_nothing(store, cut, says):
    store.put(received("a.txt", policy("p", measure("m"))))
    before = state(store)
    with pytest.raises(InputError) as refused:
        store.put(received("b.txt", *cut, raw=b"two"))
    assert [word for word in says if word not in str(refused.value)] == []
    assert state(store) == before


def test_a_clash_leaves_what_stood_under_the_path(store):
    store.put(received("a.txt", policy("p", measure("m"))))
    store.put(received("b.txt", policy("q", measure("n")), raw=b"two"))
    before = state(store)
    with pytest.raises(InputError, match="已属于政策 p"):
        store.put(received("b.txt", policy("q", measure("m")), raw=b"three"))
    assert state(store) == before


# ---------------------------------------------------------------- review


def test_a_person_confirms_a_draft(store):
    store.put(received("a.txt", policy("p", measure("m", review="draft"), measure("n", review="draft"))))
    corrected = measure("m", review="draft", department="工业和信息化局", clauses=("一",))
    store.review(corrected, "confirmed")
    assert store.policies() == (policy("p", replace(corrected, review="confirmed"), measure("n", review="draft")),)


def test_a_rejected_measure_is_left_out_and_can_come_back(store):
    store.put(received("a.txt", policy("p", measure("m", review="draft"))))
    store.review(measure("m"), "rejected")
    assert store.policies() == (policy("p"),)
    store.review(measure("m"), "confirmed")
    assert store.policies() == (policy("p", measure("m")),)


@pytest.mark.parametrize(
    ("reviewed", "says"),
    [(measure("nobody"), '没有事项 "nobody"'), (measure("m", clauses=("二",)), '条款 "二" 不在本政策里')],
)
def test_a_review_that_cannot_be_kept_changes_nothing(store, reviewed, says):
    store.put(received("a.txt", policy("p", measure("m"))))
    before = state(store)
    with pytest.raises(InputError, match=says):
        store.review(reviewed, "confirmed")
    assert state(store) == before


# ---------------------------------------------------------------- a store that cannot be used


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "huiqi.db").write_bytes(b"not a database at all, but long enough to be read as one" * 40)
    with pytest.raises(StoreError, match=r"已损坏或不是本程序的.*请从备份恢复"):
        Store(tmp_path)


def test_a_store_of_another_version(store, tmp_path):
    store.close()
    with sqlite3.connect(tmp_path / "huiqi.db") as database:
        database.execute("UPDATE meta SET value = 99 WHERE key = 'layout'")
    database.close()
    with pytest.raises(StoreError, match=f"版本是 99，本程序需要 {LAYOUT}"):
        Store(tmp_path)


def test_a_store_that_another_program_is_writing(tmp_path):
    url = f"sqlite:///{tmp_path / 'huiqi.db'}?timeout=0.05"
    store = Store(tmp_path, url)
    other = sqlite3.connect(tmp_path / "huiqi.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match=r"locked.*另一个程序正在使用"):
            store.put(received("a.txt", policy("p")))
        assert store.policies() == ()  # reading goes on
    finally:
        other.close()
    store.put(received("a.txt", policy("p")))
    assert store.policies() == (policy("p"),)
    store.close()


def test_programs_that_open_a_new_store_at_once(tmp_path):
    def open_and_put(no):
        store = Store(tmp_path)
        store.put(received(f"{no}.txt", policy(f"p{no}"), raw=str(no).encode()))
        store.close()

    with ThreadPoolExecutor(4) as programs:
        list(programs.map(open_and_put, range(8)))
    store = Store(tmp_path)
    assert len(store.policies()) == store.revision() == 8
    store.close()


def test_a_data_folder_that_is_a_file(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="数据目录不能用"):
        Store(tmp_path / "data")


@pytest.mark.parametrize("body", ['{"id": "p"}', "not JSON"])
def test_a_row_that_was_spoiled_is_named(store, tmp_path, body):
    store.put(received("a.txt", policy("p")))
    with sqlite3.connect(tmp_path / "huiqi.db") as database:
        database.execute("UPDATE policies SET body = ?", (body,))
    database.close()
    with pytest.raises(StoreError, match="请从备份恢复"):
        store.policies()


def test_an_event_of_a_day_survives_the_database(store):
    rule = All((Condition("founded_on", "ge", date(2020, 2, 29)),))
    store.put(received("a.txt", policy("p", replace(measure("m"), rule=rule))))
    assert store.policies()[0].measures[0].rule == rule
