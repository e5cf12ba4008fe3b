"""What calls an API is written once, for scripts; a notebook takes it from the finished script of its recipe."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import runner
from runner.catalog import catalog_root

NOTEBOOK: Final = ("templates", "export", "notebook.py")
"""What only notebooks need."""


class Definitions:
    """Classes and functions of Python texts, by name; one of a later text takes the place of that of an earlier one."""

    def __init__(self, *texts: str, besides: str = "") -> None:
        """Read them.

        Args:
            texts: Whole files.
            besides: What is there already: its names are left out, and its imports.
        """
        there, imported = names_in(besides), {text for _, text in _imported_in(besides)}
        self._texts = {name: text for each in texts for name, text in _defined_in(each) if name not in there}
        self._imports = [each for text in texts for each in _imported_in(text) if each[1] not in imported]

    @property
    def names(self) -> frozenset[str]:
        """Those of all classes and functions."""
        return frozenset(self._texts)

    def take(self, source: str) -> str:
        """Return the text of what this source uses, and of all that those use, in their order below their imports."""
        wanted, waiting = set[str](), [*_used_in(source)]
        while waiting:
            name = waiting.pop()
            if name in self._texts and name not in wanted:
                wanted.add(name)
                waiting += _used_in(self._texts[name])
        pieces = [text for name, text in self._texts.items() if name in wanted]
        used = {name for text in (source, *pieces) for name in _dotted_in(text)}
        imports = dict.fromkeys(text for name, text in self._imports if name in used)
        return "\n\n\n".join(["\n".join(imports), *pieces] if imports else pieces)


def names_in(source: str) -> set[str]:
    """Return every name that a text defines or uses."""
    nodes = list(ast.walk(ast.parse(source)))
    defined = {name for node in nodes if isinstance(name := getattr(node, "name", None), str)}
    return defined | {node.id for node in nodes if isinstance(node, ast.Name)}


@cache
def notebook_plumbing() -> str:
    """Return the text of what notebooks need besides."""
    return catalog_root(Path(runner.__file__).parent).joinpath(*NOTEBOOK).read_text(encoding="utf-8")


def _defined_in(text: str) -> Iterator[tuple[str, str]]:
    lines = text.split("\n")
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, "\n".join(lines[node.lineno - 1 : node.end_lineno])


def _imported_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield each name by which code uses an import, `urllib.parse`, with that import alone."""
    for statement in ast.parse(text).body:
        # A script may load what only its plumbing needs where it is run, not where it is imported.
        for node in statement.body if isinstance(statement, ast.If) else [statement]:
            if isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != "__future__":
                for alias in node.names:
                    yield alias.asname or alias.name, _one_import(node, alias)


def _one_import(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import([alias]))
    return ast.unparse(ast.ImportFrom(node.module, [alias], node.level))


def _dotted_in(source: str) -> Iterator[str]:
    """Yield each name that is used, and each name of a name: `urllib.parse`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def _used_in(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
