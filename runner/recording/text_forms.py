"""What a text is by the look of it: a moment, an address, an id; and whether a name is data rather than a word."""

import re
from typing import Final

_DAY: Final = r"\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])"
_UUID: Final = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_FORMS: Final = {
    "moment": re.compile(_DAY + r"[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"),
    "day": re.compile(_DAY),
    "URL": re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE),
    "UUID": re.compile(_UUID),
}
PLAIN: Final = "text"
"""The form of a text that has no other."""

_ID: Final = re.compile(rf"\d+|{_UUID}|{_DAY}\S*|\d{{4}}-\d{{2}}|(?=\D*\d)(?=[^A-Fa-f]*[A-Fa-f])[0-9A-Fa-f]{{12,}}")
_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://\S+|[^@\s]+@[^@\s]+\.[a-z]+"
    r"|(?:[a-z0-9-]+\.)+(?:[a-z]{2}|com|org|net|edu|gov|info|news|example|test)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[a-z][A-Za-z0-9_-]{0,31}|[A-Z][A-Z0-9_-]{0,31}")
_CODE: Final = re.compile(r"[a-z]{2}|[A-Z]{2,3}|[a-z]{2}[-_][A-Za-z]{2}")


def form_of(text: str) -> str:
    """Return `moment`, `day`, `URL`, `UUID`, or else `text`."""
    return next((name for name, pattern in _FORMS.items() if pattern.fullmatch(text)), PLAIN)


def is_id(name: str) -> bool:
    """Tell whether a name is a number, a UUID, a hash or a date, as in the path of one thing among many."""
    return _ID.fullmatch(name) is not None


def is_data(name: str) -> bool:
    """Tell whether the key of an object is data: an id, a date, a domain, an address."""
    return is_id(name) or _ADDRESS.fullmatch(name) is not None


def is_word(text: str) -> bool:
    """Tell whether a text can be a word of a fixed list: `pending`, `ON_HOLD`; a capital may begin somebody's name."""
    return _WORD.fullmatch(text) is not None and not is_id(text)


def is_code(text: str) -> bool:
    """Tell whether a text looks like the code of a language, a country or a currency, which is data."""
    return _CODE.fullmatch(text) is not None
