import json
from typing import Any

from runner.recording.endpoints import find_endpoints
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse


def exchange(
    path: str,
    body: Any = None,
    *,
    status: int = 200,
    sent: bytes = b"",
    kind: str = "application/json",
    host: str = "a",
) -> Exchange:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(
        RecordedRequest("GET", f"https://{host}.example/v1{path}", (), sent),
        RecordedResponse(status, "", (("content-type", kind),), content),
    )


def names(recorded: list[Exchange], today: list[Exchange]) -> list[tuple[str, bool, bool]]:
    found = find_endpoints(recorded, today)
    return [(each.name, each.recorded is not None, each.today is not None) for each in found]


def test_a_path_that_never_varies_stays_as_it_is() -> None:
    assert names([exchange("/region/24?key=k")], [exchange("/region/24?key=k")]) == [("GET /v1/region/24", True, True)]


def test_ids_in_a_path_are_one_endpoint() -> None:
    recorded = [exchange("/jobs/41"), exchange("/jobs/42")]
    assert names(recorded, [exchange("/jobs/977")]) == [("GET /v1/jobs/{}", True, True)]


def test_an_id_recorded_once_may_be_another_one_today() -> None:
    assert [each[1:] for each in names([exchange("/jobs/41")], [exchange("/jobs/977")])] == [(True, True)]


def test_words_that_vary_under_answers_of_one_shape_are_one_endpoint() -> None:
    recorded = [exchange("/users/anna/posts", {"a": 1}), exchange("/users/ben/posts", {"a": 2})]
    today = [exchange("/users/carl/posts", {"a": 3})]
    assert names(recorded, today) == [("GET /v1/users/{}/posts", True, True)]


def test_words_that_vary_under_answers_of_other_shapes_are_several_endpoints() -> None:
    recorded = [exchange("/articles", {"a": 1}), exchange("/stats", {"b": 2})]
    assert names(recorded, recorded) == [("GET /v1/articles", True, True), ("GET /v1/stats", True, True)]


def test_what_is_asked_on_one_side_only_is_known_to_be() -> None:
    assert names([exchange("/a", {"a": 1})], [exchange("/b", {"b": 1})]) == [
        ("GET /v1/a", True, False),
        ("GET /v1/b", False, True),
    ]


def test_the_host_is_named_where_there_are_two() -> None:
    recorded = [exchange("/x"), exchange("/x", host="b")]
    assert [name for name, *_ in names(recorded, recorded)] == ["GET a.example/v1/x", "GET b.example/v1/x"]


def test_an_api_that_has_moved_to_another_host_is_compared() -> None:
    assert names([exchange("/x")], [exchange("/x", host="b")]) == [("GET /v1/x", True, True)]


def test_an_answer_that_was_asked_for_again_does_not_count() -> None:
    answers = [exchange("/x", b"busy", status=503, kind="text/plain"), exchange("/x", {"a": 1})]
    [found] = find_endpoints(answers, [])
    assert found.recorded is not None
    assert (found.recorded.statuses, found.recorded.types) == ({200: "200"}, {"application/json"})


def test_the_last_answer_counts_whatever_it_is_and_so_does_every_poll() -> None:
    answers = [exchange("/x", {"state": "pending"}), exchange("/x", {"error": 1}, status=404), exchange("/x?y", [])]
    [found] = find_endpoints(answers, [])
    assert found.recorded is not None
    assert sorted(found.recorded.statuses) == [200, 404]
    assert (list(found.recorded.shape.fields), list(found.recorded.errors[404].fields)) == (["state"], ["error"])


def test_bodies_are_json_empty_or_neither() -> None:
    [found] = find_endpoints([exchange("/x", body, sent=body) for body in (b"{}", b" ", b"<p>")], [])
    assert found.recorded is not None
    assert found.recorded.bodies == {"JSON", "empty", "no JSON"}
