"""An answer on its way to a recipe's process: as the API gave it, but for the key, which an API may echo."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx

from runner.running.secrets import Secrets

_OF_THE_TRANSPORT: Final = ("content-encoding", "transfer-encoding", "content-length")
"""Headers that are about the body as it travelled, not as it was cleaned."""
PACKINGS: Final = ("gzip", "deflate")
"""How an answer may be packed in which a secret could stand: no others can be unpacked everywhere to look for it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is handed on.

    Attributes:
        head: Status, headers, reason and version of HTTP.
        body: All of the body, or what gives it piece by piece.
    """

    head: dict[str, Any]
    body: bytes | Iterator[bytes]


def whole_answer(response: httpx.Response, secrets: Secrets) -> Answer:
    """Read an answer to its end; it is handed on packed as it came, unless a secret stands in it."""
    try:
        packed = b"".join(_raw(response))
    finally:
        response.close()
    headers = _headers(response, secrets)
    if secrets.is_empty or not packed:
        return Answer(_head(response, headers, secrets), packed)
    _refuse_unreadable(response)
    plain = _unpacked(response, packed)
    clean = secrets.scrub_bytes(plain)
    if clean == plain:
        return Answer(_head(response, headers, secrets), packed)
    headers = [*_other(headers), ("Content-Length", str(len(clean)))]
    return Answer(_head(response, headers, secrets), clean)


def streamed_answer(response: httpx.Response, secrets: Secrets) -> Answer:
    """Hand on an answer piece by piece, unpacked where there are secrets to look for."""
    headers = _headers(response, secrets)
    if secrets.is_empty:
        return Answer(_head(response, headers, secrets), iter(_raw(response)))
    _refuse_unreadable(response)
    return Answer(_head(response, _other(headers), secrets), secrets.scrub_pieces(response.iter_bytes()))


def _raw(response: httpx.Response) -> Iterable[bytes]:
    assert isinstance(response.stream, httpx.SyncByteStream)
    return response.stream


def _refuse_unreadable(response: httpx.Response) -> None:
    """Refuse an answer in which a secret would not be found.

    Raises:
        httpx.DecodingError: It is packed in another way than was asked for.
    """
    named = response.headers.get("Content-Encoding", "").lower().split(",")
    others = {each.strip() for each in named} - {"", "identity", *PACKINGS}
    if others:
        response.close()
        raise httpx.DecodingError(f"the answer is packed as {', '.join(sorted(others))}, which was not asked for")


def _head(response: httpx.Response, headers: list[tuple[str, str]], secrets: Secrets) -> dict[str, Any]:
    return {
        "status": response.status_code,
        "headers": headers,
        "reason_phrase": secrets.scrub(response.reason_phrase).encode("ascii", "ignore").decode("ascii"),
        "http_version": response.http_version,
    }


def _headers(response: httpx.Response, secrets: Secrets) -> list[tuple[str, str]]:
    return [
        (secrets.scrub_bytes(name).decode("latin-1"), secrets.scrub_bytes(value).decode("latin-1"))
        for name, value in response.headers.raw
    ]


def _other(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _OF_THE_TRANSPORT]


def _unpacked(response: httpx.Response, packed: bytes) -> bytes:
    """Return the body as a client reads it; one that cannot be unpacked as it is."""
    try:
        return httpx.Response(response.status_code, headers=response.headers, content=packed).content
    except httpx.DecodingError:
        return packed
