import os
from pathlib import Path

import pytest

from runner.errors import BrokenSource
from runner.sharing.repositories.locked import Locked
from runner.sharing.repositories.lockfile import LockFile
from runner.sharing.repositories.sight import Added, added_by
from runner.sharing.repositories.source import Source
from runner.sharing.repositories.store import Store

DIGEST = f"rb1:{'A' * 43}="
GIT = Locked("acme", Source("git", "https://git.example/a"), "refs/heads/main", "b" * 40, DIGEST)


def write(lock: LockFile, *repositories: Locked, age: float = 60) -> None:
    lock.change(lambda _: repositories)
    moment = lock.path.stat().st_mtime - age
    os.utime(lock.path, (moment, moment))


def notes(store: Store) -> list[Path]:
    return list(store.folder.glob("sights/*"))


def test_no_lock_names_nothing_and_writes_nothing(lock: LockFile, store: Store) -> None:
    assert added_by(lock.path, store.folder) == []
    assert not store.folder.exists()


def test_what_a_lock_names_is_where_the_store_would_have_it(lock: LockFile, store: Store) -> None:
    (lock.path.parent / "dev").mkdir()
    (lock.path.parent / "dev" / "recipes.toml").touch()
    write(lock, GIT, Locked("dev", Source("folder", "dev")))
    dev = (lock.path.parent / "dev").resolve()
    expected = [
        Added(
            "acme",
            "git",
            "https://git.example/a",
            "https://git.example/a",
            "b" * 40,
            store.of("https://git.example/a").tree(DIGEST).resolve(),
        ),
        Added("dev", "folder", "dev", dev.as_uri(), "", dev),
    ]
    assert added_by(lock.path, store.folder) == expected
    assert len(notes(store)) == 1
    assert added_by(lock.path, store.folder) == expected
    assert [each.is_here for each in expected] == [False, True]


def test_the_note_is_what_is_read_while_the_lock_looks_the_same(lock: LockFile, store: Store) -> None:
    write(lock, GIT)
    added_by(lock.path, store.folder)
    [note] = notes(store)
    note.write_bytes(note.read_bytes().replace(b"acme", b"noted"))
    assert [each.alias for each in added_by(lock.path, store.folder)] == ["noted"]
    write(lock, GIT, age=30)
    assert [each.alias for each in added_by(lock.path, store.folder)] == ["acme"]


def test_a_young_lock_is_read_each_time_as_it_may_change_unseen(lock: LockFile, store: Store) -> None:
    write(lock, GIT, age=0)
    added_by(lock.path, store.folder)
    assert notes(store) == []


@pytest.mark.parametrize("content", [b"", b"nonsense", b"recipes-sight-1\0x\0y", b"\xff\0", None])
def test_a_damaged_note_is_no_note(lock: LockFile, store: Store, content: bytes | None) -> None:
    write(lock, GIT)
    added_by(lock.path, store.folder)
    [note] = notes(store)
    note.write_bytes(note.read_bytes()[:-4] if content is None else content)
    assert [each.alias for each in added_by(lock.path, store.folder)] == ["acme"]


def test_a_note_that_cannot_be_written_is_done_without(lock: LockFile, store: Store) -> None:
    write(lock, GIT)
    store.folder.parent.mkdir(exist_ok=True)
    store.folder.touch()
    assert [each.alias for each in added_by(lock.path, store.folder)] == ["acme"]


def test_a_broken_lock_is_told_each_time(lock: LockFile, store: Store) -> None:
    lock.path.write_text("nonsense")
    for _ in range(2):
        with pytest.raises(BrokenSource):
            added_by(lock.path, store.folder)


def test_a_lock_that_is_a_link_is_not_followed(lock: LockFile, store: Store, tmp_path: Path) -> None:
    write(lock, GIT)
    lock.path.rename(tmp_path / "real.lock")
    lock.path.symlink_to(tmp_path / "real.lock")
    with pytest.raises(BrokenSource, match="this is a link"):
        added_by(lock.path, store.folder)
