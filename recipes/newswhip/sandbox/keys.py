"""The keys of the sandbox: what each may ask for, and how often."""

import threading
from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from .assumptions import EXPIRED_KEY_TEXT, INVALID_KEY_TEXT, NOT_ENTITLED_TEXT, RATE_LIMIT_TEXT
from .errors import ApiError

MISSING_KEY_TEXT = "No API key was passed with this request."


class Product(Enum):
    """What customers buy; each endpoint belongs to one."""

    QUICK_START = "Quick Start API"
    HISTORICAL = "Historical API"
    SYNDICATION = "Syndication API"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `requests` in any stretch of `seconds`."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Key:
    """What one key allows."""

    products: frozenset[Product]
    rates: tuple[Rate, ...]
    is_expired: bool = False


EVERYTHING = frozenset(Product)
USUAL_RATES = (Rate(5, 1.0), Rate(100, 300.0))

UNLIMITED_KEY = "sandbox"
"""The key of runs in this process, where nothing waits: everything is allowed, without a rate limit."""

KEYS = {
    UNLIMITED_KEY: Key(EVERYTHING, ()),
    "test-key-full": Key(EVERYTHING, USUAL_RATES),
    "test-key-quick-start": Key(frozenset({Product.QUICK_START}), USUAL_RATES),
    "test-key-historical": Key(frozenset({Product.QUICK_START, Product.HISTORICAL}), USUAL_RATES),
    "test-key-syndication": Key(frozenset({Product.SYNDICATION}), USUAL_RATES),
    "test-key-small-budget": Key(EVERYTHING, (Rate(3, 1.0), Rate(6, 300.0))),
    "test-key-expired": Key(EVERYTHING, USUAL_RATES, is_expired=True),
}


def find_key(name: str) -> Key:
    """Return what a key allows; refuse one that is missing, unknown or expired."""
    if not name:
        raise ApiError(403, MISSING_KEY_TEXT)
    if name not in KEYS:
        raise ApiError(403, INVALID_KEY_TEXT)
    if KEYS[name].is_expired:
        raise ApiError(403, EXPIRED_KEY_TEXT)
    return KEYS[name]


def check_product(key: Key, product: Product) -> None:
    """Refuse a key that was not bought for an endpoint."""
    if product not in key.products:
        raise ApiError(403, NOT_ENTITLED_TEXT)


@dataclass(slots=True)
class Meter:
    """Counts the requests of each key. The only thing that the sandbox remembers."""

    _moments: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, name: str, rates: tuple[Rate, ...], now: float) -> None:
        """Count a request at a moment in epoch seconds, or refuse it because there were too many."""
        if not rates:
            return
        with self._lock:
            moments = self._moments.setdefault(name, deque())
            longest = max(rate.seconds for rate in rates)
            recent = [moment for moment in moments if now - longest < moment <= now]
            for rate in rates:
                if sum(moment > now - rate.seconds for moment in recent) >= rate.requests:
                    raise ApiError(429, RATE_LIMIT_TEXT)
            self._moments[name] = deque((*recent, now))
