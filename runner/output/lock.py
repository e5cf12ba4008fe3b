"""Let one process at a time change a file."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Do what `locked` does for all files of a folder, where the system can lock one; nothing is left in it."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _take(descriptor)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until nobody else holds the lock, and hold it until the block ends; a process that dies lets go of it.

    Args:
        path: A file that is made for this and stays; it must not be the one that changes, which is replaced.
    """
    with path.open("ab") as file:
        _take(file.fileno())
        yield
