"""The kinds of value a parameter can take: from an annotation, for tables, and as text.

`str int float bool date datetime Path Literal[...] list[T] T | None` and no others.
"""

import ast
from typing import Final

from runner.catalog.bounds import describe_range
from runner.catalog.model import Base, Kind, Parameter
from runner.catalog.syntax import NoLiteralError, dotted_name, literal
from runner.catalog.values import check_bounds, check_value, parse_value
from runner.catalog.wording import HUGE, format_value, listed, quoted

__all__ = [
    "UnknownKindError",
    "check_bounds",
    "check_value",
    "describe_kind",
    "format_value",
    "parse_value",
    "read_kind",
]

KINDS = "str, int, float, bool, date, datetime, Path, Literal[...], list[...] or one of these | None"

_BASES: Final[dict[str, Base]] = {
    "str": "str",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "date": "date",
    "datetime.date": "date",
    "datetime": "datetime",
    "datetime.datetime": "datetime",
    "Path": "path",
    "pathlib.Path": "path",
}
_WORDS: Final[dict[Base, str]] = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "yes/no",
    "date": "day (YYYY-MM-DD)",
    "datetime": "moment (ISO 8601)",
    "path": "file",
}
_OLD_FORMS: Final = {"Optional": "T | None", "Union": "T | None", "List": "list[T]"}


class UnknownKindError(ValueError):
    """An annotation is no kind of value.

    Attributes:
        hint: What to write instead.
    """

    def __init__(self, problem: str, hint: str = f"write {KINDS}") -> None:
        super().__init__(problem)
        self.hint = hint


def read_kind(annotation: ast.expr) -> Kind:
    """Read the annotation of a parameter.

    Raises:
        UnknownKindError: It is none of the kinds.
    """
    inner, optional = _without_none(annotation)
    if not isinstance(inner, ast.Subscript):
        return Kind(_base(inner), optional=optional)
    outer = dotted_name(inner.value).rpartition(".")[2]
    if outer == "Literal":
        base, choices = _choices(inner)
        return Kind(base, choices, optional=optional)
    if outer == "list":
        base, choices = _element(inner.slice)
        return Kind(base, choices, many=True, optional=optional)
    raise _unknown(inner.value)


def describe_kind(parameter: Parameter) -> str:
    """Say in a few words what to give: `text`, `whole number 1..168`, `one of a, b (repeatable)`."""
    kind = parameter.kind
    words = f"one of {listed(kind.choices)}" if kind.choices else _WORDS[kind.base]
    bounds = describe_range(parameter)
    if kind.many:
        return f"{words} (repeatable, {bounds})" if bounds else f"{words} (repeatable)"
    if not bounds:
        return words
    return f"{words}, {bounds} characters" if kind.base == "str" else f"{words} {bounds}"


def _without_none(annotation: ast.expr) -> tuple[ast.expr, bool]:
    if not isinstance(annotation, ast.BinOp) or not isinstance(annotation.op, ast.BitOr):
        return annotation, False
    sides = [side for side in (annotation.left, annotation.right) if not _is_none(side)]
    if len(sides) != 1 or isinstance(sides[0], ast.BinOp):
        raise UnknownKindError("is a choice between types", "keep one type, or write T | None")
    return sides[0], True


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _base(node: ast.expr) -> Base:
    base = _BASES.get(dotted_name(node))
    if base is None:
        raise _unknown(node)
    return base


def _unknown(node: ast.expr) -> UnknownKindError:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return UnknownKindError("is written as text", "write the type without quotes")
    name = dotted_name(node)
    last = name.rpartition(".")[2]
    if last in _OLD_FORMS:
        return UnknownKindError(f"is written with {last}", f"write {_OLD_FORMS[last]}")
    if last in ("list", "Literal"):
        return UnknownKindError(f"does not say what {last} holds", f"write {last}[...]")
    return UnknownKindError(f"has the type {quoted(name)}" if name else "has a type that no value can be typed for")


def _element(node: ast.expr) -> tuple[Base, tuple[str, ...] | tuple[int, ...]]:
    if not isinstance(node, ast.Subscript):
        return _base(node), ()
    if dotted_name(node.value).rpartition(".")[2] == "Literal":
        return _choices(node)
    raise UnknownKindError("is a list of something composed", "write list[T] with a plain T")


def _choices(node: ast.Subscript) -> tuple[Base, tuple[str, ...] | tuple[int, ...]]:
    elements = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    try:
        values = [literal(element) for element in elements]
    except NoLiteralError:
        raise UnknownKindError("has a Literal of more than plain values", 'write Literal["a", "b"]') from None
    texts = tuple(value for value in values if isinstance(value, str))
    if any(0xD800 <= ord(char) <= 0xDFFF for text in texts for char in text):
        raise UnknownKindError("has a Literal with half a character", "remove the surrogate")
    numbers = tuple(value for value in values if type(value) is int)
    if any(number.bit_length() > HUGE for number in numbers):
        raise UnknownKindError("has a Literal with a huge number", "take a number of at most 308 digits")
    if not values or len(values) not in (len(texts), len(numbers)):
        raise UnknownKindError("has a Literal that is not all texts or all whole numbers", 'write Literal["a", "b"]')
    if len(set(map(str, values))) < len(values):
        raise UnknownKindError("has a Literal that names a value twice", "remove one of them")
    return ("str", texts) if texts else ("int", numbers)
