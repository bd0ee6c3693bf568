"""Hints of what no field holds. The cases are data; see cases/hints.yaml."""

from pathlib import Path

import pytest
import yaml

from indexer.extract.hints import hints_of

KINDS = yaml.safe_load((Path(__file__).parent / "cases" / "hints.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("words", "kind"), [(words, kind) for kind, rows in KINDS.items() for words in rows])
def test_what_a_condition_in_words_is_about(words: str, kind: str) -> None:
    assert hints_of(words).kind == kind
