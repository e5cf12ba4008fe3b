"""Change what stands inside base64 or compressed data, and pack it again just as it was packed."""

import base64
import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from runner.recording.inflating import GZIP, MOST, ZLIB

Change: TypeAlias = Callable[[bytes], bytes]

_LEVELS: Final = {b"x\x01": 1, b"x\x5e": 5, b"x\x9c": 6, b"x\xda": 9}


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """One of the two alphabets of base64.

    Attributes:
        pattern: A stretch of its characters, with padding; `+`, `/` and `=` may be escaped for a URL or JSON.
        characters: Its two characters that are no letters or digits.
        pads: Whether a length that needs no padding is taken to mean that others are padded.
    """

    pattern: re.Pattern[bytes]
    characters: bytes
    pads: bool


_PADDING: Final = rb"(?:=|%3[dD]|\\+u003[dD]){0,2}"
_ALPHABETS: Final = (
    _Alphabet(
        re.compile(rb"(?:[A-Za-z0-9+/]|\\+/|%2[bBfF]|\\+u002[bBfF]){8,}" + _PADDING), characters=b"+/", pads=True
    ),
    _Alphabet(re.compile(rb"[A-Za-z0-9_-]{8,}" + _PADDING), characters=b"-_", pads=False),
)
_ESCAPED: Final = re.compile(rb"(%)(2[bBfF]|3[dD])|(\\+)(?:u00(2[bBfF]|3[dD])|(/))")


def change_base64(data: bytes, change: Change) -> bytes:
    """Return `data` with everything that is base64 decoded, changed and encoded again; the rest stays byte for byte."""
    for alphabet in _ALPHABETS:
        data = alphabet.pattern.sub(partial(_changed, change, alphabet), data)
    return data


def change_compressed(data: bytes, change: Change) -> bytes:
    """Return gzip or zlib data with its content changed; other data, and such as is not wholly unpacked, stays."""
    window = GZIP if data.startswith(b"\x1f\x8b\x08") else ZLIB
    if window == ZLIB and data[:2] not in _LEVELS:
        return data
    engine = zlib.decompressobj(window)
    try:
        content = engine.decompress(data, MOST)
    except zlib.error:
        return data
    changed = change(content)
    if changed == content or not engine.eof or engine.unused_data:
        return data
    return gzip.compress(changed, mtime=0) if window == GZIP else zlib.compress(changed, _LEVELS[data[:2]])


def _changed(change: Change, alphabet: _Alphabet, found: re.Match[bytes]) -> bytes:
    """Change a token, which may begin with up to three characters that are no part of the base64."""
    token = found[0]
    plain = _ESCAPED.sub(_unescaped, token)
    for start in range(4):
        packed = plain[start:].rstrip(b"=")
        decoded, rest = _decode(packed, alphabet)
        changed = change(decoded)
        if changed != decoded:
            pads = plain.endswith(b"=") or (len(packed) % 4 == 0 and alphabet.pads)
            new = plain[:start] + _encode(changed, alphabet) + rest
            new += b"=" * (-(len(new) - start) % 4) if pads and not rest else b""
            return _escape_like(token, new)
    return token


def _decode(packed: bytes, alphabet: _Alphabet) -> tuple[bytes, bytes]:
    """Return what a token decodes to, and the characters at its end that do not survive encoding."""
    for length in (len(packed), len(packed) // 4 * 4):
        if length % 4 == 1:
            continue
        padded = packed[:length] + b"=" * (-length % 4)
        decoded = base64.b64decode(padded, alphabet.characters)
        if _encode(decoded, alphabet) == packed[:length]:
            return decoded, packed[length:]
    return b"", packed


def _encode(data: bytes, alphabet: _Alphabet) -> bytes:
    return base64.b64encode(data, alphabet.characters).rstrip(b"=")


def _unescaped(found: re.Match[bytes]) -> bytes:
    return found[5] or bytes.fromhex((found[2] or found[4]).decode())


def _escape_like(token: bytes, new: bytes) -> bytes:
    """Escape `+`, `/` and `=` as the token does."""
    forms = {_unescaped(escaped): escaped[0] for escaped in _ESCAPED.finditer(token)}
    if b"%" in token:
        forms = {b"+": b"%2B", b"/": b"%2F", b"=": b"%3D"} | forms
    return b"".join(forms.get(bytes([byte]), bytes([byte])) for byte in new)
