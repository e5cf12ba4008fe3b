"""Texts from elsewhere on their way into a page."""

import re
from typing import Final
from urllib.parse import urlsplit

from runner.output.text import ELLIPSIS, mend, safe_text

LONGEST_TITLE: Final = 300
"""Characters of a question, where it stands as a heading."""
LONGEST_CELL: Final = 400
_NOT_IN_A_LINK: Final = frozenset(" \\\"'<>")
_NOT_IN_A_SLUG: Final = re.compile(r"[^a-z0-9]+")


def line(text: str, longest: int = 2000) -> str:
    """Return a text on one line, without what would hide or turn around, cut where it is very long."""
    shown = safe_text(" ".join(mend(text).split()))
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + ELLIPSIS


def lines(text: str) -> str:
    """Return a text of several lines without what would hide or turn around."""
    return safe_text(mend(text), keep="\n\t")


def web_link(text: str) -> str:
    """Return an address if it may become a link, else `""`: https and mailto may."""
    if not text or not text.isprintable() or not _NOT_IN_A_LINK.isdisjoint(text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme == "mailto":
        return text if parts.path else ""
    return text if parts.scheme == "https" and parts.hostname and "@" not in parts.netloc else ""


def slug(text: str) -> str:
    """Return what a file can be named by: `post-articles`."""
    return _NOT_IN_A_SLUG.sub("-", text.lower())[:60].strip("-") or "x"


def utf16_units(text: str) -> int:
    """Count as the script of a page does: two for a character beyond U+FFFF."""
    return len(text.encode("utf-16-le")) // 2
