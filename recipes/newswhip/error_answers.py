# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["getting-started", "errors"]
# audience = ["developer", "support"]
# ///
"""What can go wrong with a call, and which calls are worth trying again?

For a developer who writes the code around the API. Each row is a call with one mistake in it, and what comes back.
Decide by the status alone: the body of a 400 may be a page of HTML. Only 429, 500 and 503 pass by themselves; they are
listed too, but not provoked. And the worst mistakes are no errors: they answer 200 and find nothing.
What the API says of too many days and too many articles is not documented, so the sandbox invents it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

DAY = timedelta(days=1)
AGAIN = {429: "over the rate limit", 500: "the server failed", 503: "down for maintenance"}
NEVER = {403: "key missing, expired, or bought for another product"}  # never 401


def main(newswhip: httpx.Client, topic: str = "ferry strike") -> Iterator[dict[str, Any]]:
    """Yield one row for each mistake, and then one for each status that cannot be provoked.

    Args:
        topic: A word or phrase that a right call finds something for.
    """
    now = datetime.now(UTC)
    since, until = milliseconds(now - 7 * DAY), milliseconds(now)
    query = {"filters": [f'"{topic}"'], "from": since, "to": until, "find_related": False, "size": 1}
    calls = [
        ("none", "POST", "/articles", query),
        ("no such field", "POST", "/articles", query | {"filters": ["colour:red"]}),
        ("more than 7 days", "POST", "/articles", query | {"from": since - 1}),
        ("more than 5,000 articles", "POST", "/articles", query | {"size": 5001}),
        ("required field left out", "POST", "/stats", {"filters": []}),
        ("more than 5 addresses", "POST", "/articlesByHrefs", {"hrefs": ["https://x.example"] * 6}),
        ("an old name of a field", "POST", "/twitterInfluencers", query | {"filters": ["countryCode:ie"]}),
        ("no such region", "GET", "/region/Atlantis/All/24", None),
        ("hours are no number", "GET", "/publisher/x.example/soon", None),
        ("from after to", "POST", "/articles", query | {"from": until, "to": since}),
        ("seconds for milliseconds", "POST", "/articles", query | {"from": since // 1000, "to": until // 1000}),
        ("no such publisher", "GET", "/publisher/nobody.example/24", None),
    ]
    for mistake, method, path, body in calls:
        response = newswhip.request(method, path, json=body)
        yield {
            "mistake": mistake,
            "status": response.status_code,
            "try_again": response.status_code in AGAIN,
            "says": message_of(response),
            "form": "JSON" if is_json(response) else "HTML",
            "call": f"{method} {path}",
        }
    for status, says in (NEVER | AGAIN).items():
        yield {
            "mistake": "(not provoked)",
            "status": status,
            "try_again": status in AGAIN,
            "says": says,
            "form": "JSON",
            "call": None,
        }


def milliseconds(moment: datetime) -> int:
    """Return a moment as the API counts it."""
    return int(moment.timestamp() * 1000)


def is_json(response: httpx.Response) -> bool:
    """Tell whether the body of an answer is JSON, by what its header says."""
    return response.headers["content-type"].startswith("application/json")


def message_of(response: httpx.Response) -> str:
    """Return what the API says: of an error its message, of a page its text, of an answer how much was found."""
    if not is_json(response):
        return " ".join(re.sub(r"<(style|title).*?</\1>|<[^>]+>", " ", response.text, flags=re.DOTALL).split())
    answer = response.json()
    return answer["error"]["message"] if response.is_error else f"{answer['total_match']} articles"
