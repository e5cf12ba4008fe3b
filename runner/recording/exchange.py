"""One exchange of HTTP: the request that was sent and the answer that came."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """What was sent.

    Attributes:
        method: As it was sent: `POST`.
        url: Whole, with its query.
        headers: Name and value, in the order sent; a name may stand more than once.
        body: As sent; empty where there was none.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """What came back.

    Attributes:
        status: 200.
        reason: The words beside it: `OK`; may be empty.
        headers: Name, in lower case, and value; a name may stand more than once.
        body: Unpacked from gzip and the like.
    """

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer."""

    request: RecordedRequest
    response: RecordedResponse


def stand_in(name: str) -> str:
    """Return what stands in a cassette for the secret of that name: `__ECHO_API_KEY__`, the same in URL and JSON."""
    return f"__{name}__"
