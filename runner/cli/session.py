"""What a command knows about the process it runs in: folder, environment, terminal, and so the recipes in sight."""

import os
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from runner import __version__
from runner.cli.folders import user_folder
from runner.errors import AskedWrongly, BrokenSource

if TYPE_CHECKING:
    from runner.catalog import Library, Repository
    from runner.catalog.index import Index
    from runner.catalog.index_walk import Place
    from runner.cli.folders import Kind
    from runner.cli.permission import Answers
    from runner.sharing.grants import Origin
    from runner.sharing.profile_store import ProfileStore
    from runner.sharing.repositories.lockfile import LockFile
    from runner.sharing.repositories.sight import Added
    from runner.sharing.trust import TrustStore

# The catalog is imported where it is used: `recipes --help` needs none of it.


MANY_RECIPES = 500
"""So many take a moment to read."""


class Session:
    """One call of `recipes`.

    Attributes:
        environ: The environment variables.
        folder: The current folder.
    """

    def __init__(self, environ: Mapping[str, str], folder: Path, repository: str | None = None) -> None:
        """Remember where the process stands.

        Args:
            environ: The environment variables.
            folder: The current folder.
            repository: What `--repository` named, or None.
        """
        self.environ = environ
        self.folder = folder
        self._chosen = repository or environ.get("RECIPES_REPOSITORY")

    @classmethod
    def from_process(cls, repository: str | None) -> Self:
        """Look at the process once.

        Raises:
            AskedWrongly: Its current folder was removed.
        """
        try:
            folder = Path.cwd()
        except FileNotFoundError:
            raise AskedWrongly("The folder that you are in does not exist any more.", hint="cd") from None
        return cls(os.environ, folder, repository)

    def anew(self) -> Self:
        """Return another one in the same place, that has read nothing yet."""
        return type(self)(self.environ, self.folder, self._chosen)

    @cached_property
    def library(self) -> "Library":
        """The repositories in sight: the one in use first, the catalog last."""
        from runner.catalog import Library, read_repository

        catalog = read_repository(self._catalog_root, alias="catalog", runner_version=__version__)
        in_use = self._in_use()
        return Library([*([in_use] if in_use else []), *self._read_added(), catalog])

    @cached_property
    def places(self) -> "list[Place]":
        """Where the repositories in sight are, not read yet."""
        from runner.catalog.index_walk import CATALOG, Place

        root = self.root_in_use
        added = [Place(each.root, each.alias) for each in self.added]
        return [*([Place(root)] if root else []), *added, Place(self._catalog_root, CATALOG)]

    @property
    def home(self) -> Path:
        """The folder of the repository in use, or of the catalog: what is meant where nothing is named."""
        return self.root_in_use or self._catalog_root

    @cached_property
    def added(self) -> "list[Added]":
        """The repositories that were added and are on this machine; what is missing is said once on stderr."""
        from runner.sharing.repositories.sight import added_by

        found: dict[str, Added] = {}
        roots = {Path(os.path.realpath(root)) for root in (self.root_in_use, self._catalog_root) if root}
        for lock in self.lock_paths:
            try:
                named = added_by(lock, self.store_folder)
            except BrokenSource as error:
                self._warn(f"Broken   {error}", error.hint)
                continue
            for each in named:
                if not each.is_here:
                    self._warn(f"Missing  {each.alias} was added, and its files are not here.", "recipes sync")
                elif each.alias not in found and each.root not in roots:
                    found[each.alias] = each
                    roots.add(each.root)
        return list(found.values())

    def _read_added(self) -> "Iterator[Repository]":
        from runner.catalog import read_repository

        for each in self.added:
            try:
                yield read_repository(each.root, alias=each.alias, runner_version=__version__)
            except BrokenSource as error:
                self._warn(f"Broken   {error}", error.hint)

    def _warn(self, text: str, fix: str) -> None:
        if "_RECIPES_COMPLETE" in self.environ:
            return  # a shell that asks for words shows nothing else
        from runner.output.text import safe_text

        sys.stderr.write(safe_text(f"{text}  Fix  {fix}") + "\n")

    @property
    def lock_paths(self) -> list[Path]:
        """Where `recipes.lock` may be: in the repository in use, and the user's own."""
        own = self._config_folder() / "recipes.lock"
        return [self.root_in_use / "recipes.lock", own] if self.root_in_use else [own]

    @property
    def locks(self) -> "list[LockFile]":
        """The files `recipes.lock`; the first one is where something is added."""
        from zlib import crc32

        from runner.sharing.repositories.lockfile import LockFile

        guards = self.store_folder / "guards"
        real = [os.path.join(os.path.realpath(path.parent), path.name) for path in self.lock_paths]  # noqa: PTH118
        names = [f"lock-{crc32(os.fsencode(path)):08x}" for path in real]
        return [LockFile(path, guards / name) for path, name in zip(self.lock_paths, names, strict=True)]

    @property
    def store_folder(self) -> Path:
        """Where repositories from elsewhere are kept."""
        return self._own_folder("data") / "repositories"

    @cached_property
    def index(self) -> "Index":
        """What a listing, a search and a completion ask."""
        from runner.catalog.index import Index

        return Index(self.cache_folder, progress=self._show_reading if self.stderr_is_terminal else None)

    @property
    def cache_folder(self) -> Path:
        """Where what can be made again is kept."""
        return self._own_folder("cache", below="cache")

    @cached_property
    def cassette_cache(self) -> Path:
        """Where cassettes are kept as parsed, so that they are read faster the next time."""
        return self.cache_folder / "cassettes"

    @cached_property
    def trust(self) -> "TrustStore":
        """What the user allowed to run."""
        from runner.sharing.grants import read_words
        from runner.sharing.trust import TrustStore

        words = read_words(self.environ.get("RECIPES_TRUST", ""))
        return TrustStore(self.state_folder, self._catalog_root, words)

    @cached_property
    def answers(self) -> "Answers":
        """What the user answered to questions of trust so far."""
        from runner.cli.permission import Answers

        return Answers()

    def origin_of(self, repository: "Repository") -> "Origin | None":
        """Return where a repository was added from; None for what is trusted as a folder, and for the catalog."""
        from runner.catalog.index_walk import CATALOG
        from runner.sharing.grants import Origin

        if repository.alias in ("", CATALOG):
            return None
        found = next((each for each in self.added if each.alias == repository.alias), None)
        return Origin(found.identity, found.alias, found.commit[:7]) if found and found.kind != "folder" else None

    @cached_property
    def profiles(self) -> "ProfileStore":
        """What the user keeps for customers: values, and where keys are."""
        from runner.sharing.profile_store import ProfileStore

        return ProfileStore(self._config_folder() / "profiles")

    @property
    def is_interactive(self) -> bool:
        """Whether there is somebody to ask: questions go to stderr, answers come from stdin."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def stdout_is_terminal(self) -> bool:
        """Whether results are read by a person."""
        return sys.stdout.isatty()

    @property
    def stderr_is_terminal(self) -> bool:
        """Whether notes are read by a person."""
        return sys.stderr.isatty()

    @property
    def shows_progress(self) -> bool:
        """Whether a line that is drawn over itself can be seen."""
        return self.stderr_is_terminal and self.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int | None:
        """Columns of the terminal that shows stdout; None for a pipe or file."""
        if not self.stdout_is_terminal:
            return None
        from shutil import get_terminal_size

        return get_terminal_size().columns

    def _show_reading(self, read: int, of: int) -> None:
        """Say how far a first look at many recipes has come, in a line that goes again."""
        if of < MANY_RECIPES or (read % 100 and read < of):
            return
        sys.stderr.write(f"\r\x1b[2KReading recipes: {read:,} of {of:,}" if read < of else "\r\x1b[2K")
        sys.stderr.flush()

    def path(self, text: str) -> Path:
        """Return a path that the user typed, as typed, so that a message names it so."""
        return Path(text).expanduser()

    def result_path(self, text: str) -> Path | None:
        """Return the path that the user typed for a result; None for `-`, which stands for stdout."""
        return None if text == "-" else self.path(text)

    @property
    def user_home(self) -> Path | None:
        """The user's home folder, or None where there is none."""
        try:
            return Path.home()
        except RuntimeError:
            return None

    @property
    def _catalog_root(self) -> Path:
        import runner
        from runner.catalog import catalog_root

        return catalog_root(Path(runner.__file__).parent)

    def _in_use(self) -> "Repository | None":
        from runner.catalog import read_repository

        root = self.root_in_use
        return read_repository(root, runner_version=__version__) if root else None

    @cached_property
    def root_in_use(self) -> Path | None:
        """The folder of the repository in use, or None."""
        from runner.catalog import find_repository

        if not self._chosen:
            return find_repository(self.folder)
        root = self.folder / self.path(self._chosen)
        if not (root / "recipes.toml").is_file():
            raise AskedWrongly(f"There is no repository at {root}: it has no recipes.toml.", hint="--repository FOLDER")
        return root

    @property
    def state_folder(self) -> Path:
        """Where what the user decided and what was settled once is kept."""
        return self._own_folder("state")

    def _config_folder(self) -> Path:
        return self._own_folder("config")

    def _own_folder(self, kind: "Kind", *, below: str = "") -> Path:
        """Return a folder of the user's; `RECIPES_HOME` stands for all of them, and there the cache is `below`."""
        home = self.environ.get("RECIPES_HOME")
        return self.folder / self.path(home) / below if home else user_folder(kind, self.environ)
