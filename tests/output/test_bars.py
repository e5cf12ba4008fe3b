import io
from collections.abc import Iterable
from typing import Any

import pytest

from runner.catalog import Chart
from runner.output.bars import BAR_CELLS, Lines, bars_of, value_column
from runner.output.table import TableWriter

BAR = Chart("bar", "n", "name")
LINE = Chart("line", "day", "n")


def table(rows: Iterable[dict[str, Any]], chart: Chart | None, width: int | None = 60, limit: int | None = None) -> str:
    stream = io.StringIO()
    writer = TableWriter(stream, width=width, limit=limit, chart=chart)
    for row in rows:
        writer.write(row)
    writer.close()
    return stream.getvalue()


def days(*values: Any, **more: Any) -> list[dict[str, Any]]:
    return [{"day": f"2026-11-{day:02}", "n": value, **more} for day, value in enumerate(values, start=1)]


def test_bars_stand_beside_their_numbers() -> None:
    rows = [{"name": "a", "n": 8, "more": "x"}, {"name": "b", "n": 4, "more": "y"}, {"name": "c", "n": 1, "more": "z"}]
    assert table(rows, BAR) == (
        "NAME  N                    MORE\n"
        "a     8  ████████████████  x\n"
        "b     4  ████████          y\n"
        "c     1  ██                z\n"
    )


def test_a_bar_is_drawn_in_eighths_and_something_is_never_nothing() -> None:
    rows: list[dict[str, Any]] = [
        {"name": "a", "n": 1000},
        {"name": "b", "n": 1},
        {"name": "c", "n": 0},
        {"name": "d", "n": None},
    ]
    assert [line[12:].strip() for line in table(rows, BAR).splitlines()[1:]] == ["█" * BAR_CELLS, "▏", "", ""]


@pytest.mark.parametrize(
    "rows",
    [
        [{"name": "a", "n": 1}],
        [{"name": "a", "n": 1}, {"name": "b", "n": -1}],
        [{"name": "a", "n": 0}, {"name": "b", "n": 0}],
        [{"name": "a", "n": "1"}, {"name": "b", "n": "2"}],
        [{"name": "a", "n": float("nan")}, {"name": "b", "n": None}],
    ],
)
def test_there_are_no_bars_where_they_would_compare_nothing(rows: list[dict[str, Any]]) -> None:
    assert table(rows, BAR) == table(rows, None)


def test_bars_leave_text_readable_and_hide_no_column() -> None:
    rows = [{"name": "x" * 60, "n": number} for number in (1, 2)]
    assert "█" not in table(rows, BAR, width=60)
    assert "█" in table(rows, BAR, width=61)
    links = [{"name": "a", "n": number, "link": f"https://a.example/{'y' * 20}"} for number in (1, 2)]
    assert "█" not in table(links, BAR, width=50)
    assert "█" in table(links, BAR, width=70)


def test_only_a_terminal_shows_bars_and_lines() -> None:
    assert table([{"name": "a", "n": 1}, {"name": "b", "n": 2}], BAR, width=None) == "NAME  N\na     1\nb     2\n"
    assert "▁" not in table(days(1, 2, 3), LINE, width=None)


def test_a_row_that_comes_late_and_is_larger_than_the_largest_says_so() -> None:
    bars = bars_of(BAR, ("name", "n"), [["a", 1], ["b", 2]])
    assert bars is not None
    assert (bars.draw(2), bars.draw(3)) == ("█" * BAR_CELLS, "█" * (BAR_CELLS - 1) + "+")


def test_a_line_stands_below_the_table_with_its_range() -> None:
    assert table(days(1, 2, 4, 8, 1234), LINE).endswith("\n\nn  ▁▁▁▁█  1 to 1,234\n")
    assert table(days(0, 1, 2, 3, 4, 5, 6, 7), LINE).endswith("\n\nn  ▁▂▃▄▅▆▇█  0 to 7\n")


def test_a_line_counts_rows_that_the_table_does_not_show() -> None:
    assert table(days(*range(8)), LINE, limit=2).count("2026-11") == 2
    assert table(days(*range(8)), LINE, limit=2).endswith("n  ▁▂▃▄▅▆▇█  0 to 7\n")


def test_a_line_of_more_points_than_cells_is_made_of_means() -> None:
    lines = Lines(Chart("line", "at", "n"))
    for number in range(1000):
        lines.add({"at": number, "n": number % 100})
    text = lines.text(30)
    assert len(text.strip("\n")) <= 30
    assert "0 to 99" in text


def test_each_series_has_a_line_on_one_scale() -> None:
    lines = Lines(Chart("line", "day", "n", color="who"))
    for low, high in zip(range(4), range(4, 8), strict=True):
        lines.add({"day": low, "n": low, "who": "a"})
        lines.add({"day": low, "n": high, "who": "long"})
    assert lines.text(60) == "\na     ▁▂▃▄  0 to 3\nlong  ▅▆▇█  4 to 7\n"


def test_too_many_series_are_not_drawn() -> None:
    lines = Lines(Chart("line", "day", "n", color="who"))
    for number in range(20):
        lines.add({"day": number % 2, "n": number, "who": str(number // 2)})
    assert lines.text(80) == ""


def test_a_series_cannot_steer_the_terminal() -> None:
    lines = Lines(Chart("line", "day", "n", color="who"))
    for number in range(2):
        lines.add({"day": number, "n": number, "who": "\x1b[31ma\nb"})
    assert "\x1b" not in lines.text(60)
    assert lines.text(60).count("\n") == 2


@pytest.mark.parametrize(
    "chart, row, column",
    [
        (Chart("bar", "n", "name"), {"n": 1, "name": "a"}, "n"),
        (Chart("bar", "name", "n"), {"n": 1, "name": "a"}, "n"),
        (Chart("bar", "n", "m"), {"n": 1, "m": 2}, "n"),
        (Chart("line", "n", "m"), {"n": 1, "m": 2}, "m"),
        (Chart("bar", "n", "name"), {"n": True, "name": "a"}, ""),
    ],
)
def test_the_numbers_that_are_drawn_are_found(chart: Chart, row: dict[str, Any], column: str) -> None:
    assert value_column(chart, [row]) == column
