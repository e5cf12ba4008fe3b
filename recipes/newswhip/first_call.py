# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["getting-started", "trending"]
# audience = ["developer"]
# chart = {mark = "bar", x = "interactions", y = "headline"}
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 500
# ///
"""Does my key work, and what is trending right now?

For a new developer who wants to know whether the API gives access: the very first call, one GET, nothing to prepare.
A key that is missing, mistyped, expired, or bought for another product is always answered with 403, never with 401.
The answer is kept for about three minutes for each key, so asking more often shows nothing new.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx


def main(
    newswhip: httpx.Client, region: str = "World", category: str = "All", hours: int = 24, limit: int = 5
) -> Iterator[dict[str, Any]]:
    """Yield one row a story, in the order in which the API ranks them.

    Args:
        region: A region or country by its English name, such as `World`, `Ireland` or `U.S.`.
        category: A topic by its English name, such as `All`, `Politics` or `Sports`.
        hours: How many hours to look back.
        limit: How many stories.
    """
    response = newswhip.get(f"/region/{quote(region)}/{quote(category)}/{hours}", params={"size": limit})
    response.raise_for_status()
    for article in response.json()["articles"][:limit]:
        yield {
            "headline": article["headline"],
            "publisher": article["source"]["publisher"],
            "interactions": article["fb_data"]["total_engagement_count"],
            "link": article["link"],
        }
