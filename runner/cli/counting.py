"""How far a long look at many files has come: one line on a terminal's stderr, gone at the end."""

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Self

REDRAW_AFTER = 0.1
"""Seconds between two drawings, and before the first."""


class CountLine:
    """`Checking 1,200 of 10,000`, drawn over itself."""

    def __init__(self, doing: str, *, is_shown: bool, clock: Callable[[], float] = perf_counter) -> None:
        """Begin to count.

        Args:
            doing: The first word of the line.
            is_shown: Whether there is somebody to see it.
            clock: Seconds from any moment on.
        """
        self._doing = doing
        self._is_shown = is_shown
        self._clock = clock
        self._drawn = clock()
        self._is_drawn = False

    def __enter__(self) -> Self:
        """Draw nothing yet: most looks are over at once."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the line away."""
        if self._is_drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()

    def count(self, done: int, total: int) -> None:
        """Say how far it is."""
        now = self._clock()
        if not self._is_shown or now - self._drawn < REDRAW_AFTER:
            return
        self._drawn = now
        self._is_drawn = True
        sys.stderr.write(f"\r\x1b[2K{self._doing} {done:,} of {total:,}")
        sys.stderr.flush()
