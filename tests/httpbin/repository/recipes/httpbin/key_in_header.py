# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["httpbin"]
# ///
"""Does the API get my key in its header?

For whoever sets up a key. The API answers with the headers it was sent.
"""

from typing import Any

import httpx


def main(httpbin: httpx.Client) -> dict[str, Any]:
    """Return whether a key arrived."""
    response = httpbin.get("/headers")
    response.raise_for_status()
    return {"arrived": "X-Api-Key" in response.json()["headers"]}
