"""Values that belong to somebody: in a case, the parameter's example stands in their place."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from runner.catalog import Missing, Parameter, Recipe, Value
from runner.errors import NotRecordable


def toml_values(recipe: Recipe, values: Mapping[str, Value]) -> dict[str, object]:
    """Return values as the `.toml` of a case holds them: of what is private the example, and None not at all."""
    shown = {each.name: _shown(each, values[each.name]) for each in recipe.parameters}
    return {name: _as_toml(value) for name, value in shown.items() if value is not None}


def check_private(recipe: Recipe, values: Mapping[str, Value]) -> None:
    """Refuse a private value that nothing can stand for.

    Raises:
        NotRecordable: There is no example, or the value names a file.
    """
    for parameter in recipe.parameters:
        value, shown = values[parameter.name], _shown(parameter, values[parameter.name])
        if value == shown:
            continue
        if not _texts(shown):
            hint = f"give {parameter.name} an example in the recipe's block, or record with another value"
            raise NotRecordable(f"{parameter.option} is private and has no example to stand in its place.", hint=hint)
        if any(isinstance(each, Path) and each.is_file() for each in each_of(value)):
            message = f"{parameter.option} is private and names a file, in which nothing can be replaced."
            raise NotRecordable(message, hint="record with the file that is its example")


def private_texts(recipe: Recipe, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Yield the texts of private values, each with that of the example that takes its place."""
    for parameter in recipe.parameters:
        if parameter.private:
            value, example = values[parameter.name], _shown(parameter, values[parameter.name])
            yield from zip(_texts(value), _texts(example), strict=False)


def _shown(parameter: Parameter, value: Value) -> Value:
    """Return what of a value may be kept: all, or of a private one the example, one for each value of a list."""
    if not parameter.private or value is None:
        return value
    example = parameter.example if parameter.example is not None else parameter.default
    if isinstance(value, tuple) and isinstance(example, tuple) and example:
        return tuple(example[number % len(example)] for number in range(len(value)))
    return None if isinstance(example, Missing) else example


def _texts(value: Value) -> list[str]:
    return [str(each) for each in each_of(value) if each is not None]


def each_of(value: Value) -> tuple[Any, ...]:
    """Return the values of a list, or the one value."""
    return value if isinstance(value, tuple) else (value,)


def _as_toml(value: Value) -> object:
    if isinstance(value, tuple):
        return [_as_toml(each) for each in value]
    return value.name if isinstance(value, Path) else value
