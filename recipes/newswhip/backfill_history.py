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
# example = 2026-10-01
#
# [tool.recipe-runner.parameters.until]
# min = 2018-01-01
# ///
"""How do I get every article on my topic since a certain day?

For an analyst who needs the history, not a sample. One call covers seven days and gives 5,000 articles at most, so
the time is cut into weeks, and a week that holds more is halved until every part is whole.
Give a folder, and a run that was stopped goes on where it ended: finished weeks are read from there.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

MOST = 5000  # articles in one answer
WEEK = timedelta(days=7)
SHORTEST = timedelta(minutes=1)  # a minute with more than 5,000 articles stays cut


def main(
    newswhip: httpx.Client,
    topic: str,
    since: date,
    until: date | None = None,
    language: str = "en",
    folder: Path | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield one row an article, oldest week first, each article once.

    Args:
        topic: A word or phrase, found as it stands in headlines, summaries and bylines.
        since: The first day; the API begins with 2018-01-01.
        until: The day after the last; without it, up to now.
        language: Two-letter code of the language they are written in.
        folder: Keep finished weeks here; delete it to start afresh.
    """
    query = {"filters": [f'"{topic}"'], "language": language}
    seen: set[str] = set()  # touching windows may both hold an article
    for start, end in weeks_between(since, until):
        for article in read_or_fetch(newswhip, query, start, end, folder):
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


def read_or_fetch(
    newswhip: httpx.Client, query: dict[str, Any], start: datetime, end: datetime, folder: Path | None
) -> list[dict[str, Any]]:
    """Return the articles of one week, from the folder if a run before this one finished it."""
    kept = folder / f"{start:%Y-%m-%d}.json" if folder else None
    wanted = {"query": query, "from": start.isoformat(), "to": end.isoformat()}
    if kept and kept.exists():
        stored = json.loads(kept.read_text(encoding="utf-8"))
        if {name: stored[name] for name in wanted} == wanted:
            return list(stored["articles"])
    articles = fetch(newswhip, query, start, end)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        aside = kept.with_suffix(".partial")  # a run that is stopped now leaves no half week under the real name
        aside.write_text(json.dumps(wanted | {"articles": articles}), encoding="utf-8")
        aside.replace(kept)
    return articles


def fetch(newswhip: httpx.Client, query: dict[str, Any], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return all articles published in a window, halving it as long as one answer cannot hold them."""
    response = newswhip.post(
        "/articles",
        json=query
        | {
            "from": int(start.timestamp() * 1000),
            "to": int(end.timestamp() * 1000) - 1,  # the next window begins with this millisecond
            "sort_by": "created_at",
            "find_related": False,  # otherwise similar headlines are folded, and some left out
            "size": MOST,
        },
    )
    response.raise_for_status()
    answer = response.json()
    is_whole = answer["total_match"] <= len(answer["articles"]) < MOST
    if is_whole or end - start <= SHORTEST:
        return list(answer["articles"])
    middle = start + (end - start) / 2
    return fetch(newswhip, query, start, middle) + fetch(newswhip, query, middle, end)


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
