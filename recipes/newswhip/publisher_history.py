# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["publishers", "history", "stats", "data-science"]
# audience = ["analyst", "data-scientist", "news"]
# chart = {mark = "line", x = "month", y = "interactions_12_months"}
#
# [tool.recipe-runner.parameters.publisher]
# example = "harbourpost.example"
#
# [tool.recipe-runner.parameters.since]
# min = 2018-01-01
# example = 2024-01-01
#
# [tool.recipe-runner.parameters.until]
# min = 2018-01-01
# ///
"""How have a publisher's output and engagement changed over the years?

For an analyst who looks beyond this month. The API groups nothing by time, so each month is a call; a hundred calls are
allowed in five minutes. Months swing, so the last columns hold the mean of twelve; the first eleven months have none.
In pandas: `pandas.read_csv("rows.csv", parse_dates=["month"])`.
"""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx


def main(newswhip: httpx.Client, publisher: str, since: date, until: date | None = None) -> Iterator[dict[str, Any]]:
    """Yield one row a full month, oldest first.

    Args:
        publisher: Its domain, such as `harbourpost.example`.
        since: Any day of the first month; the API begins with 2018.
        until: Any day of the month after the last; without it, up to the last full month.
    """
    today = datetime.now(UTC).date()
    end = min(until or today, today).replace(day=1)  # this month is not full yet
    if since.replace(day=1) >= end:
        raise ValueError(f"there is no full month from {since} until {end}")
    year: deque[tuple[int, int]] = deque(maxlen=12)
    for first, following in months_between(since, end):
        articles, interactions = add_up(newswhip, publisher, first, following)
        year.append((articles, interactions))
        is_full = len(year) == year.maxlen
        yield {
            "month": f"{first:%Y-%m}",
            "articles": articles,
            "interactions": interactions,
            "average": round(interactions / articles, 1) if articles else None,
            "articles_12_months": round(sum(each[0] for each in year) / 12, 1) if is_full else None,
            "interactions_12_months": round(sum(each[1] for each in year) / 12) if is_full else None,
        }


def months_between(since: date, end: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield the first moment of each month and of the one after it."""
    first = datetime(since.year, since.month, 1, tzinfo=UTC)
    while first.date() < end:
        following = (first + timedelta(days=31)).replace(day=1)
        yield first, following
        first = following


def add_up(newswhip: httpx.Client, publisher: str, start: datetime, end: datetime) -> tuple[int, int]:
    """Return how many articles a publisher had in a window, and their interactions."""
    response = newswhip.post(
        "/stats",
        json={
            "filters": [f'publisher:"{publisher}"'],
            "from": int(start.timestamp() * 1000),
            "to": int(end.timestamp() * 1000) - 1,
            "aggregate_by": "publisher",
            "sort_by": "fb_total.sum",
        },
    )
    response.raise_for_status()
    for bucket in response.json():
        return bucket["stats"]["fb_total"]["count"], int(bucket["stats"]["fb_total"]["sum"])
    return 0, 0  # no article, no bucket
