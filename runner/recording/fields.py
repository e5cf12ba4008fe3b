"""Find fields that are named like a credential and hold something that is no stand-in."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from runner.recording.credentials import (
    Weight,
    holds_stand_in,
    is_mixed,
    is_uuid,
    looks_like_credential,
    weigh_name,
)

if TYPE_CHECKING:
    from runner.recording.exchange import RecordedRequest

Field: TypeAlias = tuple[str, str]

_JSON_NAME: Final = re.compile(rb'"([A-Za-z][^"\\\n]{1,63})"\s*:\s*"')
_QUERY: Final = rb"[?&;]([A-Za-z][A-Za-z0-9_.-]{1,63})=([^&\s\"'<>#\\;]{8,4096})"
_ELEMENT: Final = rb"<([A-Za-z][A-Za-z0-9_.:-]{1,63})>([^<>\s]{8,4096})</"
_PART: Final = rb'name="([^"\r\n]+)"[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n([^\r\n]*)'
_MOST_DEPTH: Final = 64


def credentials_sent(request: "RecordedRequest") -> Iterator[tuple[str, str, str]]:
    """Yield place, name and value of what a request sends as a credential: nothing but a stand-in may stand there."""
    for place, fields in (("URL", _query(urlsplit(request.url).query)), ("body", _body_fields(request))):
        for name, value in fields:
            if _is_sent_credential(name, value):
                yield place, name, value


def credentials_in(text: bytes) -> Iterator[Field]:
    """Yield name and value of fields in JSON, links and elements that look like credentials, not words or counts."""
    for name, value in _fields(text):
        weight = weigh_name(name)
        least = 16 if weight is Weight.CREDENTIAL else 20
        doubtful = weight is Weight.KEY and (is_uuid(value) or not is_mixed(value))
        if looks_like_credential(value, least=least) and not doubtful and not holds_stand_in(value):
            yield name, value


def _is_sent_credential(name: str, value: str) -> bool:
    weight = weigh_name(name)
    if weight is Weight.NONE or holds_stand_in(value) or value.lower() in ("true", "false", "null", "none"):
        return False
    return len(value) >= 4 if weight is Weight.CREDENTIAL else looks_like_credential(value, least=8)


def _fields(text: bytes) -> Iterator[Field]:
    """Yield the fields whose name has weight; each name is judged once, however often it occurs."""
    for name in {name for name in _JSON_NAME.findall(text) if weigh_name(name.decode(errors="replace"))}:
        for value in re.findall(rb'"%s"\s*:\s*"([^"\\]{8,4096})"' % re.escape(name), text):
            yield name.decode(errors="replace"), value.decode(errors="replace")
    for mark, pattern in ((b"=", _QUERY), (b"</", _ELEMENT)):
        for name, value in re.findall(pattern, text) if mark in text else ():
            if weigh_name(name.decode()):
                yield name.decode(), value.decode(errors="replace")


def _body_fields(request: "RecordedRequest") -> Iterator[Field]:
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "").lower()
    if "multipart/" in kind:
        yield from (
            (name.decode(errors="replace"), value.decode(errors="replace"))
            for name, value in re.findall(_PART, request.body)
        )
    elif "x-www-form-urlencoded" in kind:
        yield from _query(request.body.decode(errors="replace"))
    else:
        yield from _json_fields(request.body)


def _query(text: str) -> list[Field]:
    return parse_qsl(text, keep_blank_values=True, errors="replace")


def _json_fields(body: bytes) -> Iterator[Field]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    yield from _walk("", document, _MOST_DEPTH)


def _walk(name: str, value: Any, depth: int) -> Iterator[Field]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            yield from _walk(key, inner, depth - 1)
    elif isinstance(value, list) and depth:
        for inner in value:
            yield from _walk(name, inner, depth - 1)
