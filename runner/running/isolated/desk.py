"""Where the requests of a recipe's process are sent: guarded, paced and with the key, as those of any other recipe."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from threading import BoundedSemaphore, Lock, Thread
from types import TracebackType
from typing import Any, Final

import httpx

from runner.errors import ApiRefused, RunnerError
from runner.running.clock import StoppedClock
from runner.running.isolated.answers import PACKINGS, streamed_answer, whole_answer
from runner.running.isolated.frames import ANSWER, CHUNK, LAST, TROUBLE, BadFrameError, Frame
from runner.running.isolated.process import Process
from runner.running.secrets import Secrets
from runner.running.watching import Watcher

MOST_AT_ONCE: Final = 100
"""Requests on their way; as many connections as httpx opens."""
MOST_ERRORS: Final = 1000
"""Of requests without an answer that are kept, for the one that may come out of the recipe."""
LONGEST_SLEEP: Final = 10**18
"""Nanoseconds: 31 years."""
_LENGTHS: Final = (b"content-length", b"transfer-encoding")
_FAMILIES: Final = {"runner": RunnerError, "httpx": httpx.RequestError}


class Desk:
    """Takes the requests of one process.

    Attributes:
        ending: What ended the run while it waited for something else: the first request of a dry run.
    """

    def __init__(self, process: Process, secrets: Secrets) -> None:
        """Prepare it; `open` has to follow.

        Args:
            process: Where the requests come from.
            secrets: What no answer may hold.
        """
        self.ending: BaseException | None = None
        self._process = process
        self._secrets = secrets
        self._room = BoundedSemaphore(MOST_AT_ONCE)
        self._errors: dict[int, Exception] = {}
        self._streams: dict[int, tuple[httpx.Response, Iterator[bytes]]] = {}

    def open(self, transports: Mapping[str, httpx.BaseTransport], clock: StoppedClock | None) -> None:
        """Begin to take requests.

        Args:
            transports: By the name of the recipe's client.
            clock: Where it stands still. Then one request is answered after the other, as their order counts, unless
                it waits.
        """
        self._transports = transports
        self._clock = clock
        self._is_serial = clock is not None and not clock.waits

    def send(self, frame: Frame) -> None:
        """Send a request and hand its answer back, now or, where others may be on their way meanwhile, soon.

        Raises:
            BadFrameError: It is none.
        """
        data = frame.data()
        try:
            number = int(data["id"])
            if self._clock:
                self._clock.catch_up(_moment(data["now"]))
            request, transport = _request(data, frame.body), self._transports[data["client"]]
        except (KeyError, TypeError, ValueError, AttributeError, httpx.InvalidURL):
            raise BadFrameError("a request that cannot be read") from None
        self._do(number, lambda: self._answer(number, transport, request, streams=bool(data["streams"])))

    def go_on(self, number: int) -> None:
        """Hand back the next piece of an answer."""
        self._do(number, lambda: self._next_piece(number))

    def drop(self, number: int) -> None:
        """Close an answer that nobody reads on."""
        if stream := self._streams.pop(number, None):
            stream[0].close()

    def refuse(self, number: int) -> None:
        """Let the recipe end at a request that it makes although nobody wants more of its rows."""
        self._say(TROUBLE, number, family="left")

    def error(self, number: int) -> Exception:
        """Return the error of a request that got no answer.

        Raises:
            BadFrameError: There is none.
        """
        if number not in self._errors:
            raise BadFrameError("an error that nobody knows")
        return self._errors[number]

    def _do(self, number: int, step: Callable[[], None]) -> None:
        if self._is_serial:
            with _Handing(number, self._fail):
                step()
            return
        self._room.acquire()
        Thread(target=self._do_apart, args=(number, step), daemon=True).start()

    def _do_apart(self, number: int, step: Callable[[], None]) -> None:
        with _Releasing(self._room), _Handing(number, self._fail, self._end):
            step()

    def _answer(self, number: int, transport: httpx.BaseTransport, request: httpx.Request, *, streams: bool) -> None:
        _check_name(request)
        if not self._secrets.is_empty:
            request.headers["Accept-Encoding"] = ", ".join(PACKINGS)
        response = transport.handle_request(request)
        response.request = request  # an error while it is read names the request
        if not streams:
            answer = whole_answer(response, self._secrets)
            assert isinstance(answer.body, bytes)
            self._say(ANSWER, number, answer.body, whole=True, **answer.head)
            return
        answer = streamed_answer(response, self._secrets)
        assert not isinstance(answer.body, bytes)
        self._streams[number] = (response, answer.body)
        self._say(ANSWER, number, whole=False, **answer.head)

    def _next_piece(self, number: int) -> None:
        stream = self._streams.get(number)
        piece = next(stream[1], None) if stream else None
        if piece is not None:
            self._say(CHUNK, number, piece)
            return
        self.drop(number)
        self._say(LAST, number)

    def _fail(self, number: int, error: Exception) -> None:
        """Let the recipe's client raise what the request met."""
        self._errors[number] = error
        if len(self._errors) > MOST_ERRORS:
            del self._errors[next(iter(self._errors))]
        family = next((name for name, kind in _FAMILIES.items() if isinstance(error, kind)), "other")
        said = self._secrets.scrub(str(error))
        self._say(TROUBLE, number, family=family, name=type(error).__name__, text=said, ref=number)

    def _end(self, error: BaseException) -> None:
        self.ending = self.ending or error
        self._process.kill()

    def _say(self, kind: bytes, number: int, body: bytes = b"", /, **head: Any) -> None:
        now = self._clock.monotonic_ns() if self._clock else 0
        try:
            self._process.pipe.send(kind, body, id=number, now=now, **head)
        except (OSError, ValueError):
            return  # it has gone, which its pipe tells


class _Handing:
    """A context that hands an error to the recipe instead of raising it; no `except`, as anything may be raised."""

    def __init__(
        self,
        number: int,
        fail: Callable[[int, Exception], None],
        end: Callable[[BaseException], None] | None = None,
    ) -> None:
        self._number, self._fail, self._end = number, fail, end

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if isinstance(error, Exception):
            self._fail(self._number, error)
            return True
        if error is not None and self._end is not None:
            self._end(error)
            return True
        return False


class _Releasing:
    def __init__(self, room: BoundedSemaphore) -> None:
        self._room = room

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._room.release()


class OneAtATime(Watcher):
    """Passes on what is heard, of several requests at a time one after the other."""

    def __init__(self, watcher: Watcher) -> None:
        super().__init__()
        self._watcher = watcher
        self._lock = Lock()

    def calling(self, api: str, method: str, path: str) -> None:
        """Pass it on."""
        with self._lock:
            self._watcher.calling(api, method, path)

    def waiting(self, reason: str) -> None:
        """Pass it on."""
        with self._lock:
            self._watcher.waiting(reason)


def _request(data: dict[str, Any], body: bytes) -> httpx.Request:
    """Build what the recipe's client built; only its timeouts are taken from what httpx keeps beside a request.

    How long the body is says the body: two servers could read two lengths as two requests.
    """
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in data["headers"]]
    return httpx.Request(
        str(data["method"]),
        _address(str(data["url"])),
        headers=[(name, value) for name, value in headers if name.lower() not in _LENGTHS],
        content=body,
        extensions={"timeout": _timeouts(data["timeout"])},
    )


def _check_name(request: httpx.Request) -> None:
    """Refuse another name for the host: behind a server that many share it leads to somebody else's site.

    Raises:
        ApiRefused: The recipe set one.
    """
    named = request.headers.get_list("Host")
    if named != [request.url.netloc.decode("ascii")]:
        raise ApiRefused(
            f"{request.url.host} was to be called under the name {', '.join(named)!r}, which is not its own. "
            "Nothing was sent.",
            hint="the recipe sets no Host header",
        )


@lru_cache(maxsize=64)
def _address(url: str) -> httpx.URL:
    """Parse an address; many recipes call the same one again and again."""
    return httpx.URL(url)


def _moment(now: object) -> int:
    """Return where the recipe's clock stands; one that has slept for decades would break more than itself."""
    if not isinstance(now, int) or not 0 <= now < LONGEST_SLEEP:
        raise BadFrameError("a moment that is none")
    return now


def _timeouts(given: dict[str, Any]) -> dict[str, float | None]:
    return {str(name): None if seconds is None else float(seconds) for name, seconds in given.items()}
