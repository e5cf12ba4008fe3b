import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from runner.errors import AskedWrongly, BrokenSource
from runner.sharing.repositories.locked import Locked
from runner.sharing.repositories.lockfile import LockFile
from runner.sharing.repositories.source import Source


def linked(alias: str) -> Locked:
    return Locked(alias, Source("folder", f"../{alias}"))


def add(lock: LockFile, alias: str) -> None:
    lock.change(lambda before: (*before, linked(alias)))


def test_a_lock_that_is_not_there_names_nothing(lock: LockFile) -> None:
    assert lock.read() == ()


def test_it_is_kept_in_order_and_written_when_it_changes(lock: LockFile) -> None:
    add(lock, "b")
    add(lock, "a")
    assert lock.read() == (linked("a"), linked("b"))
    before = lock.path.stat()
    lock.change(lambda same: same)
    assert lock.path.stat() == before
    assert sorted(path.name for path in lock.path.parent.iterdir()) == ["guards", "recipes.lock"]


def test_a_giant_lock_is_not_read_to_its_end(lock: LockFile) -> None:
    with lock.path.open("wb") as file:
        file.write(b"lock-version = 1\n#")
        file.truncate(10**12)  # a terabyte of nothing, which takes no room
    with pytest.raises(BrokenSource, match=r"recipes\.lock:1: "):
        lock.read()


def test_two_writers_at_once_lose_nothing(lock: LockFile) -> None:
    names = [f"a{number}" for number in range(20)]
    threads = [Thread(target=add, args=(LockFile(lock.path, lock.guard), name)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.alias for each in lock.read()) == sorted(names)


@pytest.mark.parametrize("is_there", [False, True])
def test_a_link_is_not_believed_and_not_followed(lock: LockFile, tmp_path: Path, *, is_there: bool) -> None:
    lock.path.symlink_to(tmp_path / "elsewhere")
    if is_there:
        (tmp_path / "elsewhere").write_text("lock-version = 1\n")
    for act in (lock.read, lambda: add(lock, "a")):
        with pytest.raises(BrokenSource, match="this is a link, and so may be anybody's"):
            act()
    assert (tmp_path / "elsewhere").exists() is is_there
    assert lock.path.is_symlink()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"lock-version = 1\nx"])
def test_a_damaged_lock_is_left_as_it_is(lock: LockFile, content: bytes) -> None:
    lock.path.write_bytes(content)
    with pytest.raises(BrokenSource):
        add(lock, "a")
    assert lock.path.read_bytes() == content


def test_a_folder_or_pipe_in_its_place_is_told(lock: LockFile) -> None:
    os.mkfifo(lock.path)
    with pytest.raises(BrokenSource):
        lock.read()


def test_a_full_disk_leaves_what_was_there(lock: LockFile) -> None:
    add(lock, "a")
    before = lock.path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) - 50, limits[1]))
    try:
        with pytest.raises(AskedWrongly, match="The disk is full"):
            add(lock, "b")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert lock.path.read_bytes() == before
    assert [path.name for path in lock.path.parent.glob(".recipes*")] == []


WRITER = """\
import sys
from pathlib import Path
from runner.sharing.repositories.lockfile import LockFile
from runner.sharing.repositories.locked import Locked
from runner.sharing.repositories.source import Source
lock = LockFile(Path(sys.argv[1]), Path(sys.argv[2]))
number = 0
while True:
    number += 1
    lock.change(lambda _: tuple(Locked(f"a{each}", Source("folder", f"../{number}")) for each in range(200)))
    if number == 1:
        print("ready", flush=True)
"""


def test_a_writer_that_is_killed_leaves_the_old_or_the_new(lock: LockFile) -> None:
    """`kill -9` at many moments of writing: all entries are of one round, and the next writer is not held up."""
    for round_ in range(8):
        words = [sys.executable, "-c", WRITER, str(lock.path), str(lock.guard)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            time.sleep(0.05 + 0.011 * round_)
            writer.kill()
        urls = {each.source.url for each in lock.read()}
        assert len(urls) == 1
        assert len(lock.read()) == 200
