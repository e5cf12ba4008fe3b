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
        self._texts = {name: text for each in texts for name, text in _defined_in(each) if name not in set(without)}

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return frozenset(self._texts)

    def take(self, source: str) -> list[str]:
        """Return the texts of what this source uses, and of all that those use, in their order."""
        wanted, waiting = set[str](), [*_used_in(source)]
        while waiting:
            name = waiting.pop()
            if name in self._texts and name not in wanted:
                wanted.add(name)
                waiting += _used_in(self._texts[name])
        return [text for name, text in self._texts.items() if name in wanted]


@cache
def notebook_plumbing() -> str:
    """Return the text of what notebooks need besides."""
    return catalog_root(Path(runner.__file__).parent).joinpath(*NOTEBOOK).read_text(encoding="utf-8")


def _defined_in(text: str) -> Iterator[tuple[str, str]]:
    lines = text.split("\n")
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, "\n".join(lines[node.lineno - 1 : node.end_lineno])


def _used_in(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
