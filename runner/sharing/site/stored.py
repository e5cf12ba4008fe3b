"""A recipe's page model as JSON and back: rows in the order of the fields, and nothing that could run."""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from runner.sharing.site.model import RecipePage

_Reader: TypeAlias = Callable[[Any], Any]


def dump_page(page: RecipePage) -> str:
    """Return a page as JSON."""
    return json.dumps(_row(page), ensure_ascii=False, separators=(",", ":"))


def load_page(text: str) -> RecipePage:
    """Return the page that `dump_page` wrote.

    Raises:
        ValueError: It is something else.
        TypeError: It is something else.
    """
    page: RecipePage = _reader(RecipePage)(json.loads(text))
    return page


def _row(value: Any) -> Any:
    if is_dataclass(value):
        return [_row(getattr(value, each.name)) for each in fields(value)]
    if isinstance(value, tuple):
        return [_row(each) for each in value]
    return value.decode("latin-1") if isinstance(value, bytes) else value


@cache
def _reader(kind: Any) -> _Reader:
    """Return what makes a value of a type out of its JSON."""
    inner = [_reader(each) for each in get_args(kind) if each not in (Ellipsis, type(None))] or [_same]
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if kind is bytes:
        return lambda text: text.encode("latin-1")
    if get_origin(kind) is tuple and Ellipsis in get_args(kind):
        return tuple if inner[0] is _same else lambda row: tuple(map(inner[0], row))
    if get_origin(kind) is tuple:
        return lambda row: tuple(read(each) for read, each in zip(inner, row, strict=True))
    if get_origin(kind) in (Union, UnionType):
        return lambda value: None if value is None else inner[0](value)
    return _same


def _dataclass_reader(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    readers = [_reader(hints[each.name]) for each in fields(kind)]
    return lambda row: kind(*(read(each) for read, each in zip(readers, row, strict=True)))


def _same(value: Any) -> Any:
    return value
