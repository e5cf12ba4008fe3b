import re
from typing import Any

import httpx
import pytest

MISSING_BOTH = (
    "List((/aggregate_by,List(ValidationError(List(error.path.missing),WrappedArray()))), "
    "(/sort_by,List(ValidationError(List(error.path.missing),WrappedArray()))))"
)
MISSING_FILTERS = "List((/filters,List(ValidationError(List(error.path.missing),WrappedArray()))))"


def message(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["message"]


def test_request_without_key_is_refused_before_anything_else(at: Any) -> None:
    response = at(key="").post("/nowhere", content=b"{")
    assert message(response) == (403, "No API key was passed with this request.")


def test_unknown_key_is_refused(at: Any, assumptions: Any) -> None:
    assert message(at(key="test-key-unknown").get("/region/World/All/1")) == (403, assumptions.INVALID_KEY_TEXT)


def test_expired_key_is_refused(at: Any, assumptions: Any) -> None:
    assert message(at(key="test-key-expired").get("/region/World/All/1")) == (403, assumptions.EXPIRED_KEY_TEXT)


def test_quick_start_key_may_only_get(at_unmetered: Any, assumptions: Any) -> None:
    newswhip = at_unmetered(key="test-key-quick-start")
    assert newswhip.get("/region/World/All/1").status_code == 200
    assert message(newswhip.post("/articles", json={"filters": []})) == (403, assumptions.NOT_ENTITLED_TEXT)


def test_historical_key_may_post(at_unmetered: Any) -> None:
    body = {"filters": [], "size": 1}
    assert at_unmetered(key="test-key-historical").post("/articles", json=body).status_code == 200


def test_error_id_looks_like_a_random_uuid_and_follows_from_the_request(at: Any) -> None:
    first, again, later = (at(moment, key="").get("/x").json()["error"]["id"] for moment in (5.0, 5.0, 6.0))
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}", first)
    assert first == again
    assert first != later


def test_sixth_request_within_a_second_is_too_many(at_unmetered: Any, assumptions: Any) -> None:
    answers = [at_unmetered(1000 + part / 10, key="test-key-full").get("/publisher/x.example/1") for part in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert message(answers[-1]) == (429, assumptions.RATE_LIMIT_TEXT)
    assert "retry-after" not in answers[-1].headers


def test_budget_of_a_second_recovers_after_a_second(at_unmetered: Any) -> None:
    for moment in (1000.0, 1000.1, 1000.2, 1000.3, 1000.4):
        at_unmetered(moment, key="test-key-full").get("/publisher/x.example/1")
    assert at_unmetered(1000.9, key="test-key-full").get("/publisher/x.example/1").status_code == 429
    assert at_unmetered(1001.05, key="test-key-full").get("/publisher/x.example/1").status_code == 200


def test_hundred_and_first_request_within_five_minutes_is_too_many(at_unmetered: Any) -> None:
    for number in range(100):
        answer = at_unmetered(1000.0 + number, key="test-key-full").get("/publisher/x.example/1")
        assert answer.status_code == 200
    assert at_unmetered(1299.0, key="test-key-full").get("/publisher/x.example/1").status_code == 429
    assert at_unmetered(1300.5, key="test-key-full").get("/publisher/x.example/1").status_code == 200


def test_clock_that_was_set_back_does_not_use_up_the_budget(at_unmetered: Any) -> None:
    for _ in range(5):
        at_unmetered(2000.0, key="test-key-full").get("/publisher/x.example/1")
    assert at_unmetered(1000.0, key="test-key-full").get("/publisher/x.example/1").status_code == 200


def test_small_budget_is_used_up_soon(at_unmetered: Any) -> None:
    answers = [at_unmetered(1000.0 + n, key="test-key-small-budget").get("/publisher/x.example/1") for n in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429]


def test_keys_have_budgets_of_their_own(at_unmetered: Any) -> None:
    for _ in range(6):
        at_unmetered(1000.0, key="test-key-full").get("/publisher/x.example/1")
    assert at_unmetered(1000.0, key="test-key-historical").get("/publisher/x.example/1").status_code == 200


def test_key_of_runs_in_the_process_has_no_limit(at: Any) -> None:
    answers = {at(1000.0).get("/publisher/x.example/1").status_code for _ in range(120)}
    assert answers == {200}


@pytest.mark.parametrize("path", ["/nowhere", "/region", "/trendingEntities", "/stats"])
def test_unknown_path_or_method_is_not_found(newswhip: httpx.Client, path: str) -> None:
    assert message(newswhip.get(path)) == (404, f"Not found: GET /v1{path}")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"7", b'"x"', b"\xff", b"[" * 100_000])
def test_body_that_is_no_json_object_is_refused(newswhip: httpx.Client, assumptions: Any, text: bytes) -> None:
    assert message(newswhip.post("/articles", content=text)) == (400, assumptions.MALFORMED_JSON_TEXT)


@pytest.mark.parametrize("path", ["/articles", "/fbInfluencers", "/twitterInfluencers"])
def test_missing_filters_are_named(newswhip: httpx.Client, path: str) -> None:
    assert message(newswhip.post(path, json={"size": 1})) == (400, MISSING_FILTERS)


def test_missing_fields_of_stats_are_named_together(newswhip: httpx.Client) -> None:
    assert message(newswhip.post("/stats", json={"filters": []})) == (400, MISSING_BOTH)


@pytest.mark.parametrize(
    "body, place",
    [
        ({"filters": "storm"}, "/filters,List(ValidationError(List(error.expected.jsarray)"),
        ({"filters": ["storm", 7]}, "/filters(1),List(ValidationError(List(error.expected.jsstring)"),
        ({"filters": [], "from": "today"}, "/from,List(ValidationError(List(error.expected.jsnumber)"),
        ({"filters": [], "size": True}, "/size,List(ValidationError(List(error.expected.jsnumber)"),
        ({"filters": [], "find_related": 1}, "/find_related,List(ValidationError(List(error.expected.jsboolean)"),
    ],
)
def test_field_of_the_wrong_type_is_named(newswhip: httpx.Client, body: dict[str, Any], place: str) -> None:
    assert message(newswhip.post("/articles", json=body)) == (400, f"List(({place},WrappedArray()))))")


def test_unknown_body_fields_are_ignored(newswhip: httpx.Client) -> None:
    body = {"filters": ["storm"], "size": 1}
    plain, extra = newswhip.post("/articles", json=body), newswhip.post("/articles", json={**body, "time_period": 24})
    assert plain.content == extra.content


def test_json_is_read_without_a_content_type(newswhip: httpx.Client) -> None:
    assert newswhip.post("/articles", content=b'{"filters": [], "size": 1}').status_code == 200


def test_time_that_is_no_number_gets_a_page_of_html(newswhip: httpx.Client) -> None:
    response = newswhip.get("/publisher/x.example/notanumber")
    assert (response.status_code, response.headers["content-type"]) == (400, "text/html; charset=UTF-8")
    assert "<title>Bad Request</title>" in response.text
    assert (
        "For request 'GET /api/v1/publisher/x.example/notanumber?key=sandbox' "
        '[Cannot parse parameter time as Int: For input string: "notanumber"]'
    ) in response.text


@pytest.mark.parametrize("hours", ["0", "169", "-1", "9999999"])
def test_time_out_of_range_gets_a_json_error(newswhip: httpx.Client, hours: str) -> None:
    expected = (400, f"time parameter is invalid. Received: {hours}")
    assert message(newswhip.get(f"/region/World/All/{hours}")) == expected
    assert message(newswhip.get(f"/publisher/x.example/{hours}")) == expected


def test_unknown_region_is_refused(newswhip: httpx.Client) -> None:
    expected = (400, "Unknown country or region. Received: Wod")
    assert message(newswhip.get("/region/Wod/All/24")) == expected


def test_unknown_topic_is_refused(newswhip: httpx.Client, assumptions: Any) -> None:
    expected = (400, assumptions.BAD_CATEGORY_TEXT.format(name="Nonsense"))
    assert message(newswhip.get("/region/World/Nonsense/24")) == expected


def test_get_answers_stay_the_same_for_three_minutes(at: Any, assumptions: Any) -> None:
    start = 1_795_165_200.0
    first, inside, after = (at(start + seconds).get("/region/World/All/24") for seconds in (0, 179, 180))
    assert first.content == inside.content
    assert first.content != after.content
    assert assumptions.GET_CACHE_SECONDS == 180


def test_get_answers_say_how_long_they_hold(at: Any) -> None:
    start = 1_795_165_200.0
    headers = [at(start + seconds).get("/publisher/x.example/1").headers["cache-control"] for seconds in (0, 100)]
    assert headers == ["private, max-age=180", "private, max-age=80"]


def test_post_answers_are_never_cached(at: Any) -> None:
    body = {"filters": [], "size": 50, "sort_by": "fb_total_engagement"}
    first, second = (at(1_795_165_200.0 + minutes * 60).post("/articles", json=body) for minutes in (0, 1))
    assert first.content != second.content
    assert "cache-control" not in first.headers
