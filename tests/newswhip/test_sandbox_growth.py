from collections.abc import Callable
from typing import Any

import pytest

NOW = 1_795_165_200.0
HOUR = 3600
DAY = 24 * HOUR


def article_at(at: Any, link: str, moment: float) -> dict[str, Any]:
    answer = at(moment).post("/articlesByHrefs", json={"hrefs": [link]}).json()
    article: dict[str, Any] = answer[0]["articles"][0]
    return article


def big_story(week: list[dict[str, Any]], published: float) -> str:
    """Return the link of the biggest story among those published around a moment."""
    near = [a for a in week if abs(a["publication_timestamp"] / 1000 - published) < 6 * HOUR and "?" not in a["link"]]
    link: str = max(near, key=lambda a: a["fb_data"]["total_engagement_count"])["link"]
    return link


def test_fresh_story_grows_between_two_calls(at: Any, week: list[dict[str, Any]]) -> None:
    link = big_story(week, NOW - 6 * HOUR)
    before, after = (article_at(at, link, NOW + seconds) for seconds in (0, 600))
    assert before["fb_data"]["total_engagement_count"] < after["fb_data"]["total_engagement_count"]


def test_story_never_changes_its_identity(at: Any, week: list[dict[str, Any]]) -> None:
    link = big_story(week, NOW - 6 * HOUR)
    names = ("uuid", "link", "headline", "excerpt", "publication_timestamp", "authors", "topics", "entities", "source")
    versions = [article_at(at, link, NOW + days * DAY) for days in (0, 1, 10, 40)]
    assert len({str([version[name] for name in names]) for version in versions}) == 1


@pytest.mark.parametrize(
    "read",
    [
        lambda a: a["fb_data"]["total_engagement_count"],
        lambda a: a["tw_data"]["tw_count"],
        lambda a: a["pi_data"]["pi_count"],
        lambda a: a["max_nw_score"],
        lambda a: a["delta_time"],
    ],
)
def test_counts_never_fall(at: Any, week: list[dict[str, Any]], read: Callable[[dict[str, Any]], float]) -> None:
    link = big_story(week, NOW - 6 * HOUR)
    values = [read(article_at(at, link, NOW + hours * HOUR)) for hours in range(0, 40 * 24, 9)]
    assert values == sorted(values)


def test_delta_is_what_was_added_in_the_last_period(at: Any, week: list[dict[str, Any]]) -> None:
    link = big_story(week, NOW - 6 * HOUR)
    now = article_at(at, link, NOW)
    before = article_at(at, link, NOW - now["delta_time"] * 60)
    for network, count in (("fb_data", "total_engagement_count"), ("tw_data", "tw_count")):
        assert now[network]["total_count_delta"] == now[network][count] - before[network][count]


@pytest.mark.parametrize("days", [8, 15, 22, 100])
def test_delta_of_an_old_story_is_that_of_its_last_collection(at: Any, week: list[dict[str, Any]], days: int) -> None:
    link = big_story(week, NOW - 6 * HOUR)
    published = article_at(at, link, NOW)["publication_timestamp"] / 1000
    last = min(days // 7, 4) * 7 * DAY
    old = article_at(at, link, published + days * DAY)
    totals = [
        article_at(at, link, published + age)["fb_data"]["total_engagement_count"]
        for age in (last, last - old["delta_time"] * 60)
    ]
    assert old["fb_data"]["total_count_delta"] == totals[0] - totals[1]


def test_first_week_brings_most_and_after_30_days_nothing_changes(at: Any, week: list[dict[str, Any]]) -> None:
    link = big_story(week, NOW - 6 * HOUR)
    first_day, week_old, settled = (article_at(at, link, NOW + days * DAY) for days in (1, 7, 30))
    totals = [a["fb_data"]["total_engagement_count"] for a in (first_day, week_old, settled)]
    assert totals[0] < totals[1] <= totals[2] < totals[1] * 1.05
    much_later = article_at(at, link, NOW + 400 * DAY)
    assert much_later == {**settled, "predicted_timestamp": much_later["predicted_timestamp"]}


def test_facebook_is_asked_every_seven_days_after_the_first_week(at: Any, week: list[dict[str, Any]]) -> None:
    link = big_story(week, NOW - 6 * HOUR)
    published = article_at(at, link, NOW)["publication_timestamp"] / 1000
    totals = [
        article_at(at, link, published + days * DAY + HOUR)["fb_data"]["total_engagement_count"]
        for days in (7, 8, 13, 14, 20, 21, 27, 28, 29)
    ]
    assert len(set(totals)) == 4
    assert (totals[0] == totals[1] == totals[2], totals[3] == totals[4], totals[5] == totals[6]) == (True, True, True)


def test_old_forecast_is_what_was_reached(at: Any, week: list[dict[str, Any]]) -> None:
    article = article_at(at, big_story(week, NOW - 6 * HOUR), NOW + 60 * DAY)
    reached = article["fb_data"]["total_engagement_count"] + article["tw_data"]["tw_count"]
    assert article["predicted_interactions"] == reached


def test_engagement_has_a_heavy_tail(week: list[dict[str, Any]]) -> None:
    totals = sorted((a["fb_data"]["total_engagement_count"] for a in week), reverse=True)
    best = sum(totals[: len(totals) // 100])
    assert 0.2 < best / sum(totals) < 0.8
