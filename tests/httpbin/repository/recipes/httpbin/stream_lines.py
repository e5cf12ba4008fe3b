# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["httpbin"]
#
# [tool.recipe-runner.parameters.lines]
# min = 1
# max = 100
# ///
"""How do I read a long answer line by line?

For whoever has answers too long to hold. Each line is a document of its own.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx


def main(httpbin: httpx.Client, lines: int = 5) -> Iterator[dict[str, Any]]:
    """Yield one row a line.

    Args:
        lines: How many.
    """
    with httpbin.stream("GET", f"/stream/{lines}") as response:
        response.raise_for_status()
        for line in response.iter_lines():
            document = json.loads(line)
            yield {"id": document["id"], "url": document["url"]}
