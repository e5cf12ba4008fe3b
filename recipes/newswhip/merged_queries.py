# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["brands", "limits", "gathering"]
# audience = ["brand", "pr", "developer"]
# chart = {mark = "bar", x = "interactions", y = "brand"}
#
# [tool.recipe-runner.parameters.brands]
# min = 1
# max = 1000
# example = [
#     "Calorana",
#     "Hearthwell",
#     "Goldcrust Bakeries",
#     "Larkfield Homes",
#     "Oatfield Foods",
#     "Tidewater Savings",
#     "Nobody and Daughters",
# ]
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 7
# ///
"""How do I watch forty brands without forty calls?

For somebody whose list of names is longer than the rate limit likes. All names go into one call, joined with OR: a call
takes 20 filters of 150 words each. The answer does not say which name an article was found by, so that is looked up
here, in the same texts that the API looks through. What no name is found in stands in a row of its own.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

WORDS_PER_FILTER = 150
FILTERS_PER_CALL = 20
MOST = 5000  # articles in one answer


def main(newswhip: httpx.Client, brands: list[str], days: int = 7) -> Iterator[dict[str, Any]]:
    """Yield one row a brand in the order given, and one for what is left over.

    Args:
        brands: Names as they stand in headlines.
        days: How many days to look back.
    """
    now = datetime.now(UTC)
    articles: dict[str, dict[str, Any]] = {}
    filters = filters_of(brands)
    for first in range(0, len(filters), FILTERS_PER_CALL):
        response = newswhip.post(
            "/articles",
            json={
                "filters": filters[first : first + FILTERS_PER_CALL],
                "from": int((now - timedelta(days=days)).timestamp() * 1000),
                "to": int(now.timestamp() * 1000),
                "find_related": False,
                "size": MOST,
            },
        )
        response.raise_for_status()
        answer = response.json()
        if answer["total_match"] >= MOST:
            raise ValueError(f"{answer['total_match']:,} articles match, too many for one answer: ask for fewer days")
        articles |= {article["uuid"]: article for article in answer["articles"]}
    assigned: set[str] = set()
    for brand in brands:
        hits = [article for article in articles.values() if phrase(brand) in text_of(article)]
        assigned |= {article["uuid"] for article in hits}
        yield row_of(brand, hits)
    yield row_of("(no brand found)", [article for uuid, article in articles.items() if uuid not in assigned])


def filters_of(brands: list[str]) -> list[str]:
    """Return the names as phrases, as many in one filter as it may have words."""
    filters: list[list[str]] = [[]]
    words = 0
    for brand in brands:
        if not phrase(brand).strip():
            raise ValueError(f"{brand!r} holds no word to look for")
        words += len(phrase(brand).split())
        if words > WORDS_PER_FILTER:
            filters, words = [*filters, []], len(phrase(brand).split())
        filters[-1].append(f'"{phrase(brand).strip()}"')
    return [" OR ".join(names) for names in filters]


def phrase(text: str) -> str:
    """Return the words of a text in small letters, with blanks around, so that `Ford` is not found in `afford`."""
    return " ".join(["", *re.findall(r"\w+", text.lower()), ""])


def text_of(article: dict[str, Any]) -> str:
    """Return the words that the API looks through."""
    return "".join(map(phrase, (article["headline"], article["excerpt"], *(article["authors"] or []))))


def row_of(brand: str, articles: list[dict[str, Any]]) -> dict[str, Any]:
    """Return how much there is of one brand, and the best of it."""
    best = max(articles, key=lambda article: article["fb_data"]["total_engagement_count"], default=None)
    return {
        "brand": brand,
        "articles": len(articles),
        "interactions": sum(article["fb_data"]["total_engagement_count"] for article in articles),
        "best_headline": best["headline"] if best else None,
        "best_link": best["link"] if best else None,
    }
