"""Look for values that are known to be secret, whole and in part, in one layer of decoded bytes."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from runner.recording.credentials import is_mixed
from runner.recording.layers import Layer

SHORTEST: Final = 6
"""Characters: a shorter secret is looked for as a word of its own only."""

_PART: Final = 8
_SHORTEST_NAME: Final = 3
_BLANK: Final = re.compile(r"\s+")
_GAP: Final = rb"\s*(?:[\"']\s*\n\s*[\"']|\n[ \t]*(?:[#>*]|//))?\s*"
"""Between two words of a name: blanks, the edge of two string literals, the beginning of a line of a comment."""


class Sighting(NamedTuple):
    """A known value that stands in a layer.

    Attributes:
        what: For the user: `ECHO_API_KEY`, `the end of ECHO_API_KEY`; never the value.
        value: The whole value, also where a part of it was seen.
        at: Where in the layer it begins.
        certain: False where it may be chance.
    """

    what: str
    value: str
    at: int
    certain: bool


Finder: TypeAlias = Callable[[Layer], Iterator[Sighting]]
"""Looks for something of its own in a layer, and yields each once."""


class Known:
    """The values to look for."""

    def __init__(
        self,
        secrets: Mapping[str, str],
        others: Mapping[str, str],
        finders: Sequence[Finder] = (),
        *,
        shortest: int = SHORTEST,
    ) -> None:
        """Prepare the forms of each value.

        Args:
            secrets: Secrets by the name to be shown for them; empty ones are left out.
            others: Names and ids that belong to somebody, by what to call them; below 3 characters they are left out.
            finders: What else looks for something.
            shortest: How many characters a secret has to have to be looked for within words.
        """
        self._finders = finders
        self._secrets = [_Secret(name, value, shortest) for name, value in secrets.items() if len(value) >= shortest]
        self._words = [
            _Word(name, value, certain)
            for values, least, certain in ((secrets, 1, True), (others, _SHORTEST_NAME, False))
            for name, value in values.items()
            if len(value) >= least and not (certain and len(value) >= shortest)
        ]

    def find(self, layer: Layer) -> Iterator[Sighting]:
        """Yield each value that stands in the layer, once."""
        for finder in self._finders:
            yield from finder(layer)
        lowered = layer.data.lower() if self._secrets else b""
        for secret in self._secrets:
            yield from secret.find(layer.data, lowered)
        lowered = layer.text.lower() if self._words else b""
        for word in self._words:
            yield from word.find(layer.text, lowered)


class _Secret:
    """A secret that is long enough not to occur by chance."""

    def __init__(self, name: str, value: str, shortest: int) -> None:
        self._name, self._value = name, value
        texts = [text for text in (value, _BLANK.sub("", value)) if len(text) >= shortest]
        self._exact = {form for text in texts for form in _encoded(text)}
        self._lowered = {form.lower() for form in self._exact}
        self._folded = set() if value.isascii() else {text.casefold() for text in texts}
        self._parts = {
            what: part for what, part in (("the beginning", _head(value)), ("the end", _tail(value))) if part != value
        }

    def find(self, data: bytes, lowered: bytes) -> Iterator[Sighting]:
        """Yield the secret, or else the parts of it that stand in `data`."""
        places = [at for form in self._lowered if (at := lowered.find(form)) >= 0]
        if not places and self._folded:
            folded = data.decode(errors="surrogateescape").casefold()
            places = [0] if any(form in folded for form in self._folded) else []
        if places:
            exact = any(form in data for form in self._exact)
            what = self._name if exact else f"{self._name} in other letters"
            yield Sighting(what, self._value, min(places), certain=exact or is_mixed(self._value))
            return
        for what, part in self._parts.items():
            at = data.find(part.encode(errors="replace"))
            if at >= 0:
                yield Sighting(f"{what} of {self._name}", self._value, at, certain=False)


class _Word:
    """A short secret or a name, found where it stands as a word of its own."""

    def __init__(self, name: str, value: str, certain: bool) -> None:
        self._name, self._value, self._certain = name, value, certain
        texts = (value, value.lower(), value.upper())
        forms = [[word.encode(errors="replace") for word in text.split()] for text in texts]
        self._marks = {b"".join(words[:1]).lower() for words in forms}
        pieces = {_GAP.join(map(re.escape, words)) for words in forms}
        flags = 0 if certain else re.IGNORECASE
        self._pattern = re.compile(rb"(?<![A-Za-z0-9])(?:" + b"|".join(sorted(pieces)) + rb")(?![A-Za-z0-9])", flags)

    def find(self, text: bytes, lowered: bytes) -> Iterator[Sighting]:
        """Yield the word where it stands; what it begins with is looked for first, which is many times quicker."""
        if not any(mark in lowered for mark in self._marks):
            return
        found = self._pattern.search(text)
        if found:
            yield Sighting(self._name, self._value, found.start(), self._certain)


def _encoded(value: str) -> Iterator[bytes]:
    """Yield the value as bytes; UTF-16 of ASCII is a layer, other UTF-16 is not recognised as such."""
    yield value.encode(errors="surrogatepass")
    if not value.isascii():
        for encoding in ("latin-1", "utf-16-le", "utf-16-be"):
            try:
                yield value.encode(encoding)
            except UnicodeEncodeError:
                continue


def _head(value: str) -> str:
    """Return the first 8 characters, and more as long as they read like a word: `newswhip_live_a1`."""
    length = next((end for end in range(_PART, len(value)) if is_mixed(value[:end])), len(value))
    return value[:length]


def _tail(value: str) -> str:
    length = next((end for end in range(_PART, len(value)) if is_mixed(value[-end:])), len(value))
    return value[-length:]
