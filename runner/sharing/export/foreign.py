"""What belongs to others than the one who gets a file: names and values out of profiles and customers' recipes."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from runner.catalog.index_rows import Row
from runner.sharing.profile import Profile

CUSTOMER: Final = "the name of another customer"
PROFILE: Final = "the name of another profile"
VALUE: Final = "a value of another customer"

_SHORTEST_TELLING: Final = 6
_SHORTEST: Final = 4
_WORD: Final = re.compile(r"[^\W\d_]+")
_DULL: Final = re.compile(r"[-+\d.,:\sTZ/]+|true|false|yes|no|on|off", re.IGNORECASE)
_ANYBODYS: Final = frozenset(
    {"default", "customer", "example", "sandbox", "staging", "testing", "internal", "production"}
)
"""Names of profiles that are words of any text; shorter ones count as such anyway."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """One text that should not stand in what somebody else gets.

    Attributes:
        what: For the user, without the text.
        text: To be found as a word of its own.
        stops: It stops an export; else a person is told.
        is_anothers: There may be several such, which are counted.
    """

    what: str
    text: str
    stops: bool = True
    is_anothers: bool = True


@dataclass(frozen=True, slots=True)
class Own:
    """What is handed over, and to whom: nothing of it gives anybody else away.

    Attributes:
        customer: Who gets it, or `""`.
        profile: The one that gave values, or `""`.
        texts: Values, defaults and examples.
        words: What the recipe, its APIs and its repository are called.
        source: The recipe's text.
    """

    customer: str
    profile: str
    texts: Collection[str]
    words: Collection[str]
    source: str

    def is_named(self, name: str) -> bool:
        """Whether this is the customer, or a part of the customer's name."""
        return re.search(rf"(?<!\w){re.escape(_folded(name))}(?!\w)", _folded(self.customer)) is not None

    def has(self, profile: Profile) -> bool:
        """Whether a profile is that of the customer."""
        is_theirs = bool(profile.customer) and _folded(profile.customer) == _folded(self.customer)
        return profile.name == self.profile or is_theirs


def find_belongings(own: Own, profiles: Iterable[Profile], rows: Iterable[Row]) -> Iterator[Belonging]:
    """Yield names and values of others, each text once.

    A value of a private parameter always stops an export. Of other values those do that tell something: several words,
    or a word with digits or signs in it, unless they stand in the recipe itself. Single words are told; numbers, days,
    and what the recipes of nobody in particular have as default, example or choice are left out.

    Args:
        own: Of the one who gets the file.
        profiles: All of the user's.
        rows: All recipes in sight.
    """
    rows = tuple(rows)
    others = [profile for profile in profiles if not own.has(profile)]
    theirs = [row for row in rows if row.customer and not own.is_named(row.customer)]
    names = [*(row.customer for row in theirs), *(each.customer for each in others)]
    public = {_folded(text) for text in (*own.texts, *_public_texts(rows))}
    values = (each for each in _values(own, others, theirs, rows) if _folded(each.text) not in public)
    seen = {""}
    for belonging in (*_names(own, names, others), *values):
        folded = _folded(belonging.text)
        if folded not in seen:
            seen.add(folded)
            yield belonging


def _names(own: Own, customers: Iterable[str], others: Iterable[Profile]) -> Iterator[Belonging]:
    for name in customers:
        if not own.is_named(name):
            yield Belonging(CUSTOMER, name)
    known = _ANYBODYS | {_folded(word) for word in own.words}
    for profile in others:
        if not own.is_named(profile.name):
            is_telling = len(profile.name) >= _SHORTEST and profile.name not in known
            yield Belonging(PROFILE, profile.name, stops=is_telling)


def _values(own: Own, others: Iterable[Profile], theirs: Iterable[Row], rows: Iterable[Row]) -> Iterator[Belonging]:
    private = {parameter.name for row in rows for parameter in row.parameters if parameter.private}
    given = [(name, text, name in private) for profile in others for name, text in _texts(profile)]
    given += [
        (each.name, text, each.private)
        for row in theirs
        for each in row.parameters
        for text in each.default.split("\n")
        if not each.choices
    ]
    source = _folded(own.source) if given else ""  # of a whole catalog that takes a while
    for _, text, is_private in given:
        is_telling = len(text) >= _SHORTEST_TELLING and not _WORD.fullmatch(text)
        if is_private or (len(text) >= _SHORTEST and not _DULL.fullmatch(text)):
            yield Belonging(VALUE, text, stops=is_private or (is_telling and _folded(text) not in source))


def _texts(profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield the name and each value of a profile as text."""
    for values in (profile.values, *profile.recipe_values.values()):
        for name, value in values.items():
            for each in value if isinstance(value, list) else [value]:
                yield name, (each.isoformat() if isinstance(each, date) else str(each)).strip()


def _public_texts(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        for each in row.parameters if not row.customer else ():
            yield from (*each.default.split("\n"), *each.example.split("\n"), *each.choices)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
