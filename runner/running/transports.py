"""How a request of a recipe reaches its API: guarded, tried again, paced, with the key put in last."""

from dataclasses import dataclass, field

import httpx
from httpx_retries import Retry, RetryTransport

from runner.catalog import Api
from runner.running.guard import Guard, with_key, without_key
from runner.running.pace import Pace
from runner.running.watching import Watcher
from runner.running.wires import AnyTransport, Wire

LONGEST_WAIT = 900.0
"""Seconds: a `Retry-After` up to this is obeyed to the letter."""

NO_STATUS = (0,)
"""An empty list of statuses would mean the library's own."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long a reading call is tried again.

    Attributes:
        retries: Tries after the first.
        backoff: Seconds before the first of them, roughly; doubled each time. `Retry-After` wins over it.
        jitter: Share of the wait that is left to chance, 0 to 1.
    """

    retries: int = 4
    backoff: float = 1.0
    jitter: float = 0.5


@dataclass(frozen=True, slots=True)
class Link:
    """How one API is reached in this run.

    Attributes:
        api: The API.
        wire: Makes what carries its requests.
        secret: Its key, or `""`.
        pace: None where nothing is sent over a network.
        patience: For calls that only read.
    """

    api: Api
    wire: Wire
    secret: str = field(default="", repr=False)
    pace: Pace | None = None
    patience: Patience = field(default_factory=Patience)


class ApiTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Checks a request against the rules and decides whether it may be tried again; then hands it on."""

    def __init__(self, guard: Guard, link: Link, wire: AnyTransport, watcher: Watcher) -> None:
        self._guard = guard
        self._once = _AnnouncedRetry(total=0)
        self._again = _AnnouncedRetry(
            total=link.patience.retries,
            backoff_factor=link.patience.backoff / 2,
            backoff_jitter=link.patience.jitter,
            max_backoff_wait=LONGEST_WAIT,
            allowed_methods=["GET", "HEAD", "OPTIONS", "POST"],
            status_forcelist=link.api.retry_on or NO_STATUS,
        )
        self._again.watcher = watcher
        self._retrying = RetryTransport(_SendingTransport(link, wire, watcher), self._again)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of an `httpx.Client`."""
        self._prepare(request)
        return self._retrying.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of an `httpx.AsyncClient`."""
        self._prepare(request)
        return await self._retrying.handle_async_request(request)

    def close(self) -> None:
        """Close the connections of an `httpx.Client`."""
        self._retrying.close()

    async def aclose(self) -> None:
        """Close the connections of an `httpx.AsyncClient`."""
        await self._retrying.aclose()

    def _prepare(self, request: httpx.Request) -> None:
        self._guard.check(request)
        request.extensions["retry"] = self._again if self._guard.reads(request) else self._once


class _AnnouncedRetry(Retry):
    """A retry policy that tells the watcher when it waits."""

    watcher: Watcher

    def increment(self) -> Retry:
        following = super().increment()
        if isinstance(following, _AnnouncedRetry):
            following.watcher = self.watcher
        return following

    def sleep(self, response: httpx.Response | Exception) -> None:
        self._announce(response)
        super().sleep(response)

    async def asleep(self, response: httpx.Response | Exception) -> None:
        self._announce(response)
        await super().asleep(response)

    def _announce(self, response: httpx.Response | Exception) -> None:
        why = f"answer {response.status_code}" if isinstance(response, httpx.Response) else type(response).__name__
        self.watcher.waiting(f"{why}, waiting before try {self.attempts_made + 1} of {self.total + 1}")


class _SendingTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """One try: waits for its place in the rates, puts the key in, sends.

    A thread that a recipe has left behind may be in the middle of it when the run closes it: then it goes no further,
    and is not tried again.
    """

    def __init__(self, link: Link, wire: AnyTransport, watcher: Watcher) -> None:
        self._link = link
        self._wire = wire
        self._watcher = watcher
        self._is_closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if pace := self._link.pace:
            while seconds := self._next_wait(pace):
                pace.wait(seconds)
        assert isinstance(self._wire, httpx.BaseTransport)
        signed = self._signed(request)
        try:
            response = self._wire.handle_request(signed)
        finally:
            self._check_open()
        return self._shown(response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if pace := self._link.pace:
            while seconds := self._next_wait(pace):
                await pace.wait_async(seconds)
        assert isinstance(self._wire, httpx.AsyncBaseTransport)
        return self._shown(await self._wire.handle_async_request(self._signed(request)))

    def close(self) -> None:
        self._is_closed = True
        if isinstance(self._wire, httpx.BaseTransport):
            self._wire.close()

    async def aclose(self) -> None:
        if isinstance(self._wire, httpx.AsyncBaseTransport):
            await self._wire.aclose()

    def _check_open(self) -> None:
        if self._is_closed:
            raise RuntimeError("The run is over.")

    def _next_wait(self, pace: Pace) -> float:
        self._check_open()
        if seconds := pace.take():
            self._watcher.waiting(f"waiting {seconds:.1f} s for the rate limit of {self._link.api.title}")
        return seconds

    def _signed(self, request: httpx.Request) -> httpx.Request:
        self._check_open()
        self._watcher.calling(self._link.api.title, request.method, request.url.path)
        if self._link.api.key is None or not self._link.secret:
            return request
        return with_key(request, self._link.api.key, self._link.secret)

    def _shown(self, response: httpx.Response) -> httpx.Response:
        """Return the answer as the recipe may see it."""
        key = self._link.api.key
        if key is not None and self._link.secret and "Location" in response.headers:
            response.headers["Location"] = without_key(response.headers["Location"], key, self._link.secret)
        return response
