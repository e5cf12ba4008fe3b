import math
from collections.abc import Callable
from typing import Any

import httpx
import pytest

NOW_MS = 1_795_165_200_000
DAY_MS = 86_400_000

Articles = list[dict[str, Any]]


def stats(newswhip: httpx.Client, **fields: Any) -> Any:
    body = {"filters": [], "sort_by": "fb_total.sum", "aggregate_by": "publisher", "size": 5000, **fields}
    response = newswhip.post("/stats", json=body)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize(
    "aggregate_by, keys",
    [
        ("publisher", lambda a: [a["source"]["publisher"]]),
        ("domain", lambda a: [a["source"]["domain"]]),
        ("domains", lambda a: {a["source"]["publisher"], a["source"]["domain"]}),
        ("language", lambda a: [a["source"]["language"]]),
        ("authors", lambda a: a["authors"] or []),
        ("categories", lambda a: [str(topic["id"]) for topic in a["topics"]]),
        ("country_code", lambda a: [a["source"]["country_code"]] if a["source"]["country_code"] else []),
    ],
)
def test_buckets_count_the_articles_of_their_key(
    newswhip: httpx.Client, week: Articles, aggregate_by: str, keys: Callable[[dict[str, Any]], list[str]]
) -> None:
    expected: dict[str, tuple[int, int]] = {}
    for article in week:
        for key in keys(article):
            count, total = expected.get(key, (0, 0))
            expected[key] = (count + 1, total + article["fb_data"]["total_engagement_count"])
    buckets = stats(newswhip, aggregate_by=aggregate_by)
    found = {b["key"]: (b["total_matched_articles"], b["stats"]["fb_total"]["sum"]) for b in buckets}
    assert found == expected


def test_figures_are_those_of_the_articles(newswhip: httpx.Client, search: Any) -> None:
    query = "publisher:harbourpost.example"
    bucket = stats(newswhip, filters=[query])[0]
    articles = search(query)
    columns = {
        "fb_total": [a["fb_data"]["total_engagement_count"] for a in articles],
        "twitter": [a["tw_data"]["tw_count"] for a in articles if a["tw_data"]["tw_count"]],
        "pinterest": [a["pi_data"]["pi_count"] for a in articles if a["pi_data"]["pi_count"]],
    }
    for name, numbers in columns.items():
        figures, average = bucket["stats"][name], sum(numbers) / len(numbers)
        variance = sum((number - average) ** 2 for number in numbers) / len(numbers)
        assert [figures[key] for key in ("count", "min", "max", "sum")] == [
            len(numbers),
            min(numbers),
            max(numbers),
            sum(numbers),
        ]
        assert figures["sum_of_squares"] == sum(number * number for number in numbers)
        assert math.isclose(figures["avg"], average)
        assert math.isclose(figures["variance"], variance, rel_tol=1e-9)
        assert math.isclose(figures["std_deviation"], math.sqrt(variance), rel_tol=1e-9)


def test_total_leaves_pinterest_out(newswhip: httpx.Client) -> None:
    for bucket in stats(newswhip):
        figures = bucket["stats"]
        assert bucket["total"] == figures["fb_total"]["sum"] + figures["twitter"]["sum"] + figures["linkedin"]["sum"]
    assert sum(bucket["stats"]["pinterest"]["sum"] for bucket in stats(newswhip)) > 0


def test_facebook_counts_all_articles_and_the_others_only_those_above_zero(newswhip: httpx.Client) -> None:
    buckets = stats(newswhip)
    assert all(b["stats"]["fb_total"]["count"] == b["total_matched_articles"] for b in buckets)
    assert {b["stats"]["fb_total"]["min"] for b in buckets} >= {0.0}
    assert min(b["stats"]["twitter"]["min"] for b in buckets if b["stats"]["twitter"]["count"]) == 1.0


def test_empty_metric_has_texts_for_what_is_no_number(newswhip: httpx.Client) -> None:
    assert stats(newswhip)[0]["stats"]["linkedin"] == {
        "count": 0,
        "min": "Infinity",
        "max": "-Infinity",
        "avg": "NaN",
        "sum": 0.0,
        "sum_of_squares": 0.0,
        "variance": "NaN",
        "std_deviation": "NaN",
    }


def test_counts_are_integers_and_the_rest_floats(newswhip: httpx.Client) -> None:
    bucket = stats(newswhip)[0]
    figures = bucket["stats"]["fb_total"]
    assert (type(bucket["total"]), type(bucket["total_matched_articles"])) == (float, int)
    assert {name: type(value) for name, value in figures.items()} == {
        "count": int,
        **dict.fromkeys(("min", "max", "avg", "sum", "sum_of_squares", "variance", "std_deviation"), float),
    }


@pytest.mark.parametrize(
    "sort_by", ["fb_total.sum", "fb_total.count", "twitter.max", "pinterest.avg", "twitter.variance"]
)
def test_buckets_are_sorted_descending_and_empty_ones_come_last(newswhip: httpx.Client, sort_by: str) -> None:
    metric, value = sort_by.split(".")
    buckets = stats(newswhip, sort_by=sort_by, aggregate_by="authors")
    values = [bucket["stats"][metric][value] for bucket in buckets]
    numbers = [value for value in values if value not in ("NaN", "Infinity", "-Infinity")]
    assert values == [*sorted(numbers, reverse=True), *values[len(numbers) :]]


def test_size_is_the_number_of_buckets(newswhip: httpx.Client) -> None:
    assert stats(newswhip, size=3) == stats(newswhip)[:3]


def test_nothing_matched_makes_no_bucket(newswhip: httpx.Client) -> None:
    assert stats(newswhip, filters=["nosuchword"]) == []


def test_month_windows_are_allowed(newswhip: httpx.Client) -> None:
    month = stats(newswhip, **{"from": NOW_MS - 31 * DAY_MS, "to": NOW_MS, "aggregate_by": "language"})
    week = stats(newswhip, aggregate_by="language")
    assert month[0]["total_matched_articles"] > 3 * week[0]["total_matched_articles"]


@pytest.mark.parametrize(
    "name, value",
    [("sort_by", "fb_total"), ("sort_by", "instagram.sum"), ("aggregate_by", "day"), ("aggregate_by", "")],
)
def test_unknown_sort_or_aggregate_is_refused(newswhip: httpx.Client, assumptions: Any, name: str, value: str) -> None:
    body = {"filters": [], "sort_by": "fb_total.sum", "aggregate_by": "publisher", name: value}
    response = newswhip.post("/stats", json=body)
    expected = (400, assumptions.BAD_CHOICE_TEXT.format(name=name, value=value))
    assert (response.status_code, response.json()["error"]["message"]) == expected
