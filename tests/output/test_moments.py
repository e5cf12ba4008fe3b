from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from runner.output.moments import in_utc, iso_text, read_moment

WEST = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    "value, text",
    [
        (date(2026, 11, 20), "2026-11-20"),
        (datetime(2026, 11, 20, 9, tzinfo=UTC), "2026-11-20T09:00:00Z"),
        (datetime(2026, 11, 20, 9, 0, 0, 5, tzinfo=UTC), "2026-11-20T09:00:00.000005Z"),
        (datetime(2026, 11, 20, 4, tzinfo=WEST), "2026-11-20T09:00:00Z"),
        (datetime(2026, 11, 20, 9), "2026-11-20T09:00:00"),
        (datetime(9999, 12, 31, 23, tzinfo=WEST), "9999-12-31T23:00:00-05:00"),
    ],
)
def test_days_and_moments_are_written_as_iso_8601(value: date, text: str) -> None:
    assert iso_text(value) == text


def test_a_moment_in_another_zone_is_turned_into_utc() -> None:
    assert in_utc(datetime(2026, 11, 20, 22, tzinfo=WEST)) == datetime(2026, 11, 21, 3)


@pytest.mark.parametrize("text", ["2026-11-20T09:00Z", "2026-11-20T09:00:00Z", "2026-11-20T09:00:00.000+00:00"])
def test_text_that_is_exactly_a_moment_in_utc_is_read(text: str) -> None:
    assert read_moment(text) == datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-20", "2026-11-20T09:00:00", "2026-13-20T09:00:00Z", "2026-11-20T09:00:00Z.", "٢٠٢٦-11-20T09:00:00Z"],
)
def test_other_text_is_no_moment(text: str) -> None:
    assert read_moment(text) is None
