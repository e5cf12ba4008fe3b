"""A command whose options are the runner's and those of the recipe it is given."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from runner.catalog import MISSING, RESERVED_NAMES, Found, Parameter, Recipe, describe_kind, format_value
from runner.cli.session import Session
from runner.errors import AskedWrongly
from runner.output.text import safe_text

FOUND = "runner.cli.found"
"""Where a click context's `meta` holds the recipe that was found."""
WORDS = "runner.cli.words"
"""Where it holds all that was typed behind the command."""
METAVARS = {
    "str": "TEXT",
    "int": "NUMBER",
    "float": "NUMBER",
    "bool": "YES/NO",
    "date": "DAY",
    "datetime": "MOMENT",
    "path": "FILE",
}
PREFIX = "value_"
"""Sets a recipe's parameters apart from the runner's own among the values that Click parses."""


class RecipeCommand(click.Command):
    """Takes options before and after the recipe's name; the recipe is found first, read, and its options are added."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Find the recipe among the words, then parse them all."""
        ctx.meta[WORDS] = tuple(args)
        name = self._recipe_word(ctx, args)
        if name is not None:
            session = ctx.find_object(Session)
            assert session is not None
            ctx.meta[FOUND] = session.library.find(name, command=f"recipes {ctx.info_name}")
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the runner's options and those of the recipe."""
        found: Found | None = ctx.meta.get(FOUND)
        return [*super().get_params(ctx), *(recipe_options(found.recipe) if found else ())]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the recipe's own parameters first."""
        own: list[tuple[str, str]] = []
        others: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                (own if (parameter.name or "").startswith(PREFIX) else others).append(record)
        for title, records in (("Recipe parameters", own), ("Options", others)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say what the recipe answers, or what the command does."""
        found: Found | None = ctx.meta.get(FOUND)
        if found is None:
            super().format_help_text(ctx, formatter)
            return
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(safe_text(found.recipe.title))

    def _recipe_word(self, ctx: click.Context, args: Sequence[str]) -> str | None:
        """Return the first word that is neither an option of the runner nor its value."""
        takes_value = {name: _takes_value(option) for option in super().get_params(ctx) for name in option.opts}
        words = iter(args)
        for word in words:
            if word == "--":
                return next(words, None)
            if not word.startswith("-") or word == "-":
                return word
            if _needs_next_word(word, takes_value):
                next(words, None)
            elif word.partition("=")[0] not in takes_value and word.startswith("--"):
                raise AskedWrongly(
                    f"{word} stands before the recipe's name, so what it belongs to is not known yet.",
                    hint=f"recipes {ctx.info_name} RECIPE {word} ...",
                )
        return None


def recipe_options(recipe: Recipe) -> Iterator[click.Option]:
    """Yield an option for each parameter of a recipe; a reserved name has none and is reached with `-P`."""
    for parameter in recipe.parameters:
        if parameter.name not in RESERVED_NAMES:
            yield _option(parameter)


def recipe_words(values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the words typed for each parameter, from what Click parsed."""
    typed = {name.removeprefix(PREFIX): words for name, words in values.items() if name.startswith(PREFIX)}
    return {name: tuple(words) for name, words in typed.items() if words}


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


def _takes_value(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and not parameter.is_flag and not parameter.count


def _needs_next_word(word: str, takes_value: Mapping[str, bool]) -> bool:
    """Whether the value of an option is the word after it: of `-o` and `--format`, not of `-ox` and `--format=x`."""
    if word.startswith("--"):
        return takes_value.get(word, False)
    return len(word) == 2 and takes_value.get(word, False)
