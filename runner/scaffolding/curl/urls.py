"""Addresses, read as curl reads them: without a scheme, with sets and ranges, with credentials."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from runner.errors import AskedWrongly
from runner.scaffolding.curl.bodies import encoded
from runner.scaffolding.curl.call import DIFFERS, Url
from runner.scaffolding.curl.words import VARIABLE, mark, marked_name, to_bytes

_HINT: Final = "curl https://api.example.com/items"
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SET: Final = re.compile(r"(?<!\\)\{([^{},]*),[^{}]*\}")
_NOT_ASCII: Final = re.compile("[^\x00-\x7f\ud800\ud801\ud802]+")
_BYTES: Final = re.compile("[\udc80-\udcff]+")
_BLANKS: Final = re.compile(r"[\x00-\x20\x7f]")
_SET_OF_ONE: Final = re.compile(r"(?<![{$\\])\{([A-Za-z_][\w-]*)\}(?!\})")
_OTHER_SET_OF_ONE: Final = re.compile(r"(?<![{$\\])\{([^{},\\]+)\}(?!\})")
_RANGE: Final = re.compile(r"(?<!\\)\[([0-9]+|[a-zA-Z])-(?:[0-9]+|[a-zA-Z])(?::[0-9]+)?\]")
_ESCAPED: Final = re.compile(r"\\([\[\]{}])")
_HOST: Final = re.compile(r"[A-Za-z0-9._~\[\]:-]+")
_STAND_IN: Final = re.compile(r"\{+([\w .-]+)\}+|<([\w .-]+)>|\$\{?(\w+)\}?|" + VARIABLE.pattern)


def read_url(text: str, notes: list[str], *, globs: bool = True) -> Url:
    """Read an address.

    Args:
        text: As the shell hands it on.
        notes: What had to be repaired is added to it.
        globs: Whether `{a,b}` and `[1-9]` stand for several addresses.

    Raises:
        AskedWrongly: It is none that can be called over HTTP.
    """
    if text.strip() != text.strip(" \t\r\n"):
        notes.append(f"{DIFFERS}a blank of another kind around the address is left out.")
    text = without_blanks(re.sub(r"\s*\n\s*", "", text.strip()), notes)
    if globs:
        text = _first_of_many(text, notes)
        # curl itself takes the braces of a set of one away
        text = _SET_OF_ONE.sub(lambda found: mark(found[1], found[1]), text)
        text = _OTHER_SET_OF_ONE.sub(r"\1", text)
        text = _ESCAPED.sub(r"\1", text)
    scheme, rest = _scheme(text)
    found = re.compile(r"[^/?#]*").match(rest)
    authority, behind = rest[: found.end()] if found else "", rest[found.end() if found else 0 :]
    user, _, host = authority.rpartition("@")
    path_and_query = behind.partition("#")[0]
    path, has_query, query = path_and_query.partition("?")
    path = _NOT_ASCII.sub(lambda found: quote(to_bytes(found[0])), _squashed(path or "/"))
    return Url(scheme, user, _host(host, notes), path, query if has_query else None)


def without_blanks(text: str, notes: list[str]) -> str:
    """Write blanks and what cannot be seen with percent signs; curl refuses an address that holds them."""
    plain = _BLANKS.sub(lambda found: quote(found[0], safe=""), text)
    if plain != text:
        notes.append("Blanks in the address were written as %20.")
    return plain


def with_query(url: Url, parts: Sequence[str]) -> Url:
    """Put parts behind the query of an address."""
    if not parts:
        return url
    query = url.query or ""
    for part in parts:
        query += f"{'&' if query and not query.endswith('&') else ''}{part}"
    return url._replace(query=query or None)


def uploaded(url: Url, file: str) -> Url:
    """Put the name of an uploaded file behind an address that ends with a slash, as curl does."""
    if not file or file == "-" or not url.path.endswith("/"):
        return url
    name = file.replace("\\", "/").rpartition("/")[2]
    return url._replace(path=url.path + encoded(name).replace("+", "%20"), query=url.query or None)


def without_bytes(url: Url, notes: list[str]) -> Url:
    """Write bytes in a query that are no text with percent signs."""
    query = _BYTES.sub(lambda found: quote(to_bytes(found[0])), url.query or "")
    if query != (url.query or ""):
        notes.append(f"{DIFFERS}characters of the address are sent as percent signs and numbers.")
        return url._replace(query=query)
    return url


def _first_of_many(text: str, notes: list[str]) -> str:
    one = _RANGE.sub(r"\1", _SET.sub(r"\1", text))
    if one != text:
        notes.append(f"{DIFFERS}the address stands for several; the recipe calls the first.")
    return one


def _scheme(text: str) -> tuple[str, str]:
    found = _SCHEME.match(text)
    scheme, rest = (found[1].lower(), text[found.end() :]) if found else ("http", text.removeprefix("//"))
    if scheme not in ("http", "https"):
        raise AskedWrongly(f"The address begins with {scheme}://, but a recipe calls https:// only.", hint=_HINT)
    return scheme, rest


def _host(host: str, notes: list[str]) -> str:
    """Return the host; a stand-in in it becomes a plain name, to be mended in api.toml."""
    plain = _STAND_IN.sub(
        lambda found: re.sub(r"[^A-Za-z0-9]+", "-", marked_name(next(filter(None, found.groups()), ""))), host
    )
    if plain != host:
        plain = plain.lower().strip("-")
        notes.append(f"The host has a stand-in: write the right one into base-url in api.toml instead of {plain}.")
    if odd := next((char for char in plain if not char.isascii()), ""):
        problem = f"The host of the address holds U+{ord(odd):04X}, which is no plain letter."
        raise AskedWrongly(problem, hint="write the host as it is sent, in the form that begins with xn--")
    if not _HOST.fullmatch(plain):
        raise AskedWrongly("The address has no host.", hint=_HINT)
    name, has_port, port = plain.rpartition(":")
    if has_port and not port.isdigit() and not plain.endswith("]"):
        raise AskedWrongly(f"The port of the address is no number: {port[:20]!r}.", hint=_HINT)
    return f"{name.lower()}:{port}" if has_port and port.isdigit() else plain.lower()


def _squashed(path: str) -> str:
    """Take `.` and `..` out of a path, as curl does."""
    if "/." not in path:
        return path
    kept: list[str] = []
    for part in path.split("/")[1:]:
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    ends_open = path.endswith(("/.", "/.."))
    return "/" + "/".join([*kept, ""] if ends_open else kept)
