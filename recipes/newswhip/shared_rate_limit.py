# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["limits", "bulk", "gathering"]
# audience = ["developer"]
# chart = {mark = "line", x = "call", y = "sent_after"}
#
# [tool.recipe-runner.parameters.topic]
# example = "heat pump"
#
# [tool.recipe-runner.parameters.weeks]
# min = 1
# max = 400
#
# [tool.recipe-runner.parameters.per_second]
# min = 1
#
# [tool.recipe-runner.parameters.per_five_minutes]
# min = 1
# ///
"""How fast may I call, when several of my scripts share one key?

For a developer whose scripts are answered 429 as soon as two of them run. The limits belong to the key: 5 calls a
second and 100 in any five minutes, for all that use it. Each call is written into one small database before it is sent,
and waits there until it fits. Give every script the same file and none is refused. Rows tell when each call was sent.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

MARGIN = 0.1  # seconds; the API counts calls when they arrive, and they do not all travel equally long


def main(
    newswhip: httpx.Client,
    topic: str,
    weeks: int = 12,
    ledger: Path | None = None,
    per_second: int = 5,
    per_five_minutes: int = 100,
) -> Iterator[dict[str, Any]]:
    """Yield one row a call; each counts the articles of one week, the newest first.

    Args:
        topic: A word or phrase, found as it stands in headlines, summaries and bylines.
        weeks: How many weeks, and so how many calls.
        ledger: Database file that all scripts of the key share; without it, this one is alone.
        per_second: How many calls your key may make in a second.
        per_five_minutes: How many calls your key may make in five minutes.
    """
    rates = ((per_second, 1.0), (per_five_minutes, 300.0))
    started = datetime.now(UTC)
    with closing(sqlite3.connect(ledger or ":memory:", timeout=60, isolation_level=None)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS calls (at REAL)")
        for number in range(weeks):
            asked = datetime.now(UTC)
            while wait := take_place(database, rates):
                time.sleep(wait)
            sent = datetime.now(UTC)
            end = started - timedelta(weeks=number)
            response = newswhip.post(
                "/articles",
                json={
                    "filters": ['"' + topic.replace('"', "") + '"'],
                    "from": int((end - timedelta(weeks=1)).timestamp() * 1000),
                    "to": int(end.timestamp() * 1000) - 1,
                    "find_related": False,
                    "size": 1,
                },
            )
            response.raise_for_status()
            yield {
                "call": number + 1,
                "sent_after": round((sent - started).total_seconds(), 2),
                "waited": round((sent - asked).total_seconds(), 2),
                "status": response.status_code,
                "week": (end - timedelta(weeks=1)).strftime("%Y-%m-%d"),
                "articles": response.json()["total_match"],
            }


def take_place(database: sqlite3.Connection, rates: tuple[tuple[int, float], ...]) -> float:
    """Write a call into the ledger, or return the seconds to wait before there may be a place for it."""
    database.execute("BEGIN IMMEDIATE")  # from here to COMMIT, every other script waits
    try:
        now, waits = datetime.now(UTC).timestamp(), [0.0]
        for calls, seconds in rates:
            newest = database.execute("SELECT at FROM calls ORDER BY at DESC LIMIT ?", (calls,)).fetchall()
            if len(newest) == calls:
                waits.append(newest[-1][0] + seconds + MARGIN - now)
        if max(waits) == 0:
            database.execute("DELETE FROM calls WHERE at < ?", (now - 600,))
            database.execute("INSERT INTO calls VALUES (?)", (now,))
        return max(waits)
    finally:
        database.execute("COMMIT")
