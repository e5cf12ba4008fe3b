"""The filters of the home page. Without a script they are a style sheet; the script is quicker at it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from runner.sharing.site.model import RecipePage, Site

_GIVES: Final = {"rows": "a table", "record": "one record", "text": "a report"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter.

    Attributes:
        name: Its class in the page: `f12`.
        label: `authors`.
        count: How many recipes have it.
    """

    name: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter: its id in the page, what stands above it, what can be chosen."""

    id: str
    title: str
    choices: tuple[Choice, ...]


class Facets:
    """The filters of a site, and which recipe has which values."""

    def __init__(self, site: Site) -> None:
        self._numbers: dict[tuple[str, str], str] = {}
        counts: dict[str, Counter[str]] = {id_: Counter() for id_, _ in _TITLES}
        for recipe in site.recipes:
            for id_, label in _values(recipe):
                counts[id_][label] += 1
        self.all = tuple(Facet(id_, title, self._choices(id_, counts[id_])) for id_, title in _TITLES if counts[id_])

    def of(self, recipe: RecipePage) -> str:
        """Return the classes of a recipe's card."""
        return " ".join(dict.fromkeys(self._numbers[each] for each in _values(recipe)))

    def css(self) -> str:
        """Return the style that hides each card without a chosen value."""
        names = [choice.name for facet in self.all for choice in facet.choices]
        return "".join(f"main:has(option.{name}:checked) .card:not(.{name}){{display:none}}\n" for name in names)

    def _choices(self, id_: str, counts: Counter[str]) -> tuple[Choice, ...]:
        choices = []
        for label in sorted(counts, key=str.casefold):
            name = f"f{len(self._numbers)}"
            self._numbers[id_, label] = name
            choices.append(Choice(name, label, counts[label]))
        return tuple(choices)


_TITLES: Final = (
    ("audience", "For"),
    ("tag", "Tag"),
    ("gives", "Gives"),
    ("api", "API"),
    ("endpoint", "Uses"),
)


def _values(recipe: RecipePage) -> Iterator[tuple[str, str]]:
    yield "gives", _GIVES[recipe.gives]
    yield from (("audience", each) for each in recipe.audience)
    yield from (("tag", each) for each in recipe.tags)
    yield from (("api", each) for each in dict.fromkeys(api.title for api in recipe.apis))
    yield from (("endpoint", f"{each.api} {each.name}".strip()) for each in recipe.endpoints)
