# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["syndication", "wire"]
# audience = ["agency"]
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
#
# [tool.recipe-runner.parameters.minimum]
# min = 0
# max = 100
# ///
"""Who printed our copy today, and how well did it do?

For an agency that has bought the syndication product, which compares its feed with what others print; other keys are
refused. Articles from one source have its number and stand together, the most successful source first. The answer holds
no article of ours, only the id of each, so a source shows by what others made of it.
Assumed: no public page shows this answer. The names to put right, should yours differ, are the constants below.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

MOST = 5000  # articles in one answer

# Assumed names: two fields of the request, the list in the answer, and two fields of each article in it.
LEAST = "min_match_rate"
SOURCES: dict[str, Any] = {"syndication_query": {}}  # all of our articles
ANSWER = "articles"
RATE = "matched_rate"
SOURCE = "matched_sourceId"


def main(
    newswhip: httpx.Client, hours: int = 24, minimum: int = 70, query: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yield one row a matched article, those of a source together.

    Args:
        hours: How many hours to look back.
        minimum: How many percent of the text must be ours.
        query: Only articles that match this, such as `country_code:ie AND NOT publisher:dailybeacon.example`.
    """
    now = datetime.now(UTC)
    response = newswhip.post(
        "/syndicatedArticles",
        json=SOURCES
        | {
            "filters": [query] if query else [],
            LEAST: minimum,
            "from": int((now - timedelta(hours=hours)).timestamp() * 1000),
            "to": int(now.timestamp() * 1000),
            "sort_by": "fb_total_engagement",
            "size": MOST,
        },
    )
    response.raise_for_status()
    articles, total = response.json()[ANSWER], response.json()["total_match"]
    if not total <= len(articles) < MOST:
        raise ValueError(f"{total:,} articles match, too many for one answer: ask for fewer hours")
    totals: Counter[str] = Counter()
    for article in articles:
        totals[article[SOURCE]] += article["fb_data"]["total_engagement_count"]
    ranks = {source: rank for rank, (source, _) in enumerate(totals.most_common(), start=1)}
    for article in sorted(articles, key=lambda each: ranks[each[SOURCE]]):
        yield {
            "source": ranks[article[SOURCE]],
            "publisher": article["source"]["publisher"],
            "match_percent": article[RATE],
            "interactions": article["fb_data"]["total_engagement_count"],
            "source_total": totals[article[SOURCE]],
            "headline": article["headline"],
            "link": article["link"],
        }
