"""All that the pages of a site show, to be searched for what must not be shown."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import compress
from operator import and_, not_
from typing import Final, NamedTuple

from runner.sharing.site.model import RecipePage, Site
from runner.sharing.site.stamps import digest

_SAID: Final = re.compile(r'aria-label="([^"]*)"|>([^<>]+)<')
"""What a picture says to who reads or hears it; all else in it are lines and colours."""


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
    for recipe in site.recipes:
        for name, ending, shown in ((recipe.id, "", _shown), (f"{recipe.id}, script", "-script", _script)):
            mark = recipe.mark and f"{recipe.mark}{ending}"
            if not (mark and is_clean(mark)):
                yield _part(name, shown(recipe), mark)
    others: dict[str, Iterable[str]] = {
        "what is broken": ["\n".join(each) for each in site.broken],
        "the APIs": dict.fromkeys("\n".join(api) for each in site.recipes for api in each.apis),
        "the titles": [
            *(site.title, site.description, site.publisher, site.homepage),
            *(each.title for each in site.collections),
            *dict.fromkeys(f"{each.repository}\n{each.publisher}" for each in site.recipes),
        ],
    }
    for name, texts in others.items():
        part = _part(name, texts)
        if not is_clean(part.mark):
            yield part


def find_unclean(parts: Sequence[Part], are_clean: Callable[[Sequence[str]], Sequence[bool]]) -> list[Part]:
    """Return the parts in which something is.

    What stands in several parts is searched once: a script holds its recipe, and the rest of it is much like that of
    others. Only what stands in a part that is not clean is searched in all others too.

    Args:
        parts: All.
        are_clean: Searches many texts.
    """
    rest, unclean, clean, doubtful = [*parts], list[Part](), set[str](), set[str]()
    while True:
        said = said_once(rest, doubtful)
        unknown = [text for text in dict.fromkeys(said) if text not in clean]
        clean.update(compress(unknown, are_clean(unknown)))
        found = [text not in clean for text in said]
        if not any(found):
            return unclean
        unclean += compress(rest, found)
        doubtful.update(line for text in compress(said, found) for line in text.splitlines())
        rest = [*compress(rest, map(not_, found))]


def said_once(parts: Iterable[Part], kept: Collection[str] = frozenset()) -> list[str]:
    """Return the text of each part without the lines that stand before it, with the same neighbours.

    Args:
        parts: All.
        kept: Lines that stay wherever they stand.
    """
    seen = set[tuple[str, str]]()
    return ["\n".join(_unseen(text.splitlines(), seen, kept) for text in part.texts) for part in parts]


def _part(name: str, texts: Iterable[str], mark: str = "") -> Part:
    listed = tuple(texts)
    return Part(name, mark or digest("\n".join(listed)), listed)


def _shown(recipe: RecipePage) -> Iterator[str]:
    """Yield all but the script."""
    yield from (recipe.id, recipe.title, recipe.description, recipe.source, "\n".join(_words(recipe)))
    if recipe.curl:
        yield recipe.curl.text
    if recipe.sample:
        yield recipe.sample.text
        yield "\n".join(cell.text for row in recipe.sample.rows for cell in row)
        yield "\n".join(cell.href for row in recipe.sample.rows for cell in row if cell.href != cell.text)
    yield "\n".join(map("".join, _SAID.findall(recipe.picture)))


def _words(recipe: RecipePage) -> Iterator[str]:
    """Yield what stands beside the source: it may be read off recordings, and the source may be withheld."""
    yield from (recipe.deprecated, recipe.based_on, *recipe.audience, *recipe.tags, *recipe.dependencies)
    yield from (*recipe.columns, *recipe.oddities, *(each.name for each in recipe.endpoints))
    for field in recipe.fields:
        yield from (field.help, *field.choices, *field.initial)
    if recipe.sample:
        yield from (*recipe.sample.columns, *(text for _, text in recipe.sample.values))


def _script(recipe: RecipePage) -> Iterator[str]:
    if recipe.script:
        yield recipe.script.text


def _unseen(lines: Sequence[str], seen: set[tuple[str, str]], kept: Collection[str]) -> str:
    pairs = [*zip(("", *lines), (*lines, ""), strict=True)]
    known = [*map(seen.__contains__, pairs)]
    seen.update(pairs)
    left_out = map(and_, known, known[1:])
    return "\n".join(line for line, is_left_out in zip(lines, left_out, strict=True) if not is_left_out or line in kept)
