# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["httpbin"]
#
# [tool.recipe-runner.parameters.steps]
# min = 1
# max = 10
# ///
"""Where does the API send me before it answers?

For whoever wonders why a call takes long. Each row is one answer; the last one is the page itself.
"""

from collections.abc import Iterator
from typing import Any

import httpx


def main(httpbin: httpx.Client, steps: int = 3, absolute: bool = False) -> Iterator[dict[str, Any]]:
    """Yield one row an answer.

    Args:
        steps: How many redirects.
        absolute: Whether they name the host.
    """
    response = httpbin.get(f"/redirect/{steps}", params={"absolute": absolute})
    response.raise_for_status()
    for each in [*response.history, response]:
        yield {"status": each.status_code, "path": each.url.path, "to": each.headers.get("Location", "")}
