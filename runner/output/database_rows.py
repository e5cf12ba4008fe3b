"""The table of a database that holds the rows of one recipe."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from runner.errors import AskedWrongly, RecipeFailed
from runner.output.cells import cell_text
from runner.output.numbers import Number, is_finite, is_number
from runner.output.text import REPLACEMENT, mend

if TYPE_CHECKING:
    import sqlite_utils

Stored: TypeAlias = str | int | float | None

MAX_COLUMNS = 999  # of one statement in sqlite-utils
MAX_DIGITS = 15  # that a float keeps
_BEYOND = 2**63  # the first number that is no integer to SQLite


class RowTable:
    """Adds rows to a table, which it makes where there is none.

    Attributes:
        name: Of the table.
    """

    def __init__(self, db: "sqlite_utils.Database", path: Path, name: str, keys: Sequence[str]) -> None:
        """Make nothing yet.

        Args:
            db: Open.
            path: Its file, for messages.
            name: Of the table.
            keys: Columns that together name a row, or none.
        """
        self.name = name
        self._db, self._path, self._keys = db, path, tuple(keys)
        self._pk = self._keys[0] if len(self._keys) == 1 else self._keys or None

    def check(self) -> None:
        """Refuse a table whose rows cannot be told apart by the keys.

        Raises:
            AskedWrongly: It was made with other keys, or with none, or is a view.
        """
        if self.name in self._db.view_names():
            raise AskedWrongly(f"{self.name} in {self._path} is a view, which takes no rows.", hint="-o another.db")
        table = self._db.table(self.name)
        if not table.exists():
            return
        own = [] if table.use_rowid else table.pks
        unique = [set(index.columns) for index in table.indexes if index.unique and not index.partial]
        if set(self._keys) == set(own) or (self._keys and set(self._keys) in unique):
            return
        kind = f"tells its rows apart by {', '.join(own)}" if own else "has no key"
        hint = " ".join(f"--key {name}" for name in own) or "run it without --key"
        raise AskedWrongly(f"The table {self.name} in {self._path} {kind}.", hint=f"{hint}, or -o another.db")

    def stored(self, row: Mapping[str, Any]) -> dict[str, Stored]:
        """Return a row as the table takes it.

        Raises:
            RecipeFailed: It holds something that the table has no form for.
        """
        if len(row) > MAX_COLUMNS:
            raise RecipeFailed(f"A row has {len(row):,} columns, and a table takes {MAX_COLUMNS}.")
        if huge := [name for name, value in row.items() if is_huge(value)]:
            self._check_huge(huge)
        return {_column(name): stored_value(name, value) for name, value in row.items()}

    def save(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add rows within the transaction that is open; columns that the table lacks are added."""
        if not rows:
            return
        table = self._db.table(self.name)
        types = column_types(rows)
        if not table.exists():
            table.create(types, pk=self._pk)
        self._add_columns(table, types)
        if self._keys:
            table.upsert_all(rows, pk=self._pk, alter=True)
        else:
            table.insert_all(rows, alter=True)

    def _add_columns(self, table: "sqlite_utils.db.Table", types: Mapping[str, type]) -> None:
        present = set(map(_folded, table.columns_dict))
        for name, kind in types.items():
            if _folded(name) not in present:
                table.add_column(name, kind)

    def _check_huge(self, columns: Sequence[str]) -> None:
        """Refuse whole numbers that would lose digits in a column that was made for smaller ones."""
        table = self._db.table(self.name)
        types = table.columns_dict if table.exists() else {}
        for name in columns:
            if types.get(_column(name)) in (int, float):
                raise RecipeFailed(f"Column {name!r} holds a number too large for the numbers that stand there.")


def stored_value(column: str, value: object) -> Stored:
    """Turn a value into what SQLite stores: days, moments, lists and dicts as text, what is no number as nothing.

    Raises:
        RecipeFailed: Values of this type do not belong into a row.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return int(value)
    if is_number(value):
        return _number(column, value)
    return mend(cell_text(column, value))


def is_huge(value: object) -> bool:
    """Tell whether a whole number is more than SQLite has integers for, so that it is stored as text."""
    return isinstance(value, int) and not -_BEYOND <= value < _BEYOND


def column_types(rows: Sequence[dict[str, Any]]) -> dict[str, type]:
    """Infer the type of each column from the first rows."""
    from sqlite_utils.utils import suggest_column_types

    types: dict[str, type] = suggest_column_types(rows)
    # A BLOB column takes each value as it is; text, which is usual for nothing, would make text of later numbers.
    return types | {name: bytes for name in types if all(row.get(name) is None for row in rows)}


def _number(column: str, value: Number) -> Stored:
    if not is_finite(value):
        return None
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Decimal):
        return float(value) if len(value.as_tuple().digits) <= MAX_DIGITS else cell_text(column, value)
    return cell_text(column, value) if is_huge(value) else int(value)


def _folded(name: str) -> str:
    """Return what SQLite compares names by: only A to Z are the same as a to z."""
    return "".join(char.lower() if char.isascii() else char for char in name)


def _column(name: str) -> str:
    return mend(name).replace("\0", REPLACEMENT)
