# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["httpbin"]
#
# [tool.recipe-runner.parameters.url]
# example = "https://elsewhere.example/"
# ///
"""Can the API send me to another host?

For whoever trusts a key to it. It is refused: the key stays at the host of the API.
"""

from typing import Any

import httpx


def main(httpbin: httpx.Client, url: str) -> dict[str, Any]:
    """Return the status of the page behind a redirect.

    Args:
        url: Where the API is to send us.
    """
    response = httpbin.get("/redirect-to", params={"url": url})
    response.raise_for_status()
    return {"status": response.status_code}
