from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest

from runner.errors import RecipeFailed
from runner.running.rows import check_record, check_rows
from runner.running.run import Plan, open_run

Main = Callable[..., str]

ROWS = "Iterator[dict[str, Any]]"


def test_rows_with_the_same_columns_pass_in_any_order_of_columns() -> None:
    rows = [{"a": 1, "b": None}, {"b": 2, "a": 3}]
    assert list(check_rows(rows)) == rows


def test_rows_are_checked_as_they_come() -> None:
    rows = check_rows([{"a": 1}, {"b": 1}])
    assert next(rows) == {"a": 1}


@pytest.mark.parametrize(
    "row, said",
    [
        ({"a": 1}, "Row 2 lacks b, unlike the rows before it."),
        ({"a": 1, "b": 2, "c": 3}, "Row 2 has c, unlike the rows before it."),
        ({"a": 1, "d": 2, "c": 3}, "Row 2 has c, d and lacks b, unlike the rows before it."),
    ],
)
def test_a_row_that_differs_is_named_with_the_difference(row: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeFailed) as failed:
        list(check_rows([{"a": 1, "b": 2}, row]))
    assert str(failed.value) == said
    assert failed.value.hint == "Give every row the same columns; None stands for what is missing."


def test_columns_that_were_declared_hold_for_every_row() -> None:
    with pytest.raises(RecipeFailed, match=r"^Row 1 has c, unlike what it declares\.$"):
        list(check_rows([{"a": 1, "b": 2, "c": 3}], ("a", "b")))


@pytest.mark.parametrize("row", [None, 1, "a", [("a", 1)], {}, {1: 2}, {"a": 1, None: 2}])
def test_what_is_no_dict_of_named_values_is_no_row(row: Any) -> None:
    with pytest.raises(RecipeFailed) as failed:
        list(check_rows([row]))
    assert str(failed.value) == f"The recipe gave {row!r} as row 1, which is no dict of named values."


def test_a_long_value_is_quoted_in_part() -> None:
    with pytest.raises(RecipeFailed) as failed:
        check_record("x" * 100)
    assert str(failed.value) == f"The recipe gave '{'x' * 58}… as record, which is no dict of named values."


def test_any_mapping_is_a_row() -> None:
    assert list(check_rows([MappingProxyType({"a": 1})])) == [{"a": 1}]


def test_a_row_stays_as_it_was_given_when_the_recipe_changes_it_afterwards(
    main: Main, rows_of: Callable[..., Any]
) -> None:
    assert rows_of(main('row = {}\nfor row["a"] in range(3):\n    yield row')) == [{"a": 0}, {"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "gives, value, said",
    [
        (ROWS, "None", "echo/things says it gives rows, but gave nothing."),
        (ROWS, '{"a": 1}', "echo/things says it gives rows, but gave a dict."),
        (ROWS, '"text"', "echo/things says it gives rows, but gave a str."),
        (ROWS, "7", "echo/things says it gives rows, but gave a int."),
        (ROWS, "[1]", "The recipe gave 1 as row 1, which is no dict of named values."),
        (ROWS, "[{}]", "The recipe gave {} as row 1, which is no dict of named values."),
        (ROWS, "[{1: 2}]", "The recipe gave {1: 2} as row 1, which is no dict of named values."),
        ("dict[str, Any]", "None", "The recipe gave None as record, which is no dict of named values."),
        ("dict[str, Any]", "[1]", "The recipe gave [1] as record, which is no dict of named values."),
        ("dict[str, Any]", "{}", "The recipe gave {} as record, which is no dict of named values."),
        ("str", "None", "echo/things says it gives text, but gave nothing."),
        ("str", "7", "echo/things says it gives text, but gave a int."),
    ],
)
def test_a_result_of_the_wrong_kind_is_the_recipes_fault(
    main: Main, plan: Callable[..., Plan], gives: str, value: str, said: str
) -> None:
    with open_run(plan(main(f"return {value}", gives=gives))) as run, pytest.raises(RecipeFailed) as failed:
        run.exhaust()
    assert (str(failed.value), failed.value.exit_code) == (said, 1)


def test_columns_that_the_recipe_declares_hold_from_the_first_row(main: Main, rows_of: Callable[..., Any]) -> None:
    code = "class Thing(TypedDict):\n    a: int\n    b: int\n\n\n" + main('yield {"a": 1}', gives="Iterator[Thing]")
    with pytest.raises(RecipeFailed, match=r"^Row 1 lacks b, unlike what it declares\.$"):
        rows_of(code)
