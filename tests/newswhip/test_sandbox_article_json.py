import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

NOW_MS = 1_795_165_200_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

Articles = list[dict[str, Any]]

FIELDS = {
    "delta_time",
    "recent_fb_counts",
    "recent_tw_counts",
    "relatedStories",
    "fb_data",
    "tw_data",
    "li_data",
    "pi_data",
    "predicted_interactions",
    "predicted_timestamp",
    "uuid",
    "publication_timestamp",
    "link",
    "headline",
    "excerpt",
    "keywords",
    "source",
    "image_link",
    "has_video",
    "topics",
    "authors",
    "entities",
    "nw_score",
    "max_nw_score",
}


def test_article_has_all_documented_fields(week: Articles) -> None:
    assert {frozenset(article.keys() - {"videos"}) for article in week} == {frozenset(FIELDS)}


def test_source_has_all_documented_fields(week: Articles) -> None:
    fields = {"publisher", "domain", "link", "country", "country_code", "language"}
    assert {frozenset(article["source"]) for article in week} == {frozenset(fields)}


def test_likes_comments_and_shares_make_the_total(week: Articles) -> None:
    for article in week:
        data = article["fb_data"]
        assert data["likes"] + data["comments"] + data["shares"] == data["total_engagement_count"]
        assert min(data["likes"], data["comments"], data["shares"]) >= 0


def test_periods_and_deltas_are_repeated_at_the_top(week: Articles) -> None:
    for article in week:
        networks = [article[name] for name in ("fb_data", "tw_data", "li_data", "pi_data")]
        assert {data["delta_period"] for data in networks} == {article["delta_time"]}
        assert {data["delta_period_unit"] for data in networks} == {"m"}
        assert article["recent_fb_counts"] == article["fb_data"]["total_count_delta"] >= 0
        assert article["recent_tw_counts"] == article["tw_data"]["total_count_delta"] >= 0


def test_pinterest_has_no_delta_count(week: Articles) -> None:
    assert {"total_count_delta" in article["pi_data"] for article in week} == {False}


def test_forecast_is_for_twice_the_age_but_at_most_a_day_ahead(week: Articles) -> None:
    for article in week:
        age = NOW_MS - article["publication_timestamp"]
        assert article["predicted_timestamp"] == NOW_MS + min(age, DAY_MS)
        reached = article["fb_data"]["total_engagement_count"] + article["tw_data"]["tw_count"]
        assert article["predicted_interactions"] >= reached


def test_highest_velocity_is_never_below_the_velocity(week: Articles) -> None:
    assert all(article["max_nw_score"] >= article["nw_score"] >= 0 for article in week)


def test_fresh_articles_are_faster_than_old_ones(week: Articles) -> None:
    def average(young_ms: int, old_ms: int) -> float:
        scores: list[float] = [a["nw_score"] for a in week if young_ms <= NOW_MS - a["publication_timestamp"] < old_ms]
        return sum(scores) / len(scores)

    assert average(2 * HOUR_MS, 12 * HOUR_MS) > 10 * average(4 * DAY_MS, 7 * DAY_MS)


def test_uuids_are_unique_and_of_version_1(week: Articles) -> None:
    numbers = {article["uuid"] for article in week}
    assert len(numbers) == len(week)
    assert {(uuid.UUID(number).version, str(uuid.UUID(number)) == number) for number in numbers} == {(1, True)}


def test_clock_of_a_uuid_reads_minutes_after_publication_for_most(week: Articles) -> None:
    lags = []
    for article in week:
        discovered = (uuid.UUID(article["uuid"]).time - 0x01B21DD213814000) // 10_000
        lags.append(discovered - article["publication_timestamp"])
    assert 0 < min(lags) < max(lags) < 12 * HOUR_MS
    assert 0.85 < sum(lag < 6 * 60_000 + 1000 for lag in lags) / len(lags) < 0.98


@pytest.mark.parametrize(
    "is_rare",
    [
        lambda a: a["authors"] is None,
        lambda a: a["source"]["country_code"] == a["source"]["country"] == "",
        lambda a: "fb_overperforming" not in a["fb_data"],
        lambda a: "tw_overperforming" not in a["tw_data"] and "fb_overperforming" in a["fb_data"],
        lambda a: a["topics"] == [],
        lambda a: a["entities"] == [],
        lambda a: a["image_link"] == "",
        lambda a: a["keywords"] == "",
        lambda a: a["has_video"] and a["videos"],
        lambda a: a["fb_data"]["total_engagement_count"] == 0,
    ],
)
def test_gaps_of_real_answers_are_there(week: Articles, is_rare: Callable[[dict[str, Any]], Any]) -> None:
    share = sum(bool(is_rare(article)) for article in week) / len(week)
    assert 0.005 < share < 0.5


def test_authors_are_a_list_or_null(week: Articles) -> None:
    assert {type(article["authors"]) for article in week} == {list, type(None)}
    assert [] not in [article["authors"] for article in week]


def test_entities_stand_in_the_headline(week: Articles) -> None:
    assert all(name in article["headline"] for article in week for name in article["entities"])


def test_templates_are_filled_in(week: Articles) -> None:
    assert [a for a in week if set("{}") & set(a["headline"] + a["excerpt"] + a["link"])] == []


def test_all_hosts_are_reserved_for_examples(week: Articles) -> None:
    assert [a["link"] for a in week if not a["source"]["domain"].endswith(".example")] == []
    assert [a["link"] for a in week if not a["link"].startswith(f"{a['source']['link']}/")] == []


def test_linkedin_counts_end_in_february_2018(search: Any) -> None:
    def counts(day_ms: int) -> set[int]:
        return {a["li_data"]["li_count"] for a in search(**{"from": day_ms, "to": day_ms + DAY_MS})}

    assert len(counts(1_516_579_200_000)) > 10  # 2018-01-22
    assert counts(1_518_825_600_000) == {0}  # 2018-02-17


def test_one_page_is_known_under_two_urls(week: Articles) -> None:
    plain = {article["link"] for article in week}
    twins = [article["link"] for article in week if "?utm_source=" in article["link"]]
    assert len(twins) > 20
    assert sum(link.split("?")[0] in plain for link in twins) > 0.9 * len(twins)


def test_stories_are_carried_by_several_outlets_within_hours(week: Articles) -> None:
    outlets: dict[str, dict[str, int]] = {}
    for article in week:
        publisher = article["source"]["publisher"]
        outlets.setdefault(article["headline"], {})[publisher] = article["publication_timestamp"]
    spread = [max(times.values()) - min(times.values()) for times in outlets.values() if len(times) > 2]
    assert len(spread) > 100
    assert sorted(spread)[len(spread) // 2] < 12 * HOUR_MS


def test_one_outlet_repeats_a_headline_now_and_then(week: Articles) -> None:
    printed = Counter((a["source"]["publisher"], a["headline"]) for a in week if "?" not in a["link"])
    assert sum(times > 1 for times in printed.values()) > 20
