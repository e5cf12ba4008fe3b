"""Whether an API answers at all: one request without its key."""

import httpx

from runner import __version__
from runner.catalog import Api
from runner.running.api_errors import explain_exchange
from runner.running.wires import network

PATIENCE = 5.0
"""Seconds: who asks whether something works does not want to wait."""


def ask_host(api: Api, proxy: str = "", *, seconds: float = PATIENCE) -> int:
    """Send one GET to the base URL and return the status; any answer shows that the API can be reached.

    The key is not sent, no redirect is followed, and the body is not read.

    Args:
        api: Whose base URL.
        proxy: Address of the proxy, or `""`.
        seconds: For the connection, and again for the answer.

    Raises:
        ApiUnreachable: There was no answer, or none can be asked for; no credentials of the proxy are named.
    """
    transport = network(api, proxy)(False)
    assert isinstance(transport, httpx.BaseTransport)
    hurried = api._replace(timeout=seconds)
    headers = {"User-Agent": f"recipe-runner/{__version__}"}
    with httpx.Client(transport=transport, timeout=hurried.timeout, headers=headers) as client:
        try:
            with client.stream("GET", api.base_url) as response:
                return response.status_code
        except httpx.RequestError as error:
            raise explain_exchange(error, {api.name: hurried}) from error
