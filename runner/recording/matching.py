"""When a request is the one that was recorded, and where two differ."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import takewhile, zip_longest
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
    """Say where a request differs from a recorded one, a line each: `body filters[0].hours: 24 was recorded, ...`."""
    found = _differences(recorded, sent)
    shown = found[:_MOST_DIFFERENCES]
    return [*shown, f"and {len(found) - len(shown)} more"] if len(found) > len(shown) else shown


def distance(recorded: RecordedRequest, sent: RecordedRequest) -> tuple[bool, bool, int]:
    """Return how unlike two requests are, to be compared: by address, then method, then the number of differences."""
    old, new = likeness(recorded), likeness(sent)
    return old.address != new.address, old.method != new.method, len(_differences(recorded, sent))


def _differences(recorded: RecordedRequest, sent: RecordedRequest) -> list[str]:
    old, new = likeness(recorded), likeness(sent)
    found = [*_differing("method", old.method, new.method), *_differing("address", old.address, new.address)]
    counts = Counter(name for name, _ in old.query) | Counter(name for name, _ in new.query)
    repeated = {name for name, count in counts.items() if count > 1}
    found += _differing_pairs("query ", _numbered(old.query, repeated), _numbered(new.query, repeated))
    return found + _differing_bodies(old.body, new.body) if old.body != new.body else found


def _numbered(query: Iterable[tuple[str, str]], repeated: Collection[str]) -> dict[str, str]:
    """Return the value of each name, and for `a=1&a=2` those of `a[0]` and `a[1]`."""
    counts = Counter[str]()
    values = dict[str, str]()
    for name, value in query:
        values[f"{name}[{counts[name]}]" if name in repeated else name] = value
        counts[name] += 1
    return values


def _body(request: RecordedRequest) -> str | bytes:
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    return comparable(request.body, kind)


def _differing(what: str, old: Any, new: Any) -> Iterator[str]:
    if repr(old) == repr(new):  # in Python 1 == True == 1.0
        return
    was, sent = _shown(old), _shown(new)
    if was == sent:  # a number, and the same as text
        was, sent = json.dumps(old), json.dumps(new)
    yield f"{what}: {was} was recorded, {sent} is sent"


def _differing_pairs(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        yield from _differing_values(f"{what}{name}", old.get(name, ...), new.get(name, ...))


def _differing_values(what: str, old: Any, new: Any) -> Iterator[str]:
    """Compare two values of JSON, down to what differs; `...` is no value."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _differing_pairs(what if what.endswith(" ") else f"{what}.", old, new)
    elif isinstance(old, list) and isinstance(new, list):
        for number, (left, right) in enumerate(zip_longest(old, new, fillvalue=...)):
            yield from _differing_values(f"{what}[{number}]", left, right)
    else:
        yield from _differing(what.rstrip(), old, new)


def _differing_bodies(old: str | bytes, new: str | bytes) -> list[str]:
    try:
        return list(_differing_values("body ", json.loads(old), json.loads(new)))
    except (ValueError, RecursionError):
        texts = [body.decode(errors="replace") if isinstance(body, bytes) else body for body in (old, new)]
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False)))
        skipped = max(same - _LONGEST // 2, 0)
        return list(_differing("body", *(f"…{text[skipped:]}" if skipped else text or ... for text in texts)))


def _shown(value: object) -> str:
    if value is ...:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
