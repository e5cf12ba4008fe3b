"""Downloading a zip: by https, in half a minute, up to fifty megabytes, from the one host that was named (T30)."""

from collections.abc import Callable
from time import monotonic
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from runner import __version__
from runner.errors import RepositoryRefused, SourceUnreachable
from runner.output.text import safe_text
from runner.running.wires import hide_credentials, tls_context
from runner.sharing.repositories.snapshot import IN_ARCHIVE

SECONDS: Final = 30
MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = (301, 302, 303, 307, 308)


def download(url: str, *, proxy: str = "", seconds: float = SECONDS, clock: Callable[[], float] = monotonic) -> bytes:
    """Return what an address answers, as it comes: nothing is sent but the request, and nothing is unpacked.

    Args:
        url: Checked already.
        proxy: Address of a proxy, or `""`.
        seconds: For all of it.
        clock: Tells seconds.

    Raises:
        SourceUnreachable: There is no proper answer, or it comes too slowly.
        RepositoryRefused: It is too large, or comes from elsewhere than the address says.
    """
    until = clock() + seconds
    headers = {"User-Agent": f"recipe-runner/{__version__}", "Accept-Encoding": "identity"}
    # With a transport of its own a client asks no variable for a proxy; httpx reads ~/.netrc only for who asks it to.
    with httpx.Client(transport=_transport(url, proxy), timeout=seconds, headers=headers) as client:
        address = url
        for _ in range(MOST_REDIRECTS + 1):
            try:
                with client.stream("GET", address) as response:
                    if response.status_code not in _REDIRECTS:
                        return _body(response, url, until, clock)
                    address = _next(url, address, response.headers.get("Location", ""))
            except (httpx.HTTPError, httpx.InvalidURL) as error:  # also where a redirect leads to no address
                problem = safe_text(f"{type(error).__name__}: {error}".removesuffix(": "))
                raise SourceUnreachable(f"{url} cannot be fetched: {problem}.", hint="check the address") from None
    raise SourceUnreachable(f"{url} leads from one address to the next.", hint="check the address")


def _transport(url: str, proxy: str) -> httpx.HTTPTransport:
    try:
        return httpx.HTTPTransport(verify=tls_context() if url.startswith("https") else False, proxy=proxy or None)
    except (ValueError, ImportError, OSError, httpx.InvalidURL):  # their text may quote a password
        problem = f"The proxy {hide_credentials(proxy)} or the certificates cannot be used."
        raise SourceUnreachable(problem, hint="recipes help environment") from None


def _body(response: httpx.Response, url: str, until: float, clock: Callable[[], float]) -> bytes:
    if response.status_code != httpx.codes.OK:
        raise SourceUnreachable(f"{url} answers {response.status_code}.", hint="check the address")
    pieces, size = list[bytes](), 0
    for piece in response.iter_raw():
        size += len(piece)
        if size > IN_ARCHIVE.total:
            raise RepositoryRefused(f"{url} sends more than {IN_ARCHIVE.total // 1_000_000} MB.")
        if clock() > until:
            raise SourceUnreachable(f"{url} sends too slowly: {size:,} bytes in half a minute.", hint="try again later")
        pieces.append(piece)
    return b"".join(pieces)


def _next(url: str, address: str, location: str) -> str:
    """Return where a redirect leads, if that is the same host by the same scheme and port.

    Raises:
        RepositoryRefused: It leads elsewhere.
    """
    try:
        target = urljoin(address, location)
    except ValueError:
        target = location
    if _origin(target) != _origin(url):
        shown = safe_text(target)[:200]
        raise RepositoryRefused(
            f"{url} leads to another place: {shown}.", hint="recipes repo add with that address, if you trust it"
        )
    return target


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.lower()


def redirect_of(url: str) -> str:
    """Return where an address leads, fit to be shown; `""` where it leads nowhere or does not answer."""
    try:
        with (
            httpx.Client(transport=_transport(url, ""), timeout=5) as client,
            client.stream("GET", url) as response,
        ):
            location = response.headers.get("Location", "")
    except (httpx.HTTPError, httpx.InvalidURL, SourceUnreachable):
        return ""
    return safe_text(urljoin(url, location))[:200] if location else ""
