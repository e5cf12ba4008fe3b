"""The parameters of a recipe as JSON Schema, for programs that call recipes."""

from datetime import date
from pathlib import Path
from typing import Any, Final

from runner.catalog.bounds import counts
from runner.catalog.model import MISSING, Base, Kind, Parameter, Recipe, Value
from runner.catalog.wording import format_value

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_TYPES: Final[dict[Base, dict[str, Any]]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "path": {"type": "string"},
}


def parameters_schema(recipe: Recipe) -> dict[str, Any]:
    """Describe the values of a recipe as a JSON Schema 2020-12 object.

    Two annotations are ours, since the standard has none: `x-private` marks customer data (`writeOnly` would also say
    that it may never be shown to the user), and `x-minimum` and `x-maximum` are bounds of days and moments.
    """
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": {parameter.name: _property(parameter) for parameter in recipe.parameters},
        "required": [parameter.name for parameter in recipe.parameters if parameter.required],
        "additionalProperties": False,
    }


def json_value(value: Value) -> Any:
    """Return a value as JSON has it: days, moments and files as text, a list for many."""
    if isinstance(value, tuple):
        return [json_value(each) for each in value]
    return format_value(value) if isinstance(value, date | Path) else value


def _property(parameter: Parameter) -> dict[str, Any]:
    schema = _shape(parameter.kind) | _bounds(parameter)
    if parameter.help:
        schema["description"] = parameter.help
    if parameter.default is not MISSING:
        schema["default"] = json_value(parameter.default)
    if parameter.example is not None:
        schema["examples"] = [json_value(parameter.example)]
    if parameter.private:
        schema["x-private"] = True
    return schema


def _shape(kind: Kind) -> dict[str, Any]:
    one: dict[str, Any] = dict(_TYPES[kind.base])
    if kind.choices:
        one["enum"] = list(kind.choices)
    shape: dict[str, Any] = {"type": "array", "items": one} if kind.many else one
    if not kind.optional:
        return shape
    if "enum" in shape:
        shape["enum"] = [*shape["enum"], None]
    return shape | {"type": [shape["type"], "null"]}


def _bounds(parameter: Parameter) -> dict[str, Any]:
    low, high = _bound_names(parameter.kind)
    bounds = {low: parameter.min, high: parameter.max}
    return {name: json_value(bound) for name, bound in bounds.items() if bound is not None}


def _bound_names(kind: Kind) -> tuple[str, str]:
    if kind.many:
        return "minItems", "maxItems"
    if counts(kind):
        return "minLength", "maxLength"
    if kind.base in ("date", "datetime"):
        return "x-minimum", "x-maximum"
    return "minimum", "maximum"
