from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from runner.errors import ApiRefused, RecipeFailed
from runner.running.guard import Guard
from runner.running.transports import Link

Send = Callable[..., httpx.Response]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_redirect_to_another_place_is_refused_and_nothing_arrives_there(
    send: Send, link: Link, server: Any, other_server: Any, host: str
) -> None:
    server.says({"status": 302, "headers": {"Location": f"http://{host}:{other_server.port}/v1/things"}})
    with pytest.raises(ApiRefused) as refused:
        send(link, ("GET", "/things"))
    assert refused.value.exit_code == 5
    assert str(refused.value) == (
        f"Echo was to be called at http://{host}:{other_server.port}, but its address is {server.url}/v1. "
        "Nothing was sent there: neither the key nor the request leaves the API's own host."
    )
    assert (server.asked(), other_server.asked()) == (["GET /v1/things"], [])


def test_a_redirect_to_another_name_of_the_same_host_is_refused(send: Send, link: Link, server: Any) -> None:
    server.says({"status": 307, "headers": {"Location": f"http://localhost:{server.port}/v1/things"}})
    with pytest.raises(ApiRefused):
        send(link, ("GET", "/things"))
    assert server.asked() == ["GET /v1/things"]


def test_a_redirect_within_the_host_is_followed_and_keeps_the_key(
    send: Send, link: Link, server: Any, secret: str
) -> None:
    server.says({"status": 302, "headers": {"Location": "/v2/things?page=1"}}, {"body": "here"})
    assert send(link, ("GET", "/things")).json() == "here"
    assert server.asked() == ["GET /v1/things", "GET /v2/things?page=1"]
    assert [seen.headers["X-Key"] for seen in server.seen] == [secret, secret]


def test_a_redirect_that_would_write_is_refused(send: Send, link: Link, server: Any) -> None:
    server.says({"status": 307, "headers": {"Location": "/v1/delete"}})
    with pytest.raises(RecipeFailed):
        send(link, ("POST", "/search"))
    assert server.asked() == ["POST /v1/search"]


def test_a_foreign_address_in_the_recipe_is_refused(send: Send, link: Link, server: Any, other_server: Any) -> None:
    with pytest.raises(ApiRefused):
        send(link, ("GET", f"{other_server.url}/v1/things"))
    assert (server.seen, other_server.seen) == ([], [])


def test_another_scheme_is_another_place(send: Send, link: Link, server: Any) -> None:
    with pytest.raises(ApiRefused):
        send(link, ("GET", f"https://127.0.0.1:{server.port}/v1/things"))
    assert server.seen == []


def test_an_address_without_a_scheme_stays_below_the_base_url(
    send: Send, link: Link, server: Any, other_server: Any
) -> None:
    send(link, ("GET", f"//127.0.0.1:{other_server.port}/things"))
    assert (server.asked(), other_server.seen) == (["GET /v1/things"], [])


def test_the_whole_address_of_the_api_itself_is_fine(send: Send, link: Link, server: Any) -> None:
    send(link, ("GET", f"{server.url}/v1/things"))
    assert server.asked() == ["GET /v1/things"]


@pytest.mark.parametrize(
    "base_url, url",
    [
        ("https://echo.example/v1", "https://ECHO.example:443/v1/things"),
        ("https://echo.example:443/v1", "https://echo.example/v1/things"),
        ("http://[::1]:8080", "http://[::1]:8080/things"),
    ],
)
def test_a_host_written_differently_is_the_same_place(make_api: Callable[..., Any], base_url: str, url: str) -> None:
    Guard(make_api(base_url), writes=False).check(httpx.Request("GET", url))


@pytest.mark.parametrize(
    "url",
    [
        "http://echo.example/v1",
        "https://echo.example:8443/v1",
        "https://echo.example.evil.example/v1",
        "https://echo.example@evil.example/v1",
        "https://evil.example/echo.example/v1",
        "https://echo.example./v1",
    ],
)
def test_a_host_that_only_looks_alike_is_foreign(make_api: Callable[..., Any], url: str) -> None:
    with pytest.raises(ApiRefused):
        Guard(make_api("https://echo.example/v1"), writes=True).check(httpx.Request("GET", url))


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "x-http-method", "X-Method-Override"])
@pytest.mark.parametrize("call", [("GET", "/things"), ("POST", "/search")])
def test_a_header_that_names_another_method_may_write(
    send: Send, link: Link, server: Any, name: str, call: tuple[str, str]
) -> None:
    with pytest.raises(RecipeFailed, match="may change something at Echo"):
        send(link, call, headers={name: "DELETE"})
    assert server.seen == []
    send(link, call, headers={name: "DELETE"}, writes=True)
    assert len(server.seen) == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST", "delete", "TRACE"])
def test_what_may_write_is_refused_unless_the_recipe_declares_it(
    send: Send, link: Link, server: Any, method: str
) -> None:
    with pytest.raises(RecipeFailed) as refused:
        send(link, (method, "/things"))
    assert str(refused.value) == (
        f"This recipe calls {method.upper()} /things, which may change something at Echo, and does not declare it."
    )
    assert refused.value.hint == (
        '`writes = true` in the recipe, or "/things" among read-posts in recipes/echo/api.toml'
    )
    assert server.seen == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_only_a_post_to_a_reading_path_reads(send: Send, link: Link, server: Any, method: str) -> None:
    with pytest.raises(RecipeFailed):
        send(link, (method, "/search"))
    assert server.seen == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_a_recipe_that_declares_it_may_write(send: Send, link: Link, server: Any, method: str) -> None:
    assert send(link, (method, "/things"), writes=True).status_code == 200
    assert server.asked() == [f"{method} /v1/things"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_only_reads_is_sent(send: Send, link: Link, server: Any, method: str) -> None:
    send(link, (method, "/things"))
    assert server.asked() == [f"{method} /v1/things"]


@pytest.mark.parametrize("path", ["/search", "/search?x=1", "search", "/other/../search", "///search", "/search#part"])
def test_a_post_that_only_reads_is_sent(send: Send, link: Link, server: Any, path: str) -> None:
    send(link, ("POST", path))
    assert [seen.target.partition("?")[0] for seen in server.seen] == ["/v1/search"]


@pytest.mark.parametrize(
    "path",
    [
        "/search/../delete",
        "/search/",
        "/search/more",
        "/searching",
        "/SEARCH",
        "//search",
        "/../search",
        "/../v1x/search",
        "/search%2F..%2Fdelete",
        "/search/%2e%2e/delete",
        "/..%2Fsearch",
        "/search;delete",
        "/search%3Fdelete",
        "/delete?/search",
        "/delete#/search",
        "",
    ],
)
def test_no_trick_makes_another_post_a_reading_one(send: Send, link: Link, server: Any, path: str) -> None:
    with pytest.raises(RecipeFailed):
        send(link, ("POST", path))
    assert server.seen == []


def test_the_path_of_an_api_without_a_path_of_its_own_is_whole(send: Send, link: Link, server: Any) -> None:
    at_root = replace(link, api=link.api._replace(base_url=server.url))
    send(at_root, ("POST", "/search"))
    with pytest.raises(RecipeFailed, match="calls POST /v1/search,"):
        send(at_root, ("POST", "/v1/search"))
    assert server.asked() == ["POST /search"]


def test_a_path_outside_the_base_url_is_named_whole(send: Send, link: Link) -> None:
    with pytest.raises(RecipeFailed, match="calls DELETE /v1x/search,"):
        send(link, ("DELETE", "/../v1x/search"))
