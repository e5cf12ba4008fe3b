"""The options of one recipe, from its signature."""

from collections.abc import Iterator
from typing import Any

import click

from runner.catalog import MISSING, RESERVED_NAMES, Parameter, Recipe, describe_kind, format_value
from runner.cli.recipe_command import PREFIX
from runner.output.text import safe_text

METAVARS = {
    "str": "TEXT",
    "int": "NUMBER",
    "float": "NUMBER",
    "bool": "YES/NO",
    "date": "DAY",
    "datetime": "MOMENT",
    "path": "FILE",
}


def recipe_options(recipe: Recipe) -> Iterator[click.Option]:
    """Yield an option for each parameter of a recipe; a reserved name has none and is reached with `-P`."""
    for parameter in recipe.parameters:
        if parameter.name not in RESERVED_NAMES:
            yield _option(parameter)


def _option(parameter: Parameter) -> click.Option:
    names = [PREFIX + parameter.name]
    kind = parameter.kind
    if kind.base == "bool" and not kind.many:
        return _BoolOption(
            [*names, f"{parameter.option}/--no-{parameter.option[2:]}"], default=None, help=_help(parameter)
        )
    return click.Option(
        [*names, parameter.option], multiple=True, metavar=_metavar(parameter), help=_help(parameter), type=str
    )


class _BoolOption(click.Option):
    """A flag that gives the words `yes` or `no`, as every other option gives words."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        flag = super().process_value(ctx, value)
        return () if flag is None else ("yes" if flag else "no",)


def _metavar(parameter: Parameter) -> str:
    if parameter.kind.choices:
        return "|".join(map(str, parameter.kind.choices))
    return METAVARS[parameter.kind.base]


def _help(parameter: Parameter) -> str:
    help_text = " ".join(parameter.help.split())
    return safe_text(f"{help_text}  [{'; '.join(_notes(parameter))}]".strip())


def _notes(parameter: Parameter) -> Iterator[str]:
    if parameter.kind.base != "str" and not parameter.kind.choices:
        yield describe_kind(parameter)
    elif parameter.kind.many:
        yield "repeatable"
    if parameter.default is MISSING:
        yield "required"
    elif parameter.default is not None and not isinstance(parameter.default, tuple):
        yield f"default: {format_value(parameter.default)}"
    if parameter.example is not None and not isinstance(parameter.example, tuple):
        yield f"e.g. {format_value(parameter.example)}"
