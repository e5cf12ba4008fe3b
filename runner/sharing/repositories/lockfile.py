"""The file `recipes.lock`: read as it is, changed by one command at a time, never half written."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.errors import AskedWrongly, BrokenSource
from runner.output.files import SideFile
from runner.output.lock import locked
from runner.sharing.repositories.locked import AGAIN, MOST_CHARACTERS, Locked, lock_text, read_lock

FILE_NAME: Final = "recipes.lock"
_HINT: Final = "look at the permissions of the folder, and whether the disk is full"


@dataclass(frozen=True, slots=True)
class LockFile:
    """A `recipes.lock`, there or not.

    Attributes:
        path: Where it is.
        guard: A file outside of any repository that is held while it changes.
    """

    path: Path
    guard: Path

    def read(self) -> tuple[Locked, ...]:
        """Return what it names, in order; nothing where it is missing.

        Raises:
            BrokenSource: It breaks a rule, or is of a newer version; the message names line or alias.
        """
        if not os.path.lexists(self.path):
            return ()
        return read_lock(_text(self.path), self.path)

    def change(self, edit: Callable[[tuple[Locked, ...]], tuple[Locked, ...]]) -> tuple[Locked, ...]:
        """Read, edit and replace it, while no other command does.

        Raises:
            BrokenSource: It breaks a rule.
            AskedWrongly: It cannot be written; it stays as it was.
        """
        with self._alone():
            before = self.read()
            after = tuple(sorted(edit(before), key=lambda each: each.alias))
            if after != before:
                self._write(lock_text(after))
        return after

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.guard.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.guard.touch()
        except OSError as error:
            raise _unwritable(self.guard.parent, error) from None
        with locked(self.guard):
            yield

    def _write(self, text: str) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with SideFile(self.path, self.path, None, force=True) as file:
                file.stream.write(text)
                file.commit()
        except AskedWrongly as error:
            error.hint = _HINT
            raise
        except OSError as error:
            raise _unwritable(self.path, error) from None


def _text(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(MOST_CHARACTERS + 1)
    except OSError as error:
        problem = (
            "this is a link, and so may be anybody's" if path.is_symlink() else f"it cannot be read: {error.strerror}"
        )
        raise BrokenSource(path, 1, problem, hint=f"put the file itself there, or remove {path}") from None
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise BrokenSource(path, 1, "this is not UTF-8", hint=AGAIN) from None


def _unwritable(path: Path, error: OSError) -> AskedWrongly:
    return AskedWrongly(f"{path} cannot be written: {error.strerror}.", hint=_HINT)
