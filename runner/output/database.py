"""SQLite databases: the rows of a recipe in a table of its own, and a table of the runs."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from runner.errors import AskedWrongly, NotFound, Stopped
from runner.output.cells import COMPACT, value_json
from runner.output.database_rows import RowTable
from runner.output.extras import load_extra
from runner.output.files import check_place
from runner.output.moments import iso_text
from runner.output.provenance import Provenance
from runner.output.rows_file import RowsFile

if TYPE_CHECKING:
    import sqlite_utils

BATCH = 500  # rows that are saved at once
TIMEOUT = 5.0  # seconds
RUNS = "_runs"
RUN_COLUMNS: dict[str, type] = {"id": int, "recipe": str, "values": str, "started": str, "finished": str} | {
    "rows": int,
    "source": str,
    "state": str,
}
_HEADER = b"SQLite format 3\x00"


def now() -> datetime:
    """Return this second."""
    return datetime.now(UTC).replace(microsecond=0)


class Database(RowsFile):
    """A `.db` file to which the rows of a run are added, `BATCH` rows in one transaction.

    What stood there stays. `_runs` says of each run what it was given and its state: `running`, `complete`, `failed` or
    `stopped`; `rows` there counts what is saved, whatever ends the run.
    """

    def __init__(
        self,
        path: Path,
        provenance: Provenance,
        keys: Sequence[str] = (),
        *,
        timeout: float = TIMEOUT,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Open nothing yet.

        Args:
            path: As the user gave it.
            provenance: What `_runs` says.
            keys: Columns that together name a row, so that a row replaces the one with the same name.
            timeout: Seconds to wait for another program that writes.
            clock: The moment at which the run ends.
        """
        self._path, self._provenance, self._keys = path, provenance, tuple(dict.fromkeys(keys))
        self._timeout, self._clock = timeout, clock
        self._pending: list[dict[str, Any]] = []
        self._saved = 0
        self._run: int | None = None
        self._state = "running"

    def __enter__(self) -> Self:
        library = load_extra("sqlite_utils", "sqlite-utils", "sqlite", what="Databases")
        target = check_place(self._path)
        self._check_is_database(target)
        with ExitStack() as stack, self._explained():
            stack.callback(self._remove_if_nothing, target, existed=target.exists())
            self._connection = stack.enter_context(closing(sqlite3.connect(target, timeout=self._timeout)))
            self._check_is_writable()
            self._db: sqlite_utils.Database = library.Database(self._connection, execute_plugins=False)
            self._table = RowTable(self._db, self._path, table_name(self._provenance.recipe), self._keys)
            self._table.check()
            self._check_is_of_this_recipe()
            self._stack = stack.pop_all()
        return self

    def write(self, row: Mapping[str, Any]) -> None:  # noqa: D102
        check_keys(self._keys, tuple(row))
        self._check_no_key_is_empty(row)
        self._pending.append(self._table.stored(row))
        if len(self._pending) == BATCH:
            self._save()

    @property
    def rows(self) -> int:  # noqa: D102
        return self._saved + len(self._pending)

    def commit(self) -> None:  # noqa: D102
        self._save()
        self._state = "complete"

    def keep_partial(self) -> Path | None:  # noqa: D102
        if self._pending:
            self._save()
        return self._path if self._saved else None

    @property
    def notes(self) -> tuple[str, ...]:  # noqa: D102
        return (f"The rows are in the table {self._table.name}.",)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._stack:
            if self._run is None or self._state == "unwritable":
                return
            if self._state == "running":
                self._state = "stopped" if isinstance(error, KeyboardInterrupt | Stopped) else "failed"
            with self._transaction():
                self._update_run(self._run, finished=iso_text(self._clock()), state=self._state)

    def _save(self) -> None:
        """Save what is pending; a run that saves nothing before it fails leaves no trace."""
        with self._transaction():
            run = self._run or self._insert_run()
            self._table.save(self._pending)
            self._update_run(run, rows=self.rows)
            self._run, self._saved, self._pending = run, self.rows, []

    def _insert_run(self) -> int:
        about = self._provenance
        table = self._db.table(RUNS)
        if not table.exists():
            table.create(RUN_COLUMNS, pk="id")
        values = value_json(COMPACT, "values", dict(about.values))
        record = {"recipe": about.recipe, "values": values, "started": iso_text(about.started), "rows": 0}
        table.insert(record | {"source": about.source, "state": "running", "finished": None}, alter=True)
        assert table.last_rowid is not None
        return table.last_rowid

    def _update_run(self, run: int, **changes: object) -> None:
        assignments = ", ".join(f'"{column}" = ?' for column in changes)
        self._connection.execute(f'UPDATE "{RUNS}" SET {assignments} WHERE rowid = ?', [*changes.values(), run])

    def _check_no_key_is_empty(self, row: Mapping[str, Any]) -> None:
        empty = [key for key in self._keys if row[key] is None]
        if empty:
            others = [name for name, value in row.items() if value is not None]
            problem = f"Row {self.rows + 1} has no {empty[0]}, so that cannot be a key."
            raise AskedWrongly(problem, hint=f"--key {'|'.join(others)}")

    def _check_is_database(self, target: Path) -> None:
        try:
            is_database = not target.exists() or (target.is_file() and _starts_as_database(target))
        except OSError as error:
            raise AskedWrongly(f"{self._path} cannot be read: {error.strerror}.", hint="-o another.db") from error
        if not is_database:
            raise self._no_database()

    def _check_is_writable(self) -> None:
        """Change something and take it back: taking the lock alone works for a file that is read-only too."""
        self._connection.execute("BEGIN IMMEDIATE")
        [(version,)] = self._connection.execute("PRAGMA user_version").fetchall()
        self._connection.execute(f"PRAGMA user_version = {version}")
        self._connection.rollback()

    def _check_is_of_this_recipe(self) -> None:
        """Refuse a table with the rows of another API's recipe of the same name."""
        table = self._db.table(RUNS)
        if "recipe" not in (table.columns_dict if table.exists() else {}):
            return
        found = self._connection.execute(f'SELECT DISTINCT recipe FROM "{RUNS}" ORDER BY 1').fetchall()
        others = [name for (name,) in found if name != self._provenance.recipe]
        if mixed := [name for name in others if table_name(str(name)) == self._table.name]:
            problem = f"The table {self._table.name} in {self._path} holds the rows of {mixed[0]}."
            raise AskedWrongly(problem, hint="-o another.db")

    def _remove_if_nothing(self, target: Path, *, existed: bool) -> None:
        if not existed and target.exists() and not target.stat().st_size:
            target.unlink()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        before = self._run, self._saved, self._pending
        with self._explained():
            try:
                # Taking the lock at once leaves no moment in which two programs wait for each other.
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except sqlite3.Error:  # SQLite may have ended the transaction itself
                self._run, self._saved, self._pending = before
                raise
            finally:
                if self._connection.in_transaction:  # Ctrl-C may have come when all was saved already
                    self._run, self._saved, self._pending = before
                    self._connection.rollback()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self._pending = []  # they will not fit any better at the end
            raise self._explain(error) from error

    def _explain(self, error: sqlite3.Error) -> AskedWrongly:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the other bits are details
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            return self._no_database()
        if not isinstance(error, sqlite3.IntegrityError):
            self._state = "unwritable"
        problem = f"{self._path} cannot be written: {error}"
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            problem = f"{self._path} is in use: another program has locked it"
        return AskedWrongly(f"{problem}.", hint="-o another.db")

    def _no_database(self) -> AskedWrongly:
        return AskedWrongly(f"{self._path} is no SQLite database, so it is left alone.", hint="-o another.db")


def table_name(recipe: str) -> str:
    """Return the table for the rows of a recipe: `top_stories` for `newswhip/top-stories`."""
    return recipe.rpartition("/")[2].replace("-", "_")


def check_keys(keys: Sequence[str], columns: Sequence[str]) -> None:
    """Refuse a key that is no column.

    Raises:
        NotFound: The hint names the nearest column, or all.
    """
    for key in keys:
        if key not in columns:
            raise NotFound("column", key, columns, command="--key", fallback=f"--key {'|'.join(columns)}")


def _starts_as_database(path: Path) -> bool:
    """Tell it by the first bytes; an empty file is an empty database."""
    with path.open("rb") as file:
        return file.read(len(_HEADER)) in (_HEADER, b"")
