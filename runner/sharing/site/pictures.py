"""Pictures that were drawn before: drawing takes longer than all else of a page."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from runner.output.cache import keep
from runner.output.vega import draw_picture
from runner.sharing.site.stamps import digest, version_of


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
    keep(kept, picture)
    return picture


def _place(spec: Mapping[str, Any], cache: Path) -> Path | None:
    drawer = version_of("vl-convert-python")
    if not drawer:
        return None
    text = f"{drawer}\n{json.dumps(spec, sort_keys=True)}"
    return cache / "pictures" / f"{digest(text)}.svg"
