import asyncio
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from runner.catalog import ClientParameter, Key
from runner.running.clients import open_client
from runner.running.curl import as_curl
from runner.running.transports import Link
from runner.running.watching import Watcher
from runner.running.wires import FirstRequest, nowhere

BASH, CURL = shutil.which("bash"), shutil.which("curl")
needs_curl = pytest.mark.skipif(not (BASH and CURL), reason="bash or curl is not installed")

IMPLIED = {"host", "user-agent", "accept-encoding", "connection", "content-length"}


@pytest.fixture
def first_request(make_api: Callable[..., Any], server: Any) -> Callable[..., httpx.Request]:
    """Return the request that a recipe would send."""

    def first(method: str, url: str, **more: Any) -> httpx.Request:
        api = make_api(f"{server.url}/v1")
        client: Any = open_client(
            ClientParameter("echo", "echo", is_async=False), Link(api, nowhere(api)), writes=True, watcher=Watcher()
        )
        with pytest.raises(FirstRequest) as found, client:
            client.request(method, url, **more)
        return found.value.request

    return first


FirstOf = Callable[..., httpx.Request]


def in_bash(command: str, **variables: str) -> None:
    assert BASH
    assert CURL
    path = f"{CURL.rpartition('/')[0]}:/usr/bin:/bin"
    words = [BASH, "-c", f"set -u; {command} --silent --show-error --max-time 10"]
    done = subprocess.run(words, env={"PATH": path, **variables}, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def own(headers: httpx.Headers) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in IMPLIED}


@needs_curl
@pytest.mark.parametrize(
    "method, url, more",
    [
        ("GET", "/things", {}),
        ("GET", "/things", {"params": {"q": 'it\'s "so" $HOME `id` é', "a": ["1", "2"]}}),
        ("GET", "/things?x[]={1}&y=[1-3]&flag", {}),
        ("GET", "/things", {"headers": {"Accept": "text/csv", "X-Note": "it's $HOME"}}),
        ("GET", "/things", {"content": b"a body", "headers": {"Content-Type": "text/plain"}}),
        ("GET", "/things", {"cookies": {"session": "1"}}),
        ("HEAD", "/things", {}),
        ("DELETE", "/things/1", {}),
        ("POST", "/search", {"json": {"q": "it's $HOME\n\\n `id` é"}}),
        ("POST", "/search", {"content": b"@/etc/hostname"}),
        ("POST", "/search", {"content": b"\n two lines \n"}),
        ("POST", "/search", {"data": {"a": "1 2", "b": "é"}}),
        ("PUT", "/things/1", {"json": []}),
        ("POST", "/search", {}),
    ],
)
def test_the_command_sends_what_the_recipe_would_send(
    first_request: FirstOf, server: Any, method: str, url: str, more: dict[str, Any]
) -> None:
    cookies = {"headers": {"Cookie": "session=1"}} if "cookies" in more else more
    request = first_request(method, url, **cookies)
    in_bash(as_curl(request, None))
    [seen] = server.seen
    assert (seen.method, seen.target, seen.body) == (method, request.url.raw_path.decode(), request.content)
    assert own(seen.headers) == own(request.headers)


@needs_curl
@pytest.mark.parametrize(
    "key, url, target, header",
    [
        (Key("query", "key", "ECHO_API_KEY"), "/things", "/v1/things?key=user:test-key-1", ("authorization", None)),
        (Key("query", "key", "ECHO_API_KEY"), "/a?b=1", "/v1/a?b=1&key=user:test-key-1", ("authorization", None)),
        (Key("header", "X-Key", "ECHO_API_KEY"), "/things", "/v1/things", ("x-key", "user:test-key-1")),
        (Key("header", "X-$K`id`", "ECHO_API_KEY"), "/things", "/v1/things", ("x-$k`id`", "user:test-key-1")),
        (Key("bearer", "", "ECHO_API_KEY"), "/things", "/v1/things", ("authorization", "Bearer user:test-key-1")),
        (Key("basic", "", "ECHO_API_KEY"), "/things", "/v1/things", ("authorization", "Basic dXNlcjp0ZXN0LWtleS0x")),
    ],
)
def test_the_key_comes_from_the_variable(
    first_request: FirstOf, server: Any, key: Key, url: str, target: str, header: tuple[str, str | None]
) -> None:
    in_bash(as_curl(first_request("GET", url), key), ECHO_API_KEY="user:test-key-1")
    [seen] = server.seen
    assert (seen.target, seen.headers.get(header[0])) == (target, header[1])


@needs_curl
@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize(
    "url, target",
    [("/", "/services/test-key-1"), ("/?a=b c", "/services/test-key-1?a=b%20c"), ("/a'b", "/services/test-key-1/a'b")],
)
def test_a_path_key_comes_from_the_variable_as_path_or_as_whole_address(
    make_api: Callable[..., Any], server: Any, url: str, target: str, *, is_whole: bool
) -> None:
    api = make_api(server.url)
    parameter = ClientParameter("echo", "echo", is_async=False)
    client: Any = open_client(parameter, Link(api, nowhere(api)), writes=True, watcher=Watcher())
    with pytest.raises(FirstRequest) as found, client:
        client.get(url)
    variable = f"{server.url * is_whole}/services/test-key-1"
    in_bash(as_curl(found.value.request, Key("path", "", "ECHO_WEBHOOK")), ECHO_WEBHOOK=variable)
    assert server.asked() == [f"GET {target}"]


def test_the_command_is_laid_out_for_reading(first_request: FirstOf, server: Any) -> None:
    request = first_request("POST", "/search", json={"q": "it's"})
    assert as_curl(request, Key("header", "X-Key", "ECHO_API_KEY")) == (
        f"curl -X POST {server.url}/v1/search \\\n"
        '  -H "X-Key: $ECHO_API_KEY" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        """  --data-raw '{"q":"it'"'"'s"}'"""
    )


def test_a_request_of_an_async_client_is_shown_as_well(make_api: Callable[..., Any]) -> None:
    api = make_api("https://echo.example/v1")
    parameter = ClientParameter("echo", "echo", is_async=True)
    client: Any = open_client(parameter, Link(api, nowhere(api)), writes=False, watcher=Watcher())
    with pytest.raises(FirstRequest) as found:
        asyncio.run(client.get("/things"))
    assert as_curl(found.value.request, None) == "curl https://echo.example/v1/things"
