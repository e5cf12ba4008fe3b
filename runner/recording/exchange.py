"""One request and its answer, as a cassette keeps them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """What was sent.

    Attributes:
        method: `GET`, in capitals.
        url: Whole, with its query.
        headers: Names and values, in order.
        body: Empty where nothing was sent.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """What came back.

    Attributes:
        status: `200`.
        reason: `OK`; may be empty.
        headers: Names in lower case and values, in order.
        body: Decoded from gzip and the like.
    """

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    Attributes:
        request: What was sent.
        response: What came back.
    """

    request: RecordedRequest
    response: RecordedResponse
