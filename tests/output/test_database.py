import json
import os
import signal
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread, Timer
from typing import Any

import pytest

from runner.errors import ApiUnreachable, AskedWrongly, NotFound, Stopped
from runner.output.database import BATCH, Database, check_keys, table_name
from runner.output.provenance import Provenance

Row = Mapping[str, Any]
END = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)


def save(path: Path, provenance: Provenance, rows: Iterable[Row], *keys: str) -> Database:
    with Database(path, provenance, keys, clock=lambda: END) as database:
        for row in rows:
            database.write(row)
        database.commit()
    return database


def query(path: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def rows(path: Path) -> list[Any]:
    return query(path, "SELECT * FROM all_things")


def tables(path: Path) -> list[str]:
    return [name for (name,) in query(path, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]


def make(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def refusal(path: Path, provenance: Provenance, *keys: str, timeout: float = 0) -> tuple[str, str]:
    with pytest.raises(AskedWrongly) as caught, Database(path, provenance, keys, timeout=timeout):
        pass
    return str(caught.value), caught.value.hint


@contextmanager
def locked(path: Path, how: str = "EXCLUSIVE") -> Iterator[None]:
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"BEGIN {how}")
        yield


@pytest.mark.parametrize("recipe, name", [("newswhip/top-stories", "top_stories"), ("echo/things", "things")])
def test_a_table_is_named_after_its_recipe(recipe: str, name: str) -> None:
    assert table_name(recipe) == name


def test_rows_stand_in_a_table_of_their_recipe(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    database = save(path, provenance, [{"name": "Ferry", "count": 3}, {"name": None, "count": 4}])
    assert (rows(path), database.rows) == ([("Ferry", 3), (None, 4)], 2)
    assert database.notes == ("The rows are in the table all_things.",)


def test_a_run_is_noted_with_its_values_and_nothing_private(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    save(path, provenance, [{"a": 1}])
    values = {"topic": "=ferry", "hours": 24, "since": "2026-11-01T00:00:00Z", "files": ["a.csv"]}
    (run,) = query(path, 'SELECT id, recipe, "values", started, finished, rows, source, state FROM _runs')
    assert (*run[:2], json.loads(run[2]), *run[3:]) == (
        *(1, "echo/all-things", values, "2026-11-20T09:00:00Z", "2026-11-20T09:05:00Z", 1, "live", "complete"),
    )


def test_a_run_without_rows_is_noted_too(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    save(path, provenance, [])
    assert (tables(path), query(path, "SELECT rows, state FROM _runs")) == (["_runs"], [(0, "complete")])


def test_without_a_key_rows_are_added(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    for _ in range(2):
        save(path, provenance, [{"a": 1}])
    assert (rows(path), query(path, "SELECT id FROM _runs")) == ([(1,), (1,)], [(1,), (2,)])


def test_with_a_key_a_row_replaces_the_one_of_the_same_key(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    save(path, provenance, [{"link": "x", "count": 1}, {"link": "y", "count": 2}], "link")
    save(path, provenance, [{"link": "y", "count": 3}, {"link": "z", "count": 4}, {"link": "z", "count": 5}], "link")
    assert rows(path) == [("x", 1), ("y", 3), ("z", 5)]


def test_a_key_may_be_of_several_columns(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    first = [{"day": "1", "link": "x", "count": 1}, {"day": "1", "link": "y", "count": 2}]
    save(path, provenance, first, "link", "day", "link")
    save(
        path, provenance, [{"day": "1", "link": "y", "count": 3}, {"day": "2", "link": "y", "count": 4}], "day", "link"
    )
    assert sorted(rows(path)) == [("1", "x", 1), ("1", "y", 3), ("2", "y", 4)]


def test_a_row_of_nothing_but_its_key_can_come_again(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    for _ in range(2):
        save(path, provenance, [{"link": "x"}], "link")
    assert rows(path) == [("x",)]


def test_columns_that_are_new_are_added(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    save(path, provenance, [{"link": "x"}], "link")
    save(path, provenance, [{"link": "y", "count": 2}], "link")
    assert rows(path) == [("x", None), ("y", 2)]


def test_what_stands_in_a_database_stays(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    make(path, "CREATE TABLE mine (a)", "INSERT INTO mine VALUES (1)")
    save(path, provenance, [{"a": 2}])
    assert (query(path, "SELECT * FROM mine"), rows(path)) == ([(1,)], [(2,)])


def test_a_table_of_runs_that_is_not_ours_is_added_to(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    make(path, "CREATE TABLE _runs (a)", "INSERT INTO _runs VALUES ('mine')")
    save(path, provenance, [{"a": 2}])
    assert query(path, "SELECT a, recipe, state FROM _runs") == [
        ("mine", None, None),
        (None, "echo/all-things", "complete"),
    ]


def test_an_empty_file_is_an_empty_database(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    path.touch()
    save(path, provenance, [{"a": 1}])
    assert rows(path) == [(1,)]


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"SQLite format 3\x00" + b"and then nothing of the kind" * 100])
def test_a_file_that_is_something_else_is_refused_and_untouched(
    tmp_path: Path, provenance: Provenance, content: bytes
) -> None:
    path = tmp_path / "rows.db"
    path.write_bytes(content)
    sentence = f"{path} is no SQLite database, so it is left alone."
    assert refusal(path, provenance) == (sentence, "-o another.db")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (content, [path])


def test_a_pipe_is_no_database(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    os.mkfifo(path)
    assert refusal(path, provenance)[0] == f"{path} is no SQLite database, so it is left alone."
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_missing_folder_is_refused(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "none" / "rows.db"
    assert refusal(path, provenance) == (f"The folder {path.parent} does not exist.", f"mkdir -p {path.parent}")


@pytest.mark.parametrize("how", ["EXCLUSIVE", "IMMEDIATE"])
def test_a_database_that_another_program_has_locked_is_one_error(
    tmp_path: Path, provenance: Provenance, how: str
) -> None:
    path = tmp_path / "rows.db"
    make(path, "CREATE TABLE mine (a)")
    with locked(path, how):
        got = refusal(path, provenance)
    assert got == (f"{path} is in use: another program has locked it.", "-o another.db")
    assert tables(path) == ["mine"]


def write_and_commit_to_a_locked(path: Path, database: Database) -> None:
    with database:
        for number in range(BATCH + 1):
            database.write({"a": number})
        with locked(path):
            database.commit()


def test_a_lock_in_the_middle_leaves_what_is_saved(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    database = Database(path, provenance, timeout=0)
    with pytest.raises(AskedWrongly) as caught:
        write_and_commit_to_a_locked(path, database)
    assert str(caught.value) == f"{path} is in use: another program has locked it."
    assert (database.rows, database.keep_partial()) == (BATCH, path)
    assert query(path, "SELECT rows, state, finished FROM _runs") == [(BATCH, "running", None)]


def test_a_lock_that_ends_in_time_is_waited_for(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    make(path, "CREATE TABLE mine (a)")
    with closing(sqlite3.connect(path, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        timer = Timer(0.1, other.rollback)
        timer.start()
        save(path, provenance, [{"a": 1}])
        timer.join()
    assert rows(path) == [(1,)]


@pytest.mark.parametrize(
    "made, keys, message, hint",
    [
        (("link",), (), "tells its rows apart by link", "--key link, or -o another.db"),
        (("link", "a"), ("link",), "tells its rows apart by link, a", "--key link --key a, or -o another.db"),
        ((), ("link",), "has no key", "run it without --key, or -o another.db"),
    ],
)
def test_a_table_made_with_other_keys_is_refused_before_the_run(
    tmp_path: Path, provenance: Provenance, made: tuple[str, ...], keys: tuple[str, ...], message: str, hint: str
) -> None:
    path = tmp_path / "rows.db"
    save(path, provenance, [{"link": "x", "a": 1}], *made)
    assert refusal(path, provenance, *keys) == (f"The table all_things in {path} {message}.", hint)


def test_a_unique_index_is_a_key(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    save(path, provenance, [{"link": "x", "a": 1}])
    make(path, "CREATE UNIQUE INDEX links ON all_things (link)")
    save(path, provenance, [{"link": "x", "a": 2}], "link")
    assert rows(path) == [("x", 2)]


def test_a_database_that_may_only_be_read_is_refused_before_the_run(
    provenance: Provenance, as_ordinary_user: Callable[[], AbstractContextManager[None]]
) -> None:
    with TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        path = Path(folder, "rows.db")
        path.parent.chmod(0o755)
        save(path, provenance, [{"a": 1}])
        path.chmod(0o444)
        with as_ordinary_user():
            problem, hint = refusal(path, provenance)
    assert (problem, hint) == (f"{path} cannot be written: attempt to write a readonly database.", "-o another.db")


def test_rows_of_another_recipe_of_that_name_are_not_mixed_with_these(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    save(path, replace(provenance, recipe="other/all-things"), [{"a": 1}])
    problem = f"The table all_things in {path} holds the rows of other/all-things."
    assert refusal(path, provenance) == (problem, "-o another.db")
    assert rows(path) == [(1,)]


def test_a_view_takes_no_rows(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    make(path, "CREATE VIEW all_things AS SELECT 1")
    sentence = f"all_things in {path} is a view, which takes no rows."
    assert refusal(path, provenance) == (sentence, "-o another.db")


@pytest.mark.parametrize("key, hint", [("lnik", "--key link"), ("zzz", "--key link|count")])
def test_a_key_that_is_no_column_suggests_the_nearest(
    tmp_path: Path, provenance: Provenance, key: str, hint: str
) -> None:
    row = {"link": "x", "count": 1}
    for refuse in (lambda: check_keys((key,), tuple(row)), lambda: save(tmp_path / "rows.db", provenance, [row], key)):
        with pytest.raises(NotFound) as caught:
            refuse()
        assert (str(caught.value), caught.value.hint) == (f"No column named {key!r}.", hint)
    assert list(tmp_path.iterdir()) == []


def test_a_row_without_its_key_is_refused(tmp_path: Path, provenance: Provenance) -> None:
    first: Row = {"link": "x", "a": 1, "b": 2}
    second: Row = {"link": None, "a": 1, "b": None}
    with pytest.raises(AskedWrongly) as caught:
        save(tmp_path / "rows.db", provenance, [first, second], "link")
    assert (str(caught.value), caught.value.hint) == ("Row 2 has no link, so that cannot be a key.", "--key a")


def write_and_raise(path: Path, provenance: Provenance, count: int, error: BaseException, *, keep: bool) -> None:
    with Database(path, provenance, clock=lambda: END) as database:
        for number in range(count):
            database.write({"a": number})
        if keep:
            assert database.keep_partial() == (path if count else None)
        raise error


@pytest.mark.parametrize(
    "error, state",
    [(Stopped("Stopped."), "stopped"), (KeyboardInterrupt(), "stopped"), (ApiUnreachable("No answer."), "failed")],
)
def test_a_run_that_ends_early_leaves_its_rows_and_says_how_it_ended(
    tmp_path: Path, provenance: Provenance, error: BaseException, state: str
) -> None:
    path = tmp_path / "rows.db"
    with pytest.raises(type(error)):
        write_and_raise(path, provenance, BATCH + 3, error, keep=True)
    runs = query(path, "SELECT rows, state, finished FROM _runs")
    assert (len(rows(path)), runs) == (BATCH + 3, [(BATCH + 3, state, "2026-11-20T09:05:00Z")])


def test_a_run_that_is_cut_off_leaves_whole_batches(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    with pytest.raises(KeyboardInterrupt):
        write_and_raise(path, provenance, 2 * BATCH + 3, KeyboardInterrupt(), keep=False)
    assert (len(rows(path)), query(path, "SELECT rows, state FROM _runs")) == (2 * BATCH, [(2 * BATCH, "stopped")])


def test_other_programs_see_whole_batches_and_a_run_that_goes_on(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    with Database(path, provenance) as database:
        for number in range(BATCH + 1):
            database.write({"a": number})
        assert (len(rows(path)), query(path, "SELECT rows, state FROM _runs")) == (BATCH, [(BATCH, "running")])
        database.commit()


def test_a_batch_that_fails_leaves_nothing_of_itself(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    make(path, "CREATE TABLE all_things (a, b CHECK (b < 999))")
    with pytest.raises(AskedWrongly) as caught:
        save(path, provenance, [{"a": "x", "b": number} for number in range(2 * BATCH)])
    sentence = f"{path} cannot be written: CHECK constraint failed: b < 999."
    assert str(caught.value) == sentence
    assert (len(rows(path)), query(path, "SELECT rows, state FROM _runs")) == (BATCH, [(BATCH, "failed")])


def test_a_run_that_fails_before_its_first_row_leaves_no_trace(tmp_path: Path, provenance: Provenance) -> None:
    path, there = tmp_path / "rows.db", tmp_path / "there.db"
    there.touch()
    for each in (path, there):
        with pytest.raises(ApiUnreachable):
            write_and_raise(each, provenance, 0, ApiUnreachable("No answer."), keep=True)
    assert (list(tmp_path.iterdir()), there.read_bytes()) == ([there], b"")


@pytest.mark.skipif(sys.platform == "win32", reason="a signal to one process is none to Windows")
def test_ctrl_c_in_the_moment_of_saving_saves_nothing_twice(tmp_path: Path, provenance: Provenance) -> None:
    path = tmp_path / "rows.db"
    save(path, provenance, [{"a": 0}])
    with closing(sqlite3.connect(path, check_same_thread=False)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM all_things").fetchall()  # so that who saves has to wait

        def interrupt() -> None:
            while not is_locked(path):
                pass
            os.kill(os.getpid(), signal.SIGINT)
            reader.rollback()

        stopping = Thread(target=interrupt)
        stopping.start()
        with pytest.raises(KeyboardInterrupt), Database(path, provenance, clock=lambda: END) as database:
            write_until_stopped(database, [{"a": number} for number in range(BATCH + 1)])
        stopping.join()
    assert rows(path) == [(0,), *((number,) for number in range(BATCH))]
    assert query(path, "SELECT rows, state FROM _runs") == [(1, "complete"), (BATCH, "stopped")]


def write_until_stopped(database: Database, rows: Iterable[Row]) -> None:
    try:
        for row in rows:
            database.write(row)
    except KeyboardInterrupt:
        database.keep_partial()
        raise


def is_locked(path: Path) -> bool:
    """Tell whether somebody waits for the last readers in order to save."""
    with closing(sqlite3.connect(path, timeout=0)) as other:
        try:
            other.execute("SELECT * FROM all_things").fetchall()
        except sqlite3.OperationalError:
            return True
        return False
