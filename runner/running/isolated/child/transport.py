"""What carries a request of the recipe's clients to the process that has the key, and its answer back."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx

from runner.running.isolated.child.post import Answer, Post
from runner.running.isolated.frames import LAST, MORE, REQUEST, TROUBLE


class LeftError(BaseException):
    """Ends a recipe whose rows nobody wants any more, at a request that is not sent."""


class PipeTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Asks the other process."""

    def __init__(self, post: Post, client: str) -> None:
        self._post = post
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of an `httpx.Client`."""
        body, number = request.read(), self._post.number()
        return self._response(number, self._post.ask(REQUEST, number, body, **self._head(request)))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of an `httpx.AsyncClient`."""
        body, number = await request.aread(), self._post.number()
        return self._response(number, await self._post.ask_async(REQUEST, number, body, **self._head(request)))

    def _head(self, request: httpx.Request) -> dict[str, Any]:
        return {
            "client": self._client,
            "method": request.method,
            "url": str(request.url),
            "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in request.headers.raw],
            "timeout": request.extensions.get("timeout", {}),
            "streams": request.extensions.get("recipe_runner_streams", False),
        }

    def _response(self, number: int, answer: Answer) -> httpx.Response:
        data = answer.data
        if answer.kind == TROUBLE:
            raise trouble(data)
        return httpx.Response(
            data["status"],
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in data["headers"]],
            stream=httpx.ByteStream(answer.body) if data["whole"] else _Body(self._post, number),
            extensions={name: data[name].encode("latin-1") for name in ("reason_phrase", "http_version")},
        )


class StreamingClient(httpx.Client):
    """Tells the transport whether the recipe takes an answer piece by piece."""

    def send(self, request: httpx.Request, *, stream: bool = False, **more: Any) -> httpx.Response:
        """Send a request."""
        request.extensions["recipe_runner_streams"] = stream
        return super().send(request, stream=stream, **more)


class StreamingAsyncClient(httpx.AsyncClient):
    """Tells the transport whether the recipe takes an answer piece by piece."""

    async def send(self, request: httpx.Request, *, stream: bool = False, **more: Any) -> httpx.Response:
        """Send a request."""
        request.extensions["recipe_runner_streams"] = stream
        return await super().send(request, stream=stream, **more)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of an answer that comes piece by piece, when it is asked for."""

    def __init__(self, post: Post, number: int) -> None:
        self._post = post
        self._number = number
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        while (chunk := self._chunk(self._post.ask(MORE, self._number))) is not None:
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := self._chunk(await self._post.ask_async(MORE, self._number))) is not None:
            yield chunk

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._post.drop(self._number)

    async def aclose(self) -> None:
        self.close()

    def _chunk(self, answer: Answer) -> bytes | None:
        if answer.kind in (TROUBLE, LAST):
            self._is_open = False
        if answer.kind == TROUBLE:
            raise trouble(answer.data)
        return None if answer.kind == LAST else answer.body


def trouble(data: dict[str, Any]) -> BaseException:
    """Return what the client raises where there is no answer; it knows by which number the other process has it."""
    if data["family"] == "left":
        return LeftError()
    name, text = data["name"], data["text"]
    kind = getattr(httpx, name, None) if data["family"] == "httpx" else None
    error = kind(text) if kind is not None else type(name, (Exception,), {})(text)
    error.recipe_runner_ref = data["ref"]
    return error  # type: ignore[no-any-return]
