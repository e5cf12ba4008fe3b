"""No way out while a recording is played."""

import asyncio
import socket
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import httpx
import pytest

from runner.recording.offline import network_closed
from runner.recording.player import OffTape

from .conftest import Answer, ApiServer

FIX = "call the API through the client that main is given"


def by_socket(server: ApiServer) -> None:
    socket.create_connection(("127.0.0.1", server.server_port), timeout=2).close()


def by_urllib(server: ApiServer) -> None:
    urllib.request.urlopen(server.url, timeout=2).close()


def by_httpx(server: ApiServer) -> None:
    httpx.get(server.url, timeout=2)


def by_httpx_and_name(server: ApiServer) -> None:
    httpx.get(f"http://localhost:{server.server_port}", timeout=2)


async def _by_httpx(url: str) -> None:
    async with httpx.AsyncClient(timeout=2) as client:
        await client.get(url)


def by_async_httpx(server: ApiServer) -> None:
    asyncio.run(_by_httpx(server.url))


async def _by_streams(host: str, port: int) -> None:
    _, writer = await asyncio.open_connection(host, port)
    writer.close()


def by_streams(server: ApiServer) -> None:
    asyncio.run(_by_streams("127.0.0.1", server.server_port))


def by_streams_and_name(server: ApiServer) -> None:
    asyncio.run(_by_streams("localhost", server.server_port))


def by_datagram(server: ApiServer) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hello", ("127.0.0.1", server.server_port))


def by_datagram_message(server: ApiServer) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.sendmsg([b"hello"], (), 0, ("127.0.0.1", server.server_port))


def by_address(_: ApiServer) -> None:
    socket.getaddrinfo("localhost", 80)


def by_old_address(_: ApiServer) -> None:
    socket.gethostbyname("localhost")


def by_reverse_address(_: ApiServer) -> None:
    socket.gethostbyaddr("127.0.0.1")


def by_thread(server: ApiServer) -> None:
    with ThreadPoolExecutor() as pool:
        pool.submit(by_socket, server).result()


WAYS = {
    each.__name__: each
    for each in (
        by_socket,
        by_urllib,
        by_httpx,
        by_httpx_and_name,
        by_async_httpx,
        by_streams,
        by_streams_and_name,
        by_datagram,
        by_datagram_message,
        by_address,
        by_old_address,
        by_reverse_address,
        by_thread,
    )
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_way_leads_out(way: Callable[[ApiServer], None], server: ApiServer) -> None:
    with pytest.raises((OffTape, BaseExceptionGroup)) as caught, network_closed():
        way(server)
    first = caught.value.exceptions[0] if isinstance(caught.value, BaseExceptionGroup) else caught.value
    assert isinstance(first, OffTape)
    assert str(first.error).endswith(", and a recording is played: no network.")
    assert (first.error.hint, first.error.exit_code) == (FIX, 3)
    assert server.seen == []


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_way_is_open_before_and_after(way: Callable[[ApiServer], None], server: ApiServer) -> None:
    way(server)
    with network_closed():
        pass
    way(server)


def test_the_message_names_where_it_was_to_go(server: ApiServer) -> None:
    with socket.socket() as client, pytest.raises(OffTape) as caught, network_closed():
        client.connect(("127.0.0.1", server.server_port))
    assert str(caught.value) == (
        f"The recipe asked for a connection to ('127.0.0.1', {server.server_port}), and a recording is played: "
        "no network."
    )
    with pytest.raises(OffTape, match="The recipe asked for the address of 'localhost', and"), network_closed():
        by_address(server)


def test_what_is_connected_already_goes_on(server: ApiServer) -> None:
    server.says(Answer({"still": "here"}))
    with httpx.Client(base_url=server.url) as client:
        client.get("/")
        with network_closed():
            assert client.get("/").json() == {"still": "here"}


def test_pipes_and_sockets_of_this_machine_stay_open() -> None:
    with network_closed():
        one, other = socket.socketpair(socket.AF_UNIX)
        with one, other:
            one.sendmsg([b"hello"])
            assert other.recv(5) == b"hello"
        assert asyncio.run(asyncio.sleep(0, "loop")) == "loop"


def test_it_stays_closed_until_the_last_one_opens_it(server: ApiServer) -> None:
    with network_closed():
        with network_closed():
            pass
        with pytest.raises(OffTape):
            by_socket(server)


@pytest.fixture
def another_replay(server: ApiServer) -> Iterator[None]:
    """One that is going on in another thread; making a server looks up names."""
    closed, over = Event(), Event()

    def replay() -> None:
        with network_closed():
            closed.set()
            over.wait()

    thread = Thread(target=replay)
    thread.start()
    closed.wait()
    yield
    over.set()
    thread.join()


@pytest.mark.usefixtures("another_replay")
def test_two_at_once_do_not_open_it_for_each_other(server: ApiServer) -> None:
    with pytest.raises(OffTape), network_closed():
        by_socket(server)


def test_an_attempt_that_was_survived_is_known_in_the_end(server: ApiServer) -> None:
    def survive() -> None:
        with socket.socket() as client, pytest.raises(OffTape):
            client.connect(("127.0.0.1", server.server_port))

    with network_closed() as refused:
        thread = Thread(target=survive)
        thread.start()
        thread.join()
        with pytest.raises(OffTape):
            by_address(server)
    assert [str(each).split(",")[0] for each in refused] == [
        "The recipe asked for a connection to ('127.0.0.1'",
        "The recipe asked for the address of 'localhost'",
    ]
    with network_closed() as refused:
        pass
    assert refused == []
