import base64
import gzip
import io
import json
import os
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest

from runner.recording.inflating import MOST
from runner.recording.layers import layers

INNER = "find me: é\n/1+2"


def b64(data: bytes) -> bytes:
    return base64.b64encode(data)


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    return file.getvalue()


def raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "base64": b64,
    "base64 > base64": lambda data: b64(b64(data)),
    "base64 > base64 > base64": lambda data: b64(b64(b64(data))),
    "base64 > gzip": lambda data: b64(gzip.compress(data)),
    "base64 > gzip > JSON": lambda data: b64(gzip.compress(json.dumps(data.decode()).encode())),
    "gzip": gzip.compress,
    "gzip, cut off": lambda data: gzip.compress(data + os.urandom(1000))[:-200],
    "deflate": zlib.compress,
    "raw deflate": lambda data: raw_deflate(data + bytes(range(256))),
    "zip": zipped,
    "hex": lambda data: data.hex().encode(),
    "hex, one digit later": lambda data: b"a" + data.hex().encode(),
    "base32": base64.b32encode,
    "JSON": lambda data: json.dumps(data.decode()).encode(),
    "JSON within JSON": lambda data: json.dumps(json.dumps(data.decode())).encode(),
    "JSON, one wide escape": lambda data: data.decode().replace("é", "\\U000000e9").encode(),
    "percent": lambda data: b"".join(b"%%%02x" % byte for byte in data),
    "entities": lambda data: "".join(f"&#x{ord(each):x};" for each in data.decode()).encode(),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "UTF-16, one byte later": lambda data: b"x" + data.decode().encode("utf-16-be"),
    "wrapped base64": lambda data: base64.encodebytes(data + bytes(100)),
    "YAML binary": lambda data: b"body: !!binary |\n  " + base64.encodebytes(data * 9).replace(b"\n", b"\n    "),
    "quoted-printable": lambda data: data.replace(b"\xc3", b"=C3").replace(b"\xa9", b"=A9"),
}


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS.keys())
def test_what_is_wrapped_is_seen(wrap: Callable[[bytes], bytes]) -> None:
    assert [layer for layer in layers(b"before; " + wrap(INNER.encode())) if INNER.encode() in layer.data] or [
        layer for layer in layers(wrap(INNER.encode())) if INNER.encode() in layer.data
    ]


def test_a_layer_names_what_was_decoded_from_the_outside_in() -> None:
    data = b64(gzip.compress(json.dumps(INNER).encode()))
    assert ("base64", "gzip", "JSON") in [layer.path for layer in layers(data) if INNER.encode() in layer.data]


def test_no_more_than_three_decodings_are_tried() -> None:
    assert max(len(layer.path) for layer in layers(b64(b64(b64(b64(INNER.encode())))))) == 3


def test_lines_that_were_folded_are_joined() -> None:
    folded = b'"one\\\n    two\\\n    \\ three"'
    assert [layer.data for layer in layers(folded) if layer.path == ("JSON", "lines")] == [b'"onetwothree"']
    assert [layer.path for layer in layers(b"one\n  two\r\nthree") if layer.data == b"onetwothree"] == [("lines",)]


@pytest.mark.parametrize("bomb", [gzip.compress, zlib.compress, zipped], ids=["gzip", "zlib", "zip"])
def test_data_that_unpacks_to_far_more_is_cut_off_and_said(bomb: Callable[[bytes], bytes]) -> None:
    started = time.perf_counter()
    found = list(layers(bomb(bytes(8 * MOST))))
    assert time.perf_counter() - started < 5
    assert {len(layer.data) for layer in found if not layer.whole} == {MOST}


def test_bombs_in_great_number_are_not_all_unpacked() -> None:
    found = list(layers(gzip.compress(b"a" * 1_000_000) * 600))
    assert not all(layer.whole for layer in found)
    assert sum(len(layer.data) for layer in found) < 20 * MOST
    assert not all(layer.whole for layer in layers(gzip.compress(b"a") * 600))


@pytest.mark.parametrize(
    "piece",
    [b"x\x9c", b"\x1f\x8b\x08", b"PK\x03\x04", b"%41", b"\\u0041", b"&#65;", b"A", b"QUJD", b"a\0", b"\\", b"=41"],
)
def test_hostile_bytes_of_any_kind_take_seconds_at_most(piece: bytes) -> None:
    started = time.perf_counter()
    list(layers(piece * (2_000_000 // len(piece))))
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("data", [b"", b"\\", b"%", b"&#99999999;", b"\\ud800", b"\\U00999999", b"&#xd800;", b"\xff"])
def test_what_is_no_escape_stays(data: bytes) -> None:
    assert next(layers(data)).data == data
    assert list(layers(data))
