"""The published JSON Schema: it is the one that the registry gives, and it takes whatever the reader takes.

The other way round (what only the reader can refuse: an id used twice, a clause that does not exist) each case of
`tests/broken` says for itself.
"""

import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, FormatChecker

from corpus.benefits import KINDS
from corpus.catalogue import dump_policies, parse_policies
from corpus.fields import registry
from corpus.schema import schema
from tests.strategies import policies, spoiled

VALIDATOR = Draft202012Validator(schema(), format_checker=FormatChecker())


def takes(rule) -> bool:
    measure = {"id": "m", "title": "事项", "rule": rule}
    return VALIDATOR.is_valid({"policies": [{"id": "p", "title": "政策", "measures": [measure]}]})


def test_the_published_file_is_what_the_registry_gives():
    published = files("corpus").joinpath("measures.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == schema(), "python -m corpus.schema > corpus/measures.schema.json"


def test_it_is_a_schema():
    Draft202012Validator.check_schema(schema())


@settings(max_examples=15)
@given(policies())
def test_it_takes_what_is_written(drawn):
    assert [error.message for error in VALIDATOR.iter_errors(dump_policies(drawn))] == []


@settings(max_examples=50)
@given(spoiled())
def test_it_takes_whatever_the_reader_takes(data):
    if not parse_policies(data, "a.json").problems:
        assert [error.json_path for error in VALIDATOR.iter_errors(data)] == []


def test_it_names_every_field_and_kind():
    text = json.dumps(schema(), ensure_ascii=False)
    assert [name for name in [*registry(), *KINDS] if f'"{name}"' not in text] == []


@pytest.mark.parametrize(
    "rule",
    [
        {"field": "region", "op": "within", "value": 419001},
        {"field": "industry", "op": "within", "value": ["C", 3240]},
        {"field": "revenue", "op": "ge", "value": 1, "period": 2023},
        {"field": "size_class", "op": "le", "value": "小型"},
        {"field": "event", "op": "during", "value": {"event": "首次升规"}},
        {"at_least": 0, "of": []},
    ],
)
def test_it_takes_what_people_write(rule):
    assert takes(rule)


@pytest.mark.parametrize(
    "rule",
    [
        {"field": "revenu", "op": "ge", "value": 1},
        {"field": "revenue", "op": "has", "value": 1},
        {"field": "rd_ratio", "op": "ge", "value": 3},
        {"field": "patents", "op": "ge", "value": 1, "period": "2023"},
        {"field": "region", "op": "within", "value": "４１９００１"},
        {"all": [], "any": []},
        {"all": [{"not": {"all": [{}]}}]},
    ],
)
def test_it_refuses(rule):
    assert not takes(rule)
