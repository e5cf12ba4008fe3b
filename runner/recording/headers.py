"""Which headers a cassette keeps: those a recipe may want to read, none about the connection or a person."""

import re
from typing import Final

_OF_REQUESTS: Final = frozenset({"accept", "content-type"})
_OF_ANSWERS: Final = frozenset(
    {
        "allow",
        "content-disposition",
        "content-language",
        "content-range",
        "content-type",
        "etag",
        "last-modified",
        "link",
        "location",
        "retry-after",
    }
)
_COUNTS: Final = (
    r"(?:x-)?rate-?limit(?:-[a-z-]+)?|(?:x-)?(?:total|page|pages|per-page|next-page|prev-page|offset|limit|count)"
    r"|x-(?:total|page|pagination)-[a-z-]+"
)
"""Limits and pages: `ratelimit-remaining`, `x-rate-limit-reset`, `x-total-count`, `x-page-size`."""


def is_kept_of_request(name: str) -> bool:
    """Whether a request's header stands in a cassette; the case of the name does not matter."""
    return name.lower() in _OF_REQUESTS


def is_kept_of_answer(name: str) -> bool:
    """Whether an answer's header stands in a cassette; the case of the name does not matter."""
    return name.lower() in _OF_ANSWERS or re.fullmatch(_COUNTS, name.lower()) is not None
