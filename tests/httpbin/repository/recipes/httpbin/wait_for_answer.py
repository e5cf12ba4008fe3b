# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["httpbin"]
#
# [tool.recipe-runner.parameters.seconds]
# min = 0
# max = 10
# ///
"""What do I get from an API that takes its time?

For whoever has slow calls. The API takes as long as it is asked to; in a sandbox the clock moves on instead.
"""

from datetime import UTC, datetime
from typing import Any

import httpx


def main(httpbin: httpx.Client, seconds: int = 8) -> dict[str, Any]:
    """Return when the call began, and what it gave.

    Args:
        seconds: How long the API is to take.
    """
    began = datetime.now(UTC)
    response = httpbin.get(f"/delay/{seconds}")
    response.raise_for_status()
    return {"began": began.isoformat(), "url": response.json()["url"]}
