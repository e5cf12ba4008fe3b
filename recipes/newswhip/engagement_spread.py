# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["publishers", "benchmark", "articles", "data-science"]
# audience = ["analyst", "news", "data-scientist"]
# chart = {mark = "bar", x = "percent", y = "publisher", color = "part"}
#
# [tool.recipe-runner.parameters.publishers]
# example = ["circuitandcloud.example", "ballyfennecho.example"]
#
# [tool.recipe-runner.parameters.weeks]
# min = 1
# max = 52
# ///
"""Does a publisher live from one hit, or from a steady base?

For an analyst who does not trust averages. Each publisher's articles are put in order and cut into four parts: the best
hundredth, the rest of the best tenth, the rest of the better half, and the lower half. `percent` is what a part brings
of all interactions, and `most` is its best article: that of the lower half is about the median.
One call covers seven days and gives 5,000 articles at most, so a week that holds more is halved.
In pandas: `pandas.read_csv("rows.csv").pivot(index="publisher", columns="part", values="percent")`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import httpx

MOST = 5000  # articles in one answer
WEEK = timedelta(days=7)
PARTS = {"best 1 %": 0.01, "best 1-10 %": 0.1, "best 10-50 %": 0.5, "lower half": 1.0}  # down to which rank


def main(newswhip: httpx.Client, publishers: list[str], weeks: int = 1) -> Iterator[dict[str, Any]]:
    """Yield four rows a publisher, the best part first.

    Args:
        publishers: Their domains, such as `harbourpost.example`.
        weeks: How many weeks to look back.
    """
    now = datetime.now(UTC)
    for publisher in publishers:
        found: dict[str, int] = {}  # by id: an article on the edge of two windows is in both answers
        for number in range(weeks):
            end = now - number * WEEK
            found |= fetch(newswhip, publisher, end - WEEK, end)
        counts = sorted(found.values(), reverse=True)
        start = 0
        for part, share in PARTS.items():
            end_of_part = ceil(len(counts) * share)
            yield {"publisher": publisher, "part": part} | describe(counts[start:end_of_part], sum(counts))
            start = end_of_part


def describe(counts: list[int], everything: int) -> dict[str, Any]:
    """Return the figures of one part, given from the highest down."""
    return {
        "articles": len(counts),
        "most": counts[0] if counts else None,
        "interactions": sum(counts),
        "percent": round(100 * sum(counts) / everything, 1) if everything else None,
    }


def fetch(newswhip: httpx.Client, publisher: str, start: datetime, end: datetime) -> dict[str, int]:
    """Return the interactions of each article of a window, by its id."""
    response = newswhip.post(
        "/articles",
        json={
            "filters": [f'publisher:"{publisher}"'],
            "from": int(start.timestamp() * 1000),
            "to": int(end.timestamp() * 1000),
            "sort_by": "created_at",
            "find_related": False,  # otherwise a headline that was printed twice counts once
            "size": MOST,
        },
    )
    response.raise_for_status()
    articles, total = response.json()["articles"], response.json()["total_match"]
    is_whole = total <= len(articles) < MOST
    if not is_whole and end - start > timedelta(minutes=1):
        middle = start + (end - start) / 2
        return fetch(newswhip, publisher, start, middle) | fetch(newswhip, publisher, middle, end)
    return {article["uuid"]: article["fb_data"]["total_engagement_count"] for article in articles}
