"""From what the index holds to the recipes of a listing, in its order and under the names to type."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from runner.catalog.index_rows import LAST, Row, split_collections, split_texts
from runner.catalog.index_store import Shelved
from runner.catalog.index_walk import CATALOG, Place, Walked
from runner.errors import BrokenSource

_texts = lru_cache(maxsize=4096)(split_texts)  # thousands of recipes share a few dozen of these

COLUMNS: Final = ("id", "title", "audience", "tags", "api", "gives", "repository")
"""Of the list as CSV, which is a contract."""


class Told(NamedTuple):
    """What a repository says of itself.

    Attributes:
        title: For people.
        collections: Title of the collection and position of each recipe that stands in one, by its id.
    """

    title: str
    collections: dict[str, tuple[str, int]]


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
    walked, told = shelf.walked, Told(shelf.title, split_collections(shelf.collections))
    others = [each.walked for each in shelves if each is not shelf]
    for path in paths:
        columns = shelf.columns(path)
        if columns[0]:
            name = shown_name(columns[1], walked.alias, lambda *parts: any(each.holds_id(*parts) for each in others))
            yield make_row(columns, name=name, path=path, told=told, place=walked)


def make_row(columns: Sequence[Any], *, name: str, path: str, told: Told, place: Place | Walked) -> Row:
    """Make the row of one recipe.

    Args:
        columns: `LISTED`, and perhaps more behind them.
        name: What to type for it.
        path: Below `recipes/`.
        told: What its repository says of itself.
        place: Its repository.
    """
    _, recipe_id, question, audience, tags, gives, _, _, _, *more = columns
    description, writes, deprecated, customer, promised, endpoints, parameters, *_ = more
    collection, position = told.collections.get(recipe_id, ("", LAST))
    return Row(
        name=name,
        id=recipe_id,
        title=question,
        description=description,
        audience=_texts(audience),
        tags=_texts(tags),
        gives=gives,
        writes=bool(writes),
        deprecated=deprecated,
        customer=customer,
        columns=_texts(promised),
        endpoints=_texts(endpoints),
        path=os.path.join(place.root, "recipes", path),  # noqa: PTH118 - ten thousand times
        repository=told.title,
        root=str(place.root),
        alias=place.alias,
        parameters_json=parameters,
        collection=collection,
        position=position,
    )


def as_cells(row: Row) -> tuple[str, ...]:
    """Return the values of `COLUMNS` for one recipe."""
    return row.name, row.title, ";".join(row.audience), ";".join(row.tags), row.api, row.gives, row.repository


def as_csv(columns: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """Return rows of texts as CSV with a header."""
    import csv
    from io import StringIO

    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(cells)
    return text.getvalue()


def shown_name(recipe_id: str, alias: str, is_elsewhere: Callable[[str, str], bool]) -> str:
    """Return what to type for a recipe: the alias comes first where the id alone would mean another one.

    Args:
        recipe_id: `newswhip/top-stories`.
        alias: Of its repository.
        is_elsewhere: Tells whether another repository in sight has a file for an API and a name.
    """
    if not alias:
        return recipe_id
    api, _, last = recipe_id.partition("/")
    if alias == CATALOG and not is_elsewhere(api, last):
        return recipe_id
    return f"{alias}/{recipe_id}"


def is_named(row: Row, beginning: str) -> bool:
    """Tell whether the name of a recipe, or its last part, begins like this."""
    return row.name.startswith(beginning) or row.name.rpartition("/")[2].startswith(beginning)


def _broken(shelf: Shelved, paths: Iterable[str]) -> Iterator[BrokenSource]:
    for path in paths:
        line, problem, hint = shelf.columns(path)[6:9]
        if line:
            yield BrokenSource(Path(shelf.walked.path(path)), line, problem, hint=hint)
