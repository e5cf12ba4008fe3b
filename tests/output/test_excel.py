from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from runner.output.excel import excel_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "  =1",
        "\n=1",
        "\u00a0=1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
        "\ufeff=1",
    ],
)
def test_no_text_becomes_a_formula(text: str) -> None:
    assert excel_cell("x", text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ferry", "a=b", "2 + 2", "x@example.com", "  calm", "'=1", '"=1"'])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert excel_cell("x", text) == text


@pytest.mark.parametrize(
    "value, cell", [(5, "5"), (-5, "-5"), (-0.5, -0.5), (Decimal("-1.10"), "-1.10"), (True, "true")]
)
def test_numbers_stay_numbers(value: object, cell: object) -> None:
    assert excel_cell("x", value) == cell


@pytest.mark.parametrize(
    "value, cell",
    [
        (123456789012345, "123456789012345"),
        (1234567890123456, "'1234567890123456"),
        (-1234567890123456, "'-1234567890123456"),
        (10**400, f"'{10**400}"),
        ("1234567890123456", "'1234567890123456"),
        ("123456789012345", "123456789012345"),
        (Decimal("1234567890.1234567"), "'1234567890.1234567"),
    ],
)
def test_digits_that_excel_would_drop_become_text(value: object, cell: str) -> None:
    assert excel_cell("x", value) == cell


@pytest.mark.parametrize(
    "value, cell",
    [
        (datetime(2026, 11, 20, 9, tzinfo=UTC), "2026-11-20 09:00:00"),
        (datetime(2026, 11, 20, 9, 0, 0, 123456), "2026-11-20 09:00:00.123"),
        (date(2026, 11, 20), "2026-11-20"),
        ("2026-11-20T09:00:00Z", "2026-11-20 09:00:00"),
        ("2026-11-20", "2026-11-20"),
        ("since 2026-11-20T09:00:00Z", "since 2026-11-20T09:00:00Z"),
    ],
)
def test_moments_have_the_form_that_excel_reads(value: object, cell: str) -> None:
    assert excel_cell("x", value) == cell


def test_what_is_no_number_is_no_formula_either() -> None:
    assert [excel_cell("x", float(each)) for each in ("nan", "-inf")] == ["nan", "'-inf"]
