import io
import subprocess
import sys

import pytest

from runner.errors import AskedWrongly, NotFound
from runner.output.formats import FORMATS
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


@pytest.mark.parametrize("format_name", FORMATS)
def test_without_rows_a_format_says_what_it_can(format_name: str) -> None:
    texts = []
    for columns in (("a", "b"), ()):
        stream = io.StringIO(newline="")
        open_writer(format_name, stream, columns=columns).close()
        texts.append(stream.getvalue())
    assert tuple(texts) == WITHOUT_ROWS[format_name]


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_record_has_its_form_in_each_format(format_name: str) -> None:
    stream = io.StringIO(newline="")
    write_record(format_name, stream, {"a": 1234, "b": None})
    assert stream.getvalue() == RECORDS[format_name]


def test_a_record_can_be_for_excel() -> None:
    stream = io.StringIO(newline="")
    write_record("csv", stream, {"a": "=1"}, excel=True)
    assert stream.getvalue() == "\ufeffa\r\n'=1\r\n"


@pytest.mark.parametrize("format_name", FORMATS)
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


@pytest.mark.parametrize("format_name", ["csv", "tsv"])
def test_text_is_no_row(format_name: str) -> None:
    with pytest.raises(AskedWrongly) as caught:
        write_text(format_name, io.StringIO(), "x")
    message = f"This recipe gives text, which {format_name.upper()} has no form for."
    assert (str(caught.value), caught.value.hint) == (message, "--format md")


@pytest.mark.parametrize("format_name", [name for name in FORMATS if name != "csv"])
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
        open_writer("xlsx", io.StringIO())


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
