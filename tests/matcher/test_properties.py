"""What must hold of every rule and every profile."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.fields import registry
from corpus.model import All, Any, AtLeast, Measure, Not, Policy
from corpus.rules import conditions, dump_rule
from matcher.batch import batch
from matcher.catalogue import VERDICTS, compile_catalogue
from matcher.evaluate import evaluate
from matcher.facts import read_profile
from matcher.known import Facts
from matcher.match import match
from matcher.truth import ELIGIBLE, INELIGIBLE, UNKNOWN
from tests.matcher import oracle
from tests.matcher.profiles import fact, profiles
from tests.strategies import rules

AS_OF = date(2024, 6, 30)
# Few fields, so that rules and profiles meet.
MET = ("revenue", "rd_ratio", "rd_spend", "employees", "qualification", "exclusion", "event", "region", "industry")
MET += ("size_class", "credit_level", "founded_on", "age_years", "revenue_growth", "patents", "legal_form", "manual")


def verdict_of(rule, data, as_of=AS_OF):
    return evaluate(rule, Facts(read_profile(data), as_of)).verdict


@settings(max_examples=60)
@given(
    st.lists(rules(MET), min_size=1, max_size=6),
    st.lists(profiles(MET), min_size=1, max_size=5),
    st.sampled_from([AS_OF, date(2022, 2, 28)]),
)
def test_batch_equals_one_by_one(drawn, people, as_of):
    people = [read_profile({**person, "id": f"e{i}"}) for i, person in enumerate(people)]
    catalogue = compile_catalogue(
        [Policy("p", "p", measures=tuple(Measure(f"m{i}", "m", r) for i, r in enumerate(drawn)))]
    )
    for start, block in enumerate(batch(catalogue, people, as_of, size=3)):
        for i, rule in enumerate(drawn):
            for profile, verdict in zip(people[3 * start : 3 * start + 3], block.verdicts(i), strict=True):
                assert VERDICTS[verdict] == evaluate(rule, Facts(profile, as_of), f"m{i}").verdict.code
        for count, verdicts in zip(block.counts(), map(block.verdicts, range(len(drawn))), strict=True):
            assert (count.ineligible, count.unknown, count.eligible) == tuple(
                (verdicts == rank).sum() for rank in range(3)
            )


@settings(max_examples=100)
@given(rules(), profiles())
def test_batch_equals_one_by_one_over_the_whole_registry(rule, person):
    profile = read_profile(person)
    catalogue = compile_catalogue([Policy("p", "p", measures=(Measure("m", "m", rule),))])
    block = next(batch(catalogue, [profile], AS_OF))
    assert VERDICTS[block.verdicts(0)[0]] == evaluate(rule, Facts(profile, AS_OF), "m").verdict.code


@settings(max_examples=150)
@given(rules(MET), profiles(MET), st.sampled_from([AS_OF, date(2022, 2, 28)]))
def test_the_rule_language_read_once_more(rule, person, as_of):
    wanted = {True: ELIGIBLE, False: INELIGIBLE, None: UNKNOWN}[oracle.verdict(dump_rule(rule), person, as_of)]
    assert verdict_of(rule, person, as_of) is wanted


@settings(max_examples=80)
@given(rules(), profiles())
def test_the_rule_language_read_once_more_over_the_whole_registry(rule, person):
    wanted = {True: ELIGIBLE, False: INELIGIBLE, None: UNKNOWN}[oracle.verdict(dump_rule(rule), person, AS_OF)]
    assert verdict_of(rule, person) is wanted


@settings(max_examples=150)
@given(rules(MET), profiles(MET), st.data())
def test_more_facts_never_turn_a_verdict(rule, person, data):
    before = verdict_of(rule, person)
    unknown = [
        name for name in MET if name not in person["facts"] and name not in ("manual", "founded_on", "age_years")
    ]
    if before is UNKNOWN or not unknown:
        return
    more = {
        name: data.draw(fact(registry()[name])) for name in data.draw(st.lists(st.sampled_from(unknown), unique=True))
    }
    # A given ratio or class stands over a derived one, so a fact that was derived is not "unknown".
    more = {name: value for name, value in more.items() if name not in ("rd_ratio", "revenue_growth", "size_class")}
    assert verdict_of(rule, {**person, "facts": {**more, **person["facts"]}}) is before


@settings(max_examples=150)
@given(rules(MET), profiles(MET))
def test_missing_is_empty_exactly_when_the_verdict_is_settled(rule, person):
    finding = evaluate(rule, Facts(read_profile(person), AS_OF))
    assert bool(finding.missing()) == (finding.verdict is UNKNOWN)


@settings(max_examples=150)
@given(rules(MET), profiles(MET), st.data())
def test_answering_what_is_missing_settles_the_verdict(rule, person, data):
    finding = evaluate(rule, Facts(read_profile(person), AS_OF))
    facts, confirmations = dict(person["facts"]), dict(person.get("confirmations", {}))
    for missing in finding.missing():
        field = registry()[missing.field]
        if field.type == "manual":
            confirmations[missing.what] = data.draw(st.booleans())
        elif field.type in ("set", "event"):
            given = facts.get(field.name) or {}
            has = given.get("has", []) if isinstance(given, dict) else given
            facts[field.name] = [
                entry for entry in has if field.type == "set" or (isinstance(entry, dict) and "on" in entry)
            ]
        elif field.by_year:
            given = facts.get(field.name)
            years = dict(given) if isinstance(given, dict) else {} if given is None else {"2023": given}
            years[str(missing.year)] = 0.5 if field.fraction else 7.0
            facts[field.name] = years
        else:
            facts[field.name] = {"region": "419001", "industry": "3240", "founded_on": "2015-01-01"}.get(
                field.name, field.order[0] if field.order else 7.0
            )
    assert verdict_of(rule, {**person, "facts": facts, "confirmations": confirmations}) is not UNKNOWN


def reordered(rule, data):
    match rule:
        case All(of) | Any(of) | AtLeast(_, of):
            return replace(rule, of=tuple(data.draw(st.permutations([reordered(branch, data) for branch in of]))))
        case Not(of):
            return Not(reordered(of, data))
        case _:
            return rule


@given(rules(MET), profiles(MET), st.data())
def test_the_order_of_branches_is_irrelevant(rule, person, data):
    other = reordered(rule, data)
    facts = Facts(read_profile(person), AS_OF)
    assert evaluate(rule, facts).verdict is evaluate(other, facts).verdict
    assert set(evaluate(rule, facts).missing()) == set(evaluate(other, facts).missing())


@given(rules(MET), profiles(MET))
def test_every_condition_has_a_reason(rule, person):
    policy = Policy("p", "p", measures=(Measure("m", "m", rule),))
    found = match([policy], read_profile(person), AS_OF).matches[0]
    paths = [path for path, _ in conditions(rule)]
    assert [entry["path"] for entry in found.conditions()] == paths
    assert all(entry["reason"] for entry in found.conditions())
    assert found.reason


@given(rules(MET), profiles(MET))
def test_the_same_arguments_give_the_same_bytes(rule, person):
    policy = Policy("p", "p", measures=(Measure("m", "m", rule),))
    one, other = (match([policy], read_profile(person), AS_OF).to_json(all=True) for _ in range(2))
    assert one == other
