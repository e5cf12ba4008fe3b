import io
from datetime import UTC, datetime
from typing import Any

import pytest

from runner.errors import RecipeFailed
from runner.output.table import SAMPLE
from runner.output.text import width as cells_of
from runner.output.writers import Writer, open_writer

ROWS: list[dict[str, Any]] = [
    {
        "headline": "Ferry strike halts all traffic to the islands",
        "publisher": "港の新聞 Harbour News 🚢",
        "interactions": 1234567,
        "share": 12.5,
        "year": 2026,
        "published": datetime(2026, 11, 20, 9, 30, 59, tzinfo=UTC),
        "link": "https://harbour.example/2026/11/20/ferry-strike-halts-all-traffic",
    },
    {
        "headline": "Calm sea",
        "publisher": None,
        "interactions": -5,
        "share": 3.14159,
        "year": 1998,
        "published": "2026-11-19T23:59:00Z",
        "link": "https://harbour.example/calm",
    },
]


def table(rows: list[dict[str, Any]], **options: Any) -> tuple[str, Writer]:
    stream = io.StringIO(newline="")
    writer = open_writer("table", stream, **options)
    for row in rows:
        writer.write(row)
    writer.close()
    return stream.getvalue(), writer


def test_without_a_width_everything_is_shown() -> None:
    text, writer = table([{name: row[name] for name in list(row)[2:]} for row in ROWS])
    assert text == (
        "INTERACTIONS  SHARE  YEAR  PUBLISHED         LINK\n"
        "   1,234,567  12.50  2026  2026-11-20 09:30  https://harbour.example/2026/11/20/ferry-st"
        "rike-halts-all-traffic\n"
        "          -5   3.14  1998  2026-11-19 23:59  https://harbour.example/calm\n"
    )
    assert (writer.rows, writer.shown, writer.hidden) == (2, 2, ())


@pytest.mark.parametrize(
    "width, text, hidden",
    [
        (
            40,
            "HEADLINE      PUBLISHER     INTERACTIONS\n"
            "Ferry strik…  港の新聞 Ha…     1,234,567\n"
            "Calm sea                              -5\n",
            ("share", "year", "published", "link"),
        ),
        (
            60,
            "HEADLINE         PUBLISHER         INTERACTIONS  SHARE  YEAR\n"
            "Ferry strike h…  港の新聞 Harbou…     1,234,567  12.50  2026\n"
            "Calm sea                                     -5   3.14  1998\n",
            ("published", "link"),
        ),
        (
            88,
            "HEADLINE              PUBLISHER              INTERACTIONS  SHARE  YEAR  PUBLISHED\n"
            "Ferry strike halts…   港の新聞 Harbour New…     1,234,567  12.50  2026  2026-11-20 09:30\n"
            "Calm sea                                               -5   3.14  1998  2026-11-19 23:59\n",
            ("link",),
        ),
        (
            140,
            "HEADLINE                                       PUBLISHER                 INTERACTIONS  SHARE  "
            "YEAR  PUBLISHED\n"
            "Ferry strike halts all traffic to the islands  港の新聞 Harbour News 🚢     1,234,567  12.50  "
            "2026  2026-11-20 09:30\n"
            "Calm sea                                                                           -5   3.14  "
            "1998  2026-11-19 23:59\n",
            ("link",),
        ),
    ],
)
def test_a_table_fits_the_terminal(width: int, text: str, hidden: tuple[str, ...]) -> None:
    shown, writer = table(ROWS, width=width)
    assert (shown, writer.hidden) == (text, hidden)
    assert max(map(cells_of, shown.splitlines())) <= width


def test_a_limit_shows_some_rows_and_counts_all() -> None:
    text, writer = table([{"n": number} for number in range(5)], limit=2)
    assert (text, writer.rows, writer.shown) == ("N\n0\n1\n", 5, 2)


def test_a_limit_of_none_shows_the_header() -> None:
    assert table([{"n": 1}], limit=0)[0] == "N\n"


def test_as_many_rows_as_the_limit_are_printed_at_once() -> None:
    stream = io.StringIO()
    writer = open_writer("table", stream, limit=2)
    writer.write({"n": 1})
    held_back = stream.getvalue()
    writer.write({"n": 2})
    assert (held_back, stream.getvalue()) == ("", "N\n1\n2\n")


def test_after_the_sample_rows_are_streamed_with_its_widths() -> None:
    stream = io.StringIO()
    writer = open_writer("table", stream, width=14)
    for _ in range(SAMPLE):
        writer.write({"a": "short", "n": 1.5})
    assert stream.getvalue() == "A        N\n" + "short  1.5\n" * SAMPLE
    writer.write({"a": "much longer", "n": 2})
    assert stream.getvalue().splitlines()[-1] == "much…  2.0"


def test_without_a_width_nothing_is_cut_after_the_sample() -> None:
    text, _ = table([{"a": "x", "n": 1}] * SAMPLE + [{"a": "much longer", "n": 2}])
    assert text.splitlines()[-1] == "much longer  2"


@pytest.mark.parametrize("columns, text", [(("headline", "n"), "HEADLINE  N\n"), ((), "")])
def test_no_rows_leave_the_header_if_it_is_known(columns: tuple[str, ...], text: str) -> None:
    assert table([], columns=columns)[0] == text


@pytest.mark.parametrize(
    "payload", ["\x1b[2J", "\x9b2J", "a\rb", "\x1b]52;c;eA==\x07", "\u202eb", "a\nb", "\u2028", "\x7f"]
)
def test_no_cell_steers_the_terminal(payload: str) -> None:
    text, _ = table([{"a": payload, "b" + payload: [payload]}])
    assert (text.count("\n"), text.replace("\n", "").isprintable()) == (2, True)


def test_other_values_show_as_in_csv() -> None:
    text, _ = table(
        [{"ok": True, "tags": ["a", 1], "none": None, "mixed": 1234}, {"ok": 0, "tags": {}, "none": None, "mixed": "x"}]
    )
    assert text == 'OK    TAGS     NONE  MIXED\ntrue  ["a",1]        1,234\n0     {}             x\n'


def test_a_row_that_fails_is_not_counted() -> None:
    stream = io.StringIO()
    writer = open_writer("table", stream)
    writer.write({"a": 1})
    with pytest.raises(RecipeFailed):
        writer.write({"a": {1}})
    writer.close()
    assert (stream.getvalue(), writer.rows) == ("A\n1\n", 1)
