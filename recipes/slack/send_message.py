# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["slack", "messages", "alerts"]
# audience = ["developer", "support"]
# writes = true
#
# [tool.recipe-runner.parameters.text]
# example = "Three stories on the ferry strike passed 10,000 interactions."
#
# [tool.recipe-runner.parameters.blocks]
# max = 50
# ///
"""How do I post a message to our Slack channel from a script?

For a developer who wants a channel to hear what a script found. Each webhook belongs to one channel, and its address is
the key: whoever has it can post. Slack answers `ok` and names no message, so nothing can be corrected afterwards.
"""

from typing import Any

import httpx


def main(slack: httpx.Client, text: str, blocks: list[str] | None = None) -> dict[str, Any]:
    """Return what Slack answered and how much was posted.

    Args:
        text: The message in Slack's own Markdown: `*bold*`, `<https://example.com|a link>`; `&lt;` for a plain `<`.
        blocks: Paragraphs to show in its place, 3,000 characters each; the text is then for notifications.
    """
    message: dict[str, Any] = {"text": text}
    if blocks:
        message["blocks"] = [{"type": "section", "text": {"type": "mrkdwn", "text": block}} for block in blocks]
    response = slack.post("/", json=message)
    response.raise_for_status()
    return {
        "answer": response.text,  # the two letters `ok`, no JSON
        "characters": len(text),
        "blocks": len(blocks or []),
    }
