"""Which words a text can hold, told from its template alone: most texts need not be written to be passed over."""

from collections.abc import Iterator
from functools import lru_cache
from string import Formatter

from .assumptions import WORD
from .names import CARS, COMPANIES, CURRENCIES, FILMS, OTHER_COMPANIES, PEOPLE, PLACES, STORMS, TEAMS

NAMES: dict[str, tuple[str, ...]] = {
    "place": tuple(name for names in PLACES.values() for name in names),
    "person": tuple(name for names in PEOPLE.values() for name in names),
    "company": (*OTHER_COMPANIES, *(name for names in COMPANIES.values() for name in names)),
    "team": tuple(name for names in TEAMS.values() for name in names),
    "rival": tuple(name for names in TEAMS.values() for name in names),
    "film": FILMS,
    "car": CARS,
    "storm": STORMS,
    "money": tuple(CURRENCIES.values()),
    "cheap": tuple(CURRENCIES.values()),
}
"""What stands in place of a name or before an amount. All other placeholders are numbers."""

DIGITS = frozenset("0123456789")


def can_hold(templates: tuple[str, ...], word: str) -> bool:
    """Return whether a text from one of the templates may hold a word, in lower case; False is certain."""
    if not DIGITS.isdisjoint(word):
        return True
    return any((words := words_of(template)) is None or word in words for template in templates)


@lru_cache(maxsize=2048)
def words_of(template: str) -> frozenset[str] | None:
    """Return all words without digits that texts from a template may hold; None if a placeholder is part of a word."""
    if has_joined_placeholder(template):
        return None
    return frozenset(word for part in parts(template) for word in WORD.findall(part.lower()))


def parts(template: str) -> Iterator[str]:
    """Yield the fixed parts of a template, and everything that its placeholders may become."""
    for literal, name, _, _ in Formatter().parse(template):
        yield literal
        yield from NAMES.get(name or "", ())


def has_joined_placeholder(template: str) -> bool:
    """Return whether a placeholder touches a letter, digit or another placeholder."""
    pieces = [(literal, name is not None) for literal, name, _, _ in Formatter().parse(template)]
    for number, (literal, is_followed) in enumerate(pieces):
        is_preceded = number > 0 and pieces[number - 1][1]
        if is_preceded and (not literal or WORD.match(literal)) and (literal or is_followed):
            return True
        if is_followed and literal and WORD.match(literal[-1]):
            return True
    return False
