import csv
import io
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runner.output.writers import open_writer

NASTY = st.text(st.one_of(st.sampled_from(list("\t\n\r\",;'|\\ =\x00\x1b\ufeff\ud800😀")), st.characters(codec=None)))
TABLES = st.lists(st.tuples(NASTY, NASTY, NASTY))
HALVES = re.compile("[\ud800-\udfff]")


def written(rows: list[dict[str, Any]], format_name: str, **options: Any) -> str:
    stream = io.StringIO(newline="")
    writer = open_writer(format_name, stream, **options)
    for row in rows:
        writer.write(row)
    writer.close()
    return stream.getvalue()


def read(text: str, dialect: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), dialect))


def named(cells: tuple[str, ...]) -> dict[str, Any]:
    return dict(zip("abc", cells, strict=True))


def whole(text: str) -> str:
    """Surrogates as they come out, told apart from how the code does it."""
    joined = re.sub(
        "[\ud800-\udbff][\udc00-\udfff]",
        lambda pair: chr(0x10000 + ((ord(pair[0][0]) - 0xD800) << 10) + ord(pair[0][1]) - 0xDC00),
        text,
    )
    return HALVES.sub("\ufffd", joined)


def test_csv_has_a_header_and_a_line_for_each_row() -> None:
    rows: list[dict[str, Any]] = [
        {"headline": 'Ferry, "calm"', "n": 1, "ok": True},
        {"headline": "a\nb", "n": None, "ok": False},
    ]
    assert written(rows, "csv") == 'headline,n,ok\n"Ferry, ""calm""",1,true\n"a\nb",,false\n'


@given(TABLES)
def test_csv_reads_back_as_it_was(table: list[tuple[str, ...]]) -> None:
    text = written([named(cells) for cells in table], "csv", columns=("a", "b", "c"))
    assert read(text, "excel") == [["a", "b", "c"], *([whole(cell) for cell in cells] for cells in table)]


@given(st.lists(NASTY))
def test_a_single_column_reads_back_too(cells: list[str]) -> None:
    text = written([{"a": cell} for cell in cells], "csv", columns=("a",))
    assert read(text, "excel") == [["a"], *([whole(cell)] for cell in cells)]


def test_a_row_of_tsv_is_one_line() -> None:
    rows: list[dict[str, Any]] = [{"a": 'say "no"', "b": "x\ty\r\nz"}, {"a": 1.5, "b": None}]
    assert written(rows, "tsv") == 'a\tb\n"say ""no"""\tx y z\n1.5\t\n'


@given(TABLES)
def test_tsv_reads_back_with_blanks_for_tabs_and_line_ends(table: list[tuple[str, ...]]) -> None:
    text = written([named(cells) for cells in table], "tsv", columns=("a", "b", "c"))
    expected = [[re.sub("\r\n|[\t\r\n]", " ", whole(cell)) for cell in cells] for cells in table]
    assert text.count("\n") == len(table) + 1
    assert read(text, "excel-tab") == [["a", "b", "c"], *expected]


def test_excel_gets_its_mark_its_line_ends_and_no_formula() -> None:
    rows = [{"=a": "=1+1", "when": "2026-11-20T09:00:00Z", "n": -5, "id": 1234567890123456}]
    assert written(rows, "csv", excel=True) == (
        "\ufeff'=a,when,n,id\r\n'=1+1,2026-11-20 09:00:00,-5,'1234567890123456\r\n"
    )


def test_on_a_terminal_no_cell_steers_it() -> None:
    assert written([{"a": "\x1b[2J\rx"}], "csv", for_terminal=True) == 'a\n"\ufffd[2J\ufffdx"\n'


def test_excel_on_a_terminal_shows_no_mark() -> None:
    assert written([{"a": "x"}], "csv", for_terminal=True, excel=True) == "a\nx\n"
