import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any

import pytest

from runner.errors import RecipeFailed
from runner.output.cells import COMPACT, cell_text, row_json


class Tone(str, Enum):  # noqa: UP042 (its str() is the name, which must not come out)
    CALM = "calm"


class Rank(IntEnum):
    FIRST = 1


@pytest.mark.parametrize(
    "value, text",
    [
        (None, ""),
        ("Ferry", "Ferry"),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (0.1, "0.1"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (Decimal("1.10"), "1.10"),
        (date(2026, 11, 20), "2026-11-20"),
        (datetime(2026, 11, 20, 9, tzinfo=UTC), "2026-11-20T09:00:00Z"),
        (Path("a/b"), "a/b"),
        (Tone.CALM, "calm"),
        (Rank.FIRST, "1"),
        (["ä", 1, None], '["ä",1,null]'),
        (("a",), '["a"]'),
        ({"k": {"n": float("nan"), "d": Decimal("1.10")}}, '{"k":{"n":null,"d":1.10}}'),
    ],
)
def test_each_type_has_its_text(value: object, text: str) -> None:
    assert cell_text("x", value) == text


@pytest.mark.parametrize(
    "row, text",
    [
        ({}, "{}"),
        ({"a": None, "b": True, "c": "ü\n"}, '{"a":null,"b":true,"c":"ü\\n"}'),
        ({"a": float("inf"), "b": 1.5}, '{"a":null,"b":1.5}'),
        ({"a": Decimal("1.10"), "b": Decimal("NaN")}, '{"a":1.10,"b":null}'),
        ({"a": date(2026, 11, 20), "b": Path("x")}, '{"a":"2026-11-20","b":"x"}'),
        ({"a": {date(2026, 1, 2): Rank.FIRST, 1: (), None: Tone.CALM}}, '{"a":{"2026-01-02":1,"1":[],"null":"calm"}}'),
    ],
)
def test_a_row_is_one_json_object(row: dict[str, Any], text: str) -> None:
    assert row_json(COMPACT, row) == text


def test_a_decimal_in_json_keeps_all_digits() -> None:
    digits = "12345678901234567890.12345678901234567890"
    assert json.loads(row_json(COMPACT, {"a": Decimal(digits)}), parse_float=Decimal) == {"a": Decimal(digits)}


@pytest.mark.parametrize("value, kind", [({1}, "a set"), (b"x", "a bytes"), (object(), "an object"), (1j, "a complex")])
def test_another_type_is_refused_by_name_at_any_depth(value: object, kind: str) -> None:
    for nested in (value, [value], {"k": [value]}):
        with pytest.raises(RecipeFailed) as in_text:
            cell_text("x", nested)
        with pytest.raises(RecipeFailed) as in_json:
            row_json(COMPACT, {"y": 1, "x": nested})
        message = f"Column 'x' holds {kind}, which is no value a row can hold."
        assert (str(in_text.value), str(in_json.value)) == (message, message)


def test_a_key_that_json_has_no_form_for_is_refused() -> None:
    with pytest.raises(RecipeFailed) as caught:
        cell_text("x", {(1, 2): "a"})
    assert str(caught.value) == "Column 'x' holds a tuple, which is no value a row can hold."


def test_a_list_within_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(RecipeFailed) as caught:
        row_json(COMPACT, {"x": endless})
    assert str(caught.value) == "Column 'x' is nested more than 100 deep."
