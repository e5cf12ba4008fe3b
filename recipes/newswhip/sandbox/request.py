"""One request, and what stands in its body."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from .assumptions import BAD_CHOICE_TEXT, BAD_SIZE_TEXT, MALFORMED_JSON_TEXT, WRONG_TYPE_ERROR
from .errors import bad_request, invalid_fields

KINDS: dict[str, type] = {"jsarray": list, "jsnumber": int, "jsstring": str, "jsboolean": bool, "jsobject": dict}


@dataclass(frozen=True, slots=True)
class Request:
    """What came over the wire.

    Attributes:
        path: With `/v1`, percent-decoded.
        query: The parameters after the question mark; of a repeated one the last.
        target: Path and query as they were sent.
        now_ms: The moment of the request, epoch milliseconds.
    """

    method: str
    path: str
    query: dict[str, str]
    target: str
    body: bytes
    now_ms: int


class Body:
    """The JSON object of a POST request; fields that nobody asks for are ignored."""

    def __init__(self, text: bytes, required: Collection[str]) -> None:
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            raise bad_request(MALFORMED_JSON_TEXT) from None
        if not isinstance(fields, dict):
            raise bad_request(MALFORMED_JSON_TEXT)
        self._fields: dict[str, Any] = fields
        missing = [name for name in required if fields.get(name) is None]
        if missing:
            raise invalid_fields((name, "error.path.missing") for name in missing)

    def _read(self, name: str, kind: str, default: Any) -> Any:
        value = self._fields.get(name)
        if value is None:
            return default
        # bool is a kind of int in Python, and a number is none in JSON.
        if not isinstance(value, KINDS[kind]) or (kind == "jsnumber" and isinstance(value, bool)):
            raise invalid_fields([(name, WRONG_TYPE_ERROR.format(kind=kind))])
        return value

    def integer(self, name: str, default: int) -> int:
        """Return a whole number."""
        return int(self._read(name, "jsnumber", default))

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        return bool(self._read(name, "jsboolean", default))

    def text(self, name: str, default: str) -> str:
        """Return a string."""
        return str(self._read(name, "jsstring", default))

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of strings."""
        values = self._read(name, "jsarray", list(default))
        for number, value in enumerate(values):
            if not isinstance(value, str):
                raise invalid_fields([(f"{name}({number})", WRONG_TYPE_ERROR.format(kind="jsstring"))])
        return tuple(values)

    def inner(self, name: str) -> "Body":
        """Return the object that a field holds; empty if there is none."""
        return Body(json.dumps(self._read(name, "jsobject", {})).encode(), required=())

    def choice(self, name: str, default: str, choices: Collection[str]) -> str:
        """Return one of the values that a field may have."""
        return checked_choice(name, self.text(name, default), choices)

    def size(self, default: int, maximum: int) -> int:
        """Return how much the caller wants."""
        return checked_size(self.integer("size", default), maximum)


def checked_choice(name: str, value: str, choices: Collection[str]) -> str:
    """Return a value if it is one of the choices; refuse it otherwise."""
    if value not in choices:
        raise bad_request(BAD_CHOICE_TEXT.format(name=name, value=value))
    return value


def checked_size(size: int, maximum: int) -> int:
    """Return a size if it is in bounds; refuse it otherwise."""
    if not 1 <= size <= maximum:
        raise bad_request(BAD_SIZE_TEXT.format(size=size))
    return size
