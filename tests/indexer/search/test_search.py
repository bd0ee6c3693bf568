"""Search over a dozen small policies of our own making (search_corpus.measures.yaml): who stands first, what filters keep."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from corpus.catalogue import read_policies
from corpus.errors import StoreError
from corpus.model import All, Benefit, Clause, Condition, Fixed, Measure, Policy
from indexer.search import ranking
from indexer.search.entities import BOOST
from indexer.search.query import understand
from indexer.search.records import records
from indexer.search.search import Index

HERE = Path(__file__).parent
DAY = date(2024, 7, 1)
CASES = yaml.safe_load((HERE / "search_cases.yaml").read_text(encoding="utf-8"))


def read_corpus() -> tuple[Policy, ...]:
    reading = read_policies(HERE / "search_corpus.measures.yaml")
    assert reading.problems == ()
    return reading.policies


@pytest.fixture(scope="module")
def corpus() -> tuple[Policy, ...]:
    return read_corpus()


@pytest.fixture(scope="module")
def index(corpus, tmp_path_factory) -> Index:
    made = Index(tmp_path_factory.mktemp("index") / "index")
    assert made.update(corpus) == len(corpus)
    return made


def ids(result) -> list[str]:
    return [hit.policy.id for hit in result.hits]


@pytest.mark.parametrize("case", CASES, ids=[case["query"] for case in CASES])
def test_the_right_policy_stands_first(index, case):
    result = index.search(case["query"], as_of=DAY, region=case.get("region"))
    assert ids(result)[:1] == [case["first"]]
    if "measure" in case:
        assert case["measure"] in [measure.id for measure in result.hits[0].measures]


def test_the_contract_case(tmp_path):
    index = Index(tmp_path / "index")
    index.update(
        [
            Policy(
                "t1", "关于支持企业的通知", clauses=(Clause("1", "对首次认定的高新技术企业，给予20万元一次性奖励。"),)
            ),
            Policy("t2", "租金", clauses=(Clause("1", "对入驻标准化厂房的企业给予租金减免。"),)),
        ]
    )
    shown = index.search("高新技术企业奖励", as_of=DAY, limit=3).to_json()
    assert json.loads(json.dumps(shown, ensure_ascii=False)) == shown
    assert shown.keys() == {"schema_version", "query", "total", "took_ms", "suggestion", "hits"}
    first = shown["hits"][0]
    assert first.keys() == {
        *("rank", "score", "policy_id", "title", "doc_no", "status", "clause", "page", "text", "highlight", "measures"),
    }
    assert (first["rank"], first["policy_id"], first["clause"], first["status"]) == (1, "t1", "1", "in_force")
    assert "<mark>高新技术企业</mark>" in first["highlight"]
    assert "奖励</mark>" in first["highlight"]


def test_a_region_keeps_itself_and_all_above_it_and_nothing_else(index):
    found = ids(index.search("", as_of=DAY, region="419001", limit=50))
    assert {"gaoqi", "sheng-jigai", "guojia-shui"} <= set(found)
    assert not {"linshi-waimao", "linshi-gaoqi"} & set(found)
    assert set(ids(index.search("", as_of=DAY, region="330100", limit=50))) == {
        "guojia-shui",
        "linshi-waimao",
        "linshi-gaoqi",
    }


def test_near_orders_and_keeps_nothing_out(index):
    near = ids(index.search("高新技术企业奖励", as_of=DAY, near="419001"))
    assert near[0] == "gaoqi"
    assert "linshi-gaoqi" in near
    assert ids(index.search("高新技术企业奖励", as_of=date(2024, 10, 1), near="330100"))[0] == "linshi-gaoqi"


@pytest.mark.parametrize(
    ("status", "day", "kept", "left_out"),
    [
        ("expired", DAY, "shenggui", "shenggui-new"),
        ("in_force", DAY, "shenggui-new", "shenggui"),
        ("in_force", date(2023, 12, 31), "shenggui", "feizhi"),
        ("expired", date(2024, 1, 1), "shenggui", "feizhi"),
        ("not_yet_in_force", date(2024, 8, 31), "linshi-gaoqi", "gaoqi"),
        ("in_force", date(2024, 9, 1), "linshi-gaoqi", "feizhi"),
        ("withdrawn", DAY, "feizhi", "shenggui"),
    ],
)
def test_status_is_that_of_the_day(index, status, day, kept, left_out):
    result = index.search("", as_of=day, status=status, limit=50)
    assert kept in ids(result)
    assert left_out not in ids(result)
    assert {hit.status for hit in result.hits} == {status}


def test_level_issuer_and_department(index):
    assert ids(index.search("", as_of=DAY, level="province")) == ["sheng-jigai"]
    assert ids(index.search("补助", as_of=DAY, issuer="商务局")) == ["linshi-waimao"]
    assert ids(index.search("", as_of=DAY, department="人力资源")) == ["wengang"]


def test_what_ended_stands_behind_what_is_in_force(index):
    found = ids(index.search("首次新增规模以上工业企业奖励", as_of=DAY))
    assert found.index("shenggui-new") < found.index("shenggui")


def test_a_part_of_a_long_word_finds_it(index):
    result = index.search("高新", as_of=DAY, region="419001")
    assert ids(result)[0] == "gaoqi"
    assert "<mark>高新</mark>技术企业" in result.hits[0].highlight


def test_a_document_number_alone_finds_what_has_it_and_what_speaks_of_it(tmp_path):
    index = Index(tmp_path / "index")
    others = (Policy("other", "济政工作办法", clauses=(Clause("1", "2021年的11号文件，按济政办法办理。"),)),)
    has = Policy("has", "奖励办法", doc_no="济政〔2021〕11号", clauses=(Clause("1", "给予奖励。"),))
    cites = Policy("cites", "实施细则", clauses=(Clause("1", "根据《奖励办法》（济政〔2021〕11号），制定细则。"),))
    index.update((*others, has, cites))
    assert ids(index.search("济政(2021)11号", as_of=DAY)) == ["has", "cites"]
    index.remove(["has"])
    assert ids(index.search("济政[2021]11号", as_of=DAY)) == ["cites"]
    absent = index.search("济政〔2021〕12号", as_of=DAY)
    assert absent.total == 0
    assert index.search("济政〔2021〕12号", as_of=DAY, without=[chip.key for chip in absent.chips]).total > 0
    assert "other" in ids(index.search("济政〔2021〕11号 办法", as_of=DAY))


def test_a_year_and_a_status_are_no_words_to_rank_by(tmp_path):
    index = Index(tmp_path / "index")
    ended, other = (date(2023, 12, 31), date(2022, 12, 31))
    index.update(
        [
            Policy("loan", "贷款贴息办法", issued_on=date(2023, 2, 1), expires_on=ended),
            Policy("older", "贷款贴息细则", issued_on=date(2022, 2, 1), expires_on=other),
            Policy(
                "named", "2023 年汽车消费办法", expires_on=ended, clauses=(Clause("1", "已过期的，购车给予补贴。"),)
            ),
            Policy("live", "贷款贴息通知", issued_on=date(2023, 3, 1)),
        ]
    )
    found = index.search("2023年 贴息 已过期", as_of=DAY)
    assert [chip.key for chip in found.chips] == ["year:2023", "status:expired+withdrawn"]
    assert ids(found)[:2] == ["loan", "older"]
    assert "live" not in ids(found)
    assert ids(index.search("2023年已过期", as_of=DAY)) == ["loan", "older", "named"]  # what has no day comes last


def test_a_title_counts_for_those_who_ask_for_it(tmp_path):
    rule = Condition("qualification", "has", "高新技术企业")
    text = (Clause("1", "高新技术企业奖励。"),)
    measure = Measure("m", "奖励", rule, Benefit("one_off_grant", Fixed(1.0)), clauses=("1",))
    index = Index(tmp_path / "index")
    index.update(
        [Policy("speaks", "奖励办法", clauses=text), Policy("asks", "奖励办法", clauses=text, measures=(measure,))]
    )
    hits = index.search("高新技术企业", as_of=DAY, explain=True).hits
    assert {hit.policy.id: hit.explain["factor"] for hit in hits} == {"asks": BOOST, "speaks": 1.0}


def test_a_phrase_must_stand_as_it_is(index):
    assert set(ids(index.search('"研发费用"', as_of=DAY))) == {"gaoqi", "guojia-shui"}
    assert ids(index.search('"费用研发"', as_of=DAY)) == []
    assert ids(index.search("“应急转贷资金”", as_of=DAY)) == ["rongzi"]


def test_operators_speak_of_the_policy_as_a_whole(index):
    assert ids(index.search("标题:租金 OR 标题:人才", as_of=DAY)) == ["rencai"]
    assert ids(index.search("标题:失业保险 AND 扩岗", as_of=DAY)) == ["wengang"]
    assert set(ids(index.search("租金 -部门:管委会", as_of=DAY))) == {"linshi-waimao", "rencai"}
    assert set(ids(index.search("发布:2022", as_of=DAY))) == {"shenggui"}
    assert set(ids(index.search("发布:[2019 TO 2022]", as_of=DAY))) == {"shenggui", "feizhi"}


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("厂房*", lambda policy: "厂房" in said(policy)),
        ("贴*", lambda policy: "贴息" in said(policy)),
        ("高*企业", lambda policy: "高新技术企业" in said(policy)),
        ("发布:[2023 TO]", lambda policy: policy.issued_on is not None and policy.issued_on.year >= 2023),
        ("发布:[TO 2022]", lambda policy: policy.issued_on is not None and policy.issued_on.year <= 2022),
        ("层级:市级", lambda policy: policy.level == "city"),
        ("层级:省", lambda policy: policy.level == "province"),
        ("地区:济源", lambda policy: policy.region == "419001"),
    ],
)
def test_a_wildcard_and_a_range_hold_alone(index, corpus, query, holds):
    expected = {policy.id for policy in corpus if holds(policy)}
    assert expected
    assert set(ids(index.search(query, as_of=DAY, limit=100))) == expected


@pytest.mark.parametrize(
    ("query", "marked"),
    [("厂房*", {"厂房"}), ("高*企业", {"高新技术企业"}), ("标准化 -高*企业 租*", {"标准化", "租金", "租用"})],
)
def test_what_a_pattern_stands_for_is_marked(index, query, marked):
    found = set().union(
        *(re.findall("<mark>(.*?)</mark>", hit.highlight) for hit in index.search(query, as_of=DAY).hits)
    )
    assert found == marked


@pytest.mark.parametrize(
    "typed", ["高新技术 -NOT 补贴", '高新技术 -ANDNOT "', "高新技术 ANDMAYBE ANDMAYBE REQUIRE | NOT &"]
)
def test_operators_that_make_no_sense_are_words(typed):
    understood = understand(typed)
    assert understood.must is None
    assert "高新技术" in understood.words


def test_days_and_codes_are_no_words():
    assert understand("文号:溪政〔2023〕12号 发布:2023 层级:市级 标题:条例").words.keys() == {"条例"}


def said(policy):
    return "\n".join(record.heading + "\n" + record.text for record in list(records(policy))[1:])


@pytest.mark.parametrize(
    "broken", ['"', "((", "标题:", "[TO", "AND", "NOT", "* *", "-", "标题:[", "：", "“”", "a" * 2000]
)
def test_no_query_fails(index, broken):
    assert index.search(broken, as_of=DAY).total >= 0


def test_groups(index):
    clauses = index.search("高新技术企业", as_of=DAY, group="clause", region="419001")
    assert [(hit.policy.id, hit.clause) for hit in clauses.hits[:2]] == [("gaoqi", "一(二)"), ("gaoqi", "一(一)")]
    assert clauses.hits[0].page == 2
    measures = index.search("高新技术企业", as_of=DAY, group="measure")
    assert measures.hits[0].measures[0].id == "gaoqi-1"
    assert measures.hits[0].clause == "一(一)"


def test_a_hit_is_told_on_the_page_where_it_stands(index):
    hit = index.search("中试基地", as_of=DAY).hits[0]
    assert (hit.policy.id, hit.clause, hit.page) == ("gaoqi", "二", 3)


def test_limit_and_total(index):
    result = index.search("奖励", as_of=DAY, limit=2)
    assert len(result.hits) == 2
    assert result.total > 2
    assert [hit.rank for hit in result.hits] == [1, 2]
    assert result.hits[0].score >= result.hits[1].score


def test_explain_names_the_words_and_the_lexicon(index):
    hit = index.search("招不到工人", as_of=DAY, explain=True).hits[0]
    assert any("招不到工人 → " in line for line in hit.explain["expansions"])
    told = hit.to_json()["explain"]
    assert told["words"]["招用"] > 0
    made_of = (told["own_weight"] * told["own"] + told["best_record"]) * told["factor"]
    assert hit.score == pytest.approx(made_of, rel=0.01)


# ---------------------------------------------------------------- in and out


def test_an_empty_index_answers(tmp_path):
    result = Index(tmp_path / "none").search("奖励", as_of=DAY)
    assert (result.hits, result.total) == ((), 0)
    assert not (tmp_path / "none").exists()


def test_the_same_again_is_no_work_and_a_change_is_seen_at_once(corpus, tmp_path):
    index = Index(tmp_path / "index")
    index.update(corpus)
    assert index.update(corpus) == 0
    changed = Policy(corpus[0].id, corpus[0].title, clauses=(Clause("一", "支持低空经济企业购置无人机。"),))
    assert index.update([changed]) == 1
    assert ids(index.search("无人机", as_of=DAY)) == [changed.id]
    assert corpus[0].id not in ids(index.search("中试基地", as_of=DAY))
    index.remove([changed.id, "not there"])
    assert changed.id not in ids(index.search("无人机", as_of=DAY))
    assert index.update([changed]) == 1


def test_an_index_grown_bit_by_bit_ranks_as_one_built_at_once(corpus, index, tmp_path):
    grown = Index(tmp_path / "grown")
    for policy in corpus:
        grown.update([policy])
    for case in CASES:
        at_once, bit_by_bit = (i.search(case["query"], as_of=DAY, limit=20) for i in (index, grown))
        assert [(h.policy.id, pytest.approx(h.score)) for h in at_once.hits] == [
            (h.policy.id, h.score) for h in bit_by_bit.hits
        ]


def test_another_reader_sees_an_update_of_another_writer(corpus, tmp_path):
    reader, writer = Index(tmp_path / "index"), Index(tmp_path / "index")
    writer.update(corpus[:2])
    assert reader.search("高新技术企业", as_of=DAY).total == 1
    writer.update(corpus)
    assert "linshi-gaoqi" in ids(reader.search("高新技术企业", as_of=DAY))
    writer.rebuild(corpus[:1])
    assert ids(reader.search("", as_of=DAY)) == [corpus[0].id]


def test_a_failed_update_changes_nothing(corpus, tmp_path, monkeypatch):
    index = Index(tmp_path / "index")
    index.update(corpus[:2])

    def broken():
        yield corpus[2]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        index.update(broken())
    assert sorted(ids(index.search("", as_of=DAY))) == sorted(policy.id for policy in corpus[:2])
    assert index.update(corpus) == len(corpus) - 2


def test_a_folder_of_someone_else_is_not_opened(tmp_path):
    (tmp_path / "note.txt").write_text("not ours", encoding="utf-8")
    with pytest.raises(StoreError, match="不是本程序建立的索引目录"):
        Index(tmp_path)


def test_an_index_of_another_version_is_rebuilt_and_not_opened(corpus, tmp_path):
    index = Index(tmp_path / "index")
    index.update(corpus[:1])
    (tmp_path / "index" / "format.json").write_text('{"made_by": "huiqi", "format": 0}', encoding="utf-8")
    old = Index(tmp_path / "index")
    assert old.needs_rebuild
    with pytest.raises(StoreError, match="请重建索引"):
        old.search("奖励", as_of=DAY)
    old.rebuild(corpus)
    assert not old.needs_rebuild
    assert old.search("奖励", as_of=DAY).total


def test_two_writers_at_once_are_told(corpus, tmp_path):
    index, other = Index(tmp_path / "index"), Index(tmp_path / "index")
    index.update(corpus[:1])

    def meanwhile():
        with pytest.raises(StoreError, match="正被另一个进程更新"):
            other.update(corpus[2:3])
        yield corpus[1]

    index.update(meanwhile())
    assert len(ids(index.search("", as_of=DAY))) == 2


def test_many_may_search_at_once(index):
    from concurrent.futures import ThreadPoolExecutor

    queries = [case["query"] for case in CASES] * 4
    alone = [ids(index.search(query, as_of=DAY)) for query in queries]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda query: ids(index.search(query, as_of=DAY)), queries)) == alone


def test_a_first_slip_waits_for_nothing_once_the_index_is_warm(tmp_path, monkeypatch):
    index = Index(tmp_path / "index")
    index.warm()  # empty, it has nothing to load
    index.update([Policy("p", "养老机构补贴办法", clauses=(Clause("1", "对养老机构给予补贴。"),))])
    index.warm()
    loaded = []
    monkeypatch.setattr(ranking, "Vocabulary", loaded.append)
    index.search("贴息政策", as_of=DAY)
    assert loaded == []


def test_searches_go_on_while_updates_are_swapped_in(tmp_path):
    """Whatever moment a search falls on, it sees one state of the index: eight policies, all of one version."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Event

    def version(number):
        text = f"第{number}版：支持购置无人机。"
        return [Policy(f"p{i}", f"第{number}版办法", clauses=(Clause("1", text),)) for i in range(8)]

    writer, reader, done = Index(tmp_path / "index"), Index(tmp_path / "index"), Event()
    others = [Policy(f"q{i}", f"第{i}号租金办法") for i in range(60)]
    writer.update([*others, *version(0)])
    reader.warm()

    def look():
        seen = []
        while not done.is_set():
            for query in ("无人机", '"无人机"'):
                hits = reader.search(query, as_of=DAY).hits
                assert len(hits) == 8
                said = {hit.policy.title[:-2] for hit in hits} | {hit.text.split("：")[0] for hit in hits}
                assert len(said) == 1
                seen.append(int(said.pop()[1:-1]))
        return seen

    with ThreadPoolExecutor(4) as pool:
        looking = [pool.submit(look) for _ in range(3)]
        try:
            for number in range(1, 13):
                (writer.rebuild if number % 5 == 0 else writer.update)([*others, *version(number)])
        finally:
            done.set()
        for seen in looking:
            assert seen.result() == sorted(seen.result())
            assert len(set(seen.result())) > 2
    assert reader.search("无人机", as_of=DAY).hits[0].policy.title == "第12版办法"


def test_a_commit_while_the_index_is_being_opened(tmp_path, monkeypatch):
    from whoosh.index import FileIndex

    first = [Policy(f"p{i}", f"第{i}号租金办法", clauses=(Clause("1", "减免租金。"),)) for i in range(40)]
    later = [Policy("p0", "无人机办法", clauses=(Clause("1", "支持购置无人机。"),))]
    writer, reader = Index(tmp_path / "index"), Index(tmp_path / "index")
    writer.update(first)
    opened = FileIndex.searcher

    def meanwhile(self):
        found = opened(self)
        monkeypatch.undo()
        writer.update(later)
        return found

    monkeypatch.setattr(FileIndex, "searcher", meanwhile)
    before = reader.search("标题:第0号租金办法 租金", as_of=DAY).hits
    assert [(hit.policy.title, hit.text) for hit in before[:1]] == [("第0号租金办法", "减免租金。")]
    assert ids(reader.search("无人机", as_of=DAY)) == ["p0"]


def test_chips_order_or_keep_and_can_be_taken_away(index):
    chosen = index.search("2023年的奖励", as_of=DAY)
    assert [chip.key for chip in chosen.chips] == ["year:2023"]
    ended = index.search("已到期的规上工业企业奖励", as_of=DAY)
    assert {hit.status for hit in ended.hits} <= {"expired", "withdrawn"}
    assert ended.hits
    free = index.search("已到期的规上工业企业奖励", as_of=DAY, without=[chip.key for chip in ended.chips])
    assert "in_force" in {hit.status for hit in free.hits}


def test_sorting_and_counts(index):
    by_date = index.search("企业", as_of=DAY, sort="date", limit=20, facets=True)
    days = [hit.policy.issued_on for hit in by_date.hits]
    assert days == sorted(days, reverse=True)
    assert sum(count.count for count in by_date.facets["status"]) == by_date.total
    by_end = index.search("", as_of=DAY, sort="deadline", limit=50).hits
    assert by_end[0].policy.expires_on == date(2026, 5, 31)
    # What has ended stands behind all that can still be had.
    in_force = [hit.status == "in_force" for hit in by_end]
    assert in_force == sorted(in_force, reverse=True)
    assert date(2023, 12, 31) in [hit.policy.expires_on for hit in by_end[in_force.count(True) :]]


def test_the_largest_sum_first_and_what_names_none_last(tmp_path):
    sums = {"little": [1e4], "none": [None], "much": [None, 5e6], "middle": [2e5, 3e4]}
    ended = Policy(
        "ended", "ended奖励", expires_on=date(2020, 1, 1), measures=(Measure("e", "奖励", All(), _gives(9e9)),)
    )
    policies = [
        Policy(
            name,
            f"{name}奖励",
            measures=tuple(Measure(f"{name}{i}", "奖励", All(), _gives(s)) for i, s in enumerate(given)),
        )
        for name, given in sums.items()
    ]
    index = Index(tmp_path / "index")
    index.update([ended, *policies])
    assert ids(index.search("奖励", as_of=DAY, sort="amount")) == ["much", "middle", "little", "none", "ended"]
    found = index.search("奖励", as_of=DAY, sort="amount", group="measure").hits
    assert [hit.measures[0].id for hit in found][:4] == ["much1", "middle0", "middle1", "little0"]
    assert {hit.measures[0].id for hit in found[4:6]} == {"none0", "much0"}
    assert [hit.measures[0].id for hit in found[6:]] == ["e"]


def _gives(amount: float | None) -> Benefit:
    return Benefit("one_off_grant", None if amount is None else Fixed(amount))


def test_an_audience_or_a_trade_keeps_the_others_out(index):
    every = index.search("", as_of=DAY, limit=50, facets=True)
    for name in ("audience", "industry"):
        assert every.facets[name]
        for one in every.facets[name]:
            kept = index.search("", as_of=DAY, limit=50, **{name: one.value})
            assert kept.total == one.count > 0
    with pytest.raises(TypeError, match="colour"):
        index.search("", as_of=DAY, colour="red")


def test_a_slip_is_found_and_said(index):
    result = index.search("高薪技术企业", as_of=DAY, region="419001")
    assert result.suggestion == "高新技术企业"
    assert ids(result)[0] == "gaoqi"
