"""Judge whether a name is that of a credential, and whether a value looks like one."""

import binascii
import math
import re
from collections import Counter
from enum import IntEnum
from functools import lru_cache
from typing import Final


class Weight(IntEnum):
    """How much a field's name says about its value."""

    NONE = 0
    KEY = 1
    """`key` alone, which may as well be the key of a table."""
    CREDENTIAL = 2


_STAND_IN: Final = re.compile(r"__[A-Z0-9][A-Z0-9_]*__|\*\*\*")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_CREDENTIALS: Final = frozenset(
    {"token", "secret", "auth", "authorization", "session", "sessionid", "password", "passwd", "pwd", "passphrase"}
    | {
        "signature",
        "sig",
        "credential",
        "credentials",
        "apikey",
        "accesskey",
        "accesstoken",
        "authtoken",
        "jwt",
        "cookie",
    }
)
_BEFORE_KEY: Final = frozenset(
    {"api", "access", "account", "auth", "client", "private", "secret", "subscription", "app", "application", "user"}
)
_BEFORE_ID: Final = frozenset({"session", "token", "key"})
_HARMLESS: Final = frozenset(
    {"page", "next", "prev", "previous", "continuation", "cursor", "sync", "resume", "idempotency", "public"}
)
_SHAPE: Final = re.compile(r"[A-Za-z0-9+/=_.:~-]{8,4096}")
_PLAIN_PIECE: Final = re.compile(r"[A-Z]?[a-z]*(?:[A-Z][a-z]{2,})*|[A-Z]*|[0-9]{0,9}")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?")


@lru_cache(maxsize=4096)
def weigh_name(name: str) -> Weight:
    """Judge a field by its name: `api_key` and `accessToken` hold credentials, `token_count` and `keywords` do not."""
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or _HARMLESS.intersection(words):
        return Weight.NONE
    before, last = words[-2] if len(words) > 1 else "", words[-1]
    if last in _CREDENTIALS or (last == "id" and before in _BEFORE_ID) or (last == "key" and before in _BEFORE_KEY):
        return Weight.CREDENTIAL
    return Weight.KEY if last == "key" else Weight.NONE


def looks_like_credential(value: str, *, least: int = 16) -> bool:
    """Whether a value could be a key: long enough, without blanks, mixed, and not put together from words."""
    if len(value) < least or not _SHAPE.fullmatch(value) or _MOMENT.fullmatch(value):
        return False
    if all(map(_PLAIN_PIECE.fullmatch, re.split(r"[+/=_.:~-]", value))):
        return False
    return _entropy(value) >= 3.0


def is_mixed(text: str) -> bool:
    """Whether a piece of a key is unlike a word: it has a digit beside letters, or letters of both cases."""
    kinds = (str.isdigit, str.islower, str.isupper)
    return sum(any(map(kind, text)) for kind in kinds) > 1


def is_uuid(value: str) -> bool:
    """Whether a value is a UUID, which names things more often than it opens them."""
    return _UUID.fullmatch(value) is not None


def holds_stand_in(value: str) -> bool:
    """Whether what stands in the value, or in its base64, is a stand-in such as `__ECHO_API_KEY__`."""
    return _STAND_IN.search(value) is not None or _STAND_IN.search(_decoded(value)) is not None


def _decoded(value: str) -> str:
    padded = value.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return binascii.a2b_base64(padded + "=" * (-len(padded) % 4), strict_mode=True).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""


def _entropy(value: str) -> float:
    """Return how many bits a character of the value tells: 2 for `abcd`, about 4 for a random key of 20."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)
