"""Rules for the collections of a repository: what they name is there, and what is there stands in one."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from runner.catalog import Repository, read_recipe, read_repository
from runner.catalog.collection import Collection
from runner.catalog.ids import bare_id
from runner.catalog.index_walk import REPOSITORY_FILE
from runner.catalog.text_file import read_text
from runner.catalog.wording import listed
from runner.checking.finding import Spot
from runner.errors import BrokenSource, nearest

_SHOWN = 3


def unknown_recipe(repository: Repository) -> Iterator[Spot]:
    """Find what a collection names and nobody can read there: no such recipe, or one that stays with its customer."""
    files = {bare_id(path): path for path in repository.recipe_files()}
    for collection in _collections(repository):
        for recipe_id in collection.recipes:
            line = _line_of(repository, collection, recipe_id)
            file = files.get(recipe_id)
            if file is None:
                near = nearest(recipe_id, files)
                problem = f"{collection.title!r} names {recipe_id}, and there is no such recipe"
                yield Spot(repository.root / REPOSITORY_FILE, line, problem, f"write {near}" if near else "remove it")
            elif _is_for_customer(file):
                problem = f"{collection.title!r} names {recipe_id}, which was made for a customer"
                yield Spot(repository.root / REPOSITORY_FILE, line, problem, "remove it: others never get it")


def uncollected(repository: Repository) -> Iterator[Spot]:
    """Find what stands in no collection, where there are any; what was made for a customer or is outdated need not."""
    collections = _collections(repository)
    if not collections:
        return
    named = {each for collection in collections for each in collection.recipes}
    missing = [bare_id(path) for path in repository.recipe_files() if bare_id(path) not in named and _is_for_all(path)]
    if missing:
        more = f" and {len(missing) - _SHOWN:,} more" if len(missing) > _SHOWN else ""
        verb = "stands" if len(missing) == 1 else "stand"
        problem = f"{listed(missing[:_SHOWN])}{more} {verb} in no collection"
        yield Spot(repository.root / REPOSITORY_FILE, collections[-1].line, problem, "name them where they fit")


def _collections(repository: Repository) -> tuple[Collection, ...]:
    try:
        return read_repository(repository.root).collections
    except BrokenSource:  # R012 says so
        return ()


def _line_of(repository: Repository, collection: Collection, recipe_id: str) -> int:
    """Return the line of a name in a list of several lines; names stand in one collection each, and so once."""
    lines = read_text(repository.root / REPOSITORY_FILE).split("\n")
    written = (f'"{recipe_id}"', f"'{recipe_id}'")
    found = (at for at, line in enumerate(lines, 1) if at >= collection.line and any(each in line for each in written))
    return next(found, collection.line)


def _is_for_customer(file: Path) -> bool:
    with suppress(BrokenSource):  # a rule of its own says so
        return bool(read_recipe(file).customer)
    return False


def _is_for_all(file: Path) -> bool:
    try:
        recipe = read_recipe(file)
    except BrokenSource:
        return False
    return not recipe.customer and not recipe.deprecated
