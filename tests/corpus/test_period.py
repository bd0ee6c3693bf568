"""Which years a condition asks about."""

from datetime import date

import pytest

from corpus.period import FORMS, parse_period

AS_OF = date(2024, 6, 30)


@pytest.mark.parametrize(
    ("written", "years", "words"),
    [
        (None, (2023,), "2023年"),
        ("last_year", (2023,), "2023年"),
        ("this_year", (2024,), "2024年"),
        ("2019", (2019,), "2019年"),
        ("each_of_last_3", (2023, 2022, 2021), "近3年每年（2021—2023年）"),
        ("any_of_last_2", (2023, 2022), "近2年任一年（2022—2023年）"),
        ("sum_of_last_2", (2023, 2022), "近2年合计（2022—2023年）"),
        ("avg_of_last_1", (2023,), "近1年平均（2023—2023年）"),
    ],
)
def test_years_and_words(written, years, words):
    period = parse_period(written)
    assert period.years(AS_OF) == years
    assert period.words(AS_OF) == words


def test_the_year_is_that_of_the_day():
    period = parse_period("last_year")
    assert period.years(date(2023, 12, 31)) == (2022,)
    assert period.years(date(2024, 1, 1)) == (2023,)


@pytest.mark.parametrize(
    "written",
    ["", "last", "1823", "２０２３", "each_of_last_0", "each_of_last_", "sum_of_last_100", "max_of_last_2", " 2023"],
)
def test_what_is_no_period_is_none(written):
    assert parse_period(written) is None


@pytest.mark.parametrize(
    "written", ["last_year", "this_year", "each_of_last_N", "any_of_last_N", "sum_of_last_N", "avg_of_last_N"]
)
def test_the_advice_names_every_form(written):
    assert written in FORMS
    assert parse_period(written.replace("N", "3")) is not None
