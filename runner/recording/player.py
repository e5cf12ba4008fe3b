"""Answering a run from what was recorded, each answer once, in recorded order."""

from collections import defaultdict, deque
from collections.abc import Sequence

import httpx

from runner.errors import Mismatch
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse
from runner.recording.matching import Likeness, differences, distance, likeness
from runner.recording.tape import as_response
from runner.running.wires import Wire


class OffTape(BaseException):
    """Ends a run that asked for what was not recorded; no `Exception`, so that no recipe takes it for a failed call.

    Attributes:
        error: What happened.
    """

    def __init__(self, error: Mismatch) -> None:
        super().__init__(str(error))
        self.error = error


class Player:
    """The answers of one cassette.

    Attributes:
        mismatch: The first request that was not recorded, also where the recipe went on after it; else None.
    """

    def __init__(self, exchanges: Sequence[Exchange], *, hint: str = "") -> None:
        """Take what was recorded; the hint says what to do where a run does not agree with it."""
        self.mismatch: Mismatch | None = None
        self._hint = hint
        self._exchanges = exchanges
        self._waiting: dict[Likeness, deque[int]] = defaultdict(deque)
        for number, exchange in enumerate(exchanges):
            self._waiting[likeness(exchange.request)].append(number)

    def wire(self) -> Wire:
        """Return a wire that only knows what was recorded."""
        return lambda _: _Playing(self)

    @property
    def unplayed(self) -> tuple[Exchange, ...]:
        """What was recorded and not asked for, in recorded order."""
        left = sorted(number for numbers in self._waiting.values() for number in numbers)
        return tuple(self._exchanges[number] for number in left)

    def answer(self, request: RecordedRequest) -> RecordedResponse:
        """Return the next answer to a request.

        Raises:
            OffTape: There is none.
        """
        numbers = self._waiting.get(likeness(request))
        if numbers:
            return self._exchanges[numbers.popleft()].response
        error = self._explain(request, known=numbers is not None)
        self.mismatch = self.mismatch or error
        raise OffTape(error)

    def check_all_played(self) -> None:
        """Refuse a run that left an answer unplayed, or went on after a request that was not recorded.

        Raises:
            Mismatch: It did.
        """
        if self.mismatch is not None:
            raise self.mismatch
        if left := self.unplayed:
            lines = [f"{exchange.request.method} {exchange.request.url}" for exchange in left[:5]]
            more = [f"and {len(left) - 5} more"] if len(left) > 5 else []
            count = f"{len(left)} recorded answer{'s were' if len(left) > 1 else ' was'}"
            raise Mismatch(f"{count} not asked for.", details=[*lines, *more], hint=self._hint)

    def _explain(self, request: RecordedRequest, *, known: bool) -> Mismatch:
        asked = f"{request.method} {request.url}"
        if known:
            played = sum(likeness(each.request) == likeness(request) for each in self._exchanges)
            return Mismatch(f"{asked} was recorded {_times(played)} and is asked for once more.", hint=self._hint)
        if not self._exchanges:
            return Mismatch(f"{asked} was not recorded: the recording is empty.", hint=self._hint)
        number, nearest = self._nearest(request)
        lines = [f"Nearest  request {number}: {nearest.method} {nearest.url}"]
        lines += [f"Differs  {line}" for line in differences(nearest, request)]
        return Mismatch(f"{asked} was not recorded.", details=lines, hint=self._hint)

    def _nearest(self, request: RecordedRequest) -> tuple[int, RecordedRequest]:
        """Return the number and the request most like this one; of several the first that was not asked yet."""
        waiting = {number for numbers in self._waiting.values() for number in numbers}
        unlike = {n: (*distance(each.request, request), n not in waiting) for n, each in enumerate(self._exchanges)}
        number = min(unlike, key=unlike.__getitem__)
        return number + 1, self._exchanges[number].request


class _Playing(httpx.BaseTransport, httpx.AsyncBaseTransport):
    def __init__(self, player: Player) -> None:
        self._player = player

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._answer(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        headers = tuple(request.headers.multi_items())
        return as_response(
            self._player.answer(RecordedRequest(request.method, str(request.url), headers, request.content))
        )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
