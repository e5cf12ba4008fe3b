"""Keep to the rates an API publishes, so that an answer 429 is the exception."""

import asyncio
import time
from collections import deque
from threading import Lock

from runner.catalog import Rate
from runner.running.clock import REAL_MONOTONIC, REAL_SLEEP

MARGIN = 0.05
"""Seconds added to each window: calls do not all travel equally long, and the API counts when they arrive."""


class Pace:
    """All rates of one API at once, as rolling windows, shared by the clients of a run."""

    def __init__(self, rates: tuple[Rate, ...], *, is_apart: bool = False) -> None:
        """Begin to count.

        Args:
            rates: All hold at once.
            is_apart: Keep to the real time and leave the recipe's clock alone, also where that one stands still: the
                API's clock goes on.
        """
        self._rates = rates
        self._is_apart = is_apart
        self._sent: deque[float] = deque(maxlen=max((rate.calls for rate in rates), default=0))
        self._lock = Lock()

    def take(self) -> float:
        """Take a place for a call that is sent at once, or return the seconds after which to ask again; 0 means go."""
        with self._lock:
            now = REAL_MONOTONIC() if self._is_apart else time.monotonic()
            free_at = (self._sent[-rate.calls] + rate.seconds + MARGIN for rate in self._rates if self._is_used(rate))
            wait = max(free_at, default=now) - now
            if wait > 0:
                return wait
            self._sent.append(now)
            return 0.0

    def wait(self, seconds: float) -> None:
        """Wait before asking again."""
        (REAL_SLEEP if self._is_apart else time.sleep)(seconds)

    async def wait_async(self, seconds: float) -> None:
        """Wait before asking again, while other tasks go on."""
        if self._is_apart:
            await asyncio.to_thread(REAL_SLEEP, seconds)  # a timer of the loop would move the recipe's clock
        else:
            await asyncio.sleep(seconds)

    def _is_used(self, rate: Rate) -> bool:
        return len(self._sent) >= rate.calls
