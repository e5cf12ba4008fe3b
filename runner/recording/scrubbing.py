"""Put stand-ins in the place of secrets, and examples in the place of private values, before traffic is written."""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias
from urllib.parse import quote, quote_plus

from runner.errors import TooShortToHide
from runner.recording.envelopes import change_base64, change_compressed
from runner.recording.exchange import Exchange, RecordedRequest, stand_in
from runner.recording.headers import is_kept_of_answer, is_kept_of_request
from runner.recording.known import SHORTEST, Known
from runner.recording.layers import TEXTUAL, layers
from runner.recording.spellings import spelled, spelled_hex, spelled_in

Headers: TypeAlias = tuple[tuple[str, str], ...]
Escape: TypeAlias = Callable[[str], str]

_DEPTH: Final = 3
_SHORTEST_PRIVATE: Final = 4
_SMALL: Final = 4096
_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class _Form:
    """One way in which a value may stand somewhere.

    Attributes:
        value: What is hidden.
        pattern: Without groups.
        put: Gives what takes its place, from what was found and how text is escaped around it.
    """

    value: str
    pattern: bytes
    put: Callable[[bytes, Escape], bytes]


class Scrubber:
    """Hides the secrets and private values of one run, in whatever form an API echoes them.

    A value that everybody may know, such as the key `sandbox` of a sandbox, is not given here: let the client have
    `stand_in(name)` as its key from the start, and nothing needs to be replaced.
    """

    def __init__(self, secrets: Mapping[str, str], private: Mapping[str, str] = _NOTHING) -> None:
        """Prepare to find every form of each value.

        Args:
            secrets: `{"ECHO_API_KEY": "the key itself"}`; empty ones are left out.
            private: Texts of private values, each with the text that takes its place; one that is its own example
                is left out.

        Raises:
            TooShortToHide: A secret below 6 characters, or a private value below 4, would be found everywhere.
        """
        shown = {value: stand_in(name) for name, value in secrets.items() if value}
        others = {value: example for value, example in private.items() if value not in ("", example)}
        for name, value in secrets.items():
            if 0 < len(value) < SHORTEST:
                raise TooShortToHide(name, SHORTEST)
        if any(len(value) < _SHORTEST_PRIVATE for value in others):
            raise TooShortToHide("A private value", _SHORTEST_PRIVATE)
        forms = [form for value, text in (others | shown).items() for form in _forms(value, text)]
        self._forms = sorted(forms, key=lambda form: len(form.value), reverse=True)
        patterns = (b"(?P<f%d>%s)" % (number, form.pattern) for number, form in enumerate(self._forms))
        self._known = Known({value: value for value in others | shown}, {}, shortest=_SHORTEST_PRIVATE)
        self._pattern = re.compile(b"|".join(patterns), re.DOTALL | re.IGNORECASE) if forms else None

    def scrub(self, exchange: Exchange) -> Exchange:
        """Return an exchange with the headers that a cassette keeps, and every value hidden in what is left."""
        request, response = exchange.request, exchange.response
        return Exchange(
            RecordedRequest(
                method=request.method,
                url=self._scrub(request.url, _in_url),
                headers=self._scrub_headers(request.headers, is_kept_of_request),
                body=self._scrub_body(request.body, request.headers),
            ),
            replace(
                response,
                reason=self.scrub_text(response.reason),
                headers=self._scrub_headers(response.headers, is_kept_of_answer),
                body=self._scrub_body(response.body, response.headers),
            ),
        )

    def scrub_text(self, text: str) -> str:
        """Return a message, or a row as JSON, with every value hidden."""
        return self._scrub(text, _escape_for(text.encode(errors="surrogatepass")))

    def _scrub(self, text: str, escape: Escape) -> str:
        data = self._scrub_bytes(text.encode(errors="surrogatepass"), escape)
        try:
            return data.decode(errors="surrogatepass")
        except UnicodeDecodeError:  # a value in another encoding was found across the bytes of a character
            return data.decode(errors="replace")

    def _scrub_headers(self, headers: Headers, is_kept: Callable[[str], bool]) -> Headers:
        return tuple((name, self._scrub(value, _in_url)) for name, value in headers if is_kept(name))

    def _scrub_body(self, body: bytes, headers: Headers) -> bytes:
        """Hide the values in a body, unless it was JSON and would not be any more: then the leak scan refuses it."""
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        escape = quote_plus if "x-www-form-urlencoded" in kind.lower() else _escape_for(body)
        scrubbed = self._scrub_bytes(body, escape)
        return body if scrubbed != body and _is_json(body) and not _is_json(scrubbed) else scrubbed

    def _scrub_bytes(self, data: bytes, escape: Escape) -> bytes:
        if self._pattern is None:
            return data
        depth = _DEPTH if len(data) <= _SMALL else self._depth_in(data)
        return data if depth is None else self._replace(self._pattern, data, escape, depth)

    def _depth_in(self, data: bytes) -> int | None:
        """Return how deep to look: 0 where no value is packed, None where there is none; to see that is quick."""
        seen = [layer.path for layer in layers(data) if any(self._known.find(layer))]
        return (_DEPTH if any(not TEXTUAL.issuperset(path) for path in seen) else 0) if seen else None

    def _replace(self, pattern: re.Pattern[bytes], data: bytes, escape: Escape, depth: int) -> bytes:
        def inside(inner: bytes) -> bytes:
            return self._replace(pattern, inner, _escape_for(inner), depth - 1)

        data = pattern.sub(lambda found: self._put(found, escape), data)
        return change_compressed(change_base64(data, inside), inside) if depth else data

    def _put(self, found: re.Match[bytes], escape: Escape) -> bytes:
        assert found.lastgroup is not None
        return self._forms[int(found.lastgroup[1:])].put(found[0], escape)


def _forms(value: str, text: str) -> Iterator[_Form]:
    yield _Form(value, spelled(value), lambda found, escape: _escape(found, value, escape)(text).encode())
    yield _Form(value, spelled_hex(value), lambda *_: text.encode().hex().encode())
    for encoding in ("utf-16-le", "utf-16-be") if value.isascii() else ("utf-16-le", "utf-16-be", "latin-1"):
        try:
            pattern = spelled_in(encoding, value)
        except UnicodeEncodeError:
            continue
        yield _Form(value, pattern, lambda *_, encoding=encoding: text.encode(encoding, "replace"))


def _escape(found: bytes, value: str, around: Escape) -> Escape:
    """Return how to escape what takes a value's place: as the value was, or else as its surroundings need it."""
    if b"%" in found and "%" not in value:
        return _in_url
    if b"+" in found and "+" not in value:
        return quote_plus
    if b"&" in found and "&" not in value:
        return html.escape
    return around


def _escape_for(data: bytes) -> Escape:
    """Return how a text is escaped in data that begins like this."""
    first = data.lstrip()[:1]
    if first in (b"{", b"[", b'"'):
        return _in_json if data.isascii() else _in_wide_json
    return html.escape if first == b"<" else str


def _in_url(text: str) -> str:
    return quote(text, safe="")


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _in_wide_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
