# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["history", "limits", "gathering"]
# audience = ["analyst", "developer"]
# chart = {mark = "bar", x = "articles", y = "week"}
#
# [tool.recipe-runner.parameters.query]
# example = '"heat pump" AND language:en'
#
# [tool.recipe-runner.parameters.since]
# min = 2018-01-01
# example = 2026-09-14
#
# [tool.recipe-runner.parameters.until]
# min = 2018-01-01
# ///
"""How much will my query bring, and how long will it take to fetch it all?

For an analyst before a long download, to see what it costs and whether the query is too wide. Asking for one article
brings the number of all that match. Weeks are counted, several at once; each row says how many calls such a week takes
to fetch, and how far the published rates let you be by then: the last row is the whole plan, and this count cost one
call a week on top.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

MOST = 5000  # articles in one answer
WEEK = timedelta(days=7)
RATES = ((5, 1), (100, 300))  # calls, seconds; all hold at once
AT_ONCE = 20  # counts under way


async def main(
    newswhip: httpx.AsyncClient, query: str, since: date, until: date | None = None
) -> AsyncIterator[dict[str, Any]]:
    """Yield one row a week.

    Args:
        query: A query in Lucene syntax.
        since: The first day; the API begins with 2018-01-01.
        until: The day after the last; without it, up to now.
    """
    calls = total = 0
    counts = (count(newswhip, query, start, end) for start, end in weeks_between(since, until))
    async for start, articles in in_order(counts):
        calls += calls_for(articles)
        total += articles
        yield {
            "week": start.strftime("%Y-%m-%d"),
            "articles": articles,
            "calls": calls_for(articles),
            "articles_so_far": total,
            "calls_so_far": calls,
            "seconds_so_far": max((calls - 1) // most * seconds for most, seconds in RATES),
        }


def weeks_between(since: date, until: date | None) -> Iterator[tuple[datetime, datetime]]:
    """Yield the windows to ask for, seven days each but the last."""
    start = datetime(since.year, since.month, since.day, tzinfo=UTC)
    now = datetime.now(UTC)
    last = min(now, datetime(until.year, until.month, until.day, tzinfo=UTC)) if until else now
    if start >= last:  # the API would answer that there is nothing
        raise ValueError(f"since is {since}, which is not before {last:%Y-%m-%d}")
    while start < last:
        yield start, min(start + WEEK, last)
        start += WEEK


async def count(newswhip: httpx.AsyncClient, query: str, start: datetime, end: datetime) -> tuple[datetime, int]:
    """Return the first moment of a window and how many articles it holds."""
    response = await newswhip.post(
        "/articles",
        json={
            "filters": [query],
            "from": int(start.timestamp() * 1000),
            "to": int(end.timestamp() * 1000) - 1,
            "find_related": False,  # otherwise the folded ones are counted another way
            "size": 1,
        },
    )
    response.raise_for_status()
    return start, response.json()["total_match"]


def calls_for(articles: float) -> int:
    """Return how many calls fetch so many, where a week that one answer cannot hold is halved until it can."""
    return 1 if articles < MOST else 1 + 2 * calls_for(articles / 2)


async def in_order(calls: Iterable[Coroutine[Any, Any, Any]]) -> AsyncIterator[Any]:
    """Yield what each call returns, in the order given, while the next ones are under way already."""
    under_way: deque[asyncio.Task[Any]] = deque()
    try:
        for call in calls:
            under_way.append(asyncio.create_task(call))
            if len(under_way) == AT_ONCE:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    finally:  # where one call failed, the others are of no use
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
