"""What people type becomes facts in base units; what they do not know becomes no fact at all."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from matcher.facts import read_profile
from tests.web.conftest import SAMPLE, TODAY
from web.answers import EARLIEST, keep, read_answers
from web.filling import fill
from web.questions import asked_by, kind_of

CASES = yaml.safe_load(Path(__file__).with_name("answers.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def asked(policies):
    return asked_by(policies)


def read(asked, typed, as_of=TODAY):
    pairs = [
        (name, value) for name, values in typed.items() for value in ([values] if isinstance(values, str) else values)
    ]
    given_ = keep(pairs)
    return read_answers(given_, asked.questions(as_of), as_of)


@pytest.mark.parametrize("case", CASES["facts"], ids=lambda case: json.dumps(case["typed"], ensure_ascii=False))
def test_facts(asked, case):
    answers = read(asked, case["typed"])
    assert not answers.problems
    assert answers.data["facts"] == case["facts"]
    read_profile(answers.data)


@pytest.mark.parametrize("case", CASES["problems"], ids=lambda case: json.dumps(case["typed"], ensure_ascii=False))
def test_problems(asked, case):
    answers = read(asked, case["typed"])
    assert case["words"] in answers.problems[case["at"]]
    assert answers.data["facts"] == {}


def test_a_name_that_several_places_bear_is_asked_about(asked):
    answers = read(asked, {"region": "鼓楼区"})
    assert len(answers.choices["region"]) > 1
    assert all("鼓楼区" in words for _, words in answers.choices["region"])
    picked = read(asked, {"region": answers.choices["region"][0][1]})
    assert picked.data["facts"]["region"] == answers.choices["region"][0][0]


def test_no_answer_is_no_fact(asked):
    assert read(asked, {}).data["facts"] == {}
    assert read(asked, {"revenue.2023": "  ", "qualification.rest": "", "credit_level": ""}).data["facts"] == {}


def test_names_that_the_form_lacks_are_dropped():
    assert keep([("evil", "1"), ("__proto__", "1"), ("revenue.2023", "5"), ("name", "甲")]) == {
        "revenue.2023": ("5",),
        "name": ("甲",),
    }


def test_confirmations_say_who_and_when(asked):
    data = read(asked, {"confirm:建设海外仓": "no", "confirm:别的": ""}).data
    assert data["confirmations"] == {"建设海外仓": {"value": False, "by": "企业自述", "on": "2024-06-30"}}


def test_a_day_out_of_reach_is_today(client):
    page = client.post("/match", data={"as_of": "0001-01-01"}).get_data(as_text=True)
    assert "2024年6月30日" in page
    assert EARLIEST.year > 1900


def test_a_sample_comes_through_the_form_as_it_is(asked, sample):
    answers = read_answers(fill(sample, TODAY, asked.members["event"]), asked.questions(TODAY), TODAY)
    assert not answers.problems
    facts = answers.data["facts"]
    assert facts["revenue"] == {"2023": 9.6e7, "2022": 8.1e7}
    assert facts["rd_ratio"] == {"2023": 0.065}
    assert facts["qualification"] == ["高新技术企业"]
    assert facts["exclusion"] == []
    assert facts["region"] == "419001"
    assert answers.data["confirmations"]["建设海外仓"]["value"] is False


def test_a_title_past_its_term_is_not_held(asked):
    profile = read_profile({**SAMPLE, "as_of": "2025-06-30"})
    day = date(2025, 6, 30)
    answers = read_answers(fill(profile, day), asked.questions(day), day)
    assert answers.data["facts"]["qualification"] == []


def test_an_event_that_a_whole_list_lacks_did_not_happen(asked):
    profile = read_profile({"id": "x", "facts": {"event": []}})
    answers = read_answers(fill(profile, TODAY, ["首次升规"]), asked.questions(TODAY), TODAY)
    assert answers.data["facts"]["event"] == {"has": [], "lacks": ["首次升规"]}


@given(st.integers(0, 10**13))
def test_amounts_in_wan_are_exact(fen):
    """An amount typed in 万元 with up to six decimals is that many yuan, to the fen."""
    from corpus.fields import registry
    from web.answers import read_money
    from web.questions import Question

    question = Question(registry()["revenue"], "money")
    typed = f"{fen // 10**6}.{fen % 10**6:06d}"
    assert read_money(typed, question) == fen / 100


@given(st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=30), max_size=3), max_size=8))
def test_no_input_breaks_the_reading(typed):
    from web.questions import Asked

    asked = Asked({}, {"qualification": ("高新技术企业",), "event": ("首次升规",)})
    pairs = [(name, value) for name, values in typed.items() for value in values]
    pairs += [
        (f"{name}.2023", value) for values in typed.values() for value in values for name in ("revenue", "rd_ratio")
    ]
    answers = read_answers(keep(pairs), asked.questions(TODAY), TODAY)
    assert isinstance(answers.data["facts"], dict)


def test_every_registered_fact_has_a_question(asked):
    from corpus.fields import registry

    questions = asked.questions(TODAY)
    assert set(questions) == {name for name, field in registry().items() if field.type != "manual"}
    assert {kind_of(question.field) for question in questions.values()} == {
        "region", "industry", "choice", "set", "events", "date", "money", "percent", "count",
    }  # fmt: skip


def test_the_form_asks_what_matters_first(asked):
    sections = asked.sections(asked.questions(TODAY), ())
    first = [question.field.name for question in sections[0].questions]
    assert first[:2] == ["region", "industry"]
    assert sections[0].folded is False
