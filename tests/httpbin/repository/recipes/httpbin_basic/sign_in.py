# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["httpbin"]
# ///
"""Does the API accept my user name and password?

For whoever has a new password. The API is told in the path which ones to accept.
"""

from typing import Any
from urllib.parse import quote

import httpx


def main(httpbin_basic: httpx.Client, user: str = "sandbox", password: str = "sandbox") -> dict[str, Any]:
    """Return whether they were accepted.

    Args:
        user: The name to accept.
        password: The password to accept.
    """
    response = httpbin_basic.get(f"/basic-auth/{quote(user, safe='')}/{quote(password, safe='')}")
    response.raise_for_status()
    return {"accepted": response.json()["authenticated"], "user": response.json()["user"]}
