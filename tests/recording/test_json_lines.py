import difflib
import json
import time

import pytest
from hypothesis import given

from runner.recording.json_lines import in_lines, joined, json_pieces

from .conftest import json_texts


def test_every_field_gets_its_line() -> None:
    assert in_lines('{"a":[{"b":1},{}],"c":"x, y"}') == (
        '{\n  "a":[\n    {\n      "b":1\n    },\n    {}\n  ],\n  "c":"x, y"\n}'
    )


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_compact_json_and_that_of_python_come_back_to_the_byte(separators: tuple[str, str]) -> None:
    text = json.dumps({"a": [1, {"b": ": , "}, []], "c": None}, separators=separators)
    broken = in_lines(text)
    assert broken is not None
    assert broken.count("\n") == 9
    assert joined(broken) == text


def test_a_line_end_after_the_json_stays() -> None:
    assert in_lines("[1,2]\n") == "[\n  1,\n  2\n]\n"
    assert joined("[\n  1,\n  2\n]\n") == "[1,2]\n"


def test_one_changed_field_is_one_changed_line() -> None:
    before, after = (json.dumps({"list": [{"n": n, "m": [1, 2]}, {"n": 3}]}) for n in (1, 2))
    diff = difflib.ndiff((in_lines(before) or "").splitlines(), (in_lines(after) or "").splitlines())
    assert [line for line in diff if line[0] in "-+"] == ['-       "n": 1,', '+       "n": 2,']


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1 , "b":2}',
        "[1, 2]",
        '{ "a": 1 }',
        '{"a":1,\n"b":2}',
        "{not, json}",
        "",
        "{}",
        "[]",
        "12",
        '"text"',
        "[1,2",
        "[" * 5000,
        "[1,2]\n\n",
    ],
)
def test_what_could_not_be_joined_again_or_is_no_such_json_is_left_alone(text: str) -> None:
    assert in_lines(text) is None


def test_numbers_longer_than_python_reads_are_still_json() -> None:
    text = f'{{"a":{"9" * 5000}}}'
    assert joined(in_lines(text) or "") == text


def test_deep_json_is_not_mostly_blanks() -> None:
    text = "[" * 900 + "1" + "]" * 900
    assert len(in_lines(text) or "") < 200_000


def test_joining_hostile_text_takes_linear_time() -> None:
    started = time.perf_counter()
    joined("{" + ("\n" + " " * 1000) * 3000)
    joined("{" + ",\n" * 1_000_000)
    assert time.perf_counter() - started < 5


@given(json_texts())
def test_pieces_are_the_text_and_lines_come_back(text: str) -> None:
    pieces = json_pieces(text)
    assert "".join(pieces) in (text, "")
    broken = in_lines(text)
    assert broken is None or joined(broken) == text
