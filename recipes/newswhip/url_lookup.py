# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["urls", "spreadsheet"]
# audience = ["pr", "analyst"]
# chart = {mark = "bar", x = "interactions", y = "url"}
#
# [tool.recipe-runner.parameters.urls]
# example = [
#     "https://dailybeacon.example/economy/2026/11/19/first-orchard-bank-passes-interest-rates-cut-on-12ce74",
#     "http://www.globaldigest.example/energy/2026/11/19/heat-pump-sales-up-7-5-percent-as-791bb7/?from=newsletter",
#     "https://harbourpost.example/a-page-that-nobody-knows",
# ]
# ///
"""How are these pages doing right now?

For somebody who wants the numbers behind a press release or any list of links, typed one by one or saved as CSV.
One call answers five addresses. An address that is unknown as it stands is asked for once more in its plain form:
https, no www, no slash at the end, nothing behind the question mark. Each address gets a row, found or not.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

URLS_PER_CALL = 5  # one more is refused


def main(
    newswhip: httpx.Client, urls: list[str], file: Path | None = None, column: str = "url"
) -> Iterator[dict[str, Any]]:
    """Yield one row an address, in the order given.

    Args:
        urls: Addresses of pages.
        file: A CSV file with more of them.
        column: The column of the file in which they stand.
    """
    wanted = list(dict.fromkeys([*urls, *(read_column(file, column) if file else [])]))
    for start in range(0, len(wanted), URLS_PER_CALL):
        batch = wanted[start : start + URLS_PER_CALL]
        found = look_up(newswhip, batch)
        plain = {url: plain_form(url) for url in batch if not found[url]}
        if plain:
            again = look_up(newswhip, list(dict.fromkeys(plain.values())))
            found |= {url: again[form] for url, form in plain.items()}
        for url in batch:
            yield describe(url, found[url])


def look_up(newswhip: httpx.Client, urls: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the articles behind each address; none where the API does not know it."""
    response = newswhip.post("/articlesByHrefs", json={"hrefs": urls})
    response.raise_for_status()
    answers = {answer["href"]: answer["articles"] for answer in response.json()}  # the order may differ from ours
    return {url: answers.get(url, []) for url in urls}


def describe(url: str, articles: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the row of one address; of several articles behind it, the one with most engagement counts."""
    article = max(articles, key=lambda each: each["fb_data"]["total_engagement_count"], default=None)
    if article is None:
        article = {"fb_data": {}, "tw_data": {}, "pi_data": {}, "publication_timestamp": None}
    milliseconds = article["publication_timestamp"]
    published = datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
    return {
        "url": url,
        "found": bool(articles),
        "headline": article.get("headline"),
        "interactions": article["fb_data"].get("total_engagement_count"),
        "likes": article["fb_data"].get("likes"),
        "comments": article["fb_data"].get("comments"),
        "shares": article["fb_data"].get("shares"),
        "tweets": article["tw_data"].get("tw_count"),
        "pins": article["pi_data"].get("pi_count"),
        "velocity": article.get("nw_score"),
        "predicted": article.get("predicted_interactions"),
        "published": published.strftime("%Y-%m-%dT%H:%M:%SZ") if published else None,
    }


def plain_form(url: str) -> str:
    """Return the address as publishers usually name it as the one that counts."""
    parts = urlsplit(url if "//" in url else f"https://{url}")
    return f"https://{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"


def read_column(file: Path, column: str) -> list[str]:
    """Return what stands in one column of a CSV file; a spreadsheet may begin it with a mark that utf-8-sig drops."""
    try:
        table = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")), restval="", strict=True)
        rows = list(table)
    except UnicodeDecodeError:
        raise ValueError(f"{file.name} must be saved as CSV in UTF-8") from None
    except csv.Error as error:  # such as a quote that is never closed, which would swallow the rows below
        raise ValueError(f"{file.name}, below line {table.line_num}: {error}") from None
    names = table.fieldnames or []
    if column not in names:
        raise ValueError(f"{file.name} has no column {column!r}, only: {', '.join(names) or 'nothing at all'}")
    return [row[column].strip() for row in rows if row[column].strip()]
