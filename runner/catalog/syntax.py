"""Small readings of Python syntax trees: dotted names, and the values that literals stand for."""

import ast
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

_ENDS: Final = frozenset({ast.Name, ast.Constant})
UTC_NAMES = ("UTC", "datetime.UTC", "timezone.utc", "datetime.timezone.utc")


class NoLiteralError(ValueError):
    """An expression is more than a literal; the message says what is wrong."""


@lru_cache(maxsize=4)  # of one recipe, and of the script that it becomes, it is asked again and again
def tree_of(source: str) -> ast.Module:
    """Return the syntax tree of a recipe that was read, for looking only: everybody gets the same one."""
    return ast.parse(source)


@lru_cache(maxsize=4)
def nodes_of(source: str) -> tuple[ast.AST, ...]:
    """Return all nodes of `tree_of` but those below a name, in a third of the time of `ast.walk`."""
    node_type, found = ast.AST, list[ast.AST]((tree_of(source),))
    for node in found:  # it grows meanwhile
        for name in () if node.__class__ in _ENDS else node._fields:
            value = getattr(node, name, None)
            if value.__class__ is list:
                found += [each for each in value if isinstance(each, node_type)]
            elif isinstance(value, node_type):
                found.append(value)
    return tuple(found)


def dotted_name(node: ast.expr) -> str:
    """Return `datetime.date` for a name or its attributes, `""` for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def literal(node: ast.expr) -> object:
    """Evaluate a literal without running anything.

    These are: constants, negative numbers, lists and tuples of them, and calls of `date`, `datetime` with a UTC
    `tzinfo`, and `Path` with literal arguments.

    Raises:
        NoLiteralError: It is anything else.
    """
    match node:
        case ast.Constant(value=None | bool() | int() | float() | str()):
            return node.value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.List() | ast.Tuple():
            return [literal(element) for element in node.elts]
        case ast.Call():
            return _call(node)
    raise NoLiteralError("is not a plain value")


def _call(node: ast.Call) -> object:
    named = {keyword.arg or "**": keyword.value for keyword in node.keywords}
    match dotted_name(node.func), node.args:
        case (("Path" | "pathlib.Path"), [ast.Constant(value=str() as path)]) if not named:
            return Path(path)
        case (("date" | "datetime.date"), _):
            return _moment(date, node.args, named)
        case (("datetime" | "datetime.datetime"), _):
            if dotted_name(named.pop("tzinfo", node.func)) not in UTC_NAMES:
                raise NoLiteralError("needs tzinfo=UTC")
            return _moment(datetime, node.args, named).replace(tzinfo=UTC)
    raise NoLiteralError("is not a plain value")


Moment = TypeVar("Moment", date, datetime)


def _moment(kind: Callable[..., Moment], arguments: Sequence[ast.expr], named: Mapping[str, ast.expr]) -> Moment:
    numbers = [_whole(argument) for argument in arguments]
    named_numbers = {name: _whole(argument) for name, argument in named.items()}
    try:
        return kind(*numbers, **named_numbers)
    except (TypeError, ValueError, OverflowError):
        raise NoLiteralError("is no day or moment that exists") from None


def _whole(node: ast.expr) -> int:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    raise NoLiteralError("is not made of plain numbers")
