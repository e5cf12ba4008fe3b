"""Which added repositories are in sight, at the cost of one look at each lock.

`recipes list` and TAB ask this each time, so what a lock says is noted beside the trees in a form that needs no TOML.
The note counts only while the lock looks as it did.
"""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

_RACY: Final = 2_000_000_000  # nanoseconds: a lock that is younger may change again and keep its looks
_MARK: Final = "recipes-sight-2"
_TREES: Final = "trees"  # as in `store`, which costs more to import


class Added(NamedTuple):
    """A repository that a lock names.

    Attributes:
        alias: Under which it was added.
        kind: How it comes.
        url: Where from, as the lock says it.
        identity: What it is however it is called here.
        commit: Which state of it this is, or `""` where it comes by other ways than git.
        root: Where its files are, if they are here.
    """

    alias: str
    kind: str
    url: str
    identity: str
    commit: str
    root: Path

    @property
    def is_here(self) -> bool:
        """Whether there is a repository at its root."""
        return os.path.isfile(os.path.join(self.root, "recipes.toml"))  # noqa: PTH113, PTH118


def added_by(lock: Path, store: Path) -> list[Added]:
    """Return what a lock names; nothing where there is none.

    Args:
        lock: The file, there or not.
        store: The folder of the store, in which a note of it is kept.

    Raises:
        BrokenSource: The lock breaks a rule.
    """
    try:
        status = os.lstat(lock)
    except OSError:
        return []
    looks = f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} {status.st_mode}"
    note = os.path.join(store, "sights", f"{crc32(os.fsencode(lock)):08x}")  # noqa: PTH118
    head = [_MARK, os.fspath(lock), looks]
    found = _read(note, head)
    if found is None:
        found = _names(lock, store)
        if abs(time.time_ns() - status.st_mtime_ns) > _RACY:
            _write(note, head, found)
    return found


def _names(lock: Path, store: Path) -> list[Added]:
    from runner.sharing.repositories.lockfile import LockFile
    from runner.sharing.repositories.store import Store

    found = []
    for each in LockFile(lock, lock).read():
        source, identity = each.source, each.source.identity(lock.parent)
        is_linked = source.kind == "folder"
        root = lock.parent / source.url if is_linked else Store(store).of(identity).tree(each.digest)
        found.append(Added(each.alias, source.kind, source.url, identity, each.commit, Path(os.path.realpath(root))))
    return found


def _read(note: str, head: list[str]) -> list[Added] | None:
    """Return what was noted of a lock that looks like this, or None."""
    with suppress(OSError, ValueError), open(note, encoding="utf-8", newline="") as file:  # noqa: PTH123
        fields = file.read().split("\0")
        if fields[:3] == head and fields[-1] == _MARK:
            rest = fields[3:-1]
            parts = zip(*(rest[at::6] for at in range(6)), strict=True)
            return [Added(*words, Path(root)) for *words, root in parts]  # type: ignore[call-arg]
    return None


def _write(note: str, head: list[str], found: list[Added]) -> None:
    """Note what a lock names; where that cannot be written, the lock is read again each time."""
    fields = [field for each in found for field in (*each[:-1], str(each.root))]
    aside = f"{note}.{os.getpid()}"
    with suppress(OSError, ValueError):
        os.makedirs(os.path.dirname(note), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120
        with open(aside, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
            file.write("\0".join([*head, *fields, _MARK]))
        os.replace(aside, note)  # noqa: PTH105
