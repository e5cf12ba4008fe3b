"""What calls an API is written once, for scripts; a notebook takes it from the finished script of its recipe."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import runner
from runner.catalog import catalog_root

NOTEBOOK: Final = ("templates", "export", "notebook.py")
"""What only notebooks need."""


class Definitions:
    """Classes and functions of Python texts, by name; one of a later text takes the place of that of an earlier one."""

    def __init__(self, *texts: str, without: Iterable[str] = ()) -> None:
        """Read them.

        Args:
            texts: Whole files.
            without: Names to leave out.
        """
        left_out = set(without)
        self._texts = {name: text for each in texts for name, text in _defined_in(each) if name not in left_out}
        self._imports = {name: text for each in texts for name, text in _imported_in(each)}

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
        used = {name for text in (source, *pieces) for name in _used_in(text)}
        imports = dict.fromkeys(text for name, text in self._imports.items() if name in used)
        return "\n\n\n".join(["\n".join(imports), *pieces] if imports else pieces)


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
    """Yield each imported name with the import of it alone."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != "__future__":
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                yield name, _one_import(node, alias)


def _one_import(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import([alias]))
    return ast.unparse(ast.ImportFrom(node.module, [alias], node.level))


def _used_in(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
