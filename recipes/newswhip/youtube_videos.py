# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["youtube", "video", "articles"]
# audience = ["brand", "pr", "news"]
# chart = {mark = "bar", x = "views", y = "video"}
#
# [tool.recipe-runner.parameters.topic]
# example = "ferry strike"
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 7
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 5000
# ///
"""Which videos about my topic are watched most on YouTube?

For somebody who plans or watches video. There is no endpoint for YouTube: it is a kind of content of `/articles`, and
its numbers stand in a part of their own. What is known of an article, its velocity and prediction too, is 0 there.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


def main(newswhip: httpx.Client, topic: str, days: int = 7, limit: int = 10) -> Iterator[dict[str, Any]]:
    """Yield one row a video, most views first.

    Args:
        topic: A word or phrase, found as it stands in titles and descriptions.
        days: How many days to look back.
        limit: How many videos.
    """
    now = datetime.now(UTC)
    response = newswhip.post(
        "/articles",
        json={
            "filters": ['"' + topic.replace('"', "") + '"'],
            "content_type": "youtube",
            "from": int((now - timedelta(days=days)).timestamp() * 1000),
            "to": int(now.timestamp() * 1000),
            "sort_by": "yt_views",  # otherwise the newest come first
            "size": limit,
        },
    )
    response.raise_for_status()
    for video in response.json()["articles"]:
        numbers = video["youtube_post"]
        views, likes = numbers["ytViews"], numbers["ytLikes"]
        published = datetime.fromtimestamp(video["publication_timestamp"] / 1000, UTC)
        yield {
            "video": video["headline"],
            "channel": numbers["author"],
            "views": views,
            "likes": likes,
            "comments": numbers["ytComments"],
            "likes_per_100_views": round(100 * likes / views, 1) if views else None,
            "published": published.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "link": video["link"],
        }
