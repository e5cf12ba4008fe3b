"""Files of a cache: what they hold can be made again, so that none is there or one is damaged only costs time."""

import os
import zlib
from contextlib import suppress
from pathlib import Path


def keep(path: Path, content: bytes) -> None:
    """Write a file aside and put it in its place; where that is impossible, nothing is kept."""
    side = path.with_name(f".{path.name}.{os.urandom(4).hex()}.partial")
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            side.write_bytes(content)
            side.replace(path)
        finally:
            side.unlink(missing_ok=True)


def sealed(content: bytes) -> bytes:
    """Return a content with a line above it by which damage shows."""
    return b"%08x\n%b" % (zlib.crc32(content), content)


def unsealed(kept: bytes) -> bytes | None:
    """Return what was sealed; None of anything else."""
    content = kept.partition(b"\n")[2]
    return content if sealed(content) == kept else None
