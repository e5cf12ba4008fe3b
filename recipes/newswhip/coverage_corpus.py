# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["data-science", "history", "research"]
# audience = ["researcher", "data-scientist"]
#
# [tool.recipe-runner.parameters.terms]
# min = 1
# max = 70
# example = ["climate change", "heat pump", "electric cars", "flooding"]
#
# [tool.recipe-runner.parameters.since]
# min = 2018-01-01
# example = 2026-11-18
#
# [tool.recipe-runner.parameters.until]
# min = 2018-01-01
#
# [tool.recipe-runner.parameters.per_day]
# min = 1
# max = 5000
# ///
"""How do I build a corpus of coverage for research, and say what it lacks?

For a researcher who studies how a subject is covered: every article with one of the terms, day by day, joined with your
own list of outlets, and a codebook that says what each column means and how much is missing. One answer holds 5,000
articles, those with most engagement first; what a day has beyond that is lost, and each row of that day says how much.
The full text is not part of an answer.
In pandas: `pandas.read_csv("rows.csv", parse_dates=["day", "published"])`.
"""

import asyncio
import csv
import io
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

POLITICS = 20  # id of the topic
DAY = timedelta(days=1)
AT_ONCE = 20  # days under way
COLUMNS = {
    "day": "Day of publication, UTC",
    "published": "Moment of publication, UTC",
    "headline": "Headline as published",
    "publisher": "Registrable domain of the outlet",
    "rating": "Rating of the outlet in the list that was joined; empty where it is not on the list",
    "politics": "Whether the API counts the article under its topic Politics (id 20)",
    "interactions": "Likes, comments and shares on Facebook when the corpus was made; final 30 days after publication",
    "link": "Address of the article",
    "uuid": "The API's id of the article",
    "found": "Articles of that day that match",
    "lost": "Of these, how many are not in the corpus",
}


async def main(
    newswhip: httpx.AsyncClient,
    terms: list[str],
    since: date,
    until: date | None = None,
    country: str = "us",
    outlets: Path | None = None,
    codebook: Path | None = None,
    per_day: int = 5000,
) -> AsyncIterator[dict[str, Any]]:
    """Yield one row an article, day by day, those with most engagement first.

    Args:
        terms: Words or phrases, of which an article has at least one.
        since: The first day; the API begins with 2018-01-01.
        until: The day after the last; without it, up to now.
        country: Two-letter code of the country of the outlets, whose language is taken to be English.
        outlets: CSV file with the columns publisher and rating.
        codebook: Write what the columns mean, and what is missing of each day, to this file.
        per_day: How many articles of a day at most.
    """
    ratings = read_ratings(outlets) if outlets else {}
    phrases = " OR ".join('"' + term.replace('"', "") + '"' for term in terms)
    query = {"filters": [f"country_code:{country} AND ({phrases})"], "language": "en", "size": per_day}
    missing = ["| day | found | lost |", "|---|---:|---:|"]
    async for day, found, articles in in_order(fetch(newswhip, query, *each) for each in days_between(since, until)):
        lost = found - len(articles)
        missing.append(f"| {day:%Y-%m-%d} | {found} | {lost} |")
        for article in articles:
            values = [
                day.strftime("%Y-%m-%d"),
                datetime.fromtimestamp(article["publication_timestamp"] / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                article["headline"],
                article["source"]["publisher"],
                ratings.get(article["source"]["publisher"]),
                any(topic["id"] == POLITICS for topic in article["topics"]),
                article["fb_data"]["total_engagement_count"],
                article["link"],
                article["uuid"],
                found,
                lost,
            ]
            yield dict(zip(COLUMNS, values, strict=True))
    if codebook:
        meanings = [f"- `{name}`: {meaning}." for name, meaning in COLUMNS.items()]
        aside = codebook.with_suffix(".partial")  # a run that is stopped leaves none half written
        aside.write_text("\n".join([f"Query: `{query}`", "", *meanings, "", *missing, ""]), encoding="utf-8")
        aside.replace(codebook)


def days_between(since: date, until: date | None) -> Iterator[tuple[datetime, datetime]]:
    """Yield the windows to ask for, a day each."""
    start = datetime(since.year, since.month, since.day, tzinfo=UTC)
    now = datetime.now(UTC)
    last = min(now, datetime(until.year, until.month, until.day, tzinfo=UTC)) if until else now
    if start >= last:  # the API would answer that there is nothing
        raise ValueError(f"since is {since}, which is not before {last:%Y-%m-%d}")
    while start < last:
        yield start, min(start + DAY, last)
        start += DAY


async def fetch(
    newswhip: httpx.AsyncClient, query: dict[str, Any], start: datetime, end: datetime
) -> tuple[datetime, int, list[dict[str, Any]]]:
    """Return the first moment of a day, how many articles match, and those that the answer holds."""
    window = {"from": int(start.timestamp() * 1000), "to": int(end.timestamp() * 1000) - 1}
    response = await newswhip.post(
        "/articles", json=query | window | {"sort_by": "fb_total_engagement", "find_related": False}
    )
    response.raise_for_status()
    return start, response.json()["total_match"], response.json()["articles"]


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


def read_ratings(file: Path) -> dict[str, str]:
    """Return the rating of each outlet; a spreadsheet may begin the file with a mark that utf-8-sig drops."""
    try:
        table = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")), restval="", strict=True)
        rows = list(table)
    except UnicodeDecodeError:
        raise ValueError(f"{file.name} must be saved as CSV in UTF-8") from None
    except csv.Error as error:  # such as a quote that is never closed, which would swallow the rows below
        raise ValueError(f"{file.name}, below line {table.line_num}: {error}") from None
    if missing := {"publisher", "rating"} - set(table.fieldnames or []):
        raise ValueError(f"{file.name} has no column {' and no column '.join(sorted(missing))}")
    return {row["publisher"].strip().lower(): row["rating"].strip() for row in rows}
