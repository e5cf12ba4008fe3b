"""Frames: what goes through the pipes between a run and the process of its recipe; standard library only."""

import json
import os
from struct import Struct
from threading import Lock
from typing import Any, BinaryIO, Final, NamedTuple

MOST_BYTES: Final = 256 * 1024 * 1024
"""Of one frame: a row, a text, the body of a request."""
_LENGTHS: Final = Struct("!cII")
KINDS: Final = frozenset(b"SCWFHBTZQMXPRKVAEN")
_WRITE_AT_ONCE: Final = 65536
_CLOSED: Final = -1
"""No descriptor has this number: a write fails as one to a closed file does."""

START, CALL, WANT, FINISH = b"S", b"C", b"W", b"F"
"""To the recipe's process: what to load, call `main` and give a first row, give so many rows more, it is over."""
ANSWER, CHUNK, LAST, TROUBLE = b"H", b"B", b"Z", b"T"
"""To it: the answer to a request, more of its body, the end of it, or why there is none."""
REQUEST, MORE, DROP = b"Q", b"M", b"X"
"""From it: a request, asking for more of a body, no need of the rest."""
PRINT, ROWS, PACKED_ROWS, VALUE, STATE, ERROR, NETWORK = b"P", b"R", b"K", b"V", b"A", b"E", b"N"
"""From it: printed text, some rows of plain values, any other rows, the whole result, how far it is, what was raised, a
connection that it was refused."""


class BadFrameError(ValueError):
    """What came out of a pipe is no frame."""


class Frame(NamedTuple):
    """One message.

    Attributes:
        kind: One of the letters above.
        head: JSON.
        body: Bytes as they are.
    """

    kind: bytes
    head: bytes
    body: bytes = b""

    def data(self) -> dict[str, Any]:
        """Return the head, which has to be an object.

        Raises:
            BadFrameError: It is something else.
        """
        try:
            data = json.loads(self.head)
        except (ValueError, RecursionError):
            raise BadFrameError("a head that is no JSON") from None
        if not isinstance(data, dict):
            raise BadFrameError("a head that is no object")
        return data


class Pipe:
    """The two ends that one process holds; frames are written whole, whichever thread writes them."""

    def __init__(self, reading: BinaryIO, writing: int) -> None:
        """Take a buffered file to read from, and a descriptor to write to."""
        self._reading = reading
        self._writing = writing
        self._lock = Lock()

    def send(self, kind: bytes, body: bytes = b"", /, **head: Any) -> None:
        """Write a frame; the head is what JSON can hold.

        Raises:
            OSError: Nobody reads any more.
        """
        self.write(Frame(kind, json.dumps(head).encode("ascii"), body))

    def write(self, frame: Frame) -> None:
        """Write a frame that is ready."""
        with self._lock:
            self._write(frame)

    def close(self) -> None:
        """Write nothing any more: the number of a closed descriptor is soon that of another pipe."""
        with self._lock:
            self._writing = _CLOSED

    def _write(self, *frames: Frame) -> None:
        """Write frames at once if they are small: each write may wake the other process up."""
        parts = [part for frame in frames for part in _parts(frame)]
        if sum(map(len, parts)) <= _WRITE_AT_ONCE:
            parts = [b"".join(parts)]
        for part in parts:
            _write_all(self._writing, part)

    def read(self) -> Frame | None:
        """Return the next frame; None where the other process has closed its end.

        Raises:
            BadFrameError: Something else came.
        """
        lengths = self._reading.read(_LENGTHS.size)
        if not lengths:
            return None
        if len(lengths) < _LENGTHS.size:
            raise BadFrameError("a frame that was cut off")
        kind, head, body = _LENGTHS.unpack(lengths)
        if kind[0] not in KINDS:
            raise BadFrameError("no frame at all")
        if max(head, body) > MOST_BYTES:
            raise BadFrameError(f"a frame of {max(head, body):,} bytes")
        frame = Frame(kind, self._reading.read(head), self._reading.read(body))
        if len(frame.head) < head or len(frame.body) < body:
            raise BadFrameError("a frame that was cut off")
        return frame


def check_size(frame: Frame) -> None:
    """Refuse a frame that the other process would not take.

    Raises:
        ValueError: It is too large.
    """
    if max(len(frame.head), len(frame.body)) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES >> 20} MB at once do not go through the pipe")


def _parts(frame: Frame) -> tuple[bytes, bytes]:
    check_size(frame)
    return _LENGTHS.pack(frame.kind, len(frame.head), len(frame.body)) + frame.head, frame.body


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
