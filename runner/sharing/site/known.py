"""Recipes that were read before: of each that is as it was then, the page is at hand without reading it again.

A page comes from the recipe's file, all that lies beside its cases, the APIs it calls, what its repository says of
itself, and this program. Where any of these has changed, or cannot be told from a change, it is read again.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from runner.catalog import Api, Recipe, Repository
from runner.catalog.ids import bare_id
from runner.recording.case import case_folder
from runner.sharing.site.kept import Kept
from runner.sharing.site.model import RecipePage
from runner.sharing.site.stamps import Stamp, are_settled, digest, stamp, stamps_below
from runner.sharing.site.stored import dump_page, load_page

_FILE: Final = "site-recipes-3.sqlite3"
"""The number is that of the form in which they are kept."""
_MANY: Final = 100
"""Recipes that are kept at once."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a recipe stood at a moment.

    Attributes:
        place: Tells its file from all others.
        about: Of its repository and of this program.
        stamps: Of its file and its cases.
        moment: When they were taken, nanoseconds since 1970.
    """

    place: str
    about: str
    stamps: list[Stamp]
    moment: int


@dataclass(frozen=True, slots=True)
class Read:
    """What a recipe became: its page, and what to tell whoever builds the site, or `""`."""

    page: RecipePage
    note: str


@dataclass(frozen=True, slots=True)
class _Entry:
    look: Look
    apis: Mapping[str, str]
    read: Read


class KnownRecipes:
    """Remembers recipes from one build to the next.

    Attributes:
        program: By `program_mark`; tells it from all others.
    """

    def __init__(self, cache: Path | None = None, program: str = "", now_ns: Callable[[], int] = time.time_ns) -> None:
        """Remember nothing yet.

        Args:
            cache: A folder in which they are kept for other processes too, or None.
            program: As the attribute.
            now_ns: Tells the time, in nanoseconds since 1970.
        """
        self.program, self._now_ns = program, now_ns
        self._entries: dict[str, _Entry] = {}
        self._kept = Kept(cache / _FILE if cache else None)
        self._unkept: dict[str, bytes] = {}

    def look(self, repository: Repository, path: Path) -> Look:
        """Look at a recipe, before it is read."""
        moment = self._now_ns()
        return Look(_place(path), self._about(repository), _stamps(repository, path), moment)

    def recall(self, repository: Repository, path: Path, api_mark: Callable[[str], str]) -> Read | None:
        """Return what a recipe became that stands as it stood then, else None.

        Args:
            repository: In which it lies.
            path: Its file.
            api_mark: Returns the mark of an API of now.
        """
        entry = self._entry(_place(path), self._about(repository))
        if entry is None:  # before its files are looked at: of a new catalog nothing is known
            return None
        if entry.look.stamps != _stamps(repository, path) or not are_settled(entry.look.stamps, entry.look.moment):
            return None
        if any(api_mark(name) != mark for name, mark in entry.apis.items()):
            return None
        return entry.read

    def _about(self, repository: Repository) -> str:
        return _digest_of(self.program, str(repository.root), repository.alias, repository.title, repository.publisher)

    def _entry(self, place: str, about: str) -> _Entry | None:
        """Return what is known of a recipe, if the same program kept it; of any other it may be in another form."""
        known = self._entries.get(place)
        if known is not None:
            return known if known.look.about == about else None
        content = self._kept.load(place)
        if content is None:
            return None
        head, page = _parted(content.decode())
        if head[1] != about:
            return None
        self._entries[place] = _entry_of(head, page)
        return self._entries[place]

    def written(self, look: Look, recipe: Recipe, apis: Mapping[str, Api], read: Read) -> str:
        """Return what a recipe became as a line of ASCII, with the mark that tells its page from every other."""
        page = dump_page(read.page)
        marks = {each.api: mark_of(apis[each.api]) for each in recipe.clients}
        mark = digest(f"{self.program} {page}")
        head = json.dumps([look.place, look.about, look.stamps, look.moment, marks, read.note, mark])
        return f"{head}\t{page}"

    def remember(self, line: str) -> Read:
        """Take in what `written` returned, here or in another process."""
        entry = _entry_of(*_parted(line))
        place = entry.look.place
        self._entries[place], self._unkept[place] = entry, line.encode()
        if len(self._unkept) == _MANY:
            self.keep()
        return entry.read

    def keep(self) -> None:
        """Keep what was taken in for other processes."""
        self._kept.keep(self._unkept)
        self._unkept = {}


@lru_cache(maxsize=16)
def _digest_of(*texts: str) -> str:
    return digest(json.dumps(texts))


def _stamps(repository: Repository, path: Path) -> list[Stamp]:
    return [stamp(path), *stamps_below(case_folder(repository.root, bare_id(path)))]


def _place(path: Path) -> str:
    return digest(os.fspath(path))


def _parted(line: str) -> tuple[list[Any], str]:
    """Return what `written` put together: place, about, stamps, moment, APIs, note and mark; and the page."""
    head, _, page = line.partition("\t")
    return json.loads(head), page


def _entry_of(head: list[Any], page: str) -> _Entry:
    place, about, stamps, moment, apis, note, mark = head
    return _Entry(Look(place, about, stamps, moment), apis, Read(load_page(page)._replace(mark=mark), note))


@lru_cache(maxsize=64)
def mark_of(api: Api) -> str:
    """Return what tells an API as it is described from another one."""
    return digest(repr(api))
