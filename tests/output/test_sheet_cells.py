from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from pathlib import PurePosixPath

import pytest

from runner.errors import RecipeFailed
from runner.output.sheet_cells import MAX_UNITS, SheetValue, clean_text, cut_text, sheet_value

EAST = timezone(timedelta(hours=2))


class Color(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "value, cell",
    [
        (None, None),
        (True, True),
        (-5, -5),
        (0.25, 0.25),
        (Decimal("1.10"), 1.1),
        (123456789012345, 123456789012345),
        ("text", "text"),
        (Color.RED, "red"),
        ([1, {"a": None}], '[1,{"a":null}]'),
        (PurePosixPath("a/b"), "a/b"),
    ],
)
def test_a_value_keeps_its_kind_where_a_sheet_has_it(value: object, cell: SheetValue) -> None:
    got = sheet_value("x", value)
    assert (got, type(got)) == (cell, type(cell))


@pytest.mark.parametrize(
    "value, cell",
    [
        (1234567890123456, "1234567890123456"),
        (-(2**64), "-18446744073709551616"),
        (Decimal("1234567890.1234567"), "1234567890.1234567"),
        (1.7e308, "1.7e+308"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (Decimal("sNaN"), "sNaN"),
    ],
)
def test_a_number_that_excel_would_change_is_text(value: object, cell: str) -> None:
    assert sheet_value("x", value) == cell


@pytest.mark.parametrize(
    "value, cell",
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        ("2026-11-20", date(2026, 11, 20)),
        (datetime(2026, 11, 20, 9), datetime(2026, 11, 20, 9)),
        (datetime(2026, 11, 20, 9, tzinfo=EAST), datetime(2026, 11, 20, 7)),
        ("2026-11-20T09:00:00Z", datetime(2026, 11, 20, 9)),
        ("2026-11-20T09:00:00.250+00:00", datetime(2026, 11, 20, 9, 0, 0, 250_000)),
        ("1900-03-01", date(1900, 3, 1)),
    ],
)
def test_days_and_moments_are_dates_in_utc(value: object, cell: date) -> None:
    got = sheet_value("x", value)
    assert (got, type(got)) == (cell, type(cell))


@pytest.mark.parametrize(
    "value, cell",
    [
        ("since 2026-11-20", "since 2026-11-20"),
        ("2026-11-20T09:00:00+02:00", "2026-11-20T09:00:00+02:00"),
        ("2026-11-20T09:00:00", "2026-11-20T09:00:00"),
        ("2026-02-30", "2026-02-30"),
        ("2026-02-30T09:00:00Z", "2026-02-30T09:00:00Z"),
        ("1900-02-28", "1900-02-28"),
        (date(1899, 12, 31), "1899-12-31"),
        (datetime(1700, 1, 1, tzinfo=UTC), "1700-01-01T00:00:00Z"),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-2))), "9999-12-31T23:00:00-02:00"),
    ],
)
def test_what_is_no_date_to_excel_stays_text(value: object, cell: str) -> None:
    assert sheet_value("x", value) == cell


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(RecipeFailed) as caught:
        sheet_value("x", object())
    assert str(caught.value) == "Column 'x' holds an object, which is no value a row can hold."


@pytest.mark.parametrize(
    "text, clean",
    [
        ("a\x00\x08\x1f\ufffeb", "a\ufffd\ufffd\ufffd\ufffdb"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\ud83d\ude00 \ud83d", "\U0001f600 \ufffd"),
    ],
)
def test_what_xml_cannot_hold_is_replaced(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@pytest.mark.parametrize(
    "text, cut",
    [
        ("a" * MAX_UNITS, "a" * MAX_UNITS),
        ("a" * (MAX_UNITS + 1), "a" * (MAX_UNITS - 1) + "…"),
        ("\U0001f600" * (MAX_UNITS // 2), "\U0001f600" * (MAX_UNITS // 2)),
        ("a" + "\U0001f600" * (MAX_UNITS // 2) + "b", "a" + "\U0001f600" * (MAX_UNITS // 2 - 1) + "…"),
    ],
    ids=["fits", "one too many", "emoji that fit", "no half emoji"],
)
def test_text_is_cut_at_what_a_cell_holds(text: str, cut: str) -> None:
    assert cut_text(text) == cut
