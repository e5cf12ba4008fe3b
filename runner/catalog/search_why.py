"""Why a recipe was found: which of its fields hold which words."""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from runner.catalog.index_file import SEARCHED
from runner.catalog.search_words import Word

_LABELS: Final = {
    "id": "name",
    "title": "title",
    "tags": "tag",
    "audience": "for",
    "options": "option",
    "columns": "column",
    "description": "text",
    "help": "help",
}
_OPEN, _CLOSE = "\x02", "\x03"
_MARKED: Final = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_WHOLE: Final = ("tags", "audience", "options", "columns")
"""Fields of several short texts; such a text is shown whole: `share-of-voice`."""
_MOST: Final = 3  # words of one field


def why(connection: sqlite3.Connection, number: int, words: Sequence[Word]) -> str:
    """Say which fields of a recipe hold which words: `title: brand; tag: share-of-voice`."""
    marked = ", ".join(f"highlight(words, {at}, char(2), char(3))" for at in range(len(SEARCHED)))
    query = f"SELECT {marked} FROM words WHERE words MATCH ? AND rowid = ?"
    [fields] = connection.execute(query, (" OR ".join(word.loose for word in words), number))
    found = {name: _words(name, text) for name, text in zip(SEARCHED, fields, strict=True) if _OPEN in text}
    return "; ".join(f"{label}: {', '.join(found[name])}" for name, label in _LABELS.items() if name in found)


def _words(name: str, marked: str) -> Iterable[str]:
    """Return the first few marked words of a field, each once."""
    if name in _WHOLE:
        found = [_MARKED.sub(r"\1", line) for line in marked.split("\n") if _OPEN in line]
    else:
        found = [word.lower() for word in _MARKED.findall(marked)]
    return list(dict.fromkeys(found))[:_MOST]
