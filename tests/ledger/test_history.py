"""What happened to one enterprise, as the matcher takes it."""

from datetime import date

from ledger.history import Step, received_of
from matcher.together import Received


def step(measure, name, on, amount=None):
    return Step(measure, name, date.fromisoformat(on), amount, "", "")


def test_what_was_paid_was_had_and_what_is_approved_and_not_yet_paid():
    paid = (
        step("a", "approved", "2024-02-01", 5.0),
        step("a", "paid", "2024-03-01", 2.0),
        step("a", "paid", "2024-04-01", 3.0),
    )
    approved = (step("b", "applied", "2024-02-01"), step("b", "approved", "2024-03-01"))
    told = (step("c", "informed", "2024-02-01"), step("c", "applied", "2024-03-01"))
    assert received_of({"a": paid, "b": approved, "c": told}) == (
        Received("a", 2.0, date(2024, 3, 1)),
        Received("a", 3.0, date(2024, 4, 1)),
        Received("b", None, date(2024, 3, 1)),
    )


def test_what_is_approved_once_more_and_not_yet_paid_was_had_too():
    again = (
        step("a", "approved", "2023-02-01", 2.0),
        step("a", "paid", "2023-03-01", 2.0),
        step("a", "approved", "2024-02-01", 3.0),
    )
    assert received_of({"a": again}) == (
        Received("a", 2.0, date(2023, 3, 1)),
        Received("a", 3.0, date(2024, 2, 1)),
    )
