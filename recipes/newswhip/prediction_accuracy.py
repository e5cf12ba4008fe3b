# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["predictions", "polling", "data-science"]
# audience = ["data-scientist", "analyst", "news"]
# chart = {mark = "point", x = "predicted", y = "actual"}
#
# [tool.recipe-runner.parameters.query]
# example = "\"ferry strike\" AND country_code:ie"
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 24
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 100
#
# [tool.recipe-runner.parameters.kept]
# example = "forecasts.json"
# ///
"""How good are the predictions?

For whoever decides by them, and wants to know the error first. A forecast is for a moment of its own, about twice the
age of the article, and is only to be had before: so this notes the forecasts, waits for each moment, and looks again.
It takes as many hours as `--hours` says. Give a file, and a run that was stopped goes on with the forecasts in it;
`minutes_late` then says how much too late it looked. It takes the largest forecasts, which are rather too high than too
low, as any selection of the largest is.
In pandas: `pandas.read_csv("rows.csv")["error_percent"].abs().median()`.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx


def main(
    newswhip: httpx.Client, query: str | None = None, hours: int = 6, limit: int = 20, kept: Path | None = None
) -> Iterator[dict[str, Any]]:
    """Yield one row an article, as soon as the moment of its forecast has come.

    Args:
        query: Which articles, such as `categories:20 AND language:en`; without it, all.
        hours: How old an article may be, and so how long to wait at most.
        limit: How many articles, those with the largest forecasts.
        kept: A file for the forecasts; where it is there already, they are taken from it.
    """
    if kept and kept.exists():
        articles = json.loads(kept.read_text(encoding="utf-8"))
    else:
        articles = fetch(newswhip, query, hours, limit)
        if kept:
            aside = kept.with_suffix(".partial")
            aside.write_text(json.dumps(articles), encoding="utf-8")
            aside.replace(kept)
    for article in sorted(articles, key=lambda each: each["predicted_timestamp"]):
        due = datetime.fromtimestamp(article["predicted_timestamp"] / 1000, UTC)
        time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
        actual = look_again(newswhip, article)
        age = due - datetime.fromtimestamp(article["publication_timestamp"] / 1000, UTC)
        predicted = round(article["predicted_interactions"])
        yield {
            "headline": article["headline"],
            "publisher": article["source"]["publisher"],
            "hours_old": round(age.total_seconds() / 3600, 1),
            "at_forecast": total_of(article),
            "predicted": predicted,
            "actual": actual,
            "error_percent": round(100 * (predicted - actual) / actual, 1) if actual else None,
            "minutes_late": round((datetime.now(UTC) - due).total_seconds() / 60),
            "link": article["link"],
        }


def fetch(newswhip: httpx.Client, query: str | None, hours: int, limit: int) -> list[dict[str, Any]]:
    """Return the articles with the largest forecasts."""
    now = datetime.now(UTC)
    response = newswhip.post(
        "/articles",
        json={
            "filters": [query] if query else [],  # required, even where nothing is filtered
            "from": int((now - timedelta(hours=hours)).timestamp() * 1000),
            "to": int(now.timestamp() * 1000),
            "sort_by": "predicted_interactions",
            "find_related": False,
            "size": limit,
        },
    )
    response.raise_for_status()
    return list(response.json()["articles"])


def look_again(newswhip: httpx.Client, article: dict[str, Any]) -> int | None:
    """Return the interactions of an article by now; None where the API does not find its address any more."""
    response = newswhip.post("/articlesByHrefs", json={"hrefs": [article["link"]]})
    response.raise_for_status()
    totals = {each["uuid"]: total_of(each) for each in response.json()[0]["articles"]}
    return totals.get(article["uuid"])  # one address may stand for several articles


def total_of(article: dict[str, Any]) -> int:
    """Return what the forecast is for: Facebook and Twitter together."""
    return int(article["fb_data"]["total_engagement_count"] + article["tw_data"]["tw_count"])
