from decimal import Decimal

import pytest

from runner.output.numbers import Number, decimals_of, is_number, is_quantity, number_text


@pytest.mark.parametrize(
    "value, decimals",
    [(5, 0), (5.0, 0), (12.5, 1), (3.14159, 2), (0.001, 0), (Decimal("2.50"), 1), (float("nan"), 0), (1e300, 0)],
)
def test_a_number_shows_two_decimals_at_most(value: Number, decimals: int) -> None:
    assert decimals_of(value) == decimals


@pytest.mark.parametrize(
    "value, decimals, text",
    [
        (1234567, 0, "1,234,567"),
        (-1234, 2, "-1,234.00"),
        (1234.5, 2, "1,234.50"),
        (-0.001, 1, "0.0"),
        (Decimal("1234.567"), 2, "1,234.57"),
        (10**400, 0, f"{10**400:,}"),
        (1e300, 2, "1e+300"),
        (float("-inf"), 2, "-inf"),
        (Decimal("sNaN"), 2, "sNaN"),
    ],
)
def test_thousands_stand_apart(value: Number, decimals: int, text: str) -> None:
    assert number_text(value, decimals=decimals, grouped=True) == text


def test_what_is_no_quantity_is_not_grouped() -> None:
    assert number_text(2026, decimals=0, grouped=False) == "2026"


@pytest.mark.parametrize("column", ["year", "Year", "birth_year", "id", "article_id", "ID"])
def test_years_and_ids_count_nothing(column: str) -> None:
    assert not is_quantity(column)


@pytest.mark.parametrize("column", ["paid", "years", "bid", "interactions", ""])
def test_other_columns_count_something(column: str) -> None:
    assert is_quantity(column)


@pytest.mark.parametrize("value", [True, False, None, "5"])
def test_truth_and_text_are_no_numbers(value: object) -> None:
    assert not is_number(value)
