"""The patterns of giving are tried only where their own words stand; the quick no never hides a giving."""

import re
from pathlib import Path

import pytest
import yaml

from indexer.extract import extract, lexicon
from indexer.extract.giving import award_start, can_give, may_give
from indexer.extract.titles import tag

FOLDER = Path(__file__).parent / "cases"
GRANTS = [case for cases in yaml.safe_load((FOLDER / "grants.yaml").read_text("utf-8")).values() for case in cases]
GIVING = [case["text"] for case in GRANTS if case["gives"]]


def test_every_row_says_what_it_needs() -> None:
    for row in lexicon.load("giving"):
        assert set(row) == {"has", "words"}
        assert all(row["has"])


@pytest.mark.parametrize("text", GIVING, ids=[text[:20] for text in GIVING])
def test_the_quick_no_hides_no_giving(text: str) -> None:
    assert extract(text)
    assert may_give(text)
    assert can_give(text, after=True)
    assert any(can_give(piece, after=False) for piece in re.split("[，；。]", text))


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("按设备投资额的10%给予补助", "按设备投资额的10%给予补助"),
        ("对认定的企业给予50万元奖励", "给予50万元奖励"),
        ("中小微企业租用厂房的", None),
        ("减免部分材料", None),
        ("年营业收入1亿元以上的企业", None),
        ("对小微企业免征增值税", "免征增值税"),
        ("对为租户减免租金的业主", None),
    ],
)
def test_where_giving_begins(piece: str, words: str | None) -> None:
    tagged = tag(piece)
    at = award_start(tagged)
    assert (None if at is None else tagged.words(at, len(tagged.text))) == words
