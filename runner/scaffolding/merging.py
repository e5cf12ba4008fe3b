"""Bringing what changed in an origin into what was made from it: a three-way merge, line by line."""

import re
from dataclasses import dataclass
from typing import Final

MINE: Final = "<<<<<<< your example"
BETWEEN: Final = "======="
THEIRS: Final = ">>>>>>> its origin now"

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")


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

    merging = Merge3(_lines(base), _lines(mine), _lines(theirs))
    text = "".join(merging.merge_lines(start_marker=MINE, mid_marker=BETWEEN, end_marker=THEIRS))
    return Merged(text, find_markers(text))


def find_markers(text: str) -> tuple[int, ...]:
    """Return the lines where a conflict begins, from 1."""
    return tuple(number for number, line in enumerate(text.split("\n"), start=1) if line == MINE)


def _lines(text: str) -> list[str]:
    """Return the lines of a text, each with its end: a marker cannot get into the last one."""
    whole = text if text.endswith("\n") or not text else f"{text}\n"
    return _LINE.findall(whole)
