"""Many enterprises at once: blocks from profiles and from arrays give the same verdicts, counts and worth."""

from datetime import date

import numpy as np
import pytest

from corpus.model import All, Any, AtLeast, Benefit, Condition, EventWindow, Fixed, Measure, Not, Policy, Rate
from corpus.rules import parse_rule
from matcher.batch import Engine, batch, tally
from matcher.bits import pack, unpack
from matcher.catalogue import VERDICTS, compile_catalogue
from matcher.columns import Encoded, Frame, ProfileColumns
from matcher.compiled import Compiled
from matcher.evaluate import evaluate
from matcher.facts import Events, Happened, Member, Members, read_profile
from matcher.kernel import Program
from matcher.known import Facts

AS_OF = date(2024, 6, 30)
RULES = [
    Condition("revenue", "ge", 100.0),
    Condition("revenue", "ge", 100.0, "each_of_last_2"),
    Condition("revenue", "ge", 0.3, "sum_of_last_2"),
    Condition("revenue_growth", "gt", 0.0),
    Condition("age_years", "ge", 3.0),
    Condition("region", "within", ("410000",)),
    Condition("size_class", "le", "small"),
    Condition("qualification", "has_all", ("省级专精特新中小企业", "创新型中小企业")),
    Condition("event", "during", EventWindow("首次升规", date(2023, 1, 1), None)),
    Condition("founded_on", "lt", date(2021, 7, 1)),
    Condition("manual", "confirm", "择优"),
    All(()),
    Any(()),
    Not(Condition("exclusion", "has", "欠税")),
    AtLeast(
        2, (Condition("revenue", "ge", 100.0), Condition("patents", "ge", 1.0), Condition("region", "is", "419001"))
    ),
]
PROFILES = [
    {"id": "a"},
    {
        "id": "b",
        "facts": {
            "revenue": {"2022": 80, "2023": 120},
            "region": "419001",
            "founded_on": "2021-06-30",
            "size_class": "small",
            "qualification": ["国家级专精特新小巨人企业"],
            "event": [{"name": "首次升规", "on": "2023-05-01"}],
            "exclusion": [],
            "patents": 3,
        },
    },
    {
        "id": "c",
        "facts": {
            "revenue": {"2022": 0.1, "2023": 0.2},
            "region": "110108",
            "founded_on": "2025-01-01",
            "industry": "3240",
            "employees": {"2023": 10},
            "qualification": [],
            "event": [],
            "exclusion": ["欠税"],
        },
    },
]


def catalogue(rules=RULES, **rest):
    return compile_catalogue(
        [Policy("p", "p", measures=tuple(Measure(f"m{i}", "m", r, **rest) for i, r in enumerate(rules)))]
    )


def frame():
    """PROFILES as arrays."""
    nan = float("nan")
    profiles = [read_profile(data) for data in PROFILES]
    small = Members((Member("国家级专精特新小巨人企业"),))
    happened = Events((Happened("首次升规", date(2023, 5, 1)),))
    day = [nan, date(2021, 6, 30).toordinal(), date(2025, 1, 1).toordinal()]
    third = np.arange(3, dtype=np.int8)
    return Frame(
        3,
        {
            ("revenue", 2022): np.array([nan, 80, 0.1]),
            ("revenue", 2023): np.array([nan, 120, 0.2]),
            ("employees", 2023): np.array([nan, nan, 10]),
            ("patents", None): np.array([nan, 3, nan]),
        },
        {"founded_on": np.array(day, np.float64)},
        {
            "region": Encoded((None, "419001", "110108"), third),
            "size_class": Encoded((None, "small"), np.array([0, 1, 0], np.int8)),
            "industry": Encoded((None, "3240"), np.array([0, 0, 1], np.int8)),
        },
        {
            "qualification": Encoded((None, small, Members(())), third),
            "exclusion": Encoded((None, Members(()), Members((Member("欠税"),))), third),
        },
        Encoded((None, happened, Events(())), third),
        profiles.__getitem__,
    )


def test_arrays_profiles_and_one_by_one_agree():
    engine = Engine(catalogue(), AS_OF)
    profiles = [read_profile(data) for data in PROFILES]
    by_profile = engine.block(ProfileColumns(profiles, AS_OF))
    by_frame = engine.block(frame().block(0, 3, AS_OF))
    compiled = Compiled(RULES, AS_OF)
    for i, rule in enumerate(RULES):
        wanted = [evaluate(rule, Facts(profile, AS_OF)).verdict.rank for profile in profiles]
        assert by_profile.verdicts(i).tolist() == wanted, rule
        assert by_frame.verdicts(i).tolist() == wanted, rule
        assert [compiled.ranks(Facts(p, AS_OF))[compiled.roots[i]] for p in profiles] == wanted, rule
    for row, profile in enumerate(profiles):
        assert by_frame.standings(row).tolist() == [
            evaluate(rule, Facts(profile, AS_OF)).verdict.rank for rule in RULES
        ]


@pytest.mark.parametrize("size", [1, 2, 3, 64])
def test_counts_do_not_depend_on_the_size_of_blocks(size):
    engine = Engine(catalogue(), AS_OF)
    whole = engine.block(frame().block(0, 3, AS_OF)).counts()
    assert tally(engine, frame(), size) == whole
    assert all(count.eligible + count.unknown + count.ineligible == 3 for count in whole)


def test_a_draft_is_unknown_for_everyone_and_an_expired_measure_is_not_counted():
    drafts = Engine(catalogue(review="draft"), AS_OF)
    assert {(c.eligible, c.unknown, c.ineligible) for c in tally(drafts, frame())} == {(0, 3, 0)}
    old = compile_catalogue([Policy("p", "p", expires_on=date(2020, 1, 1), measures=(Measure("m", "m", All()),))])
    assert tally(Engine(old, AS_OF), frame())[0].eligible == 0
    (block,) = batch(old, [read_profile(PROFILES[0])], AS_OF)
    assert [VERDICTS[v] for v in block.verdicts(0)] == ["expired"]


def test_an_answer_for_one_measure_alone():
    same = catalogue([Condition("manual", "confirm", "择优")] * 2)
    profile = read_profile({"id": "e", "confirmations": {"m1#": True}})
    (block,) = batch(same, [profile], AS_OF)
    assert [VERDICTS[block.verdicts(i)[0]] for i in range(2)] == ["unknown", "eligible"]


def test_worth_of_each_pair():
    measures = (
        Measure("fixed", "m", All(), Benefit("one_off_grant", Fixed(5.0))),
        Measure("rate", "m", All(), Benefit("one_off_grant", Rate(0.1, 0.1, "revenue"))),
        Measure("share", "m", All(), Benefit("one_off_grant", Rate(0.5, 0.5, "measure:rate"))),
    )
    engine = Engine(compile_catalogue([Policy("p", "p", measures=measures)]), AS_OF)
    rows = engine.block(frame().block(0, 3, AS_OF)).rows()
    worth = {
        (e, m): (low, high) for e, m, low, high in zip(rows.enterprise, rows.measure, rows.low, rows.high, strict=True)
    }
    assert worth[1, 0] == (5.0, 5.0)
    assert worth[1, 1] == (12.0, 12.0)
    assert worth[1, 2] == (6.0, 6.0)
    assert worth[0, 1][0] == 0.0
    assert np.isnan(worth[0, 1][1])


def test_equal_parts_are_one_node():
    text = {"all": [{"field": "revenue", "op": "ge", "value": 1}, {"field": "patents", "op": "ge", "value": 1}]}
    turned = {"all": list(reversed(text["all"]))}
    program = Program([parse_rule(text), parse_rule(turned), parse_rule({"any": [text, {"any": []}]})], AS_OF)
    assert len(program.atoms) == 2
    assert program.roots[0] == program.roots[1]


@pytest.mark.parametrize("size", [1, 63, 64, 65, 200])
def test_bits_in_and_out(size):
    bits = np.arange(size) % 3 == 0
    assert unpack(pack(bits), size).tolist() == bits.tolist()
