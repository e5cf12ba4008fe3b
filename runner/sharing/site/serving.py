"""Serve a site on loopback while it is written: only its own files, and only to who asks for this machine."""

import sys
from collections.abc import Callable, Collection
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from runner.errors import AskedWrongly
from runner.sharing.site.pages import POLICY

_ADDRESS: Final = "127.0.0.1"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}
_PLAIN: Final = "text/plain; charset=utf-8"
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class SiteServer(ThreadingHTTPServer):
    """Answers several requests at once and ends with the program."""

    daemon_threads = True

    def __init__(self, folder: Path, names: Callable[[], Collection[str]], port: int) -> None:
        """Listen on 127.0.0.1; call `serve_forever` to answer.

        Args:
            folder: Of the site.
            names: Returns which files it has, with slashes; nothing else is ever opened.
            port: 0 takes any that is free.

        Raises:
            AskedWrongly: The port is taken or not allowed.
        """
        self.folder, self.names = folder, names
        try:
            super().__init__((_ADDRESS, port), _Handler)
        except OSError as error:
            message = f"Port {port} cannot be used: {error.strerror}."
            raise AskedWrongly(message, hint="--port 0 takes a free one") from None

    @property
    def address(self) -> str:
        """Of the first page."""
        return f"http://{_ADDRESS}:{self.server_port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser on this machine calls it; by another name a page from elsewhere asks."""
        ends = (f":{self.server_port}", *([""] if self.server_port == 80 else []))
        return frozenset(f"{name}{end}" for name in (_ADDRESS, "localhost") for end in ends)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over who hangs up; everything else is a bug of ours and keeps its traceback."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: SiteServer
    timeout = 30  # seconds for a request
    server_version, sys_version = "recipes", ""

    def do_GET(self) -> None:
        self._answer(has_body=True)

    def do_HEAD(self) -> None:
        self._answer(has_body=False)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Keep silent: what the builder says should be seen."""

    def _answer(self, *, has_body: bool) -> None:
        status, kind, content = self._found()
        self.send_response(status)
        for name, value in (*_HEADERS.items(), ("Content-Type", kind), ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        if has_body:
            self.wfile.write(content)

    def _found(self) -> tuple[HTTPStatus, str, bytes]:
        """Return status, type and content of what is asked for."""
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            return HTTPStatus.FORBIDDEN, _PLAIN, b"Ask for 127.0.0.1.\n"
        name = unquote(urlsplit(self.path).path).removeprefix("/") or "index.html"
        if name in self.server.names():
            path = self.server.folder / name
            try:
                return HTTPStatus.OK, _TYPES.get(path.suffix, _PLAIN), path.read_bytes()
            except FileNotFoundError:
                pass  # it is being removed
        return HTTPStatus.NOT_FOUND, _PLAIN, b"There is no such page.\n"
