# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["data-science", "articles", "pandas"]
# audience = ["data-scientist", "analyst"]
#
# [tool.recipe-runner.parameters.query]
# example = '"ferry strike" AND country_code:ie'
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 7
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 5000
# ///
"""How do I get articles into a pandas data frame?

For a data scientist. Everything that an article has, flat, one column each, with the same columns in every row: what
the API leaves out for some articles is None, moments are ISO 8601, and lists stay lists. Save the rows, then read them:

    recipes run newswhip/articles-frame -o articles.jsonl
    frame = pandas.read_json("articles.jsonl", lines=True)
    frame = frame.astype(dict.fromkeys(["published", "predicted_for"], "datetime64[ns, UTC]"))

An article without a byline has None for authors, one without a country has an empty text; here both are what pandas
expects. Then `frame.explode("authors")` gives a row for each name, and `frame.to_parquet(...)` keeps the types.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


def main(newswhip: httpx.Client, query: str, days: int = 7, limit: int = 5000) -> Iterator[dict[str, Any]]:
    """Yield one row an article, the newest first.

    Args:
        query: A query in Lucene syntax.
        days: How many days to look back.
        limit: How many articles; one call gives 5,000 at most, and says nothing of the rest.
    """
    now = datetime.now(UTC)
    response = newswhip.post(
        "/articles",
        json={
            "filters": [query],
            "from": int((now - timedelta(days=days)).timestamp() * 1000),
            "to": int(now.timestamp() * 1000),
            "sort_by": "created_at",
            "find_related": False,  # otherwise similar headlines are folded into each other
            "size": limit,
        },
    )
    response.raise_for_status()
    for article in response.json()["articles"]:
        source, facebook, twitter = article["source"], article["fb_data"], article["tw_data"]
        yield {
            "published": moment(article["publication_timestamp"]),
            "headline": article["headline"],
            "publisher": source["publisher"],
            "country": source["country_code"] or None,
            "interactions": facebook["total_engagement_count"],
            "likes": facebook.get("likes"),
            "comments": facebook.get("comments"),
            "shares": facebook.get("shares"),
            "overperforming": facebook.get("fb_overperforming"),  # left out where it was not computed
            "tweets": twitter["tw_count"],
            "tweets_overperforming": twitter.get("tw_overperforming"),
            "pins": article["pi_data"]["pi_count"],
            "velocity": article["nw_score"],
            "highest_velocity": article["max_nw_score"],
            "predicted": article["predicted_interactions"],
            "predicted_for": moment(article["predicted_timestamp"]),
            "gained": facebook["total_count_delta"],
            "gained_in_minutes": facebook["delta_period"],
            "language": source["language"],
            "authors": article["authors"] or [],
            "topics": [topic["name"] for topic in article["topics"]],
            "entities": article["entities"],
            "keywords": [word for word in article["keywords"].split(",") if word],
            "has_video": article["has_video"],
            "has_image": bool(article["image_link"]),
            "excerpt": article["excerpt"],
            "domain": source["domain"],
            "link": article["link"],
            "uuid": article["uuid"],
        }


def moment(milliseconds: int) -> str:
    """Return a moment as pandas reads it."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
