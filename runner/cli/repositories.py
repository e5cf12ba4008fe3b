"""What the commands for added repositories share: the locks in sight, what fetches, and a line of progress."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from runner import __version__
from runner.cli.session import Session
from runner.errors import NotFound
from runner.output.text import safe_text
from runner.sharing.repositories.fetching import Fetcher
from runner.sharing.repositories.git import Git
from runner.sharing.repositories.locked import Locked
from runner.sharing.repositories.lockfile import LockFile
from runner.sharing.repositories.mirror import short
from runner.sharing.repositories.source import Source
from runner.sharing.repositories.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def is_offline(session: Session) -> bool:
    """Tell whether the environment says that the network is not to be asked."""
    return session.environ.get("RECIPES_OFFLINE", "") not in ("", "0")


@contextmanager
def fetcher(session: Session, lock: LockFile, source: Source, *, offline: bool = False) -> Iterator[Fetcher]:
    """Give what fetches a repository for a lock, and show how far it has come."""
    proxy = ""
    if source.kind == "zip" and source.is_remote:
        from runner.cli.connections import proxy_of
        from runner.running.lean import prepare_httpx

        prepare_httpx()
        proxy = proxy_of(source.url)
    line = _Line(is_shown=session.shows_progress)
    git = Git(session.environ, line.show if session.shows_progress else None)
    may_ask = not (offline or is_offline(session))
    try:
        yield Fetcher(
            Store(session.store_folder),
            lock.path.parent,
            git,
            proxy,
            is_offline=not may_ask,
            runner_version=__version__,
        )
    finally:
        line.clear()


def find_locked(session: Session, alias: str | None, *, command: str) -> list[tuple[LockFile, Locked]]:
    """Return the repositories that the locks in sight name, or the one of a name.

    Raises:
        NotFound: None has the name.
        BrokenSource: A lock breaks a rule.
    """
    found = [(lock, locked) for lock in session.locks for locked in lock.read()]
    if alias is None:
        return found
    meant = [each for each in found if each[1].alias == alias]
    if not meant:
        known = [locked.alias for _, locked in found]
        raise NotFound("added repository", alias, known, command=command, fallback="recipes repo list")
    return meant[:1]


def root_of(session: Session, lock: LockFile, locked: Locked) -> "Path":
    """Return where the files of a repository are, if they are here."""
    if locked.source.kind == "folder":
        return (lock.path.parent / locked.source.url).resolve()
    return store_of(session, lock, locked).tree(locked.digest)


def store_of(session: Session, lock: LockFile, locked: Locked) -> Store:
    """Return the store for what came from where a repository comes from."""
    return Store(session.store_folder).of(locked.source.identity(lock.path.parent))


def state_of(locked: Locked) -> str:
    """Say which state of a repository it is: `main at b82f1caa90de`, `1.2.0`, `linked`."""
    if locked.commit:
        ref = short(locked.ref)
        return locked.commit[:12] if locked.commit.startswith(ref) else f"{ref} at {locked.commit[:12]}"
    return locked.ref or ("linked" if locked.source.kind == "folder" else locked.digest[:16])


def say(label: str, text: str) -> None:
    """Write a line to stderr in which nothing steers a terminal."""
    click.echo(safe_text(f"{label:<8} {text}".rstrip()), err=True)


class _Line:
    """One line on a terminal's stderr that is drawn over itself and goes again."""

    def __init__(self, *, is_shown: bool) -> None:
        self._is_shown = is_shown

    def show(self, text: str) -> None:
        """Show what is made safe already."""
        sys.stderr.write(f"\r\x1b[2K{text[: get_terminal_size().columns - 1]}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Wipe it away."""
        if self._is_shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
