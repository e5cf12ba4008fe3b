"""The SQLite file of the index: made, recognised, set aside when damaged. It is a cache: nothing is lost with it."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

FILE_NAME: Final = "recipes.sqlite3"
APPLICATION: Final = 0x52435049  # "RCPI", in the header of the file: what else lies there is not ours to replace
SCHEMA: Final = 5

SEARCHED: Final = ("id", "title", "tags", "audience", "options", "columns", "paths", "description", "help")
INDEXED: Final = (*SEARCHED, "repository")
"""The columns of `words`; the last one holds a number, so that FTS5 passes over what is not in sight."""
LISTED: Final = (
    *("listed", "id", "title", "audience", "tags", "gives", "line", "problem", "hint", "description", "writes"),
    *("deprecated", "customer", "columns", "endpoints", "parameters"),
)
CONTENT: Final = (*LISTED, "options", "help", "paths")

_TABLES: Final = f"""
CREATE TABLE repositories (
    number INTEGER PRIMARY KEY, root BLOB NOT NULL UNIQUE, reader INTEGER, size INTEGER, mtime INTEGER, ctime INTEGER,
    inode INTEGER, title TEXT, collections TEXT, seen_folders BLOB, seen_files BLOB);
CREATE TABLE files (
    number INTEGER PRIMARY KEY, repository INTEGER NOT NULL, path TEXT NOT NULL, reader INTEGER, size INTEGER,
    mtime INTEGER, ctime INTEGER, inode INTEGER, names INTEGER, cases BLOB, {", ".join(CONTENT)},
    UNIQUE (repository, path));
CREATE TABLE sheets (sight BLOB PRIMARY KEY, seen BLOB NOT NULL, text TEXT NOT NULL);
"""
_WORDS: Final = f"""
CREATE VIRTUAL TABLE words USING fts5(
    {", ".join(INDEXED)}, content='files', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2');
"""
_PATIENCE: Final = 1.0  # seconds to wait for another process that writes


class ForeignFileError(Exception):
    """The file is not for us: the database of something else, or one that this SQLite cannot keep."""


def open_database(cache: Path | None) -> tuple[sqlite3.Connection, Path | None]:
    """Open the index in a folder; in memory where that cannot be done, or where there is no folder.

    Returns:
        The connection, and the file behind it; None for memory.
    """
    if cache is None:
        return open_in_memory(), None
    path = cache / FILE_NAME
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _open_file(path), path
    except (OSError, sqlite3.Error, ForeignFileError):
        return open_in_memory(), None


def open_in_memory() -> sqlite3.Connection:
    """Make an empty index that ends with its connection."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _create(connection)
    return connection


def open_copy(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Copy an index into memory; where it cannot be read at once, make an empty one."""

    def stop(status: int, *_: int) -> None:  # else a backup waits for a lock for ever
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise sqlite3.OperationalError("locked")

    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("PRAGMA busy_timeout = 0")
        connection.backup(memory, progress=stop)
    except sqlite3.Error:
        memory.close()
        return open_in_memory()
    return memory


def set_aside(path: Path) -> None:
    """Rename a file that is no index of ours, so that a new one can be made; an older one of these is replaced."""
    path.replace(path.with_name(path.name + ".damaged"))
    for end in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)  # else SQLite mends the new file with it


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error speaks of the file itself, not of locks, rights or space."""
    if isinstance(error, sqlite3.ProgrammingError):
        return False
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)  # none where a text is no UTF-8
    return code & 0xFF in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextmanager
def transaction(connection: sqlite3.Connection, kind: str) -> Iterator[None]:
    """Hold one view of the file; a `DEFERRED` one reads, an `IMMEDIATE` one writes all or nothing."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _open_file(path: Path) -> sqlite3.Connection:
    try:
        return _open_proper(path)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
    set_aside(path)
    return _open_proper(path)


def _open_proper(path: Path) -> sqlite3.Connection:
    """Open a file that is an index, or make it one if it is new.

    Raises:
        ForeignFileError: It is the database of something else.
        sqlite3.DatabaseError: It is damaged, locked, ...
    """
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    with ExitStack() as undo:
        undo.callback(connection.close)
        # Else a large first index would lock readers out for as long as it is written.
        connection.execute("PRAGMA cache_spill = OFF")
        connection.execute("PRAGMA synchronous = NORMAL")
        if _is_new(connection):
            with transaction(connection, "IMMEDIATE"):
                if _is_new(connection):  # another process may have been faster
                    _create(connection)
        checked = _checked(connection)
        undo.pop_all()
    return checked


def _is_new(connection: sqlite3.Connection) -> bool:
    return _pragma(connection, "application_id") == 0 and _pragma(connection, "schema_version") == 0


def _checked(connection: sqlite3.Connection) -> sqlite3.Connection:
    # Without FTS5 the words of a recipe cannot be kept in step with it, so such a Python leaves the file alone.
    if _pragma(connection, "application_id") != APPLICATION or not has_search(connection):
        raise ForeignFileError
    if _pragma(connection, "user_version") != SCHEMA:
        raise sqlite3.DatabaseError("another schema")
    return connection


def has_search(connection: sqlite3.Connection) -> bool:
    """Tell whether SQLite was built with FTS5."""
    return connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone() is not None


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _create(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    if has_search(connection):
        connection.execute(_WORDS)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {SCHEMA}")
