"""Escapes of bash in `$'...'`."""

import re
from typing import Final

from runner.scaffolding.curl.words import to_bytes

_ESCAPES: Final = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip
_PAIR: Final = re.compile(r"u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
_NUMBER: Final = re.compile(r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)", re.DOTALL)


def read_escape(text: str, at: int) -> tuple[bytes, int]:
    """Return the bytes of the escape whose backslash stands before `at`, and the place behind it."""
    if found := _PAIR.match(text, at):  # browsers write one character as two
        return bytes.fromhex(found[1] + found[2]).decode("utf-16-be").encode(), found.end()
    if found := _NUMBER.match(text, at):
        return _numbered(found), found.end()
    char = text[at : at + 1]
    return to_bytes(_ESCAPES.get(char, "\\" + char)), at + 1


def _numbered(found: re.Match[str]) -> bytes:
    if found[5]:
        return bytes([ord(found[5].upper()) & 0x1F])
    if found[1] or found[4]:
        return bytes([int(found[1], 16) if found[1] else int(found[4], 8) & 0xFF])
    number = int(found[2] or found[3], 16)
    return chr(number).encode("utf-8", "surrogatepass") if number < 0x110000 else b""
