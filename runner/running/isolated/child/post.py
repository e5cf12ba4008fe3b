"""The recipe's end of the pipe: answers find the request they are for, whichever thread or task waits for it."""

import itertools
import os
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, Final, NamedTuple

from runner.running.clock import StoppedClock
from runner.running.isolated.child.rows import RowPipe
from runner.running.isolated.frames import ANSWER, CALL, DROP, FINISH, WANT, Frame

GONE: Final = 81
"""The exit code of a process whose run has gone."""


class Answer(NamedTuple):
    """A frame that answers, and its head."""

    kind: bytes
    data: dict[str, Any]
    body: bytes


class Post:
    """Takes in all that comes.

    Attributes:
        pipe: To write to.
        commands: What to do next.
        is_over: Set once the run wants no more rows.
        clock: Where it stands still, that of the recipe.
    """

    def __init__(self, pipe: RowPipe) -> None:
        self.pipe = pipe
        self.commands = SimpleQueue[Frame]()
        self.is_over = Event()
        self.clock: StoppedClock | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Callable[[Answer], object]] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._waiting)

    def open(self) -> None:
        """Take in what comes from now on; where the other end is gone, this process ends at once."""
        Thread(target=self._take_in, daemon=True, name="recipe-runner-post").start()

    def number(self) -> int:
        """Return a number for a new request."""
        return next(self._numbers)

    def ask(self, kind: bytes, number: int, body: bytes = b"", **head: Any) -> Answer:
        """Send a frame and wait for the one that answers it."""
        answer = SimpleQueue[Answer]()
        self._waiting[number] = answer.put
        self._send(kind, number, body, head)
        return self._caught_up(answer.get())

    async def ask_async(self, kind: bytes, number: int, body: bytes = b"", **head: Any) -> Answer:
        """Do what `ask` does while other tasks go on."""
        import asyncio  # which a recipe that is async has loaded already

        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()

        def put(came: Answer) -> None:
            if not answer.cancelled():
                answer.set_result(came)

        self._waiting[number] = lambda came: loop.call_soon_threadsafe(put, came)
        self._send(kind, number, body, head)
        try:
            return self._caught_up(await answer)
        finally:
            if self._waiting.pop(number, None) or answer.cancelled():
                self.drop(number)

    def drop(self, number: int) -> None:
        """Tell that the rest of an answer is not wanted."""
        self.pipe.send(DROP, id=number)

    def _send(self, kind: bytes, number: int, body: bytes, head: dict[str, Any]) -> None:
        now = self.clock.monotonic_ns() if self.clock else 0
        self.pipe.send(kind, body, id=number, now=now, over=self.is_over.is_set(), **head)

    def _caught_up(self, answer: Answer) -> Answer:
        if self.clock:
            self.clock.catch_up(answer.data["now"])
        return answer

    def _take_in(self) -> None:
        while frame := self.pipe.read():
            if frame.kind in (CALL, WANT, FINISH):
                if frame.kind == FINISH:
                    self.is_over.set()
                self.commands.put(frame)
                continue
            data = frame.data()
            if put := self._waiting.pop(data["id"], None):
                with suppress(RuntimeError):  # the loop was closed meanwhile
                    put(Answer(frame.kind, data, frame.body))
            elif frame.kind == ANSWER and not data["whole"]:
                self.drop(data["id"])
        os._exit(GONE)
