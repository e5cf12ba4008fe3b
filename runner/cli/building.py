"""One `recipes site`: which repositories, what is found in them, and the folder."""

import gc
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

import runner
from runner import __version__
from runner.catalog import Repository, catalog_root, read_repository, readable_apis
from runner.cli.counting import CountLine
from runner.cli.export_guard import Guard
from runner.cli.session import Session
from runner.errors import AskedWrongly
from runner.output.text import safe_text
from runner.sharing.export.foreign import Own
from runner.sharing.site.clean import web_link
from runner.sharing.site.cleared import Cleared
from runner.sharing.site.folder import SiteFolder, Written
from runner.sharing.site.known import KnownRecipes
from runner.sharing.site.model import Site
from runner.sharing.site.pages import Pages
from runner.sharing.site.reading import Options, read_site
from runner.sharing.site.searched import find_unclean, parts_of
from runner.sharing.site.stamps import program_mark, repository_stamps

_MOST_SHOWN = 20  # broken recipes


class Building:
    """What is known of a site before and after it is built; it may be built again and again."""

    def __init__(self, session: Session, typed: Mapping[str, Any], output: Path, *, is_kept: bool = True) -> None:
        """Look at the repositories and the folder.

        Args:
            session: Of the command.
            typed: Its options.
            output: The folder for the pages, as it is shown.
            is_kept: Whether another process may go on with the folder.

        Raises:
            AskedWrongly: A folder is no repository, two have one name, or the target holds files of others.
            BrokenSource: A `recipes.toml` breaks a rule.
        """
        self._session, self._typed, self._path = session, typed, output
        self._cache = session.cache_folder
        self._repositories = list(_repositories(session, typed["repositories"]))
        kept = self._cache if is_kept else None
        self._folder = SiteFolder(session.folder / output, shown=output, force=typed["force"], cache=kept)
        self._address = _address(typed["url"])
        self._root = catalog_root(Path(runner.__file__).parent)
        self._templates = self._root / "templates" / "site"
        self._program, self._known, self._cleared = "", KnownRecipes(), Cleared(self._cache)
        self._site: Site | None = None
        self._written: Written | None = None

    @property
    def names(self) -> Collection[str]:
        """The files of the site, with slashes, below its folder."""
        return self._folder.names

    def build(self) -> Path:
        """Read, render and search what has changed, and write it; return the first page.

        Raises:
            HandoverRefused: Something in it must not be shown.
            AskedWrongly: The folder cannot be written.
        """
        with _garbage_waits():
            self._site = self._read()
            pages = Pages(self._site, self._root, address=self._address)
            line = CountLine("Writing", is_shown=self._session.shows_progress)
            with line, self._folder.making(pages.pieces(), line.count) as put:  # aside, while it is searched
                self._search(self._site)
                self._written = put()
        return self._path / "index.html"

    def look(self) -> object:
        """Return what is another one as soon as a file has changed of which the site is made."""
        return [repository_stamps(each.root) for each in self._repositories], program_mark(self._templates)

    def build_again(self, session: Session) -> None:
        """Build once more, with what the repositories say of themselves now.

        Args:
            session: Another one, that has read nothing yet.

        Raises:
            RunnerError: As `build`, and where the repositories cannot be read now.
        """
        self._session, self._repositories = session, list(_repositories(session, self._typed["repositories"]))
        self.build()

    def _read(self) -> Site:
        with CountLine("Reading", is_shown=self._session.shows_progress) as line:
            options = Options(self._typed["customers"], self._session.cassette_cache, line.count)
            return read_site(self._repositories, options, self._known_recipes())

    def _known_recipes(self) -> KnownRecipes:
        """Return the recipes of earlier builds by this program."""
        program = program_mark(self._templates)
        if program != self._program:
            self._program, self._known = program, KnownRecipes(self._cache, program)
        return self._known

    def _search(self, site: Site) -> None:
        """Search all that is shown, but what was searched before; what is let stand is told each time."""
        guard = self._guard()
        self._cleared.seek([self._program, *guard.sought])
        parts = [*parts_of(site, self._cleared.has)]
        with CountLine("Searching", is_shown=self._session.shows_progress) as line:
            unclean = find_unclean(parts, lambda texts: guard.are_clean(texts, line.count))
        marks = {each.mark for each in unclean}
        self._cleared.keep(each.mark for each in parts if each.mark not in marks)
        guard.check({each.name: each.text for each in unclean}, self._typed["accept"], {})

    def report(self) -> bool:
        """Say on stderr what was built, and return whether something is broken."""
        assert self._site is not None
        assert self._written is not None
        for text in self._told(self._site, self._written):
            click.echo(safe_text(text), err=True)
        return bool(self._site.broken)

    def _told(self, site: Site, written: Written) -> Iterator[str]:
        for each in site.broken[:_MOST_SHOWN]:
            yield f"Broken  {each.file}: {each.problem}"
            if each.fix:
                yield f"Fix     {each.fix}"
        if len(site.broken) > _MOST_SHOWN:
            yield f"Broken  and {len(site.broken) - _MOST_SHOWN:,} more: see health.html"
        yield from (f"Note    {each}" for each in site.notes)
        if site.left_out:
            yield f"Stays   {site.left_out:,} made for customers   (--customer NAME shows those of NAME)"
        removed = f", {written.removed:,} removed" if written.removed else ""
        count = len(site.recipes)
        recipes = f"{count:,} recipe{'' if count == 1 else 's'}"
        yield f"Built   {recipes} in {written.files:,} files, {written.changed:,} of them written{removed}"

    def _guard(self) -> Guard:
        """Return what searches: all that is shown is the repositories' own, and of customers those that are named."""
        first = self._repositories[0]
        assert self._site is not None
        has_customers = self._site.left_out or any(each.customer for each in self._site.recipes)
        nobodys = () if has_customers else [each.root for each in self._repositories]
        shown = "\n".join(each.source for each in self._site.recipes)
        words = [word for each in self._repositories for word in (each.name, each.title)]
        words += [part for each in self._site.recipes for part in each.id.split("/")]
        own = Own(", ".join(self._typed["customers"]), "", (), words, shown)
        return Guard(self._session, own, first, readable_apis(*self._repositories), nobodys=nobodys)


@contextmanager
def _garbage_waits() -> Iterator[None]:
    """Look for no garbage meanwhile: what a build makes stays to its end, and it would be looked through in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _repositories(session: Session, folders: tuple[str, ...]) -> Iterator[Repository]:
    """Yield the repositories that are named, or else the one in use; the first one needs no alias."""
    roots = [session.folder / session.path(each) for each in folders] or [session.home]
    names = dict[str, Path]()
    for root in roots:
        if not (root / "recipes.toml").is_file():
            raise AskedWrongly(f"There is no repository at {root}: it has no recipes.toml.", hint="--repository FOLDER")
        found = read_repository(root, runner_version=__version__)
        if found.name in names:
            message = f"{names[found.name]} and {root} have the same name, {found.name!r}."
            raise AskedWrongly(message, hint=f'change name = "{found.name}" in one recipes.toml')
        yield read_repository(root, alias=found.name, runner_version=__version__) if names else found
        names[found.name] = root


def _address(text: str) -> str:
    """Return where the site will be, with a slash at its end."""
    if text and (not web_link(text).startswith("https://") or not {"?", "#"}.isdisjoint(text)):
        raise AskedWrongly(
            f"--url takes an https address without ? or #, not {text!r}.", hint="--url https://recipes.example/"
        )
    return f"{text.rstrip('/')}/" if text else ""
