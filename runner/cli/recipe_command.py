"""A command whose options are the runner's and those of the recipe it is given.

Light, because TAB loads it: what a recipe takes comes from the index there, and from the recipe itself when it is run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from runner.cli.completing import ROW, complete_file, complete_parameter, complete_profile, row_named, value_completer
from runner.cli.session import Session
from runner.errors import AskedWrongly

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from runner.catalog import Found
    from runner.catalog.index_rows import ParameterRow, Row

FOUND = "runner.cli.found"
"""Where a click context's `meta` holds the recipe that was found."""
WORDS = "runner.cli.words"
"""Where it holds all that was typed behind the command."""
PREFIX = "value_"
"""Sets a recipe's parameters apart from the runner's own among the values that Click parses."""

param_option = click.option(
    "-P",
    "--param",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=complete_parameter,
    help="A value for any parameter; may be repeated.",
)
params_option = click.option(
    "--params", metavar="FILE", shell_complete=complete_file, help="Values by name, as TOML or JSON."
)
accept_option = click.option(
    "--accept", multiple=True, metavar="ID", help="Let stand what was found under this ID; never a key."
)
env_file_option = click.option(
    "--env-file", metavar="FILE", shell_complete=complete_file, help="Take API keys from this .env file."
)


def profile_option(help_text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option that names a profile, with what this command takes from it."""
    return click.option("--profile", metavar="NAME", shell_complete=complete_profile, help=help_text)


class RecipeCommand(click.Command):
    """Takes options before and after the recipe's name; the recipe is found first, read, and its options are added."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Find the recipe among the words, then parse them all."""
        ctx.meta[WORDS] = tuple(args)
        name = self.recipe_word(ctx, args)
        if name is not None and ctx.resilient_parsing:
            ctx.meta[ROW] = row_named(ctx, name)
        elif name is not None:
            session = ctx.find_object(Session)
            assert session is not None
            ctx.meta[FOUND] = session.library.find(name, command=f"recipes {ctx.info_name}")
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the runner's options and those of the recipe."""
        return [*super().get_params(ctx), *_recipe_options(ctx)]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Offer options; the help of some is a repository's, so it is cleaned."""
        from runner.cli.completing import item

        offered = super().shell_complete(ctx, incomplete)
        return [item(each.value, each.help or "") for each in offered]

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
        from runner.output.text import safe_text

        found: Found | None = ctx.meta.get(FOUND)
        if found is None:
            super().format_help_text(ctx, formatter)
            return
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(safe_text(found.recipe.title))

    def recipe_word(self, ctx: click.Context, args: Sequence[str]) -> str | None:
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
                if ctx.resilient_parsing:  # TAB may yet have to find the name
                    return None
                raise AskedWrongly(
                    f"{word} stands before the recipe's name, so what it belongs to is not known yet.",
                    hint=f"recipes {ctx.info_name} RECIPE {word} ...",
                )
        return None


def recipe_words(values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the words typed for each parameter, from what Click parsed."""
    typed = {name.removeprefix(PREFIX): words for name, words in values.items() if name.startswith(PREFIX)}
    return {name: tuple(words) for name, words in typed.items() if words}


def _recipe_options(ctx: click.Context) -> Iterator[click.Option]:
    found: Found | None = ctx.meta.get(FOUND)
    row: Row | None = ctx.meta.get(ROW)
    if found is not None:
        from runner.cli.recipe_options import recipe_options

        yield from recipe_options(found.recipe)
    elif row is not None:
        from runner.catalog.reserved import RESERVED_NAMES

        for parameter in row.parameters:
            if parameter.name not in RESERVED_NAMES:
                yield _option_to_complete(parameter)


def _option_to_complete(parameter: "ParameterRow") -> click.Option:
    option = parameter.option
    names = [PREFIX + parameter.name, f"{option}/--no-{option[2:]}" if parameter.kind == "yes/no" else option]
    return click.Option(names, help=parameter.help, shell_complete=value_completer(parameter))


def _takes_value(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and not parameter.is_flag and not parameter.count


def _needs_next_word(word: str, takes_value: Mapping[str, bool]) -> bool:
    """Whether the value of an option is the word after it: of `-o` and `--format`, not of `-ox` and `--format=x`."""
    if word.startswith("--"):
        return takes_value.get(word, False)
    return len(word) == 2 and takes_value.get(word, False)
