"""A recipe file as far as it can be read: what its syntax tree says to the rules, and what the reader refuses."""

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from runner.catalog import Api, Recipe, read_block
from runner.catalog.ids import id_of
from runner.catalog.imports import refuse_imports
from runner.catalog.parsed import Function, Parsed, parse_text
from runner.catalog.results import read_result
from runner.catalog.signature import read_signature
from runner.catalog.source import read_question, recipe_of
from runner.catalog.syntax import dotted_name
from runner.catalog.text_file import read_text, text_of
from runner.checking.finding import Spot
from runner.errors import BrokenSource

Node = TypeVar("Node", bound=ast.AST)
# Python keeps one node for all places that read a name or add two numbers, and rules ask nothing of these.
_SHARED = (ast.expr_context, ast.operator, ast.cmpop, ast.unaryop, ast.boolop)
CLIENTS = ("httpx.Client", "httpx.AsyncClient")


class Draft:
    """One recipe file.

    Attributes:
        path: The file.
        parsed: None where there is no syntax tree.
        recipe: None where a rule of the reader is broken.
        apis: Of its repository by name, those that can be read.
        described: Names of all APIs of its repository.
        refusals: What the reader refuses, by the part it was reading.
    """

    def __init__(
        self,
        path: Path,
        parsed: Parsed | None,
        recipe: Recipe | None,
        apis: Mapping[str, Api],
        described: Collection[str],
        refusals: Mapping[str, BrokenSource] = MappingProxyType({}),
    ) -> None:
        """Take what was read; the arguments are the attributes."""
        self.path, self.parsed, self.recipe, self.apis = path, parsed, recipe, apis
        self.described, self.refusals = described, refusals

    def spot(self, node: ast.AST, problem: str, fix: str) -> Spot:
        """Return the place where a node begins."""
        return Spot(self.path, getattr(node, "lineno", 1), problem, fix)

    def every(self, kind: type[Node]) -> Iterator[Node]:
        """Yield the nodes of one kind."""
        for node in self._by_kind.get(kind, ()):
            assert isinstance(node, kind)
            yield node

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what a node stands in, from the inside out."""
        while node in self._parents:
            node = self._parents[node]
            yield node

    def scope(self, node: ast.AST) -> ast.AST:
        """Return the function that a node stands in, or the file."""
        return next(each for each in self.above(node) if isinstance(each, Function | ast.Module))

    def names_in(self, scope: ast.AST) -> Iterator[ast.Name]:
        """Yield each use of a name in a function, or in the file."""
        first, last = getattr(scope, "lineno", 1), getattr(scope, "end_lineno", None)
        return (each for each in self.every(ast.Name) if first <= each.lineno and (not last or each.lineno <= last))

    def full_name(self, node: ast.expr) -> str:
        """Return what a name means by the imports of the file: `datetime.datetime.now`; `""` for what is no name."""
        first, dot, rest = dotted_name(node).partition(".")
        return self._imported.get(first, first) + dot + rest

    @cached_property
    def clients(self) -> frozenset[str]:
        """Names that stand for a client in some function."""
        return frozenset(
            each.arg for each in self.every(ast.arg) if each.annotation and self.full_name(each.annotation) in CLIENTS
        )

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """Every function, async or not, at any depth."""
        return (*self.every(ast.FunctionDef), *self.every(ast.AsyncFunctionDef))

    @cached_property
    def docstrings(self) -> frozenset[ast.AST]:
        """The nodes of all docstrings."""
        owners = [*self.every(ast.Module), *self.every(ast.ClassDef), *self.functions]
        firsts = [owner.body[0] for owner in owners if owner.body]
        return frozenset(first.value for first in firsts if isinstance(first, ast.Expr))

    @cached_property
    def texts(self) -> tuple[tuple[ast.Constant, str], ...]:
        """Each text in the code, also the fixed parts of f-strings; no docstring."""
        constants = [node for node in self.every(ast.Constant) if node not in self.docstrings]
        return tuple((node, node.value) for node in constants if isinstance(node.value, str))

    @cached_property
    def _parents(self) -> dict[ast.AST, ast.AST]:
        parents: dict[ast.AST, ast.AST] = {}
        waiting: list[ast.AST] = [self.parsed.tree] if self.parsed else []
        # ast.iter_child_nodes takes three times as long, and there may be ten thousand files.
        for node in waiting:
            for value in vars(node).values():
                for child in value if type(value) is list else (value,):
                    if isinstance(child, ast.AST) and not isinstance(child, _SHARED):
                        parents[child] = node
                        waiting.append(child)
        return parents

    @cached_property
    def _by_kind(self) -> dict[type[ast.AST], list[ast.AST]]:
        found: dict[type[ast.AST], list[ast.AST]] = {}
        if self.parsed:
            found[ast.Module] = [self.parsed.tree]
        for node in self._parents:
            found.setdefault(type(node), []).append(node)
        return found

    @cached_property
    def _imported(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for node in self.every(ast.Import):
            names.update({each.asname: each.name for each in node.names if each.asname})
        for source in self.every(ast.ImportFrom):
            names.update({each.asname or each.name: f"{source.module}.{each.name}" for each in source.names})
        return names


def read_draft(
    path: Path, apis: Mapping[str, Api], described: Collection[str], *, content: bytes | None = None
) -> Draft:
    """Read a recipe file, and find out which rules of the reader it breaks.

    Args:
        path: The file.
        apis: Of its repository by name, those that can be read.
        described: Names of all APIs of its repository.
        content: What is about to stand in the file; None reads it.
    """
    try:
        text = read_text(path) if content is None else text_of(content, path)
    except BrokenSource as error:
        refusals = _refusals({"name": lambda: id_of(path)}) | {"text": error}
        return Draft(path, None, None, apis, described, refusals)
    try:
        parsed = parse_text(text, path)
    except BrokenSource as error:
        part = "block" if _refusals({"block": lambda: read_block(text, path)}) else "python"
        refusals = _refusals({"name": lambda: id_of(path)}) | {part: error}
        return Draft(path, None, None, apis, described, refusals)
    try:
        return Draft(path, parsed, recipe_of(parsed), apis, described)
    except BrokenSource as error:
        # The reader stops at the first fault; whoever mends a file wants to hear of all.
        refusals = _refusals(_parts(parsed)) or {"setting": error}
    return Draft(path, parsed, None, apis, described, refusals)


def _parts(parsed: Parsed) -> dict[str, Callable[[], object]]:
    """Return what reads each part of a file that has a syntax tree."""
    parts: dict[str, Callable[[], object]] = {
        "name": lambda: id_of(parsed.path),
        "import": lambda: refuse_imports(parsed),
        "main": lambda: parsed.main,
        "question": lambda: read_question(parsed),
    }
    if not _refusals({"main": parts["main"]}):
        parts["signature"] = lambda: read_signature(parsed, parsed.main)
        parts["result"] = lambda: read_result(parsed, parsed.main)
    return parts


def _refusals(parts: Mapping[str, Callable[[], object]]) -> dict[str, BrokenSource]:
    refusals = {}
    for name, read in parts.items():
        try:
            read()
        except BrokenSource as error:
            refusals[name] = error
    return refusals
