# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["publishers", "benchmark", "competitors", "stats"]
# audience = ["news", "analyst"]
# chart = {mark = "bar", x = "interactions", y = "publisher"}
#
# [tool.recipe-runner.parameters.publishers]
# example = [
#     "harbourpost.example",
#     "southernherald.example",
#     "dunmarratimes.example",
#     "ballyfennecho.example",
#     "islandbusiness.example",
# ]
# min = 2
# max = 100
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 31
# ///
"""How do we do against our competitors?

For an editor who compares the own site with the same few rivals every week. Two calls: these days, and as many before.
`percent` is the share of the interactions that all of them had together. The API adds up and tells no median.
A publisher without any article in these days is no error and has a row of zeros, as has one that is misspelt.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

NOTHING = {"sum": 0, "count": 0}


def main(newswhip: httpx.Client, publishers: list[str], days: int = 7) -> Iterator[dict[str, Any]]:
    """Yield one row a publisher, most interactions first.

    Args:
        publishers: Their domains, ours among them: `harbourpost.example`, without `www.` or a section's host.
        days: How many days to compare with as many before them.
    """
    end = datetime.now(UTC)
    start = end - timedelta(days=days)
    names = list(dict.fromkeys(name.strip().lower() for name in publishers))
    now = add_up(newswhip, names, start, end)
    before = add_up(newswhip, names, start - timedelta(days=days), start - timedelta(milliseconds=1))
    everything = sum(figures["sum"] for figures in now.values())
    for name in sorted(names, key=lambda each: now[each]["sum"], reverse=True):
        total, articles, total_before = now[name]["sum"], now[name]["count"], before[name]["sum"]
        yield {
            "publisher": name,
            "interactions": int(total),
            "percent": round(100 * total / everything, 1) if everything else None,
            "change_percent": round(100 * total / total_before - 100, 1) if total_before else None,
            "articles": articles,
            "average": round(total / articles, 1) if articles else None,
        }


def add_up(newswhip: httpx.Client, names: list[str], start: datetime, end: datetime) -> dict[str, dict[str, Any]]:
    """Return the Facebook figures of each publisher; zeros for those of whom the API has nothing."""
    any_of_them = " OR ".join(f'"{name}"' for name in names)
    response = newswhip.post(
        "/stats",
        json={
            "filters": [f"publisher:({any_of_them})"],
            "from": int(start.timestamp() * 1000),
            "to": int(end.timestamp() * 1000),
            "aggregate_by": "publisher",
            "sort_by": "fb_total.sum",
            "size": len(names),
        },
    )
    response.raise_for_status()
    found = {bucket["key"]: bucket["stats"]["fb_total"] for bucket in response.json()}
    return {name: found.get(name, NOTHING) for name in names}
