# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["httpbin"]
# ///
"""Does the API remember me from one call to the next?

For whoever calls an API with a session. The cookie comes with a redirect, and goes back with every call after it.
"""

from collections.abc import Iterator
from typing import Any

import httpx


def main(httpbin: httpx.Client, name: str = "colour", value: str = "green") -> Iterator[dict[str, Any]]:
    """Yield what the API remembers before and after.

    Args:
        name: Of the cookie.
        value: Of the cookie.
    """
    before = httpbin.get("/cookies")
    before.raise_for_status()
    yield {"when": "before", "cookies": before.json()["cookies"]}
    after = httpbin.get("/cookies/set", params={name: value})
    after.raise_for_status()
    yield {"when": "after", "cookies": after.json()["cookies"]}
