"""All of this endpoint's answer is assumed: these tests hold the sandbox to what `assumptions` says, not to the API."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

NOW_MS = 1_795_165_200_000
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def trace(newswhip: httpx.Client) -> Callable[..., Any]:
    def find_matches(*filters: str, **fields: Any) -> Any:
        body = {"filters": filters, "syndication_query": {}, "size": 5000, **fields}
        response = newswhip.post("/syndicatedArticles", json=body)
        assert response.status_code == 200, response.text
        return response.json()["articles"]

    return find_matches


def refused(newswhip: httpx.Client, body: dict[str, Any]) -> tuple[int, str]:
    response = newswhip.post("/syndicatedArticles", json=body)
    return response.status_code, response.json()["error"]["message"]


def test_answer_says_that_it_is_assumed(newswhip: httpx.Client, assumptions: Any) -> None:
    answer = newswhip.post("/syndicatedArticles", json={"filters": [], "syndication_query": {}, "size": 1})
    name, text = assumptions.ASSUMED_HEADER
    assert answer.headers[name] == text
    assert name not in newswhip.post("/articles", json={"filters": [], "size": 1}).headers


def test_match_is_an_article_with_rate_and_source(trace: Callable[..., Any], week: Any) -> None:
    matches = trace()
    assert set(matches[0]) - set(week[0]) - {"videos"} == {"matched_rate", "matched_sourceId"}
    assert {match["source"]["publisher"] for match in matches} & {"meridianwire.example"} == set()


def test_rates_go_from_10_to_100(trace: Callable[..., Any]) -> None:
    rates = [match["matched_rate"] for match in trace()]
    assert (min(rates), max(rates)) == (10, 100)
    assert {rate // 10 for rate in rates} == set(range(1, 11))


def test_sources_are_articles_of_the_agency_on_the_same_event(trace: Callable[..., Any], search: Any) -> None:
    older = {"from": NOW_MS - 8 * DAY_MS, "to": NOW_MS - DAY_MS}
    wire = {a["uuid"]: a for span in ({}, older) for a in search("publisher:meridianwire.example", **span)}
    matches = trace()
    assert [match for match in matches if match["matched_sourceId"] not in wire] == []
    copied = [match for match in matches if match["matched_rate"] == 100]
    assert copied
    same = [match for match in copied if match["headline"] == wire[match["matched_sourceId"]]["headline"]]
    assert len(same) > len(copied) / 2


def test_lowest_and_highest_rate_narrow(trace: Callable[..., Any]) -> None:
    matches = trace(min_match_rate=70, max_match_rate=90)
    assert {70, 90} <= {match["matched_rate"] for match in matches} <= set(range(70, 91))


@pytest.mark.parametrize(
    "rates, name, value",
    [
        ({"min_match_rate": -1}, "min_match_rate", -1),
        ({"min_match_rate": 101}, "min_match_rate", 101),
        ({"min_match_rate": 80, "max_match_rate": 70}, "max_match_rate", 70),
        ({"max_match_rate": 101}, "max_match_rate", 101),
    ],
)
def test_impossible_rates_are_refused(
    newswhip: httpx.Client, assumptions: Any, rates: dict[str, int], name: str, value: int
) -> None:
    expected = (400, assumptions.BAD_RATE_TEXT.format(name=name, value=value))
    assert refused(newswhip, {"filters": [], "syndication_query": {}, **rates}) == expected


def test_order_by_rate(trace: Callable[..., Any]) -> None:
    rates = [match["matched_rate"] for match in trace(sort_by="match_rate")]
    assert rates == sorted(rates, reverse=True)


def test_default_order_is_velocity_for_a_day_and_engagement_for_a_week(trace: Callable[..., Any]) -> None:
    day = [match["max_nw_score"] for match in trace(**{"from": NOW_MS - DAY_MS})]
    assert day == sorted(day, reverse=True)
    week = [
        match["fb_data"]["total_engagement_count"] + match["tw_data"]["tw_count"] + match["li_data"]["li_count"]
        for match in trace()
    ]
    assert week == sorted(week, reverse=True)


def test_filters_look_at_the_matched_article(trace: Callable[..., Any]) -> None:
    matches = trace("publisher:harbourpost.example")
    assert {match["source"]["publisher"] for match in matches} == {"harbourpost.example"}


def test_topics_of_the_source_narrow(trace: Callable[..., Any], search: Any) -> None:
    politics = trace(syndication_query={"topics_filter": ["_type:category AND _value:20"]})
    older = {"from": NOW_MS - 8 * DAY_MS, "to": NOW_MS - DAY_MS}
    wire = {a["uuid"]: a for span in ({}, older) for a in search("publisher:meridianwire.example", **span)}
    assert 0 < len(politics) < len(trace())
    assert [m for m in politics if 20 not in [t["id"] for t in wire[m["matched_sourceId"]]["topics"]]] == []
    assert trace(syndication_query={"topics_filter": ["_type:entity AND _value:20"]}) == []


@pytest.mark.parametrize(
    "body, problem",
    [
        ({"filters": []}, "/syndication_query,List(ValidationError(List(error.path.missing)"),
        ({"syndication_query": {}}, "/filters,List(ValidationError(List(error.path.missing)"),
        (
            {"filters": [], "syndication_query": []},
            "/syndication_query,List(ValidationError(List(error.expected.jsobject)",
        ),
    ],
)
def test_missing_and_wrong_fields_are_named(newswhip: httpx.Client, body: dict[str, Any], problem: str) -> None:
    assert refused(newswhip, body) == (400, f"List(({problem},WrappedArray()))))")


def test_unknown_field_of_the_topics_is_refused(newswhip: httpx.Client) -> None:
    body = {"filters": [], "syndication_query": {"topics_filter": ["topic:20"]}}
    assert refused(newswhip, body) == (400, "Fields 'topic' is not allowed for filters query!")


@pytest.mark.parametrize("key", ["test-key-full", "test-key-syndication"])
def test_keys_with_the_product_may_ask(at_unmetered: Any, key: str) -> None:
    body = {"filters": [], "syndication_query": {}, "size": 1}
    assert at_unmetered(key=key).post("/syndicatedArticles", json=body).status_code == 200


@pytest.mark.parametrize("key", ["test-key-historical", "test-key-quick-start"])
def test_keys_without_the_product_may_not(at_unmetered: Any, assumptions: Any, key: str) -> None:
    answer = at_unmetered(key=key).post("/syndicatedArticles", json={"filters": [], "syndication_query": {}})
    assert (answer.status_code, answer.json()["error"]["message"]) == (403, assumptions.NOT_ENTITLED_TEXT)
