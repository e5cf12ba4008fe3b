# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["slack", "messages", "digest"]
# audience = ["news", "pr"]
# writes = true
#
# [tool.recipe-runner.parameters.topics]
# example = ["ferry strike", "interest rates", "football final"]
# min = 1
# max = 49
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 10
# ///
"""Can our Slack channel have the morning's top stories before we arrive?

For a team that begins its day in Slack; a scheduler runs it. A message has 50 paragraphs at most and a paragraph 3,000
characters, so each topic is one, and its last stories are left out where it gets too long. Slack would add a preview of
each page, if `unfurl_links` did not say no. With `--no-post` nothing is posted, and the message is the result.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

LONGEST = 3000  # characters of a paragraph


def main(
    newswhip: httpx.Client, slack: httpx.Client, topics: list[str], hours: int = 15, limit: int = 3, post: bool = True
) -> str:
    """Return the message, as Slack writes bold and links.

    Args:
        topics: Words or phrases; each is a paragraph.
        hours: How many hours to look back.
        limit: How many stories of each topic.
        post: Whether to post, or only to say what would be.
    """
    now = datetime.now(UTC)
    since = now - timedelta(hours=hours)
    title = f"The top stories since {since:%A %H:%M} UTC"
    paragraphs = [paragraph(topic, fetch(newswhip, topic, since, now, limit)) for topic in topics]
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in (f"*{title}*", *paragraphs)]
    if post:
        message = {"text": title, "blocks": blocks, "unfurl_links": False}
        slack.post("/", json=message).raise_for_status()
    return "\n\n".join([title, *paragraphs])


def fetch(newswhip: httpx.Client, topic: str, since: datetime, until: datetime, limit: int) -> list[dict[str, Any]]:
    """Return the articles with most engagement."""
    response = newswhip.post(
        "/articles",
        json={
            "filters": ['"' + topic.replace('"', "") + '"'],
            "from": int(since.timestamp() * 1000),
            "to": int(until.timestamp() * 1000),
            "sort_by": "fb_total_engagement",
            "find_related": True,  # one line a story, however many ran it
            "size": 10 * limit,  # the articles folded into others count too
        },
    )
    response.raise_for_status()
    return list(response.json()["articles"][:limit])


def paragraph(topic: str, articles: list[dict[str, Any]]) -> str:
    """Return the paragraph of a topic, no longer than Slack takes."""
    text = f"*{escaped(topic)}*"
    for line in [line_of(article) for article in articles] or ["nothing new"]:
        if len(text) + len(line) < LONGEST:
            text += f"\n{line}"
    return text


def line_of(article: dict[str, Any]) -> str:
    """Return an article as Slack writes a link."""
    interactions = article["fb_data"]["total_engagement_count"]
    return f"• <{article['link']}|{escaped(article['headline'])}>: {interactions:,}"


def escaped(text: str) -> str:
    """Return a text without the three characters that mean something else to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
