"""Ids of recipes: their form, and how the names of folder and file make them."""

import re
from pathlib import Path
from typing import Final

from runner.catalog.wording import quoted
from runner.errors import BrokenSource

ID_PART: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
_FILE_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\.py")


def bare_id(path: Path) -> str:
    """Return the id that the names of folder and file make, with hyphens for underscores, proper or not."""
    return f"{path.parent.name}/{path.stem}".replace("_", "-")


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an id: `newswhip/top-stories`."""
    parts = text.split("/")
    return len(parts) == 2 and all(map(ID_PART.fullmatch, parts))


def id_of(path: Path) -> str:
    """Return the id of the recipe in a file.

    Raises:
        BrokenSource: The names make no id.
    """
    if not _FILE_NAME.fullmatch(path.name) or not ID_PART.fullmatch(path.stem.replace("_", "-")):
        problem = f"the file name {quoted(path.name)} makes no id"
        raise BrokenSource(path, 1, problem, hint="use lower-case letters, digits and underscores: top_stories.py")
    if not ID_PART.fullmatch(path.parent.name.replace("_", "-")):
        problem = f"the folder name {quoted(path.parent.name)} makes no id"
        raise BrokenSource(path, 1, problem, hint="use lower-case letters, digits and hyphens")
    return bare_id(path)
