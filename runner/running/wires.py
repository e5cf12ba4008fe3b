"""What carries a request in the end: the network, a sandbox in this process, or nothing."""

import re
from collections.abc import Callable
from functools import cache
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import NoReturn, TypeAlias

import httpx

from runner.catalog import Api
from runner.errors import ApiUnreachable

AnyTransport: TypeAlias = httpx.BaseTransport | httpx.AsyncBaseTransport
WsgiApp: TypeAlias = Callable[..., object]
Wire: TypeAlias = Callable[[bool], AnyTransport]
"""Makes a transport, for an `httpx.AsyncClient` if its argument is true."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")


def network(api: Api, proxy: str = "") -> Wire:
    """Carry requests over the network, through a proxy if one is named.

    Raises:
        ApiUnreachable: When the wire is made: the proxy or the certificates cannot be used; no password is named.
    """

    def wire(is_async: bool) -> AnyTransport:
        kind = httpx.AsyncHTTPTransport if is_async else httpx.HTTPTransport
        try:
            context = tls_context() if api.base_url.startswith("https") else SSLContext(PROTOCOL_TLS_CLIENT)
            return kind(verify=context, proxy=proxy or None)
        except OSError as error:
            problem = f"The certificates to check {api.title} by cannot be loaded: {error}."
            raise ApiUnreachable(problem, hint="unset SSL_CERT_FILE SSL_CERT_DIR") from error
        except (ValueError, ImportError, httpx.InvalidURL):  # their text may quote a password
            problem = f"The proxy {hide_credentials(proxy)} cannot be used."
            raise ApiUnreachable(problem, hint="write it like http://HOST:PORT") from None

    return wire


def sandbox(app: WsgiApp) -> Wire:
    """Let a WSGI app in this process answer."""
    return lambda _: _SandboxTransport(app)


def nowhere(api: Api) -> Wire:
    """Carry nothing: the first request ends the run as `FirstRequest`."""
    return lambda _: _DeadEnd(api)


class FirstRequest(BaseException):
    """Ends a dry run; no `Exception`, so that no recipe mistakes it for a call that failed.

    Attributes:
        request: What would have been sent, its body read, without the key.
        api: To which API.
    """

    def __init__(self, request: httpx.Request, api: Api) -> None:
        super().__init__()
        self.request = request
        self.api = api


def hide_credentials(proxy: str) -> str:
    """Return the address of a proxy with `***` for user and password: `http://***@proxy.example:3128`."""
    before, has_credentials, behind = proxy.rpartition("@")
    scheme, has_scheme, rest = (before or behind).partition("://")
    if not (has_scheme and _SCHEME.fullmatch(scheme)):
        scheme, rest = "", before or behind
    place = re.split(r"[/?#]", behind if has_credentials else rest, maxsplit=1)[0]
    return f"{scheme}://" * bool(scheme) + "***@" * bool(has_credentials) + place


@cache
def tls_context() -> SSLContext:
    """Return the one TLS context of this process; each costs 20 ms to make."""
    return httpx.create_ssl_context()


class _SandboxTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """httpx can call a WSGI app from its sync client only; this one serves both."""

    def __init__(self, app: WsgiApp) -> None:
        self._wsgi = httpx.WSGITransport(app)  # type: ignore[arg-type]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._wsgi.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        copy = httpx.Request(request.method, request.url, headers=request.headers, content=content)
        copy.method = request.method  # which httpx has put into capitals
        answer = self._wsgi.handle_request(copy)
        packed = b"".join(answer.iter_raw())  # the client unpacks it
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(packed))


class _DeadEnd(httpx.BaseTransport, httpx.AsyncBaseTransport):
    def __init__(self, api: Api) -> None:
        self._api = api

    def handle_request(self, request: httpx.Request) -> NoReturn:
        request.read()
        raise FirstRequest(request, self._api)

    async def handle_async_request(self, request: httpx.Request) -> NoReturn:
        await request.aread()
        raise FirstRequest(request, self._api)
