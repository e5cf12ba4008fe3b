# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["publishers", "competitors", "polling", "trending"]
# audience = ["news"]
# chart = {mark = "bar", x = "velocity", y = "headline"}
#
# [tool.recipe-runner.parameters.publishers]
# example = ["dailybeacon.example", "unionstandard.example", "harbourpost.example"]
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
#
# [tool.recipe-runner.parameters.times]
# min = 1
# max = 500
#
# [tool.recipe-runner.parameters.minutes]
# min = 3
# max = 1440
# ///
"""What did our competitors just publish, and how fast does it go?

For a newsroom that keeps an eye on a few rivals. It asks for each of them again and again, and tells each article once,
with what it has at that moment. Answers are kept for about three minutes, so asking more often shows nothing new.
A publisher that the API does not know has no articles and is no error: check the spelling of one that stays silent.
It takes as long as it says: 4 times every 15 minutes are 45 minutes.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx


def main(
    newswhip: httpx.Client, publishers: list[str], hours: int = 3, times: int = 4, minutes: int = 15
) -> Iterator[dict[str, Any]]:
    """Yield one row an article, those seen at the same time in the API's order.

    Args:
        publishers: Their domains, or a host such as `sport.dailybeacon.example`.
        hours: How many hours to look back each time; one answer holds 500 articles of a publisher.
        times: How many times to ask.
        minutes: How long to wait in between.
    """
    seen: set[str] = set()
    for number in range(times):
        if number:
            time.sleep(minutes * 60)
        for publisher in publishers:
            response = newswhip.get(f"/publisher/{quote(publisher, safe='')}/{hours}", params={"size": 500})
            response.raise_for_status()
            for lead in response.json()["articles"]:
                # An article with a similar headline hides in the one that stands for both.
                for article in [lead, *lead["relatedStories"]]:
                    if article["uuid"] not in seen:
                        seen.add(article["uuid"])
                        yield row_of(article)


def row_of(article: dict[str, Any]) -> dict[str, Any]:
    """Return what a newsroom wants to know at once."""
    published = datetime.fromtimestamp(article["publication_timestamp"] / 1000, UTC)
    return {
        "publisher": article["source"]["publisher"],
        "headline": article["headline"],
        "interactions": article["fb_data"]["total_engagement_count"],
        "velocity": article["nw_score"],
        "predicted": round(article["predicted_interactions"]),
        "published": published.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "link": article["link"],
    }
