import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.output.writers import Writer, open_writer

TEXT = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
TABLES = st.lists(st.fixed_dictionaries({"a": VALUES, "ü": VALUES}))


def written(rows: list[dict[str, Any]], format_name: str, **options: Any) -> str:
    stream = io.StringIO(newline="")
    writer = open_writer(format_name, stream, **options)
    for row in rows:
        writer.write(row)
    writer.close()
    return stream.getvalue()


def test_json_is_one_array_with_a_line_for_each_row() -> None:
    assert written([{"a": 1, "b": "ü"}, {"b": None, "a": [1]}], "json") == (
        '[\n {"a": 1, "b": "ü"},\n {"a": [1], "b": null}\n]\n'
    )


def test_json_lines_are_compact() -> None:
    assert written([{"a": 1, "b": "ü"}, {"b": None, "a": {"k": 1}}], "jsonl") == (
        '{"a":1,"b":"ü"}\n{"a":{"k":1},"b":null}\n'
    )


@given(TABLES)
def test_json_reads_back_as_it_was(rows: list[dict[str, Any]]) -> None:
    assert json.loads(written(rows, "json")) == rows


@given(TABLES)
def test_json_lines_read_back_as_they_were(rows: list[dict[str, Any]]) -> None:
    text = written(rows, "jsonl")
    assert [json.loads(line) for line in text.split("\n")[:-1]] == rows


@given(TABLES)
def test_what_a_terminal_shows_is_the_same_json(rows: list[dict[str, Any]]) -> None:
    text = written(rows, "json", for_terminal=True)
    assert (json.loads(text), text.replace("\n", "").isprintable()) == (rows, True)


def test_on_a_terminal_what_steers_or_hides_is_escaped() -> None:
    assert written([{"a": "\x9bü\u202e\U000e0101"}], "jsonl", for_terminal=True) == (
        '{"a":"\\u009bü\\u202e\\udb40\\udd01"}\n'
    )


def test_a_lone_surrogate_is_replaced() -> None:
    assert written([{"a": "x\ud800"}], "jsonl") == '{"a":"x\ufffd"}\n'


def interrupted_after(count: int) -> Iterator[dict[str, int]]:
    for number in range(count):
        yield {"a": number}
    raise KeyboardInterrupt


def write_all(writer: Writer, rows: Iterator[dict[str, int]]) -> None:
    try:
        for row in rows:
            writer.write(row)
    finally:
        writer.close()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_an_interruption_leaves_valid_json(count: int) -> None:
    stream = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        write_all(open_writer("json", stream), interrupted_after(count))
    assert json.loads(stream.getvalue()) == [{"a": number} for number in range(count)]


def test_a_row_that_fails_leaves_no_trace() -> None:
    stream = io.StringIO()
    writer = open_writer("json", stream)
    writer.write({"a": 1})
    with pytest.raises(Exception, match="Column 'a' holds a set"):
        writer.write({"a": {1}})
    writer.close()
    assert (stream.getvalue(), writer.rows) == ('[\n {"a": 1}\n]\n', 1)
