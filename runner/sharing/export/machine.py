"""Find paths of the machine on which a file was made."""

import re
from collections.abc import Iterator
from typing import Final

from runner.recording.known import Sighting
from runner.recording.layers import TEXTUAL, Layer

_PATHS: Final = (
    (b"/", rb"/(?:home|Users|root|work|workspace|tmp|private|mnt|media|srv|opt|var|data)/(?=[\w.~-])"),
    (b":\\", rb"[A-Za-z]:\\{1,4}(?=[\w.~-])"),
    (b"\\\\", rb"\\{2,8}(?=[\w.-]+\\{1,4}[\w.-])"),
    (b"file:/", rb"file:/{1,3}(?=[\w.~-])"),
)
"""What stands in every such path, and its beginning. They stand apart, as none can begin within another."""
_REST: Final = rb"[\w.~\\/-]*"
_BEFORE: Final = re.compile(rb"[\w.~/:\\-]")
"""What no path begins behind."""
_HEAD: Final = re.compile(r"file:/+|/[^/]+/|[A-Za-z]:\\|\\+")


def find_paths(layer: Layer) -> Iterator[Sighting]:
    """Yield each absolute path in what reads as text, once; of it only the beginning is to be shown."""
    if not set(layer.path) <= TEXTUAL - {"lines"}:
        return
    seen = dict[str, int]()
    for found in sorted(_found(layer.text), key=re.Match.start):
        seen.setdefault(re.sub(r"\\+", r"\\", found[0].decode(errors="replace")), found.start())
    for path, at in seen.items():
        head = _HEAD.match(path)
        yield Sighting(f"a path of this machine ({head[0] if head else ''}...)", path, at, certain=True)


def _found(text: bytes) -> Iterator[re.Match[bytes]]:
    for mark, beginning in _PATHS:
        if mark in text:
            for found in re.finditer(beginning + _REST, text):
                if not _BEFORE.match(text, max(found.start() - 1, 0), found.start()):
                    yield found
