"""How sure a reading is: by what read it, and less by what stands around it."""

from corpus.model import All, Any, Condition, Not
from corpus.rules import conditions
from indexer.extract import extract
from indexer.extract.confidence import confidence_of, doubt, doubted

TITLE = Condition("qualification", "has", "高新技术企业", confidence=0.91)
SALES = Condition("revenue", "ge", 2e7, confidence=0.95)
MORE_SALES = Condition("revenue", "ge", 1e8, confidence=0.95)
WORDS = tuple(Condition("manual", "confirm", word, confidence=0.5) for word in "甲乙丙丁戊")


def test_a_finder_that_was_never_measured_is_half_sure() -> None:
    assert confidence_of("nobody", "revenue") == 0.5
    assert confidence_of("number", "revenue") > confidence_of("number", "registered_capital")


def test_a_measure_alone_is_as_sure_as_it_reads() -> None:
    assert doubt([All((TITLE, SALES))], 0, False) == 1.0


def test_what_was_not_told_apart_is_less_sure() -> None:
    twice = [All((TITLE,)), All((TITLE,))]
    apart = [All((TITLE,)), All((SALES,))]
    assert doubt(twice, 0, False) < doubt(apart, 0, False) < 1.0


def test_thresholds_in_a_row_without_tiers_are_less_sure() -> None:
    row = All((Any((SALES, MORE_SALES)),))
    assert doubt([row], 0, False) < 1.0
    assert doubt([row], 0, True) == 1.0


def test_a_crowd_of_words_is_the_sign_of_a_passage_not_understood() -> None:
    assert doubt([All((TITLE, *WORDS))], 0, False) < 1.0
    assert doubt([All((TITLE, *WORDS[:2]))], 0, False) == 1.0


def test_every_condition_of_a_rule_is_made_less_sure() -> None:
    rule = doubted(All((TITLE, Not(Any((SALES, MORE_SALES))))), 0.5)
    assert [condition.confidence for _, condition in conditions(rule)] == [0.455, 0.475, 0.475]


def test_a_plain_threshold_is_said_with_more_than_nine_tenths() -> None:
    (reading,) = extract("对上年度营业收入2000万元以上的企业，给予10万元奖励。")
    assert reading.confidence >= 0.9
    (open_reading,) = extract("对上年度营业收入2000万元以上、发展前景良好的企业，给予10万元奖励。")
    assert open_reading.confidence < 0.9
