# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["alerts", "polling", "slack"]
# audience = ["news", "pr", "brand"]
# writes = true
#
# [tool.recipe-runner.parameters.topic]
# example = "flooding"
#
# [tool.recipe-runner.parameters.threshold]
# min = 1
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
#
# [tool.recipe-runner.parameters.times]
# min = 1
# max = 500
#
# [tool.recipe-runner.parameters.minutes]
# min = 3
# max = 1440
# ///
"""Can our Slack channel hear of a story before it gets big?

For a team that wants to be told rather than to look. The API has no alerts: this asks again and again, and posts each
article once, when it passes the threshold. It takes as long as it says: 5 times every 15 minutes are an hour. From a
scheduler, ask once (`--times 1`) and give a `--told` file, which remembers what the channel has heard already.
With `--no-post` nothing goes to Slack: the rows are what would have been posted.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx

SORTS = {"predicted": "predicted_interactions", "velocity": "nw_max_score", "interactions": "fb_total_engagement"}


def main(
    newswhip: httpx.Client,
    slack: httpx.Client,
    topic: str,
    threshold: int = 1000,
    measure: Literal["predicted", "velocity", "interactions"] = "predicted",
    hours: int = 6,
    times: int = 5,
    minutes: int = 15,
    told: Path | None = None,
    post: bool = True,
) -> Iterator[dict[str, Any]]:
    """Yield one row an alert, after it was posted.

    Args:
        topic: A word or phrase, found as it stands in headlines, summaries and bylines.
        threshold: From which number on the channel is told.
        measure: Interactions that are predicted, velocity of now, or interactions so far.
        hours: How old an article may be.
        times: How many times to ask.
        minutes: How long to wait in between.
        told: A text file with the uuids of articles that were posted; it is made and added to.
        post: Whether to post, or only to say what would be.
    """
    if told:
        told.touch()  # a folder that does not exist is better heard of before anything is posted
    known = set(told.read_text(encoding="utf-8").split()) if told else set()
    for number in range(times):
        if number:
            time.sleep(minutes * 60)
        for article in fetch(newswhip, topic, SORTS[measure], hours):
            amounts = amounts_of(article)
            if amounts[measure] < threshold or article["uuid"] in known:
                continue
            if post:
                slack.post("/", json={"text": message_of(article, amounts)}).raise_for_status()
            known.add(article["uuid"])
            if told and post:
                with told.open("a", encoding="utf-8") as lines:
                    lines.write(f"{article['uuid']}\n")
            yield {
                "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "headline": article["headline"],
                "publisher": article["source"]["publisher"],
                **amounts,
                "posted": post,
                "link": article["link"],
            }


def fetch(newswhip: httpx.Client, topic: str, sort: str, hours: int) -> list[dict[str, Any]]:
    """Return the articles of the last hours, highest first; what is below the first 200 is no news."""
    now = datetime.now(UTC)
    window = {"from": int((now - timedelta(hours=hours)).timestamp() * 1000), "to": int(now.timestamp() * 1000)}
    body = {"filters": ['"' + topic.replace('"', "") + '"'], "sort_by": sort, "find_related": False}
    response = newswhip.post("/articles", json=body | window)
    response.raise_for_status()
    return list(response.json()["articles"])


def amounts_of(article: dict[str, Any]) -> dict[str, float]:
    """Return the numbers that a threshold can be for."""
    return {
        "predicted": article["predicted_interactions"],
        "velocity": article["nw_score"],
        "interactions": article["fb_data"]["total_engagement_count"],
    }


def message_of(article: dict[str, Any], amounts: dict[str, float]) -> str:
    """Return the message; three characters would mean something else to Slack."""
    headline = article["headline"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f"<{article['link']}|{headline}> ({article['source']['publisher']}): {amounts['interactions']:,} interactions, "
        f"{amounts['predicted']:,.0f} predicted, velocity {amounts['velocity']:,.0f}"
    )
