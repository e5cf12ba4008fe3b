"""The WSGI application: webhook, message, answer."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from .messages import check_message, read_message
from .refusals import INVALID_PAYLOAD, RefusedError
from .webhooks import check_webhook

StartResponse = Callable[[str, list[tuple[str, str]]], object]

ACCEPTED: tuple[int, str, tuple[tuple[str, str], ...]] = (200, "ok", ())
KIND = "text/html"
"""Of every answer, though none of them is a page."""


def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request, as WSGI wants it."""
    try:
        answer(environ)
        status, text, more = ACCEPTED
    except RefusedError as error:
        status, text, more = error.refusal
    body = text.encode()
    headers = [("Content-Type", KIND), ("Content-Length", str(len(body))), *more]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]


def answer(environ: dict[str, Any]) -> None:
    """Accept a message, or refuse it."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    check_webhook(environ.get("PATH_INFO", ""))
    if environ["REQUEST_METHOD"] != "POST":
        raise RefusedError(INVALID_PAYLOAD)  # Unknown: what Slack says to other methods
    check_message(read_message(body, environ.get("CONTENT_TYPE", "")))
