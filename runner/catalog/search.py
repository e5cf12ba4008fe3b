"""Full-text search in the index: which recipes answer a customer's question.

FTS5 finds (English stems, beginnings of words, no accents); the order is made here. Its own `bm25` counts over the
whole file, so what else the cache has seen would change the answer; and it gives no weight to a word in more than half
of all recipes, which in a small catalog are the words that matter. As there, a rare word counts more than a frequent
one, and fields have weights; of the fields in which a word stands the best one counts.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from math import inf, log
from typing import Final, NamedTuple

from runner.catalog.index_file import SEARCHED, has_search
from runner.catalog.index_lookup import Lookup
from runner.catalog.index_rows import Row
from runner.catalog.search_why import why
from runner.catalog.search_words import Word, near_words, pairs, split_words, vocabulary
from runner.errors import AskedWrongly, nearest

_FIELDS: Final = (
    ("id title", 10.0, 7.0, 3.5),
    ("tags audience", 6.0, 5.0, 2.5),
    ("options", 4.0, 3.0, 1.5),
    ("columns paths description help", 2.0, 1.0, 0.5),
)
"""Columns, and what a word in them counts: as typed, one that stands for it, one that only begins with it."""


_ALL: Final = " ".join(SEARCHED)


class Match(NamedTuple):
    """One recipe that was found.

    Attributes:
        row: The recipe.
        score: Larger is better; comparable within one search only.
        why: Which fields hold which words: `title: brand; tag: share-of-voice`.
        words: How many of the words that decide were found in it.
    """

    row: Row
    score: float
    why: str
    words: int


class Hits(NamedTuple):
    """What a search found.

    Attributes:
        matches: Best first; those with more of the words before those with fewer.
        total: How many there are, with those beyond the limit.
        words: How many words decide.
        replaced: What was typed, and the known words that were looked for instead.
        unknown: What was typed and found nowhere.
        suggestion: The known word most like an unknown one where nothing was found, or `""`.
    """

    matches: list[Match]
    total: int
    words: int
    replaced: dict[str, str]
    unknown: tuple[str, ...]
    suggestion: str = ""


class _Ranked(NamedTuple):
    number: int
    words: int
    score: float


def search(lookup: Lookup, text: str, limit: int) -> Hits:
    """Find the recipes that hold all words, or if there are none, those that hold most of them.

    Args:
        lookup: The repositories to search.
        text: As typed.
        limit: How many matches to return.

    Raises:
        AskedWrongly: This Python's SQLite has no FTS5.
    """
    if not has_search(lookup.connection):
        raise AskedWrongly("Search needs an SQLite with FTS5, and this Python has none.", hint="recipes list")
    finder = _Finder(lookup)
    words = [finder.known(word) for word in split_words(text)]
    found = {word: numbers for word in words if (numbers := finder.find(word.loose))}
    unknown = tuple(word.typed for word in words if word not in found)
    ranked = _ranked(lookup, finder, found, len(words))
    matches = [_match(lookup, list(found), each) for each in _best(lookup, ranked, limit)]
    suggestion = "" if ranked else finder.suggest(unknown)
    return Hits(matches, len(ranked), len(words), dict(pairs(found)), unknown, suggestion)


class _Finder:
    """Asks FTS5 about the recipes in sight."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._counts: dict[str, int] = {}

    def find(self, expression: str, columns: str = _ALL, within: str = "") -> set[int]:
        """Return the numbers of the recipes in sight that match an FTS5 expression in some columns, and another one."""
        if not self._lookup.numbers:
            return set()
        parts = [f"({{{columns}}} : {expression})", *([within] if within else ())]
        if not self._lookup.is_all:
            numbers = " OR ".join(f'"{number}"' for number in self._lookup.numbers)
            parts.append(f"(repository : ({numbers}))")
        rows = self._lookup.connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (" AND ".join(parts),))
        return {number for (number,) in rows}

    def known(self, word: Word) -> Word:
        """Return a word that matches nothing with known ones in its place, if there are such."""
        if self.find(word.loose):
            return word
        near = near_words(word.typed, self.vocabulary(), lambda other: bool(self.find(word.replaced([other]).loose)))
        return word.replaced(near) if near else word

    def suggest(self, typed: Iterable[str]) -> str:
        """Return the known word most like one of those typed, or `""`."""
        known = [word for word, count in self.vocabulary().items() if count and len(word) > 2]
        return next((near for word in typed if (near := nearest(word, known))), "")

    def vocabulary(self) -> dict[str, int]:
        """Count all words of the recipes in sight."""
        if not self._counts:
            self._counts = vocabulary(self._lookup.texts(" || char(10) || ".join(SEARCHED)))
        return self._counts


def _ranked(lookup: Lookup, finder: _Finder, found: dict[Word, set[int]], words: int) -> list[_Ranked]:
    """Return the recipes with all words, or else those with any, in no order."""
    if not found:
        return []
    sets = list(found.values())
    candidates = set.intersection(*sets) if len(found) == words else set()
    expression = " AND ".join(f"({{{_ALL}}} : {word.loose})" for word in found)
    if not candidates:
        candidates, expression = set.union(*sets), ""
    counts = dict.fromkeys(candidates, 0)
    scores = dict.fromkeys(candidates, 0.0)
    recipes = lookup.count()
    for word, numbers in found.items():
        rarity = log(1 + recipes / len(numbers))
        for number, weight in _weights(finder, word, expression).items():
            counts[number] += 1
            scores[number] += weight * rarity
    return [_Ranked(number, counts[number], scores[number]) for number in candidates]


def _best(lookup: Lookup, ranked: Sequence[_Ranked], limit: int) -> list[_Ranked]:
    """Return the best ones in order; equals stand as in a list."""
    ordered = sorted(ranked, key=_merit)
    last = _merit(ordered[limit - 1]) if len(ordered) > limit else (0, inf)
    contenders = list(takewhile(lambda each: _merit(each) <= last, ordered))
    spots = lookup.spots(each.number for each in contenders)
    return sorted(contenders, key=lambda each: (_merit(each), spots[each.number]))[:limit]


def _merit(ranked: _Ranked) -> tuple[int, float]:
    return -ranked.words, -ranked.score


def _weights(finder: _Finder, word: Word, within: str) -> dict[int, float]:
    """Return what one word counts in each recipe that holds it, perhaps only of those that `within` matches."""
    weights: dict[int, float] = {}
    for columns, *counts in _FIELDS:
        for expression, weight in zip((word.exact, word.other, word.beginning), counts, strict=True):
            if expression:
                for number in finder.find(expression, columns, within):
                    weights[number] = max(weight, weights.get(number, 0.0))
    return weights


def _match(lookup: Lookup, words: Sequence[Word], ranked: _Ranked) -> Match:
    row = lookup.row(ranked.number)
    return Match(row, ranked.score, why(lookup.connection, ranked.number, row.endpoints, words), ranked.words)
