"""When two request bodies are the same: JSON as JSON, multipart whatever its boundary, anything else to the byte."""

import json
import re
from functools import lru_cache
from typing import Final

_BOUNDARY: Final = re.compile(r'multipart/.*;\s*boundary="?([^";]+)', re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=512)
def comparable(body: bytes, content_type: str) -> str | bytes:
    """Return a form of a body that is equal where bodies are the same.

    Args:
        body: As sent.
        content_type: The header's value; empty where there is none.

    Returns:
        JSON with sorted keys where the body is JSON, so that `true` and `1`, or `1` and `1.0`, stay different.
    """
    boundary = _BOUNDARY.match(content_type)
    if boundary:
        return body.replace(b"--" + boundary[1].strip().encode("latin-1", "replace"), b"--boundary")
    if "json" not in content_type.lower() and not body.lstrip().startswith((b"{", b"[")):
        return body
    try:
        return json.dumps(json.loads(body), sort_keys=True)
    except (ValueError, RecursionError):
        return body
