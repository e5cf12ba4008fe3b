# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["urls", "polling", "growth"]
# audience = ["news", "pr", "analyst"]
# chart = {mark = "line", x = "at", y = "interactions"}
#
# [tool.recipe-runner.parameters.url]
# example = "https://dailybeacon.example/economy/2026/11/19/first-orchard-bank-passes-interest-rates-cut-on-12ce74"
#
# [tool.recipe-runner.parameters.times]
# min = 2
# max = 500
#
# [tool.recipe-runner.parameters.minutes]
# min = 3
# max = 1440
# ///
"""How fast is this story growing?

For somebody who follows one page, from the newsroom or for a model of how stories rise.
The API has no time series: a figure is what it is when you ask. So this asks again and again and tells the difference.
It takes as long as it says: 6 times every 15 minutes are 75 minutes. Asking more often than every three minutes shows
nothing new. A page that is not known gives rows without figures, until it is.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx


def main(newswhip: httpx.Client, url: str, times: int = 6, minutes: int = 15) -> Iterator[dict[str, Any]]:
    """Yield one row each time it asks.

    Args:
        url: Address of the page.
        times: How many times to ask.
        minutes: How long to wait in between.
    """
    before: int | None = None
    for number in range(times):
        if number:
            time.sleep(minutes * 60)
        response = newswhip.post("/articlesByHrefs", json={"hrefs": [url]})
        response.raise_for_status()
        articles = response.json()[0]["articles"]
        counts = [article["fb_data"]["total_engagement_count"] for article in articles]
        now = max(counts, default=None)  # of several articles behind one address, the one with most engagement counts
        yield {
            "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "interactions": now,
            "gained": None if now is None or before is None else now - before,
            "per_hour": None if now is None or before is None else round((now - before) * 60 / minutes),
        }
        before = now
