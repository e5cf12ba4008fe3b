from collections.abc import Callable
from typing import Any

import httpx
import pytest

NOW = 1_795_165_200.0
NOW_MS = int(NOW) * 1000
DAY_MS = 86_400_000
ZEROES = ("nw_score", "max_nw_score", "recent_fb_counts", "recent_tw_counts", "predicted_interactions")


@pytest.fixture(scope="module")
def watch(newswhip: httpx.Client) -> Callable[..., Any]:
    def find_videos(*filters: str, **fields: Any) -> Any:
        body = {"filters": filters, "content_type": "youtube", "size": 5000, **fields}
        response = newswhip.post("/articles", json=body)
        assert response.status_code == 200, response.text
        return response.json()["articles"]

    return find_videos


def test_video_is_an_article_with_numbers_of_youtube_alone(watch: Callable[..., Any], week: Any) -> None:
    videos = watch()
    assert len(videos) > 200
    assert set(videos[0]) - {"youtube_post"} == set(week[0]) - {"videos"}
    assert list(videos[0]["youtube_post"]) == [
        "ytLikes",
        "ytViews",
        "ytComments",
        "ytDislikes",
        "author",
        "thumbnail",
        "channel",
    ]
    assert {video[name] for video in videos for name in ZEROES} == {0}
    assert {video["fb_data"]["total_engagement_count"] for video in videos} == {0}
    assert {(video["source"]["publisher"], video["has_video"], video["authors"]) for video in videos} == {
        ("youtube.com", True, None)
    }


def test_names_of_videos_are_too_long_to_be_anybodys_and_unique(watch: Callable[..., Any]) -> None:
    links = [video["link"] for video in watch()]
    assert len(set(links)) == len(links)
    assert {len(link.partition("?v=")[2]) for link in links} == {16}


def test_newest_video_is_first_unless_asked_otherwise(watch: Callable[..., Any]) -> None:
    moments = [video["publication_timestamp"] for video in watch()]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize(
    "sort_by, name", [("yt_likes", "ytLikes"), ("yt_views", "ytViews"), ("yt_comments", "ytComments")]
)
def test_videos_can_be_sorted_by_their_numbers(watch: Callable[..., Any], sort_by: str, name: str) -> None:
    values = [video["youtube_post"][name] for video in watch(sort_by=sort_by)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


@pytest.mark.parametrize("content_type, sort_by", [("youtube", "fb_total_engagement"), ("stories", "yt_views")])
def test_sorts_of_the_other_kind_are_refused(
    newswhip: httpx.Client, assumptions: Any, content_type: str, sort_by: str
) -> None:
    body = {"filters": [], "content_type": content_type, "sort_by": sort_by}
    expected = assumptions.BAD_CHOICE_TEXT.format(name="sort_by", value=sort_by)
    assert newswhip.post("/articles", json=body).json()["error"]["message"] == expected


def test_filters_of_articles_find_videos(watch: Callable[..., Any]) -> None:
    found = watch('"heat pump"', language="en")
    assert found
    assert {video["source"]["language"] for video in found} == {"en"}
    assert [v for v in found if "heat pump" not in f"{v['headline']} {v['excerpt']}".lower()] == []
    assert len(watch("publisher:youtube.com")) == len(watch())
    assert watch("publisher:harbourpost.example") == []


def test_address_of_a_video_finds_that_video(watch: Callable[..., Any]) -> None:
    link = watch()[0]["link"]
    assert [video["link"] for video in watch(f'href:"{link}"')] == [link]


def test_videos_are_no_articles_and_never_folded(watch: Callable[..., Any], week: Any) -> None:
    assert "youtube.com" not in {article["source"]["publisher"] for article in week}
    assert watch(find_related=True, video_only=True) == watch()


def test_views_grow_by_the_clock_and_settle(at: Any, watch: Callable[..., Any]) -> None:
    fresh = watch(sort_by="yt_views", **{"from": NOW_MS - 6 * 3_600_000})[0]

    def views(moment: float) -> int:
        body = {
            "filters": [f'href:"{fresh["link"]}"'],
            "content_type": "youtube",
            "from": fresh["publication_timestamp"],
            "to": fresh["publication_timestamp"],
        }
        number: int = at(moment).post("/articles", json=body).json()["articles"][0]["youtube_post"]["ytViews"]
        return number

    assert views(NOW) < views(NOW + 600) < views(NOW + 86_400)
    assert views(NOW + 31 * 86_400) == views(NOW + 400 * 86_400)


def test_window_of_videos_is_at_most_seven_days_too(newswhip: httpx.Client, assumptions: Any) -> None:
    body = {"filters": [], "content_type": "youtube", "from": NOW_MS - 8 * DAY_MS}
    assert newswhip.post("/articles", json=body).json()["error"]["message"] == assumptions.OVER_LONG_WINDOW_TEXT


def test_there_are_videos_in_every_year(watch: Callable[..., Any]) -> None:
    year = 365 * DAY_MS
    counts = [len(watch(**{"from": NOW_MS - n * year - 7 * DAY_MS, "to": NOW_MS - n * year})) for n in range(9)]
    assert min(counts) > 200
