# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["httpbin"]
# ///
"""Are packed answers unpacked for me?

For whoever moves much data. The client says which kinds it knows; the recipe reads the answer like any other.
"""

from typing import Any, Literal

import httpx


def main(httpbin: httpx.Client, kind: Literal["gzip", "deflate", "brotli"] = "gzip") -> dict[str, Any]:
    """Return what the API says of its answer.

    Args:
        kind: How it is packed.
    """
    response = httpbin.get(f"/{kind}")
    response.raise_for_status()
    answer = response.json()
    return {"kind": kind, "packed": answer.get("gzipped") or answer.get("deflated") or answer.get("brotli")}
