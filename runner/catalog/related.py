"""What to read after a recipe: the next one of its collection, and those that share its endpoints and tags."""

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from runner.catalog.index_rows import Row
from runner.catalog.recorded import endpoint_path

MOST: Final = 3


class Neighbours(NamedTuple):
    """What stands near a recipe.

    Attributes:
        collection: Title of its collection, or `""`.
        at: Its place there, from 1; 0 where it is in none.
        of: How many stand there.
        next: The one behind it there; None for the last.
        related: Three at most, the next one first.
    """

    collection: str
    at: int
    of: int
    next: Row | None
    related: tuple[Row, ...]


def find_neighbours(recipe_id: str, rows: Sequence[Row]) -> Neighbours:
    """Find what stands near a recipe; the same rows always give the same.

    Args:
        recipe_id: Of the recipe.
        rows: Those of its repository: what others say of themselves shall not get in here.
    """
    recipe = next((row for row in rows if row.id == recipe_id), None)
    if recipe is None:  # its file changed just now
        return Neighbours("", 0, 0, None, ())
    together = sorted((row for row in rows if recipe.collection == row.collection), key=attrgetter("position"))
    shelf = together if recipe.collection else []
    at = shelf.index(recipe) + 1 if shelf else 0
    follower = shelf[at] if at < len(shelf) else None
    alike = (row for row in _alike(recipe, rows) if row is not follower)
    related = ([follower] if follower else []) + [*alike]
    return Neighbours(recipe.collection, at, len(shelf), follower, tuple(related[:MOST]))


def _alike(recipe: Row, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield what shares something with a recipe, most alike first; what few have counts more than what many have."""
    shared_by = Counter(each for row in rows for each in _marks(row))
    marks = _marks(recipe)
    others = [row for row in rows if row is not recipe and not row.customer and not row.deprecated]
    scores = {row.name: sum(1 / shared_by[each] for each in sorted(marks & _marks(row))) for row in others}
    alike = [row for row in others if scores[row.name]]
    yield from sorted(alike, key=lambda row: (-scores[row.name], row.position, row.name))


def _marks(row: Row) -> set[tuple[str, str]]:
    return {("tag", each) for each in row.tags} | {("path", endpoint_path(each)) for each in row.endpoints}
