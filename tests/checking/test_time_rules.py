from typing import Any

import pytest


@pytest.mark.parametrize(
    "moment",
    [
        "datetime.now()",
        "datetime.now(None)",
        "datetime.now(tz=None)",
        "dt.datetime.now()",
        "datetime.utcnow()",
        "datetime.utcnow().replace(tzinfo=UTC)",
        "datetime.utcfromtimestamp(0)",
        "datetime.fromtimestamp(0)",
        "datetime.today()",
        "date.today()",
        "dt.date.today()",
        "date.fromtimestamp(0)",
        "datetime(2026, 1, 31)",
        "datetime(2026, 1, 31, 9, 30, tzinfo=None)",
        "datetime(2026, 1, 31).astimezone(UTC)",
        "datetime.now().replace(tzinfo=UTC)",
        "datetime.fromtimestamp(0).replace(tzinfo=UTC)",
    ],
)
def test_a_moment_without_time_zone_is_found(project: Any, moment: str) -> None:
    assert project.lines_of("R105", f"\nmoment = {moment}") == [2]


@pytest.mark.parametrize(
    "moment",
    [
        "datetime.now(UTC)",
        "datetime.now(tz=UTC)",
        "dt.datetime.now(dt.UTC)",
        "datetime.now().astimezone()",
        "datetime.fromtimestamp(0, UTC)",
        "datetime.fromtimestamp(0, tz=dt.timezone.utc)",
        "datetime.fromtimestamp(0).astimezone(UTC)",
        "datetime(2026, 1, 31, tzinfo=UTC)",
        "datetime(2026, 1, 31, 9, 30, 0, 0, UTC)",
        "datetime(2026, 1, 31).replace(tzinfo=UTC)",
        "datetime(*[2026, 1, 31])",
        "datetime(**{})",
        "date(2026, 1, 31)",
        "datetime.now(UTC).date()",
        "datetime.fromisoformat(topic)",
        "timedelta(days=1)",
        "time.monotonic()",
    ],
)
def test_a_moment_with_its_time_zone_is_none(project: Any, moment: str) -> None:
    assert project.lines_of("R105", f"moment = {moment}") == []


def test_the_finding_names_the_call_and_what_to_write(project: Any) -> None:
    from runner.checking.check import check_repository

    project.write_recipe("day = date.today()")
    [finding] = check_repository(project.root, {}).findings
    assert (finding.problem, finding.fix) == (
        "date.today depends on the time zone of the machine",
        "write datetime.now(UTC).date()",
    )
