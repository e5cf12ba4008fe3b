"""Find secrets in what is about to be written: those that are known, and whatever looks like one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from runner.recording.fields import credentials_in, credentials_sent
from runner.recording.headers import is_kept_of_answer, is_kept_of_request
from runner.recording.known import Finder, Known
from runner.recording.layers import NOISY, Layer, layers
from runner.recording.shapes import find_shapes

if TYPE_CHECKING:
    from runner.recording.exchange import Exchange

TOO_LARGE: Final = "more data than can be scanned"

_SMALL: Final = 1_000_000
_MOST_SEARCHED: Final = 10
_NOTHING: Final[Mapping[str, str]] = {}

_FIELD: Final = "a field named like a credential"


class Leak(NamedTuple):
    """Something that must not be written.

    Attributes:
        where: `answer 2, body, base64 > JSON`; `line 12`. Never what stands there.
        what: The name of the secret, or what it looks like: `a JSON web token`.
        certain: False where a person has to look: part of a key, an address, data too large to be scanned.
        fingerprint: Of what and value, to accept this one finding by; the value cannot be told from it.
    """

    where: str
    what: str
    certain: bool
    fingerprint: str


class _Found(NamedTuple):
    """A leak, its value, and its place in what was scanned: -1 where it had to be decoded."""

    leak: Leak
    value: str
    at: int


def find_leaks(
    text: str | bytes,
    *,
    secrets: Mapping[str, str] = _NOTHING,
    others: Mapping[str, str] = _NOTHING,
    finders: Sequence[Finder] = (),
) -> tuple[Leak, ...]:
    """Scan a finished file of any kind: cassette, case, rows, script.

    Args:
        text: All of it.
        secrets: Values that must not stand there, by the name to report.
        others: Names and ids of customers, and private values, by what to call them.
        finders: What else looks for something, layer by layer.
    """
    return find_known(text, Known(secrets, others, finders))


def find_known(text: str | bytes, known: Known) -> tuple[Leak, ...]:
    """Scan a finished file as `find_leaks` does, for what was prepared before: of many files that pays."""
    data = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    found = enumerate(_scan(data, known))
    return tuple(_with_line(each, data, known, patient=number < _MOST_SEARCHED) for number, each in found)


def find_leaks_in(
    exchanges: "Sequence[Exchange]", *, secrets: Mapping[str, str] = _NOTHING, others: Mapping[str, str] = _NOTHING
) -> tuple[Leak, ...]:
    """Scan recorded traffic, part by part, and judge headers and fields by their names.

    Args:
        exchanges: As they are about to be written, or as they were read.
        secrets: Values that must not stand there, by the name to report.
        others: Names and ids of customers, and private values, by what to call them.
    """
    known = Known(secrets, others)
    return tuple(
        leak
        for number, exchange in enumerate(exchanges, start=1)
        for leak in (*_leaks_of_request(number, exchange, known), *_leaks_of_answer(number, exchange, known))
    )


def _leaks_of_request(number: int, exchange: "Exchange", known: Known) -> Iterator[Leak]:
    request, place = exchange.request, f"request {number}"
    yield from _scan_part(f"{place}, method", request.method.encode(), known)
    yield from _scan_part(f"{place}, URL", request.url.encode(errors="surrogatepass"), known)
    yield from _scan_headers(place, request.headers, is_kept_of_request, known)
    yield from _scan_part(f"{place}, body", request.body, known)
    for part, name, value in credentials_sent(request):
        yield _leak(f"{place}, {part}", _FIELD, f"{name}={value}", certain=True)


def _leaks_of_answer(number: int, exchange: "Exchange", known: Known) -> Iterator[Leak]:
    response, place = exchange.response, f"answer {number}"
    yield from _scan_part(f"{place}, reason", response.reason.encode(errors="surrogatepass"), known)
    yield from _scan_headers(place, response.headers, is_kept_of_answer, known)
    yield from _scan_part(f"{place}, body", response.body, known)


def _scan_headers(
    place: str, headers: Sequence[tuple[str, str]], is_kept: Callable[[str], bool], known: Known
) -> Iterator[Leak]:
    for name, value in headers:
        in_name = list(_scan_part(f"{place}, name of a header", name.encode(errors="surrogatepass"), known))
        where = f"{place}, header" if in_name else f"{place}, header {name.lower()}"
        yield from in_name
        yield from _scan_part(where, value.encode(errors="surrogatepass"), known)
        if not is_kept(name):
            yield _leak(where, "a header that is not kept", f"{name}: {value}", certain=True)


def _scan_part(where: str, data: bytes, known: Known) -> Iterator[Leak]:
    for found in _scan(data, known):
        yield found.leak._replace(where=", ".join(filter(None, (where, found.leak.where))))


def _scan(data: bytes, known: Known) -> list[_Found]:
    """Return each leak once, from the outermost layer it stands in; no part of a value that is there as a whole."""
    found: dict[str, _Found] = {}
    for layer in layers(data):
        for each in _leaks_of_layer(layer, known):
            found.setdefault(each.leak.fingerprint, each)
    whole = {each.value for each in found.values() if each.leak.certain}
    return [each for each in found.values() if each.leak.certain or each.value not in whole]


def _leaks_of_layer(layer: Layer, known: Known) -> Iterator[_Found]:
    def found(what: str, value: str, at: int, *, certain: bool) -> _Found:
        return _Found(_leak(" > ".join(layer.path), what, value, certain=certain), value, -1 if layer.path else at)

    if not layer.whole:
        yield found(TOO_LARGE, "/".join(layer.path), 0, certain=False)
    for seen in known.find(layer):
        yield found(seen.what, seen.value, seen.at, certain=seen.certain)
    if _has_blanks(layer):
        for shape in find_shapes(layer.text):
            yield found(shape.what, shape.value, shape.at, certain=shape.certain)
        for name, value in credentials_in(layer.text):
            yield found(_FIELD, f"{name}={value}", layer.text.find(value.encode()), certain=False)


def _has_blanks(layer: Layer) -> bool:
    """Whether words are still apart: where lines were joined, everything looks like one long key."""
    inner = next((name for name in reversed(layer.path) if name in NOISY or name == "lines"), "")
    return inner != "lines"


def _leak(where: str, what: str, value: str, *, certain: bool) -> Leak:
    from hashlib import sha256  # mostly nothing is found

    fingerprint = sha256(f"{what}\0{value}".encode(errors="surrogatepass")).hexdigest()[:12]
    return Leak(where, what, certain, fingerprint)


def _with_line(found: _Found, data: bytes, known: Known, *, patient: bool) -> Leak:
    """Say in which line a leak stands; where it was decoded, that takes many more scans."""
    line = data.count(b"\n", 0, found.at) + 1 if found.at >= 0 else 0
    if found.at < 0 and patient:
        line = _line_of(found.leak.fingerprint, data, known)
    return found.leak._replace(where=", ".join(filter(None, (f"line {line}" if line else "", found.leak.where))))


def _line_of(fingerprint: str, data: bytes, known: Known) -> int:
    """Return the first line with which the leak is there, by halving; 0 where that would take too long."""
    if len(data) > _SMALL:
        return 0
    lines = data.splitlines(keepends=True)
    low, high = 0, len(lines)
    while high - low > 1:
        middle = (low + high) // 2
        found = any(each.leak.fingerprint == fingerprint for each in _scan(b"".join(lines[:middle]), known))
        low, high = (low, middle) if found else (middle, high)
    return high
