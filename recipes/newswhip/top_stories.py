# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["getting-started", "articles"]
# audience = ["developer", "news", "pr"]
# chart = {mark = "bar", x = "interactions", y = "headline"}
#
# [tool.recipe-runner.parameters.topic]
# example = "ferry strike"
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 5000
# ///
"""Which stories about my topic get the most engagement right now?

For a new customer who wants to see the most shared articles of today, or of a week, before building anything.
The API looks back seven days at most in one call, and orders by engagement, never the other way round.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


def main(
    newswhip: httpx.Client, topic: str, hours: int = 24, limit: int = 10, language: str = "en"
) -> Iterator[dict[str, Any]]:
    """Yield one row a story, most engagement first.

    Args:
        topic: A word or phrase such as `climate change`, found as it stands in headlines, summaries and bylines.
        hours: How many hours to look back.
        limit: How many stories.
        language: Two-letter code of the language they are written in.
    """
    now = datetime.now(UTC)
    response = newswhip.post(
        "/articles",
        json={
            "filters": ['"' + topic.replace('"', "") + '"'],  # without the quotes, each word would match alone
            "language": language,
            "from": int((now - timedelta(hours=hours)).timestamp() * 1000),  # the API counts in milliseconds
            "to": int(now.timestamp() * 1000),  # without it, 168 hours would be over the limit when the call arrives
            "sort_by": "fb_total_engagement",
            "find_related": False,  # otherwise similar headlines hide behind the first
            "size": limit,
        },
    )
    response.raise_for_status()
    for article in response.json()["articles"]:
        published = datetime.fromtimestamp(article["publication_timestamp"] / 1000, UTC)
        yield {
            "headline": article["headline"],
            "publisher": article["source"]["publisher"],
            "interactions": article["fb_data"]["total_engagement_count"],
            "published": published.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "link": article["link"],
        }
