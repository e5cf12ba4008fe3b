"""Headers that say nothing about a call: what each client says by itself, and what a browser adds."""

from collections.abc import Sequence
from typing import Final

from runner.scaffolding.curl.call import Header

CLIENTS_OWN: Final = frozenset(
    {"connection", "content-length", "accept-encoding", "proxy-connection", "keep-alive", "te", "upgrade", "expect"}
    | {"transfer-encoding", "http2-settings"}
)
"""Sent by every client as it needs them."""

BROWSERS: Final = frozenset(
    {"user-agent", "referer", "origin", "accept-language", "pragma", "cache-control", "dnt", "priority", "authority"}
    | {"upgrade-insecure-requests", "x-requested-with", "save-data", "if-none-match", "if-modified-since"}
    | {"x-client-data", "sec-gpc", "x-newrelic-id", "newrelic", "traceparent", "tracestate", "baggage", "sentry-trace"}
)
"""Sent by a browser for its own sake; in a command that a person wrote they are meant."""

_TOOLS: Final = ("curl/", "mozilla/", "postmanruntime/", "insomnia/", "httpie/", "python-requests/", "python-httpx/")


def is_from_browser(headers: Sequence[Header]) -> bool:
    """Tell whether a browser wrote the headers."""
    return any(
        name.lower().startswith(("sec-fetch-", "sec-ch-", ":"))
        or (name.lower() == "user-agent" and value.lower().startswith("mozilla/"))
        for name, value in headers
    )


def without_noise(headers: Sequence[Header], host: str) -> tuple[list[Header], list[str]]:
    """Return the headers that are about the call, and the names of the others."""
    from_browser = is_from_browser(headers)
    kept, dropped = [], []
    for name, value in headers:
        if _is_noise(name.lower(), value, host, from_browser=from_browser):
            dropped.append(name)
        else:
            kept.append((name, value))
    return kept, dropped


def _is_noise(name: str, value: str, host: str, *, from_browser: bool) -> bool:
    match name:
        case "host":
            return value.lower() == host
        case "accept":
            return value == "*/*" or (from_browser and value.startswith("text/html"))
        case "user-agent" if value.lower().startswith(_TOOLS):
            return True
    if from_browser and name == "accept" and "," in value and "*/*" in value:
        return True
    return name in CLIENTS_OWN or name.startswith((":", "sec-")) or (from_browser and name in BROWSERS)
