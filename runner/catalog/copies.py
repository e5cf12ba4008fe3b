"""Copies of this process that work side by side: each has all that this one has, and sees to a share of some items."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import active_count
from time import sleep
from typing import Final, Generic, Self

from runner.catalog.dealing import Item, processes, share_of, turns_of

_MANY: Final = 64
"""Items for which copies pay."""
_LOOKS: Final = 20
_THREADS: Final = Path("/proc/self/task")
_NO, _YES = b"\0", b"\1"


def each_answered(function: Callable[[Item], bool], items: Sequence[Item]) -> Iterator[bool]:
    """Yield what a function says of each item as `Copies.answers` does; they begin and end with the iterator."""
    with Copies(function, items) as copies:
        yield from copies.answers()


class Copies(Generic[Item]):
    """Copies that see to some items, side by side and while this process goes on.

    There are none for few items, on one processor, beside other threads, and where that cannot be told: a copy has one
    thread, so what another one was about to finish would stay as it is.
    """

    def __init__(self, function: Callable[[Item], bool], items: Sequence[Item]) -> None:
        """Let them begin.

        Args:
            function: Is called for each item once, twice at most where a copy ended; nothing in memory shows it.
            items: All.
        """
        self._function, self._items = function, items
        count = processes() if len(items) >= _MANY and _is_alone() else 0
        self._turns = turns_of(items, count)
        self._copies = list[_Copy]()
        with suppress(OSError):  # then fewer will do, or none
            for at in range(count):
                self._copies.append(_Copy(function, share_of(items, self._turns, at)))

    def __enter__(self) -> Self:
        """Let them run for the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End them, whatever they do."""
        for each in self._copies:
            each.end()

    def answers(self) -> Iterator[bool]:
        """Yield what the function says of each item, in order, as `map` does; once.

        Where a copy ends early, or its function raises something, the rest of its share is seen to here.
        """
        for item, turn in zip(self._items, self._turns, strict=True):
            answer = self._copies[turn].answer() if turn < len(self._copies) else None
            yield self._function(item) if answer is None else answer


class _Copy:
    """One copy."""

    def __init__(self, function: Callable[[Item], bool], items: Sequence[Item]) -> None:
        """Let it begin.

        Raises:
            OSError: There are too many processes already.
        """
        self._pipe, end = os.pipe()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # a copy is ended, and never by Ctrl-C
        try:
            self._process = os.fork()
            if self._process == 0:
                _see_to(function, items, end)
        except OSError:
            os.close(self._pipe)
            raise
        finally:
            os.close(end)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def answer(self) -> bool | None:
        """Wait for what it says of the next item; None where it says nothing any more."""
        return {_NO: False, _YES: True}.get(os.read(self._pipe, 1))

    def end(self) -> None:
        """End it, whatever it does."""
        os.close(self._pipe)
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def _see_to(function: Callable[[Item], bool], items: Sequence[Item], pipe: int) -> None:
    """Say of each item what the function says; nothing else of the program goes on in a copy."""
    try:
        for item in items:
            os.write(pipe, _YES if function(item) else _NO)
    finally:
        os._exit(0)


def _is_alone() -> bool:
    """Whether this process has one thread and no other, those of libraries in other languages too."""
    if not hasattr(os, "fork"):
        return False
    for _ in range(_LOOKS):
        try:
            count = len([*_THREADS.iterdir()])
        except OSError:
            return False
        if count == 1 or active_count() > 1:
            return count == 1
        sleep(0.001)  # a thread that has ended is there for a moment longer
    return False
