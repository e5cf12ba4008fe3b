"""The words of a search: taken from what was typed, with what else they may mean, as FTS5 expressions."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

_STOP_WORDS: Final = """
    a about all am an and any anything are as at be been but by can could did do does every everything for from
    get give had has have how i if in into is it its just like list many me more most much my need no not of on one
    or our out over please right see should show so some tell than that the their them then there these they this
    those to up us want was we were what when where which who whom whose why will with would you your
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())
"""They decide nothing, unless nothing else was typed."""

SYNONYMS: Final = (
    ("author", "byline", "journalist", "reporter", "writer", "writes", "written", "wrote"),
    ("benchmark", "compare", "comparison", "versus", "vs"),
    ("best", "biggest", "leader", "rank", "ranking", "top", "win", "winner"),
    ("buzz", "hot", "popular", "top", "trend", "trending", "viral"),
    ("competitor", "rival"),
    ("csv", "excel", "sheet", "spreadsheet", "xlsx"),
    ("archive", "backfill", "download", "dump", "export", "history"),
    ("address", "link", "page", "url"),
    ("article", "coverage", "headline", "news", "story"),
    ("count", "engagement", "figure", "interactions", "metric", "number", "score", "share", "shared", "stats"),
    ("domain", "outlet", "publisher", "site", "website"),
    ("drive", "influencer", "talk"),
    ("access", "credential", "key", "login", "password", "token"),
    ("alert", "notify", "spike"),
    ("current", "currently", "latest", "now", "today"),
)
"""General words that customers use for one thing; each stands for all others of its line."""

MOST_WORDS: Final = 16
MOST_CHARACTERS: Final = 1000
LONGEST_WORD: Final = 40
_MOST_MEANT: Final = 30
_MOST_TOLD: Final = 3

_WORD: Final = re.compile(r"[^\W_]+")


class Word(NamedTuple):
    """One word that was typed.

    Attributes:
        typed: In lower case, without accents.
        meant: What counts as the word itself: what was typed, or known words in its place; and what begins with it.
        akin: What else may stand for it.
    """

    typed: str
    meant: tuple[str, ...]
    akin: tuple[str, ...]

    @property
    def exact(self) -> str:
        """The FTS5 expression for the word itself, also with other endings."""
        return _any_of(_quoted(each) for each in self.meant)

    @property
    def beginning(self) -> str:
        """The FTS5 expression for what begins with the word."""
        return _any_of(_quoted(each) + "*" * (len(each) > 1) for each in self.meant)

    @property
    def other(self) -> str:
        """The FTS5 expression for what stands for the word; `""` where nothing does."""
        return _any_of(map(_quoted, self.akin)) if self.akin else ""

    @property
    def loose(self) -> str:
        """The FTS5 expression for all that counts as the word."""
        return _any_of(filter(None, (self.exact, self.beginning, self.other)))

    def replaced(self, known: Iterable[str]) -> "Word":
        """Return the word with known ones in its place."""
        meant = tuple(known)[:_MOST_MEANT]
        return Word(self.typed, meant, tuple(other for each in meant for other in synonyms(each)))


def split_words(text: str) -> list[Word]:
    """Take the words that decide from what was typed; quotes, operators and signs are no part of them."""
    found = list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(plain(text[:MOST_CHARACTERS]))))
    deciding = [word for word in found if word not in STOP_WORDS] or found
    return [Word(word, (word,), synonyms(word)) for word in deciding[:MOST_WORDS]]


def vocabulary(texts: Iterable[str]) -> dict[str, int]:
    """Count every word in texts; those of `SYNONYMS` count nothing but are known."""
    counts = Counter(_WORD.findall(plain("\n".join(texts))))
    return {word: 0 for line in SYNONYMS for word in line} | counts


def near_words(typed: str, known: dict[str, int], is_found: Callable[[str], bool]) -> list[str]:
    """Return what a word that matches nothing may mean: known words that begin with it, else one with a typing error.

    Args:
        typed: As in `Word`.
        known: All words with their counts.
        is_found: Whether a search for the word would find something.
    """
    if len(typed) == 1:
        return []
    # The stem of "engagement" is shorter than "engagemen", so FTS5 does not see that one begins the other.
    if beginning := sorted(word for word in known if word.startswith(typed) and known[word]):
        return beginning
    if len(typed) < 4 or not typed.isalpha():
        return []
    near = sorted((-known[word], word) for word in known if is_one_error(typed, word))
    return next(([word] for _, word in near if is_found(word)), [])


def is_one_error(one: str, other: str) -> bool:
    """Tell whether one letter more, less or other, or two neighbours exchanged, make one word of the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), None)
    if start is None:
        return True
    left, right = one[start:], other[start:]
    is_exchange = left[:2] == right[1::-1] and left[2:] == right[2:]
    return is_exchange or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def synonyms(word: str) -> tuple[str, ...]:
    """Return what else customers say for a word, singular or plural."""
    forms = {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"}
    lines = [line for line in SYNONYMS if not forms.isdisjoint(line)]
    return tuple(dict.fromkeys(each for line in lines for each in line if each not in forms))


def plain(text: str) -> str:
    """Return text in lower case and without accents, as FTS5 compares it."""
    if text.isascii():
        return text.lower()
    import unicodedata

    decomposed = unicodedata.normalize("NFKD", text).lower()
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def _any_of(expressions: Iterable[str]) -> str:
    return f"({' OR '.join(expressions)})"


def _quoted(word: str) -> str:
    return f'"{word}"'


def pairs(words: Iterable[Word]) -> Iterator[tuple[str, str]]:
    """Yield what was typed with what was looked for instead, or the first few of that, where it differs."""
    for word in words:
        if word.meant != (word.typed,):
            yield word.typed, ", ".join([*word.meant[:_MOST_TOLD], *["…"] * (len(word.meant) > _MOST_TOLD)])
