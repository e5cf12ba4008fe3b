"""No way out: while a recording is played, this process opens no connection and asks for no name."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from runner.errors import Mismatch
from runner.recording.player import OffTape

_NAMES: Final = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
_WAYS_OUT: Final = ("socket.connect", "socket.sendto", "socket.sendmsg", *_NAMES)
_INET: Final = (socket.AF_INET, socket.AF_INET6)


class _Gate:
    """Python's audit events (PEP 578) tell of every connection, whoever opens it; a hook cannot be taken away again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._closed = 0
        self._is_hooked = False

    def close(self) -> None:
        with self._lock:
            self._closed += 1
            if not self._is_hooked:
                sys.addaudithook(self._hear)
                self._is_hooked = True

    def open(self) -> None:
        with self._lock:
            self._closed -= 1

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._closed or event not in _WAYS_OUT:
            return
        if event in _NAMES:
            raise OffTape(_refusal(f"the address of {arguments[0]!r}"))
        endpoint, address = arguments[0], arguments[1] if len(arguments) > 1 else None
        if endpoint.family in _INET:
            raise OffTape(_refusal(f"a connection to {address!r}"))


_GATE = _Gate()


@contextmanager
def network_closed() -> Iterator[None]:
    """Let every attempt to reach the network end the run, by TCP, UDP or DNS, until the block ends."""
    _GATE.close()
    try:
        yield
    finally:
        _GATE.open()


def _refusal(what: str) -> Mismatch:
    return Mismatch(
        f"The recipe asked for {what}, and a recording is played: no network.",
        hint="call the API through the client that main is given",
    )
