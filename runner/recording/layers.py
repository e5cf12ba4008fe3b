"""Decode bytes layer by layer, the way something may be wrapped in them: base64 of gzip of JSON, and so on."""

import binascii
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote_to_bytes

from runner.recording.inflating import MOST, unpack

DEPTH: Final = 3
_BUDGET: Final = 12 * MOST

Path: TypeAlias = tuple[str, ...]


class Layer(NamedTuple):
    """Bytes as they read after some decoding.

    Attributes:
        path: What was decoded, from the outside to the inside: `("base64", "gzip")`; empty for the bytes themselves.
        data: What came out. From base64 and the like there is also noise, since each alignment is tried.
        text: The part of `data` that reads as text.
        whole: False where more would have come out than is looked at.
    """

    path: Path
    data: bytes
    text: bytes
    whole: bool = True


def layers(data: bytes, *, depth: int = DEPTH) -> Iterator[Layer]:
    """Yield `data` and everything that decodes from it, `depth` decodings deep; joining folded lines does not count.

    Each layer is cut off after 8 MB, and all together after 96 MB; the layer at which that happens is not `whole`.
    """
    yield from _Walk().down(Layer((), data, data, whole=len(data) <= MOST), depth)


class _Walk:
    """One walk through all layers, which decodes nothing twice."""

    def __init__(self) -> None:
        self.left = _BUDGET
        self.seen: set[bytes] = set()
        self.tried: set[bytes] = set()

    def down(self, layer: Layer, depth: int) -> Iterator[Layer]:
        self.seen.add(layer.data)
        yield layer
        for decoded in self._inside(layer) if depth else ():
            inner = Layer((*layer.path, *decoded.path), decoded.data, decoded.text, decoded.whole)
            self.left -= len(inner.data)
            if self.left < 0:
                yield Layer(inner.path, b"", b"", whole=False)
                return
            if not inner.whole or (inner.data and inner.data not in self.seen):
                yield from self.down(inner, depth - 1)
        unfolded = _unfold(layer.text[:MOST])
        if unfolded not in self.seen and layer.path[-1:] not in _NEVER_FOLDED:
            yield from self.down(Layer((*layer.path, "lines"), unfolded, unfolded), depth)

    def _inside(self, layer: Layer) -> Iterator[Layer]:
        text = layer.text[:MOST]
        yield from self._noise(text)
        yield from self._unpacked(layer.data[:MOST])
        yield from self._texts(text)

    def _texts(self, text: bytes) -> Iterator[Layer]:
        """Yield what text becomes by decodings of which it is seen whether they apply."""
        for name, decode in _TEXT_DECODERS:
            for decoded in decode(text):
                yield Layer((name,), decoded, decoded)

    def _noise(self, text: bytes) -> Iterator[Layer]:
        """Yield what becomes of stretches that may be base64 and the like, or words."""
        fresh = [found for found in dict.fromkeys(_STRETCH.findall(text)) if found not in self.tried]
        self.tried.update(fresh)
        joined = b" ".join(fresh)
        for name, (pattern, decode) in _NOISE_DECODERS.items() if fresh else ():
            decoded = decode(pattern.findall(joined))
            if decoded:
                readable = b"\n".join(_READABLE.findall(decoded))
                yield Layer((name,), decoded, readable, whole=len(decoded) <= 4 * MOST)

    def _unpacked(self, data: bytes) -> Iterator[Layer]:
        for unpacked in unpack(data):
            yield Layer((unpacked.name,), unpacked.data, unpacked.data, unpacked.whole)
        for text in _wide(data):
            yield Layer(("UTF-16",), text, text)


_STRETCH: Final = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
_READABLE: Final = re.compile(rb"[\t\n\r -~]{8}(?:[\t\n\r -~]|[\xc2-\xf4][\x80-\xbf]{1,3})*")
"""Eight readable bytes in a row: by chance that is one place in two thousand."""

_PERCENT: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
# These two are long, and mostly not needed: `re` compiles them when they are used for the first time.
_ENTITY: Final = rb"&(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)"
_ESCAPE: Final = (
    rb"(?s)\\(?:(u[0-9A-Fa-f]{4}(?:\\u[0-9A-Fa-f]{4})*)"
    rb"|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]{1,6})\}|(.))"
)
_SIMPLE: Final = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f", b"0": b"\0", b"e": b"\x1b"} | {
    b"a": b"\a",
    b"v": b"\v",
    b"N": "\x85".encode(),
    b"_": "\xa0".encode(),
    b"L": "\u2028".encode(),
    b"P": "\u2029".encode(),
}
_SOFT_BREAK: Final = re.compile(rb"=\r?\n")
_QUOTED: Final = re.compile(rb"=[0-9A-Fa-f]{2}")
_WIDE: Final = re.compile(rb"\0[^\0]\0[^\0]\0[^\0]\0")


def _unfold(text: bytes) -> bytes:
    """Undo the folding of YAML, mail and PEM: without line breaks and blanks; unchanged where there is one line."""
    if b"\n" not in text and b"\r" not in text:
        return text
    return text.translate(None, b" \t\r\n")


def _percent(text: bytes) -> Iterator[bytes]:
    if b"%" in text and _PERCENT.search(text):
        yield unquote_to_bytes(text)
        if b"+" in text:
            yield unquote_to_bytes(text.replace(b"+", b" "))
    elif b"+" in text:
        yield text.replace(b"+", b" ")


def _entities(text: bytes) -> Iterator[bytes]:
    if b"&" in text and re.search(_ENTITY, text):
        yield re.sub(_ENTITY, _entity, text)


def _entity(found: re.Match[bytes]) -> bytes:
    """Take numbers as they stand; `html.unescape` reads `&#129;` and some others as something else."""
    name = found[0].decode().rstrip(";")
    if name[1] != "#":
        import html  # its table of names is long, and few texts have such a name

        return html.unescape(f"{name};").encode()
    return _character(int(name[3:], 16) if name[2] in "xX" else int(name[2:]))


def _character(code: int) -> bytes:
    return chr(code).encode("utf-8", "surrogatepass") if code <= 0x10FFFF else b"?"


def _escapes(text: bytes) -> Iterator[bytes]:
    if b"\\" in text:
        # The byte 0xFF, which no UTF-8 has, stands for a backslash meanwhile: far quicker than the pattern alone.
        is_text = b"\xff" not in text
        plain = text.replace(b"\\\\", b"\xff").replace(b'\\"', b'"').replace(b"\\/", b"/") if is_text else text
        decoded = re.sub(_ESCAPE, _escape, plain)
        yield decoded.replace(b"\xff", b"\\") if is_text else decoded


def _escape(found: re.Match[bytes]) -> bytes:
    units, wide, byte, braced, single = found.groups()
    if units:
        pairs = bytes.fromhex(units.replace(b"\\", b"").replace(b"u", b"").decode())
        return pairs.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")
    if wide or byte or braced:
        return _character(int(wide or byte or braced, 16))
    return _SIMPLE.get(single, single)


def _mail(text: bytes) -> Iterator[bytes]:
    """Yield the text of quoted-printable."""
    if b"=" in text and _QUOTED.search(text):
        yield binascii.a2b_qp(_SOFT_BREAK.sub(b"", text))


def _wide(text: bytes) -> Iterator[bytes]:
    """Yield UTF-16 of both byte orders, from both possible first bytes."""
    if text.startswith((b"\xff\xfe", b"\xfe\xff")) or _WIDE.search(text):
        for order in ("utf-16-le", "utf-16-be"):
            for start in (0, 1):
                yield text[start:].decode(order, "ignore").encode()


def _base64(stretches: list[bytes]) -> bytes:
    """Decode all stretches at once at each of four alignments, which is one call for thousands of words."""
    joined = b"AAAA".join([*stretches, b""]).translate(_STANDARD)
    return b"\0".join(binascii.a2b_base64(joined[at : at + (len(joined) - at) // 4 * 4]) for at in range(4))


def _hex(stretches: list[bytes]) -> bytes:
    if not stretches:
        return b""
    whole = "00".join(stretch[: len(stretch) // 2 * 2].decode() for stretch in stretches)
    shifted = "00".join(stretch[1 : 1 + (len(stretch) - 1) // 2 * 2].decode() for stretch in stretches)
    return bytes.fromhex(whole) + b"\0" + bytes.fromhex(shifted)


def _base32(stretches: list[bytes]) -> bytes:
    if not stretches:
        return b""
    import base64  # most texts have nothing like this

    return b"\0".join(
        base64.b32decode(stretch[at : at + (len(stretch) - at) // 8 * 8] + _rest(stretch[at:]))
        for stretch in stretches
        for at in range(8 if len(stretch) < 1000 else 1)
    )


def _rest(stretch: bytes) -> bytes:
    """Return the end that does not fill eight characters, filled up; lengths that cannot occur are cut."""
    count = {2: 2, 3: 2, 4: 4, 5: 5, 6: 5, 7: 7}.get(len(stretch) % 8, 0)
    end = stretch[len(stretch) // 8 * 8 :][:count]
    return end.ljust(8, b"=") if end else b""


_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_TEXT_DECODERS: Final[tuple[tuple[str, Callable[[bytes], Iterator[bytes]]], ...]] = (
    ("JSON", _escapes),
    ("percent", _percent),
    ("HTML", _entities),
    ("quoted-printable", _mail),
)
_NOISE_DECODERS: Final[dict[str, tuple[re.Pattern[bytes], Callable[[list[bytes]], bytes]]]] = {
    "base64": (_STRETCH, _base64),
    "hex": (re.compile(rb"[0-9A-Fa-f]{12,}"), _hex),
    "base32": (re.compile(rb"[A-Z2-7]{10,}"), _base32),
}
_NEVER_FOLDED: Final = {("lines",), *((name,) for name in _NOISE_DECODERS)}
NOISY: Final = frozenset(_NOISE_DECODERS)
"""Layers that hold noise beside what was meant."""
TEXTUAL: Final = frozenset({"lines", *(name for name, _ in _TEXT_DECODERS)})
"""Layers of what was text before."""
