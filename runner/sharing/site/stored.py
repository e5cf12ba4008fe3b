"""A recipe's page model as JSON and back: rows in the order of the fields, and nothing that could run."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

from runner.sharing.site.model import RecipePage

_Reader: TypeAlias = Callable[[Any], Any]


def dump_page(page: RecipePage) -> str:
    """Return a page as JSON, on one line and in ASCII."""
    return json.dumps(page, separators=(",", ":"))


def load_page(text: str) -> RecipePage:
    """Return the page that `dump_page` wrote.

    Raises:
        ValueError: It is something else.
        TypeError: It is something else.
    """
    page: RecipePage = _reader(RecipePage)(json.loads(text))
    return page


@cache
def _reader(kind: Any) -> _Reader:
    """Return what makes a value of a type out of its JSON: lists become tuples, and rows what they are rows of."""
    if hasattr(kind, "_fields"):
        return _row_reader(kind)
    inner = [_reader(each) for each in get_args(kind) if each not in (Ellipsis, type(None))] or [_same]
    if get_origin(kind) is tuple and Ellipsis in get_args(kind):
        return tuple if inner[0] is _same else lambda row: tuple(map(inner[0], row))
    if get_origin(kind) is tuple:
        return lambda row: tuple(read(each) for read, each in zip(inner, row, strict=True))
    if type(None) in get_args(kind):
        return lambda value: None if value is None else inner[0](value)
    return _same


def _row_reader(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    readers = [(at, read) for at, name in enumerate(kind._fields) if (read := _reader(hints[name])) is not _same]

    def read_row(row: list[Any]) -> Any:
        for at, read in readers:
            row[at] = read(row[at])
        return kind._make(row)

    return read_row


def _same(value: Any) -> Any:
    return value
