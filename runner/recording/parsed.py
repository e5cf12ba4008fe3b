"""Cassettes parsed before, kept as a line of JSON and the bodies: to read one again takes a tenth of its YAML's time.

An entry holds for one path, size and time of change. Whatever is wrong with it costs time and nothing else.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from runner.output.cache import keep, sealed, unsealed
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse

_FORM: Final = 2  # of an entry
_SAME_MOMENT: Final = 100_000_000  # nanoseconds; file systems tell times apart less finely than they write them


def read_known(path: Path, cache: Path | None) -> tuple[Exchange, ...]:
    """Read the exchanges of a cassette, faster where the file is as it was when it was parsed before.

    Args:
        path: Of the cassette.
        cache: A folder where what was parsed is kept, or None. It holds the traffic: keep it out of git.

    Raises:
        BrokenSource: As `read_cassette`.
    """
    stamped = stamp(path) if cache is not None and path.is_file() else None
    if cache is None or stamped is None:
        return _read(path)
    exchanges = recall(cache, stamped)
    if exchanges is None:
        exchanges = _read(path)
        remember(cache, stamped, exchanges)
    return exchanges


def _read(path: Path) -> tuple[Exchange, ...]:
    from runner.recording.cassette import read_cassette  # with PyYAML, of which nothing else is needed

    return read_cassette(path)


def stamp(path: Path) -> list[object]:
    """Return what tells a state of a file from another; take it before the file is read.

    Raises:
        OSError: There is no such file.
    """
    status = path.stat()
    return [_FORM, str(path.resolve()), status.st_size, status.st_mtime_ns]


def recall(cache: Path, stamped: Sequence[Any]) -> tuple[Exchange, ...] | None:
    """Return the exchanges of a file in this state, or None where they are not known.

    Args:
        cache: Folder of the entries.
        stamped: By `stamp`.
    """
    try:
        with _entry(cache, stamped).open("rb") as file:
            # The file may have changed once more in the moment in which it was remembered.
            if os.fstat(file.fileno()).st_mtime_ns < stamped[-1] + _SAME_MOMENT:
                return None
            content = unsealed(file.read())
    except OSError:
        return None
    if content is None:
        return None
    head, _, bodies = content.partition(b"\n")
    known, exchanges = json.loads(head)
    return tuple(_exchanges(exchanges, bodies)) if known == stamped else None


def remember(cache: Path, stamped: Sequence[Any], exchanges: Sequence[Exchange]) -> None:
    """Keep the exchanges of a file in this state; where that is impossible, do nothing."""
    head = json.dumps([stamped, [_row(each) for each in exchanges]]).encode()
    bodies = [body for each in exchanges for body in (each.request.body, each.response.body)]
    keep(_entry(cache, stamped), sealed(b"".join([head, b"\n", *bodies])))


def _entry(cache: Path, stamped: Sequence[Any]) -> Path:
    return cache / f"{hashlib.sha256(os.fsencode(stamped[1])).hexdigest()[:32]}.json"


def _row(exchange: Exchange) -> list[object]:
    sent, got = exchange.request, exchange.response
    return [[sent.method, sent.url, sent.headers, len(sent.body)], [got.status, got.reason, got.headers, len(got.body)]]


def _exchanges(rows: Sequence[Any], bodies: bytes) -> Iterator[Exchange]:
    """Put together what the head of an entry says, and the bodies that stand behind it."""
    start = 0
    for (method, url, sent_headers, sent), (status, reason, got_headers, got) in rows:
        middle, end = start + sent, start + sent + got
        yield Exchange(
            RecordedRequest(method, url, tuple(map(tuple, sent_headers)), bodies[start:middle]),
            RecordedResponse(status, reason, tuple(map(tuple, got_headers)), bodies[middle:end]),
        )
        start = end
