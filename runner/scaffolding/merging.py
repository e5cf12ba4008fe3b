"""Bringing what changed in an origin into what was made from it: a three-way merge, line by line."""

from dataclasses import dataclass
from typing import Final

MINE: Final = "<<<<<<< your example"
BETWEEN: Final = "======="
THEIRS: Final = ">>>>>>> its origin now"


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge.

    Attributes:
        text: With markers around each conflict.
        conflicts: The line in `text` where each begins, from 1.
    """

    text: str
    conflicts: tuple[int, ...]


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Bring the changes from `base` to `theirs` into `mine`.

    Args:
        base: The origin as it was.
        mine: What was made from it, and edited since.
        theirs: The origin as it is.
    """
    from merge3 import Merge3

    old, here, there = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    merging = Merge3(old, here, there)
    lines = list(merging.merge_lines(start_marker=MINE, mid_marker=BETWEEN, end_marker=THEIRS))
    conflicts = tuple(number for number, line in enumerate(lines, start=1) if line.startswith(MINE))
    return Merged("".join(lines), conflicts)
