import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from runner.catalog import Key, Rate
from runner.running.clock import stopped_clock
from runner.running.pace import Pace
from runner.running.transports import Link, Patience
from runner.running.watching import Watcher
from runner.running.wires import network

Send = Callable[..., httpx.Response]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
READS = [("GET", "/things"), ("HEAD", "/things"), ("POST", "/search")]


class Listener(Watcher):
    """Remembers why the run waited."""

    def __init__(self) -> None:
        super().__init__()
        self.reasons: list[str] = []

    def waiting(self, reason: str) -> None:
        super().waiting(reason)
        self.reasons.append(reason)


def retrying_on(link: Link, *statuses: int) -> Link:
    return replace(link, api=link.api._replace(retry_on=statuses))


def seconds_for(send: Send, link: Link, *requests: tuple[str, str]) -> float:
    """Return how far a stopped clock moves while these requests are sent."""
    with stopped_clock(NOON):
        send(link, *(requests or [("GET", "/things")]))
        return round(time.time() - NOON.timestamp(), 3)


@pytest.mark.parametrize("method, path", READS)
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_reading_call_is_tried_again(
    send: Send, link: Link, server: Any, method: str, path: str, status: int
) -> None:
    server.says({"status": status}, {"status": 200})
    assert send(retrying_on(link, 429, 500, 503), (method, path), json={"q": 1}).status_code == 200
    assert server.asked() == [f"{method} /v1{path}"] * 2
    assert [seen.body for seen in server.seen] == [b'{"q":1}'] * 2


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("answer", [{"status": 429, "headers": {"Retry-After": "0"}}, {"status": 503}])
def test_a_writing_call_is_never_sent_twice(
    send: Send, link: Link, server: Any, method: str, answer: dict[str, Any]
) -> None:
    server.says(answer, {"status": 200})
    assert send(link, (method, "/things"), writes=True).status_code == answer["status"]
    assert server.asked() == [f"{method} /v1/things"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_writing_call_whose_connection_breaks_is_never_sent_twice(
    send: Send, link: Link, server: Any, method: str
) -> None:
    server.says({"drop": True}, {"status": 200})
    with pytest.raises(httpx.RemoteProtocolError):
        send(link, (method, "/things"), writes=True)
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [400, 404, 418, 500, 502])
def test_a_status_that_the_api_does_not_list_is_not_tried_again(
    send: Send, link: Link, server: Any, status: int
) -> None:
    server.says({"status": status}, {"status": 200})
    assert send(retrying_on(link, 429, 503), ("GET", "/things")).status_code == status
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_an_empty_list_of_statuses_means_none(send: Send, link: Link, server: Any, status: int) -> None:
    server.says({"status": status}, {"status": 200})
    assert send(retrying_on(link), ("GET", "/things")).status_code == status
    assert len(server.seen) == 1


def test_the_last_answer_is_given_when_patience_is_at_its_end(send: Send, link: Link, server: Any) -> None:
    server.says({"status": 503, "body": 1}, {"status": 503, "body": 2}, {"status": 429, "body": 3}, {"body": 4})
    response = send(link, ("GET", "/things"))
    assert (response.status_code, response.json(), len(server.seen)) == (429, 3, 3)


def test_each_call_has_patience_of_its_own(send: Send, link: Link, server: Any) -> None:
    server.says(*[{"status": 503}, {"status": 503}, {}] * 2)
    assert send(link, ("GET", "/things"), ("GET", "/things")).status_code == 200
    assert len(server.seen) == 6


@pytest.mark.parametrize("method, path", READS)
def test_a_broken_connection_is_tried_again(send: Send, link: Link, server: Any, method: str, path: str) -> None:
    server.says({"drop": True}, {"status": 200})
    assert send(link, (method, path)).status_code == 200
    assert len(server.seen) == 2


def test_an_answer_that_does_not_come_in_time_is_tried_again(send: Send, link: Link, server: Any) -> None:
    server.says({"never": True}, {"status": 200})
    assert send(replace(link, api=link.api._replace(timeout=0.1)), ("GET", "/things")).status_code == 200
    assert len(server.seen) == 2


def test_a_refused_connection_is_tried_again_until_patience_ends(
    send: Send, make_api: Callable[..., Any], closed_port: int
) -> None:
    api = make_api(f"http://127.0.0.1:{closed_port}")
    watcher = Listener()
    with pytest.raises(httpx.ConnectError):
        send(Link(api, network(api), patience=Patience(2, 0.01)), ("GET", "/things"), watcher=watcher)
    assert (watcher.calls, watcher.waits) == (3, 2)
    assert watcher.reasons == [
        "ConnectError, waiting before try 2 of 3",
        "ConnectError, waiting before try 3 of 3",
    ]


def test_the_key_is_in_every_try(send: Send, link: Link, server: Any, secret: str) -> None:
    server.says({"status": 503}, {"status": 200})
    send(replace(link, api=link.api._replace(key=Key("query", "key", "ECHO_API_KEY"))), ("GET", "/things?a=1"))
    assert server.asked() == ["GET /v1/things?a=1&key=test-key-a%2F1%2B2%3D%26"] * 2


def test_the_watcher_hears_of_each_call_and_each_wait(send: Send, link: Link, server: Any) -> None:
    server.says({"status": 503}, {"status": 200})
    watcher = Listener()
    send(link, ("GET", "/things"), watcher=watcher)
    assert (watcher.calls, watcher.reasons) == (2, ["answer 503, waiting before try 2 of 3"])


def test_waits_double(send: Send, app: Any, sandboxed: Callable[..., Link]) -> None:
    app.says({"status": 503}, {"status": 503}, {"status": 503}, {})
    assert seconds_for(send, sandboxed(Patience(retries=4, backoff=1.0, jitter=0.0))) == 1 + 2 + 4


def test_chance_shortens_a_wait_by_its_share_at_most(send: Send, app: Any, sandboxed: Callable[..., Link]) -> None:
    app.says({"status": 503}, {})
    assert 5 <= seconds_for(send, sandboxed(Patience(backoff=10.0, jitter=0.5))) <= 10


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "retry_after, seconds",
    [
        ("7", 7),
        ("900", 900),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30),
        ("86400", 900),
        ("0", 1),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 1),
    ],
)
def test_what_the_api_says_about_waiting_is_obeyed(
    send: Send, app: Any, sandboxed: Callable[..., Link], status: int, retry_after: str, seconds: int
) -> None:
    app.says({"status": status, "headers": {"Retry-After": retry_after}}, {})
    assert seconds_for(send, sandboxed()) == seconds


def test_a_run_without_failures_does_not_wait(send: Send, sandboxed: Callable[..., Link]) -> None:
    assert seconds_for(send, sandboxed()) == 0


def test_rates_hold_for_tries_as_for_calls(send: Send, app: Any, sandboxed: Callable[..., Link]) -> None:
    app.says({"status": 503}, {})
    paced = replace(sandboxed(Patience(backoff=1.0, jitter=0.0)), pace=Pace((Rate(1, 60.0),)))
    assert seconds_for(send, paced) == 60.05


def test_waiting_for_a_rate_is_announced(send: Send, sandboxed: Callable[..., Link]) -> None:
    watcher = Listener()
    paced = replace(sandboxed(), pace=Pace((Rate(2, 60.0),)))
    with stopped_clock(NOON):
        send(paced, *[("GET", "/things")] * 3, watcher=watcher)
    assert (watcher.calls, watcher.reasons) == (3, ["waiting 60.0 s for the rate limit of Echo"])


def test_a_sandbox_answers_within_the_process(send: Send, app: Any, sandboxed: Callable[..., Link]) -> None:
    app.says({"body": {"ok": True}})
    response = send(sandboxed(), ("POST", "/search?a=1"), json={"q": 1})
    assert (response.json(), app.asked(), app.seen[0].body) == ({"ok": True}, ["POST /v1/search?a=1"], b'{"q":1}')
