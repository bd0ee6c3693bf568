"""What people decide is kept beside what the machine read, and stands when a file is read anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from corpus.benefits import parse_benefit
from corpus.errors import InputError
from corpus.model import Clause, Condition, Measure, Policy
from corpus.store import Received, Store, Tally, sha256
from corpus.trail import Decision, Recut, made_from, part_id, recut

AT = datetime(2024, 6, 30, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    yield store
    store.close()


def measure(identity, clause="一", **rest):
    rest.setdefault("review", "draft")
    return Measure(identity, "事项", Condition("revenue", "ge", 1.0, clause=clause), clauses=(clause,), **rest)


def policy(identity, *measures, clauses=("一", "二"), **rest):
    texts = tuple(Clause(path, f"{path}：给予奖励", page=3 + i) for i, path in enumerate(clauses))
    return Policy(identity, f"政策{identity}", clauses=texts, measures=measures, pages=(3, 4), **rest)


def received(*cut, path="a.pdf", raw=b"one"):
    return Received(path, sha256(raw), "application/pdf", policies=cut)


def decision(before, after, action="correct", **rest):
    return Decision("p", (before or after).id, "张三", AT, action, before, after, **rest)


CONFIRMED = replace(
    measure("m"), review="confirmed", benefit=parse_benefit({"kind": "one_off_grant", "amount": {"fixed": 2e5}})
)

# ---------------------------------------------------------------- decisions


def test_a_decision_is_kept_with_both_readings(store):
    store.put(received(policy("p", measure("m"), measure("n"))))
    store.decide(decision(measure("m"), CONFIRMED, reason="金额写漏"))
    assert store.policy("p").measures == (CONFIRMED, measure("n"))
    (kept,) = store.decisions(measure="m")
    assert (kept.by, kept.at, kept.action, kept.reason) == ("张三", AT, "correct", "金额写漏")
    assert (kept.before, kept.after, kept.text) == (measure("m"), CONFIRMED, "一：给予奖励")
    assert store.decisions(policy="p") == (kept,)
    assert store.decisions(policy="q") == ()


def test_a_rejected_measure_can_still_be_looked_up(store):
    store.put(received(policy("p", measure("m"))))
    store.decide(decision(measure("m"), replace(measure("m"), review="rejected"), "reject", reason="只是目标"))
    assert store.policy("p").measures == ()
    found_policy, found = store.measure("m")
    assert (found_policy.id, found.review) == ("p", "rejected")
    assert store.measure("nobody") is None


def test_a_split_stands_after_what_it_was_split_off(store):
    store.put(received(policy("p", measure("m"), measure("n"))))
    half = measure(part_id("m", 2))
    store.decide(decision(measure("m"), CONFIRMED, "split"), decision(None, half, "split"))
    store.decide(decision(None, measure(part_id("m+2", 3)), "split"))
    assert [m.id for m in store.policy("p").measures] == ["m", "m+2", "m+3", "n"]


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: decision(replace(measure("m"), title="别的"), CONFIRMED), "刚被别人改过"),
        (lambda: decision(measure("x"), measure("x")), '没有事项 "x"'),
        (lambda: decision(measure("m"), replace(CONFIRMED, clauses=("九",))), '条款 "九" 不在本政策里'),
        (lambda: decision(None, measure("m")), '"m" 已有'),
        (lambda: decision(None, measure("z+2")), '没有事项 "z"'),
        (lambda: replace(decision(measure("m"), CONFIRMED), policy="q"), '没有政策 "q"'),
    ],
)
def test_a_decision_that_does_not_fit_changes_nothing(store, made, says):
    store.put(received(policy("p", measure("m"))))
    before = store.policies(), store.revision(), store.decisions()
    with pytest.raises(InputError, match=says):
        store.decide(decision(measure("m"), replace(measure("m"), note="先改这一半")), made())
    assert (store.policies(), store.revision(), store.decisions()) == before


# ---------------------------------------------------------------- what changed


def test_what_changed_is_told_by_policy(store):
    store.put(received(policy("p", measure("m")), policy("q", measure("n"))))
    at = store.revision()
    assert store.changed_since(at) == frozenset()
    store.decide(decision(measure("m"), CONFIRMED))
    assert store.changed_since(at) == {"p"}
    store.review(measure("n"), "rejected")
    assert store.changed_since(at) == {"p", "q"}
    store.put(received(policy("r"), path="b.pdf", raw=b"two"))
    assert store.changed_since(at) is None


# ---------------------------------------------------------------- read anew


def test_decisions_stand_when_the_file_is_read_anew(store):
    fresh = policy("p", measure("m"), measure("n"), measure("o"))
    store.put(received(fresh))
    rejected = replace(measure("n"), review="rejected")
    store.decide(decision(measure("m"), CONFIRMED, "split"), decision(None, measure("m+2"), "split"))
    store.decide(decision(measure("n"), rejected, "reject"))
    store.put(received(fresh))
    assert store.policy("p").measures == (CONFIRMED, measure("m+2"), measure("o"))


def test_a_decision_does_not_stand_on_other_words(store):
    store.put(received(policy("p", measure("m"))))
    store.decide(decision(measure("m"), CONFIRMED))
    changed = replace(policy("p", measure("m")), clauses=(Clause("一", "给予奖励30万元"),))
    store.put(received(changed, raw=b"a new edition"))
    assert store.policy("p").measures == (measure("m"),)
    assert len(store.decisions()) == 1


def test_what_a_file_calls_confirmed_is_left_alone(store):
    store.put(received(policy("p", measure("m"))))
    store.decide(decision(measure("m"), replace(measure("m"), review="rejected"), "reject"))
    store.put(received(policy("p", CONFIRMED)))
    assert store.policy("p").measures == (CONFIRMED,)


def test_the_last_decision_counts(store):
    store.put(received(policy("p", measure("m"))))
    store.decide(decision(measure("m"), CONFIRMED, "accept"))
    store.decide(decision(CONFIRMED, measure("m"), "reopen"))
    store.put(received(policy("p", measure("m"))))
    assert store.policy("p").measures == (measure("m"),)


@pytest.mark.parametrize(("identity", "whole"), [("m+2", "m"), ("m", "m"), ("a+b", "a+b"), ("m+2+3", "m+2")])
def test_parts_know_their_whole(identity, whole):
    assert made_from(identity) == whole


# ---------------------------------------------------------------- cuts


def cut(how, identity="q", **rest):
    return Recut(identity, how, "李四", AT, **rest)


def test_a_policy_is_joined_to_the_one_before(store):
    store.put(received(policy("p", measure("m")), policy("q", measure("n", "二"), clauses=("二", "三"))))
    store.recut(sha256(b"one"), cut("join", into="p"))
    (joined,) = store.policies()
    assert [clause.path for clause in joined.clauses] == ["一", "二", "二·2", "三"]
    assert [(m.id, m.clauses) for m in joined.measures] == [("m", ("一",)), ("n", ("二·2",))]
    assert store.recuts(sha256(b"one")) == (cut("join", into="p"),)


def test_citations_follow_their_clauses(store):
    one, other = policy("p", measure("m")), policy("q", measure("n"))
    (joined,) = recut((one, other), cut("join"))
    assert [(m.clauses, m.rule.clause) for m in joined.measures] == [(("一",), "一"), (("一·2",), "一·2")]


def test_a_policy_is_split_at_a_clause(store):
    store.put(received(policy("p", measure("m"), measure("n", "二"), region="110000")))
    store.recut(sha256(b"one"), cut("split", "p", clause="二", title="另一项", doc_no="济政〔2023〕1号"))
    first, second = store.policies()
    assert ([c.path for c in first.clauses], [m.id for m in first.measures], first.pages) == (["一"], ["m"], (3, 3))
    assert ([c.path for c in second.clauses], [m.id for m in second.measures]) == (["二"], ["n"])
    assert (second.title, second.doc_no, second.region) == ("另一项", "济政〔2023〕1号", "110000")


def test_a_policy_is_renamed(store):
    store.put(received(policy("p")))
    store.recut(sha256(b"one"), cut("rename", "p", title=" 正名 ", doc_no="", was=("政策p", None)))
    assert (store.policy("p").title, store.policy("p").doc_no) == ("正名", None)
    assert store.recuts(sha256(b"one"))[0].was == ("政策p", None)


def test_cuts_are_done_again_when_the_file_is_read_anew(store):
    read = received(policy("p", measure("m")), policy("q"))
    store.put(read)
    store.recut(read.sha256, cut("join", into="p"))
    store.recut(read.sha256, cut("rename", "p", title="正名"))
    kept = store.policies()
    store.put(read)
    assert store.policies() == kept


def test_decisions_stand_across_a_new_cut(store):
    """A policy is joined to another; what was decided on its measures before stays, by the clauses' names of now."""
    read = received(policy("p", measure("m")), policy("q", measure("n"), measure("o", "二")))
    store.put(read)
    confirmed = replace(measure("n"), review="confirmed", title="改过")
    store.decide(replace(decision(measure("n"), confirmed), policy="q"))
    store.decide(replace(decision(measure("o", "二"), measure("o", "二", review="rejected"), "reject"), policy="q"))
    store.recut(read.sha256, cut("join", into="p"))
    kept = store.policies()
    assert [(m.id, m.clauses, m.review) for m in kept[0].measures] == [
        ("m", ("一",), "draft"),
        ("n", ("一·2",), "confirmed"),
    ]
    store.put(read)
    assert store.policies() == kept


def test_a_cut_that_no_longer_fits_is_said(store):
    store.put(received(policy("p"), policy("q")))
    store.recut(sha256(b"one"), cut("join", into="p", was=("政策q", None)))
    store.put(received(policy("p"), raw=b"new edition"))
    (notice,) = store.documents()[0].notices
    assert "政策q" in notice.text
    assert "并入前一项" in notice.text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (cut("join", "p"), "前面没有可并入的政策"),
        (cut("join", "x"), '没有政策 "x"'),
        (cut("split", "p", clause="一", title="另"), "不能从条款"),
        (cut("split", "p", clause="二"), "没有写名称"),
        (cut("rename", "p", title=" "), "没有写名称"),
    ],
)
def test_a_cut_that_does_not_fit_changes_nothing(store, wrong, says):
    store.put(received(policy("p", measure("m"))))
    before = store.policies(), store.revision()
    with pytest.raises(InputError, match=says):
        store.recut(sha256(b"one"), wrong)
    assert (store.policies(), store.revision(), store.recuts(sha256(b"one"))) == (*before, ())


def test_rejected_measures_survive_a_new_cut(store):
    store.put(received(policy("p", measure("m")), policy("q", measure("n", review="rejected"))))
    store.recut(sha256(b"one"), cut("rename", "p", title="正名"))
    assert store.measure("n")[1].review == "rejected"


def test_what_was_cut_out_of_each_file_is_counted(store):
    rejected, confirmed = measure("n", review="rejected"), measure("o", review="confirmed")
    store.put(received(policy("p", measure("m"), rejected, confirmed), policy("q")))
    store.put(received(path="b.pdf", raw=b"two"))
    assert store.tallies() == {sha256(b"one"): Tally(policies=2, measures=2, drafts=1)}


def test_the_original_is_found(store, tmp_path):
    read = received(policy("p"))
    store.put(read, b"one")
    assert store.original(read).read_bytes() == b"one"
    assert store.original(replace(read, sha256=sha256(b"two"))) is None


# ---------------------------------------------------------------- cuts taken back


def in_two(store):
    store.put(received(policy("p", measure("m")), policy("q", measure("n", "二"), clauses=("二", "三"))))
    return sha256(b"one")


@pytest.mark.parametrize(
    "made",
    [
        cut("join", into="p"),
        cut("split", clause="三", title="另一项"),
        cut("rename", title="新名"),
    ],
)
def test_a_cut_taken_back_leaves_what_was_before(store, made):
    document = in_two(store)
    before = store.document(document).policies
    store.recut(document, made)
    assert store.document(document).policies != before
    (line,) = store.recuts(document)
    store.undo_recut(document, line.no, "王五", AT)
    assert store.document(document).policies == before
    assert store.recuts(document)[0].undone == ("王五", AT)
    store.put(received(*before))
    assert store.document(document).policies == before


def test_what_was_decided_since_stands_when_a_cut_is_taken_back(store):
    document = in_two(store)
    store.recut(document, cut("rename", title="新名"))
    _, found = store.measure("n")
    store.decide(replace(decision(found, replace(found, review="confirmed")), policy="q"))
    store.undo_recut(document, store.recuts(document)[0].no, "王五", AT)
    assert store.policy("q").title != "新名"
    assert store.measure("n")[1].review == "confirmed"


def test_only_the_last_cut_of_a_policy_is_taken_back(store):
    document = in_two(store)
    store.recut(document, cut("rename", title="新名"))
    store.recut(document, cut("split", clause="三", title="另一项"))
    first, second = store.recuts(document)
    with pytest.raises(InputError, match="先撤销后来的更正"):
        store.undo_recut(document, first.no, "王五", AT)
    store.undo_recut(document, second.no, "王五", AT)
    store.undo_recut(document, first.no, "王五", AT)
    with pytest.raises(InputError, match="已撤销"):
        store.undo_recut(document, first.no, "王五", AT)


def test_a_cut_brings_the_headers_that_were_read_with_it(store):
    document = in_two(store)
    heads = {"q": {"issuer": "某市财政局", "issued_on": "2023-05-20", "validity": None}}
    store.recut(document, replace(cut("split", clause="三", title="另一项"), heads=heads))
    assert (store.policy("q").issuer, store.policy("q").issued_on) == ("某市财政局", date(2023, 5, 20))


def test_the_text_of_another_file_is_mended_there(store):
    store.put(received(policy("p", measure("m")), policy("q")))
    other = replace(received(policy("q"), policy("r")), path="b.txt", sha256=sha256(b"two"))
    store.put(other, repeats=["q"])
    with pytest.raises(InputError, match="请到那一份文件里更正"):
        store.recut(other.sha256, cut("rename", title="新名"))
    with pytest.raises(InputError, match="请到那一份文件里更正"):
        store.recut(other.sha256, replace(cut("join", into="q"), policy="r"))
    assert [p.id for p in store.document(other.sha256).policies] == ["q", "r"]
