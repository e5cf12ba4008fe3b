# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["digest", "newsroom", "brief"]
# audience = ["news", "pr"]
#
# [tool.recipe-runner.parameters.beats]
# example = [
#     "Business=categories:28 AND country_code:ie",
#     "Sports=categories:32 AND country_code:ie",
#     "Ferries=\"ferry strike\"",
# ]
# min = 1
# max = 20
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 50
# ///
"""What happened on our beats overnight?

For an editor or a press officer, as the first mail of the day. One call a beat. Similar headlines are folded into one
story, so a story counts with all its outlets, and may rank above a single article that did better.
A topic stands in a query as its number: `categories:20` is politics, 28 business, 32 sports, 33 soccer.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

MOST = 500  # articles a call, the folded ones among them


def main(newswhip: httpx.Client, beats: list[str], hours: int = 15, limit: int = 5) -> str:
    """Return the digest, one section a beat.

    Args:
        beats: Each a name and a query: `Business=categories:28 AND country_code:ie`.
        hours: How many hours to look back; 15 from nine in the morning is six in the evening.
        limit: How many stories a beat.
    """
    now = datetime.now(UTC)
    since = now - timedelta(hours=hours)
    lines = [f"# {now:%A, %d %B %Y}", f"\nSince {since:%A %H:%M} UTC."]
    for beat in beats:
        name, _, query = beat.partition("=")
        total, stories = fetch(newswhip, query or name, since, now)
        stories.sort(key=interactions_of, reverse=True)
        lines.append(f"\n## {name}\n\nArticles: {total:,}\n")
        lines += [line_of(number, story) for number, story in enumerate(stories[:limit], 1)] or ["A quiet night."]
    return "\n".join([*lines, ""])


def fetch(newswhip: httpx.Client, query: str, since: datetime, until: datetime) -> tuple[int, list[dict[str, Any]]]:
    """Return how many articles match, and the stories, each with the articles folded into it."""
    response = newswhip.post(
        "/articles",
        json={
            "filters": [query],
            "from": int(since.timestamp() * 1000),
            "to": int(until.timestamp() * 1000),
            "sort_by": "fb_total_engagement",
            "find_related": True,
            "size": MOST,
        },
    )
    response.raise_for_status()
    answer = response.json()
    return answer["total_match"], answer["articles"]


def line_of(number: int, story: dict[str, Any]) -> str:
    """Return a story as an item of a list: headline, outlets, interactions of all of them."""
    headline = story["headline"].replace("[", "(").replace("]", ")")
    first, *others = outlets_of(story)
    where = f"{first} and {len(others)} more" if len(others) > 1 else " and ".join([first, *others])
    return f"{number}. [{headline}]({story['link']})  \n   {where}, {interactions_of(story):,} interactions"


def outlets_of(story: dict[str, Any]) -> list[str]:
    """Return who ran a story, the lead's outlet first, each once."""
    return list(dict.fromkeys(article["source"]["publisher"] for article in [story, *story["relatedStories"]]))


def interactions_of(story: dict[str, Any]) -> int:
    """Return the interactions of a story in all outlets; the API gives them for each article only."""
    return sum(article["fb_data"]["total_engagement_count"] for article in [story, *story["relatedStories"]])
