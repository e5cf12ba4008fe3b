# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["getting-started", "queries", "errors"]
# audience = ["developer", "support"]
# chart = {mark = "bar", x = "matches", y = "filters"}
#
# [tool.recipe-runner.parameters.conditions]
# min = 1
# max = 20
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 7
# ///
"""Why does my query find far too much, or nothing at all?

For a developer whose first queries answer something else than what was meant. Each row is one way to write it, with the
number of articles that it finds. Filters in a list are joined with OR, never with AND; and words without quotes are
looked for one by one. Put your own conditions in, and compare.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


def main(
    newswhip: httpx.Client,
    conditions: list[str] = ["country_code:ie", "headline:flooding"],  # noqa: B006 - it is only read
    words: str = "heat pump",
    sign: str = "E-150",
    days: int = 7,
) -> Iterator[dict[str, Any]]:
    """Yield one row for each way to write a query, with what the API makes of it.

    Args:
        conditions: Filters in Lucene syntax, of which an article shall meet all.
        words: Several words that shall stand side by side.
        sign: A name with a sign in it that means something to Lucene, such as a hyphen.
        days: How many days to look back.
    """
    escaped = "".join(f"\\{letter}" if letter in '+-&|!(){}[]^"~*?:\\/' else letter for letter in sign)
    queries = [
        *(("one condition", [condition]) for condition in conditions),
        ("any of them", conditions),
        ("all of them", [" AND ".join(f"({condition})" for condition in conditions)]),
        ("any of the words", [words]),
        ("the phrase", [f'"{words}"']),
        ("a blank for the sign", [f'"{sign}"']),
        ("the sign itself", [escaped]),
        ("no such field", ["colour:red"]),
        ("quote left open", [f'"{words}']),
    ]
    now = datetime.now(UTC)
    window = {"from": int((now - timedelta(days=days)).timestamp() * 1000), "to": int(now.timestamp() * 1000)}
    for meaning, filters in queries:
        body = {"filters": filters, **window, "find_related": False, "size": 1}
        response = newswhip.post("/articles", json=body)
        refused = response.status_code == httpx.codes.BAD_REQUEST  # the message says what it stumbled over
        if not refused:
            response.raise_for_status()
        yield {
            "filters": json.dumps(filters),
            "meaning": meaning,
            "matches": None if refused else response.json()["total_match"],
            "error": response.json()["error"]["message"] if refused else None,
        }
