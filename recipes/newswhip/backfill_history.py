# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["history", "articles", "bulk"]
# audience = ["analyst", "developer"]
#
# [tool.recipe-runner.parameters.topic]
# example = "heat pump"
#
# [tool.recipe-runner.parameters.since]
# min = 2018-01-01
# example = 2026-11-08
#
# [tool.recipe-runner.parameters.until]
# min = 2018-01-01
# ///
"""How do I get every article on my topic since a certain day?

For an analyst who needs months or years of data, not a sample. One call covers seven days and gives 5,000 articles
at most, so the time is cut into weeks, and a week that holds more is halved until every part is whole. Several weeks
are under way at once, so that it is the API's published rate that takes the time, and not the wait for its answers.
Give a folder, and a run that was stopped goes on where it ended: its manifest lists the weeks that are done.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

MOST = 5000  # articles in one answer
WEEK = timedelta(days=7)
AT_ONCE = 20  # weeks under way: enough for five calls a second where an answer takes four

Json = dict[str, Any]


async def main(
    newswhip: httpx.AsyncClient,
    topic: str,
    since: date,
    until: date | None = None,
    language: str = "en",
    folder: Path | None = None,
) -> AsyncIterator[dict[str, Any]]:
    """Yield one row an article in order of time, each article once.

    Args:
        topic: A word or phrase, found as it stands in headlines, summaries and bylines.
        since: The first day; the API begins with 2018-01-01.
        until: The day after the last; without it, up to now.
        language: Two-letter code of the language they are written in.
        folder: Keep finished weeks and their manifest here; delete it to start afresh.
    """
    query = {"filters": ['"' + topic.replace('"', "") + '"'], "language": language}
    done = read_manifest(folder)
    seen: set[str] = set()  # a publisher may move an article to another moment, and so into two weeks
    weeks = (whole_week(newswhip, query, *week, folder, done) for week in weeks_between(since, until))
    async for articles in in_order(weeks):
        for article in sorted(articles, key=lambda each: (each["published"], each["uuid"])):
            if article["uuid"] not in seen:
                seen.add(article["uuid"])
                yield article


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


async def whole_week(
    newswhip: httpx.AsyncClient, query: Json, start: datetime, end: datetime, folder: Path | None, done: Json
) -> list[Json]:
    """Return the rows of a week: those that an earlier run kept, or else what the API has."""
    asked = {"query": query, "to": end.isoformat(), "complete": True}
    known = done.get(start.isoformat(), {})
    if folder and known == asked | {"got": known.get("got")}:
        lines = (folder / f"{start:%Y-%m-%d}.jsonl").read_text(encoding="utf-8").split("\n")
        return [row_of(json.loads(line)) for line in lines if line]
    articles, complete = await fetch(newswhip, query, start, end)
    if folder:
        done[start.isoformat()] = asked | {"got": len(articles), "complete": complete}
        keep_week(folder, start, articles, done)
    return [row_of(article) for article in articles]


async def fetch(newswhip: httpx.AsyncClient, query: Json, start: datetime, end: datetime) -> tuple[list[Json], bool]:
    """Return all articles of a window, and whether that is all, halving it as long as one answer cannot hold them."""
    window = {
        "from": int(start.timestamp() * 1000),
        "to": int(end.timestamp() * 1000) - 1,  # the next window begins with this millisecond
        "sort_by": "created_at",
        "find_related": False,  # otherwise similar headlines are folded, and some left out
        "size": MOST,
    }
    response = await newswhip.post("/articles", json=query | window)
    response.raise_for_status()
    answer = response.json()
    articles = answer["articles"]
    complete = answer["total_match"] <= len(articles) < MOST
    if complete or end - start <= timedelta(minutes=1):  # shorter than that is not worth a call
        return articles, complete
    middle = start + (end - start) / 2
    first, first_complete = await fetch(newswhip, query, start, middle)
    second, second_complete = await fetch(newswhip, query, middle, end)
    return first + second, first_complete and second_complete


def read_manifest(folder: Path | None) -> Json:
    """Return what is known of each finished week, by its first moment."""
    path = folder / "manifest.json" if folder else None
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path and path.exists() else {}


def keep_week(folder: Path, start: datetime, articles: list[Json], done: Json) -> None:
    """Write the articles of a week, and only then the manifest that lists it: what stands there is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / f"{start:%Y-%m-%d}.jsonl", "".join(json.dumps(article) + "\n" for article in articles))
    replace(folder / "manifest.json", json.dumps(done, indent=1))


def replace(path: Path, text: str) -> None:
    """Write a file aside and then put it in its place, so that a run that is stopped leaves none half written."""
    aside = path.with_suffix(".partial")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def row_of(article: Json) -> Json:
    """Return the columns that a table of articles needs."""
    return {
        "published": f"{datetime.fromtimestamp(article['publication_timestamp'] / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "headline": article["headline"],
        "publisher": article["source"]["publisher"],
        "country": article["source"]["country_code"],
        "interactions": article["fb_data"]["total_engagement_count"],
        "link": article["link"],
        "uuid": article["uuid"],
    }
