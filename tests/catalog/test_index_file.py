import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from runner.catalog.index import Index
from runner.catalog.index_file import FILE_NAME, SCHEMA, open_copy, open_in_memory
from runner.catalog.index_walk import Place

Write = Callable[..., Path]
FAR = 4_102_444_800_000_000_000
IDS = ["city/weather", "harbour/early", "harbour/late"]


@pytest.fixture
def place(write_repository: Write) -> Place:
    return Place(write_repository("mine", *IDS))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def ids(cache: Path | None, place: Place) -> tuple[list[str], list[str]]:
    """Return what a listing shows and what a search finds."""
    with Index(cache, now_ns=lambda: FAR) as index:
        listing = index.listing([place])
        hits = index.search([place], "ferries")
    return [row.id for row in listing.recipes], sorted(match.row.id for match in hits.matches)


def test_the_file_is_made_with_its_folder_for_its_owner_alone(place: Place, cache: Path) -> None:
    ids(cache / "below", place)
    assert (cache / "below" / FILE_NAME).is_file()
    assert (cache / "below").stat().st_mode & 0o777 == 0o700


def test_a_file_without_content_becomes_the_index(place: Place, cache: Path) -> None:
    cache.mkdir()
    (cache / FILE_NAME).touch()
    assert ids(cache, place) == (IDS, IDS)
    assert (cache / FILE_NAME).stat().st_size > 0


def test_a_file_that_is_no_database_is_set_aside(place: Place, cache: Path) -> None:
    cache.mkdir()
    (cache / FILE_NAME).write_text("no database " * 1000)
    assert ids(cache, place) == (IDS, IDS)
    assert sorted(path.name for path in cache.iterdir()) == [FILE_NAME, f"{FILE_NAME}.damaged"]
    assert (cache / f"{FILE_NAME}.damaged").read_text() == "no database " * 1000
    assert ids(cache, place) == (IDS, IDS)


def test_cut_off_anywhere_it_is_made_anew(place: Place, cache: Path) -> None:
    ids(cache, place)
    whole = (cache / FILE_NAME).read_bytes()
    for size in range(0, len(whole), 512):
        (cache / FILE_NAME).write_bytes(whole[:size])
        assert ids(cache, place) == (IDS, IDS), size
        assert ids(cache, place) == (IDS, IDS), size


def test_overwritten_anywhere_it_is_made_anew(place: Place, cache: Path) -> None:
    ids(cache, place)
    whole = (cache / FILE_NAME).read_bytes()
    for start in range(0, len(whole), 4096):
        (cache / FILE_NAME).write_bytes(whole[:start] + b"\xff" * 4096 + whole[start + 4096 :])
        assert ids(cache, place) == (IDS, IDS), start


@pytest.mark.parametrize("statement", ["DROP TABLE files", "DROP TABLE words", "DROP TABLE repositories"])
def test_half_written_it_is_made_anew(place: Place, cache: Path, statement: str) -> None:
    ids(cache, place)
    with connected(cache) as connection:
        connection.execute(statement)
    assert ids(cache, place) == (IDS, IDS)
    assert (cache / f"{FILE_NAME}.damaged").exists()


def test_of_another_schema_it_is_made_anew(place: Place, cache: Path) -> None:
    ids(cache, place)
    with connected(cache) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert ids(cache, place) == (IDS, IDS)
    with connected(cache) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA,)


@pytest.mark.parametrize("application", [0, 77])
def test_the_database_of_something_else_is_left_alone(place: Place, cache: Path, application: int) -> None:
    cache.mkdir()
    with connected(cache) as connection:
        connection.execute("CREATE TABLE photos (name)")
        connection.execute(f"PRAGMA application_id = {application}")
    before = (cache / FILE_NAME).read_bytes()
    assert ids(cache, place) == (IDS, IDS)
    assert (cache / FILE_NAME).read_bytes() == before
    assert [path.name for path in cache.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("lock", ["EXCLUSIVE", "IMMEDIATE"])
@pytest.mark.parametrize("is_known", [True, False], ids=["known", "new"])
def test_locked_by_another_process_it_is_done_without(place: Place, cache: Path, lock: str, *, is_known: bool) -> None:
    ids(cache, place)
    if not is_known:
        path = place.root / "recipes" / "sea" / "tides.py"
        path.parent.mkdir()
        path.write_text((place.root / "recipes" / "harbour" / "late.py").read_text())
    expected = IDS if is_known else [*IDS, "sea/tides"]
    with connected(cache) as connection:
        connection.execute(f"BEGIN {lock}")
        assert ids(cache, place) == (expected, expected)
        connection.execute("ROLLBACK")


def test_a_new_file_locked_by_another_process_is_done_without(place: Place, cache: Path) -> None:
    cache.mkdir()
    with connected(cache) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert ids(cache, place) == (IDS, IDS)
        connection.execute("ROLLBACK")


def test_where_no_folder_can_be_made_it_is_done_without(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert ids(tmp_path / "file" / "cache", place) == (IDS, IDS)


def test_a_folder_in_place_of_the_file_is_left_alone(place: Place, cache: Path) -> None:
    (cache / FILE_NAME).mkdir(parents=True)
    assert ids(cache, place) == (IDS, IDS)
    assert (cache / FILE_NAME).is_dir()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind root")
def test_a_read_only_folder_is_done_without(place: Place, cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o500)
    assert ids(cache, place) == (IDS, IDS)
    assert list(cache.iterdir()) == []


def test_an_interrupted_write_leaves_the_old_index(place: Place, cache: Path) -> None:
    ids(cache, place)
    with connected(cache) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM files")
    # closed without a commit
    with connected(cache) as connection:
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (3,)


def test_a_copy_holds_what_the_file_holds(place: Place, cache: Path) -> None:
    ids(cache, place)
    with connected(cache) as connection:
        copy = open_copy(connection)
    assert copy.execute("SELECT id FROM files ORDER BY id").fetchall() == [(each,) for each in IDS]
    copy.close()


def test_a_copy_of_what_is_locked_is_empty(place: Place, cache: Path) -> None:
    ids(cache, place)
    with connected(cache) as locking, connected(cache) as connection:
        locking.execute("BEGIN EXCLUSIVE")
        copy = open_copy(connection)
    assert copy.execute("SELECT count(*) FROM files").fetchall() == [(0,)]
    copy.close()


def test_in_memory_it_is_empty() -> None:
    connection = open_in_memory()
    assert connection.execute("SELECT count(*) FROM files").fetchall() == [(0,)]
    connection.close()


def connected(cache: Path) -> closing[sqlite3.Connection]:
    """Connect to the file of the index for a block."""
    return closing(sqlite3.connect(cache / FILE_NAME, isolation_level=None))
