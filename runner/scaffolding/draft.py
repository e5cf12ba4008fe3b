"""What is about to be written."""

from collections.abc import Mapping
from typing import NamedTuple


class Draft(NamedTuple):
    """What is about to be written: nothing of it is on disk yet.

    Attributes:
        files: Text of each file, by its path below the repository, with forward slashes.
        recipe_id: Of the recipe among them, or "" (init).
        notes: What a person should know: what was dropped, repaired, named.
    """

    files: Mapping[str, str]
    recipe_id: str
    notes: tuple[str, ...] = ()
