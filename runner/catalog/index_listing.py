"""From what the index holds to the recipes of a listing, in its order and under the names to type."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from runner.catalog.index_rows import Row, split_texts
from runner.catalog.index_store import Shelved
from runner.catalog.index_walk import CATALOG, Place, Walked
from runner.errors import BrokenSource

_texts = lru_cache(maxsize=4096)(split_texts)  # thousands of recipes share a few dozen of these


class Listing(NamedTuple):
    """What a listing found.

    Attributes:
        recipes: In order of repository, API and file.
        broken: What could not be read.
        repositories: Those in sight, without links; the catalog is there once.
    """

    recipes: list[Row]
    broken: list[BrokenSource]
    repositories: list[Place]


def make_listing(shelves: Sequence[Shelved]) -> Listing:
    """List all repositories."""
    listing = Listing([], [], [])
    for shelf in shelves:
        walked = shelf.walked
        listing.repositories.append(Place(Path(walked.root), walked.alias))
        listing.broken.extend(walked.faults)
        listing.broken.extend(_broken(shelf, walked.apis))
        listing.broken.extend(_broken(shelf, walked.files))
        listing.recipes.extend(rows_of(shelf, walked.files, shelves))
    return listing


def rows_of(shelf: Shelved, paths: Iterable[str], shelves: Sequence[Shelved]) -> Iterator[Row]:
    """Make the rows of the recipes among some files of a repository, given all repositories in sight."""
    walked, title = shelf.walked, shelf.title
    root, alias, above = walked.root, walked.alias, walked.path("")
    others = [each.walked for each in shelves if each is not shelf]
    for path in paths:
        columns = shelf.columns(path)
        if not columns[0]:
            continue
        yield Row(
            shown_name(columns[1], alias, others),
            columns[1],
            columns[2],
            columns[3],
            _texts(columns[4]),
            _texts(columns[5]),
            columns[6],
            bool(columns[7]),
            columns[8],
            columns[9],
            _texts(columns[10]),
            _texts(columns[11]),
            above + path,
            title,
            root,
            alias,
            columns[12],
        )


def shown_name(recipe_id: str, alias: str, others: Sequence[Walked]) -> str:
    """Return what to type for a recipe: the alias comes first where the id alone would mean another one."""
    if not alias:
        return recipe_id
    api, _, last = recipe_id.partition("/")
    if alias == CATALOG and not any(other.holds_id(api, last) for other in others):
        return recipe_id
    return f"{alias}/{recipe_id}"


def _broken(shelf: Shelved, paths: Iterable[str]) -> Iterator[BrokenSource]:
    for path in paths:
        line, problem, hint = shelf.columns(path)[13:16]
        if line:
            yield BrokenSource(Path(shelf.walked.path(path)), line, problem, hint=hint)
