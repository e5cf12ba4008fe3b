"""The recorded requests of a recipe as curl commands, with the key left to the shell."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from urllib.parse import urlsplit

import httpx

from runner.catalog import Api, Key
from runner.errors import AskedWrongly
from runner.recording.exchange import Exchange, RecordedRequest, stand_in
from runner.recording.headers import is_kept_of_request
from runner.running.curl import as_curl
from runner.running.keys import swap_path_key
from runner.scaffolding.literals import WIDTH, comment_text
from runner.sharing.export.handover import Handover
from runner.sharing.export.provenance import Provenance

MOST: int = 100
"""Requests that are worth reading as commands."""


def commands_text(handover: Handover, provenance: Provenance, exchanges: Sequence[Exchange]) -> str:
    """Return a shell file with a command for each request of a case.

    Raises:
        AskedWrongly: There are none, or too many.
    """
    if not 0 < len(exchanges) <= MOST:
        raise AskedWrongly(
            f"{handover.recipe.id} sends {len(exchanges):,} requests, and curl is for 1 to {MOST}.",
            hint="--to script",
        )
    head = [handover.recipe.title, *([f"For {handover.customer}."] if handover.customer else [])]
    head += [f"Needs the key in {name}: export {name}=..." for name in handover.keys]
    parts = ["\n".join(["#!/bin/sh", *_comment(head)]), "set -eu"]
    parts += [request_command(handover, exchange.request) for exchange in exchanges]
    parts.append("\n".join(_comment(provenance.lines())))
    return "\n\n".join(parts) + "\n"


def request_command(handover: Handover, recorded: RecordedRequest) -> str:
    """Return the command of one request."""
    api = _api_of(handover, recorded.url)
    key = api.key if api else None
    url, headers = httpx.URL(recorded.url), list(recorded.headers)
    if key is not None:
        url, headers = _without_key(url, headers, key)
    kept = [(name, value) for name, value in headers if is_kept_of_request(name)]
    request = httpx.Request(recorded.method, url, headers=kept, content=recorded.body)
    request.method = recorded.method  # which httpx has put into capitals
    return as_curl(request, key)


def _api_of(handover: Handover, url: str) -> Api | None:
    origin = urlsplit(url)[:2]
    return next((api for api in handover.apis.values() if urlsplit(api.base_url)[:2] == origin), None)


def _without_key(url: httpx.URL, headers: list[tuple[str, str]], key: Key) -> tuple[httpx.URL, list[tuple[str, str]]]:
    match key.place:
        case "query":
            fields = [each for each in url.query.split(b"&") if each.partition(b"=")[0] != key.name.encode()]
            return url.copy_with(query=b"&".join(fields) or None), headers
        case "path":
            return httpx.URL(swap_path_key(str(url), stand_in(key.env), "")), headers
    name = key.name.lower() if key.place == "header" else "authorization"
    return url, [(each, value) for each, value in headers if each.lower() != name]


def _comment(lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield from (f"# {part}" for part in wrap(comment_text(line), WIDTH - 2, break_on_hyphens=False))
