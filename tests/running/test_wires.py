import gzip
import ssl
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from runner.catalog import Api
from runner.running.run import Plan, Run
from runner.running.transports import Link
from runner.running.watching import Watcher
from runner.running.wires import FirstRequest, network, nowhere, sandbox, tls_context

Send = Callable[..., httpx.Response]


@pytest.fixture
def dead_end(api: Api) -> Link:
    return Link(api, nowhere(api))


def test_nothing_is_sent_and_the_first_request_is_known_with_its_body(send: Send, dead_end: Link, server: Any) -> None:
    with pytest.raises(FirstRequest) as first:
        send(dead_end, ("POST", "/search?a=1"), json={"q": 1})
    assert (first.value.api, first.value.request.method) == (dead_end.api, "POST")
    assert str(first.value.request.url) == f"{server.url}/v1/search?a=1"
    assert first.value.request.content == b'{"q":1}'
    assert server.seen == []


def test_a_body_that_is_made_bit_by_bit_is_read(send: Send, dead_end: Link) -> None:
    with pytest.raises(FirstRequest) as first:
        send(dead_end, ("POST", "/search"), files={"file": ("a.txt", b"abc")})
    assert b"abc" in first.value.request.content


def test_the_first_request_is_not_tried_again(send: Send, dead_end: Link) -> None:
    watcher = Watcher()
    with pytest.raises(FirstRequest):
        send(dead_end, ("GET", "/things"), watcher=watcher)
    assert (watcher.calls, watcher.waits) == (1, 0)


CAREFUL = '''\
{prefix}def main(echo: httpx.{client}) -> list[dict[str, Any]]:
    """Give rows."""
    try:
        {wait}echo.get("/things")
    except Exception:
        return []
    return []'''


@pytest.mark.parametrize("prefix, client, wait", [("", "Client", ""), ("async ", "AsyncClient", "await ")])
def test_a_recipe_that_catches_every_exception_does_not_keep_the_first_request(
    plan: Callable[..., Plan], dead_end: Link, prefix: str, client: str, wait: str
) -> None:
    code = CAREFUL.format(prefix=prefix, client=client, wait=wait)
    with pytest.raises(FirstRequest), Run(plan(code, dead_end)) as run:
        run.exhaust()


def test_a_request_goes_through_the_proxy_that_is_named(send: Send, link: Link, server: Any, other_server: Any) -> None:
    other_server.says({"body": "from the proxy"})
    through = replace(link, wire=network(link.api, proxy=other_server.url))
    assert send(through, ("GET", "/things")).json() == "from the proxy"
    assert (other_server.asked(), server.seen) == ([f"GET {server.url}/v1/things"], [])


def test_certificates_are_checked_and_read_only_once() -> None:
    assert tls_context() is tls_context()
    assert (tls_context().check_hostname, tls_context().verify_mode) == (True, ssl.CERT_REQUIRED)


@pytest.mark.parametrize("pack, name", [(gzip.compress, "gzip"), (zlib.compress, "deflate")])
def test_a_sandbox_may_pack_its_answers(
    send: Send, sandboxed: Callable[..., Link], pack: Callable[[bytes], bytes], name: str
) -> None:
    def app(_: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Encoding", name)])
        return [pack(b"hello")]

    assert send(replace(sandboxed(), wire=sandbox(app)), ("GET", "/things")).text == "hello"


def test_a_sandbox_that_answers_in_pieces_is_read_to_its_end(send: Send, sandboxed: Callable[..., Link]) -> None:
    closed = []

    class Pieces:
        def __init__(self) -> None:
            self.pieces = iter([b"a", b"", b"b"])

        def __iter__(self) -> Any:
            return self.pieces

        def close(self) -> None:
            closed.append(True)

    def app(_: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return Pieces()

    assert send(replace(sandboxed(), wire=sandbox(app)), ("GET", "/things")).text == "ab"
    assert closed == [True]
