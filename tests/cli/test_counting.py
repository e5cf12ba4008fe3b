from collections.abc import Callable

import pytest

from runner.cli.counting import CountLine


def count_at(*moments: float, is_shown: bool = True) -> None:
    """Count to 1,000 at each moment, in seconds after the first."""
    times = iter((0.0, *moments))
    with CountLine("Checking", is_shown=is_shown, clock=lambda: next(times)) as line:
        for done, _ in enumerate(moments, 1):
            line.count(done, 1000)


Capture = Callable[[], str]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Capture:
    return lambda: capsys.readouterr().err


def test_what_is_over_at_once_draws_nothing(written: Capture) -> None:
    count_at(0.01, 0.02, 0.09)
    assert written() == ""


def test_the_line_is_drawn_over_itself_ten_times_a_second_and_gone_at_the_end(written: Capture) -> None:
    count_at(0.05, 0.1, 0.15, 0.21)
    assert written() == "\r\x1b[2KChecking 2 of 1,000\r\x1b[2KChecking 4 of 1,000\r\x1b[2K"


def test_where_nobody_looks_nothing_is_drawn(written: Capture) -> None:
    count_at(1, 2, 3, is_shown=False)
    assert written() == ""
