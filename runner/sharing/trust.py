"""Which repositories the user allowed to run code on this machine.

The store is a JSON file of the user's alone. Where it cannot be believed (another's, open to others, a link, damaged)
nothing is trusted: rules and tests follow what Homebrew does for its taps.
"""

import json
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from runner.catalog import Api, Repository
from runner.errors import AskedWrongly, NotTrusted
from runner.output.lock import locked
from runner.running.approval import Approval, destination, trust_command

FILE_NAME = "trust.json"
LOCK_NAME = "trust.lock"


@dataclass(frozen=True, slots=True)
class TrustStore:
    """The user's word on what may run.

    Attributes:
        folder: The user's state folder; made with mode 0700 when first written to.
        catalog: Root of the repository that comes with this program, which is always trusted.
    """

    folder: Path
    catalog: Path

    def approve(self, repository: Repository) -> Approval:
        """Return the leave to run what a repository holds.

        Raises:
            NotTrusted: The user has not given it.
        """
        if repository.root == self.catalog.resolve():
            return Approval(repository.root)
        granted = self._read().get(str(repository.root))
        if granted is None:
            raise NotTrusted(
                f"{repository.alias or repository.root} is not trusted, so nothing of it runs.",
                details=["A recipe runs as you: it can read your files and any key this machine can read."],
                hint=f"recipes trust {repository.alias}" if repository.alias else trust_command(repository.root),
            )
        return Approval(repository.root, frozenset(granted), self.catalog)

    def trust(self, repository: Repository, apis: Iterable[Api]) -> tuple[str, ...]:
        """Remember that a folder may run, and which key may go to which host.

        Returns:
            `VARIABLE host` for each of its APIs that wants a key, sorted.
        """
        granted = tuple(sorted({destination(api) for api in apis if api.key is not None}))
        with self._changing() as trusted:
            trusted[str(repository.root)] = list(granted)
        return granted

    def extend(self, repository: Repository, apis: Iterable[Api]) -> tuple[str, ...]:
        """Let the keys of APIs go to their hosts from a folder that may run already; nothing for any other folder.

        Returns:
            `VARIABLE host` for each that is new, sorted.
        """
        wanted = {destination(api) for api in apis if api.key is not None}
        with self._changing() as trusted:
            granted = trusted.get(str(repository.root))
            if granted is None:
                return ()
            new = sorted(wanted - set(granted))
            trusted[str(repository.root)] = sorted({*granted, *new})
        return tuple(new)

    def forget(self, root: Path) -> bool:
        """Take the word back; return whether there was one."""
        if str(root) not in self._read():
            return False
        with self._changing() as trusted:
            return trusted.pop(str(root), None) is not None

    def roots(self) -> tuple[Path, ...]:
        """Return the trusted folders, sorted."""
        return tuple(sorted(map(Path, self._read())))

    def _read(self) -> dict[str, list[str]]:
        # ValueError: no UTF-8, or no JSON
        with suppress(OSError, ValueError), os.fdopen(open_unlinked(self.folder / FILE_NAME), encoding="utf-8") as file:
            if is_mine_alone(os.fstat(file.fileno())):
                return checked_folders(json.load(file))
        return {}

    @contextmanager
    def _changing(self) -> Iterator[dict[str, list[str]]]:
        """Give what is trusted, and write it when the block has changed it; others wait meanwhile."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self.folder / LOCK_NAME):
                trusted = self._read()
                yield trusted
                self._write(trusted)
        except OSError as error:
            raise AskedWrongly(
                f"The trust store in {self.folder} cannot be written: {error.strerror}.",
                hint="set RECIPES_HOME to a folder of yours",
            ) from None

    def _write(self, trusted: dict[str, list[str]]) -> None:
        import tempfile  # 5 ms, and a question about trust writes nothing

        with tempfile.TemporaryDirectory(dir=self.folder, prefix=f".{FILE_NAME}.") as folder:
            aside = Path(folder) / FILE_NAME
            aside.touch(mode=0o600)
            aside.write_text(json.dumps({"version": 1, "folders": trusted}, indent=1, sort_keys=True), encoding="utf-8")
            aside.replace(self.folder / FILE_NAME)


def open_unlinked(path: Path) -> int:
    """Open a file for reading that is no link; return its descriptor."""
    return os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))


def is_mine_alone(status: os.stat_result) -> bool:
    """Tell whether a file is this user's, and no other's to write."""
    if not hasattr(os, "getuid"):
        return True
    others_may_write = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return status.st_uid == os.getuid() and not others_may_write


def checked_folders(stored: object) -> dict[str, list[str]]:
    """Return the stored folders if they have the shape that this version writes, else nothing."""
    folders = stored.get("folders") if isinstance(stored, dict) and stored.get("version") == 1 else None
    if not isinstance(folders, dict):
        return {}
    return folders if all(map(_is_list_of_text, folders.values())) else {}


def _is_list_of_text(granted: object) -> bool:
    return isinstance(granted, list) and all(isinstance(each, str) for each in granted)
