# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["authors", "media-list", "stats", "articles"]
# audience = ["pr", "brand", "news"]
# chart = {mark = "bar", x = "interactions", y = "author"}
#
# [tool.recipe-runner.parameters.topic]
# example = "flooding"
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 7
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 50
# ///
"""Which authors get the most engagement on my topic, and where do they write?

For somebody in public relations who makes a media list. One call finds the names, then one the articles of each author.
Bylines are noisy: the same person in upper case is another name to the API, so spellings are put together; agencies and
teams stand among the people, so names with certain words are left out. Articles without a byline are in nobody's
figures, those of two authors in both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

MOST = 5000  # names or articles in one answer


def main(
    newswhip: httpx.Client,
    topic: str,
    days: int = 7,
    limit: int = 10,
    language: str = "en",
    no_people: str = "agency desk editors newsroom press staff team wire",
) -> Iterator[dict[str, Any]]:
    """Yield one row an author, most interactions first.

    Args:
        topic: A word or phrase, found as it stands in headlines, summaries and bylines.
        days: How many days to look back.
        limit: How many authors.
        language: Two-letter code of the language they write in.
        no_people: Words with blanks between; a byline with one of them is no person's.
    """
    now = datetime.now(UTC)
    window = {"from": int((now - timedelta(days=days)).timestamp() * 1000), "to": int(now.timestamp() * 1000)}
    query = window | {"language": language, "size": MOST}
    rows = []
    for spellings in find_authors(newswhip, topic, query, set(no_people.casefold().split()))[:limit]:
        any_of_them = " OR ".join(map(phrase, spellings))
        filters = [f"{phrase(topic)} AND authors:({any_of_them})"]
        response = newswhip.post("/articles", json=query | {"filters": filters, "find_related": False})
        response.raise_for_status()
        # A phrase finds longer names too, so bylines are compared; they are null where there is none.
        found = [each for each in response.json()["articles"] if not set(spellings).isdisjoint(each["authors"] or [])]
        counts = [article["fb_data"]["total_engagement_count"] for article in found]
        row = {
            "author": next((name for name in spellings if not name.isupper()), spellings[0].title()),
            "interactions": sum(counts),
            "articles": len(found),
            "outlets": ", ".join(sorted({article["source"]["publisher"] for article in found})),
            "best_link": found[counts.index(max(counts))]["link"] if found else None,
        }
        rows.append(row)
    yield from sorted(rows, key=lambda row: row["interactions"], reverse=True)


def find_authors(newswhip: httpx.Client, topic: str, query: dict[str, Any], no_people: set[str]) -> list[list[str]]:
    """Return the spellings of each author's name, those with most interactions first."""
    body = query | {"filters": [phrase(topic)], "aggregate_by": "authors", "sort_by": "fb_total.sum"}
    response = newswhip.post("/stats", json=body)
    response.raise_for_status()
    totals: Counter[str] = Counter()
    spellings: dict[str, list[str]] = defaultdict(list)
    for bucket in response.json():
        name = " ".join(bucket["key"].split()).casefold()
        if no_people.isdisjoint(name.split()):
            totals[name] += int(bucket["stats"]["fb_total"]["sum"])
            spellings[name].append(bucket["key"])
    return [spellings[name] for name, _ in totals.most_common()]


def phrase(words: str) -> str:
    """Return words as a phrase of a query, without quotes of their own."""
    return '"' + words.replace('"', "") + '"'
