"""Tell whether somebody put a key where only its name, or a value for a recipe, should stand."""

import re
from collections.abc import Iterator
from typing import Final

from runner.recording.credentials import is_mixed, is_uuid, looks_like_credential
from runner.recording.shapes import find_shapes

_LEAST: Final = 20
"""Characters of a piece without blanks; names of accounts and folders are shorter, keys seldom."""
_APART: Final = re.compile(r"[\s=:,;/\"'()\[\]{}]+")
_HOST: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}")


def holds_key(text: str) -> bool:
    """Whether a text is like a key, or some piece of it is: a token, a password in a URL, 20 mixed characters."""
    return any(True for _ in find_certain(text)) or any(map(_is_key, _APART.split(text)))


def find_certain(text: str) -> Iterator[int]:
    """Yield where something stands that can be nothing but a credential, as the number of its first byte."""
    return (shape.at for shape in find_shapes(text.encode(errors="surrogatepass")) if shape.certain)


def _is_key(piece: str) -> bool:
    if is_uuid(piece) or _HOST.fullmatch(piece):
        return False
    return looks_like_credential(piece, least=_LEAST) and is_mixed(piece)
