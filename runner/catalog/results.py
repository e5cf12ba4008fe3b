"""What a recipe gives, as the return annotation of `main` says."""

import ast
from typing import Final

from runner.catalog.model import Gives
from runner.catalog.parsed import Function, Parsed
from runner.catalog.syntax import dotted_name

_MANY: Final = frozenset(
    {"Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator", "list", "Sequence"}
)
_RECORDS: Final = frozenset({"dict", "Mapping"})
_HINT = "write -> Iterator[dict[str, Any]] for rows, dict[str, Any] for a record, str for Markdown"


def read_result(parsed: Parsed, main: Function) -> tuple[Gives, tuple[str, ...]]:
    """Read what `main` gives, and its columns where a `TypedDict` of the file names them.

    Raises:
        BrokenSource: The annotation is missing or something else.
    """
    if main.returns is None:
        raise parsed.broken(main, "main does not say what it returns", _HINT)
    if _last_name(main.returns) == "str":
        return "text", ()
    typed = _typed_dicts(parsed.tree)
    gives: Gives = "record"
    row = main.returns
    if isinstance(row, ast.Subscript) and _last_name(row.value) in _MANY:
        gives = "rows"
        row = row.slice.elts[0] if isinstance(row.slice, ast.Tuple) and row.slice.elts else row.slice
    name = _last_name(row.value if isinstance(row, ast.Subscript) else row)
    if name not in _RECORDS and name not in typed:
        raise parsed.broken(main.returns, "main returns neither rows, nor a record, nor text", _HINT)
    return gives, typed.get(name, ())


def _last_name(node: ast.expr) -> str:
    return dotted_name(node).rpartition(".")[2]


def _typed_dicts(tree: ast.Module) -> dict[str, tuple[str, ...]]:
    """Map each `TypedDict` of the file to its fields; a class can only extend one that stands above it."""
    found: dict[str, tuple[str, ...]] = {"TypedDict": ()}
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        bases = [name for name in map(_last_name, node.bases) if name in found]
        if bases:
            inherited = [field for base in bases for field in found[base]]
            found[node.name] = tuple(dict.fromkeys(inherited + _fields(node)))
    del found["TypedDict"]
    return found


def _fields(node: ast.ClassDef) -> list[str]:
    return [
        statement.target.id
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    ]
