"""The window of time that a query looks at."""

from dataclasses import dataclass

from .assumptions import (
    FROM_INCLUSIVE,
    OVER_LONG_WINDOW_TEXT,
    TO_INCLUSIVE,
    WINDOW_LIMITED_ENDPOINTS,
    WINDOW_TOLERANCE_MS,
)
from .errors import bad_request
from .growth import WEEK_MS
from .request import Body
from .story import HOUR_MS

DEFAULT_SORT_CHANGES_MS = 25 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Window:
    """The publication time of the articles asked for.

    Attributes:
        first_ms: Epoch milliseconds of the first moment that belongs to it.
        last_ms: Epoch milliseconds of the last moment that belongs to it.
    """

    first_ms: int
    last_ms: int

    @property
    def is_short(self) -> bool:
        """Whether it is so short that results are sorted by velocity unless asked otherwise."""
        return self.last_ms - self.first_ms <= DEFAULT_SORT_CHANGES_MS


def read_window(body: Body, endpoint: str, now_ms: int) -> Window:
    """Return the window that a body asks for: the last week unless it says otherwise."""
    first, last = body.integer("from", now_ms - WEEK_MS), body.integer("to", now_ms)
    if endpoint in WINDOW_LIMITED_ENDPOINTS and last - first > WEEK_MS + WINDOW_TOLERANCE_MS:
        raise bad_request(OVER_LONG_WINDOW_TEXT)
    return Window(first if FROM_INCLUSIVE else first + 1, last if TO_INCLUSIVE else last - 1)


def last_hours(hours: int, now_ms: int) -> Window:
    """Return the window of the GET endpoints, which ends now."""
    return Window(now_ms - hours * HOUR_MS, now_ms)
