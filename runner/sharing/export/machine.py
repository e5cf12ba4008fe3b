"""Find paths of the machine on which a file was made."""

import re
from collections.abc import Iterator
from typing import Final

from runner.recording.known import Sighting
from runner.recording.layers import TEXTUAL, Layer

_PATH: Final = re.compile(
    rb"""(?<![\w.~/:\\-])(?:/(?:home|Users|root|work|workspace|tmp|private|mnt|media|srv|opt|var|data)/(?=[\w.~-])"""
    rb"""|[A-Za-z]:\\{1,4}(?=[\w.~-])|\\{2,8}(?=[\w.-]+\\{1,4}[\w.-])|file:/{1,3}(?=[\w.~-]))[\w.~\\/-]*"""
)
_HEAD: Final = re.compile(r"file:/+|/[^/]+/|[A-Za-z]:\\|\\+")


def find_paths(layer: Layer) -> Iterator[Sighting]:
    """Yield each absolute path in what reads as text, once; of it only the beginning is to be shown."""
    if not set(layer.path) <= TEXTUAL - {"lines"}:
        return
    seen = dict[str, int]()
    for found in _PATH.finditer(layer.text):
        seen.setdefault(re.sub(r"\\+", r"\\", found[0].decode(errors="replace")), found.start())
    for path, at in seen.items():
        head = _HEAD.match(path)
        yield Sighting(f"a path of this machine ({head[0] if head else ''}...)", path, at, certain=True)
