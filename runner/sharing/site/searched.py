"""All that the pages of a site show, to be searched for what must not be shown."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from operator import and_, not_
from typing import NamedTuple

from runner.sharing.site.model import RecipePage, Site
from runner.sharing.site.stamps import digest


class Part(NamedTuple):
    """What one recipe, or something else of a site, shows.

    Attributes:
        name: Where it is from.
        mark: The same for the same texts.
        texts: All that is shown.
    """

    name: str
    mark: str
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        """All texts as one."""
        return "\n".join(self.texts)


def parts_of(site: Site, is_clean: Callable[[str], bool]) -> Iterator[Part]:
    """Yield the parts of a site, but those of which the mark says that nothing is in them."""
    for each in site.recipes:
        if not each.mark or not is_clean(each.mark):
            texts = tuple(_shown(each))
            yield Part(each.id, each.mark or digest("\n".join(texts)), texts)
    others: dict[str, Iterable[str]] = {
        "what is broken": [f"{each.file}\n{each.problem}\n{each.fix}" for each in site.broken],
        "the APIs": dict.fromkeys(repr(api) for each in site.recipes for api in each.apis),
        "the titles": [site.title, site.description, *(each.title for each in site.collections)],
    }
    for name, found in others.items():
        part = Part(name, digest("\n".join(found)), tuple(found))
        if not is_clean(part.mark):
            yield part


def said_once(parts: Iterable[Part]) -> list[str]:
    """Return the text of each part without the lines that stand before it, with the same neighbours.

    A script holds its recipe, and the rest of it is much like that of others. Where nothing is in these texts, nothing
    is in the parts.
    """
    seen = set[tuple[str, str]]()
    return ["\n".join(_unseen(text.splitlines(), seen) for text in part.texts) for part in parts]


def _shown(recipe: RecipePage) -> Iterator[str]:
    yield from (recipe.id, recipe.title, recipe.description, recipe.source)
    yield from (each.text for each in (recipe.script, recipe.curl) if each)
    if recipe.sample:
        yield recipe.sample.text
        yield "\n".join(cell.text for row in recipe.sample.rows for cell in row)


def _unseen(lines: Sequence[str], seen: set[tuple[str, str]]) -> str:
    pairs = [*zip(("", *lines), (*lines, ""), strict=True)]
    known = [*map(seen.__contains__, pairs)]
    seen.update(pairs)
    return "\n".join(compress(lines, map(not_, map(and_, known, known[1:]))))
