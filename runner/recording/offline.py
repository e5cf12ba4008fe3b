"""No way out: while a recording is played, this process opens no connection and asks for no name."""

import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final, NoReturn

from runner.errors import Mismatch
from runner.recording.player import OffTape

_NAMES: Final = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
_WAYS_OUT: Final = ("socket.connect", "socket.sendto", "socket.sendmsg", *_NAMES)
_FIX: Final = "call the API through the client that main is given"
_INET: Final = (socket.AF_INET, socket.AF_INET6)


class _Gate:
    """Python's audit events (PEP 578) tell of every connection, whoever opens it; a hook cannot be taken away again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._closed_for: list[list[Mismatch]] = []
        self._is_hooked = False

    def close(self, refused: list[Mismatch]) -> None:
        with self._lock:
            self._closed_for.append(refused)
            if not self._is_hooked:
                sys.addaudithook(self._hear)
                self._is_hooked = True

    def open(self, refused: list[Mismatch]) -> None:
        with self._lock:
            self._closed_for = [each for each in self._closed_for if each is not refused]

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._closed_for or event not in _WAYS_OUT:
            return
        if event in _NAMES:
            self._refuse(f"the address of {arguments[0]!r}")
        endpoint, address = arguments[0], arguments[1]
        if endpoint.family in _INET and address is not None:  # what has no address was let through when it connected
            self._refuse(f"a connection to {address!r}")

    def _refuse(self, what: str) -> NoReturn:
        error = Mismatch(f"The recipe asked for {what}, and a recording is played: no network.", hint=_FIX)
        for refused in self._closed_for:
            refused.append(error)
        raise OffTape(error)


_GATE = _Gate()


@contextmanager
def network_closed() -> Iterator[Sequence[Mismatch]]:
    """Let every attempt to reach the network end the run, by TCP, UDP or DNS, until the block ends.

    Yields:
        The attempts that were refused, also those that a recipe, a thread or an event loop survived.
    """
    refused: list[Mismatch] = []
    _GATE.close(refused)
    try:
        yield refused
    finally:
        _GATE.open(refused)
