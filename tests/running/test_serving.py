import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from runner.errors import AskedWrongly
from runner.running.serving import NOW_KEY, SandboxServer, answering, open_server

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@contextmanager
def serving(app: Any, now: datetime | None = None) -> Iterator[str]:
    with answering(open_server(app, port=0, now=now)) as server:
        yield f"http://127.0.0.1:{server.port}"


def tells(key: str) -> Callable[..., list[bytes]]:
    """Make an app that answers with one entry of its environment."""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(environ.get(key)).encode()]

    return app


def test_a_free_port_serves_the_app() -> None:
    with serving(tells("QUERY_STRING")) as url:
        assert httpx.get(f"{url}/v1/things?a=1").text == "a=1"


def test_the_time_that_is_given_reaches_the_app_and_goes_on() -> None:
    with serving(tells(NOW_KEY), NOON) as url:
        first, second = (float(httpx.get(url).text) for _ in range(2))
    assert NOON.timestamp() <= first < second < NOON.timestamp() + 60


def test_without_a_time_the_app_is_told_none() -> None:
    with serving(tells(NOW_KEY)) as url:
        assert httpx.get(url).text == "None"


def test_several_requests_are_answered_at_once() -> None:
    both = [Event(), Event()]

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        mine = int(environ["QUERY_STRING"])
        both[mine].set()
        start_response("200 OK" if both[1 - mine].wait(10) else "500 alone", [])
        return [b""]

    answers: list[int] = []
    with serving(app) as url:
        threads = [Thread(target=lambda n=n: answers.append(httpx.get(f"{url}?{n}").status_code)) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [200, 200]


def test_a_port_that_is_taken_is_the_users_choice(server: Any) -> None:
    with pytest.raises(AskedWrongly) as taken:
        open_server(tells("PATH_INFO"), port=server.port, now=None)
    assert str(taken.value) == f"Port {server.port} cannot be used: Address already in use."
    assert (taken.value.hint, taken.value.exit_code) == ("--port 0 takes a free one", 2)


@pytest.mark.parametrize("path", ["/v1/things?key=test-key-1", "/missing"])
def test_nothing_is_logged(capfd: pytest.CaptureFixture[str], path: str) -> None:
    with serving(tells("PATH_INFO")) as url:
        httpx.get(url + path)
    assert capfd.readouterr() == ("", "")


def test_it_listens_on_this_machine_only() -> None:
    with open_server(tells("PATH_INFO"), port=0, now=None) as server:
        assert isinstance(server, SandboxServer)
        assert server.server_address[0] == "127.0.0.1"


def test_the_time_moves_with_the_clock_that_cannot_be_set_back() -> None:
    started = time.monotonic()
    with serving(tells(NOW_KEY), NOON) as url:
        shown = float(httpx.get(url).text) - NOON.timestamp()
    assert 0 <= shown <= time.monotonic() - started
