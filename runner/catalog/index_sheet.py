"""The list as CSV, kept as it was written last while the repositories look as they did then."""

import os
import sqlite3
from typing import TYPE_CHECKING, Final, NamedTuple

from runner.catalog.index_glance import Seen

if TYPE_CHECKING:
    from runner.catalog.index_listing import Listing

_MOST_SHEETS: Final = 8


class Sheet(NamedTuple):
    """The list as CSV.

    Attributes:
        text: With its header.
        listing: What it was made from, where it had to be made; where not, nothing is broken and no repository empty.
    """

    text: str
    listing: "Listing | None"


def load_sheet(connection: sqlite3.Connection, seen: Seen, reader: int) -> str | None:
    """Return the text that was kept for these repositories as they look now, or None."""
    query = "SELECT text FROM sheets WHERE sight = ? AND seen = ?"
    row = connection.execute(query, (_sight(seen, reader), _looks(seen))).fetchone()
    return None if row is None else str(row[0])


def store_sheet(connection: sqlite3.Connection, seen: Seen, reader: int, text: str) -> None:
    """Keep a text for these repositories as they look now; of many texts the last few stay.

    Args:
        connection: To the index, in a transaction.
        seen: The repositories.
        reader: Checksum of the code that made the text.
        text: The list as CSV.
    """
    values = (_sight(seen, reader), _looks(seen), text)
    connection.execute("INSERT OR REPLACE INTO sheets (sight, seen, text) VALUES (?, ?, ?)", values)
    older = "SELECT rowid FROM sheets ORDER BY rowid DESC LIMIT -1 OFFSET ?"
    connection.execute(f"DELETE FROM sheets WHERE rowid IN ({older})", (_MOST_SHEETS,))


def _sight(seen: Seen, reader: int) -> bytes:
    return os.fsencode("\n".join([str(reader), *(f"{place.alias} {place.root}" for place, _ in seen)]))


def _looks(seen: Seen) -> bytes:
    return b"\n".join([look.files for _, look in seen])
