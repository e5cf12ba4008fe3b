# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["data-science", "stats", "pandas"]
# audience = ["data-scientist", "analyst"]
#
# [tool.recipe-runner.parameters.query]
# example = '"electric cars"'
#
# [tool.recipe-runner.parameters.days]
# min = 1
# max = 366
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 5000
# ///
"""How do I get statistics into a pandas data frame, without "NaN" as text?

For a data scientist. Where a network has nothing to add up, the answer holds "NaN", "Infinity" and "-Infinity" among
the numbers, as texts, which make a text of the whole column; LinkedIn has been such a network since February 2018. Here
they are None. One row for each group and network, the tidy form:

    recipes run newswhip/stats-frame -o stats.csv
    frame = pandas.read_csv("stats.csv")
    wide = frame.pivot(index="group", columns="network", values="sum")

The API's own total adds up Facebook, Twitter and LinkedIn, and leaves Pinterest out; each row says whether that holds.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import httpx

IN_TOTAL = ("fb_total", "twitter", "linkedin")


def main(
    newswhip: httpx.Client,
    query: str,
    by: Literal["publisher", "domain", "language", "authors", "categories", "country_code"] = "country_code",
    days: int = 7,
    limit: int = 200,
) -> Iterator[dict[str, Any]]:
    """Yield one row for each group and network, the groups with most engagement first.

    Args:
        query: A query in Lucene syntax.
        by: What to group by; an article has several authors and categories, so do not add those up.
        days: How many days to look back.
        limit: How many groups.
    """
    now = datetime.now(UTC)
    response = newswhip.post(
        "/stats",
        json={
            "filters": [query],
            "from": int((now - timedelta(days=days)).timestamp() * 1000),
            "to": int(now.timestamp() * 1000),
            "aggregate_by": by,
            "sort_by": "fb_total.sum",
            "size": limit,
        },
    )
    response.raise_for_status()
    for bucket in response.json():
        networks = {name: {key: number(value) for key, value in of.items()} for name, of in bucket["stats"].items()}
        adds_up = math.isclose(bucket["total"], sum(networks[name]["sum"] or 0 for name in IN_TOTAL))
        for network, values in networks.items():
            yield {
                "group": bucket["key"],
                "network": network.removesuffix("_total"),
                "count": values["count"],  # on Facebook all articles, elsewhere those with a number above zero
                "sum": values["sum"],
                "average": values["avg"],
                "min": values["min"],
                "max": values["max"],
                "deviation": values["std_deviation"],
                "total": bucket["total"],
                "adds_up": adds_up,
            }


def number(value: Any) -> float | None:
    """Return what can be counted with: None for "NaN", "Infinity" and "-Infinity"."""
    return value if math.isfinite(float(value)) else None
