# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["syndication", "wire", "publishers", "stats"]
# audience = ["agency"]
# chart = {mark = "bar", x = "interactions", y = "publisher"}
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 7
#
# [tool.recipe-runner.parameters.minimum]
# min = 0
# max = 100
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 100
# ///
"""Which customers use our copy, and how successfully?

For the sales and editorial desks of an agency that has bought the syndication product. Two calls: the articles with our
text, and the sum of all that the same outlets published, to tell how much of their engagement our copy brings.
One agency is known to call a text its own from a match of 60 percent. A page under two addresses counts once.
Assumed: no public page shows the first answer. The names to put right, should yours differ, are the constants below.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

MOST = 5000  # articles in one answer

# Assumed names: two fields of the request, the list in the answer, and a field of each article in it.
LEAST = "min_match_rate"
SOURCES: dict[str, Any] = {"syndication_query": {}}  # all of our articles
ANSWER = "articles"
RATE = "matched_rate"


def main(newswhip: httpx.Client, days: int = 2, minimum: int = 60, limit: int = 20) -> Iterator[dict[str, Any]]:
    """Yield one row an outlet, most interactions with our copy first.

    Args:
        days: How many days to look back.
        minimum: How many percent of a text must be ours.
        limit: How many outlets.
    """
    now = datetime.now(UTC)
    window = {"from": int((now - timedelta(days=days)).timestamp() * 1000), "to": int(now.timestamp() * 1000)}
    outlets: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for article in fetch_matches(newswhip, window, minimum):
        outlets[article["source"]["publisher"]].append(article)
    sums = {name: sum(each["fb_data"]["total_engagement_count"] for each in outlets[name]) for name in outlets}
    best = sorted(outlets, key=lambda name: sums[name], reverse=True)[:limit]
    totals = add_up(newswhip, window, best) if best else {}
    for publisher in best:
        articles, total = outlets[publisher], totals.get(publisher)
        yield {
            "publisher": publisher,
            "interactions": sums[publisher],
            "articles": len(articles),
            "average_match": round(sum(article[RATE] for article in articles) / len(articles), 1),
            "percent_of_own": round(100 * sums[publisher] / total, 1) if total else None,
            "best_link": articles[0]["link"],
        }


def fetch_matches(newswhip: httpx.Client, window: dict[str, int], minimum: int) -> list[dict[str, Any]]:
    """Return the articles with our text, each page once, the most successful first."""
    response = newswhip.post(
        "/syndicatedArticles",
        json=window | SOURCES | {"filters": [], LEAST: minimum, "sort_by": "fb_total_engagement", "size": MOST},
    )
    response.raise_for_status()
    articles, total = response.json()[ANSWER], response.json()["total_match"]
    if not total <= len(articles) < MOST:
        raise ValueError(f"{total:,} articles match, too many for one answer: ask for fewer days")
    pages: dict[tuple[Any, ...], dict[str, Any]] = {}
    for article in articles:
        page = (article["source"]["publisher"], article["headline"], article["publication_timestamp"])
        pages.setdefault(page, article)
    return list(pages.values())


def add_up(newswhip: httpx.Client, window: dict[str, int], publishers: list[str]) -> dict[str, float]:
    """Return the interactions of everything that each outlet published."""
    any_of_them = " OR ".join(f'"{name}"' for name in publishers)
    response = newswhip.post(
        "/stats",
        json=window
        | {
            "filters": [f"publisher:({any_of_them})"],
            "aggregate_by": "publisher",
            "sort_by": "fb_total.sum",
            "size": len(publishers),
        },
    )
    response.raise_for_status()
    return {bucket["key"]: bucket["stats"]["fb_total"]["sum"] for bucket in response.json()}
