"""The files that pages share, made lean: without the indentation and the comments in which they are written."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from runner.sharing.site.made import Piece

_KINDS: Final = ("assets", "vendor")
_COMMENTS: Final = ("//", "/*")
_LOOSE: Final = re.compile(r"(?<=[{;,:]) | (?=[{}])|;(?= ?\})")
"""Of a style what only people need: the pattern knows how ours are written, not CSS."""


def shared_pieces(folder: Path) -> Iterator[Piece]:
    """Yield each file; what is vendored stays as it came."""
    for kind in _KINDS:
        for path in sorted(folder.joinpath(kind).rglob("*")):
            if path.is_file():
                is_ours = kind == "assets" and path.suffix in (".css", ".js")
                name = f"assets/{path.relative_to(folder / kind).as_posix()}"
                yield Piece(name, partial(_lean, path) if is_ours else path.read_bytes)


def _lean(path: Path) -> bytes:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    kept = "\n".join(line for line in lines if line and not line.startswith(_COMMENTS)) + "\n"
    return (_LOOSE.sub("", kept) if path.suffix == ".css" else kept).encode()
