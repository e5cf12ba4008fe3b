"""Values as JSON and back, with their types; standard library only.

Plain values stand for themselves. Anything else is `{"$": [tag, ...]}`, and so is a dict that could be taken for that.
What no row can hold comes out as an object that has the same type name and looks the same, so that errors say the same.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from json import JSONEncoder
from pathlib import Path, PurePath
from typing import Any, Final

from runner.running.isolated.frames import PACKED_ROWS, ROWS, BadFrameError, Frame

MARK: Final = "$"
DEEPEST: Final = 150
"""Levels; what lies deeper is left out, as no output writes so deep."""
_LONGEST_SHOWN: Final = 200
_BIG: Final = 10_000
"""Bits: JSON readers refuse whole numbers of more than 4,300 digits."""
_TEXT: Final = frozenset({str})
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_ENCODE: Final = JSONEncoder(separators=(",", ":")).encode


def is_plain(row: Any) -> bool:
    """Tell whether a row stands for itself, which goes quickest."""
    return (
        row.__class__ is dict
        and _TEXT.issuperset(map(type, row))
        and _PLAIN.issuperset(map(type, row.values()))
        and MARK not in row
    )


def rows_frame(rows: list[Any], *, are_plain: bool) -> Frame:
    """Return the frame of some rows.

    Args:
        rows: As they are, if all are plain; else as `pack` made them.
        are_plain: They are.
    """
    try:
        return Frame(ROWS if are_plain else PACKED_ROWS, _ENCODE(rows).encode("ascii"))
    except ValueError:  # a huge whole number
        return Frame(PACKED_ROWS, packed(rows))


def read_rows(frame: Frame) -> list[Any]:
    """Return the rows of a frame.

    Raises:
        BadFrameError: It holds none.
    """
    try:
        rows = json.loads(frame.head) if frame.kind == ROWS else unpacked(frame.head)
    except (ValueError, RecursionError):
        raise BadFrameError("rows that are no JSON") from None
    if not isinstance(rows, list):
        raise BadFrameError("something else than rows")
    return rows


def packed(value: Any) -> bytes:
    """Return a value as JSON."""
    return _ENCODE(pack(value)).encode("ascii")


def unpacked(data: bytes) -> Any:
    """Return the value that was packed.

    Raises:
        BadFrameError: It was not packed by this module.
    """
    try:
        return unpack(json.loads(data))
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise BadFrameError("a value that cannot be read") from error


def pack(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON can hold it."""
    if value.__class__ in _PLAIN:
        return _number(value) if value.__class__ is int else value
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        return _dict(value, depth)
    if value.__class__ is list:
        return [pack(each, depth + 1) for each in value]
    if isinstance(value, list | tuple):
        return {MARK: ["list" if isinstance(value, list) else "tuple", [pack(each, depth + 1) for each in value]]}
    return _scalar(value)


def unpack(value: Any) -> Any:
    """Return the value that `pack` was given."""
    if isinstance(value, list):
        return [unpack(each) for each in value]
    if not isinstance(value, dict):
        return value
    if MARK not in value:
        return {name: unpack(each) for name, each in value.items()}
    tag, *rest = value[MARK]
    return _READERS[tag](*rest)


def _number(value: int) -> Any:
    return value if value.bit_length() < _BIG else {MARK: ["int", hex(value)]}


def _dict(value: dict[Any, Any], depth: int) -> Any:
    if _TEXT.issuperset(map(type, value)) and MARK not in value:
        return {name: pack(each, depth + 1) for name, each in value.items()}
    return {MARK: ["dict", [[pack(name, depth + 1), pack(each, depth + 1)] for name, each in value.items()]]}


def _scalar(value: Any) -> Any:
    """Pack what is no container; of an enumeration that is text or a number the value counts."""
    match value:
        case str():
            return str.__str__(value)
        case int():
            return _number(int(value))
        case float():
            return float(value)
        case datetime() if _is_moment(value):
            return {MARK: ["datetime", value.isoformat(), value.fold]}
        case date() if not isinstance(value, datetime):
            return {MARK: ["date", value.isoformat()]}
        case Decimal():
            return {MARK: ["decimal", str(value)]}
        case PurePath():
            return {MARK: ["path", str(value)]}
        case bytes():
            return {MARK: ["bytes", b64encode(value).decode("ascii")]}
    return {MARK: ["other", type(value).__name__, repr(value)[:_LONGEST_SHOWN]]}


def _is_moment(value: datetime) -> bool:
    """Whether it reads back as it is; pandas has one that is none."""
    try:
        datetime.fromisoformat(value.isoformat())
    except ValueError:
        return False
    return True


def _stand_in(name: str, shown: str) -> Any:
    return type(name, (), {"__repr__": lambda _: shown})()


_READERS: Final[dict[str, Callable[..., Any]]] = {
    "int": lambda text: int(text, 16),
    "dict": lambda pairs: {unpack(name): unpack(each) for name, each in pairs},
    "list": unpack,
    "tuple": lambda items: tuple(map(unpack, items)),
    "datetime": lambda text, fold: datetime.fromisoformat(text).replace(fold=fold),
    "date": date.fromisoformat,
    "decimal": Decimal,
    "path": Path,
    "bytes": b64decode,
    "other": _stand_in,
}
