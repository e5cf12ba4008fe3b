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
at most, so the time is cut into weeks, and a week that holds more is halved until every part is whole.
Give a folder, and a run that was stopped goes on where it ended: its manifest lists the weeks that are done.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

MOST = 5000  # articles in one answer
WEEK = timedelta(days=7)
SHORTEST = timedelta(minutes=1)  # not halved any more


def main(
    newswhip: httpx.Client,
    topic: str,
    since: date,
    until: date | None = None,
    language: str = "en",
    folder: Path | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield one row an article, week by week, each article once.

    Args:
        topic: A word or phrase, found as it stands in headlines, summaries and bylines.
        since: The first day; the API begins with 2018-01-01.
        until: The day after the last; without it, up to now.
        language: Two-letter code of the language they are written in.
        folder: Keep finished weeks and their manifest here; delete it to start afresh.
    """
    query = {"filters": [f'"{topic}"'], "language": language}
    done = read_manifest(folder) if folder else {}
    seen: set[str] = set()  # a publisher may move an article to another moment, and so into two weeks
    for start, end in weeks_between(since, until):
        week = {"query": query, "to": end.isoformat(), "complete": True}
        known = done.get(start.isoformat(), {})
        if folder and known == week | {"got": known.get("got")}:
            articles = read_week(folder, start)
        else:
            articles, complete = fetch(newswhip, query, start, end)
            done[start.isoformat()] = week | {"got": len(articles), "complete": complete}
            if folder:
                keep_week(folder, start, articles, done)
        for article in articles:
            if article["uuid"] not in seen:
                seen.add(article["uuid"])
                yield row_of(article)


def weeks_between(since: date, until: date | None) -> Iterator[tuple[datetime, datetime]]:
    """Yield the windows to ask for, seven days each but the last."""
    start = datetime(since.year, since.month, since.day, tzinfo=UTC)
    last = datetime(until.year, until.month, until.day, tzinfo=UTC) if until else datetime.now(UTC)
    while start < last:
        yield start, min(start + WEEK, last)
        start += WEEK


def fetch(
    newswhip: httpx.Client, query: dict[str, Any], start: datetime, end: datetime
) -> tuple[list[dict[str, Any]], bool]:
    """Return all articles of a window, and whether that is all, halving it as long as one answer cannot hold them."""
    window = {
        "from": int(start.timestamp() * 1000),
        "to": int(end.timestamp() * 1000) - 1,  # the next window begins with this millisecond
        "sort_by": "created_at",
        "find_related": False,  # otherwise similar headlines are folded, and some left out
        "size": MOST,
    }
    response = newswhip.post("/articles", json=query | window)
    response.raise_for_status()
    articles, total = response.json()["articles"], response.json()["total_match"]
    complete = total <= len(articles) < MOST
    if complete or end - start <= SHORTEST:
        return articles, complete
    middle = start + (end - start) / 2
    first, first_complete = fetch(newswhip, query, start, middle)
    second, second_complete = fetch(newswhip, query, middle, end)
    return first + second, first_complete and second_complete


def read_manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what is known of each finished week, by its first moment."""
    path = folder / "manifest.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def read_week(folder: Path, start: datetime) -> list[dict[str, Any]]:
    """Return the articles that an earlier run kept."""
    lines = (folder / f"{start:%Y-%m-%d}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def keep_week(folder: Path, start: datetime, articles: list[dict[str, Any]], done: dict[str, dict[str, Any]]) -> None:
    """Write the articles of a week, and only then the manifest that lists it: what stands there is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / f"{start:%Y-%m-%d}.jsonl", "".join(json.dumps(article) + "\n" for article in articles))
    replace(folder / "manifest.json", json.dumps(done, indent=1))


def replace(path: Path, text: str) -> None:
    """Write a file aside and then put it in its place, so that a run that is stopped leaves none half written."""
    aside = path.with_suffix(".partial")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def row_of(article: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that a table of articles needs."""
    published = datetime.fromtimestamp(article["publication_timestamp"] / 1000, UTC)
    return {
        "published": published.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "headline": article["headline"],
        "publisher": article["source"]["publisher"],
        "country": article["source"]["country_code"],
        "interactions": article["fb_data"]["total_engagement_count"],
        "link": article["link"],
        "uuid": article["uuid"],
    }
