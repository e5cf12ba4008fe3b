"""The imports and names of an exported script's plumbing, below a recipe that has imports and names of its own."""

import ast
import io
import symtable
import tokenize
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from runner.catalog import Recipe
from runner.catalog.syntax import nodes_of, tree_of
from runner.errors import AskedWrongly

_MODULES: Final = frozenset(
    {
        *("argparse", "asyncio", "csv", "datetime", "email.utils", "getpass", "httpx", "io", "json", "math", "os"),
        *("pathlib", "re", "sys", "threading", "time", "urllib.parse", "urllib.request"),
    }
)
"""What plumbing may use."""
_KEPT: Final = ("argparse", "httpx", "email", "urllib")
"""Names that cannot be others: of packages, and of what the recipe's own code uses by that name."""


class _Piece(NamedTuple):
    """What a piece of plumbing uses of `_MODULES`, and the functions and classes that it defines."""

    used: frozenset[str]
    defined: frozenset[str]


def with_imports(plumbing: Sequence[str], recipe: Recipe) -> tuple[list[str], list[str]]:
    """Return the imports that plumbing needs besides the recipe's, and plumbing in which no name is the recipe's.

    Args:
        plumbing: Piece by piece; recipes of one API often have the same.
        recipe: What stands above it.

    Raises:
        AskedWrongly: The recipe uses a name that has to be free.
    """
    pieces = [*map(_piece, plumbing)]
    has = _imported(recipe.source)
    needed = frozenset[str]().union(*(piece.used for piece in pieces))
    defined = frozenset[str]().union(*(piece.defined for piece in pieces))
    given = frozenset(_given(recipe.source))
    asked = {*_KEPT, *needed, *defined} - {module.partition(".")[0] for module in has}
    taken = _taken(recipe.source, asked & given)
    for name in sorted(taken.intersection(_KEPT)):
        raise AskedWrongly(f"{recipe.id} has the name {name}, which exported scripts keep for themselves.")
    new = {name: _free(f"{name}_", given) for name in sorted(taken & defined)}
    new |= {name: _free(f"_{name}", given) for name in sorted(taken.intersection(needed))}
    return [*_lines(needed - has, new)], [_renamed(piece, new) for piece in plumbing]


@lru_cache(maxsize=64)
def _piece(text: str) -> _Piece:
    return _Piece(frozenset(_used(text)), frozenset(_defined(tree_of(text))))


def _lines(modules: Collection[str], new: Mapping[str, str]) -> Iterator[str]:
    """Yield the imports; those of Python load only where the file is run."""
    if "httpx" in modules:
        yield "import httpx  # noqa: E402 - the recipe above imports only names of it"
        yield ""
    yield 'if __name__ == "__main__":'
    for module in sorted({*modules} - {"httpx"}):
        yield f"    import {module} as {new[module]}" if module in new else f"    import {module}"


def _imported(source: str) -> set[str]:
    """Return the modules that stand in the recipe by their own name."""
    imports = [node for node in tree_of(source).body if isinstance(node, ast.Import)]
    return {alias.name for node in imports for alias in node.names if alias.asname is None}


def _taken(source: str, names: set[str]) -> set[str]:
    """Return those of some names that a recipe gives to something, other than inside of its functions and classes."""
    tree = tree_of(source)
    imported = (node for node in tree.body if isinstance(node, ast.ImportFrom))
    if names <= _defined(tree).union(alias.asname or alias.name for node in imported for alias in node.names):
        return names
    symbols = symtable.symtable(source, "recipe", "exec").get_symbols()  # takes longer than all else here
    return {
        each.get_name() for each in symbols if each.is_assigned() or each.is_imported() or each.is_namespace()
    } & names


def _given(source: str) -> Iterator[str]:
    """Yield each name that a recipe gives to anything, anywhere."""
    for node in nodes_of(source):
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.MatchMapping):
            yield node.rest or ""
        else:
            yield getattr(node, "name", "") or ""  # of functions, classes, errors that are caught, patterns


def _defined(tree: ast.Module) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)}


def _used(text: str) -> set[str]:
    found = set[str]()
    for node in nodes_of(text):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {node.value.id, f"{node.value.id}.{node.attr}"} & _MODULES
    return found


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name = f"_{name}"
    return name


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a text in which names are other ones; what stands in strings and comments, and attributes, stay."""
    found = {name: new for name, new in names.items() if name in text}
    return _with_names(text, tuple(found.items())) if found else text


@lru_cache(maxsize=64)
def _with_names(text: str, new: tuple[tuple[str, str], ...]) -> str:
    names = dict(new)
    lines = text.splitlines(keepends=True)
    for row, column, name in reversed(_names_in(text)):
        if name in names:
            line = lines[row - 1]
            lines[row - 1] = line[:column] + names[name] + line[column + len(name) :]
    return "".join(lines)


@lru_cache(maxsize=64)
def _names_in(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return line, column and text of each name that is no attribute."""
    places, before = list[tuple[int, int, str]](), ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and before != ".":
            places.append((*token.start, token.string))
        before = token.string
    return tuple(places)
