"""How work is dealt to several processes."""

import os
from collections.abc import Sequence
from typing import Final, TypeVar

Item = TypeVar("Item")

_MOST: Final = 8
_RUN: Final = 5
"""Items that one process gets before the next one does: where every second one is long, none gets all of these."""


def processes() -> int:
    """Return how many may work at once: one for each processor, up to eight."""
    return min(os.cpu_count() or 1, _MOST)


def turns_of(items: Sequence[object], count: int) -> list[int]:
    """Return for each item which of `count` processes sees to it."""
    return [number // _RUN % max(1, count) for number in range(len(items))]


def share_of(items: Sequence[Item], turns: Sequence[int], at: int) -> list[Item]:
    """Return the items that one process sees to."""
    return [item for item, turn in zip(items, turns, strict=True) if turn == at]
