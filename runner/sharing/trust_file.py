"""The file that says what is trusted: its form, and whether it can be believed."""

import json
import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from runner.catalog.digests import DIGEST
from runner.sharing.grants import MOST_VERSIONS, Grant

FILE_NAME: Final = "trust.json"
LOCK_NAME: Final = "trust.lock"
VERSION: Final = 2
_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
_GRANT_KEYS: Final = {"repository", "level", "item", "digest", "destinations", "when"}


class Folder(NamedTuple):
    """A folder that is trusted as a whole.

    Attributes:
        destinations: `VARIABLE host` for each key and the host it may go to.
        when: The user said so, UTC; None where an older version of this program did not keep it.
    """

    destinations: frozenset[str]
    when: datetime | None = None


class Book:
    """What is trusted.

    Attributes:
        folders: By their path.
        grants: To added repositories, the oldest first.
    """

    def __init__(self, folders: dict[str, Folder] | None = None, grants: list[Grant] | None = None) -> None:
        """Write down what is known, or nothing yet."""
        self.folders, self.grants = folders or {}, grants or []

    def add(self, grant: Grant) -> None:
        """Write a grant down, in the place of one that said the same; of too many versions the oldest goes."""
        self.grants = [each for each in self.grants if not grant.replaces(each)] + [grant]
        if grant.level == "version":
            alike = [each for each in self.grants if _subject(each) == _subject(grant)]
            gone = alike[:-MOST_VERSIONS]
            self.grants = [each for each in self.grants if each not in gone]


def read_book(path: Path) -> Book:
    """Read the file; where it cannot be believed, nothing is trusted."""
    # ValueError: no UTF-8, or no JSON; RecursionError: nested too deeply
    with (
        suppress(OSError, ValueError, RecursionError),
        os.fdopen(open_unlinked(path), encoding="utf-8") as file,
    ):
        if is_mine_alone(os.fstat(file.fileno())):
            return book_of(json.load(file)) or Book()
    return Book()


def write_book(path: Path, book: Book) -> None:
    """Write the file aside, for this user's eyes only, and put it in its place."""
    import tempfile  # 5 ms, and a question about trust writes nothing

    folders = {name: _folder_data(each) for name, each in book.folders.items()}
    data = {"version": VERSION, "folders": folders, "grants": [_grant_data(each) for each in book.grants]}
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{FILE_NAME}.") as folder:
        aside = Path(folder) / FILE_NAME
        aside.touch(mode=0o600)
        aside.write_text(json.dumps(data, indent=1, sort_keys=True), encoding="utf-8")
        aside.replace(path)


def open_unlinked(path: Path) -> int:
    """Open a file for reading that is no link; return its descriptor."""
    return os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))


def is_mine_alone(status: os.stat_result) -> bool:
    """Tell whether a file is this user's, and no other's to write."""
    if not hasattr(os, "getuid"):
        return True
    others_may_write = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return status.st_uid == os.getuid() and not others_may_write


def book_of(stored: object) -> Book | None:
    """Return what is trusted, if it has the form that this version or the one before writes, else None."""
    match stored:
        case {"version": 1, "folders": dict(folders)} if type(stored["version"]) is int:  # type: ignore[index]
            folders = {name: {"destinations": each, "when": ""} for name, each in folders.items()}
            grants: object = []
        case {"version": 2, "folders": dict(folders), "grants": list(grants)}:
            pass
        case _:
            return None
    with suppress(_OtherForm):
        return Book({name: _folder(each) for name, each in folders.items()}, [_grant(each) for each in _list(grants)])
    return None


class _OtherForm(Exception):
    """It is not what this program writes."""


def _subject(grant: Grant) -> tuple[str, str, str]:
    return grant.identity, grant.level, grant.item


def _folder_data(folder: Folder) -> dict[str, Any]:
    when = folder.when.strftime(_MOMENT) if folder.when else ""
    return {"destinations": sorted(folder.destinations), "when": when}


def _grant_data(grant: Grant) -> dict[str, Any]:
    return {
        "repository": grant.identity,
        "level": grant.level,
        "item": grant.item,
        "digest": grant.digest,
        "destinations": sorted(grant.destinations),
        "when": grant.when.strftime(_MOMENT),
    }


def _folder(stored: object) -> Folder:
    data = _table(stored, {"destinations", "when"})
    when = _text(data["when"])
    return Folder(_texts(data["destinations"]), _moment(when) if when else None)


def _grant(stored: object) -> Grant:
    data = _table(stored, _GRANT_KEYS)
    level, item, digest = _text(data["level"]), _text(data["item"]), _text(data["digest"])
    is_whole = level == "repository" and not item and not digest
    if not is_whole and not (level in ("version", "recipe") and item and DIGEST.fullmatch(digest)):
        raise _OtherForm
    destinations = _texts(data["destinations"])
    return Grant(_text(data["repository"]), level, item, digest, destinations, _moment(_text(data["when"])))  # type: ignore[arg-type]


def _table(stored: object, keys: Iterable[str]) -> Mapping[str, object]:
    if not isinstance(stored, dict) or set(stored) != set(keys):
        raise _OtherForm
    return stored


def _list(stored: object) -> list[object]:
    if not isinstance(stored, list):
        raise _OtherForm
    return stored


def _text(stored: object) -> str:
    if not isinstance(stored, str):
        raise _OtherForm
    return stored


def _texts(stored: object) -> frozenset[str]:
    return frozenset(_text(each) for each in _list(stored))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)  # strptime takes an import of 1 ms
    except ValueError:
        raise _OtherForm from None
    if moment.strftime(_MOMENT) != text:
        raise _OtherForm
    return moment
