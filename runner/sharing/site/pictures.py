"""Pictures that were drawn before: drawing takes longer than all else of a page."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from runner.output.vega import draw_picture


def drawn(spec: Mapping[str, Any], cache: Path | None) -> bytes:
    """Return a specification as SVG, from the cache where the same library drew the same before.

    Raises:
        AskedWrongly: What draws is not installed, or fails.
    """
    kept = _place(spec, cache) if cache else None
    if kept is None:
        return draw_picture("svg", spec)
    with suppress(OSError):
        return kept.read_bytes()
    picture = draw_picture("svg", spec)
    with suppress(OSError):  # a cache that cannot be written only costs time
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        side = kept.with_name(f"{kept.name}.{os.urandom(4).hex()}")
        side.write_bytes(picture)
        side.replace(kept)
    return picture


def _place(spec: Mapping[str, Any], cache: Path) -> Path | None:
    try:
        drawer = version("vl-convert-python")
    except PackageNotFoundError:
        return None
    text = f"{drawer}\n{json.dumps(spec, sort_keys=True)}"
    return cache / "pictures" / f"{sha256(text.encode()).hexdigest()}.svg"
