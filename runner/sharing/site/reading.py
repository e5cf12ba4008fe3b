"""Repositories become a `Site`; every file is read and none is run."""

import gc
import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from runner import __version__
from runner.catalog import (
    Api,
    Library,
    Repository,
    read_recipe,
    read_repository,
)
from runner.catalog.children import Children
from runner.catalog.text_file import read_text
from runner.errors import BrokenSource
from runner.sharing.repositories.snapshot import customer_in
from runner.sharing.site import model
from runner.sharing.site.clean import LONGEST_TITLE, line, slug, web_link
from runner.sharing.site.known import KnownRecipes, Read, mark_of

_MANY: Final = 16
"""Recipes for which it pays to start other processes."""


@dataclass(frozen=True, slots=True)
class Options:
    """What of the repositories is shown, and how it is read.

    Attributes:
        customers: Whose examples are shown too.
        cache: Where parsed cassettes and drawn pictures are kept, or None.
        watch: Hears how many recipes of how many are read.
    """

    customers: Collection[str] = ()
    cache: Path | None = None
    watch: Callable[[int, int], None] = lambda _done, _total: None


def read_site(
    repositories: Sequence[Repository], options: Options = Options(), known: KnownRecipes | None = None
) -> model.Site:
    """Read repositories; what is broken is listed and hides nothing else.

    Args:
        repositories: The first one gives the title, and its recipes are named without an alias.
        options: What is shown.
        known: The recipes of earlier builds, of which those that have not changed are not read again.
    """
    known = known or KnownRecipes()
    reader = _Reader(repositories, options, known)
    try:
        recipes = tuple(reader.recipes())
    finally:  # also where somebody does not wait for the rest
        known.keep()
    collections = tuple(_collections(repositories, recipes))
    first = repositories[0]
    return model.Site(
        title=line(first.title, LONGEST_TITLE),
        description=line(first.description),
        publisher=line(first.publisher),
        homepage=web_link(first.homepage),
        recipes=_as_best_read(recipes, collections),
        collections=collections,
        broken=tuple(reader.broken),
        left_out=reader.left_out,
        notes=tuple(reader.notes),
    )


def read_asked() -> None:
    """Read the recipes that are named on stdin; write what each became to stdout, or an empty line."""
    gc.disable()  # nothing here is made in circles, and the process ends soon
    asked = json.load(sys.stdin)
    repositories = [
        read_repository(Path(root), alias=alias, runner_version=__version__) for root, alias in asked["repositories"]
    ]
    customers, cache = asked["options"]
    reader = _Reader(repositories, Options(customers, cache and Path(cache)), KnownRecipes(program=asked["program"]))
    for number, path in asked["files"]:
        with suppress(BrokenSource):  # told where it is listed
            sys.stdout.write(reader.written(repositories[number], Path(path)) or "")
        sys.stdout.write("\n")
        sys.stdout.flush()


def _as_best_read(
    recipes: tuple[model.RecipePage, ...], collections: tuple[model.Collection, ...]
) -> tuple[model.RecipePage, ...]:
    """Return the recipes in the order of the collections; those of none stand behind."""
    placed = (recipe.id for each in collections for recipe in each.recipes)
    order = {id_: number for number, id_ in enumerate(placed)}
    return tuple(sorted(recipes, key=lambda recipe: order.get(recipe.id, len(order))))


class _Reader:
    """Reads recipe after recipe, and keeps what it finds beside them."""

    def __init__(self, repositories: Sequence[Repository], options: Options, known: KnownRecipes) -> None:
        self._library = Library(repositories)
        self._repositories, self._options, self._known = repositories, options, known
        self._customers = {_shown_name(each) for each in options.customers}
        self._apis: dict[tuple[str, str], Api] = {}
        self.broken = list[model.Broken]()
        self.notes = dict[str, None]()
        self.left_out = 0

    def recipes(self) -> Iterator[model.RecipePage]:
        files = [(each, path) for each in self._repositories for path in each.recipe_files()]
        known = {path: read for each, path in files if (read := self._known_read(each, path))}
        known.update(self._read_ahead([(each, path) for each, path in files if path not in known], len(files)))
        for each in self._repositories:
            self.broken += [_broken(each, error) for error in each.faults()]
        for done, (repository, path) in enumerate(files):
            self._options.watch(done, len(files))
            try:
                read = known.get(path) or self._read(repository, path)
            except BrokenSource as error:
                self.broken.append(_broken(repository, error, path))
                continue
            if read is None or not self._is_shown(read.page.customer):
                self.left_out += 1
                continue
            if read.note:
                self.notes[read.note] = None
            yield read.page

    def _read_ahead(self, unknown: Iterable[tuple[Repository, Path]], total: int) -> Iterator[tuple[Path, Read]]:
        """Let several processes read what is not known yet; yield what each recipe became that they could read."""
        shown = ((each, path) for each, path in unknown if self._may_be_shown(path))
        first = [*islice(shown, _MANY)]
        if len(first) < _MANY:
            return
        cache = self._options.cache
        question = {
            "repositories": [(str(each.root), each.alias) for each in self._repositories],
            "options": [list(self._options.customers), cache and str(cache)],
            "program": self._known.program,
        }
        with Children(__name__, read_asked.__name__) as children:  # they begin while it goes on here
            wanted = [*first, *shown]
            files = [(self._repositories.index(each), str(path)) for each, path in wanted]
            done = total - len(wanted)
            answers = children.answers(files, lambda share: question | {"files": share})
            for (_, path), answer in zip(wanted, answers, strict=True):
                done += answer is not None
                self._options.watch(done, total)
                if answer:
                    yield path, self._known.remember(answer)

    def _known_read(self, repository: Repository, path: Path) -> Read | None:
        with suppress(BrokenSource):  # of its API; told where it is read
            return self._known.recall(repository, path, lambda name: mark_of(self._api(repository, name)))
        return None

    def _read(self, repository: Repository, path: Path) -> Read | None:
        """Return what a recipe becomes; None for an example of a customer who is not named."""
        line = self.written(repository, path)
        return None if line is None else self._known.remember(line)

    def written(self, repository: Repository, path: Path) -> str | None:
        """Return what a recipe becomes as `KnownRecipes.remember` takes it; None as `_read`."""
        look = self._known.look(repository, path)
        recipe = read_recipe(path)
        if not self._is_shown(recipe.customer):
            return None
        apis = {each.api: self._api(repository, each.api) for each in recipe.clients}
        from runner.sharing.site.recipe_page import read_page  # of which a build that knows all needs nothing

        return self._known.written(look, recipe, apis, read_page(repository, recipe, apis, self._options.cache))

    def _may_be_shown(self, path: Path) -> bool:
        with suppress(BrokenSource):  # told where it is read
            return self._is_shown(customer_in(path.name, read_text(path).encode()))
        return False

    def _is_shown(self, customer: str) -> bool:
        return not customer or _shown_name(customer) in self._customers

    def _api(self, repository: Repository, name: str) -> Api:
        place = (repository.alias, name)
        if place not in self._apis:
            self._apis[place] = self._library.api(repository, name)
        return self._apis[place]


def _shown_name(customer: str) -> str:
    return line(customer, LONGEST_TITLE).casefold()


def _broken(repository: Repository, error: BrokenSource, path: Path | None = None) -> model.Broken:
    """Say what is wrong with a recipe; where on this machine it lies is nobody's business."""
    root, place = repository.root, error.path
    shown = place.relative_to(root).as_posix() if place.is_relative_to(root) else place.name
    file = path.relative_to(root).as_posix() if path else shown
    problem = f"line {error.line}: {error.problem}" if file == shown else f"{shown}:{error.line}: {error.problem}"
    hint = error.hint.replace(f"{root}/", "")
    return model.Broken(line(repository.title), line(file), line(problem), line(hint))


def _collections(repositories: Sequence[Repository], recipes: Sequence[model.RecipePage]) -> Iterator[model.Collection]:
    """Yield what `recipes.toml` puts together; a recipe that is not shown is passed over."""
    shown = {each.id: each for each in recipes}
    paths = set[str]()
    for repository in repositories:
        prefix = f"{repository.alias}/" if repository.alias else ""
        for each in getattr(repository, "collections", ()):
            members = tuple(shown[prefix + name] for name in each.recipes if prefix + name in shown)
            path = f"collections/{prefix}{slug(each.title)}"
            while path in paths:
                path += "-too"
            if members:
                paths.add(path)
                yield model.Collection(path, line(each.title, LONGEST_TITLE), members)
