from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.catalog.model import MISSING, Parameter
from runner.catalog.source import read_recipe
from runner.errors import BrokenSource


def line_with(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text().split("\n"), 1) if text in line)


def only_parameter(path: Path) -> Parameter:
    [parameter] = read_recipe(path).parameters
    return parameter


@pytest.mark.parametrize(
    "signature, default",
    [
        ('str = "a"', "a"),
        ("int = -1", -1),
        ("float = 1", 1.0),
        ("bool = False", False),
        ("date = date(2026, 1, 31)", date(2026, 1, 31)),
        ("datetime = datetime(2026, 1, 31, tzinfo=UTC)", datetime(2026, 1, 31, tzinfo=UTC)),
        ('Path = Path("a.csv")', Path("a.csv")),
        ('Literal["a", "b"] = "b"', "b"),
        ('list[str] = ["a", "b"]', ("a", "b")),
        ("list[int] = ()", ()),
        ("int | None = None", None),
    ],
)
def test_a_default_is_read_from_the_signature(
    write_parameter: Callable[..., Path], signature: str, default: Any
) -> None:
    parameter = only_parameter(write_parameter(signature))
    assert (parameter.default, parameter.required) == (default, False)
    assert type(parameter.default) is type(default)


def test_a_parameter_without_default_is_required(write_parameter: Callable[..., Path]) -> None:
    parameter = only_parameter(write_parameter("int", "example = 3"))
    assert (parameter.default, parameter.required, parameter.example) == (MISSING, True, 3)


@pytest.mark.parametrize(
    "signature, table, low, high",
    [
        ("int = 2", "min = 1\nmax = 3", 1, 3),
        ("float = 2", "min = 1\nmax = 2.5", 1.0, 2.5),
        ("date = date(2026, 1, 1)", "min = 2026-01-01", date(2026, 1, 1), None),
        ("date = date(2026, 1, 1)", 'max = "2026-01-01"', None, date(2026, 1, 1)),
        (
            "datetime = datetime(2026, 1, 1, tzinfo=UTC)",
            "min = 2026-01-01T00:00:00Z",
            datetime(2026, 1, 1, tzinfo=UTC),
            None,
        ),
        ('str = "abc"', "min = 3\nmax = 3", 3, 3),
        ('list[str] = ["a"]', "max = 2", None, 2),
        ('list[Literal["a"]] = ["a"]', "min = 1\nmax = 2", 1, 2),
        ("int = 2", "", None, None),
    ],
)
def test_bounds_are_read_from_the_table(
    write_parameter: Callable[..., Path], signature: str, table: str, low: Any, high: Any
) -> None:
    parameter = only_parameter(write_parameter(signature, table))
    assert (parameter.min, parameter.max) == (low, high)


def test_a_parameter_may_be_private(write_parameter: Callable[..., Path]) -> None:
    assert only_parameter(write_parameter("int = 2", "private = true")).private


def test_an_example_has_the_kind_of_its_parameter(write_parameter: Callable[..., Path]) -> None:
    assert only_parameter(write_parameter("list[date]", "example = [2026-01-31]")).example == (date(2026, 1, 31),)


@pytest.mark.parametrize(
    "signature, table, at, problem, hint",
    [
        (
            "int",
            "",
            "main(",
            "given has neither a default nor an example",
            "add [tool.recipe-runner.parameters.given] with example = ... to the block",
        ),
        (
            "int | None",
            "private = true",
            "main(",
            "given has neither a default nor an example",
            "add [tool.recipe-runner.parameters.given] with example = ... to the block",
        ),
        ("int = 1", "mim = 1", "mim", "unknown key 'mim' in [tool.recipe-runner.parameters.given]", "write min"),
        (
            "int = 1",
            "default = 1",
            "default = 1",
            "unknown key 'default' in [tool.recipe-runner.parameters.given]",
            "remove it; the keys are min, max, example, private",
        ),
        ("int = 1", "private = 1", "private", "private must be true or false, not 1", "write private = true"),
        ("int = 1", 'min = "1"', "min", "min must be a whole number, not '1'", "write min = 10"),
        ("int = 1", "max = 1.5", "max", "max must be a whole number, not 1.5", "write max = 10"),
        (
            "date = date(2026, 1, 1)",
            "min = 1",
            "min",
            "min must be a day (YYYY-MM-DD), not 1",
            "write min = 2026-01-31",
        ),
        ("bool = True", "min = 0", "min", "min means nothing for given", "remove it"),
        ('Path = Path("a")', "max = 1", "max", "max means nothing for given", "remove it"),
        ('Literal["a"] = "a"', "min = 1", "min", "min means nothing for given", "remove it"),
        (
            'str = "a"',
            "min = -1",
            "min",
            "min of given is a count and must be a whole number",
            "write min = 1",
        ),
        (
            "list[int] = [1]",
            "max = true",
            "max",
            "max of given is a count and must be a whole number",
            "write max = 1",
        ),
        ("int = 1", "min = 3\nmax = 1", "max", "max is smaller than min", "exchange them"),
        (
            "int = 1",
            'example = "x"',
            "example",
            "example of given must be a whole number, not 'x'",
            "a value that fits: 10",
        ),
        (
            "int = 1",
            "example = 9\nmax = 3",
            "example",
            "example of given must be at most 3, not 9",
            "a value that fits: 3",
        ),
        (
            'Literal["aa", "bb"] = "aa"',
            'example = "bbb"',
            "example",
            "example of given must be one of aa, bb, not 'bbb'",
            "a value that fits: bb",
        ),
        ('int = "x"', "", "main(", "the default of given must be a whole number, not 'x'", "a value that fits: 10"),
        ("int = 9", "max = 3", "main(", "the default of given must be at most 3, not 9", "a value that fits: 3"),
        (
            'str = "a"',
            "min = 2",
            "main(",
            "the default of given must have at least 2 characters, not 1",
            "write one that fits",
        ),
        ("int = None", "", "main(", "the default of given must be a whole number, not None", "write given: T | None"),
        ("int = LIMIT", "", "main(", "the default of given is not a plain value", "write a plain value"),
        (
            "datetime = datetime(2026, 1, 1)",
            "",
            "main(",
            "the default of given needs tzinfo=UTC",
            "write a plain value",
        ),
        (
            'date = "2026-01-31"',
            "",
            "main(",
            "the default of given is text where the type says otherwise",
            "write it as a value of its type",
        ),
    ],
)
def test_a_violation_is_named_with_its_line_and_a_fix(
    write_parameter: Callable[..., Path], signature: str, table: str, at: str, problem: str, hint: str
) -> None:
    path = write_parameter(signature, table)
    with pytest.raises(BrokenSource) as caught:
        read_recipe(path)
    assert (caught.value.line, caught.value.problem, caught.value.hint) == (line_with(path, at), problem, hint)
