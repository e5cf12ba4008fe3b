"""Names of files from elsewhere: only those that mean the same file on every system."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from runner.output.text import safe_text

LONGEST_PATH: Final = 200
"""Characters; with the folder of the store before it, Windows takes 260."""
_LONGEST_NAME: Final = 255  # bytes
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_FORBIDDEN: Final = frozenset('<>:"|?*\\')


def find_fault(path: str) -> str:
    """Return why a path may not be used, as the end of a sentence; `""` where it may.

    Args:
        path: Below the repository, with `/` between names.
    """
    if "\0" in path or safe_text(path) != path:
        return "holds a character that is not shown"
    if "\\" in path:
        return "holds a backslash"
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "is absolute"
    if len(path) > LONGEST_PATH:
        return f"is longer than {LONGEST_PATH} characters"
    return next((fault for name in path.split("/") if (fault := _fault_of_name(name))), "")


def _fault_of_name(name: str) -> str:
    if name in ("", ".", ".."):
        return f"holds the name {name!r}"
    if not _FORBIDDEN.isdisjoint(name):
        return "holds a character that Windows does not take"
    if name[-1] in ". ":
        return "holds a name that ends with a dot or blank, which Windows drops"
    if _RESERVED.fullmatch(name):
        return "holds a name that Windows keeps for a device"
    return f"holds a name of more than {_LONGEST_NAME} bytes" if len(name.encode()) > _LONGEST_NAME else ""


def find_twins(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return pairs of paths that are one on some system: twice the same, or unlike in case or Unicode form only."""
    spelled: dict[str, str] = {}
    files: dict[str, str] = {}
    twins: list[tuple[str, str]] = []
    for path in paths:
        twin = files.get(_folded(path))
        if twin is not None:
            twins.append((twin, path))
        files.setdefault(_folded(path), path)
        for folder in _folders(path):
            if spelled.setdefault(_folded(folder), folder) != folder:
                twins.append((spelled[_folded(folder)], folder))
    return twins + [(path, spelled[folded]) for folded, path in files.items() if folded in spelled]


def _folders(path: str) -> Iterable[str]:
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
