"""One Python file that answers one customer's question with httpx alone."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from textwrap import wrap
from typing import Final

from runner.catalog import Recipe
from runner.catalog.block import CLOSING, OPENING
from runner.catalog.syntax import tree_of
from runner.errors import AskedWrongly
from runner.scaffolding.literals import WIDTH, comment_text, toml_text
from runner.sharing.export.calling import run_text
from runner.sharing.export.handover import Handover
from runner.sharing.export.imports import with_imports
from runner.sharing.export.pieces import plumbing_text
from runner.sharing.export.provenance import Provenance

BELOW: Final = "# Below is only what runs main: the command line, the key, the network, the output."
"""The line of a script from which on everything is ours."""


def script_text(handover: Handover, provenance: Provenance) -> str:
    """Return the script; values stand in it as literals, everything else is the recipe's or ours.

    Raises:
        AskedWrongly: The recipe cannot be exported as it is.
    """
    recipe = handover.recipe
    _check_fit(recipe)
    imports, plumbing = with_imports([run_text(handover), plumbing_text(handover).strip()], recipe)
    parts = [
        "\n".join([*_block(recipe), "", *_comment(_introduction(handover)), recipe_body(recipe)]).rstrip("\n"),
        "\n".join([BELOW, *imports]),
        *plumbing,
        "\n".join(_comment(provenance.lines())),
    ]
    return "\n\n\n".join(parts) + "\n"


def recipe_body(recipe: Recipe) -> str:
    """Return the recipe's own text without its block."""
    lines = recipe.source.split("\n")
    start, end = lines.index(OPENING), lines.index(CLOSING)
    return "\n".join(lines[:start] + lines[end + 1 :])


def _block(recipe: Recipe) -> Iterator[str]:
    dependencies = [*recipe.dependencies]
    if not any(each.startswith("httpx") for each in dependencies):
        dependencies.append("httpx>=0.28")
    yield OPENING
    yield f"# requires-python = {toml_text(recipe.requires_python or '>=3.11')}"
    yield f"# dependencies = {toml_text(dependencies)}"
    yield CLOSING


def _introduction(handover: Handover) -> Iterator[str]:
    if handover.customer:
        yield f"For {handover.customer}."
    needs = " ".join(f'"{each}"' for each in handover.recipe.dependencies) or '"httpx>=0.28"'
    keys = " and ".join(handover.keys)
    yield f"Run it with `uv run FILE`, or `pip install {needs}` and then `python FILE`; `--help` says what it takes."
    if keys:
        yield f"The key is read from {keys}, or asked for; it is never written."


def _comment(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield from _wrapped(line)


@lru_cache(maxsize=64)  # most are the same in many scripts
def _wrapped(line: str) -> tuple[str, ...]:
    parts = wrap(comment_text(line), WIDTH - 2, break_long_words=True, break_on_hyphens=False)
    return tuple(f"# {part}" for part in parts)


def _check_fit(recipe: Recipe) -> None:
    for statement in tree_of(recipe.source).body:
        if isinstance(statement, ast.If) and "__main__" in ast.unparse(statement.test):
            raise AskedWrongly(
                f"{recipe.id} does something of its own when it is run as a script, at line {statement.lineno}.",
                hint="remove it: recipes run calls main",
            )
