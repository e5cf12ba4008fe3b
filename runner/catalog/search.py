"""Full-text search in the index: which recipes answer a customer's question.

FTS5 finds (English stems, beginnings of words, no accents); the order is made here. Its own `bm25` counts over the
whole file, so what else the cache has seen would change the answer; and it gives no weight to a word in more than half
of all recipes, which in a small catalog are the words that matter. As there, a rare word counts more than a frequent
one, and fields have weights; of the fields in which a word stands the best one counts.
"""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from math import log
from typing import Final, NamedTuple, TypeAlias

from runner.catalog.index_file import LISTED, SEARCHED, has_search
from runner.catalog.index_listing import rows_of
from runner.catalog.index_rows import Row
from runner.catalog.index_store import FIRST, NUMBER, Shelved
from runner.catalog.search_why import why
from runner.catalog.search_words import Word, near_words, pairs, split_words, vocabulary
from runner.errors import AskedWrongly, nearest

Sight: TypeAlias = dict[int, tuple[int, str]]
"""Where the recipe with a number stands: which of the repositories, and its path there."""

_FIELDS: Final = (
    ("id title", 10.0, 7.0, 3.5),
    ("tags audience", 6.0, 5.0, 2.5),
    ("options columns", 4.0, 3.0, 1.5),
    ("description help", 2.0, 1.0, 0.5),
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


def search(connection: sqlite3.Connection, shelves: Sequence[Shelved], text: str, limit: int) -> Hits:
    """Find the recipes that hold all words, or if there are none, those that hold most of them.

    Args:
        connection: To an index that is up to date, in a transaction.
        shelves: The repositories to search.
        text: As typed.
        limit: How many matches to return.

    Raises:
        AskedWrongly: This Python's SQLite has no FTS5.
    """
    if not has_search(connection):
        raise AskedWrongly("Search needs an SQLite with FTS5, and this Python has none.", hint="recipes list")
    finder = _Finder(connection, shelves)
    words = [finder.known(word) for word in split_words(text)]
    found = {word: numbers for word in words if (numbers := finder.find(word.loose))}
    unknown = tuple(word.typed for word in words if word not in found)
    ranked = _ranked(finder, found, len(words))
    matches = [_match(finder, shelves, list(found), each) for each in ranked[:limit]]
    suggestion = "" if ranked else finder.suggest(unknown)
    return Hits(matches, len(ranked), len(words), dict(pairs(found)), unknown, suggestion)


class _Finder:
    """Asks FTS5 about the recipes in sight."""

    def __init__(self, connection: sqlite3.Connection, shelves: Sequence[Shelved]) -> None:
        self.connection = connection
        self.sight: Sight = {
            row[NUMBER]: (at, path) for at, shelf in enumerate(shelves) for path, row in shelf.rows.items()
        }
        roots = [os.fsencode(shelf.walked.root) for shelf in shelves]
        query = f"SELECT number FROM repositories WHERE root IN ({', '.join('?' * len(roots))})"
        self.repositories = [number for (number,) in connection.execute(query, roots)]
        self._counts: dict[str, int] = {}

    def find(self, expression: str, columns: str = _ALL, within: str = "") -> set[int]:
        """Return the numbers of the recipes in sight that match an FTS5 expression in some columns, and another one."""
        if not self.repositories:
            return set()
        numbers = " OR ".join(f'"{number}"' for number in self.repositories)
        parts = [f"(repository : ({numbers}))", f"({{{columns}}} : {expression})", *([within] if within else ())]
        rows = self.connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (" AND ".join(parts),))
        return {number for (number,) in rows if number in self.sight}

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
            marks = ", ".join("?" * len(self.repositories))
            texts = " || char(10) || ".join(SEARCHED)
            query = f"SELECT number, {texts} FROM files WHERE listed = 1 AND repository IN ({marks})"
            rows = self.connection.execute(query, self.repositories)
            self._counts = vocabulary(text for number, text in rows if number in self.sight)
        return self._counts


def _ranked(finder: _Finder, found: dict[Word, set[int]], words: int) -> list[_Ranked]:
    """Return the recipes with all words, or else those with any, best first."""
    if not found:
        return []
    sets = list(found.values())
    candidates = set.intersection(*sets) if len(found) == words else set()
    expression = " AND ".join(f"({{{_ALL}}} : {word.loose})" for word in found)
    if not candidates:
        candidates, expression = set.union(*sets), ""
    counts = dict.fromkeys(candidates, 0)
    scores = dict.fromkeys(candidates, 0.0)
    for word, numbers in found.items():
        rarity = log(1 + len(finder.sight) / len(numbers))
        for number, weight in _weights(finder, word, expression).items():
            counts[number] += 1
            scores[number] += weight * rarity
    ranked = [_Ranked(number, counts[number], scores[number]) for number in candidates]
    return sorted(ranked, key=lambda each: (-each.words, -each.score, finder.sight[each.number]))


def _weights(finder: _Finder, word: Word, within: str) -> dict[int, float]:
    """Return what one word counts in each recipe that holds it, perhaps only of those that `within` matches."""
    weights: dict[int, float] = {}
    for columns, *counts in _FIELDS:
        for expression, weight in zip((word.exact, word.other, word.beginning), counts, strict=True):
            if expression:
                for number in finder.find(expression, columns, within):
                    weights[number] = max(weight, weights.get(number, 0.0))
    return weights


def _match(finder: _Finder, shelves: Sequence[Shelved], words: Sequence[Word], ranked: _Ranked) -> Match:
    at, path = finder.sight[ranked.number]
    query = f"SELECT {', '.join(LISTED)} FROM files WHERE number = ?"
    columns = finder.connection.execute(query, (ranked.number,)).fetchone()
    shelf = shelves[at]._replace(rows={path: (*shelves[at].rows[path][:FIRST], *columns)})
    others = [each for each in shelves if each is not shelves[at]]
    [row] = rows_of(shelf, [path], [shelf, *others])
    return Match(row, ranked.score, why(finder.connection, ranked.number, words), ranked.words)
