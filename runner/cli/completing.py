"""What TAB offers: names of recipes, their options and the values that these allow, all from the index.

Only words that are safe on a command line are offered; a repository may say anything of itself.
"""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

import click

from runner.cli.session import Session
from runner.errors import RunnerError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from runner.catalog.index_rows import ParameterRow, Row

Completer: TypeAlias = "Callable[[click.Context, click.Parameter, str], list[CompletionItem]]"
"""What Click asks for the values of a parameter."""

VARIABLE = "_RECIPES_COMPLETE"
"""The environment variable in which a shell that asks says which one it is."""
ROW = "runner.cli.row"
"""Where a click context's `meta` holds what the index knows of the recipe on the command line."""
SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
LONGEST_HELP = 60


def complete_recipe(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer the recipes whose name, or last part of it, begins like this."""
    rows = rows_in_sight(ctx, incomplete.replace("_", "-"))
    return [item(row.name, row.title) for row in rows if SAFE.fullmatch(row.name)]


def complete_format(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer the formats of a result."""
    from runner.output.formats import FORMATS

    return _names(FORMATS, incomplete)


def complete_tag(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer the tags there are."""
    return _names(sorted({tag for row in rows_in_sight(ctx) for tag in row.tags}), incomplete)


def complete_audience(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer the audiences there are."""
    return _names(sorted({each for row in rows_in_sight(ctx) for each in row.audience}), incomplete)


def complete_collection(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer the collections there are, as words that need no quotes."""
    titles = {row.collection for row in rows_in_sight(ctx) if row.collection}
    return _names(sorted(title.lower().replace(" ", "-") for title in titles), incomplete)


def complete_trusted(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer what was added, by alias and id, and let the shell offer folders."""
    added = [row for row in rows_in_sight(ctx) if row.name.count("/") == 2 and not row.name.startswith("catalog/")]
    aliases = sorted({row.name.partition("/")[0] for row in added})
    recipes = [item(row.name, row.title) for row in added if "/" in incomplete and row.name.startswith(incomplete)]
    return [*_names(aliases, incomplete), *recipes, *_left_to_shell("dir", incomplete)]


def complete_api(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer the APIs that recipes are for."""
    return _names(sorted({row.api for row in rows_in_sight(ctx)}), incomplete)


def complete_template(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer the templates there are."""
    from runner.scaffolding.templates import find_templates

    try:
        session = Session.from_process(ctx.find_root().params.get("repository"))
        shelved, _broken = find_templates(session.library.lenders)
    except RunnerError:
        return []
    offered = [each.template for each in shelved if each.template.name.startswith(incomplete)]
    return [item(each.name, each.title) for each in offered]


def complete_alias(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer the repositories that were added."""
    try:
        session = Session.from_process(ctx.find_root().params.get("repository"))
        return _names([each.alias for each in session.added], incomplete)
    except RunnerError:
        return []


def complete_profile(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer the user's profiles; their files are not read."""
    try:
        session = Session.from_process(ctx.find_root().params.get("repository"))
    except RunnerError:
        return []
    return _names(session.profiles.names(), incomplete)


def complete_parameter(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer `name=` for `-P`, and behind the `=` what the parameter allows."""
    name, equals, value = incomplete.partition("=")
    row: Row | None = ctx.meta.get(ROW)
    parameters = row.parameters if row else ()
    if not equals:
        return [item(f"{each.name}=", each.help) for each in parameters if each.name.startswith(name)]
    choices = [choice for each in parameters if each.name == name for choice in each.choices]
    return [item(f"{name}={choice}", "") for choice in choices if choice.startswith(value)]


def complete_known_parameter(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer `name=` for each parameter that some recipe has."""
    if "=" in incomplete:
        return []
    names = sorted({parameter.name for row in rows_in_sight(ctx) for parameter in row.parameters})
    return [item(f"{name}=", "") for name in names if name.startswith(incomplete)]


def complete_file(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Let the shell offer files and folders."""
    return _left_to_shell("file", incomplete)


def complete_folder(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Let the shell offer folders."""
    return _left_to_shell("dir", incomplete)


def complete_topic(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Offer what `recipes help` explains."""
    from runner.cli.group import COMMANDS
    from runner.cli.topics import TOPICS

    titles = {name: topic.title for name, topic in TOPICS.items()} | COMMANDS
    return [item(name, title) for name, title in titles.items() if name.startswith(incomplete)]


def value_completer(parameter: "ParameterRow") -> "Completer | None":
    """Return what offers values of a recipe's parameter; None where anything goes."""
    if parameter.choices:
        return lambda _, __, incomplete: _names(parameter.choices, incomplete)
    return complete_file if parameter.kind.startswith("file") else None


def row_named(ctx: click.Context, name: str) -> "Row | None":
    """Return what the index knows of the recipe of that name, or of that last part of a name."""
    wanted = name.replace("_", "-")
    return next((row for row in rows_in_sight(ctx, wanted) if wanted in (row.name, _last(row.name))), None)


def rows_in_sight(ctx: click.Context, beginning: str = "") -> "list[Row]":
    """Return what the index knows of recipes whose name, or last part of it, begins like this.

    Where the repositories cannot be read, TAB offers nothing.
    """
    try:
        session = Session.from_process(ctx.find_root().params.get("repository"))
        with session.index as index:
            return index.named(session.places, beginning)
    except RunnerError:
        return []


def item(word: str, help_text: str) -> "CompletionItem":
    """Make a candidate; its help is one short line without anything that steers a terminal."""
    from click.shell_completion import CompletionItem

    from runner.output.text import safe_text

    line = safe_text(" ".join(help_text.split())).replace(",", ";")  # fish cuts the help at a comma
    return CompletionItem(word, help=line if len(line) <= LONGEST_HELP else line[: LONGEST_HELP - 1] + "…")


def _left_to_shell(kind: str, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type=kind)]


def _names(names: Iterable[str], incomplete: str) -> "list[CompletionItem]":
    return [item(name, "") for name in names if name.startswith(incomplete) and SAFE.fullmatch(name)]


def _last(name: str) -> str:
    return name.rpartition("/")[2]
