"""Cassettes parsed before, kept as JSON: to read one again takes a tenth of the time that its YAML does.

An entry holds for one path, size and time of change. Whatever is wrong with it costs time and nothing else.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse

_FORM: Final = 1  # of an entry
_SAME_MOMENT: Final = 100_000_000  # nanoseconds; file systems tell times apart less finely than they write them


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
            checksum, _, content = file.read().partition(b"\n")
    except OSError:
        return None
    if checksum != _checksum(content):
        return None
    known, exchanges = json.loads(content)
    return tuple(map(_exchange, exchanges)) if known == stamped else None


def remember(cache: Path, stamped: Sequence[Any], exchanges: Sequence[Exchange]) -> None:
    """Keep the exchanges of a file in this state; where that is impossible, do nothing."""
    content = json.dumps([stamped, [_row(each) for each in exchanges]]).encode()
    entry = _entry(cache, stamped)
    side = entry.with_name(f".{entry.name}.{os.urandom(4).hex()}.partial")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        try:
            side.write_bytes(_checksum(content) + b"\n" + content)
            side.replace(entry)
        finally:
            side.unlink(missing_ok=True)
    except OSError:
        return


def _entry(cache: Path, stamped: Sequence[Any]) -> Path:
    return cache / f"{hashlib.sha256(os.fsencode(stamped[1])).hexdigest()[:32]}.json"


def _checksum(content: bytes) -> bytes:
    return b"%08x" % zlib.crc32(content)


def _row(exchange: Exchange) -> list[object]:
    sent, got = exchange.request, exchange.response
    return [
        [sent.method, sent.url, sent.headers, _text(sent.body)],
        [got.status, got.reason, got.headers, _text(got.body)],
    ]


def _exchange(row: Sequence[Any]) -> Exchange:
    (method, url, sent_headers, sent), (status, reason, got_headers, got) = row
    return Exchange(
        RecordedRequest(method, url, tuple(map(tuple, sent_headers)), _bytes(sent)),
        RecordedResponse(status, reason, tuple(map(tuple, got_headers)), _bytes(got)),
    )


def _text(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
