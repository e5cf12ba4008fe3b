# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["influencers", "social"]
# audience = ["pr", "brand"]
# chart = {mark = "bar", x = "interactions", y = "account"}
#
# [tool.recipe-runner.parameters.topic]
# example = "electric cars"
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 7
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 500
# ///
"""Who drives my topic on Facebook and Twitter?

For somebody in public relations who wants to know whom to pitch to: pages and accounts. One call for each network.
Followers alone say little, so each account also shows its interactions for every thousand of them.
How fresh the Twitter numbers are is not documented: check a few posts before you rely on them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

# The two networks name the same things differently.
FACEBOOK = {"path": "/fbInfluencers", "answer": "fbInfluencers", "name": "fb_username", "post": "fb_total_interactions"}
TWITTER = {"path": "/twitterInfluencers", "answer": "twitterInfluencers", "name": "twitter_handle", "post": "rt_count"}


def main(newswhip: httpx.Client, topic: str, days: int = 7, limit: int = 20) -> Iterator[dict[str, Any]]:
    """Yield one row an account: first Facebook pages, then Twitter accounts, each in the API's order.

    Args:
        topic: A word or phrase, found as it stands in headlines, summaries and bylines.
        days: How many days to look back.
        limit: How many accounts of each network.
    """
    now = datetime.now(UTC)
    query = {
        "filters": ['"' + topic.replace('"', "") + '"'],
        "from": int((now - timedelta(days=days)).timestamp() * 1000),
        "to": int(now.timestamp() * 1000),
        "size": limit,
    }
    for network, names in (("facebook", FACEBOOK), ("twitter", TWITTER)):
        response = newswhip.post(names["path"], json=query)
        response.raise_for_status()
        for account in response.json()[names["answer"]]:
            posts = [post[names["post"]] for post in account["social_referrals"]]
            followers = account["followers_count"]
            yield {
                "network": network,
                "account": account[names["name"]],
                "interactions": sum(posts),
                "posts": len(posts),
                "best_post": max(posts, default=0),
                "followers": followers,
                "per_1000_followers": round(1000 * sum(posts) / followers, 2) if followers else None,
            }
