"""The imitation of Slack's incoming webhooks, and runs against it over a real socket."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from runner.catalog import Api, read_api
from runner.running.approval import Approval
from runner.running.keys import usable_key
from runner.running.loading import load_sandbox
from runner.running.serving import answering, open_server

ROOT = Path(__file__).parents[2]
HOOK = "/services/T0SANDBOX/B0SANDBOX/test-key-full"

Post = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def api() -> Api:
    return read_api(ROOT / "recipes" / "slack")


@pytest.fixture(scope="module")
def client(api: Api) -> Iterator[httpx.Client]:
    app: Any = load_sandbox(api, Approval(ROOT))
    with httpx.Client(transport=httpx.WSGITransport(app), base_url=api.base_url) as client:
        yield client


@pytest.fixture
def post(client: httpx.Client) -> Post:
    """Post a message to a webhook; return status and text of the answer."""

    def post(message: Any, path: str = HOOK) -> tuple[int, str]:
        answer = client.post(path, json=message)
        return answer.status_code, answer.text

    return post


def section(text: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


@pytest.mark.parametrize("path", [HOOK, "/sandbox"])
def test_a_message_is_answered_with_two_letters(client: httpx.Client, path: str) -> None:
    answer = client.post(path, json={"text": "hello"})
    assert (answer.status_code, answer.text, answer.headers["Content-Type"]) == (200, "ok", "text/html")


@pytest.mark.parametrize(
    "path, answer",
    [
        ("/services/T0SANDBOX/B0SANDBOX/test-key-unknown", (403, "invalid_token")),
        ("/services/T0SANDBOX/B0OTHER/test-key-full", (404, "no_service")),
        ("/services/T0OTHER/B0SANDBOX/test-key-full", (404, "no_team")),
        ("/services/T0SANDBOX/B0SANDBOX/test-key-removed", (404, "no_service")),
        ("/services/T0SANDBOX/B0SANDBOX/test-key-no-channel", (404, "channel_not_found")),
        ("/services/T0SANDBOX/B0SANDBOX/test-key-restricted", (403, "action_prohibited")),
        ("/services/T0SANDBOX/B0SANDBOX/test-key-archived", (410, "channel_is_archived")),
        ("/services/T0SANDBOX/B0SANDBOX/test-key-broken", (500, "rollup_error")),
        (HOOK + "/more", (404, "no_service")),
        ("/", (404, "no_service")),
    ],
)
def test_each_address_has_its_answer(post: Post, path: str, answer: tuple[int, str]) -> None:
    assert post({"text": "hello"}, path) == answer


def test_who_posts_too_often_is_told_how_long_to_wait(client: httpx.Client) -> None:
    answer = client.post("/services/T0SANDBOX/B0SANDBOX/test-key-busy", json={"text": "hello"})
    assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (429, "rate_limited", "30")


@pytest.mark.parametrize("message", [{"text": "a"}, {"blocks": [section("a")]}, {"attachments": [{"text": "a"}]}])
def test_a_message_has_a_text_or_blocks_or_attachments(post: Post, message: Any) -> None:
    assert post(message) == (200, "ok")


@pytest.mark.parametrize("message", [{}, {"text": ""}, {"text": "  "}, {"text": None}, {"blocks": []}])
def test_a_message_that_shows_nothing_is_refused(post: Post, message: Any) -> None:
    assert post(message) == (400, "no_text")


@pytest.mark.parametrize("body", [b"", b"hello", b"[1]", b'"text"', b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_an_invalid_payload(client: httpx.Client, body: bytes) -> None:
    answer = client.post(HOOK, content=body)
    assert (answer.status_code, answer.text) == (400, "invalid_payload")


@pytest.mark.parametrize("message", [{"text": 1}, {"text": ["a"]}])
def test_a_text_of_another_type_is_an_invalid_payload(post: Post, message: Any) -> None:
    assert post(message) == (400, "invalid_payload")


def test_a_form_carries_the_message_in_its_payload(client: httpx.Client) -> None:
    sent = client.post(HOOK, data={"payload": json.dumps({"text": "a & b"})})
    empty = client.post(HOOK, data={"text": "a"})
    assert [(each.status_code, each.text) for each in (sent, empty)] == [(200, "ok"), (400, "invalid_payload")]


@pytest.mark.parametrize(
    "blocks, answer",
    [
        ([section("x" * 3000)], (200, "ok")),
        ([section("x" * 3001)], (400, "invalid_blocks")),
        ([section("x")] * 50, (200, "ok")),
        ([section("x")] * 51, (400, "invalid_blocks")),
        ([section("")], (400, "invalid_blocks")),
        ([section(1)], (400, "invalid_blocks")),
        ([{"type": "section", "text": {"type": "html", "text": "x"}}], (400, "invalid_blocks")),
        ([{"type": "section", "text": "x"}], (400, "invalid_blocks")),
        ([{"type": "section"}], (400, "invalid_blocks")),
        ([{"type": "section", "fields": [{"type": "plain_text", "text": "x"}]}], (200, "ok")),
        ([{"type": "divider"}], (200, "ok")),
        ([{"text": "x"}], (400, "invalid_blocks")),
        (["x"], (400, "invalid_blocks")),
        ("x", (400, "invalid_blocks")),
    ],
)
def test_blocks_are_looked_at_before_they_are_posted(post: Post, blocks: Any, answer: tuple[int, str]) -> None:
    assert post({"text": "hello", "blocks": blocks}) == answer


def test_too_many_attachments_are_refused(post: Post) -> None:
    assert post({"text": "a", "attachments": [{}] * 101}) == (400, "too_many_attachments")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_webhook_is_only_posted_to(client: httpx.Client, method: str) -> None:
    assert client.request(method, HOOK).text == "invalid_payload"


def test_it_answers_over_a_socket(api: Api) -> None:
    with answering(open_server(load_sandbox(api, Approval(ROOT)), port=0, now=api.sandbox_now)) as server:
        answer = httpx.post(f"http://127.0.0.1:{server.port}{HOOK}", json={"text": "hello"}, trust_env=False)
    assert (answer.status_code, answer.text) == (200, "ok")


def test_the_catalog_takes_the_address_as_slack_shows_it(api: Api) -> None:
    assert usable_key(api, f"https://hooks.slack.com{HOOK}") == HOOK[1:]
