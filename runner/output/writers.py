"""Write a result in any format: rows, one record, or text. A format is imported when it is asked for."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from runner.errors import AskedWrongly
from runner.output.formats import FILE_FORMATS, ROWS_ONLY, check_format
from runner.output.rows import Writer
from runner.output.text import mend, safe_text

if TYPE_CHECKING:
    from runner.catalog import Chart

__all__ = ["Writer", "open_writer", "write_record", "write_text"]


def open_writer(
    format: str,  # noqa: A002
    stream: TextIO,
    *,
    columns: Sequence[str] = (),
    excel: bool = False,
    width: int | None = None,
    limit: int | None = None,
    for_terminal: bool = False,
    chart: "Chart | None" = None,
) -> Writer:
    """Return what writes rows in this format; it neither opens nor closes the stream.

    Args:
        format: One of `TEXT_FORMATS`.
        stream: Text, UTF-8, with `newline=""`.
        columns: Names in order where known before the first row, so that an empty result has a header.
        excel: CSV for Excel; for no other format.
        width: Cells of the terminal to fit a table into; None cuts nothing.
        limit: Rows that a table shows.
        for_terminal: A person sees the stream: nothing in it may steer the terminal. A table and Markdown never do.
        chart: Drawn beside the table that a terminal shows; no other format has room for it.

    Raises:
        AskedWrongly: No such format, one that is no text, or `excel` with another than CSV.
    """
    match _checked(format, excel=excel):
        case "table":
            from runner.output.table import TableWriter

            return TableWriter(stream, columns, width=width, limit=limit, chart=chart)
        case "md":
            from runner.output.markdown import MarkdownWriter

            return MarkdownWriter(stream, columns)
        case "json" | "jsonl" as name:
            from runner.output.jsonrows import json_writer

            return json_writer(name, stream, columns, for_terminal=for_terminal)
        case name:
            from runner.output.delimited import delimited_writer

            return delimited_writer("excel" if excel else name, stream, columns, for_terminal=for_terminal)


def write_record(
    format: str,  # noqa: A002
    stream: TextIO,
    record: Mapping[str, Any],
    *,
    excel: bool = False,
    for_terminal: bool = False,
) -> None:
    """Write one dict: a block of names and values, one JSON object, a CSV row below its header, or a Markdown table.

    Args:
        format: As for `open_writer`.
        stream: As for `open_writer`.
        record: Values by name, shown in this order.
        excel: As for `open_writer`.
        for_terminal: As for `open_writer`.

    Raises:
        AskedWrongly: As `open_writer`.
        RecipeFailed: A value is none that the format has a form for.
    """
    match _checked(format, excel=excel):
        case "table":
            from runner.output.record import record_block

            stream.write(record_block(record))
        case "md":
            from runner.output.markdown import markdown_record

            stream.write(markdown_record(record))
        case "json":
            from runner.output.jsonrows import shown_json
            from runner.output.record import record_json

            stream.write(shown_json(record_json(record), for_terminal=for_terminal))
        case name:
            writer = open_writer(name, stream, columns=tuple(record), excel=excel, for_terminal=for_terminal)
            writer.write(record)
    stream.flush()


def write_text(format: str, stream: TextIO, text: str, *, for_terminal: bool = False) -> None:  # noqa: A002
    """Write Markdown as it is, ending in one line end, or as a JSON string.

    Raises:
        AskedWrongly: The format is for rows only.
    """
    name = check_format(format)
    if name in ROWS_ONLY:
        raise AskedWrongly(f"This recipe gives text, which is no {ROWS_ONLY[name]}.", hint="--format md")
    match name:
        case "json" | "jsonl":
            from runner.output.jsonrows import json_string, shown_json

            stream.write(shown_json(f"{json_string(text)}\n", for_terminal=for_terminal))
        case _:
            stream.write(shown_markdown(text) if for_terminal else mend(text).rstrip("\n") + "\n")
    stream.flush()


def shown_markdown(text: str) -> str:
    """Return Markdown safe for a terminal, ending in one line end."""
    lines = text.replace("\r\n", "\n").expandtabs(4).rstrip("\n")
    return safe_text(lines, keep="\n") + "\n"


def no_file(name: str) -> AskedWrongly:
    """Make the error for a format that goes into a file only where there is a stream of text."""
    return AskedWrongly(f"{name} goes into a file only.", hint=f"-o rows.{name}")


def _checked(name: str, *, excel: bool) -> str:
    checked = check_format(name)
    if excel and checked != "csv":
        raise AskedWrongly(f"--excel is for CSV, not for {checked}.", hint="--format csv --excel")
    if checked in FILE_FORMATS:
        raise no_file(checked)
    return checked
