# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["trends", "stats", "data-science"]
# audience = ["analyst", "data-scientist", "news"]
# chart = {mark = "line", x = "day", y = "articles"}
#
# [tool.recipe-runner.parameters.topic]
# example = "climate change"
#
# [tool.recipe-runner.parameters.until]
# min = 2018-01-01
# example = 2026-11-20
#
# [tool.recipe-runner.parameters.weeks]
# min = 1
# max = 26
#
# [tool.recipe-runner.parameters.strength]
# min = 1
# ///
"""When was interest in my topic unusually high, and what caused it?

For an analyst who explains a curve. The API has no grouping by time, so each day is a call: 56 for four weeks and the
four before them, which say what is usual. A day is a peak by a robust z-score, the distance from the median in units of
the usual spread, which the peaks themselves do not move. Each peak names its largest stories.
In pandas: `pandas.read_csv("rows.csv", parse_dates=["day"], index_col="day")`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import mean, median
from typing import Any

import httpx

FIRST_DAY = date(2018, 1, 1)  # the API has nothing from before, and does not say so


def main(
    newswhip: httpx.Client,
    topic: str,
    until: date | None = None,
    weeks: int = 4,
    language: str = "en",
    strength: float = 3.5,
) -> Iterator[dict[str, Any]]:
    """Yield one row a day, the latest last.

    Args:
        topic: A word or phrase, found as it stands in headlines, summaries and bylines.
        until: The day after the last; without it, today, which is not over.
        weeks: How many weeks.
        language: Two-letter code of the language the articles are written in.
        strength: From which score on a day is a peak; 3.5 is usual.

    Raises:
        ValueError: The days begin before the API does, or are not over yet.
    """
    last = until or datetime.now(UTC).date()
    days = [last - timedelta(days=number) for number in range(14 * weeks, 0, -1)]
    if days[0] < FIRST_DAY or last > datetime.now(UTC).date():
        raise ValueError(f"only {FIRST_DAY} to yesterday can be counted, not {days[0]} to {days[-1]}")
    query = {"filters": ['"' + topic.replace('"', "") + '"'], "language": language}
    counts = [count(newswhip, query, day) for day in days]
    usual, spread = usual_day([articles for articles, _ in counts])
    for place in range(7 * weeks, 14 * weeks):
        articles, interactions = counts[place]
        score = (articles - usual) / spread if spread else 0.0
        stories = top_stories(newswhip, query, days[place]) if score >= strength else []
        yield {
            "day": days[place].isoformat(),
            "articles": articles,
            "articles_before": counts[place - 7 * weeks][0],
            "score": round(score, 1),
            "peak": score >= strength,
            "interactions": interactions,
            "stories": "; ".join(story["headline"] for story in stories) or None,
            "link": stories[0]["link"] if stories else None,
        }


def usual_day(counts: list[int]) -> tuple[float, float]:
    """Return the median, and a spread that equals the standard deviation where days differ by chance alone."""
    middle = median(counts)
    distances = [abs(number - middle) for number in counts]
    # Of a topic that is mostly silent the median distance is 0, and the mean one has to do.
    return middle, 1.4826 * median(distances) or 1.2533 * mean(distances)


def window(day: date) -> dict[str, int]:
    """Return the first and the last millisecond of a day."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return {"from": int(start.timestamp() * 1000), "to": int((start + timedelta(days=1)).timestamp() * 1000) - 1}


def count(newswhip: httpx.Client, query: dict[str, Any], day: date) -> tuple[int, int]:
    """Return the articles of a day and their interactions; a day without any has no bucket."""
    body = query | window(day) | {"aggregate_by": "language", "sort_by": "fb_total.sum"}
    response = newswhip.post("/stats", json=body)
    response.raise_for_status()
    totals = [bucket["stats"]["fb_total"] for bucket in response.json()]
    return sum(total["count"] for total in totals), int(sum(total["sum"] for total in totals))


def top_stories(newswhip: httpx.Client, query: dict[str, Any], day: date) -> list[dict[str, Any]]:
    """Return up to three stories of a day, similar headlines folded into one."""
    response = newswhip.post("/articles", json=query | window(day) | {"sort_by": "fb_total_engagement", "size": 10})
    response.raise_for_status()
    return list(response.json()["articles"][:3])
