"""Where in the data each thing stands that recipes must cope with; the moment is that of trial runs, 2026-11-20T09:00Z.

Other modules show the rest: bursts above what an answer holds, rhythm (test_sandbox_world), growth and its end
(test_sandbox_growth), influencers' articles (test_sandbox_influencers), pages with posts (test_sandbox_posts), match
rates (test_sandbox_syndication).
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

NOW_MS = 1_795_165_200_000
DAY_MS = 86_400_000
GREGORIAN_MS = 12_219_292_800_000  # from the beginning of the clock in a UUID to 1970


def plain(link: str) -> str:
    return link.partition("?")[0]


def week_from(year: int, month: int, day: int) -> dict[str, int]:
    start = int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1000
    return {"from": start, "to": start + 7 * DAY_MS - 1}


def test_headlines_are_shared_across_outlets(week: Any) -> None:
    outlets: defaultdict[str, set[str]] = defaultdict(set)
    for article in week:
        outlets[article["headline"]].add(article["source"]["publisher"])
    assert sum(len(names) > 3 for names in outlets.values()) > 50


def test_one_outlet_prints_a_headline_twice_on_two_pages(week: Any) -> None:
    pages: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for article in week:
        pages[article["source"]["publisher"], article["headline"]].add(plain(article["link"]))
    assert sum(len(links) > 1 for links in pages.values()) > 20


def test_one_page_is_listed_under_two_forms_of_its_url(week: Any) -> None:
    forms = Counter(plain(article["link"]) for article in week)
    assert 20 < sum(count > 1 for count in forms.values()) < len(week) / 20
    assert len({article["uuid"] for article in week}) == len(week)


def test_touching_windows_share_what_was_published_between_them(search: Any) -> None:
    published = search('"ferry strike"', size=1)[0]["publication_timestamp"]
    before = search('"ferry strike"', **{"from": published - DAY_MS, "to": published})
    after = search('"ferry strike"', **{"from": published, "to": published + DAY_MS})
    assert len({a["uuid"] for a in before} & {a["uuid"] for a in after}) == 1


@pytest.mark.parametrize(
    "is_so",
    [
        lambda a: a["authors"] is None,
        lambda a: len(a["authors"] or []) > 1,
        lambda a: any(name.isupper() for name in a["authors"] or []),
        lambda a: a["authors"] == ["Meridian Wire"],
        lambda a: a["source"]["country_code"] == a["source"]["country"] == "",
        lambda a: "fb_overperforming" not in a["fb_data"],
        lambda a: "fb_overperforming" in a["fb_data"] and "tw_overperforming" not in a["tw_data"],
        lambda a: a["topics"] == [],
        lambda a: a["entities"] == [],
        lambda a: a["keywords"] == "",
        lambda a: a["image_link"] == "",
        lambda a: "videos" in a,
        lambda a: a["fb_data"]["total_engagement_count"] == 0,
        lambda a: a["tw_data"]["tw_count"] == 0,
    ],
)
def test_some_articles_lack_what_others_have(week: Any, is_so: Any) -> None:
    assert 5 < sum(map(bool, map(is_so, week))) < len(week)


def test_a_topic_has_empty_weeks_and_one_with_a_single_article(search: Any) -> None:
    days = [(10, 5), (10, 12), (10, 19), (10, 26), (11, 2)]
    counts = [len(search('"storm fenna"', **week_from(2026, *day))) for day in days]
    assert counts == [0, 1, 62, 83, 0]


def test_a_topic_may_be_silent_for_a_day(search: Any) -> None:
    assert len(search('"cyber attack"')) > 20
    assert search('"cyber attack"', **{"from": NOW_MS - DAY_MS}) == []


def test_nothing_is_older_than_2018(search: Any) -> None:
    assert search(**week_from(2017, 12, 25)) == []
    assert search(**week_from(2018, 1, 1))


@pytest.mark.parametrize("query", ['"heat pump"', '"ferry strike"'])
def test_linkedin_of_a_topic_is_no_number_since_february_2018(newswhip: httpx.Client, query: str) -> None:
    def average(week: dict[str, int]) -> Any:
        body = {"filters": [query], "sort_by": "fb_total.sum", "aggregate_by": "language", **week}
        return newswhip.post("/stats", json=body).json()[0]["stats"]["linkedin"]["avg"]

    assert average(week_from(2026, 11, 9)) == "NaN"
    assert average(week_from(2018, 1, 15)) > 0


def test_pinterest_of_a_small_publisher_is_no_number(newswhip: httpx.Client) -> None:
    body = {"filters": ["publisher:warmhouse.example"], "sort_by": "fb_total.sum", "aggregate_by": "publisher"}
    assert newswhip.post("/stats", json=body).json()[0]["stats"]["pinterest"]["avg"] == "NaN"


def test_retired_topic_gives_nothing(search: Any) -> None:
    assert search("categories:22") == []


@pytest.mark.parametrize(
    "key, allowed",
    [
        ("test-key-quick-start", {"/search"}),
        ("test-key-historical", {"/search", "/fbPosts"}),
        ("test-key-syndication", {"/syndicatedArticles"}),
        ("test-key-full", {"/search", "/fbPosts", "/syndicatedArticles"}),
        ("test-key-expired", set()),
    ],
)
def test_each_product_has_a_key(at_unmetered: Any, key: str, allowed: set[str]) -> None:
    newswhip = at_unmetered(key=key)
    body = {"filters": [], "syndication_query": {}, "size": 1}
    answers = {
        "/search": newswhip.get("/search", params={"q": "ferry"}),
        "/fbPosts": newswhip.post("/fbPosts", json=body),
        "/syndicatedArticles": newswhip.post("/syndicatedArticles", json=body),
    }
    assert {path for path, answer in answers.items() if answer.status_code == 200} == allowed
    assert {answer.status_code for path, answer in answers.items() if path not in allowed} <= {403}


@pytest.mark.parametrize(
    "path, name, body",
    [
        ("/articles", "articles", {"content_type": "youtube"}),
        ("/fbPosts", "fbPosts", {}),
        ("/syndicatedArticles", "articles", {"syndication_query": {}}),
    ],
)
@pytest.mark.parametrize("hours", [0, 5, 30])
def test_nothing_is_known_before_it_was_discovered(
    at: Any, path: str, name: str, body: dict[str, Any], hours: int
) -> None:
    moment = NOW_MS + hours * 3_600_000
    answer = at(moment / 1000).post(path, json={"filters": [], "size": 5000, **body}).json()
    ticks = [UUID(item["uuid"]).time for item in answer[name]]
    assert len(ticks) > 200
    assert max(ticks) // 10_000 - GREGORIAN_MS <= moment
