import io
import subprocess
import sys

import pytest

from runner.catalog import Chart
from runner.errors import AskedWrongly, NotFound, RecipeFailed
from runner.output.formats import FILE_FORMATS, TEXT_FORMATS
from runner.output.writers import open_writer, write_record, write_text

WITHOUT_ROWS = {"table": ("A  B\n", ""), "csv": ("a,b\n", ""), "tsv": ("a\tb\n", ""), "json": ("[]\n", "[]\n")} | {
    "jsonl": ("", ""),
    "md": ("| a | b |\n| --- | --- |\n", ""),
}
RECORDS = {
    "table": "a  1,234\nb\n",
    "csv": "a,b\n1234,\n",
    "tsv": "a\tb\n1234\t\n",
    "json": '{\n  "a": 1234,\n  "b": null\n}\n',
    "jsonl": '{"a":1234,"b":null}\n',
    "md": "| name | value |\n| --- | --- |\n| a | 1234 |\n| b |  |\n",
}
TEXTS = {
    "table": "# Ä\n\x1b\n",
    "json": '"# Ä\\n\\u001b\\n\\n"\n',
    "jsonl": '"# Ä\\n\\u001b\\n\\n"\n',
    "md": "# Ä\n\x1b\n",
}


@pytest.mark.parametrize("format_name", TEXT_FORMATS)
def test_without_rows_a_format_says_what_it_can(format_name: str) -> None:
    texts = []
    for columns in (("a", "b"), ()):
        stream = io.StringIO(newline="")
        open_writer(format_name, stream, columns=columns).close()
        texts.append(stream.getvalue())
    assert tuple(texts) == WITHOUT_ROWS[format_name]


@pytest.mark.parametrize("format_name", TEXT_FORMATS)
def test_a_record_has_its_form_in_each_format(format_name: str) -> None:
    stream = io.StringIO(newline="")
    write_record(format_name, stream, {"a": 1234, "b": None})
    assert stream.getvalue() == RECORDS[format_name]


def test_a_record_can_be_for_excel() -> None:
    stream = io.StringIO(newline="")
    write_record("csv", stream, {"a": "=1"}, excel=True)
    assert stream.getvalue() == "\ufeffa\r\n'=1\r\n"


@pytest.mark.parametrize("format_name", TEXT_FORMATS)
def test_a_record_on_a_terminal_does_not_steer_it(format_name: str) -> None:
    stream = io.StringIO(newline="")
    write_record(format_name, stream, {"a": "\x1b[2J\x9b\r\u202e", "b": 1}, for_terminal=True)
    assert stream.getvalue().replace("\n", "").replace("\t", "").isprintable()


@pytest.mark.parametrize("format_name", TEXTS)
def test_text_has_its_form_in_each_format(format_name: str) -> None:
    stream = io.StringIO(newline="")
    write_text(format_name, stream, "# Ä\n\x1b\n\n")
    assert stream.getvalue() == TEXTS[format_name]


@pytest.mark.parametrize("format_name", ["table", "md"])
def test_text_on_a_terminal_keeps_its_lines_and_nothing_that_steers(format_name: str) -> None:
    stream = io.StringIO(newline="")
    write_text(format_name, stream, "# A\r\n\x1b]0;x\x07\tb\rc\u202e\n\n", for_terminal=True)
    assert stream.getvalue() == "# A\n\ufffd]0;x\ufffd  b\ufffdc\ufffd\n"


@pytest.mark.parametrize(
    "format_name, what", [("csv", "CSV"), ("tsv", "TSV"), ("xlsx", "Excel file"), ("db", "database")]
)
def test_text_is_no_row(format_name: str, what: str) -> None:
    with pytest.raises(AskedWrongly) as caught:
        write_text(format_name, io.StringIO(), "x")
    assert (str(caught.value), caught.value.hint) == (f"This recipe gives text, which is no {what}.", "--format md")


@pytest.mark.parametrize("format_name", FILE_FORMATS)
def test_what_is_no_text_goes_into_no_stream(format_name: str) -> None:
    stream = io.StringIO()
    for call in (lambda: open_writer(format_name, stream), lambda: write_record(format_name, stream, {"a": 1})):
        with pytest.raises(AskedWrongly) as caught:
            call()
        message = f"{format_name} goes into a file only."
        assert (str(caught.value), caught.value.hint) == (message, f"-o rows.{format_name}")


@pytest.mark.parametrize("format_name", [name for name in TEXT_FORMATS if name != "csv"])
def test_excel_is_for_csv_only(format_name: str) -> None:
    for call in (lambda: open_writer(format_name, io.StringIO(), excel=True), lambda: record_for_excel(format_name)):
        with pytest.raises(AskedWrongly) as caught:
            call()
        message = f"--excel is for CSV, not for {format_name}."
        assert (str(caught.value), caught.value.hint) == (message, "--format csv --excel")


def record_for_excel(format_name: str) -> None:
    write_record(format_name, io.StringIO(), {"a": 1}, excel=True)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(NotFound):
        open_writer("zip", io.StringIO())


def test_a_table_of_western_text_loads_nothing_heavy() -> None:
    code = """if True:
        import sys
        from runner.output.grid import render_table
        import runner.output.writers
        render_table(["a"], [["Caf\\u00e9 \\u201cx\\u201d \\u2026"]], width=20)
        print({"rich", "csv", "json", "datetime"} & set(sys.modules))
    """
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert result.stdout == "set()\n"


def shown(format_name: str, *rows: dict[str, object]) -> str:
    stream = io.StringIO(newline="")
    writer = open_writer(format_name, stream, chart=Chart("bar", "name", "number"), width=100)
    try:
        for row in rows:
            writer.write(row)
    finally:
        writer.close()
    return stream.getvalue()


@pytest.mark.parametrize("format_name", TEXT_FORMATS)
@pytest.mark.parametrize("is_deep", [False, True])
def test_a_whole_number_that_is_too_long_is_an_error_that_names_its_column(format_name: str, is_deep: bool) -> None:
    with pytest.raises(RecipeFailed, match=r"Column 'number' holds a whole number of more than 4,300 digits\.") as told:
        shown(format_name, {"name": "a", "number": 7}, {"name": "b", "number": [10**5000] if is_deep else 10**5000})
    assert told.value.hint == "round it in the recipe, or give it as a float"
    with pytest.raises(RecipeFailed, match="more than 4,300 digits"):
        write_record(format_name, io.StringIO(), {"number": [10**5000] if is_deep else 10**5000})


@pytest.mark.parametrize("format_name", TEXT_FORMATS)
def test_a_whole_number_that_is_larger_than_any_float_is_written_whole(format_name: str) -> None:
    digits = 30 if format_name == "table" else 400  # which has no room for more
    assert f"1{'0' * digits}" in shown(format_name, {"name": "a", "number": 7}, {"name": "b", "number": 10**400})
