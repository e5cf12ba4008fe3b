# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["stories", "timeline", "articles"]
# audience = ["news", "agency", "pr"]
# chart = {mark = "line", x = "minutes_later", y = "outlets"}
#
# [tool.recipe-runner.parameters.headline]
# example = "Climate change: pupils take Fort Tamsin to court"
#
# [tool.recipe-runner.parameters.until]
# min = 2018-01-01T00:00:00Z
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 7
# ///
"""Who broke this story, and how fast did the others follow?

For a newsroom that claims a scoop, or wants to know whose it was: everyone with these words in the headline, by time of
publication. The API orders from the newest down and not otherwise, so the order is made here, from all of them.
A publisher may date a page anew when it is changed. `known_after` tells how many minutes after its date the API met
the page, as its id seems to keep that moment; below zero, the date is not the first one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

MOST = 5000  # articles in one answer
MINUTE = timedelta(minutes=1)
CLOCK_START = datetime(1582, 10, 15, tzinfo=UTC)  # ids of version 1 count from here, in tenths of a microsecond


def main(
    newswhip: httpx.Client, headline: str, until: datetime | None = None, days: int = 7
) -> Iterator[dict[str, Any]]:
    """Yield one row an article, the first one first.

    Args:
        headline: Words of the headline, found as they stand.
        until: Up to when to look; without it, up to now.
        days: How many days before that to look.
    """
    now = datetime.now(UTC)
    end = until or now
    if end > now:
        raise ValueError(f"until is {end:%Y-%m-%dT%H:%M:%SZ}, which is still to come")
    response = newswhip.post(
        "/articles",
        json={
            "filters": ['headline:"' + headline.replace('"', "") + '"'],
            "from": int((end - timedelta(days=days)).timestamp() * 1000),
            "to": int(end.timestamp() * 1000),
            "sort_by": "created_at",
            "find_related": False,
            "size": MOST,
        },
    )
    response.raise_for_status()
    articles, total = response.json()["articles"], response.json()["total_match"]
    if not total <= len(articles) < MOST:
        raise ValueError(f"{total:,} articles match and the first are not in the answer: ask for fewer days")
    articles.sort(key=lambda article: article["publication_timestamp"])
    outlets: set[str] = set()
    for article in articles:
        outlets.add(article["source"]["publisher"])
        published = moment_of(article)
        known = CLOCK_START + timedelta(microseconds=UUID(article["uuid"]).time // 10)
        yield {
            "minutes_later": round((published - moment_of(articles[0])) / MINUTE),
            "publisher": article["source"]["publisher"],
            "outlets": len(outlets),  # so far
            "published": published.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "known_after": round((known - published) / MINUTE),
            "headline": article["headline"],
            "link": article["link"],
        }


def moment_of(article: dict[str, Any]) -> datetime:
    """Return when an article was published."""
    return datetime.fromtimestamp(article["publication_timestamp"] / 1000, UTC)
