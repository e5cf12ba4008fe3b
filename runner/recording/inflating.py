"""Unpack compressed data found anywhere in bytes, without falling for data that unpacks to gigabytes."""

import re
import zlib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Final, NamedTuple

MOST: Final = 8 * 1024 * 1024
"""Bytes of one layer; more are cut off, and it is said."""

GZIP: Final = 31
ZLIB: Final = 15
DEFLATE: Final = -15

_CHUNK: Final = 16 * 1024
_TRIES: Final = 500
_BEGINNING: Final = re.compile(rb"\x1f\x8b\x08|x[\x01\x5e\x9c\xda]|PK\x03\x04")


class Unpacked(NamedTuple):
    """What was in compressed data.

    Attributes:
        name: `gzip`, `deflate`, `zip` or `brotli`.
        data: What came out, as far as it could be unpacked.
        whole: False where there was more than is looked at.
    """

    name: str
    data: bytes
    whole: bool


def unpack(data: bytes) -> Iterator[Unpacked]:
    """Yield what unpacks in `data`: gzip, zlib and zip at any place, raw deflate and brotli from its first byte."""
    for tries, found in enumerate(_BEGINNING.finditer(data)):
        if tries == _TRIES:
            yield Unpacked("compressed", b"", whole=False)
            return
        yield from _unpack_at(data, found.start(), found[0])
    if _is_binary(data):
        for unpacked in (inflate(data, 0, DEFLATE), _brotli(data)):
            if unpacked.data:
                yield unpacked


def inflate(data: bytes, start: int, window: int) -> Unpacked:
    """Unpack from `start` on; what is broken or cut off gives what stands before the break.

    Args:
        data: Holds the compressed bytes and perhaps others behind them.
        start: Where they begin.
        window: `GZIP`, `ZLIB` or `DEFLATE`.
    """
    name = "gzip" if window == GZIP else "deflate"
    engine, out = zlib.decompressobj(window), bytearray()
    for at in range(start, len(data), _CHUNK):
        try:
            out += engine.decompress(data[at : at + _CHUNK], MOST - len(out))
        except zlib.error:
            break
        if engine.eof:
            break
        if len(out) >= MOST:
            return Unpacked(name, bytes(out), whole=False)
    return Unpacked(name, bytes(out), whole=True)


def _unpack_at(data: bytes, start: int, magic: bytes) -> Iterator[Unpacked]:
    if magic.startswith(b"PK"):
        yield from _unpack_member(data, start)
        return
    unpacked = inflate(data, start, GZIP if magic.startswith(b"\x1f") else ZLIB)
    if unpacked.data:
        yield unpacked


def _unpack_member(data: bytes, start: int) -> Iterator[Unpacked]:
    """Yield one file of a zip, found by its own header: the directory at the end may lie."""
    header = data[start : start + 30]
    if int.from_bytes(header[8:10], "little") == 8:
        body = start + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        unpacked = inflate(data, body, DEFLATE)
        if unpacked.data:
            yield Unpacked("zip", unpacked.data, unpacked.whole)


def _brotli(data: bytes) -> Unpacked:
    engine = _engine()
    if engine is None:
        return Unpacked("brotli", b"", whole=True)
    machine, out = engine.Decompressor(), bytearray()
    for at in range(0, len(data), _CHUNK // 16):
        try:
            out += machine.process(data[at : at + _CHUNK // 16])
        except engine.error:
            break
        if len(out) >= MOST:
            return Unpacked("brotli", bytes(out[:MOST]), whole=False)
    return Unpacked("brotli", bytes(out), whole=True)


@cache
def _engine() -> ModuleType | None:
    """Return the library that unpacks brotli; None where there is none, which takes long to find out."""
    try:
        return import_module("brotli")
    except ImportError:
        return None


def _is_binary(data: bytes) -> bool:
    try:
        data[:64].decode()
    except UnicodeDecodeError as error:
        return error.start < 60
    return False
