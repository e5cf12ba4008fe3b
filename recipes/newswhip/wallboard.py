# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["trending", "newsroom", "dashboard"]
# audience = ["news"]
# chart = {mark = "bar", x = "velocity", y = "headline", color = "place"}
#
# [tool.recipe-runner.parameters.hours]
# min = 1
# max = 168
#
# [tool.recipe-runner.parameters.limit]
# min = 1
# max = 500
# ///
"""What is hot right now in our city and in our country?

For the screen in the newsroom: `-o board.html --force` makes a page of it, every three minutes at most, as the answers
are kept that long. A story is hot by its velocity, the speed at which it gains now; `percent_of_peak` compares that
with the fastest it has ever been, so 100 is still rising and 10 is over. A topic can be named for a country, but not
for a city.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx


def main(
    newswhip: httpx.Client,
    city: str = "London",
    region: str = "U.K.",
    category: str = "All",
    hours: int = 6,
    limit: int = 5,
) -> Iterator[dict[str, Any]]:
    """Yield one row a story: first those of the city, then what else the country has, the fastest first.

    Args:
        city: A city or local region as the API names it, such as `London`, `Scotland` or `Seattle, WA`.
        region: A country or region by its English name, such as `Ireland`, `U.S.` or `World`.
        category: A topic by its English name, such as `Politics`; for the country only.
        hours: How many hours to look back.
        limit: How many stories of each place.
    """
    shown: set[str] = set()
    for place, path in (
        (city, f"/local/{quote(city, safe='')}/All/{hours}"),
        (region, f"/region/{quote(region, safe='')}/{quote(category, safe='')}/{hours}"),
    ):
        response = newswhip.get(path, params={"size": 500})  # the most there is; without it, 150
        response.raise_for_status()
        stories = [story for story in response.json()["articles"] if story["uuid"] not in shown]
        stories.sort(key=lambda story: story["nw_score"], reverse=True)  # the API cannot order by the speed of now
        for story in stories[:limit]:
            shown |= {article["uuid"] for article in (story, *story["relatedStories"])}
            age = datetime.now(UTC) - datetime.fromtimestamp(story["publication_timestamp"] / 1000, UTC)
            fastest = story["max_nw_score"]
            yield {
                "place": place,
                "headline": story["headline"],
                "publisher": story["source"]["publisher"],
                "velocity": story["nw_score"],
                "percent_of_peak": round(100 * story["nw_score"] / fastest) if fastest else None,
                "interactions": story["fb_data"]["total_engagement_count"],
                "minutes_old": round(age.total_seconds() / 60),
                "link": story["link"],
            }
