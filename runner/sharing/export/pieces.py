"""The pieces of plumbing that scripts are made of, out of one file that comes with the package."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import runner
from runner.catalog import catalog_root

PLUMBING: Final = ("templates", "export", "plumbing.py")


def take_pieces(names: Iterable[str]) -> list[str]:
    """Return the text of these pieces and of all that they use, in the order of the file."""
    pieces = _pieces()
    wanted, waiting = set[str](), [name for name in names if name in pieces]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += [other for other in pieces if other in _names_in(pieces[name])]
    return [text for name, text in pieces.items() if name in wanted]


def all_names() -> frozenset[str]:
    """Return the names of all pieces, which no recipe may have too."""
    return frozenset(_pieces())


@cache
def _pieces() -> dict[str, str]:
    root = catalog_root(Path(runner.__file__).parent)
    text = root.joinpath(*PLUMBING).read_text(encoding="utf-8")
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    lines = text.split("\n")
    return {node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in nodes}


def _names_in(text: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
