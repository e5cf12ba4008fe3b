"""Recipes that were read before: of each that is as it was then, the page is at hand without reading it again.

A page comes from the recipe's file, all that lies beside its cases, the APIs it calls, what its repository says of
itself, and this program. Where any of these has changed, or cannot be told from a change, it is read again.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.catalog import Api, Recipe, Repository
from runner.catalog.ids import bare_id
from runner.output.cache import keep, sealed, unsealed
from runner.recording.case import case_folder
from runner.sharing.site.model import RecipePage
from runner.sharing.site.stamps import Stamp, are_settled, digest, stamp, stamps_below
from runner.sharing.site.stored import dump_page, load_page

_FOLDER: Final = "site-recipes-2"
"""The number is that of the form in which they are kept."""


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
        cache: A folder in which they are kept for other processes too, or None.
        program: By `program_mark`.
    """

    def __init__(self, cache: Path | None = None, program: str = "", now_ns: Callable[[], int] = time.time_ns) -> None:
        """Remember nothing yet.

        Args:
            cache: As the attribute, and so is `program`.
            program: Tells it from all others.
            now_ns: Tells the time, in nanoseconds since 1970.
        """
        self.cache, self.program = cache, program
        self._folder = cache / _FOLDER if cache else None
        self._now_ns = now_ns
        self._entries: dict[str, _Entry] = {}

    def look(self, repository: Repository, path: Path) -> Look:
        """Look at a recipe, before it is read."""
        about = [self.program, str(repository.root), repository.alias, repository.title, repository.publisher]
        moment = self._now_ns()
        stamps = [stamp(path), *stamps_below(case_folder(repository.root, bare_id(path)))]
        return Look(digest(os.fspath(path)), digest(json.dumps(about)), stamps, moment)

    def recall(self, look: Look, api_mark: Callable[[str], str]) -> Read | None:
        """Return what a recipe became that stands as it stood then, else None.

        Args:
            look: Of now.
            api_mark: Returns the mark of an API of now.
        """
        entry = self._entries.get(look.place) or self._load(look)
        if entry is None or (entry.look.about, entry.look.stamps) != (look.about, look.stamps):
            return None
        if not are_settled(entry.look.stamps, entry.look.moment):
            return None
        if any(api_mark(name) != mark for name, mark in entry.apis.items()):
            return None
        self._entries[look.place] = entry
        return entry.read

    def remember(self, look: Look, recipe: Recipe, apis: Mapping[str, Api], read: Read) -> Read:
        """Keep what a recipe became; return it with the mark that tells its page from every other."""
        text = dump_page(read.page)
        marked = Read(read.page._replace(mark=digest(f"{self.program} {text}")), read.note)
        entry = _Entry(look, {each.api: mark_of(apis[each.api]) for each in recipe.clients}, marked)
        self._entries[look.place] = entry
        self._store(entry, text)
        return marked

    def _store(self, entry: _Entry, text: str) -> None:
        if self._folder is None:
            return
        look, read = entry.look, entry.read
        head = [look.about, look.stamps, look.moment, entry.apis, read.note, read.page.mark]
        content = f"{json.dumps(head)}\n{text}".encode(errors="surrogatepass")
        keep(self._folder / look.place, sealed(content))

    def _load(self, look: Look) -> _Entry | None:
        """Return what is kept of a recipe, if the same program kept it."""
        if self._folder is None:
            return None
        try:
            content = unsealed((self._folder / look.place).read_bytes())
        except OSError:
            return None
        if content is None:
            return None
        head, _, text = content.decode(errors="surrogatepass").partition("\n")
        about, stamps, moment, apis, note, mark = json.loads(head)
        if (about, stamps) != (look.about, look.stamps):
            return None
        page = load_page(text)._replace(mark=mark)
        return _Entry(Look(look.place, about, stamps, moment), apis, Read(page, note))


def mark_of(api: Api) -> str:
    """Return what tells an API as it is described from another one."""
    return digest(repr(api))
