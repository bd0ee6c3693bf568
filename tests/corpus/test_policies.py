"""The bundled measures: enough of them, each with clause, department, source; nothing unsure shown as sure; what the rules say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.benefits import KINDS
from corpus.catalogue import read_policies
from corpus.codes import industries, regions, titles
from corpus.model import Measure, Policy, Source, term_on
from corpus.rules import conditions
from corpus.sources.content import rule_words
from matcher.facts import read_profile
from matcher.match import match
from matcher.matched import Match

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "corpus" / "policies"
FILES = sorted(FOLDER.glob("*.measures.yaml"))
POLICIES: tuple[Policy, ...] = tuple(policy for path in FILES for policy in read_policies(path).policies)
PAIRS: tuple[tuple[Policy, Measure], ...] = tuple((policy, m) for policy in POLICIES for m in policy.measures)
BY_ID: Mapping[str, tuple[Policy, Measure]] = {measure.id: (policy, measure) for policy, measure in PAIRS}
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "cases" / "bundled.yaml").read_text(encoding="utf-8"))

KINDS_OF_SOURCE = {"official", "bank-official", "media", "repost", "unsafe-repost", "none"}
# Titles that only one policy names, and no table of titles lists.
ONLY_HERE = {
    "5A级物流企业", "国家级示范物流园区", "博士后科研流动站", "工业和信息化部质量提升与品牌建设典型案例",
    "河南省质量诚信体系建设A等企业", "国家级科技企业孵化器", "省级科技企业孵化器", "大学科技园", "国家备案众创空间",
}  # fmt: skip


def source_of(policy: Policy, measure: Measure) -> Source:
    source = measure.source or policy.source
    assert source is not None, measure.id
    return source


def found(condition: Any) -> Iterator[str]:
    yield from condition.value if isinstance(condition.value, tuple) else (condition.value,)


# ---------------------------------------------------------------- the files


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_reads_without_a_problem(path: Path):
    assert [str(problem) for problem in read_policies(path).problems] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_the_same_to_every_yaml_reader(path: Path):
    text = path.read_text(encoding="utf-8")
    assert yaml.load(text, yaml.SafeLoader) == yaml.load(text, yaml.CSafeLoader)


def test_there_are_enough_real_measures_of_each_level():
    levels = Counter(policy.level for policy, _ in PAIRS)
    assert len(PAIRS) >= 150
    assert levels["city"] >= 50
    assert levels["province"] >= 50
    assert levels["national"] >= 50


def test_no_id_is_used_twice_in_the_whole_compilation():
    for ids in (Counter(policy.id for policy in POLICIES), Counter(measure.id for _, measure in PAIRS)):
        assert [identity for identity, n in ids.items() if n > 1] == []


def test_measures_are_told_apart_by_their_titles():
    assert [title for title, n in Counter(measure.title for _, measure in PAIRS).items() if n > 1] == []


# ---------------------------------------------------------------- what each measure must have


@pytest.mark.parametrize(("policy", "measure"), PAIRS, ids=[measure.id for _, measure in PAIRS])
class TestMeasure:
    def test_cites_clauses_that_are_labelled_a_paraphrase(self, policy: Policy, measure: Measure):
        texts = {clause.path: clause.text for clause in policy.clauses}
        assert measure.clauses
        assert all(texts[path].startswith("摘述：") for path in measure.clauses)

    def test_says_who_handles_it_and_what_it_gives(self, policy: Policy, measure: Measure):
        assert measure.department or policy.department
        assert measure.benefit is not None
        assert measure.benefit.kind in KINDS
        assert measure.benefit.amount is not None or measure.benefit.text

    def test_has_a_source_with_its_kind_and_confidence(self, policy: Policy, measure: Measure):
        source = source_of(policy, measure)
        assert source.kind in KINDS_OF_SOURCE
        assert source.confidence in {"high", "medium", "low"}
        assert source.url or source.host or source.note
        if source.kind == "unsafe-repost":
            assert source.url is None

    def test_is_a_draft_with_its_doubt_told_where_it_is_unsure(self, policy: Policy, measure: Measure):
        if measure.review == "draft":
            assert measure.note
            assert "待核：" in measure.note
        else:
            assert source_of(policy, measure).confidence != "low"
            assert policy.effective_from is not None

    def test_asks_for_the_region_of_its_policy(self, policy: Policy, measure: Measure):
        asked = {code for _, c in conditions(measure.rule) if c.field == "region" for code in found(c)}
        expected = {"city": {"419001"}, "province": {"410000"}}
        if policy.level in expected:
            assert asked == expected[policy.level]
            assert policy.region in asked

    def test_names_titles_regions_and_industries_that_exist(self, policy: Policy, measure: Measure):
        known = {title.name for title in titles.known()}
        for path, condition in conditions(measure.rule):
            for value in found(condition):
                if condition.field == "qualification":
                    assert value in known | ONLY_HERE, (path, value)
                    assert titles.canonical(value) == value
                if condition.field == "region":
                    assert regions.known(value)
                if condition.field == "industry":
                    assert industries.name(value) != value
            for code in condition.hints.industry if condition.hints else ():
                assert industries.name(code) != code

    def test_says_in_words_what_every_condition_asks(self, policy: Policy, measure: Measure):
        assert rule_words(measure.rule)
        assert all(c.hints and c.hints.kind for _, c in conditions(measure.rule) if c.field == "manual")


# ---------------------------------------------------------------- in force, overtaken, expired


def test_every_state_of_a_policy_is_there():
    day = date(2026, 11, 24)
    states = Counter(term_on(policy, day) for policy, _ in PAIRS)
    assert states["in_force"] >= 100
    assert states["expired"] >= 50
    assert term_on(BY_ID["CN-SME-003"][0], date(2026, 3, 31)) == "not_yet_in_force"


def test_what_is_withdrawn_says_by_what_and_inferred_days_are_drafts():
    withdrawn = [policy for policy in POLICIES if policy.withdrawn]
    assert len(withdrawn) >= 10
    for policy in withdrawn:
        unsure = policy.withdrawn_on is None or "推断" in policy.withdrawn or "从严" in policy.withdrawn
        assert not unsure or all(measure.review == "draft" for measure in policy.measures), policy.id


def test_what_replaces_another_is_named_and_the_other_is_out_by_then():
    by_key = {key: policy for policy in POLICIES for key in (policy.id, policy.doc_no) if key}
    pairs = [(policy, by_key[old]) for policy in POLICIES for old in policy.replaces if old in by_key]
    assert len(pairs) >= 8
    for new, old in pairs:
        ends = [day for day in (old.expires_on, old.withdrawn_on) if day]
        assert ends or old.withdrawn, (new.id, old.id)


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2019, 6, 30), 30_000),
        (date(2021, 6, 30), 30_000),
        (date(2024, 6, 30), 50_000),
        (date(2026, 6, 30), 50_000),
    ],
)
def test_the_chain_of_the_first_year_above_scale_award(day: date, amount: int):
    chain = [BY_ID[identity] for identity in ("JY-2018-004", "JY-007", "JY-004")]
    in_force = [m for policy, m in chain if policy.effective_from and term_on(policy, day) == "in_force"]
    if day.year == 2021:
        in_force = [BY_ID["JY-007"][1]]  # its first day is not known
    if day.year == 2026:
        assert not in_force
        in_force = [BY_ID["JY-2025-017"][1]]
    assert [measure.benefit.amount.value for measure in in_force] == [amount]
    assert {measure.benefit.stacking for measure in in_force} == {"济源:首次升规"}


# ---------------------------------------------------------------- stacking and searches


def test_a_stacking_group_named_after_a_place_holds_that_place_only():
    groups: dict[str, set[str | None]] = {}
    for policy, measure in PAIRS:
        if measure.benefit and measure.benefit.stacking:
            groups.setdefault(measure.benefit.stacking, set()).add(policy.region)
    assert len(groups) >= 20
    for name, places in groups.items():
        for word, code in (("济源", "419001"), ("河南", "410000")):
            assert not name.startswith(word) or places == {code}, name


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (("高新技术企业", "奖"), {"JY-2025-008", "HN-GQ-01"}),
        (("稳岗返还",), {"CN-HR-001", "HN-WG-2025-1", "HN-WG-2025-2"}),
        (("扩岗补助",), {"CN-HR-002", "HN-KG-2025"}),
        (("租金",), {"JY-SILVER-001", "HA-009-FZ"}),
    ],
)
def test_what_the_four_searches_look_for_is_there(words: tuple[str, ...], needed: set[str]):
    assert {measure.id for _, measure in PAIRS if all(word in measure.title for word in words)} >= needed


def test_who_finds_no_workers_has_measures_to_find():
    hiring = {m.id for _, m in PAIRS for _, c in conditions(m.rule) if c.hints and c.hints.need == "用工"}
    assert len(hiring) >= 10


# ---------------------------------------------------------------- worked verdicts


def judge(case: Mapping[str, Any]) -> Match:
    policy, measure = BY_ID[case["measure"]]
    answers = [(case.get("confirmed", []), True), (case.get("denied", []), False)]
    confirmations = {words: {"value": value} for each, value in answers for words in each}
    facts = {name: _keys_as_text(value) for name, value in case["facts"].items()}
    profile = read_profile({"id": "例", "facts": facts, "confirmations": confirmations}, measure.id)
    result = match([policy], profile, case["day"])
    return next(each for each in result.matches if each.measure.id == measure.id)


def _keys_as_text(value: Any) -> Any:
    """YAML's numbers and days as a JSON profile writes them."""
    if isinstance(value, dict):
        return {str(key): _keys_as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_keys_as_text(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("case", CASES, ids=[f"{i}-{case['measure']}" for i, case in enumerate(CASES)])
def test_worked_verdicts(case: dict[str, Any]):
    judged = judge(case)
    assert judged.standing == case["verdict"]
    if "reads" in case:
        assert judged.draft
        assert judged.read is not None
        assert judged.read.name.lower() == case["reads"]
    if "high" in case:
        assert judged.benefit.high == case["high"]
    if "low" in case:
        assert judged.benefit.low == case["low"]


def test_the_words_of_the_cases_are_the_words_of_the_rules():
    for case in CASES:
        _, measure = BY_ID[case["measure"]]
        asked = {c.value for _, c in conditions(measure.rule) if c.field == "manual"}
        assert set(case.get("confirmed", [])) | set(case.get("denied", [])) <= asked, case
