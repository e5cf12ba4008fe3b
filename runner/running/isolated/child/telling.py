"""What the recipe's process tells besides rows: printed text, errors, connections that were refused."""

import io
import socket
import sys
import traceback
from collections.abc import Callable
from threading import RLock
from types import TracebackType
from typing import Any, Final

import httpx

from runner.running.isolated.child.transport import LeftError
from runner.running.isolated.frames import ERROR, NETWORK, PRINT, Pipe
from runner.running.raised import first_error, has_request, is_from_reading_json, is_refusal, line_of, said_by

_NAMES: Final = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
_WAYS_OUT: Final = ("socket.connect", "socket.sendto", "socket.sendmsg", *_NAMES)
_LONGEST_LINE: Final = 8_192
_LONGEST: Final = 100_000
"""Characters of an error's own text, and bytes of an answer that it quotes."""


class PrintedLines(io.StringIO):
    """Where text goes that the recipe prints: whole lines, as programs that it starts may write in between."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self._pipe = pipe
        self._begun = ""
        self._lock = RLock()

    def write(self, text: str) -> int:
        """Pass lines on as they end, as a terminal would get them; a long one in parts."""
        with self._lock:
            self._begun += text
            end = max(self._begun.rfind("\n"), self._begun.rfind("\r")) + 1
            self._pass_on(len(self._begun) if len(self._begun) > _LONGEST_LINE else end)
        return len(text)

    def flush(self) -> None:
        """Pass on what has no end yet."""
        with self._lock:
            self._pass_on(len(self._begun))

    def _pass_on(self, end: int) -> None:
        if end:
            self._pipe.send(PRINT, text=self._begun[:end])
            self._begun = self._begun[end:]


class Telling:
    """A context in which the recipe's code runs: whatever it raises is told, and goes no further.

    Attributes:
        failed: It raised.
    """

    def __init__(self, pipe: Pipe, printed: PrintedLines, filename: str) -> None:
        self._pipe, self._printed = pipe, printed
        self._filename = filename
        self.failed = False

    def __enter__(self) -> "Telling":
        """Enter the recipe's code."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        """Tell what was raised."""
        self._printed.flush()
        first = first_error(error)
        if first is None or isinstance(first, LeftError):
            return True
        self.failed = True
        head, body = _report(first)
        where = {"line": line_of(first, self._filename), "is_refusal": is_refusal(first, self._filename)}
        self._pipe.send(ERROR, body, **head, **where, trace=_trace(error))
        return True


def _report(error: BaseException) -> tuple[dict[str, Any], bytes]:
    if isinstance(error, httpx.HTTPStatusError):
        return _status(error)
    about = {}
    if isinstance(error, httpx.RequestError) and has_request(error):
        about = {"method": error.request.method, "url": str(error.request.url)}
    if ref := getattr(error, "recipe_runner_ref", 0):
        return {"kind": "known", "ref": ref, **about}, b""
    if about:
        return {"kind": "exchange", "name": type(error).__name__, "text": str(error)[:_LONGEST], **about}, b""
    if isinstance(error, ValueError) and is_from_reading_json(error):
        return {"kind": "unreadable"}, _document(error)[:_LONGEST]
    kind = "interrupt" if isinstance(error, KeyboardInterrupt) else "bug"
    return {"kind": kind, "name": type(error).__name__, "text": said_by(error)[:_LONGEST]}, b""


def _status(error: httpx.HTTPStatusError) -> tuple[dict[str, Any], bytes]:
    response = error.response
    try:
        body = response.content
    except httpx.ResponseNotRead:
        body = None
    head = {
        "kind": "status",
        "method": error.request.method,
        "url": str(error.request.url),
        "status": response.status_code,
        "reason": response.reason_phrase,
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in response.headers.raw],
        "is_read": body is not None,
    }
    return head, (body or b"")[:_LONGEST]


def _document(error: ValueError) -> bytes:
    """Return the body that a JSON reader did not accept."""
    if isinstance(error, UnicodeDecodeError):
        return bytes(error.object)
    return str(getattr(error, "doc", "")).encode("utf-8", "replace")


def _trace(error: BaseException | None) -> str:
    return "".join(traceback.format_exception(error))[:_LONGEST] if error else ""


def close_network(pipe: Pipe) -> None:
    """Let every attempt of this process to reach the network be told and refused, by TCP, UDP or DNS."""
    tell: Callable[[str], None] = lambda what: pipe.send(NETWORK, what=what)  # noqa: E731

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _WAYS_OUT:
            return
        if event in _NAMES:
            tell(f"the address of {arguments[0]!r}")
        elif arguments[0].family in (socket.AF_INET, socket.AF_INET6) and arguments[1] is not None:
            tell(f"a connection to {arguments[1]!r}")
        else:
            return
        raise LeftError

    sys.addaudithook(hear)
