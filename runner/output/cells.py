"""One cell of a result as text or as JSON."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from json import JSONEncoder
from math import isfinite
from pathlib import PurePath
from sys import get_int_max_str_digits
from typing import Any

from runner.errors import RecipeFailed
from runner.output.moments import iso_text

MAX_DEPTH = 100
KEY_TYPES = (str, int, float, date, PurePath, type(None))


def cell_text(column: str, value: object) -> str:
    """Write one value as CSV, TSV and Markdown hold it.

    Args:
        column: Its name, for the message.
        value: None becomes empty; a moment that knows its zone ends in `Z`; a list or dict becomes compact JSON.

    Raises:
        RecipeFailed: Values of this type do not belong into a row.
    """
    if value is None:
        return ""
    if isinstance(value, list | tuple | dict):
        return value_json(COMPACT, column, value)
    return scalar_text(column, value)


def scalar_text(column: str, value: object) -> str:
    """Write one value that is neither None nor a list nor a dict, as `cell_text` does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    # An enumeration may also be a str or int; as in JSON its value counts, not its name.
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        try:
            return int.__repr__(value)
        except ValueError:
            raise _too_long(column) from None
    if isinstance(value, float):
        return float.__repr__(value)
    if isinstance(value, date):
        return iso_text(value)
    if isinstance(value, PurePath | Decimal):
        return str(value)
    raise no_value(column, value)


def _as_json(value: object) -> str:
    if isinstance(value, date):
        return iso_text(value)
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError


def json_encoder(*, compact: bool) -> JSONEncoder:
    """Make what `row_json` and `value_json` write with; it refuses the NaN that JSON has no word for."""
    separators = (",", ":") if compact else (", ", ": ")
    return JSONEncoder(ensure_ascii=False, allow_nan=False, separators=separators, default=_as_json)


COMPACT = json_encoder(compact=True)


def row_json(encoder: JSONEncoder, row: Mapping[str, Any]) -> str:
    """Write one row as a JSON object on one line.

    Raises:
        RecipeFailed: A value in it, at any depth, does not belong into a row.
    """
    try:
        return encoder.encode(row)
    except (TypeError, ValueError, RecursionError):
        pairs = (
            f"{encoder.encode(column)}{encoder.key_separator}{value_json(encoder, column, value)}"
            for column, value in row.items()
        )
        return "{" + encoder.item_separator.join(pairs) + "}"


def value_json(encoder: JSONEncoder, column: str, value: object, depth: int = 0) -> str:
    """Write one value as JSON; NaN and infinities become null, a Decimal keeps its digits.

    Raises:
        RecipeFailed: It, or a value in it, does not belong into a row.
    """
    if depth > MAX_DEPTH:
        raise RecipeFailed(f"Column {column!r} is nested more than {MAX_DEPTH} deep.")
    if isinstance(value, dict):
        pairs = (
            _key_json(encoder, column, key) + encoder.key_separator + value_json(encoder, column, each, depth + 1)
            for key, each in value.items()
        )
        return "{" + encoder.item_separator.join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + encoder.item_separator.join(value_json(encoder, column, each, depth + 1) for each in value) + "]"
    return _scalar_json(encoder, column, value)


def _scalar_json(encoder: JSONEncoder, column: str, value: object) -> str:
    if isinstance(value, Decimal):
        return str(value) if value.is_finite() else "null"
    if isinstance(value, float) and not isfinite(value):
        return "null"
    try:
        return encoder.encode(value)
    except TypeError:
        raise no_value(column, value) from None
    except ValueError:
        raise _too_long(column) from None


def _key_json(encoder: JSONEncoder, column: str, key: object) -> str:
    if not isinstance(key, KEY_TYPES):
        raise no_value(column, key)
    text = _scalar_json(encoder, column, key)
    return text if text.startswith('"') else encoder.encode(text)


def no_value(column: str, value: object) -> RecipeFailed:
    """Make the error for a value of a type that no format has a form for."""
    kind = type(value).__name__
    article = "an" if kind[0] in "aeiouAEIOU" else "a"
    return RecipeFailed(f"Column {column!r} holds {article} {kind}, which is no value a row can hold.")


def _too_long(column: str) -> RecipeFailed:
    """Make the error for a number that Python neither writes nor reads, as either takes ever longer."""
    return RecipeFailed(
        f"Column {column!r} holds a whole number of more than {get_int_max_str_digits():,} digits.",
        hint="round it in the recipe, or give it as a float",
    )
