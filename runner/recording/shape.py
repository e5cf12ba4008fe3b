"""The shape of JSON: which keys there are, of what types, which may be absent or null; not what stands in them."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from runner.recording.text_forms import form_of, is_code, is_data, is_word

Kind: TypeAlias = Literal["object", "array", "string", "integer", "number", "boolean", "null"]

KINDS: Final[dict[type, Kind]] = {
    dict: "object",
    list: "array",
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}
DEEPEST: Final = 100
"""Levels of JSON that are looked at; what lies deeper counts as empty."""
_MOST_WORDS: Final = 12
_FEWEST_TEXTS: Final = 10
_TEXTS_FOR_A_WORD: Final = 5
_FEWEST_KEYS: Final = 8
_FEWEST_OBJECTS: Final = 4


@dataclass(slots=True)
class Shape:
    """What was seen at one place of JSON, over all the values that stood there.

    Attributes:
        kinds: How often each kind of value was seen.
        fields: Of objects, by key.
        entries: The values of objects under keys that are data (ids, dates, domains), all as one; None without such.
        items: The elements of arrays, all as one; None where every array was empty.
        forms: How often each form of text was seen; empty texts do not count.
        words: How often each text was seen, until there are too many for a fixed list.
    """

    kinds: Counter[Kind] = field(default_factory=Counter)
    fields: "dict[str, Shape]" = field(default_factory=dict)
    entries: "Shape | None" = None
    items: "Shape | None" = None
    forms: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many values stood here."""
        return self.kinds.total()

    @property
    def is_map(self) -> bool:
        """Whether objects here are tables although their keys are words: many keys, each in few, values alike."""
        objects = self.kinds["object"]
        if objects < _FEWEST_OBJECTS or len(self.fields) < _FEWEST_KEYS:
            return False
        return len({frozenset(each.kinds) for each in self.fields.values()}) == 1 and all(
            2 * each.count <= objects for each in self.fields.values()
        )

    @property
    def fixed_list(self) -> Counter[str]:
        """The words of an enumeration; empty unless few words stand in many texts, and nothing says that it is data."""
        texts, words = self.kinds["string"], self.words
        is_closed = texts >= _FEWEST_TEXTS and len(words) * _TEXTS_FOR_A_WORD <= texts and len(words) <= _MOST_WORDS
        return words if is_closed and all(map(is_word, words)) and not all(map(is_code, words)) else Counter()

    def add(self, value: Any, level: int = 0) -> None:
        """Take note of one more value of JSON."""
        kind = KINDS[type(value)]
        self.kinds[kind] += 1
        if kind == "string":
            self._add_text(value)
        elif level < DEEPEST and kind == "object":
            for key, inner in value.items():
                self._under(key).add(inner, level + 1)
        elif level < DEEPEST and kind == "array" and value:
            self.items = self.items or Shape()
            for inner in value:
                self.items.add(inner, level + 1)

    def as_one(self) -> "Shape":
        """Return the values of objects here as those of a map: under whatever key, all as one."""
        merged = Shape()
        for each in (*self.fields.values(), *([self.entries] if self.entries else [])):
            merged.absorb(each)
        return merged

    def absorb(self, other: "Shape") -> None:
        """Take note of all that another shape has seen."""
        self.kinds.update(other.kinds)
        self.forms.update(other.forms)
        self._count_words(other.words)
        for key, inner in other.fields.items():
            self.fields.setdefault(key, Shape()).absorb(inner)
        for name in ("entries", "items"):
            if theirs := getattr(other, name):
                mine = getattr(self, name) or Shape()
                setattr(self, name, mine)
                mine.absorb(theirs)

    def _under(self, key: str) -> "Shape":
        if is_data(key):
            self.entries = self.entries or Shape()
            return self.entries
        return self.fields.setdefault(key, Shape())

    def _add_text(self, text: str) -> None:
        if text:
            self.forms[form_of(text)] += 1
        self._count_words({text: 1})

    def _count_words(self, words: "dict[str, int] | Counter[str]") -> None:
        if (
            len(self.words) <= _MOST_WORDS
        ):  # one more than a fixed list may have stays, and says that there are too many
            self.words.update(words)


def shape_of(values: Iterable[Any]) -> Shape:
    """Return the shape of some values of JSON, all as one."""
    shape = Shape()
    for value in values:
        shape.add(value)
    return shape


def read_shape(body: bytes, shape: Shape) -> bool:
    """Add a body to a shape if it is JSON; tell whether it is."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return False
    shape.add(value)
    return True
