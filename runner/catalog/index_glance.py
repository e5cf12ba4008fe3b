"""Whether a repository is as it was: one look at its folders that tells no more, and so costs half of a walk."""

import os
from array import array
from collections.abc import Sequence
from stat import S_ISDIR, S_ISREG
from typing import Final, NamedTuple, TypeAlias

from runner.catalog.index_walk import API_FILE, CASSETTES, REPOSITORY_FILE, Place

_LARGEST: Final = (1 << 63) - 1  # of a signed number of 8 bytes; some file systems have inodes above

# Strings and numbers only, and no call more than it needs: this runs for every file at every `recipes list`.


class Glance(NamedTuple):
    """What a look at a repository showed; of two with equal bytes, both saw the same.

    Attributes:
        folders: Of the folders alone: files that come, go or are replaced change it, a file that is written does not.
        files: Of `recipes.toml`, all names, all recipes and `api.toml`, and the folders of recorded cases. Empty where
            a file is no plain one.
    """

    folders: bytes
    files: bytes


Seen: TypeAlias = Sequence[tuple[Place, Glance]]
"""The repositories in sight, and what a glance at each showed."""


def glance(root: str) -> Glance:
    """Look at a repository, given as an absolute path without links."""
    names, numbers, modes, stat = [root], list[int](), set[int](), os.stat
    try:
        numbers += _stamp(os.stat(os.path.join(root, REPOSITORY_FILE)))  # noqa: PTH116, PTH118
        folders = _folders(root)
        for folder in folders:
            # As the system lists them: that order stays while nothing changes, and another one only costs a walk.
            found = os.listdir(folder)  # noqa: PTH208
            names += (folder, os.path.realpath(folder), *found)
            above = folder + os.sep
            for name in found:
                if name.endswith(".py") or name == API_FILE:
                    status = stat(above + name)
                    # Written out: a call for each of ten thousand takes as long as two of the system's.
                    numbers += status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino & _LARGEST
                    modes.add(status.st_mode)
        _look_at_cases(root, folders, names, numbers)
        seen = _of_folders(root, folders)
    except OSError:
        return Glance(b"", b"")
    return Glance(seen, array("q", numbers).tobytes() + _text(names) if all(map(S_ISREG, modes)) else b"")


def glance_at_folders(root: str) -> bytes:
    """Look at the folders alone: `Glance.folders`."""
    try:
        return _of_folders(root, _folders(root))
    except OSError:
        return b""


def _look_at_cases(root: str, folders: list[str], names: list[str], numbers: list[int]) -> None:
    """Look at each folder of recorded cases, not into it."""
    above = os.path.join(root, CASSETTES)  # noqa: PTH118
    for name in ("", *sorted({os.path.basename(folder).replace("_", "-") for folder in folders})):  # noqa: PTH119
        of_api = os.path.join(above, name)  # noqa: PTH118
        try:
            numbers += _stamp(os.lstat(of_api))
            found = sorted(os.listdir(of_api)) if name else []  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            if name:
                continue
            return
        names += (of_api, *found)
        for each in found:
            status = os.lstat(of_api + os.sep + each)
            numbers += status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino & _LARGEST


def _folders(root: str) -> list[str]:
    """Return the folders that may hold recipes."""
    above = os.path.join(root, "recipes")  # noqa: PTH118
    paths = [os.path.join(above, name) for name in sorted(os.listdir(above)) if name[0] not in "_."]  # noqa: PTH118, PTH208
    return [path for path in paths if S_ISDIR(os.stat(path).st_mode)]  # noqa: PTH116


def _of_folders(root: str, folders: list[str]) -> bytes:
    numbers = array("q")
    for folder in (os.path.join(root, "recipes"), *folders):  # noqa: PTH118
        numbers.extend(_stamp(os.stat(folder)))  # noqa: PTH116
    return numbers.tobytes() + _text(folders)


def _stamp(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino & _LARGEST


def _text(names: list[str]) -> bytes:
    return "\0".join(names).encode(errors="surrogatepass")
