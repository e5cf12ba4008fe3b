"""The collections of a repository: recipes that belong together, in the order in which they are best read."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from runner.catalog.ids import is_id
from runner.catalog.tables import Table
from runner.catalog.wording import quoted

_LONGEST: Final = 60  # characters of a title, which is a heading and is typed


class Collection(NamedTuple):
    """One `[[collection]]` of a `recipes.toml`.

    Attributes:
        title: For people, as a heading: `Start here`.
        recipes: The ids of its recipes in order: `newswhip/top-stories`.
        line: Where `recipes` stands.
    """

    title: str
    recipes: tuple[str, ...]
    line: int


def read_collections(table: Table) -> tuple[Collection, ...]:
    """Read the collections of a `recipes.toml`, in order.

    Args:
        table: The whole file.

    Raises:
        BrokenSource: One breaks a rule; whether its recipes are there is for `recipes check` to say.
    """
    found: list[Collection] = []
    for each in table.array("collection"):
        found.append(_read_collection(each, found))
    return tuple(found)


def _read_collection(table: Table, before: Sequence[Collection]) -> Collection:
    """Read one; as each recipe has one next to it at most, it stands in one collection at most."""
    table.allow("title", "recipes")
    table.require("title")
    recipes = table.texts("recipes")
    if not recipes:
        raise table.broken("recipes", "names none", 'write recipes = ["newswhip/top-stories"]')
    for each in recipes:
        if not is_id(each):
            hint = 'write ids, like "newswhip/top-stories"'
            raise table.broken("recipes", f"names {quoted(each)}, which is no id", hint)
        for other in before:
            if each in other.recipes:
                problem = f"names {each}, which stands in {quoted(other.title)} already"
                raise table.broken("recipes", problem, "remove it from one of the two")
    return Collection(_read_title(table, before), recipes, table.line("recipes"))


def _read_title(table: Table, before: Sequence[Collection]) -> str:
    title = " ".join(table.text("title").split())
    if len(title) > _LONGEST:
        raise table.broken("title", f"has more than {_LONGEST} characters", "write a short heading")
    if as_typed(title) in [as_typed(other.title) for other in before]:
        raise table.broken("title", f"is {quoted(title)} once more", "put the recipes of both into one")
    return title


def as_typed(title: str) -> str:
    """Return what makes a title the one that was typed: capitals do not count, and hyphens stand for blanks."""
    return " ".join(title.casefold().replace("-", " ").replace("_", " ").split())
