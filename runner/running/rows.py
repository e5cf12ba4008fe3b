"""Rows of a recipe are dicts that all have the same columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from runner.errors import RecipeFailed


def check_rows(rows: Iterable[Any], columns: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Yield each row, sure of its shape.

    Args:
        rows: Whatever a recipe gave.
        columns: The names that it promised, or none; then the first row's hold.

    Raises:
        RecipeFailed: A row is no dict, or its columns are not those of the rows before it.
    """
    expected = frozenset(columns)
    for number, row in enumerate(rows, start=1):
        # All rows but the first take this way, so it has to be quick.
        if expected and row.__class__ is dict and row.keys() == expected:
            yield row.copy()  # the recipe may go on filling the same dict
            continue
        record = check_record(row, f"row {number}")
        if not expected:
            expected = frozenset(record)
        if record.keys() != expected:
            raise _differing(number, record, expected, "what it declares" if columns else "the rows before it")
        yield record


def check_record(record: Any, what: str = "record") -> dict[str, Any]:
    """Return the record, sure that it is a dict with text for names.

    Raises:
        RecipeFailed: It is something else, or empty.
    """
    if isinstance(record, Mapping) and record and all(isinstance(name, str) for name in record):
        return dict(record)
    raise RecipeFailed(
        f"The recipe gave {_shown(record)} as {what}, which is no dict of named values.",
        hint='yield {"column": value, ...}',
    )


def _differing(number: int, record: Mapping[str, Any], expected: frozenset[str], others: str) -> RecipeFailed:
    extra = sorted(record.keys() - expected)
    missing = sorted(expected - record.keys())
    parts = [f"has {', '.join(extra)}"] * bool(extra) + [f"lacks {', '.join(missing)}"] * bool(missing)
    return RecipeFailed(
        f"Row {number} {' and '.join(parts)}, unlike {others}.",
        hint="Give every row the same columns; None stands for what is missing.",
    )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
