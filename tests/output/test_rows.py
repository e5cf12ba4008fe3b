import io
from collections.abc import Iterator

import pytest

from runner.errors import RecipeFailed
from runner.output.formats import TEXT_FORMATS
from runner.output.markdown import MarkdownWriter
from runner.output.writers import open_writer


class CountingStream(io.StringIO):
    """Counts how often it is flushed."""

    flushes = 0

    def flush(self) -> None:
        self.flushes += 1


def test_the_first_row_gives_the_order_of_the_columns() -> None:
    stream = io.StringIO()
    writer = open_writer("csv", stream)
    writer.write({"b": 1, "a": 2})
    writer.write({"a": 3, "b": 4})
    assert stream.getvalue() == "b,a\n1,2\n4,3\n"


def test_columns_known_before_give_the_order() -> None:
    stream = io.StringIO()
    open_writer("csv", stream, columns=["a", "b"]).write({"b": 1, "a": 2})
    assert stream.getvalue() == "a,b\n2,1\n"


@pytest.mark.parametrize(
    "row, problem",
    [({"a": 1}, "lacks 'b'"), ({"a": 1, "b": 2, "c": 3}, "adds 'c'"), ({"a": 1, "c": 3}, "lacks 'b' and adds 'c'")],
)
@pytest.mark.parametrize("format_name", TEXT_FORMATS)
@pytest.mark.parametrize("rows_before", [0, 1])
def test_a_row_with_other_columns_is_refused(
    format_name: str, rows_before: int, row: dict[str, int], problem: str
) -> None:
    writer = open_writer(format_name, io.StringIO(), columns=("a", "b"))
    for _ in range(rows_before):
        writer.write({"a": 1, "b": 2})
    with pytest.raises(RecipeFailed) as caught:
        writer.write(row)
    message = f"Row {rows_before + 1} has other columns than were told: it {problem}."
    assert (str(caught.value), writer.rows) == (message, rows_before)


@pytest.mark.parametrize("format_name", TEXT_FORMATS)
def test_a_first_row_that_is_refused_writes_nothing(format_name: str) -> None:
    stream = io.StringIO()
    with pytest.raises(RecipeFailed):
        open_writer(format_name, stream, columns=("a", "b")).write({"a": 1})
    assert stream.getvalue() == ""


def test_rows_are_flushed_when_half_a_second_has_passed() -> None:
    moments: Iterator[float] = iter([0.0, 0.4, 0.6, 0.7, 1.2])
    stream = CountingStream()
    writer = MarkdownWriter(stream, clock=lambda: next(moments))
    flushes = []
    for number in range(3):
        writer.write({"n": number})
        flushes.append(stream.flushes)
    assert flushes == [1, 1, 2]


@pytest.mark.parametrize("format_name", TEXT_FORMATS)
def test_closing_flushes_and_a_second_time_does_nothing(format_name: str) -> None:
    stream = CountingStream()
    writer = open_writer(format_name, stream)
    writer.write({"a": 1})
    writer.close()
    text = stream.getvalue()
    writer.close()
    assert (stream.getvalue(), stream.flushes, stream.closed) == (text, 1, False)


@pytest.mark.parametrize("format_name", TEXT_FORMATS)
def test_a_single_column_is_a_row_like_any_other(format_name: str) -> None:
    stream = io.StringIO()
    writer = open_writer(format_name, stream)
    writer.write({"a": "xyz"})
    writer.close()
    assert (
        stream.getvalue()
        == {
            "table": "A\nxyz\n",
            "csv": "a\nxyz\n",
            "tsv": "a\nxyz\n",
            "json": '[\n {"a": "xyz"}\n]\n',
            "jsonl": '{"a":"xyz"}\n',
            "md": "| a |\n| --- |\n| xyz |\n",
        }[format_name]
    )
