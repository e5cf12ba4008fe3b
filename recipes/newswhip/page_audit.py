# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["facebook", "posts", "benchmark"]
# audience = ["news", "brand"]
# chart = {mark = "bar", x = "average", y = "post_type"}
#
# [tool.recipe-runner.parameters.page]
# example = "100200017"
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 90
# ///
"""Which kinds of post work for our Facebook page?

For whoever runs a page and decides what to post next. Each kind has a row: how many posts, what they got, and of what
that was made: the last eight columns are percent of the interactions. One hit lifts an average, not a median.
A page is asked for by its number, week by week, as it is not documented whether a longer window is taken.
A page that the API does not follow has no rows.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import mean, median
from typing import Any

import httpx

WEEK = timedelta(days=7)
REACTIONS = ("likes", "comments", "shares", "loves", "wows", "hahas", "sads", "angrys")


def main(newswhip: httpx.Client, page: str, days: int = 28) -> Iterator[dict[str, Any]]:
    """Yield one row a kind of post, the highest average first.

    Args:
        page: Number of the Facebook page, as its "About" section has it.
        days: How many days to look back.
    """
    now = datetime.now(UTC)
    posts: dict[str, dict[str, Any]] = {}
    for number in range(-(-days // 7)):
        end = now - number * WEEK
        start = max(end - WEEK, now - timedelta(days=days))
        posts |= {post["uuid"]: post for post in fetch(newswhip, page, start, end)}
    by_type: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for post in posts.values():
        by_type[post["post_type"]].append(post["fb_data"])
    rows = [row_of(post_type, figures) for post_type, figures in by_type.items()]
    yield from sorted(rows, key=lambda row: row["average"], reverse=True)


def fetch(newswhip: httpx.Client, page: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return what a page posted in a window."""
    response = newswhip.post(
        "/fbPosts",
        json={
            "filters": [f'page_id:"{page}"'],
            "from": int(start.timestamp() * 1000),
            "to": int(end.timestamp() * 1000),
            "sort_by": "created_at",
            "size": 5000,
        },
    )
    response.raise_for_status()
    return list(response.json()["fbPosts"])


def row_of(post_type: str, figures: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the row of one kind of post, from the figures of each."""
    totals = [each["total_engagement_count"] for each in figures]
    row = {"post_type": post_type, "posts": len(totals), "average": round(mean(totals), 1), "median": median(totals)}
    for name in REACTIONS:
        count = sum(each["reactions"][name] for each in figures)
        row[name] = round(100 * count / sum(totals), 1) if any(totals) else None
    return row
