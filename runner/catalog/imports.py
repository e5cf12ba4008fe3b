"""Which imports a recipe may have: the standard library and its dependencies; never the runner or a recipe."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from runner.catalog.parsed import Parsed

_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")


def refuse_imports(parsed: Parsed) -> None:
    """Refuse imports of the runner, of other recipes, and relative ones, wherever in the file they stand.

    Raises:
        BrokenSource: There is one.
    """
    for node, module in _imports(parsed.tree):
        top = module.partition(".")[0]
        if not top:
            raise parsed.broken(node, "a recipe has nothing to import from beside it", "copy what you need into main")
        if top in ("runner", "recipes"):
            raise parsed.broken(node, f"a recipe cannot import {top}", "use httpx and the standard library")
        if _is_beside(parsed.path, top):
            raise parsed.broken(node, f"a recipe cannot import another: {top}", "copy what you need into main")


def httpx_names(parsed: Parsed) -> dict[str, str]:
    """Map each name that was imported from httpx to what it is there: `{"Client": "Client"}`."""
    return {
        alias.asname or alias.name: alias.name
        for node in parsed.tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "httpx"
        for alias in node.names
    }


def _imports(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each import with its module; that of a relative import is empty."""
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node, "" if node.level else node.module or ""


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield every statement; ast.walk, which also visits expressions, takes longer than parsing."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for block in _BLOCKS:
            waiting.extend(getattr(node, block, ()))


def _is_beside(path: Path, module: str) -> bool:
    if module in sys.stdlib_module_names or module == "httpx":
        return False
    return (path.parent / f"{module}.py").exists() or (path.parent / module).is_dir()
