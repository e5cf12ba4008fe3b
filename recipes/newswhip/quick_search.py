# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["getting-started", "trending", "search"]
# audience = ["news", "pr", "developer"]
# chart = {mark = "bar", x = "interactions", y = "headline"}
#
# [tool.recipe-runner.parameters.words]
# example = "ferry strike"
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 500
# ///
"""What is being written about a word today?

For a quick look, with nothing to learn: one GET that takes plain words. What makes it quick also limits it: the last 24
hours only, no order of your own, and similar headlines are folded into one story, which says how many others ran it.
The answer is kept for about three minutes. For a longer look back, or a query with AND and OR, there is `/articles`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx


def main(newswhip: httpx.Client, words: str, limit: int = 20) -> Iterator[dict[str, Any]]:
    """Yield one row a story, in the order in which the API ranks them.

    Args:
        words: What to look for; a story must have all of them.
        limit: How many articles, the folded ones among them.
    """
    response = newswhip.get("/search", params={"q": words, "size": limit})
    response.raise_for_status()
    for story in response.json()["articles"]:
        published = datetime.fromtimestamp(story["publication_timestamp"] / 1000, UTC)
        yield {
            "headline": story["headline"],
            "publisher": story["source"]["publisher"],
            "similar": len(story["relatedStories"]),
            "interactions": story["fb_data"]["total_engagement_count"],
            "velocity": story["nw_score"],
            "published": published.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "link": story["link"],
        }
