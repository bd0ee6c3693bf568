"""What is quickly found good is what `read_profile` finds good, and says the same id, name and day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from ledger.imports.checked import Checked
from matcher.facts import read_profile

WORDS = st.sampled_from(
    ["", " ", "e1", " e1", "419001", "C", "3240", "99", "small", "小型", "高新技术企业", "2024-02-30", "2024-06-01"]
)
SCALARS = st.one_of(WORDS, st.booleans(), st.none(), st.integers(-5, 5), st.floats(), st.just(10**400))
YEARS = st.sampled_from(["2023", "1899", "20", "2O23", ""])
VALUES = st.one_of(
    SCALARS,
    st.lists(WORDS, max_size=3),
    st.dictionaries(YEARS, SCALARS, max_size=2),
    st.fixed_dictionaries({"has": st.lists(WORDS, max_size=2)}, optional={"lacks": st.lists(WORDS, max_size=2)}),
)
FIELDS = st.sampled_from(
    ["region", "industry", "size_class", "qualification", "revenue", "rd_ratio", "patents", "founded_on", "event", "park",
     "credit_level", "manual", "revenu"]
)  # fmt: skip
ROWS = st.one_of(
    SCALARS,
    st.fixed_dictionaries(
        {},
        optional={
            "id": SCALARS,
            "name": SCALARS,
            "as_of": SCALARS,
            "facts": st.one_of(st.none(), WORDS, st.dictionaries(FIELDS, VALUES, max_size=4)),
            "description": SCALARS,
            "needs": st.one_of(WORDS, st.lists(WORDS, max_size=2)),
            "confirmations": st.dictionaries(WORDS, SCALARS, max_size=2),
            "nmae": WORDS,
        },
    ),
)
_shared = Checked()  # what it remembers of one row must not make another one good


def said(read, data) -> object:
    try:
        found = read(data, "x")
    except InputError as error:
        return [str(problem) for problem in error.problems]
    return found if isinstance(found, tuple) else (found.id, found.name, found.as_of)


@settings(max_examples=400, deadline=None)
@given(data=ROWS)
def test_the_same_as_read_profile(data: object) -> None:
    want = said(read_profile, data)
    assert said(_shared.read, data) == want
    assert said(_shared.read, data) == want  # now that its facts have been met


@settings(max_examples=300, deadline=None)
@given(facts=st.dictionaries(FIELDS, VALUES, max_size=3))
def test_the_same_for_facts_of_an_otherwise_good_row(facts: dict) -> None:
    data = {"id": "e1", "name": "甲", "as_of": "2024-06-01", "facts": facts}
    assert said(_shared.read, data) == said(read_profile, data)


def test_a_plain_row_does_not_trouble_read_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.imports.checked.read_profile", None)
    facts = {"region": "419001", "revenue": {"2023": 1e6}, "patents": 3, "qualification": ["高新技术企业"]}
    row = {"id": "e1", "name": "甲", "as_of": "2024-06-01", "facts": facts}
    assert Checked().read(row, "x") == ("e1", "甲", date(2024, 6, 1))
