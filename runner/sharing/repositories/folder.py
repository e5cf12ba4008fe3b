"""The files of a repository in a folder of this machine, where links are not followed."""

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from runner.errors import AskedWrongly, RepositoryRefused
from runner.sharing.repositories.snapshot import BY_GIT, Entry, EntryKind, Snapshot, take_snapshot

_MOST_WALKED: Final = 200_000
NOT_WALKED: Final = frozenset({".git", ".venv", "node_modules", "__pycache__"})


def read_folder(root: Path, *, customers: Collection[str] = ()) -> Snapshot:
    """Return the declared files of a repository in a folder.

    Args:
        root: The folder.
        customers: As for `take_snapshot`.

    Raises:
        RepositoryRefused: It holds what none may hold.
        BrokenSource: Its `recipes.toml` is missing or breaks a rule.
        AskedWrongly: A file cannot be read.
    """
    try:
        return take_snapshot(list(walk_files(root)), _contents, BY_GIT, customers)
    except OSError as error:
        raise AskedWrongly(
            f"{error.filename} cannot be read: {error.strerror}.", hint="check its permissions"
        ) from None


def walk_files(root: Path, *, skip: Collection[str] = NOT_WALKED) -> Iterator[Entry]:
    """Yield each file below a folder, but not those in folders with the names to skip."""
    above = len(str(root)) + 1
    count = 0
    for folder, folders, names in os.walk(root, onerror=_fail):
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118
        folders[:] = sorted(name for name in folders if name not in skip and name not in linked)
        for name in sorted([*names, *linked]):
            count += 1
            if count > _MOST_WALKED:
                raise RepositoryRefused(f"{root} holds more than {_MOST_WALKED:,} files.")
            path = os.path.join(folder, name)  # noqa: PTH118
            status = os.lstat(path)
            yield Entry(path[above:].replace(os.sep, "/"), _kind(status.st_mode), status.st_size, path)


def _kind(mode: int) -> EntryKind:
    if stat.S_ISLNK(mode):
        return "link"
    return "file" if stat.S_ISREG(mode) else "other"


def _contents(entries: Sequence[Entry]) -> Iterator[bytes]:
    for entry in entries:
        with os.fdopen(os.open(entry.key, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            content = file.read(BY_GIT.one + 1)
        if len(content) > BY_GIT.one:
            raise RepositoryRefused(f"{entry.path} grew while it was read.")
        yield content


def _fail(error: OSError) -> None:
    raise error
