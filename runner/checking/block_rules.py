"""Rules for what a recipe says of itself: names, description, what it needs to run elsewhere, size."""

import ast
import re
from collections.abc import Iterator

from runner.catalog import find_reserved
from runner.checking.draft import Draft
from runner.checking.finding import Spot
from runner.errors import nearest

MOST_LINES = 120
"""Lines below the docstring that are not blank, up to which a recipe can be read in one go."""
_LOWER_BOUND = re.compile(r"(?<![<>=!~])(?:>=?|~=|===?)")


def unknown_api(draft: Draft) -> Iterator[Spot]:
    """Find a client for an API that the repository does not describe."""
    for client in draft.recipe.clients if draft.recipe else ():
        if client.api not in draft.described:
            near = nearest(client.api, draft.described)
            line = next(each.lineno for each in _main_arguments(draft) if each.arg == client.name)
            fix = f"name it {near.replace('-', '_')}" if near else f"write recipes/{client.api}/api.toml"
            yield Spot(draft.path, line, f"the API {client.api} is not described", fix)


def reserved_name(draft: Draft) -> Iterator[Spot]:
    """Find parameters whose name a command keeps for itself."""
    for parameter in find_reserved(draft.recipe) if draft.recipe else ():
        problem = f"commands keep {parameter.option} for themselves, so only -P {parameter.name}=... reaches this"
        yield Spot(draft.path, parameter.line, problem, "give it a name that says what it is for this recipe")


def description(draft: Draft) -> Iterator[Spot]:
    """Find a docstring that is nothing but the question."""
    if draft.recipe and draft.parsed and not draft.recipe.description:
        fix = "add a paragraph to the docstring: for whom, and what surprises about this call"
        yield draft.spot(draft.parsed.tree.body[0], "nothing is said below the question", fix)


def dependency(draft: Draft) -> Iterator[Spot]:
    """Find requirements that any old version meets."""
    block = draft.parsed.block if draft.parsed else None
    for requirement in block.dependencies if block else ():
        if not _LOWER_BOUND.search(requirement.partition(";")[0]):
            name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
            problem = f"{requirement} may be any old version"
            yield Spot(draft.path, _line_of(draft, requirement), problem, f'write "{name}>=" and a version you tried')


def python_version(draft: Draft) -> Iterator[Spot]:
    """Find a block that does not say which Python is new enough."""
    block = draft.parsed.block if draft.parsed else None
    if block and not _LOWER_BOUND.search(block.requires_python):
        line = block.line_of(("requires-python",)) if block.requires_python else block.line
        yield Spot(draft.path, line, "no oldest Python is named", 'add requires-python = ">=3.11" to the block')


def length(draft: Draft) -> Iterator[Spot]:
    """Find a recipe that is too long to be read in one go."""
    if not draft.parsed or not draft.parsed.tree.body:
        return
    start = draft.parsed.tree.body[0].end_lineno or 1
    filled = [line for line in draft.parsed.text.split("\n")[start:] if line.strip()]
    if len(filled) > MOST_LINES:
        problem = f"{len(filled)} lines of code are more than a customer reads"
        yield Spot(draft.path, start + 1, problem, "make a second recipe of the second idea")


def _main_arguments(draft: Draft) -> Iterator[ast.arg]:
    if draft.parsed:
        written = draft.parsed.main.args
        yield from (*written.args, *written.kwonlyargs)


def _line_of(draft: Draft, requirement: str) -> int:
    """Return the line of one requirement of a list that may span lines."""
    assert draft.parsed
    first = draft.parsed.block.line_of(("dependencies",))
    lines = draft.parsed.text.split("\n")
    return next((number for number, line in enumerate(lines[first - 1 :], first) if requirement in line), first)
