import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

NOW_MS = 1_795_165_200_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
STORM_MS = 1_793_577_600_000  # 2026-11-02T00:00Z

Search = Callable[..., list[dict[str, Any]]]


def error(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["message"]


def publication_times(articles: list[dict[str, Any]]) -> list[int]:
    return [article["publication_timestamp"] for article in articles]


def flat(articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entry for article in articles for entry in (article, *article["relatedStories"])]


def test_window_is_the_last_week_unless_said_otherwise(week: list[dict[str, Any]]) -> None:
    times = publication_times(week)
    assert NOW_MS - 7 * DAY_MS <= min(times) < NOW_MS - 7 * DAY_MS + HOUR_MS
    assert NOW_MS - HOUR_MS < max(times) <= NOW_MS


def test_window_without_end_ends_now(search: Search) -> None:
    times = publication_times(search(**{"from": NOW_MS - 6 * HOUR_MS}))
    assert (min(times) >= NOW_MS - 6 * HOUR_MS, max(times) > NOW_MS - HOUR_MS) == (True, True)


def test_both_ends_of_a_window_belong_to_it(search: Search) -> None:
    times = sorted(publication_times(search(**{"from": NOW_MS - DAY_MS, "to": NOW_MS - HOUR_MS})))
    again = sorted(publication_times(search(**{"from": times[3], "to": times[-3]})))
    assert (again[0], again[-1]) == (times[3], times[-3])


def test_seven_days_are_allowed_and_a_millisecond_more_is_not(newswhip: httpx.Client, assumptions: Any) -> None:
    week = {"filters": [], "size": 1, "from": NOW_MS - 7 * DAY_MS, "to": NOW_MS}
    assert newswhip.post("/articles", json=week).status_code == 200
    longer = newswhip.post("/articles", json={**week, "from": week["from"], "to": NOW_MS + 1})
    assert error(longer) == (400, assumptions.OVER_LONG_WINDOW_TEXT)


def test_old_start_without_end_is_too_long(newswhip: httpx.Client, assumptions: Any) -> None:
    response = newswhip.post("/articles", json={"filters": [], "from": NOW_MS - 30 * DAY_MS})
    assert error(response) == (400, assumptions.OVER_LONG_WINDOW_TEXT)


def test_window_in_seconds_is_a_silent_query_of_1970(newswhip: httpx.Client) -> None:
    body = {"filters": [], "from": NOW_MS // 1000 - 86_400, "to": NOW_MS // 1000}
    assert newswhip.post("/articles", json=body).json() == {"total_match": 0, "articles": []}


def test_nothing_is_older_than_2018(search: Search) -> None:
    start = 1_514_764_800_000
    assert search(**{"from": start - 7 * DAY_MS, "to": start - 1}) == []
    assert min(publication_times(search(**{"from": start - DAY_MS, "to": start + DAY_MS}))) >= start


def test_nothing_is_published_in_the_future(search: Search) -> None:
    assert search(**{"from": NOW_MS + 1, "to": NOW_MS + DAY_MS}) == []


def test_article_appears_once_it_is_discovered(at: Any, week: list[dict[str, Any]]) -> None:
    def clock(article: dict[str, Any]) -> int:
        return (uuid.UUID(article["uuid"]).time - 0x01B21DD213814000) // 10_000

    late = max(week, key=lambda article: clock(article) - article["publication_timestamp"])
    lag = clock(late) - late["publication_timestamp"]
    assert lag > HOUR_MS
    body = {"filters": [f'href:"{late["link"]}"'], "from": late["publication_timestamp"], "find_related": False}
    before, after = (at(clock(late) / 1000 + seconds).post("/articles", json=body).json() for seconds in (-1, 1))
    assert (before["total_match"], after["total_match"]) == (0, 1)


def test_size_is_200_unless_said_otherwise(newswhip: httpx.Client) -> None:
    answer = newswhip.post("/articles", json={"filters": [], "find_related": False}).json()
    assert len(answer["articles"]) == 200
    assert answer["total_match"] > 2_500


@pytest.mark.parametrize("size", [0, -1, 5001])
def test_size_out_of_bounds_is_refused(newswhip: httpx.Client, assumptions: Any, size: int) -> None:
    expected = (400, assumptions.BAD_SIZE_TEXT.format(size=size))
    assert error(newswhip.post("/articles", json={"filters": [], "size": size})) == expected


def test_total_match_may_exceed_the_5000_articles_that_come_back(newswhip: httpx.Client) -> None:
    window = {"from": STORM_MS, "to": STORM_MS + 7 * DAY_MS - 1}
    body = {"filters": ["storm"], "size": 5000, "find_related": False, **window}
    answer = newswhip.post("/articles", json=body).json()
    assert len(answer["articles"]) == 5000
    assert answer["total_match"] > 5000


@pytest.mark.parametrize(
    "sort_by, value",
    [
        ("fb_total_engagement", lambda a: a["fb_data"]["total_engagement_count"]),
        ("fb_overperforming", lambda a: a["fb_data"].get("fb_overperforming", -1)),
        ("tw_overperforming", lambda a: a["tw_data"].get("tw_overperforming", 10**9)),
        ("predicted_interactions", lambda a: a["predicted_interactions"]),
        ("twitter", lambda a: a["tw_data"]["tw_count"]),
        ("linkedin", lambda a: a["li_data"]["li_count"]),
        ("fb_tw_and_li", lambda a: a["fb_data"]["total_engagement_count"] + a["tw_data"]["tw_count"]),
        ("nw_max_score", lambda a: a["max_nw_score"]),
        ("created_at", lambda a: a["publication_timestamp"]),
    ],
)
def test_sort_is_descending(search: Search, sort_by: str, value: Callable[[dict[str, Any]], float]) -> None:
    values = [value(article) for article in search("language:en", sort_by=sort_by, size=300)]
    if sort_by == "tw_overperforming":  # computed for fewer stories than it is shown for
        values = [number for number in values if number != 10**9]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("sort_by", ["nw_score", "pinterest", "oldest", ""])
def test_unknown_sort_is_refused(newswhip: httpx.Client, assumptions: Any, sort_by: str) -> None:
    expected = (400, assumptions.BAD_CHOICE_TEXT.format(name="sort_by", value=sort_by))
    assert error(newswhip.post("/articles", json={"filters": [], "sort_by": sort_by})) == expected


@pytest.mark.parametrize("hours, meaning", [(25, "nw_max_score"), (26, "fb_tw_overperforming")])
def test_default_sort_depends_on_the_length_of_the_window(search: Search, hours: int, meaning: str) -> None:
    window = {"from": NOW_MS - hours * HOUR_MS, "to": NOW_MS}
    assert search(**window, size=50) == search(**window, size=50, sort_by=meaning)


def test_language_narrows_the_answer(search: Search) -> None:
    assert {article["source"]["language"] for article in search(language="de")} == {"de"}


def test_video_only_narrows_the_answer(search: Search, week: list[dict[str, Any]]) -> None:
    articles = search(video_only=True)
    assert {article["has_video"] for article in articles} == {True}
    assert articles == [article for article in week if article["has_video"]]


def test_full_text_finds_what_headline_and_summary_do_not_say(search: Search) -> None:
    query = '"mediator met both sides"'
    assert search(query) == []
    assert {"/transport/" in article["link"] for article in search(query, search_full_text=True)} == {True}


def test_at_most_three_default_fields(newswhip: httpx.Client, assumptions: Any) -> None:
    fields = ["headline", "summary", "authors", "href"]
    response = newswhip.post("/articles", json={"filters": [], "default_fields": fields})
    assert error(response) == (400, assumptions.TOO_MANY_DEFAULT_FIELDS_TEXT.format(limit=3))


def test_default_field_must_be_a_filter_field(newswhip: httpx.Client) -> None:
    response = newswhip.post("/articles", json={"filters": [], "default_fields": ["foo"]})
    assert error(response) == (400, "Fields 'foo' is not allowed for filters query!")


def test_bare_word_is_looked_for_in_the_default_fields(search: Search) -> None:
    in_headline = search("headline:volunteers")
    in_summary = search("summary:volunteers")
    assert (in_headline, search("volunteers", default_fields=["headline"])) == ([], [])
    assert search("volunteers") == in_summary != []


def test_similar_headlines_are_folded_unless_said_otherwise(newswhip: httpx.Client) -> None:
    body = {"filters": ['"ferry strike"'], "size": 100}
    answer = newswhip.post("/articles", json=body).json()
    assert len(answer["articles"]) < len(flat(answer["articles"]))
    assert {related["relatedStories"] == [] for a in answer["articles"] for related in a["relatedStories"]} == {True}


def test_same_news_from_two_places_are_two_stories(newswhip: httpx.Client) -> None:
    body = {"filters": ['headline:"flooding hits"'], "size": 300}
    articles = newswhip.post("/articles", json=body).json()["articles"]
    places = [{tuple(entry["entities"]) for entry in flat([lead]) if entry["entities"]} for lead in articles]
    assert max(map(len, places)) == 1
    assert max(len(lead["relatedStories"]) for lead in articles) > 1


def test_size_counts_related_stories_too(newswhip: httpx.Client) -> None:
    answer = newswhip.post("/articles", json={"filters": ["storm OR ferry"], "size": 40}).json()
    assert len(flat(answer["articles"])) == 40
    assert len(answer["articles"]) < 40


@pytest.mark.parametrize("sort_by", ["fb_total_engagement", "created_at"])
def test_lead_of_a_group_is_its_best_by_the_sort(newswhip: httpx.Client, sort_by: str) -> None:
    body = {"filters": [], "sort_by": sort_by, "size": 500}
    articles = newswhip.post("/articles", json=body).json()["articles"]
    read: Callable[[dict[str, Any]], int] = {
        "fb_total_engagement": lambda a: int(a["fb_data"]["total_engagement_count"]),
        "created_at": lambda a: int(a["publication_timestamp"]),
    }[sort_by]
    assert all(read(lead) >= read(other) for lead in articles for other in lead["relatedStories"])


def test_same_headline_of_one_publisher_comes_back_once_when_folded(newswhip: httpx.Client, search: Search) -> None:
    def key(article: dict[str, Any]) -> tuple[str, str]:
        return article["source"]["publisher"], article["headline"]

    best: dict[tuple[str, str], str] = {}
    everything = search("language:en", sort_by="fb_total_engagement")
    for article in everything:
        best.setdefault(key(article), article["uuid"])
    body = {"filters": ["language:en"], "sort_by": "fb_total_engagement", "size": 5000}
    answer = newswhip.post("/articles", json=body).json()
    folded = {key(article): article["uuid"] for article in flat(answer["articles"])}
    assert folded == best
    assert answer["total_match"] == len(best) < len(everything)


def test_unknown_content_type_is_refused(newswhip: httpx.Client, assumptions: Any) -> None:
    expected = (400, assumptions.BAD_CHOICE_TEXT.format(name="content_type", value="films"))
    assert error(newswhip.post("/articles", json={"filters": [], "content_type": "films"})) == expected


def test_region_has_150_articles_unless_said_otherwise(newswhip: httpx.Client) -> None:
    answer = newswhip.get("/region/World/All/168").json()
    assert len(flat(answer["articles"])) == 150


@pytest.mark.parametrize("size", ["0", "501"])
def test_size_of_a_get_is_at_most_500(newswhip: httpx.Client, assumptions: Any, size: str) -> None:
    response = newswhip.get("/region/World/All/24", params={"size": size})
    assert error(response) == (400, assumptions.BAD_SIZE_TEXT.format(size=size))


@pytest.mark.parametrize("region, code", [("Ireland", "ie"), ("U.S.", "us"), ("Deutschland", "de"), ("Germany", "de")])
def test_region_narrows_to_a_country(newswhip: httpx.Client, region: str, code: str) -> None:
    articles = newswhip.get(f"/region/{region}/All/72").json()["articles"]
    assert {article["source"]["country_code"] for article in flat(articles)} == {code}


def test_region_may_hold_accents_and_have_no_articles(newswhip: httpx.Client) -> None:
    assert newswhip.get("/region/México/All/24").json() == {"total_match": 0, "articles": []}


def test_topic_of_a_region_narrows_the_answer(newswhip: httpx.Client) -> None:
    articles = newswhip.get("/region/World/Politics/48").json()["articles"]
    assert {20 in [topic["id"] for topic in article["topics"]] for article in flat(articles)} == {True}


def test_retired_topic_is_empty(newswhip: httpx.Client, search: Search) -> None:
    assert newswhip.get("/region/World/Mayhem/168").json() == {"total_match": 0, "articles": []}
    assert search("categories:22") == []


def test_hours_of_a_get_bound_the_publication_time(newswhip: httpx.Client) -> None:
    articles = flat(newswhip.get("/region/World/All/6", params={"size": 500}).json()["articles"])
    assert min(publication_times(articles)) >= NOW_MS - 6 * HOUR_MS


def test_get_takes_sort_and_video_only(newswhip: httpx.Client) -> None:
    parameters = {"sort_by": "nw_score", "video_only": "true"}
    articles = newswhip.get("/region/World/All/24", params=parameters).json()["articles"]
    scores = [article["nw_score"] for article in articles]
    assert scores == sorted(scores, reverse=True)
    assert {article["has_video"] for article in articles} == {True}


def test_publisher_has_the_articles_of_all_its_hosts(newswhip: httpx.Client) -> None:
    articles = flat(newswhip.get("/publisher/harbourpost.example/168").json()["articles"])
    assert {article["source"]["domain"] for article in articles} == {"harbourpost.example", "sport.harbourpost.example"}


def test_publisher_may_be_a_subdomain(newswhip: httpx.Client) -> None:
    articles = flat(newswhip.get("/publisher/sport.harbourpost.example/168").json()["articles"])
    assert {article["source"]["domain"] for article in articles} == {"sport.harbourpost.example"}


def test_unknown_publisher_has_no_articles(newswhip: httpx.Client) -> None:
    assert newswhip.get("/publisher/x.example/24").json() == {"total_match": 0, "articles": []}
