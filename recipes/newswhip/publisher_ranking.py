# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["publishers", "benchmark", "stats"]
# audience = ["analyst", "news"]
# chart = {mark = "bar", x = "interactions", y = "domain"}
#
# [tool.recipe-runner.parameters.month]
# min = 2018-01-01
# example = 2026-10-01
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 1000
# ///
"""Which publishers had the most engagement in a month, and who moved up or down?

For an analyst who compares newspapers and other sites every month. Two calls: the month, and the one before it for the
change of rank. The API adds up for each domain; it has no grouping by time, so each month is a call of its own.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx


def main(
    newswhip: httpx.Client, month: date | None = None, limit: int = 25, language: str = "en"
) -> Iterator[dict[str, Any]]:
    """Yield one row a domain, most interactions first.

    Args:
        month: Any day of the month to rank; without it, the last full month.
        limit: How many domains.
        language: Two-letter code of the language of their articles.
    """
    today = datetime.now(UTC).date()
    first = (month or today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if first > today:
        raise ValueError(f"month is {first:%Y-%m}, which is still to come")
    before = (first - timedelta(days=1)).replace(day=1)
    ranking = rank_domains(newswhip, first, language, size=limit)
    # Asking for more than is shown: who was 40th last month may be 5th now.
    old_ranks = {bucket["key"]: rank for rank, bucket in rank_domains(newswhip, before, language, size=limit * 4)}
    for rank, bucket in ranking:
        stats = bucket["stats"]["fb_total"]
        old_rank = old_ranks.get(bucket["key"])
        yield {
            "rank": rank,
            "domain": bucket["key"],
            "interactions": int(stats["sum"]),
            "articles": stats["count"],
            "average": round(stats["sum"] / stats["count"], 1),
            "moved": old_rank - rank if old_rank else None,
        }


def rank_domains(newswhip: httpx.Client, first: date, language: str, size: int) -> list[tuple[int, dict[str, Any]]]:
    """Return the domains of the month that begins on `first`, each with its rank from 1."""
    start = datetime(first.year, first.month, 1, tzinfo=UTC)
    end = (start + timedelta(days=31)).replace(day=1)
    response = newswhip.post(
        "/stats",
        json={
            "filters": [],  # required, even where nothing is filtered
            "language": language,
            "from": int(start.timestamp() * 1000),
            "to": int(end.timestamp() * 1000) - 1,
            "aggregate_by": "domain",
            "sort_by": "fb_total.sum",
            "size": size,
        },
    )
    response.raise_for_status()
    return list(enumerate(response.json(), start=1))
