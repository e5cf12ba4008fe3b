"""Files of a site that were made before: what is made of the same is not made again."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.output.cache import keep
from runner.sharing.site.stamps import digest, stamp

_FOLDER: Final = "site-folders"


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a site.

    Attributes:
        name: Below the folder, with slashes.
        make: Returns all of it.
        key: Of all that it is made of; the same key stands for the same bytes. `""` for what is made each time.
    """

    name: str
    make: Callable[[], bytes]
    key: str = ""


class Made:
    """Which files lie in a folder as they were made, and of what."""

    def __init__(self, folder: Path, cache: Path | None) -> None:
        """Recall what was made in earlier builds.

        Args:
            folder: Of the site, without links.
            cache: Where it is kept for other processes too, or None. In the site it would differ from build to build.
        """
        self._folder = folder
        self._path = cache / _FOLDER / f"{digest(os.fspath(folder))}.json" if cache else None
        self._known: dict[str, list[object]] = _read(self._path)
        self._now: dict[str, list[object]] = {}

    def has(self, piece: Piece) -> bool:
        """Whether a file lies there already as it would be made."""
        known = self._known.get(piece.name)
        if known is None or known != [piece.key, *stamp(f"{self._folder}/{piece.name}")]:
            return False
        self._now[piece.name] = known
        return True

    def note(self, piece: Piece) -> None:
        """Note that a file lies there now as it was made."""
        if piece.key:
            self._now[piece.name] = [piece.key, *stamp(f"{self._folder}/{piece.name}")]

    def keep(self) -> None:
        """Keep what was noted; what was not is forgotten."""
        self._known, self._now = self._now, {}
        if self._path is not None:
            keep(self._path, json.dumps(self._known).encode())


def _read(path: Path | None) -> dict[str, list[object]]:
    try:
        data = json.loads(path.read_bytes()) if path else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
