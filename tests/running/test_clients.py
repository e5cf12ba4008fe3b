import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

import runner
from runner.catalog import Key
from runner.running.transports import Link

Send = Callable[..., httpx.Response]

PLACES = [
    Key("query", "key", "ECHO_API_KEY"),
    Key("header", "X-Key", "ECHO_API_KEY"),
    Key("bearer", "", "ECHO_API_KEY"),
    Key("basic", "", "ECHO_API_KEY"),
    Key("path", "", "ECHO_API_KEY"),
]


def place_of(key: Key) -> str:
    return key.place


def wanting(link: Link, key: Key | None, secret: str) -> Link:
    return replace(link, api=link.api._replace(key=key), secret=secret)


def test_a_client_knows_the_address_of_its_api_and_says_who_calls(send: Send, link: Link, server: Any) -> None:
    send(link, ("GET", "/things"))
    assert server.asked() == ["GET /v1/things"]
    assert server.seen[0].headers["User-Agent"] == f"recipe-runner/{runner.__version__}"


def test_a_client_waits_as_long_as_its_api_says(send: Send, link: Link, server: Any) -> None:
    response = send(replace(link, api=link.api._replace(timeout=4.5)), ("GET", "/things"))
    assert response.request.extensions["timeout"] == {"connect": 4.5, "read": 4.5, "write": 4.5, "pool": 4.5}


@pytest.mark.parametrize(
    "key, secret, target, authorization",
    [
        (PLACES[0], "test-key-1", "/v1/things?key=test-key-1", None),
        (PLACES[0], "test-key a/1+2=&", "/v1/things?key=test-key+a%2F1%2B2%3D%26", None),
        (PLACES[2], "test-key-1", "/v1/things", "Bearer test-key-1"),
        (PLACES[3], "test-key-1", "/v1/things", "Basic " + base64.b64encode(b"test-key-1:").decode()),
        (PLACES[3], "user:test-key-1", "/v1/things", "Basic " + base64.b64encode(b"user:test-key-1").decode()),
        (PLACES[4], "hook/test-key-1", "/hook/test-key-1/v1/things", None),
        (None, "", "/v1/things", None),
    ],
)
def test_the_key_stands_where_the_api_wants_it(
    send: Send, link: Link, server: Any, key: Key | None, secret: str, target: str, authorization: str | None
) -> None:
    send(wanting(link, key, secret), ("GET", "/things"))
    assert (server.seen[0].target, server.seen[0].headers.get("Authorization")) == (target, authorization)


def test_a_key_may_stand_in_a_header_of_its_own(send: Send, link: Link, server: Any, secret: str) -> None:
    send(link, ("GET", "/things"))
    assert server.seen[0].headers["X-Key"] == secret


@pytest.mark.parametrize(
    "url, target",
    [
        ("/things?b=2&a=1&b=3", "/v1/things?b=2&a=1&b=3&key=test-key-1"),
        ("/things?flag&x=%20y+z", "/v1/things?flag&x=%20y+z&key=test-key-1"),
        ("/things?key=mine&a=1", "/v1/things?a=1&key=test-key-1"),
    ],
)
def test_the_rest_of_the_query_is_sent_as_the_recipe_wrote_it(
    send: Send, link: Link, server: Any, url: str, target: str
) -> None:
    send(wanting(link, PLACES[0], "test-key-1"), ("GET", url))
    assert server.seen[0].target == target


@pytest.mark.parametrize("key", PLACES, ids=place_of)
def test_the_recipe_never_sees_the_key(send: Send, link: Link, server: Any, key: Key) -> None:
    server.says({"status": 302, "headers": {"Location": "/v1/there"}}, {"body": {"ok": True}})
    response = send(wanting(link, key, "test-key-1"), ("POST", "/search"), json={"q": 1})
    shown = [
        (str(each.url), str(each.request.url), str(each.request.headers.raw), str(each.headers.raw))
        for each in (*response.history, response)
    ]
    encoded = base64.b64encode(b"test-key-1:").decode()
    assert len(server.seen) == 2
    assert [text for text in str(shown).split() if "test-key-1" in text or encoded in text] == []


def test_a_path_key_in_a_redirect_is_not_put_in_twice(send: Send, link: Link, server: Any) -> None:
    server.says({"status": 307, "headers": {"Location": "/hook/test-key-1/v1/search?again"}}, {"body": {"ok": True}})
    response = send(wanting(link, PLACES[4], "hook/test-key-1"), ("POST", "/search"), json={"q": 1})
    assert server.asked() == ["POST /hook/test-key-1/v1/search", "POST /hook/test-key-1/v1/search?again"]
    assert response.history[0].headers["Location"] == "/v1/search?again"
    assert str(response.url) == f"{server.url}/v1/search?again"


@pytest.mark.parametrize("key", PLACES, ids=place_of)
def test_an_error_that_the_recipe_catches_does_not_hold_the_key(send: Send, link: Link, server: Any, key: Key) -> None:
    server.says({"drop": True})
    with pytest.raises(httpx.RemoteProtocolError) as error:
        send(wanting(link, key, "test-key-1"), ("GET", "/things"))
    assert str(error.value.request.url) == f"{server.url}/v1/things"
    assert "authorization" not in error.value.request.headers
    assert "x-key" not in error.value.request.headers


def test_the_body_arrives_as_it_was_sent(send: Send, link: Link, server: Any) -> None:
    send(link, ("POST", "/search"), json={"q": "é"})
    assert (server.seen[0].body, server.seen[0].headers["Content-Type"]) == ('{"q":"é"}'.encode(), "application/json")


def test_a_link_shows_no_key(link: Link, secret: str) -> None:
    assert secret not in repr(link)
