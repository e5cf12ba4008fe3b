import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.running.isolated.frames import PACKED_ROWS, ROWS, BadFrameError, Frame
from runner.running.isolated.packing import DEEPEST, is_plain, pack, packed, read_rows, rows_frame, unpacked


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    SMALL = 1


SCALARS = [
    *(None, True, 0, -1, 2**70, 0.1, -0.0, math.inf, "", "é\u2028", "\ud800", "$", b"\x00\xff"),
    *(date(2026, 11, 20), datetime(2026, 11, 20), datetime(2026, 11, 20, 9, 0, 0, 1, UTC)),
    *(datetime(2026, 11, 20, fold=1, tzinfo=timezone(timedelta(hours=5, minutes=45))), Path("a/b"), Decimal("1.50")),
]


@pytest.mark.parametrize("value", SCALARS, ids=repr)
def test_a_value_comes_back_with_its_type(value: Any) -> None:
    for whole in (value, [value], {"a": value}, (value,), {"$": value}, {1: value}, {"a": {"b": [value]}}):
        back = unpacked(packed(whole))
        assert (back, type(back), repr(back)) == (whole, type(whole), repr(whole))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_whole_number_of_any_size_comes_back(sign: int) -> None:
    number = sign * 10**5000
    assert unpacked(packed([number])) == [number]
    assert read_rows(rows_frame([{"a": number}], are_plain=True)) == [{"a": number}]


def test_nan_comes_back() -> None:
    assert math.isnan(unpacked(packed({"a": math.nan}))["a"])


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text()
        | st.datetimes()
        | st.dates(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
    )
)
def test_whatever_is_packed_comes_back(value: Any) -> None:
    assert unpacked(packed(value)) == value
    row = {"a": value}
    frame = rows_frame([row if is_plain(row) else pack(row)], are_plain=is_plain(row))
    assert read_rows(frame) == [row]


@pytest.mark.parametrize("value, plain", [(Colour.RED, "red"), (Size.SMALL, 1)])
def test_of_an_enumeration_the_value_comes(value: Any, plain: Any) -> None:
    back = unpacked(packed([value]))[0]
    assert (back, type(back)) == (plain, type(plain))


def test_rows_of_plain_values_go_as_they_are() -> None:
    assert rows_frame([{"a": 1}, {"a": None}], are_plain=True) == Frame(ROWS, b'[{"a":1},{"a":null}]')
    assert rows_frame([pack({"a": (1,)})], are_plain=False).kind == PACKED_ROWS
    assert [is_plain(row) for row in ({"a": 1.5}, {"$": 1}, {"a": [1]}, {1: 1}, {"a": Size.SMALL}, 5)] == [True] + [
        False
    ] * 5


@pytest.mark.parametrize("head", [b"{}", b"[", b"5", b"[" * 100_000])
@pytest.mark.parametrize("kind", [ROWS, PACKED_ROWS])
def test_what_are_no_rows_is_refused(kind: bytes, head: bytes) -> None:
    with pytest.raises(BadFrameError):
        read_rows(Frame(kind, head))


def test_what_no_row_can_hold_looks_the_same() -> None:
    back = unpacked(packed({"a": {1, 2}, "b": ...}))
    assert (type(back["a"]).__name__, repr(back["a"]), repr(back["b"])) == ("set", "{1, 2}", "Ellipsis")


def test_what_holds_itself_ends_somewhere() -> None:
    value: list[Any] = []
    value.append(value)
    depth, back = 0, unpacked(packed(value))
    while back:
        depth, back = depth + 1, back[0]
    assert depth == DEEPEST + 1


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[" * 100_000, '{"$": []}', '{"$": ["no-such-tag"]}', '{"$": ["date", "x"]}', '{"$": ["date"]}'),
        *('{"$": ["decimal", "x"]}', '{"$": ["dict", [[[], 1]]]}', '{"$": 5}', '{"$": ["other", "a\\u0000", ""]}'),
        *('{"$": [["date"], "x"]}', '{"$": ["bytes", "\u00e9"]}', '{"$": ["int", null]}', '{"$": ["other", 5, 5]}'),
    ],
)
def test_what_was_not_packed_here_is_refused(text: str) -> None:
    with pytest.raises(BadFrameError):
        unpacked(text.encode())


def test_nothing_is_executed_that_a_process_sends() -> None:
    hostile = json.dumps({"$": ["other", "__reduce__", "__import__('os').system('x')"]}).encode()
    assert type(unpacked(hostile)).__mro__[1] is object
