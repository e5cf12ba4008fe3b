import sqlite3
from pathlib import Path

import pytest

from runner.sharing.site.kept import Kept


def test_contents_are_there_for_other_processes_and_new_ones_take_the_place_of_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "kept.sqlite3"
    kept = Kept(path)
    assert (kept.load("a"), path.exists()) == (None, False)
    kept.keep({"a": b"one", "b": b"\0two\xff"})
    kept.keep({"a": b"1"})
    assert [Kept(path).load(name) for name in "abc"] == [b"1", b"\0two\xff", None]
    assert path.parent.stat().st_mode & 0o077 == 0


def test_without_a_file_nothing_is_kept() -> None:
    kept = Kept(None)
    kept.keep({"a": b"one"})
    assert kept.load("a") is None


def test_a_file_that_is_no_database_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite3"
    path.write_bytes(b"no database " * 100)
    kept = Kept(path)
    assert kept.load("a") is None
    kept.keep({"a": b"one"})
    assert kept.load("a") == b"one"


def test_a_content_that_was_damaged_is_not_returned(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite3"
    Kept(path).keep({"a": b"as it was written"})
    path.write_bytes(path.read_bytes().replace(b"as it was", b"as it is "))
    assert Kept(path).load("a") is None


def test_where_another_process_writes_nothing_is_kept_and_nothing_lost(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite3"
    Kept(path).keep({"a": b"one"})
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    kept = Kept(path)
    assert kept.load("a") is None
    kept.keep({"a": b"two"})
    other.execute("ROLLBACK")
    other.close()
    assert kept.load("a") == b"one"


@pytest.mark.parametrize("at", ["", "kept.sqlite3"])
def test_what_cannot_be_a_file_keeps_nothing(tmp_path: Path, at: str) -> None:
    (tmp_path / "kept.sqlite3").mkdir()
    (tmp_path / "file").write_bytes(b"")
    kept = Kept(tmp_path / at if at else tmp_path / "file" / "kept.sqlite3")
    kept.keep({"a": b"one"})
    assert kept.load("a") is None
