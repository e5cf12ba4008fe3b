"""A cache of many contents in one SQLite file: a file for each takes longer to make than to fill."""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from zlib import crc32

from runner.catalog.index_file import is_damage

_TABLE: Final = "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, crc INTEGER NOT NULL, content BLOB NOT NULL)"
"""With a checksum by which damage shows."""
_PATIENCE: Final = 1.0  # seconds to wait for another process that writes


class Kept:
    """Contents by name; that none is there, or the file is damaged or locked, only costs time."""

    def __init__(self, path: Path | None) -> None:
        """Open nothing yet.

        Args:
            path: The file; None keeps nothing.
        """
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def load(self, name: str) -> bytes | None:
        """Return a content as it was kept, or None."""
        if self._path is None or (self._connection is None and not self._path.is_file()):
            return None
        try:
            found = self._open(self._path).execute("SELECT content, crc FROM kept WHERE name = ?", (name,)).fetchone()
        except (OSError, sqlite3.Error) as error:
            self._give_up(self._path, error)
            return None
        return found[0] if found and isinstance(found[0], bytes) and crc32(found[0]) == found[1] else None

    def keep(self, contents: Mapping[str, bytes]) -> None:
        """Keep contents, in the place of what had their names; all of them or none."""
        if self._path is None or not contents:
            return
        rows = [(name, crc32(content), content) for name, content in contents.items()]
        try:
            with self._open(self._path) as connection:
                connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
        except (OSError, sqlite3.Error) as error:
            self._give_up(self._path, error)

    def _open(self, path: Path) -> sqlite3.Connection:
        if self._connection is None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A site that is served is built by one thread after another.
            self._connection = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
            self._connection.execute("PRAGMA synchronous = OFF")  # a power cut may damage it, and that shows
            self._connection.execute(_TABLE)
        return self._connection

    def _give_up(self, path: Path, error: Exception) -> None:
        """Close the file, and remove one that is damaged."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if isinstance(error, sqlite3.Error) and is_damage(error):
            with suppress(OSError):
                path.unlink()
                path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
