from datetime import UTC, date, datetime
from typing import Any

import pytest

from runner.catalog.bounds import describe_range
from runner.catalog.kinds import check_bounds
from runner.catalog.model import Base, Kind, Parameter, Value
from runner.errors import BadValues


def bounded(base: Base, low: Any, high: Any, *, many: bool = False) -> Parameter:
    return Parameter("p", Kind(base, many=many, optional=True), min=low, max=high)


@pytest.mark.parametrize(
    "parameter, value",
    [
        (bounded("int", 1, 3), 1),
        (bounded("int", 1, 3), 3),
        (bounded("float", 0, 0.5), 0.5),
        (bounded("date", date(2026, 1, 1), None), date(2026, 1, 1)),
        (bounded("str", 2, 2), "ab"),
        (bounded("str", 2, 2, many=True), ("a", "b")),
        (bounded("int", 2, 2, many=True), (100, 200)),
        (bounded("int", 1, 3), None),
        (bounded("int", None, None), 10**9),
    ],
)
def test_both_ends_are_allowed(parameter: Parameter, value: Value) -> None:
    check_bounds(parameter, value)


@pytest.mark.parametrize(
    "parameter, value, message, hint",
    [
        (bounded("int", 1, 3), 0, "--p must be at least 1, not 0.", "--p 1"),
        (bounded("int", 1, 3), 4, "--p must be at most 3, not 4.", "--p 3"),
        (bounded("float", None, 0.5), 0.6, "--p must be at most 0.5, not 0.6.", "--p 0.5"),
        (
            bounded("date", date(2026, 1, 1), None),
            date(2025, 12, 31),
            "--p must be at least 2026-01-01, not 2025-12-31.",
            "--p 2026-01-01",
        ),
        (
            bounded("datetime", datetime(2026, 1, 1, tzinfo=UTC), None),
            datetime(2025, 1, 1, tzinfo=UTC),
            "--p must be at least 2026-01-01T00:00:00Z, not 2025-01-01T00:00:00Z.",
            "--p 2026-01-01T00:00:00Z",
        ),
        (bounded("str", 3, None), "ab", "--p must have at least 3 characters, not 2.", "--p text"),
        (bounded("str", None, 1), "ab", "--p must have at most 1 character, not 2.", "--p text"),
        (bounded("str", 2, None, many=True), ("a",), "--p must have at least 2 values, not 1.", "--p text"),
        (bounded("str", None, 1, many=True), ("a", "b"), "--p must have at most 1 value, not 2.", "--p text"),
    ],
)
def test_a_value_outside_is_refused(parameter: Parameter, value: Value, message: str, hint: str) -> None:
    with pytest.raises(BadValues) as caught:
        check_bounds(parameter, value)
    assert (str(caught.value), caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    "low, high, shown",
    [(1, 168, "1..168"), (1, None, "from 1"), (None, 168, "up to 168"), (None, None, ""), (0, 0, "0..0")],
)
def test_a_range_is_shown(low: int | None, high: int | None, shown: str) -> None:
    assert describe_range(bounded("int", low, high)) == shown
