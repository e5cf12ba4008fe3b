"""What is kept of a run that really happened."""

import asyncio
import gzip
import json
import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest

from runner.catalog import Api, ClientParameter, Key
from runner.recording.tape import Tape
from runner.running.clients import open_client
from runner.running.transports import Link, Patience
from runner.running.watching import Watcher
from runner.running.wires import network

from .conftest import KEY, Answer, ApiServer, Seen

Send = Callable[..., Any]


@pytest.fixture
def tape() -> Tape:
    return Tape()


@pytest.fixture
def link(server: ApiServer, make_api: Callable[..., Api]) -> Link:
    return recorded(make_api(f"{server.url}/v1"))


def recorded(api: Api) -> Link:
    return Link(api, network(api), KEY, patience=Patience(retries=2, backoff=0.01, jitter=0.0))


def sync_client(tape: Tape, link: Link) -> httpx.Client:
    client = open_client(ClientParameter("echo", "echo", False), tape.link(link), writes=True, watcher=Watcher())
    assert isinstance(client, httpx.Client)
    return client


def async_client(tape: Tape, link: Link) -> httpx.AsyncClient:
    client = open_client(ClientParameter("echo", "echo", True), tape.link(link), writes=True, watcher=Watcher())
    assert isinstance(client, httpx.AsyncClient)
    return client


def test_request_and_answer_are_kept_to_the_byte(tape: Tape, link: Link, server: ApiServer) -> None:
    server.says(Answer(b'{"a": 1.10,\r\n "b":"\xc3\xa9\xff"}\x00', headers={"X-Odd": "caf\xe9"}, reason="Fine by me"))
    with sync_client(tape, link) as client:
        answer = client.post("/search?q=a%20b&&q=+", content=b'{"q" : "\\u00e9"}\xff')
    [exchange] = tape.exchanges
    assert exchange.request.method == "POST"
    assert exchange.request.url == f"{server.url}/v1/search?q=a%20b&&q=+"
    assert exchange.request.body == server.seen[0].body == b'{"q" : "\\u00e9"}\xff'
    assert exchange.response.body == answer.content == b'{"a": 1.10,\r\n "b":"\xc3\xa9\xff"}\x00'
    assert (exchange.response.status, exchange.response.reason) == (200, "Fine by me")
    assert answer.reason_phrase == "Fine by me"
    assert answer.headers["x-odd"] == "café"


@pytest.mark.parametrize(
    "place, sent",
    [
        ("query", f"key={KEY}"),
        ("header", KEY),
        ("bearer", f"Bearer {KEY}"),
        ("basic", f"Basic {b64encode(f'{KEY}:'.encode()).decode()}"),
    ],
)
def test_the_key_is_sent_and_its_stand_in_is_kept(
    place: Any, sent: str, tape: Tape, server: ApiServer, make_api: Callable[..., Api]
) -> None:
    key = Key(place, "key" if place == "query" else "X-Key", "ECHO_API_KEY", "")
    with sync_client(tape, recorded(make_api(server.url, key=key))) as client:
        client.get("/things?a=1")
    [seen], [exchange] = server.seen, tape.exchanges
    headers = {name.lower(): value for name, value in seen.headers.items()}
    query = httpx.URL(seen.target).params
    assert sent in (headers.get("x-key"), headers.get("authorization"), f"key={query.get('key')}")
    kept = json.dumps([exchange.request.url, exchange.request.headers])
    assert not {KEY, quote_plus(KEY), sent} & set(re.split(r'[" ?&]|key=', kept))
    stand_in = b64encode(b"__ECHO_API_KEY__:").decode() if place == "basic" else "__ECHO_API_KEY__"
    assert stand_in in kept


def test_requests_are_kept_in_the_order_in_which_they_were_sent(tape: Tape, link: Link, server: ApiServer) -> None:
    def slow_first(seen: Seen) -> Answer:
        number = int(seen.target[-1])
        return Answer({"number": number}, after=0.15 - 0.03 * number)

    server.reply = slow_first

    async def ask() -> list[int]:
        async with async_client(tape, link) as client:
            answers = await asyncio.gather(*(client.get(f"/things/{number}") for number in range(5)))
        return [answer.json()["number"] for answer in answers]

    assert asyncio.run(ask()) == [0, 1, 2, 3, 4]
    assert [exchange.request.url[-1] for exchange in tape.exchanges] == ["0", "1", "2", "3", "4"]
    assert [json.loads(exchange.response.body)["number"] for exchange in tape.exchanges] == [0, 1, 2, 3, 4]


def test_a_request_that_got_no_answer_is_not_kept(tape: Tape, link: Link, server: ApiServer) -> None:
    server.says(Answer(drop=True), Answer({"try": 2}))
    with sync_client(tape, link) as client:
        assert client.get("/things").json() == {"try": 2}
    assert len(server.seen) == 2
    assert [exchange.response.body for exchange in tape.exchanges] == [b'{"try": 2}']


def test_every_try_that_was_answered_is_kept(tape: Tape, link: Link, server: ApiServer) -> None:
    server.says(Answer(status=503), Answer({"try": 2}))
    with sync_client(tape, link) as client:
        assert client.get("/things").json() == {"try": 2}
    assert [exchange.response.status for exchange in tape.exchanges] == [503, 200]


def test_a_packed_answer_is_kept_unpacked_and_read_as_it_is(tape: Tape, link: Link, server: ApiServer) -> None:
    server.says(Answer(gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"}))
    with sync_client(tape, link) as client:
        answer = client.get("/things")
    [exchange] = tape.exchanges
    assert answer.json() == {"a": 1}
    assert exchange.response.body == b'{"a": 1}'
    assert not {"content-encoding", "content-length"} & {name for name, _ in exchange.response.headers}


def test_a_stream_can_be_read_line_by_line(tape: Tape, link: Link, server: ApiServer) -> None:
    server.says(Answer(b"one\ntwo\nthree\n"))
    with sync_client(tape, link) as client, client.stream("GET", "/things") as answer:
        assert list(answer.iter_lines()) == ["one", "two", "three"]
    assert tape.exchanges[0].response.body == b"one\ntwo\nthree\n"


def test_an_asynchronous_stream_can_be_read_line_by_line(tape: Tape, link: Link, server: ApiServer) -> None:
    server.says(Answer(b"one\ntwo\n"))

    async def ask() -> list[str]:
        async with async_client(tape, link) as client, client.stream("GET", "/things") as answer:
            return [line async for line in answer.aiter_lines()]

    assert asyncio.run(ask()) == ["one", "two"]
    assert tape.exchanges[0].response.body == b"one\ntwo\n"


def test_a_body_that_is_sent_in_pieces_is_kept_whole(tape: Tape, link: Link, server: ApiServer) -> None:
    with sync_client(tape, link) as client:
        client.put("/things", files={"file": ("a.txt", b"hello")})
    [exchange], [seen] = tape.exchanges, server.seen
    assert exchange.request.body == seen.body
    assert b"hello" in seen.body


def test_a_redirect_is_two_exchanges(tape: Tape, link: Link, server: ApiServer) -> None:
    server.says(Answer(status=302, headers={"Location": "/v1/there"}), Answer({"here": True}))
    with sync_client(tape, link) as client:
        answer = client.get("/here")
    assert answer.json() == {"here": True}
    assert [each.status_code for each in answer.history] == [302]
    assert [(each.request.url.removeprefix(server.url), each.response.status) for each in tape.exchanges] == [
        ("/v1/here", 302),
        ("/v1/there", 200),
    ]


def test_two_links_share_one_order(
    tape: Tape, link: Link, other_server: ApiServer, make_api: Callable[..., Api]
) -> None:
    other = recorded(make_api(other_server.url, name="other", key=None))
    with sync_client(tape, link) as first, sync_client(tape, other) as second:
        for client in (first, second, first):
            client.get("/things")
    places = [httpx.URL(exchange.request.url).port for exchange in tape.exchanges]
    assert places == [httpx.URL(link.api.base_url).port, other_server.server_address[1], places[0]]
