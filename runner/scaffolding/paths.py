"""Paths and names that are the same on every system."""

import re
from typing import Final

_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
_PATH_PART: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?")


def check_path(text: str) -> str:
    """Accept a path below a folder that is the same on every system.

    Raises:
        ValueError: It is none; the message says why, to be put after the path.
    """
    parts = text.split("/")
    if text.startswith("/") or ".." in parts or "\\" in text or ":" in text:
        raise ValueError("leads out of the folder")
    if any(_DEVICE.fullmatch(part) for part in parts):
        raise ValueError("is a device on Windows")
    if not all(map(_PATH_PART.fullmatch, parts)) or len(text) > 200:
        raise ValueError("is no plain path: letters, digits, `_`, `-` and `.`, with `/` between folders")
    return text


def is_device(text: str) -> bool:
    """Tell whether a name belongs to a device on Windows: `con`, `lpt1`."""
    return _DEVICE.fullmatch(text) is not None
