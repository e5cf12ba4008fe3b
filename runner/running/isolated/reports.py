"""What a recipe raised in its process, as an error that the boundary explains just like one that was raised here."""

from collections.abc import Callable
from typing import Any

import httpx

from runner.errors import RunnerError
from runner.running.isolated.frames import BadFrameError, Frame
from runner.running.raised import ToldError, ToldUnreadableError


def reported(frame: Frame, known: Callable[[int], Exception]) -> BaseException:
    """Return the error that a frame tells of.

    Args:
        frame: As it came.
        known: Returns the error of a request that got no answer, by its number.

    Raises:
        BadFrameError: It tells of none.
    """
    try:
        return _error(frame.data(), frame.body, known)
    except (KeyError, TypeError, ValueError, AttributeError, httpx.InvalidURL):
        raise BadFrameError("an error that cannot be read") from None


def _error(data: dict[str, Any], body: bytes, known: Callable[[int], Exception]) -> BaseException:
    match data["kind"]:
        case "known":
            return _known(data, known(int(data["ref"])))
        case "status":
            return _status(data, body)
        case "exchange":
            kind = getattr(httpx, str(data["name"]), httpx.TransportError)
            is_kind = isinstance(kind, type) and issubclass(kind, httpx.RequestError)
            return (kind if is_kind else httpx.TransportError)(str(data["text"]), request=_request(data))
        case "unreadable":
            return ToldUnreadableError(body.decode("utf-8", "replace"))
        case "interrupt":
            return KeyboardInterrupt()
    told = str(data["name"]), str(data["text"]), int(data["line"]), str(data["trace"])
    return ToldError(*told, is_refusal=bool(data["is_refusal"]))


def _known(data: dict[str, Any], error: Exception) -> Exception:
    if isinstance(error, RunnerError):
        return error
    if isinstance(error, httpx.RequestError) and "url" in data:
        error.request = _request(data)
        return error
    return ToldError(type(error).__name__, str(error), int(data["line"]), str(data["trace"]))


def _status(data: dict[str, Any], body: bytes) -> httpx.HTTPStatusError:
    headers = [(str(name), str(value)) for name, value in data["headers"]]
    kept = [(name, value) for name, value in headers if name.lower() not in ("content-encoding", "content-length")]
    response = httpx.Response(
        int(data["status"]),
        headers=kept,
        stream=httpx.ByteStream(body),
        request=_request(data),
        extensions={"reason_phrase": str(data["reason"]).encode("ascii", "ignore")},
    )
    if data["is_read"]:
        response.read()
    return httpx.HTTPStatusError("", request=response.request, response=response)


def _request(data: dict[str, Any]) -> httpx.Request:
    return httpx.Request(str(data["method"]), str(data["url"]))
