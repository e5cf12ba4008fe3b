# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["brief", "crisis", "influencers"]
# audience = ["pr", "brand"]
#
# [tool.recipe-runner.parameters.brand]
# example = "Nimbus Vault"
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
#
# [tool.recipe-runner.parameters.threshold]
# min = 1
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 500
# ///
"""Is a crisis building around our brand, and who spreads it?

For the person on call. Three calls: the articles in which the brand stands beside a word of trouble, and who passes
them on at Facebook and Twitter. What the brief says of the future is the API's own forecast, which looks one day ahead
at most. It knows words, not their tone: read before you answer.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

TROUBLE = ("recall", "recalls", "lawsuit", "fraud", "outage", "leaked", "boycott")
FACEBOOK = ("/fbInfluencers", "fbInfluencers", "fb_username", "fb_total_interactions")
TWITTER = ("/twitterInfluencers", "twitterInfluencers", "twitter_handle", "rt_count")


def main(
    newswhip: httpx.Client,
    brand: str,
    words: list[str] | None = None,
    hours: int = 48,
    threshold: int = 100,
    limit: int = 5,
) -> str:
    """Return the brief, one page.

    Args:
        brand: Name of the brand or of a person, as it is written.
        words: Words of trouble; without any: recall, lawsuit, fraud, outage, leaked, boycott.
        hours: How many hours to look back.
        threshold: From how many predicted interactions on an article is worth an answer.
        limit: How many lines each list has.
    """
    trouble = " OR ".join(map(phrase, words or TROUBLE))
    now = datetime.now(UTC)
    query = {
        "filters": [f"{phrase(brand)} AND ({trouble})"],
        "from": int((now - timedelta(hours=hours)).timestamp() * 1000),
        "to": int(now.timestamp() * 1000),
    }
    total, found = fetch(newswhip, query)
    loud = [article for article in found if article["predicted_interactions"] >= threshold]
    outlets = Counter(article["source"]["publisher"] for article in found)
    if not found:
        return f"# {brand}: calm\n\nNo article of the last {hours} hours has it beside a word of trouble.\n"
    fastest = max(found, key=lambda article: article["nw_score"])
    names = ", ".join(f"{name} ({count})" for name, count in outlets.most_common())
    return "\n".join(
        [
            f"# {brand}: {len(loud):,} of {total:,} articles are predicted to pass {threshold:,} interactions\n",
            f"At {now:%Y-%m-%d %H:%M} UTC, for the {hours} hours before.\n",
            f"**Fastest now:** {link(fastest)}, velocity {fastest['nw_score']:,.1f}\n",
            f"**Outlets ({len(outlets)}):** {names}\n",
            "| Article | Outlet | Published (UTC) | Interactions | Predicted |\n|---|---|---|---:|---:|",
            *map(line_of, found[:limit]),
            "\n## Who passes it on\n",
            *accounts(newswhip, "Facebook", FACEBOOK, query, limit),
            *accounts(newswhip, "Twitter", TWITTER, query, limit),
        ]
    )


def phrase(words: str) -> str:
    """Return words as a phrase of a query, without quotes of their own."""
    if not words.strip():
        raise ValueError("a brand or word is empty, of which all would seem calm")
    return '"' + words.replace('"', "") + '"'


def fetch(newswhip: httpx.Client, query: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    """Return how many articles match, and those of one answer, the one with the largest forecast first."""
    body = query | {"sort_by": "predicted_interactions", "find_related": False, "size": 5000}
    response = newswhip.post("/articles", json=body)
    response.raise_for_status()
    return response.json()["total_match"], response.json()["articles"]


def accounts(
    newswhip: httpx.Client, network: str, names: tuple[str, str, str, str], query: dict[str, Any], limit: int
) -> list[str]:
    """Return a line for each account of a network that passed an article on."""
    path, answer, name, amount = names
    response = newswhip.post(path, json=query | {"size": limit})
    response.raise_for_status()
    lines = [
        f"- {network}: **{account[name]}**, {account['followers_count']:,} followers, "
        f"{sum(post[amount] for post in account['social_referrals']):,} interactions"
        for account in response.json()[answer]
    ]
    return lines or [f"- {network}: nobody that is known"]


def line_of(article: dict[str, Any]) -> str:
    """Return an article as a line of the table."""
    published = datetime.fromtimestamp(article["publication_timestamp"] / 1000, UTC)
    interactions, predicted = article["fb_data"]["total_engagement_count"], article["predicted_interactions"]
    outlet = article["source"]["publisher"]
    return f"| {link(article)} | {outlet} | {published:%d %b %H:%M} | {interactions:,} | {predicted:,.0f} |"


def link(article: dict[str, Any]) -> str:
    """Return a link that breaks no table."""
    headline = article["headline"].replace("|", "/").replace("[", "(").replace("]", ")")
    return f"[{headline}]({article['link']})"
