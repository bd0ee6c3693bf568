"""The line of `run.py extract`."""

import pytest

from corpus.errors import InputError
from indexer.extract import extract_line


def test_a_line_answers_with_its_id_and_measures() -> None:
    line = extract_line(
        {"id": "a1", "title": "某办法", "region": "410100", "text": "在本市注册的小微企业给予5万元补助。"}
    )
    assert line["id"] == "a1"
    (measure,) = line["measures"]
    assert set(measure) == {"rule", "benefit", "department", "spans", "confidence"}
    assert [condition["field"] for condition in measure["rule"]["all"]] == ["region", "size_class"]
    assert measure["benefit"]["amount"] == {"fixed": 50000}


def test_a_passage_that_grants_nothing_has_an_empty_list() -> None:
    assert extract_line({"id": "a2", "text": "各部门要加强宣传。"}) == {"id": "a2", "measures": []}


@pytest.mark.parametrize("record", [{"text": "甲"}, {"id": "a"}, {"id": "a", "text": 3}])
def test_a_record_without_id_or_text_is_refused(record: dict) -> None:
    with pytest.raises(InputError, match='"id", "title", "region", "text"'):
        extract_line(record)
