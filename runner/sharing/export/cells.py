"""The cells of an exported notebook, and a recipe cut into such cells where its own comments cut it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, Final, Literal

from runner.catalog import Recipe
from runner.catalog.block import CLOSING, OPENING
from runner.catalog.syntax import tree_of

_WORDS: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        id: Its own in the notebook: lower-case letters, digits and hyphens.
        kind: Code, or Markdown.
        source: All of it, without a line end at its end.
        tags: For programs: `parameters` is where papermill puts its values below.
        outputs: As nbformat has them; only of code, and only where they were recorded.
        is_folded: JupyterLab shows it folded up.
    """

    id: str
    kind: Literal["code", "markdown"]
    source: str
    tags: tuple[str, ...] = ()
    outputs: tuple[dict[str, Any], ...] = ()
    is_folded: bool = False


@dataclass(slots=True)
class _Part:
    """Statements that stay together: of one kind, with no comment of the file in between."""

    kind: str
    comment: list[str]
    start: int
    end: int


def recipe_cells(recipe: Recipe) -> Iterator[Cell]:
    """Yield the recipe's own code without block and docstring; a comment between statements becomes Markdown.

    A comment inside a function stays there: cut in two, a function does not run.
    """
    lines = _lines_of(recipe)
    parts = list(_parts(tree_of(recipe.source), lines))
    for number, part in enumerate(parts, start=1):
        if said := _markdown(part.comment):
            yield Cell(f"about-{number}", "markdown", said)
        yield Cell(f"recipe-{number}", "code", "\n".join(lines[part.start : part.end]).strip("\n"))


def _lines_of(recipe: Recipe) -> list[str]:
    """Return its lines, those of the block left empty."""
    lines = recipe.source.split("\n")
    start, end = lines.index(OPENING), lines.index(CLOSING)
    return [*lines[:start], *[""] * (end + 1 - start), *lines[end + 1 :]]


def _parts(tree: ast.Module, lines: list[str]) -> Iterator[_Part]:
    statements = tree.body[ast.get_docstring(tree) is not None :]
    part, before = None, tree.body[0].end_lineno or 0
    comment = _comments(lines[: tree.body[0].lineno - 1]) if len(statements) < len(tree.body) else []
    before = before if len(statements) < len(tree.body) else 0
    for node in statements:
        start, kind = _start(node), _kind(node)
        comment += _comments(lines[before:start])
        if part is not None and (start < part.end or (kind == part.kind and not comment)):
            part.end = node.end_lineno or part.end
        else:
            if part is not None:
                yield part
            part = _Part(kind, comment, start, node.end_lineno or start)
            comment = []
        before = part.end
    if part is not None:
        part.end = len(lines)
        yield part


def _start(node: ast.stmt) -> int:
    """Return the index of its first line, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)]) - 1


def _kind(node: ast.stmt) -> str:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return "imports"
    return "main" if getattr(node, "name", "") == "main" else "helpers"


def _comments(lines: list[str]) -> list[str]:
    """Return the comments of the file itself: an indented one belongs to what stands above it."""
    return [line.lstrip("#").strip() for line in lines if line.startswith("#") and not line.startswith("#!")]


def _markdown(comment: list[str]) -> str:
    """Return a comment as Markdown; a line without a word is a rule that somebody drew."""
    return "\n".join(escape(line, quote=False) for line in comment if not line or _WORDS.search(line)).strip()
