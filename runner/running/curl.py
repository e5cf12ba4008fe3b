"""A request as a curl command, with the key left to the shell."""

import re
from collections.abc import Iterator
from shlex import quote

import httpx

from runner.catalog import Key

_IMPLIED = frozenset({"host", "accept-encoding", "connection", "user-agent", "content-length", "transfer-encoding"})
"""Headers that every client sends in its own way."""


def as_curl(request: httpx.Request, key: Key | None) -> str:
    """Return a command for a POSIX shell that sends the request.

    Args:
        request: Without the key, its body read.
        key: How the API wants it; it stands as `$VARIABLE` in the command.
    """
    url = quote(str(request.url))
    lines = [_command(request)]
    if key is not None and key.place == "query":
        url = quote(f"{request.url}{'&' if request.url.query else '?'}{key.name}=") + f'"${key.env}"'
    elif key is not None and key.place == "path":
        url = _url_with_path(request.url, key)
    elif key is not None:
        lines.append(_credentials(key))
    lines.extend(f"-H {quote(header)}" for header in _headers(request))
    if request.content:
        lines.append(f"--data-raw {quote(request.content.decode(errors='replace'))}")
    return " \\\n  ".join([f"{lines[0]} {url}", *lines[1:]])


def _command(request: httpx.Request) -> str:
    # curl reads ranges and sets out of brackets and braces
    glob = " --globoff" if set("[]{}") & set(str(request.url)) else ""
    if request.method == "HEAD":
        return f"curl --head{glob}"
    return f"curl{glob}" if request.method == "GET" and not request.content else f"curl{glob} -X {request.method}"


def _headers(request: httpx.Request) -> Iterator[str]:
    """Yield what the recipe and the body add to the headers of any client."""
    for name, value in request.headers.multi_items():
        if name not in _IMPLIED and (name, value) != ("accept", "*/*"):
            yield f"{name.title()}: {value}"
    if request.content and "Content-Type" not in request.headers:
        yield "Content-Type:"  # or curl would call the body a form


def _url_with_path(url: httpx.URL, key: Key) -> str:
    """Return the address with the path from a variable, be it the path alone or the whole address."""
    home = f"{url.scheme}://{url.netloc.decode('ascii')}"
    rest = url.raw_path.decode("ascii").removeprefix("/")
    return f'"{home}${{{key.env}#{home}}}"' + (quote(rest if rest.startswith("?") else f"/{rest}") if rest else "")


def _credentials(key: Key) -> str:
    match key.place:
        case "bearer":
            return f'-H "Authorization: Bearer ${key.env}"'
        case "basic":
            return f'-u "${key.env}"'
        case _:
            name = re.sub(r"[$`]", r"\\\g<0>", key.name)
            return f'-H "{name}: ${key.env}"'
