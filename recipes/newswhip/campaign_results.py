# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner]
# tags = ["urls", "brief", "campaign"]
# audience = ["pr", "brand"]
#
# [tool.recipe-runner.parameters.urls]
# example = [
#     "https://patriotbugle.example/motoring/2026/11/17/review-900-kilometres-in-the-voltaro-pico-5f8086",
#     "https://unionstandard.example/motoring/2026/11/13/voltaro-motors-in-recall-of-6-100-electric-9378f7",
#     "https://smilefeed.example/motoring/2026/11/18/voltaro-motors-recalls-2-300-electric-cars-over-f2a402",
#     "https://avariatribune.example/motoring/2026/11/16/1-300-jobs-go-at-voltaro-motors-as-9b94f6",
#     "https://navalpuramail.example/motoring/2026/11/13/13-100-chargers-for-electric-cars-planned-in-c602f7",
#     "https://harbourpost.example/a-page-that-nobody-knows",
# ]
# min = 1
# max = 1000
#
# [tool.recipe-runner.parameters.topic]
# example = "electric cars"
# ///
"""What did our campaign achieve?

For a communications team with a list of coverage and a client who asks. The links are looked up five a call; a last
call adds up everything on the topic since the first piece came out, to say which part of it is ours; a piece that does
not name the topic is in ours alone. A link that stands twice counts once; one that is not known is listed at the end.
"""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import httpx

URLS_PER_CALL = 5  # one more is refused
TOP = 10
PARTS = ("likes", "comments", "shares")


def main(newswhip: httpx.Client, urls: list[str], topic: str) -> str:
    """Return the page: totals, outlets, the best pieces, and what is not known.

    Args:
        urls: Addresses of the coverage.
        topic: The word or phrase to compare with, as it stands in headlines and summaries.
    """
    wanted = list(dict.fromkeys(urls))
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), URLS_PER_CALL):
        found |= look_up(newswhip, wanted[start : start + URLS_PER_CALL])
    pieces = sorted(found.values(), key=interactions_of, reverse=True)
    unknown = [url for url in wanted if url not in found]
    lines = [f"# Our coverage: {len(pieces)} of {len(wanted)} links are known"]
    if pieces:
        total = sum(map(interactions_of, pieces))
        lines += summary(pieces, total, total_of_topic(newswhip, topic, pieces), topic)
        lines += ["\n## Outlets\n", *outlets(pieces)]
        lines += ["\n## Best pieces\n", *(line_of(*each) for each in enumerate(pieces[:TOP], start=1))]
    if unknown:
        lines += ["\n## Not known\n", *(f"- <{url}>" for url in unknown)]
    return "\n".join([*lines, ""])


def look_up(newswhip: httpx.Client, urls: list[str]) -> dict[str, dict[str, Any]]:
    """Return the article behind each link that is known; of several, the one with most engagement."""
    response = newswhip.post("/articlesByHrefs", json={"hrefs": urls})
    response.raise_for_status()
    answers = [answer for answer in response.json() if answer["articles"]]
    return {answer["href"]: max(answer["articles"], key=interactions_of) for answer in answers}


def total_of_topic(newswhip: httpx.Client, topic: str, pieces: list[dict[str, Any]]) -> int:
    """Return the interactions of everything on the topic since the first piece was published."""
    response = newswhip.post(
        "/stats",
        json={
            "filters": ['"' + topic.replace('"', "") + '"'],
            "from": min(piece["publication_timestamp"] for piece in pieces),
            "to": int(datetime.now(UTC).timestamp() * 1000),
            "aggregate_by": "language",  # an article has one language, so nothing counts twice
            "sort_by": "fb_total.sum",
        },
    )
    response.raise_for_status()
    return int(sum(bucket["stats"]["fb_total"]["sum"] for bucket in response.json()))


def summary(pieces: list[dict[str, Any]], total: int, of_topic: int, topic: str) -> list[str]:
    """Return the totals."""
    first = datetime.fromtimestamp(min(piece["publication_timestamp"] for piece in pieces) / 1000, UTC)
    counts = {kind: sum(piece["fb_data"].get(kind, 0) for piece in pieces) for kind in PARTS}
    parts = ", ".join(f"{count:,} {kind}" for kind, count in counts.items() if count)
    share = f"That is {100 * total / of_topic:.1f} % of the {of_topic:,} that" if of_topic else "There are none that"
    return [
        f"\n**{total:,} interactions** by {datetime.now(UTC):%d %B %Y, %H:%M} UTC{': ' if parts else ''}{parts}.\n",
        f'{share} "{topic}" had since {first:%d %B %Y}.',
    ]


def outlets(pieces: list[dict[str, Any]]) -> list[str]:
    """Return a table of the outlets, most interactions first."""
    groups: dict[str, list[int]] = defaultdict(list)
    for piece in pieces:
        groups[piece["source"]["publisher"]].append(interactions_of(piece))
    total = sum(map(interactions_of, pieces)) or 1
    ranked = sorted(groups.items(), key=lambda group: sum(group[1]), reverse=True)
    rows = [f"| {name} | {len(each)} | {sum(each):,} | {100 * sum(each) / total:.1f} % |" for name, each in ranked]
    return ["| Outlet | Pieces | Interactions | Share |\n|---|---:|---:|---:|", *rows]


def line_of(number: int, piece: dict[str, Any]) -> str:
    """Return a piece as an item of a list."""
    headline = piece["headline"].replace("[", "(").replace("]", ")")
    published = datetime.fromtimestamp(piece["publication_timestamp"] / 1000, UTC)
    where = f"{piece['source']['publisher']}, {published:%d %B}"
    return f"{number}. [{headline}]({piece['link']}), {where}: {interactions_of(piece):,} interactions"


def interactions_of(article: dict[str, Any]) -> int:
    """Return likes, comments and shares together."""
    return int(article["fb_data"]["total_engagement_count"])
