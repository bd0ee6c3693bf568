"""Words of who become conditions. The cases are data, a group a rule of the grammar; see cases/conditions.yaml and cases/words.yaml."""

from pathlib import Path
from typing import Any as Json

import pytest
import yaml

from corpus.model import Condition
from corpus.rules import conditions, parse_rule
from indexer.extract.atoms import Place
from indexer.extract.conditions import join, read_conditions
from indexer.extract.passage import Part, pieces
from tests.indexer.extract.short_form import written_out

FILES = [Path(__file__).parent / "cases" / name for name in ("conditions.yaml", "words.yaml")]
CASES = [case for file in FILES for group in yaml.safe_load(file.read_text("utf-8")).values() for case in group]


def read(text: str) -> Json:
    return join(read_conditions(pieces(Part(0, len(text), text)), Place("410100")))


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:24] for case in CASES])
def test_conditions(case: dict) -> None:
    assert read(case["text"]) == parse_rule({"all": [written_out(short) for short in case["rule"]]})


def test_each_condition_keeps_its_words_and_how_sure_it_is() -> None:
    for _, condition in conditions(read("在天河区登记注册、上年度营业收入2000万元以上的小微企业")):
        assert isinstance(condition, Condition)
        assert condition.text
        assert condition.confidence is not None


def test_what_cannot_be_put_into_a_field_keeps_hints() -> None:
    (condition,) = [condition for _, condition in conditions(read("投保短期出口信用保险"))]
    assert condition.hints is not None
    assert (condition.hints.kind, condition.hints.need) == ("activity", "出海")


@pytest.mark.parametrize(
    ("text", "region", "title"),
    [
        ("获评市级专精特新中小企业的", "110000", ("省级专精特新中小企业", "市级专精特新中小企业")),
        ("获评市级专精特新中小企业的", "410100", "市级专精特新中小企业"),
        ("获评市级节水标杆的", "310000", "市级节水标杆"),  # the table has none at a city's level
    ],
)
def test_in_a_municipality_the_city_is_a_province(text: str, region: str, title: str | tuple[str, str]) -> None:
    nodes = read_conditions([Part(0, len(text), text)], Place(region))
    assert [c.value for node in nodes for _, c in conditions(node.rule)] == [title]
