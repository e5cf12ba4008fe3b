import pytest

from runner.output.grid import Kind, column_kind, fit, render_table
from runner.output.text import width

HEADERS = ("recipe", "answers", "calls")
ROWS = [("top-stories", "What works for my topic?", 1234), ("crisis", "When did the story “turn” 日本?", None)]


def test_a_table_has_capitals_two_blanks_and_numbers_to_the_right() -> None:
    assert render_table(HEADERS, ROWS, width=None) == (
        "RECIPE       ANSWERS                          CALLS\n"
        "top-stories  What works for my topic?         1,234\n"
        "crisis       When did the story “turn” 日本?\n"
    )


def test_a_narrow_table_cuts_the_widest_text() -> None:
    assert render_table(HEADERS, ROWS, width=40) == (
        "RECIPE       ANSWERS               CALLS\n"
        "top-stories  What works for my t…  1,234\n"
        "crisis       When did the story…\n"
    )


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    assert render_table(HEADERS, ROWS, width=26) == (
        "RECIPE       ANSWERS\ntop-stories  What works f…\ncrisis       When did the…\n"
    )


@pytest.mark.parametrize("cells", [1, 5, 11, 40, 60, 88, 140])
def test_no_line_is_wider_than_the_terminal(cells: int) -> None:
    assert all(width(line) <= cells for line in render_table(HEADERS, ROWS, width=cells).splitlines())


def test_a_column_that_wraps_goes_on_below_itself() -> None:
    assert render_table(HEADERS, ROWS, width=34, wrap=1) == (
        "RECIPE       ANSWERS         CALLS\n"
        "top-stories  What works for  1,234\n"
        "             my topic?\n"
        "crisis       When did the\n"
        "             story “turn”\n"
        "             日本?\n"
    )


def test_no_rows_leave_the_headers() -> None:
    assert (render_table(HEADERS, [], width=88), render_table((), [], width=88)) == ("RECIPE  ANSWERS  CALLS\n", "")


def test_cells_and_headers_are_one_safe_line() -> None:
    assert render_table(["a\x1b[m"], [["b\nc\td\r\x1b[2J"]], width=None) == "A\ufffd[M\nb c d \ufffd[2J\n"


@pytest.mark.parametrize(
    "values, kind",
    [
        ([1, None, 2.5], "number"),
        ([1, "a"], "text"),
        ([True], "text"),
        ([None, ""], "text"),
        ([], "text"),
        (["https://a.example/", "", "http://b.example"], "link"),
        (["https://a.example/", "none"], "text"),
        (["2026-11-20 09:00", "2026-11-21"], "moment"),
        (["2026-11-20 09:00 or later"], "text"),
    ],
)
def test_the_values_of_a_column_say_its_kind(values: list[object], kind: Kind) -> None:
    assert column_kind(values) == kind


@pytest.mark.parametrize(
    "natural, kinds, room, widths",
    [
        ([10, 10], ["text", "text"], 22, {0: 10, 1: 10}),
        ([50, 30, 8], ["text", "text", "number"], 60, {0: 24, 1: 24, 2: 8}),
        ([50, 40], ["text", "link"], 70, {0: 28, 1: 40}),
        ([50, 40], ["text", "link"], 66, {0: 24, 1: 40}),
        ([50, 40], ["text", "link"], 65, {0: 50}),
        ([50, 40, 8], ["text", "link", "number"], 60, {0: 50, 2: 8}),
        ([40, 40, 8], ["link", "text", "number"], 60, {0: 24, 1: 24, 2: 8}),
        ([16, 50], ["moment", "text"], 30, {0: 16, 1: 12}),
        ([50, 20, 20], ["text", "number", "number"], 40, {0: 18, 1: 20}),
        ([20, 20], ["number", "number"], 10, {0: 20}),
        ([10**9], ["text"], 10, {0: 10}),
    ],
)
def test_text_gives_first_then_links_go_then_the_last_columns_but_no_number_is_cut(
    natural: list[int], kinds: list[Kind], room: int, widths: dict[int, int]
) -> None:
    assert fit(natural, kinds, room) == widths
