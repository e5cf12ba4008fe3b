# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["articles", "duplicates", "gathering"]
# audience = ["analyst", "developer"]
# chart = {mark = "bar", x = "articles", y = "after"}
#
# [tool.recipe-runner.parameters.query]
# example = '"ferry strike"'
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 60
#
# [tool.recipe-runner.parameters.until]
# min = 2018-01-01
# ///
"""How many different stories are behind my articles, and which copies do I drop?

For an analyst whose totals are too high. The same article comes twice where two windows touch, as both ends belong to
both; the same page under two addresses, with and without a newsletter's mark; the same text from one outlet again, and
an agency's text from many. Each level drops more than the one before, and of each group keeps what got most engagement.
"""

import re
from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

MOST = 5000  # articles in one answer


def main(newswhip: httpx.Client, query: str, days: int = 3, until: date | None = None) -> Iterator[dict[str, Any]]:
    """Yield one row a level, from all that the API gave to one of each story.

    Args:
        query: A query in Lucene syntax.
        days: How many days, one call each.
        until: The day after the last; without it, up to now.
    """
    now = datetime.now(UTC)
    end = datetime(until.year, until.month, until.day, tzinfo=UTC) if until else now
    if end > now:
        raise ValueError(f"until is {until}, which is still to come")
    articles: list[dict[str, Any]] = []
    for day in range(days, 0, -1):
        articles += fetch(newswhip, query, end - timedelta(days=day), end - timedelta(days=day - 1))
    levels: list[tuple[str, Callable[[dict[str, Any]], Hashable]]] = [
        ("nothing", id),
        ("same uuid", lambda article: article["uuid"]),
        ("same page", lambda article: page_of(article["link"])),
        ("same outlet and headline", lambda article: (article["source"]["publisher"], words_of(article["headline"]))),
        ("same headline anywhere", lambda article: words_of(article["headline"])),
    ]
    for title, same in levels:
        groups: dict[Hashable, list[dict[str, Any]]] = {}
        for article in articles:
            groups.setdefault(same(article), []).append(article)
        largest = max(groups.values(), key=len, default=[])
        before, articles = len(articles), [max(group, key=engagement) for group in groups.values()]
        yield {
            "after": title,
            "articles": len(articles),
            "dropped": before - len(articles),
            "interactions": sum(map(engagement, articles)),
            "most_copies": len(largest),
            "of": largest[0]["headline"] if len(largest) > 1 else None,
        }


def fetch(newswhip: httpx.Client, query: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return the articles of a window."""
    response = newswhip.post(
        "/articles",
        json={
            "filters": [query],
            "from": int(start.timestamp() * 1000),
            "to": int(end.timestamp() * 1000),
            "find_related": False,  # otherwise the API folds similar headlines, and drops some
            "size": MOST,
        },
    )
    response.raise_for_status()
    articles: list[dict[str, Any]] = response.json()["articles"]
    if len(articles) == MOST:
        raise ValueError(f"{MOST:,} articles or more from {start:%Y-%m-%d %H:%M} on: make the query narrower")
    return articles


def page_of(link: str) -> str:
    """Return the address without what does not name the page."""
    parts = urlsplit(link)
    return parts.netloc.lower().removeprefix("www.") + parts.path.rstrip("/")


def words_of(headline: str) -> str:
    """Return a headline without capitals, punctuation and blanks, which outlets change."""
    return re.sub(r"\W+", "", headline.casefold())


def engagement(article: dict[str, Any]) -> int:
    """Return what tells which of several copies to keep."""
    return int(article["fb_data"]["total_engagement_count"])
