"""When a request is the one that was recorded, and where two differ."""

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from runner.recording.exchange import RecordedRequest
from runner.recording.same_body import comparable

_MOST_DIFFERENCES: Final = 5
_LONGEST: Final = 60


class Likeness(NamedTuple):
    """What two requests must have in common to be the same one.

    Attributes:
        method: `POST`.
        address: Scheme, host, port and path.
        query: Names and values in order of name; those of one name in the order sent.
        body: In the form in which the same bodies are equal.
    """

    method: str
    address: str
    query: tuple[tuple[str, str], ...]
    body: str | bytes


def likeness(request: RecordedRequest) -> Likeness:
    """Return what makes a request this one; headers have no part in it, as clients set most of them."""
    url = urlsplit(request.url)
    query = sorted(parse_qsl(url.query, keep_blank_values=True), key=lambda pair: pair[0])
    return Likeness(request.method, f"{url.scheme}://{url.netloc}{url.path}", tuple(query), _body(request))


def differences(recorded: RecordedRequest, sent: RecordedRequest) -> list[str]:
    """Say where a request differs from a recorded one, a line each: `body hours: 24 was recorded, 48 is sent`."""
    old, new = likeness(recorded), likeness(sent)
    found = [*_differing("method", old.method, new.method), *_differing("address", old.address, new.address)]
    found += _differing_pairs("query", dict(old.query), dict(new.query))
    if old.body != new.body:
        found += _differing_bodies(recorded.body, sent.body)
    if old.query != new.query and not found:
        found.append("query: the same names come in another order or number")
    shown = found[:_MOST_DIFFERENCES]
    return [*shown, f"and {len(found) - len(shown)} more"] if len(found) > len(shown) else shown


def distance(recorded: RecordedRequest, sent: RecordedRequest) -> int:
    """Return how unlike two requests are; what comes first in a request counts most."""
    old, new = likeness(recorded), likeness(sent)
    unlike = (old.address != new.address, old.method != new.method, old.query != new.query, old.body != new.body)
    return sum(weight * is_unlike for weight, is_unlike in zip((1000, 100, 10, 10), unlike, strict=True))


def _body(request: RecordedRequest) -> str | bytes:
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    return comparable(request.body, kind)


def _differing(what: str, old: object, new: object) -> Iterator[str]:
    if old != new:
        yield f"{what}: {_shown(old)} was recorded, {_shown(new)} is sent"


def _differing_pairs(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield f"{what} {name}: {_shown(old[name])} was recorded, nothing is sent"
        elif name not in old:
            yield f"{what} {name}: nothing was recorded, {_shown(new[name])} is sent"
        else:
            yield from _differing_values(f"{what} {name}", old[name], new[name])


def _differing_values(what: str, old: Any, new: Any) -> Iterator[str]:
    """Compare two values of JSON, down to what differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _differing_pairs(what, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        for number, (left, right) in enumerate(zip_longest(old, new, fillvalue=...)):
            yield from _differing_values(f"{what}[{number}]", left, right)
    else:
        yield from _differing(what, old, new)


def _differing_bodies(old: bytes, new: bytes) -> list[str]:
    try:
        return list(_differing_values("body", json.loads(old), json.loads(new)))
    except (ValueError, RecursionError):
        return list(_differing("body", old.decode(errors="replace"), new.decode(errors="replace")))


def _shown(value: object) -> str:
    if value is ...:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
