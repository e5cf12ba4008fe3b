# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["httpbin"]
# ///
"""How do I ask for several packed answers at once?

For whoever is in a hurry. All calls are under way together; the rows come in the order of the question.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx


async def main(httpbin: httpx.AsyncClient, times: int = 2) -> AsyncIterator[dict[str, Any]]:
    """Yield one row an answer.

    Args:
        times: How often to ask for each kind.
    """
    paths = ["/gzip", "/deflate"] * times
    for path, response in zip(paths, await asyncio.gather(*map(httpbin.get, paths)), strict=True):
        response.raise_for_status()
        answer = response.json()
        yield {"path": path, "packed": answer.get("gzipped") or answer.get("deflated")}
