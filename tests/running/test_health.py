from collections.abc import Callable
from typing import Any

import pytest

from runner.catalog import Api
from runner.errors import ApiUnreachable
from runner.running.health import ask_host
from runner.running.wires import hide_credentials


@pytest.mark.parametrize("status", [200, 302, 403, 404, 500])
def test_any_answer_will_do(api: Api, server: Any, status: int) -> None:
    server.says({"status": status, "headers": {"Location": f"{server.url}/elsewhere"}})
    assert ask_host(api) == status
    assert server.asked() == ["GET /v1"]


def test_no_key_is_sent(api: Api, server: Any) -> None:
    ask_host(api)
    assert set(server.seen[0].headers) == {"accept", "accept-encoding", "connection", "host", "user-agent"}


def test_nobody_waits_longer_than_was_said(api: Api, server: Any) -> None:
    server.says({"never": True})
    with pytest.raises(ApiUnreachable) as caught:
        ask_host(api, seconds=0.05)
    assert str(caught.value) == "No answer from Echo (127.0.0.1) within 0.05 s."


@pytest.mark.parametrize("proxy", [False, True], ids=["directly", "through a proxy"])
def test_what_cannot_be_reached_is_named(make_api: Callable[..., Api], closed_port: int, proxy: bool) -> None:
    closed = f"http://127.0.0.1:{closed_port}"
    with pytest.raises(ApiUnreachable) as caught:
        ask_host(make_api(closed), closed if proxy else "")
    assert str(caught.value) == "Echo (127.0.0.1) could not be reached: [Errno 111] Connection refused."
    assert caught.value.hint == "check the network, or try again later"


def test_a_proxy_is_asked_instead(make_api: Callable[..., Api], server: Any, closed_port: int) -> None:
    server.says({"status": 204})
    address = f"http://127.0.0.1:{closed_port}/v1"
    assert ask_host(make_api(address), server.url) == 204
    assert server.asked() == [f"GET {address}"]


@pytest.mark.parametrize(
    "proxy, shown",
    [
        ("someone:test-key-1@proxy.example:3128", "***@proxy.example:3128"),
        ("ftp://someone:test-key-1@proxy.example", "ftp://***@proxy.example"),
        ("http://someone:test-key-1/x@proxy.example", "http://***@proxy.example"),
        ("http://someone:test-key-1@proxy.example:port", "http://***@proxy.example:port"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named_without_its_password(
    make_api: Callable[..., Api], proxy: str, shown: str
) -> None:
    with pytest.raises(ApiUnreachable) as caught:
        ask_host(make_api("http://127.0.0.1/v1"), proxy)
    assert str(caught.value) == f"The proxy {shown} cannot be used."
    assert caught.value.hint == "write it like http://HOST:PORT"
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "proxy, shown",
    [
        ("", ""),
        ("http://proxy.example:3128", "http://proxy.example:3128"),
        ("http://proxy.example:3128/?token=test-key-1#x", "http://proxy.example:3128"),
        ("proxy.example:3128", "proxy.example:3128"),
        ("http://someone:test-key-1@proxy.example:3128/", "http://***@proxy.example:3128"),
        ("http://test-key-1@proxy.example", "http://***@proxy.example"),
        ("http://someone:test@key-1@proxy.example", "http://***@proxy.example"),
        ("http://someone:test://key-1@proxy.example", "http://***@proxy.example"),
        ("someone:test-key-1@proxy.example", "***@proxy.example"),
        ("someone:test://key-1@proxy.example", "***@proxy.example"),
        ("socks5h://someone:test-key-1@[::1]:1080", "socks5h://***@[::1]:1080"),
    ],
)
def test_credentials_of_a_proxy_are_hidden(proxy: str, shown: str) -> None:
    assert hide_credentials(proxy) == shown
