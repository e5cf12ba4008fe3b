# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["httpbin"]
# ///
"""Does the API accept my token?

For whoever has a new token. Without one the answer is 401 and empty.
"""

from typing import Any

import httpx


def main(httpbin_bearer: httpx.Client) -> dict[str, Any]:
    """Return whether the token was accepted."""
    response = httpbin_bearer.get("/bearer")
    response.raise_for_status()
    return {"accepted": response.json()["authenticated"]}
