"""Keeping what goes over the wires of a run."""

from collections.abc import Iterable
from dataclasses import replace
from threading import Lock
from typing import Final

import httpx

from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse, stand_in
from runner.running.guard import with_other_key
from runner.running.keys import swap_path_key
from runner.running.transports import Link
from runner.running.wires import AnyTransport

_UNPACKED: Final = ("content-encoding", "content-length", "transfer-encoding")
"""Headers that say how a body travelled, which means nothing for a body that has arrived."""


class Tape:
    """The exchanges of one run, in the order in which the requests were sent."""

    def __init__(self) -> None:
        self._slots: list[Exchange | None] = []
        self._lock = Lock()

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All that was asked and answered; a request that got no answer is not among them."""
        return tuple(exchange for exchange in self._slots if exchange is not None)

    @property
    def is_whole(self) -> bool:
        """Whether every request was answered, of one at least."""
        return bool(self._slots) and None not in self._slots

    def link(self, link: Link) -> Link:
        """Return a link whose wire carries the same and keeps it, with the stand-in where the client put the key."""
        return replace(link, wire=lambda is_async: _Recording(self, link, link.wire(is_async)))

    def reserve(self) -> int:
        """Take the next place, before a request is sent: answers may come in another order."""
        with self._lock:
            self._slots.append(None)
            return len(self._slots) - 1

    def keep(self, place: int, exchange: Exchange) -> None:
        """Put an exchange into its place."""
        self._slots[place] = exchange


class _Recording(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Reads each answer whole before it hands it on, so that a stream comes in one piece."""

    def __init__(self, tape: Tape, link: Link, inner: AnyTransport) -> None:
        self._tape = tape
        self._key = link.api.key
        self._secret = link.secret
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(self._inner, httpx.BaseTransport)
        place = self._tape.reserve()
        body = request.read()
        response = self._inner.handle_request(request)
        response.request = request  # an error while it is read names the request
        response.read()
        response.close()
        return self._kept(place, request, body, response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(self._inner, httpx.AsyncBaseTransport)
        place = self._tape.reserve()
        body = await request.aread()
        response = await self._inner.handle_async_request(request)
        response.request = request
        await response.aread()
        await response.aclose()
        return self._kept(place, request, body, response)

    def close(self) -> None:
        if isinstance(self._inner, httpx.BaseTransport):
            self._inner.close()

    async def aclose(self) -> None:
        if isinstance(self._inner, httpx.AsyncBaseTransport):
            await self._inner.aclose()

    def _kept(self, place: int, request: httpx.Request, body: bytes, response: httpx.Response) -> httpx.Response:
        shown = self._shown(request)
        asked = RecordedRequest(request.method, str(shown.url), tuple(shown.headers.multi_items()), body)
        headers = ((name.lower(), value) for name, value in response.headers.multi_items())
        answered = RecordedResponse(
            response.status_code,
            response.reason_phrase,
            tuple((name, value) for name, value in headers if name not in _UNPACKED),
            response.content,
        )
        self._tape.keep(place, Exchange(asked, self._redirecting(answered)))
        return as_response(answered)

    def _shown(self, request: httpx.Request) -> httpx.Request:
        return with_other_key(request, self._key, self._secret, stand_in(self._key.env)) if self._key else request

    def _redirecting(self, answered: RecordedResponse) -> RecordedResponse:
        """Return an answer that leads to where the stand-in of a path key is, as a client will have it on replay."""
        if self._key is None or self._key.place != "path":
            return answered
        new = stand_in(self._key.env)
        headers = (
            (name, swap_path_key(value, self._secret, new) if name == "location" else value)
            for name, value in answered.headers
        )
        return replace(answered, headers=tuple(headers))


def as_response(recorded: RecordedResponse) -> httpx.Response:
    """Make an answer as httpx hands it to a client."""
    return httpx.Response(
        recorded.status,
        headers=_encoded(recorded.headers),
        content=recorded.body,
        extensions={"reason_phrase": recorded.reason.encode("ascii", "ignore")},
    )


def _encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii", "ignore"), value.encode()) for name, value in headers]
