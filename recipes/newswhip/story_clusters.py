# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["stories", "clusters", "articles", "data-science"]
# audience = ["news", "analyst", "data-scientist"]
# chart = {mark = "bar", x = "interactions", y = "story"}
#
# [tool.recipe-runner.parameters.topic]
# example = "data centre"
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 5000
# ///
"""Which stories is my topic made of, and how many outlets have each?

For an editor or analyst who sees two hundred articles and wants the twenty stories behind them. The API folds similar
headlines below one that leads. It gives the story no id, and tomorrow another may lead. Where an outlet printed the
same headline twice, only its better one is told, so these sums are a little below those of all articles.
In pandas: `pandas.read_csv("rows.csv", index_col="story")`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

MOST = 5000  # articles in one answer


def main(
    newswhip: httpx.Client, topic: str, hours: int = 48, limit: int = 20, language: str = "en"
) -> Iterator[dict[str, Any]]:
    """Yield one row a story, most interactions first.

    Args:
        topic: A word or phrase, found as it stands in headlines, summaries and bylines.
        hours: How many hours to look back.
        limit: How many stories.
        language: Two-letter code of the language they are written in.
    """
    now = datetime.now(UTC)
    response = newswhip.post(
        "/articles",
        json={
            "filters": ['"' + topic.replace('"', "") + '"'],
            "language": language,
            "from": int((now - timedelta(hours=hours)).timestamp() * 1000),
            "to": int(now.timestamp() * 1000),
            "sort_by": "fb_total_engagement",
            "find_related": True,
            "size": MOST,  # counts the folded articles too
        },
    )
    response.raise_for_status()
    answer = response.json()
    if answer["total_match"] >= MOST:
        raise ValueError(f"{answer['total_match']:,} articles match, too many for one answer: ask for fewer hours")
    rows = [row_of(lead, [lead, *lead["relatedStories"]]) for lead in answer["articles"]]
    yield from sorted(rows, key=lambda row: row["interactions"], reverse=True)[:limit]


def row_of(lead: dict[str, Any], articles: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the row of a story: its lead and all articles, the lead among them."""
    total = sum(interactions_of(article) for article in articles)
    first = min(articles, key=lambda article: article["publication_timestamp"])
    return {
        "story": lead["headline"],
        "interactions": total,
        "outlets": len({article["source"]["publisher"] for article in articles}),
        "lead_percent": round(100 * interactions_of(lead) / total, 1) if total else None,
        "first": first["source"]["publisher"],
        "lead_link": lead["link"],
    }


def interactions_of(article: dict[str, Any]) -> int:
    """Return the likes, comments and shares of an article."""
    return int(article["fb_data"]["total_engagement_count"])
