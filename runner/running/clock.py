"""A clock that stands still, and moves on when somebody sleeps."""

import math
import selectors
import subprocess  # noqa: F401 - it keeps the clock for itself that it finds when it is imported: that has to be the real one
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from runner.running.lean import import_without

if TYPE_CHECKING:
    import asyncio

REAL_SLEEP, REAL_MONOTONIC = time.sleep, time.monotonic
"""As they are outside of every stopped clock."""


class StoppedClock:
    """The time of a run that touches no network: it only moves by sleeping.

    While it is in force, `datetime.now`, `time.time`, `time.monotonic`, `time.perf_counter` and the timers of every
    event loop made meanwhile show its time, and `time.sleep` and `asyncio.sleep` move it forward at once. Local time
    is UTC.

    Where it waits, the sleeps last as long as they say before they move it. Answers take no time on it either way, so
    that a run that was recorded from the network reads the same clock when it is played.

    Attributes:
        waits: Sleeps last as long as they say.
        patience: Tells how many real seconds a timer leaves to what the loop may be waiting for before the clock moves;
            None leaves it all the time that it takes.
    """

    def __init__(self, traveller: Any, *, waits: bool = False) -> None:
        self.waits = waits
        self.patience: Callable[[], float | None] = thread_patience
        self._traveller = traveller
        self._started = time.time_ns()
        self._due_at: dict[int, float] = {}

    def advance(self, seconds: float) -> None:
        """Move on; a part of a nanosecond counts as one, so that no timer waits for ever."""
        self._traveller.shift(math.ceil(seconds * 1e9) / 1e9)

    def catch_up(self, nanoseconds: int) -> None:
        """Move on to so much after the start, where the clock of another process stands; never back."""
        if nanoseconds > self.monotonic_ns():
            self._traveller.shift((nanoseconds - self.monotonic_ns()) / 1e9)

    def sleep(self, seconds: float) -> None:
        """Stand in for `time.sleep`."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if self.waits:
            REAL_SLEEP(seconds)
        self.advance(seconds)

    def monotonic_ns(self) -> int:
        """Stand in for `time.monotonic_ns`, without which a loop with a deadline would spin until the real one."""
        return time.time_ns() - self._started

    def monotonic(self) -> float:
        """Stand in for `time.monotonic`."""
        return self.monotonic_ns() / 1e9

    def expect(self, when: float) -> None:
        """Hear that a timer of a loop is made for a moment of this clock."""
        self._due_at[_microseconds(when)] = REAL_MONOTONIC() + when - self.monotonic()

    def due_at(self, when: float) -> float:
        """Return the real time at which a timer is due: of several for the same moment the one that was made last."""
        self._due_at = {moment: due for moment, due in self._due_at.items() if moment >= _microseconds(when)}
        return self._due_at.setdefault(_microseconds(when), REAL_MONOTONIC() + when - self.monotonic())

    def event_loop(self) -> "asyncio.AbstractEventLoop":
        """Make a loop whose timers are due as soon as nothing else is left to do, or after the wait they are for."""
        import asyncio

        return asyncio.SelectorEventLoop(self.selector())

    def selector(self) -> selectors.BaseSelector:
        """Make what waits for the files of a loop."""
        return _PatientSelector(self) if self.waits else _ImpatientSelector(self)


THREAD_PATIENCE = 0.25
"""Real seconds that a timer leaves to other threads, which the loop may be waiting for, before the clock moves."""


def thread_patience() -> float:
    """Return the real seconds that a timer leaves to other threads, where there are any."""
    return THREAD_PATIENCE if threading.active_count() > 1 else 0


class _ImpatientSelector(selectors.DefaultSelector):
    """Waits for files as usual, but moves the clock instead of waiting for timers."""

    def __init__(self, clock: StoppedClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            return super().select(None)
        patience = self._clock.patience() if timeout > 0 else 0
        ready = super().select(patience if patience is None else min(timeout, patience))
        if not ready and timeout > 0:
            self._clock.advance(timeout)
        return ready


class _PatientSelector(selectors.DefaultSelector):
    """Waits for files and timers as usual; only a timer that is due moves the clock.

    An answer takes no time on the clock, but the timers that are waited for come nearer by it. So each is due at a real
    time of its own: those of calls one after the other are for the same moment, because the clock stands.
    """

    def __init__(self, clock: StoppedClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        due_at = self._clock.due_at(self._clock.monotonic() + timeout)
        ready = super().select(max(due_at - REAL_MONOTONIC(), 0.0))
        if not ready and REAL_MONOTONIC() >= due_at:
            self._clock.advance(timeout)
        return ready


@contextmanager
def stopped_clock(moment: datetime, *, waits: bool = False) -> Iterator[StoppedClock]:
    """Let the clock of this process stand at `moment` (aware) until the block ends.

    Args:
        moment: Where it stands at first.
        waits: Let sleeps last as long as they say.
    """
    time_machine = import_without("time_machine", "pytest")
    with ExitStack() as stack:
        travel = time_machine.travel(moment.astimezone(UTC), tick=False)
        clock = StoppedClock(stack.enter_context(travel), waits=waits)
        for owner, name, stand_in in _stand_ins(clock):
            stack.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, stand_in)
        yield clock


def _stand_ins(clock: StoppedClock) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    yield time, "sleep", clock.sleep
    for name in ("monotonic", "perf_counter"):
        yield time, name, clock.monotonic
        yield time, f"{name}_ns", clock.monotonic_ns
    # A recipe may call asyncio.run itself; the timers of a usual loop would never be due.
    yield selectors, "DefaultSelector", clock.selector
    if clock.waits:
        import asyncio

        yield asyncio.BaseEventLoop, "call_at", _announcing(clock, asyncio.BaseEventLoop.call_at)


def _announcing(clock: StoppedClock, call_at: Callable[..., Any]) -> Callable[..., Any]:
    """Let the clock hear of each timer; a selector only knows when the next one is due."""

    def announce(loop: "asyncio.BaseEventLoop", when: float, *arguments: Any, **more: Any) -> Any:
        clock.expect(when)
        return call_at(loop, when, *arguments, **more)

    return announce


def _microseconds(seconds: float) -> int:
    return round(seconds * 1e6)
