# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["growth", "history", "stats", "polling", "data-science"]
# audience = ["data-scientist", "analyst"]
# chart = {mark = "bar", x = "grown_percent", y = "week"}
#
# [tool.recipe-runner.parameters.topic]
# example = "heat pump"
#
# [tool.recipe-runner.parameters.weeks]
# min = 1
# max = 26
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 744
# ///
"""How long must I wait until engagement numbers are final?

For an analyst who stores numbers and wonders when to store them. The API has no history of a number, so this adds up
each of the last weeks, waits, and adds up the same weeks again: with the 24 hours it waits by default, a day's growth.
Engagement is gathered for 30 days after publication, for the last weeks of it once every seven days. What is older
stands still, so fetch a week again once it is 31 days old, and keep that.
In pandas: `pandas.read_csv("rows.csv", parse_dates=["week"], index_col="week")`.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

WEEK = timedelta(days=7)


def main(
    newswhip: httpx.Client, topic: str, weeks: int = 7, hours: int = 24, language: str = "en"
) -> Iterator[dict[str, Any]]:
    """Yield one row a week, the newest first, once all were added up twice.

    Args:
        topic: A word or phrase, found as it stands in headlines, summaries and bylines.
        weeks: How many weeks to look back.
        hours: How long to wait before the second look.
        language: Two-letter code of the language they are written in.
    """
    now = datetime.now(UTC)
    starts = [now - number * WEEK for number in range(1, weeks + 1)]
    query = {"filters": ['"' + topic.replace('"', "") + '"'], "language": language}
    first = [add_up(newswhip, query, start) for start in starts]
    time.sleep(hours * 3600)
    for start, (articles, interactions) in zip(starts, first, strict=True):
        later_articles, later = add_up(newswhip, query, start)
        yield {
            "week": start.strftime("%Y-%m-%d"),
            "days_since": (now - start - WEEK).days,
            "articles": articles,
            "found_late": later_articles - articles,
            "interactions": interactions,
            "later": later,
            "grown_percent": round(100 * (later / interactions - 1), 3) if interactions else None,
        }


def add_up(newswhip: httpx.Client, query: dict[str, Any], start: datetime) -> tuple[int, int]:
    """Return how many articles a week has, and their interactions."""
    response = newswhip.post(
        "/stats",
        json=query
        | {
            "from": int(start.timestamp() * 1000),
            "to": int((start + WEEK).timestamp() * 1000) - 1,
            "aggregate_by": "language",  # of one language, so there is one bucket; or none where nothing matches
            "sort_by": "fb_total.sum",
        },
    )
    response.raise_for_status()
    buckets = [bucket["stats"]["fb_total"] for bucket in response.json()]
    return sum(bucket["count"] for bucket in buckets), int(sum(bucket["sum"] for bucket in buckets))
