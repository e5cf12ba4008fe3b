from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runner.catalog.schema import parameters_schema
from runner.catalog.source import read_recipe


def test_parameters_are_described_as_json_schema(write_recipe: Callable[..., Path]) -> None:
    assert parameters_schema(read_recipe(write_recipe())) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "topic": {"type": "string", "description": "Words to look for.", "examples": ["ferry strike"]},
            "hours": {
                "type": "integer",
                "minimum": 1,
                "maximum": 168,
                "description": "How far back to look, in hours.",
                "default": 24,
            },
        },
        "required": ["topic"],
        "additionalProperties": False,
    }


KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ('str = "abc"', "min = 1\nmax = 5", {"type": "string", "minLength": 1, "maxLength": 5, "default": "abc"}),
    ("float = 1", "min = 0.5", {"type": "number", "minimum": 0.5, "default": 1.0}),
    ("bool = False", "", {"type": "boolean", "default": False}),
    (
        "date",
        "example = 2026-01-31\nmin = 2026-01-01",
        {"type": "string", "format": "date", "x-minimum": "2026-01-01", "examples": ["2026-01-31"]},
    ),
    (
        "datetime",
        "example = 2026-01-31T09:00:00+02:00",
        {"type": "string", "format": "date-time", "examples": ["2026-01-31T09:00:00+02:00"]},
    ),
    ('Path = Path("a.csv")', "", {"type": "string", "default": "a.csv"}),
    ('Literal["a", "b"] = "a"', "", {"type": "string", "enum": ["a", "b"], "default": "a"}),
    ("Literal[1, 2] | None = None", "", {"type": ["integer", "null"], "enum": [1, 2, None], "default": None}),
    (
        "list[date]",
        "example = [2026-01-31]\nmin = 1\nmax = 3",
        {
            "type": "array",
            "items": {"type": "string", "format": "date"},
            "minItems": 1,
            "maxItems": 3,
            "examples": [["2026-01-31"]],
        },
    ),
    (
        'list[Literal["a", "b"]] | None = None',
        'example = ["a"]',
        {
            "type": ["array", "null"],
            "items": {"type": "string", "enum": ["a", "b"]},
            "default": None,
            "examples": [["a"]],
        },
    ),
    ("int | None = None", "example = 3", {"type": ["integer", "null"], "default": None, "examples": [3]}),
    ("int = 3", "private = true", {"type": "integer", "default": 3, "x-private": True}),
]


@pytest.mark.parametrize("signature, table, described", KINDS)
def test_every_kind_is_described(
    write_parameter: Callable[..., Path], signature: str, table: str, described: dict[str, Any]
) -> None:
    schema = parameters_schema(read_recipe(write_parameter(signature, table)))
    assert schema["properties"]["given"] == described | {"description": "What is given."}


@pytest.mark.parametrize("signature, table, described", KINDS)
def test_the_schema_is_valid_and_accepts_default_and_examples(
    write_parameter: Callable[..., Path], signature: str, table: str, described: dict[str, Any]
) -> None:
    schema = parameters_schema(read_recipe(write_parameter(signature, table)))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    values = [*described.get("examples", []), *([described["default"]] if "default" in described else [])]
    assert [list(validator.iter_errors({"given": value})) for value in values] == [[] for _ in values]


@pytest.mark.parametrize(
    "signature, table, refused",
    [
        ("int = 1", "max = 3", 4),
        ("int = 1", "", None),
        ("int | None = 1", "", "1"),
        ('Literal["a"] | None = None', "", "b"),
        ('list[str] = ["a"]', "max = 1", ["a", "b"]),
        ("date", "example = 2026-01-31", "31.1.2026"),
    ],
)
def test_the_schema_refuses_what_the_kind_refuses(
    write_parameter: Callable[..., Path], signature: str, table: str, refused: Any
) -> None:
    schema = parameters_schema(read_recipe(write_parameter(signature, table)))
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not validator.is_valid({"given": refused})


def test_the_schema_demands_what_is_required_and_allows_nothing_else(write_recipe: Callable[..., Path]) -> None:
    validator = Draft202012Validator(parameters_schema(read_recipe(write_recipe())))
    assert [validator.is_valid(each) for each in ({"topic": "a"}, {}, {"topic": "a", "other": 1})] == [
        True,
        False,
        False,
    ]
