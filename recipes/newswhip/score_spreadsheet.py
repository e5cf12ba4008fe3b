# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["urls", "spreadsheet", "bulk"]
# audience = ["pr", "analyst"]
# chart = {mark = "bar", x = "interactions", y = "url"}
#
# [tool.recipe-runner.parameters.file]
# example = "coverage.csv"
# ///
"""Can you put the numbers beside the links in my spreadsheet?

For somebody who checks how a list of coverage performs, kept in Excel and saved as CSV. Each row comes back as it was,
with the numbers behind its link; a column that has the name of one of these numbers is replaced. One call answers five
links. A link that it does not know is searched for once more, among the articles of the week around the day in its row,
where there is one.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

URLS_PER_CALL = 5  # one more is refused
NUMBERS = {  # our names, and those of the API
    "headline": "headline",
    "interactions": "total_engagement_count",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "tweets": "tw_count",
    "pins": "pi_count",
}


def main(newswhip: httpx.Client, file: Path, column: str = "url", day_column: str = "day") -> Iterator[dict[str, Any]]:
    """Yield one row a row of the file, in its order.

    Args:
        file: The spreadsheet, saved as CSV with commas.
        column: The column with the links.
        day_column: The column with the days of publication, such as 2026-11-18; it may be missing or have gaps.

    Raises:
        ValueError: The file has no column with links, or a day cannot be read.
    """
    rows = read_rows(file, column, day_column)
    for start in range(0, len(rows), URLS_PER_CALL):
        batch = rows[start : start + URLS_PER_CALL]
        found = look_up(newswhip, list(dict.fromkeys(row[column] for row, _ in batch if row[column])))
        for row, day in batch:
            url = row[column]
            if url and day and not found[url]:
                found[url] = search(newswhip, url, day)
            yield row | numbers_of(found.get(url, []))


def read_rows(file: Path, column: str, day_column: str) -> list[tuple[dict[str, str], date | None]]:
    """Return the rows, each with its day; a spreadsheet may begin the file with a mark that utf-8-sig drops."""
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
    cells = [{name: row[name].strip() for name in names} for row in rows]
    return [(row, read_day(row.get(day_column, ""), number)) for number, row in enumerate(cells, start=1)]


def read_day(text: str, number: int) -> date | None:
    """Return the day that a cell names; the time of day behind it does not matter."""
    try:
        day = date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise ValueError(f"a day is written like 2026-11-18, not {text!r} as in row {number}") from None
    return day if day and 2018 <= day.year < 9999 else None  # the API has nothing older, and 0001-01-01 means none


def look_up(newswhip: httpx.Client, urls: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the articles behind each link; none where the API does not know it."""
    if not urls:
        return {}
    response = newswhip.post("/articlesByHrefs", json={"hrefs": urls})
    response.raise_for_status()
    answers = {answer["href"]: answer["articles"] for answer in response.json()}  # the order may differ from ours
    return {url: answers.get(url, []) for url in urls}


def search(newswhip: httpx.Client, url: str, day: date) -> list[dict[str, Any]]:
    """Return the articles with this link among those of seven days, of which `day` is the middle one."""
    middle = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    escaped = url.replace("\\", "\\\\").replace('"', '\\"')
    response = newswhip.post(
        "/articles",
        json={
            "filters": [f'href:"{escaped}"'],
            "from": int((middle - timedelta(days=3.5)).timestamp() * 1000),
            "to": int((middle + timedelta(days=3.5)).timestamp() * 1000) - 1,
            "find_related": False,
        },
    )
    response.raise_for_status()
    return list(response.json()["articles"])


def numbers_of(articles: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the columns that are added; of several articles behind a link, the one with most engagement counts."""
    article = max(articles, key=lambda each: each["fb_data"]["total_engagement_count"], default=None)
    if article is None:
        return {"found": False, **dict.fromkeys(NUMBERS)}
    values = article["fb_data"] | article["tw_data"] | article["pi_data"] | {"headline": article["headline"]}
    return {"found": True, **{name: values.get(field) for name, field in NUMBERS.items()}}
