import pytest

from runner.catalog.index_store import smudged

SECOND = 1_000_000_000
NOW = 1000 * SECOND


@pytest.mark.parametrize(
    "mtime, ctime, is_believed",
    [
        (0, NOW - 2 * SECOND, True),
        (0, NOW - 2 * SECOND + 1, False),
        (NOW - 2 * SECOND + 1, 0, False),
        (NOW + SECOND, 0, False),
        (0, NOW + 2 * SECOND, True),
        (NOW + 2 * SECOND, NOW - 2 * SECOND, True),
    ],
)
def test_a_file_changed_within_two_seconds_of_now_is_not_believed(mtime: int, ctime: int, *, is_believed: bool) -> None:
    size = 5 if is_believed else -1
    assert smudged((5, mtime, ctime, 7), NOW) == (size, mtime, ctime, 7)
