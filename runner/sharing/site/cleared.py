"""Texts that were searched before and hold nothing that must not be shown: a search takes longer than a page."""

import json
import os
from collections.abc import Iterable, Sequence
from hashlib import pbkdf2_hmac
from pathlib import Path
from typing import Final

from runner.output.cache import keep

_FILE: Final = "site-searched.json"
_TIMES: Final = 200_000
"""What was looked for are keys and names, so it is kept as something that takes long to guess."""


class Cleared:
    """Remembers texts in which nothing was found, as long as the same is looked for."""

    def __init__(self, cache: Path | None) -> None:
        """Recall the texts of earlier builds.

        Args:
            cache: Where it is kept for other processes too, or None.
        """
        self._path = cache / _FILE if cache else None
        self._salt, self._sought, self._clean = _read(self._path)
        self._text, self._seen = b"", set[str]()

    def seek(self, sought: Sequence[str]) -> None:
        """Say what is looked for from now on, and by which program; if it is something else, nothing is known."""
        text = json.dumps(list(sought)).encode()
        if text != self._text:
            self._text, key = text, pbkdf2_hmac("sha256", text, self._salt, _TIMES).hex()
            if key != self._sought:
                self._sought, self._clean = key, set()
        self._seen = set()

    def has(self, mark: str) -> bool:
        """Whether nothing was found in the text with this mark."""
        if mark not in self._clean:
            return False
        self._seen.add(mark)
        return True

    def keep(self, marks: Iterable[str]) -> None:
        """Keep the texts that were asked for, and those with these marks; what else was known is forgotten."""
        self._seen.update(marks)
        is_new = self._seen != self._clean
        self._clean = self._seen
        if self._path is not None and is_new:
            data = {"salt": self._salt.hex(), "sought": self._sought, "clean": sorted(self._clean)}
            keep(self._path, json.dumps(data).encode())


def _read(path: Path | None) -> tuple[bytes, str, set[str]]:
    try:
        data = json.loads(path.read_bytes()) if path else {}
        return bytes.fromhex(data["salt"]), str(data["sought"]), set(data["clean"])
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return os.urandom(16), "", set()
