"""The names that commands keep for themselves."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from runner.catalog.model import Parameter, Recipe

# The options of run, record, export, new and drift, and those planned for them: a recipe must not change its command
# line because a later version adds an option.
RESERVED_NAMES: Final = frozenset(
    {
        "accept",
        "again",
        "all",
        "base_url",
        "case",
        "curl",
        "customer",
        "debug",
        "diff",
        "dry_run",
        "env_file",
        "excel",
        "expect_error",
        "force",
        "format",
        "from",
        "help",
        "json",
        "key",
        "no_input",
        "now",
        "o",
        "output",
        "param",
        "params",
        "profile",
        "quiet",
        "record",
        "replay",
        "repository",
        "sandbox",
        "show_customer",
        "stale",
        "template",
        "to",
        "try",
        "verbose",
        "version",
        "with_output",
    }
)


def find_reserved(recipe: "Recipe") -> "tuple[Parameter, ...]":
    """Return the parameters whose name a command keeps for itself; they are reached with `-P name=value` only."""
    return tuple(parameter for parameter in recipe.parameters if parameter.name.rstrip("_") in RESERVED_NAMES)
