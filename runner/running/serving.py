"""Serve on loopback: a sandbox for curl, notebooks and other programs, or any server for as long as a block lasts."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from socketserver import BaseServer, ThreadingMixIn
from threading import Thread
from typing import Any, TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from runner.errors import AskedWrongly
from runner.running.wires import WsgiApp

NOW_KEY = "recipe_runner.now"
"""The key of the WSGI environment that tells a sandbox the time, in seconds since 1970."""


AnyServer = TypeVar("AnyServer", bound=BaseServer)


@contextmanager
def answering(server: AnyServer) -> Iterator[AnyServer]:
    """Let a server answer in a thread of its own, and close it."""
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class SandboxServer(ThreadingMixIn, WSGIServer):
    """A WSGI server that answers several requests at once and ends with the program."""

    daemon_threads = True

    @property
    def port(self) -> int:
        """Where it listens; useful when it was asked for any free port."""
        return int(self.server_address[1])


def open_server(app: WsgiApp, *, port: int, now: datetime | None) -> SandboxServer:
    """Listen on 127.0.0.1; call `serve_forever` to answer.

    Args:
        app: The sandbox.
        port: 0 takes any that is free.
        now: The time the sandbox shows at first (aware); it goes on from there. None is the present.

    Raises:
        AskedWrongly: The port is taken or not allowed.
    """
    application = app if now is None else _with_clock(app, now)
    try:
        return make_server("127.0.0.1", port, application, SandboxServer, _QuietHandler)  # type: ignore[arg-type]
    except OSError as error:
        raise AskedWrongly(f"Port {port} cannot be used: {error.strerror}.", hint="--port 0 takes a free one") from None


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Keep silent: a request line holds the key."""


def _with_clock(app: WsgiApp, now: datetime) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    started = time.monotonic()

    def clocked(environ: dict[str, Any], start_response: Any) -> Any:
        moment = now.timestamp() + time.monotonic() - started
        return app({**environ, NOW_KEY: moment}, start_response)

    return clocked
