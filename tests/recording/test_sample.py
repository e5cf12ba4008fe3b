import os
from pathlib import Path
from typing import Any, Literal

import pytest

from runner.errors import BrokenSource
from runner.recording.sample import MOST_BYTES, read_sample


def write(folder: Path, content: str) -> Path:
    path = folder / "default.jsonl"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "content, gives, rows, total",
    [
        ("", "rows", (), 0),
        ('{"a":1}\n{"a":2}\n{"a":3}\n{"a":4}\n', "rows", ({"a": 1}, {"a": 2}), 4),
        ('{"a":1}\n{"a":2}\n{"a":3}', "rows", ({"a": 1}, {"a": 2}), 3),
        ('{"a":1}\n{"a":2}\nbroken, but nobody looks\n', "rows", ({"a": 1}, {"a": 2}), 3),
        ('{"a":1}\n', "record", ({"a": 1},), 1),
        ('"# Ferries\\nlate"\n', "text", ("# Ferries\nlate",), 1),
    ],
)
def test_the_first_rows_are_read_and_all_are_counted(
    tmp_path: Path, content: str, gives: Literal["rows", "record", "text"], rows: tuple[Any, ...], total: int
) -> None:
    sample = read_sample(write(tmp_path, content), 2, gives)
    assert (sample.rows, sample.total) == (rows, total)


@pytest.mark.parametrize(
    "content, gives, line, problem",
    [
        ('{"a":1}\n{"a":\n', "rows", 2, "this line is no JSON, or nested too deep"),
        ('{"a":NaN}\n', "rows", 1, "this line is no JSON, or nested too deep"),
        ("\n", "rows", 1, "this line is no JSON, or nested too deep"),
        ('{"a":' + "9" * 5000 + "}\n", "rows", 1, "this line is no JSON, or nested too deep"),
        ('{"a":' + "[" * 100_000 + "\n", "rows", 1, "this line is no JSON, or nested too deep"),
        ('{"a":' + "[" * 120 + "]" * 120 + "}\n", "rows", 1, "this line is no JSON, or nested too deep"),
        ('{"a":"' + "x" * 1_000_000 + '"}\n', "rows", 1, "this line is no JSON, or nested too deep"),
        ('"a text"\n', "rows", 1, "this line is no row"),
        ("[1]\n", "record", 1, "this line is no row"),
        ('{"a":1}\n', "text", 1, "this line is no text"),
    ],
    ids=range(10),
)
def test_a_row_that_is_none_is_an_error_with_its_line(
    tmp_path: Path, content: str, gives: Literal["rows", "record", "text"], line: int, problem: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(BrokenSource) as caught:
        read_sample(path, 3, gives)
    assert (str(caught.value), caught.value.hint) == (f"{path}:{line}: {problem}", "record the case anew")


def test_bytes_that_are_no_utf_8_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "default.jsonl").write_bytes(b'{"a":"\xff"}\n')
    with pytest.raises(BrokenSource, match="this line is no JSON"):
        read_sample(tmp_path / "default.jsonl", 3, "rows")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    for name in ("pipe.jsonl", "gone.jsonl"):
        with pytest.raises(BrokenSource, match="there is no such result"):
            read_sample(tmp_path / name, 3, "rows")


def test_a_result_of_many_megabytes_is_not_read(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    os.truncate(path, MOST_BYTES + 1)
    with pytest.raises(BrokenSource, match="the result is larger than 64 MB"):
        read_sample(path, 3, "rows")
