"""Why a recipe was found: which of its fields hold which words."""

import re
import sqlite3
from collections.abc import Sequence
from typing import Final

from runner.catalog.index_file import SEARCHED
from runner.catalog.recorded import endpoint_path
from runner.catalog.search_words import Word

_LABELS: Final = {
    "id": "name",
    "title": "title",
    "tags": "tag",
    "audience": "for",
    "options": "option",
    "columns": "column",
    "paths": "endpoint",
    "description": "text",
    "help": "help",
}
_OPEN, _CLOSE = "\x02", "\x03"
_MARKED: Final = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_WHOLE: Final = ("tags", "audience", "options", "columns", "paths")
"""Fields of several short texts; such a text is shown whole: `share-of-voice`."""
_MOST: Final = 3  # words of one field


def why(connection: sqlite3.Connection, number: int, endpoints: Sequence[str], words: Sequence[Word]) -> str:
    """Say which fields of a recipe hold which words: `title: brand; tag: share-of-voice`.

    Args:
        connection: To the index.
        number: Of the recipe.
        endpoints: Of the recipe; only their paths are searched.
        words: What was looked for.
    """
    marked = ", ".join(f"highlight(words, {at}, char(2), char(3))" for at in range(len(SEARCHED)))
    query = f"SELECT {marked} FROM words WHERE words MATCH ? AND rowid = ?"
    [fields] = connection.execute(query, (" OR ".join(word.loose for word in words), number))
    found = {name: _words(name, text) for name, text in zip(SEARCHED, fields, strict=True) if _OPEN in text}
    if "paths" in found:
        found["paths"] = [each for each in endpoints if endpoint_path(each) in found["paths"]][:_MOST]
    return "; ".join(f"{label}: {', '.join(found[name])}" for name, label in _LABELS.items() if name in found)


def _words(name: str, marked: str) -> list[str]:
    """Return the first few marked words of a field, each once."""
    if name in _WHOLE:
        found = [_MARKED.sub(r"\1", line) for line in marked.split("\n") if _OPEN in line]
    else:
        found = [word.lower() for word in _MARKED.findall(marked)]
    return list(dict.fromkeys(found))[:_MOST]
