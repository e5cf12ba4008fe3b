# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["getting-started", "articles", "queries"]
# audience = ["developer"]
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 7
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 5000
# ///
"""What do I send for a query of my own, and what comes back?

For a developer who has made a first call and now writes a body. The page shows what was sent, field by field, and what
came back. Everything is optional except `filters`; but what is left out has a default, and most surprises are defaults:
seven days, 200 articles, similar headlines folded into one.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

MEANING = {
    "filters": "A list of queries; an article that fits **one** of them is a match. Write AND inside of a query.",
    "from": "The earliest moment of publication, in **milliseconds** since 1970. At most seven days before `to`.",
    "to": "The latest one. Without it: now.",
    "sort_by": "Always the highest first. Without it: by speed up to 25 hours, and else by how unusual it is.",
    "find_related": "`true`, the default, puts articles with similar headlines below the first, and leaves some out.",
    "size": "How many to send, 5,000 at most. There is no second page: a larger answer needs a shorter period.",
}


def main(
    newswhip: httpx.Client,
    query: str = 'headline:"electric cars" AND language:en',
    days: int = 7,
    limit: int = 5,
) -> str:
    """Return a page with the body, what its fields mean, and the first of what was found.

    Args:
        query: What to look for, such as `headline:(ferry AND strike) AND country_code:(ie OR gb)`.
        days: How many days to look back.
        limit: How many articles.
    """
    now = datetime.now(UTC)
    body = {
        "filters": [query],
        "from": int((now - timedelta(days=days)).timestamp() * 1000),
        "to": int(now.timestamp() * 1000),
        "sort_by": "fb_total_engagement",
        "find_related": False,
        "size": limit,
    }
    response = newswhip.post("/articles", json=body)
    response.raise_for_status()
    answer = response.json()
    found, total = answer["articles"], answer["total_match"]
    return "\n".join(
        [
            "# What was sent to POST /articles\n",
            f"```json\n{json.dumps(body, indent=2, ensure_ascii=False)}\n```\n",
            "| Field | What it does |\n|---|---|",
            *(f"| `{field}` | {meaning} |" for field, meaning in MEANING.items()),
            f"\n# What came back: {len(found):,} of the {total:,} articles that match\n",
            *map(line_of, found),
        ]
    )


def line_of(article: dict[str, Any]) -> str:
    """Return an article as a line of a list."""
    headline = article["headline"].replace("[", "(").replace("]", ")")
    interactions = article["fb_data"]["total_engagement_count"]
    return f"- [{headline}]({article['link']}), {article['source']['publisher']}: {interactions:,} interactions"
