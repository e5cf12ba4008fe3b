"""A secret planted in each place of an exchange: what the scan finds, and what the scrubber leaves."""

import base64
import gzip
import html
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse
from runner.recording.layers import layers
from runner.recording.leaks import find_leaks, find_leaks_in
from runner.recording.scrubbing import Scrubber

NAME = "ECHO_API_KEY"
KEY = 'test-key/1+2 =&"\\é-Ab12Cd34'
PLAIN_KEY = "test-key-Ab12Cd34Ef56"

QUIET = Exchange(
    RecordedRequest("POST", "https://api.echo.example/v1/find?limit=5", (("content-type", "application/json"),), b"{}"),
    RecordedResponse(200, "OK", (("content-type", "application/json"),), b'{"articles": [], "token_count": 5}'),
)
Place = Callable[[str], Exchange]


def sent(url: str = QUIET.request.url, *headers: tuple[str, str], body: bytes = b"{}") -> Exchange:
    kept = headers or QUIET.request.headers
    return replace(QUIET, request=RecordedRequest("POST", url, kept, body))


def answered(body: str | bytes, *headers: tuple[str, str]) -> Exchange:
    data = body.encode() if isinstance(body, str) else body
    return replace(QUIET, response=RecordedResponse(200, "OK", headers or QUIET.response.headers, data))


def b64(data: str | bytes) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def in_json(text: str, *, ascii_only: bool = True) -> str:
    return json.dumps({"error": {"message": f"no such key: {text}"}}, ensure_ascii=ascii_only)


def every_character(secret: str, form: str) -> str:
    units = secret.encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return "".join(form.format(code) for code in codes)


def multipart(secret: str) -> bytes:
    return f'--b1\r\nContent-Disposition: form-data; name="note"\r\n\r\n{secret}\r\n--b1--\r\n'.encode()


PLACES: dict[str, Place] = {
    "query": lambda s: sent(f"https://api.echo.example/v1/find?limit=5&key={quote_plus(s)}"),
    "query in lower case": lambda s: sent(f"https://api.echo.example/v1/find?q={quote(s, safe='').lower()}"),
    "path": lambda s: sent(f"https://api.echo.example/v1/{quote(s, safe='')}/find"),
    "path, escaped twice": lambda s: sent(f"https://api.echo.example/{quote(quote(s, safe=''), safe='')}/find"),
    "request header": lambda s: sent(QUIET.request.url, ("accept", s)),
    "request header that is not kept": lambda s: sent(QUIET.request.url, ("x-api-key", s)),
    "Authorization": lambda s: sent(QUIET.request.url, ("authorization", f"Basic {b64(f'{s}:')}")),
    "request JSON body": lambda s: sent(body=json.dumps({"note": s}).encode()),
    "form body": lambda s: sent(
        QUIET.request.url, ("content-type", "application/x-www-form-urlencoded"), body=f"a=1&b={quote_plus(s)}".encode()
    ),
    "multipart": lambda s: sent(
        QUIET.request.url, ("content-type", "multipart/form-data; boundary=b1"), body=multipart(s)
    ),
    "answer, as it is": lambda s: answered(f"You sent {s}."),
    "answer, in other letters": lambda s: answered(f"You sent {s.swapcase()}."),
    "answer, JSON": lambda s: answered(in_json(s)),
    "answer, JSON in UTF-8": lambda s: answered(in_json(s, ascii_only=False)),
    "answer, JSON with escaped slashes": lambda s: answered(in_json(s).replace("/", "\\/")),
    "answer, JSON, each character escaped": lambda s: answered('{"a": "' + every_character(s, "\\u{:04x}") + '"}'),
    "answer, JSON within JSON": lambda s: answered(json.dumps({"body": in_json(s)})),
    "answer, percent": lambda s: answered(json.dumps({"self": f"https://x.example/?q={quote(s, safe='')}"})),
    "answer, HTML": lambda s: answered(f"<p>{html.escape(s)}</p>"),
    "answer, HTML, each character escaped": lambda s: answered("<p>" + "".join(f"&#{ord(c)};" for c in s) + "</p>"),
    "answer, base64 alone": lambda s: answered(b64(s)),
    "answer, base64 for URLs": lambda s: answered(base64.urlsafe_b64encode(s.encode()).decode().rstrip("=")),
    "answer, base64 of user and secret": lambda s: answered(json.dumps({"auth": b64(f"somebody:{s}")})),
    "answer, base64 of longer text": lambda s: answered(json.dumps({"echo": b64(f"you sent {s}, and so on")})),
    "answer, base64 one byte later": lambda s: answered(json.dumps({"echo": b64(f"you sent: {s}, and so on")})),
    "answer, base64 two bytes later": lambda s: answered(json.dumps({"echo": b64(f"you sent:  {s}, and so on")})),
    "answer, base64 behind other letters": lambda s: answered(f"key-{b64(s)}"),
    "answer, base64 behind three letters": lambda s: answered(f"key{b64(s)}"),
    "answer, base64 with escaped slashes": lambda s: answered(json.dumps({"a": b64(f"???{s}???")}).replace("/", "\\/")),
    "answer, base64 in a link": lambda s: answered(json.dumps({"next": f"/?after={quote(b64(f'??>{s}'), safe='')}"})),
    "answer, base64 of JSON": lambda s: answered(json.dumps({"cursor": b64(in_json(s))})),
    "answer, base64 of base64": lambda s: answered(json.dumps({"cursor": b64(b64(s))})),
    "answer, base64 of gzip": lambda s: answered(json.dumps({"blob": b64(gzip.compress(s.encode(), mtime=0))})),
    "answer, base64 of deflate": lambda s: answered(json.dumps({"blob": b64(zlib.compress(s.encode()))})),
    "answer, gzip": lambda s: answered(gzip.compress(in_json(s).encode(), mtime=0)),
    "answer, hex": lambda s: answered(json.dumps({"raw": f"00{s.encode().hex()}0a"})),
    "answer, hex in capitals": lambda s: answered(s.encode().hex().upper()),
    "answer, UTF-16": lambda s: answered(f"You sent {s}.".encode("utf-16")),
    "answer, UTF-16, big end first": lambda s: answered(f"You sent {s}.".encode("utf-16-be")),
    "redirect": lambda s: answered(b"", ("location", f"https://echo.example/?key={quote_plus(s)}")),
    "Set-Cookie": lambda s: answered(b"", ("set-cookie", f"sid={s}; HttpOnly")),
    "response header": lambda s: answered(b"", ("etag", f'W/"{s}"')),
    "response header that is not kept": lambda s: answered(b"", ("x-request-id", s)),
    "reason": lambda s: replace(QUIET, response=replace(QUIET.response, reason=f"No {s}")),
}
each_place = pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())


def zipped(secret: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("echo.txt", secret * 3)
    return file.getvalue()


BEYOND_SCRUBBING: dict[str, Place] = {
    "base64 in lines": lambda s: answered(base64.encodebytes(f"{'a' * 100}{s}".encode())),
    "base64 in lines within JSON": lambda s: answered(
        json.dumps({"file": base64.encodebytes(f"{'a' * 50}{s}".encode()).decode()})
    ),
    "base32": lambda s: answered(base64.b32encode(s.encode())),
    "zip": lambda s: answered(zipped(s)),
    "base64 of zip": lambda s: answered(b64(zipped(s))),
    "hex of base64": lambda s: answered(b64(s).encode().hex()),
    "gzip with more behind it": lambda s: answered(gzip.compress(s.encode(), mtime=0) + b"and more"),
    "gzip, cut off": lambda s: answered(
        gzip.compress(f"{s}{random.Random(1).randbytes(999)!r}".encode(), mtime=0)[:-50]
    ),
    "wide text in base64 in lines": lambda s: answered(base64.encodebytes(f"{'a' * 50}{s}".encode("utf-16"))),
}


def decoded(exchange: Exchange) -> list[bytes]:
    """All layers of all parts, to look for the secret without the scan's help."""
    request, response = exchange.request, exchange.response
    texts = [request.url, response.reason, *(text for pair in (*request.headers, *response.headers) for text in pair)]
    parts = [*(text.encode() for text in texts), request.body, response.body]
    return [layer.data for part in parts for layer in layers(part)]


@each_place
@pytest.mark.parametrize("secret", [KEY, PLAIN_KEY])
def test_the_scan_finds_a_secret_that_was_not_scrubbed(place: Place, secret: str) -> None:
    leaks = find_leaks_in([QUIET, place(secret)], secrets={NAME: secret})
    assert NAME in {leak.what.removesuffix(" in other letters") for leak in leaks}
    assert {leak.where.split(",")[0].split(" ")[1] for leak in leaks} == {"2"}


@each_place
@pytest.mark.parametrize("secret", [KEY, PLAIN_KEY])
def test_nothing_is_left_of_a_secret_after_scrubbing(place: Place, secret: str) -> None:
    scrubbed = Scrubber({NAME: secret}).scrub(place(secret))
    assert find_leaks_in([scrubbed], secrets={NAME: secret}) == ()
    assert [data for data in decoded(scrubbed) if secret.encode() in data] == []


@pytest.mark.parametrize("place", BEYOND_SCRUBBING.values(), ids=BEYOND_SCRUBBING.keys())
@pytest.mark.parametrize("secret", [KEY, PLAIN_KEY])
def test_what_the_scrubber_cannot_replace_the_scan_refuses(place: Place, secret: str) -> None:
    scrubbed = Scrubber({NAME: secret}).scrub(place(secret))
    assert scrubbed == place(secret)
    assert [(leak.what, leak.certain) for leak in find_leaks_in([scrubbed], secrets={NAME: secret})] == [(NAME, True)]


@pytest.mark.parametrize("secret", ["abcdef", "a1b2c3d"])
def test_the_shortest_secrets_are_found_packed_too(secret: str) -> None:
    for name in ("base64 alone", "base64 of user and secret", "hex", "percent", "UTF-16"):
        exchange = PLACES[f"answer, {name}"](secret)
        assert NAME in [leak.what for leak in find_leaks_in([exchange], secrets={NAME: secret})]
        assert find_leaks_in([Scrubber({NAME: secret}).scrub(exchange)], secrets={NAME: secret}) == ()


@each_place
@pytest.mark.parametrize("style", [None, '"', "|"], ids=["plain", "quoted", "block"])
@pytest.mark.parametrize("width", [40, 100_000])
def test_the_scan_finds_a_secret_in_the_finished_file(place: Place, style: str | None, width: int) -> None:
    found = find_leaks(cassette(place(KEY), style, width), secrets={NAME: KEY})
    assert NAME in {leak.what.removesuffix(" in other letters") for leak in found}


def cassette(exchange: Exchange, style: str | None, width: int) -> str:
    request, response = exchange.request, exchange.response
    document = {
        "interactions": [
            {
                "request": {
                    "method": request.method,
                    "uri": request.url,
                    "headers": {name: [value] for name, value in request.headers},
                    "body": text_or_bytes(request.body),
                },
                "response": {
                    "status": {"code": response.status, "message": response.reason},
                    "headers": {name: [value] for name, value in response.headers},
                    "body": {"string": text_or_bytes(response.body)},
                },
            }
        ],
        "version": 1,
    }
    return str(yaml.safe_dump(document, default_style=style, width=width))


def text_or_bytes(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=8, max_size=40)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(SECRETS, st.sampled_from(sorted(PLACES)))
@example("0" * 8, "answer, JSON")
@example("\\" * 8, "answer, JSON within JSON")
@example("000000\0\\", "answer, JSON")
def test_no_secret_is_left_without_a_finding(secret: str, name: str) -> None:
    scrubbed = Scrubber({NAME: secret}).scrub(PLACES[name](secret))
    if not find_leaks_in([scrubbed], secrets={NAME: secret}):
        assert [data for data in decoded(scrubbed) if secret.encode() in data] == []


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(SECRETS, st.sampled_from(sorted(PLACES)))
@example("000000\0\\", "answer, JSON")
def test_any_secret_is_found_in_any_place(secret: str, name: str) -> None:
    assert find_leaks_in([PLACES[name](secret)], secrets={NAME: secret}) != ()
