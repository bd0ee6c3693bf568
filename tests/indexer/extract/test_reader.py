"""The two sentences that the contract names, and that a passage is read the same way every time."""

from indexer.extract import extract


def test_a_grant_is_read() -> None:
    (reading,) = extract("对首次认定的高新技术企业，给予20万元一次性奖励。")
    assert reading.benefit is not None
    assert reading.benefit.kind == "one_off_grant"


def test_a_duty_gives_nothing() -> None:
    assert extract("各部门要加强宣传。") == ()
