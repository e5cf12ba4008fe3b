# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["stories", "wire", "articles"]
# audience = ["agency", "pr"]
# chart = {mark = "bar", x = "interactions", y = "publisher"}
#
# [tool.recipe-runner.parameters.headline]
# example = "Climate change: pupils take Fort Tamsin to court"
#
# [tool.recipe-runner.parameters.released]
# min = 2018-01-01T00:00:00Z
# example = 2026-11-18T12:13:00Z
#
# [tool.recipe-runner.parameters.publisher]
# example = "meridianwire.example"
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 7
# ///
"""How far did our story spread?

For the desk of an agency without the syndication product, or whoever sent out a press release. It looks for the
headline as it stands and, if you give one, for a sentence that nobody else would write. With that, texts are searched
too, and outlets found that wrote a headline of their own. A headline that serves every year finds other stories too.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

MOST = 5000  # articles in one answer


def main(
    newswhip: httpx.Client,
    headline: str,
    released: datetime,
    publisher: str,
    sentence: str | None = None,
    days: int = 7,
) -> Iterator[dict[str, Any]]:
    """Yield one row a page, in the order in which they were published.

    Args:
        headline: The headline, or the words of it that everybody would keep.
        released: When we sent it out.
        publisher: Our own domain, to be left out.
        sentence: Words from the text, found as they stand.
        days: How many days to follow it.
    """
    now = datetime.now(UTC)
    if released > now:
        raise ValueError(f"released is {released:%Y-%m-%dT%H:%M:%SZ}, which is still to come")
    others = f'NOT publisher:"{publisher}"'
    response = newswhip.post(
        "/articles",
        json={
            # Several filters are joined with OR, so each has to leave us out.
            "filters": [f"headline:{phrase(headline)} AND {others}"]
            + ([f"{phrase(sentence)} AND {others}"] if sentence else []),
            "search_full_text": bool(sentence),
            "from": int(released.timestamp() * 1000),
            "to": int(min(released + timedelta(days=days), now).timestamp() * 1000),
            "sort_by": "fb_total_engagement",
            "find_related": False,
            "size": MOST,
        },
    )
    response.raise_for_status()
    articles, total = response.json()["articles"], response.json()["total_match"]
    if not total <= len(articles) < MOST:
        raise ValueError(f"{total:,} articles match, too many for one answer: give more of the headline")
    pages: dict[tuple[Any, ...], dict[str, Any]] = {}
    for article in articles:  # one page may be known under two addresses: the better one is first
        page = (article["source"]["publisher"], article["headline"], article["publication_timestamp"])
        pages.setdefault(page, article)
    for article in sorted(pages.values(), key=lambda each: each["publication_timestamp"]):
        published = datetime.fromtimestamp(article["publication_timestamp"] / 1000, UTC)
        yield {
            "publisher": article["source"]["publisher"],
            "hours_later": round((published - released) / timedelta(hours=1), 1),
            "interactions": article["fb_data"]["total_engagement_count"],
            "headline": article["headline"],
            "link": article["link"],
        }


def phrase(words: str) -> str:
    """Return words as a phrase of a query."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
