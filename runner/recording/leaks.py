"""Find secrets in what is about to be written: those that are known, and whatever looks like one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

from runner.recording.exchange import Exchange
from runner.recording.fields import credentials_in, credentials_sent
from runner.recording.headers import is_kept_of_answer, is_kept_of_request
from runner.recording.known import Known
from runner.recording.layers import NOISY, Layer, layers
from runner.recording.shapes import find_shapes

TOO_LARGE: Final = "more data than can be scanned"

_SMALL: Final = 1_000_000
_NOTHING: Final[Mapping[str, str]] = {}

Found: TypeAlias = "tuple[Leak, int]"


@dataclass(frozen=True, slots=True)
class Leak:
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


def find_leaks(
    text: str | bytes, *, secrets: Mapping[str, str] = _NOTHING, others: Mapping[str, str] = _NOTHING
) -> tuple[Leak, ...]:
    """Scan a finished file of any kind: cassette, case, rows, script.

    Args:
        text: All of it.
        secrets: Values that must not stand there, by the name to report.
        others: Names and ids of customers, and private values, by what to call them.
    """
    data = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    known = Known(secrets, others)
    return tuple(_with_line(leak, at, data, known) for leak, at in _scan(data, known))


def find_leaks_in(
    exchanges: Sequence[Exchange], *, secrets: Mapping[str, str] = _NOTHING, others: Mapping[str, str] = _NOTHING
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


def _leaks_of_request(number: int, exchange: Exchange, known: Known) -> Iterator[Leak]:
    request, place = exchange.request, f"request {number}"
    yield from _scan_part(f"{place}, method", request.method.encode(), known)
    yield from _scan_part(f"{place}, URL", request.url.encode(errors="surrogatepass"), known)
    yield from _scan_headers(place, request.headers, is_kept_of_request, known)
    yield from _scan_part(f"{place}, body", request.body, known)
    for part, name, value in credentials_sent(request):
        yield _leak(f"{place}, {part}", "a field named like a credential", f"{name}={value}", certain=True)


def _leaks_of_answer(number: int, exchange: Exchange, known: Known) -> Iterator[Leak]:
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
    for leak, _ in _scan(data, known):
        yield Leak(", ".join(filter(None, (where, leak.where))), leak.what, leak.certain, leak.fingerprint)


def _scan(data: bytes, known: Known) -> Iterator[Found]:
    """Yield each leak once, from the outermost layer it stands in, with its place in `data` or -1."""
    seen: set[str] = set()
    for layer in layers(data):
        for leak, at in _leaks_of_layer(layer, known):
            if leak.fingerprint not in seen:
                seen.add(leak.fingerprint)
                yield leak, -1 if layer.path else at


def _leaks_of_layer(layer: Layer, known: Known) -> Iterator[Found]:
    where = " > ".join(layer.path)
    if not layer.whole:
        yield _leak(where, TOO_LARGE, where, certain=False), 0
    for seen in known.find(layer):
        yield _leak(where, seen.what, seen.value, certain=seen.certain), seen.at
    if _has_blanks(layer):
        for shape in find_shapes(layer.text):
            yield _leak(where, shape.what, shape.value, certain=shape.certain), shape.at
        for name, value in credentials_in(layer.text):
            yield _leak(where, "a field named like a credential", f"{name}={value}", certain=False), -1


def _has_blanks(layer: Layer) -> bool:
    """Whether words are still apart: where lines were joined, everything looks like one long key."""
    inner = next((name for name in reversed(layer.path) if name in NOISY or name == "lines"), "")
    return inner != "lines"


def _leak(where: str, what: str, value: str, *, certain: bool) -> Leak:
    fingerprint = sha256(f"{what}\0{value}".encode(errors="surrogatepass")).hexdigest()[:12]
    return Leak(where, what, certain, fingerprint)


def _with_line(leak: Leak, at: int, data: bytes, known: Known) -> Leak:
    line = data.count(b"\n", 0, at) + 1 if at >= 0 else _line_of(leak.fingerprint, data, known)
    where = ", ".join(filter(None, (f"line {line}" if line else "", leak.where)))
    return Leak(where, leak.what, leak.certain, leak.fingerprint)


def _line_of(fingerprint: str, data: bytes, known: Known) -> int:
    """Return the first line with which the leak is there, by halving; 0 where that would take too long."""
    if len(data) > _SMALL:
        return 0
    lines = data.splitlines(keepends=True)
    low, high = 0, len(lines)
    while high - low > 1:
        middle = (low + high) // 2
        found = any(leak.fingerprint == fingerprint for leak, _ in _scan(b"".join(lines[:middle]), known))
        low, high = (low, middle) if found else (middle, high)
    return high
