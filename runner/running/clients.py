"""The clients that a recipe is given, one for each API it names."""

import httpx

from runner import __version__
from runner.catalog import ClientParameter
from runner.running.guard import Guard
from runner.running.transports import ApiTransport, Link
from runner.running.watching import Watcher

AGENT = f"recipe-runner/{__version__}"


def open_client(
    parameter: ClientParameter, link: Link, *, writes: bool, watcher: Watcher
) -> httpx.Client | httpx.AsyncClient:
    """Open a client with base URL, key, timeout, retries and rates of its API set.

    Redirects are followed within the API's own host; the guard refuses any other.

    Args:
        parameter: Which API, and whether the client is async.
        link: How the API is reached in this run.
        writes: Whether the recipe may send what changes something.
        watcher: Hears of calls and waits.
    """
    transport = open_transport(link, is_async=parameter.is_async, writes=writes, watcher=watcher)
    kind = httpx.AsyncClient if parameter.is_async else httpx.Client
    return kind(
        base_url=link.api.base_url,
        timeout=link.api.timeout,
        follow_redirects=True,
        headers={"User-Agent": AGENT},
        transport=transport,
    )


def open_transport(link: Link, *, is_async: bool, writes: bool, watcher: Watcher) -> ApiTransport:
    """Open what carries the requests of a client; the arguments are as for `open_client`."""
    return ApiTransport(Guard(link.api, writes), link, link.wire(is_async), watcher)
