"""The credentials of a call: which one is the API's key, and what `api.toml` says about it."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple
from urllib.parse import unquote, unquote_plus, urlencode

from runner.catalog import Api, Key
from runner.errors import AskedWrongly
from runner.recording.credentials import Weight, is_mixed, weigh_name
from runner.running.keys import SANDBOX_KEY
from runner.scaffolding.api_files import api_text
from runner.scaffolding.curl.call import DIFFERS, CurlCall
from runner.scaffolding.curl.guesses import is_secret, stand_ins
from runner.scaffolding.curl.words import VARIABLE, marked_text, shown
from runner.scaffolding.naming import is_api_name

_VARIABLE_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{2,}")
_FIELD_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_VERSION: Final = re.compile(r"v[0-9]+(?:\.[0-9]+)*|[0-9]+\.[0-9]+")
_SHORTEST_KEY: Final = 8
_COMMON: Final = ("api", "rest")
_LOOPBACK: Final = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?")
_SECOND_LEVEL: Final = ("co", "com", "org", "net", "ac", "gov")


class Credential(NamedTuple):
    """What a call identifies itself with.

    Attributes:
        place: Where it stands, as `Key.place` names it.
        name: Of the query field or header.
        value: As the runner wants it in the environment; with variables where the command left it open.
        at: Its number among the fields of the query, or -1.
    """

    place: Literal["query", "header", "bearer", "basic", "path"]
    name: str
    value: str
    at: int = -1

    def __repr__(self) -> str:
        return shown(self, "place", "name", "at")

    @property
    def label(self) -> str:
        """What it is called in messages: `the header X-Api-Key`."""
        return {
            "query": f"the field {self.name}",
            "header": f"the header {self.name}",
            "bearer": "the bearer token",
            "basic": "user name and password",
            "path": "the path of the address",
        }[self.place]


def credentials_of(call: CurlCall, key: Key | None = None) -> list[Credential]:
    """Return what a call identifies itself with, likeliest key first.

    Args:
        call: The call.
        key: As `api.toml` describes it, or None; a field or header of its name counts whatever stands in it.
    """
    if key and key.place == "path":
        return list(_path(call))
    name = key.name.lower() if key else ""
    cookies = [Credential("header", "Cookie", call.cookies)] if call.cookies else []
    others = [*_headers(call, name), *_query(call, name)]
    # Beside a browser's session, other tokens are mostly there against forgery.
    return [*_auth(call), *_authorization(call), *([*cookies, *others] if call.from_browser else [*others, *cookies])]


def _path(call: CurlCall) -> Iterator[Credential]:
    """Yield the beginning of a path up to its last part that is secret or left open, or else all of it."""
    parts = call.url.path.rstrip("/").split("/")
    ends = [at for at, part in enumerate(parts, start=1) if is_secret("", unquote(part)) or stand_ins(part)]
    if value := "/".join(parts[: max(ends, default=len(parts))]):
        yield Credential("path", "", value)


def _auth(call: CurlCall) -> Iterator[Credential]:
    if call.auth:
        yield Credential(call.auth.kind, "", call.auth.text)


def _authorization(call: CurlCall) -> Iterator[Credential]:
    value = call.header("authorization")
    kind, _, rest = value.partition(" ")
    if not value:
        return
    if kind == "Bearer" and rest.strip() and rest == rest.strip():
        yield Credential("bearer", "Authorization", rest)
    elif kind == "Basic" and (decoded := _decoded(rest)):
        yield Credential("basic", "Authorization", decoded)
    else:
        yield Credential("header", "Authorization", value)


def _decoded(text: str) -> str:
    """Decode Basic credentials; `""` where encoding them again would give another text."""
    if VARIABLE.fullmatch(text):
        return text
    try:
        decoded = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return decoded if ":" in decoded and base64.b64encode(decoded.encode()).decode() == text else ""


def _headers(call: CurlCall, key_name: str) -> Iterator[Credential]:
    for name, value in call.headers:
        if name.lower() == "authorization":
            continue
        is_named = weigh_name(name) is not Weight.NONE and value.lower() not in ("", "true", "false", "none", "null")
        if is_named or (key_name and name.lower() == key_name) or is_secret(name, value):
            yield Credential("header", name, value)


def _query(call: CurlCall, key_name: str) -> Iterator[Credential]:
    for at, piece in enumerate((call.url.query or "").split("&")):
        name, has_value, value = piece.partition("=")
        name, value = unquote_plus(name), unquote_plus(value)
        weight = weigh_name(name)
        is_open = (weight is not Weight.NONE and bool(stand_ins(value))) or bool(key_name and name.lower() == key_name)
        # `key` alone may be the key of a table, `key=sports`; a key that is missed would be written into the recipe.
        is_long = len(value) >= _SHORTEST_KEY or is_mixed(value) or value == SANDBOX_KEY
        is_likely = weight is Weight.KEY and is_long
        if has_value and value and _FIELD_NAME.fullmatch(name) and (is_open or is_likely or is_secret(name, value)):
            yield Credential("query", name, value, at)


def choose_key(credentials: Sequence[Credential], key: Key | None, *, is_new: bool) -> Credential | None:
    """Return the credential that is the API's key: the one that its `api.toml` describes, or the likeliest."""
    if is_new:
        return credentials[0] if credentials else None
    if key is None:
        return None
    for each in credentials:
        if each.place == key.place and each.name.lower() == (key.name or each.name).lower():
            return each
    return None


def without(call: CurlCall, credential: Credential) -> CurlCall:
    """Return a call without one of its credentials, and say where the runner puts it."""
    if credential.place == "query":
        pieces = (call.url.query or "").split("&")
        is_last = credential.at == len(pieces) - 1
        piece = pieces.pop(credential.at)
        note = f"{DIFFERS}the key goes to the end of the query, encoded as a form would."
        if any(unquote_plus(other.partition("=")[0]) == credential.name for other in pieces):
            note = f"{DIFFERS}of the fields {credential.name} the key alone is sent, at the end of the query."
        url = call.url._replace(query="&".join(pieces) if pieces else None)
        notes = call.notes if is_last and _is_sent_so(credential, piece, pieces) else (*call.notes, note)
        return call._replace(url=url, notes=notes)
    if credential.place == "path":
        return call._replace(url=call.url._replace(path=call.url.path.removeprefix(credential.value) or "/"))
    if credential.name == "Cookie":
        return call._replace(cookies="")
    if not credential.name:
        return call._replace(auth=None)
    headers = tuple(each for each in call.headers if each[0].lower() != credential.name.lower())
    count = len(call.headers) - len(headers)
    more = (f"{DIFFERS}the header {credential.name} is sent once, not {count} times.",) if count > 1 else ()
    return call._replace(headers=headers, notes=(*call.notes, *more))


def _is_sent_so(credential: Credential, piece: str, others: Sequence[str]) -> bool:
    """Tell whether the runner encodes the key as it stands in the query, and leaves the rest of it alone."""
    if not all(others) or any(other.partition("=")[0] == piece.partition("=")[0] for other in others):
        return False
    # What a variable of the shell holds is not known; what curl sends for {id} is.
    value, sent = (VARIABLE.sub(lambda found: marked_text(found[1]) or "x", text) for text in (credential.value, piece))
    return urlencode({credential.name: value}) == sent


def known_value(credential: Credential) -> str:
    """Return what the environment variable must hold to send the same, or `""` where the command left it open."""
    parts = credential.value.split("/") if credential.place == "path" else [credential.value]
    return "" if any(map(stand_ins, parts)) else credential.value


def find_api(call: CurlCall, apis: Sequence[Api], name: str) -> Api | None:
    """Return the API that a call is for: the one named, or the one with the longest base URL that fits.

    Args:
        call: The call.
        apis: All that are known.
        name: Of the API, or `""`.

    Raises:
        AskedWrongly: The named API is elsewhere.
    """
    if name:
        named = next((api for api in apis if api.name == name), None)
        if named is None or _fits(call, named) or _LOOPBACK.fullmatch(call.url.host):
            return named
        raise AskedWrongly(
            f"The call goes to {call.url.origin}, but {named.title} is at {named.base_url}.",
            hint="Give the recipe's name with another API before the slash.",
        )
    fitting = [api for api in apis if _fits(call, api)]
    return max(fitting, key=lambda api: len(api.base_url), default=None)


def _fits(call: CurlCall, api: Api) -> bool:
    base = re.sub(r"^https?://", "", api.base_url.lower())
    address = call.url.host + call.url.path.lower()
    default = re.sub(r":(?:443|80)(?=/|$)", "", address)
    return any(each == base or each.startswith(f"{base}/") for each in (address, default))


def new_api(call: CurlCall, name: str, folder: Path, credential: Credential | None) -> Api:
    """Propose an API for a call: its address up to the version, and its key.

    Args:
        call: The call.
        name: Of the API: `newswhip`.
        folder: Where its `api.toml` is to lie.
        credential: Its key, or None.
    """
    scheme = "http" if _LOOPBACK.fullmatch(call.url.host) else "https"
    key = None
    if credential is not None:
        place_name = credential.name if credential.place in ("query", "header") else ""
        key = Key(credential.place, place_name, _variable(name, credential), _key_help(credential))
    title = name.replace("-", " ").title()
    timeout = call.timeout if call.timeout and call.timeout <= 3600 else 30.0
    base_url = f"{scheme}://{call.url.host}{_base(call.url.path)}"
    return Api(folder, name, title, base_url, timeout=timeout, key=key)


def api_name(host: str) -> str:
    """Return a name for the API at a host: `api.newswhip.com` gives `newswhip`."""
    if _LOOPBACK.fullmatch(host):
        return "local"
    parts = [part for part in re.sub(r":\d+$", "", host).split(".") if part]
    if len(parts) > 1 and not parts[-1].isdigit():
        parts.pop()
        if len(parts) > 1 and parts[-1] in _SECOND_LEVEL:
            parts.pop()
    name = re.sub(r"[^a-z0-9]+", "-", parts[-1] if parts else "").strip("-")
    name = name if name[:1].isalpha() else f"api-{name}".strip("-")
    return name if is_api_name(name) else f"{name}-api"


def _base(path: str) -> str:
    """Return the beginning of a path that all paths of the API have: up to its version, or `/api`."""
    parts = path.split("/")[1:]
    length = 0
    for number, part in enumerate(parts[:3], start=1):
        if is_secret("", unquote(part)):
            return ""
        if _VERSION.fullmatch(part):
            length = number
            break
        if part.lower() in _COMMON and length == number - 1:
            length = number
    if length >= len(parts) or (length == len(parts) - 1 and not parts[-1]):
        return ""
    kept = parts[:length]
    return "/" + "/".join(kept) if kept and all(re.fullmatch(r"[A-Za-z0-9._~-]+", part) for part in kept) else ""


def _variable(name: str, credential: Credential) -> str:
    found = stand_ins(credential.value)
    if len(found) == 1 and _VARIABLE_NAME.fullmatch(found[0].name) and found[0].name not in ("USER", "HOME", "PATH"):
        return found[0].name.removeprefix("YOUR_")
    kind = {"bearer": "TOKEN", "basic": "CREDENTIALS"}.get(credential.place, "API_KEY")
    return f"{re.sub(r'[^A-Z0-9]+', '_', name.upper())}_{'COOKIE' if credential.name == 'Cookie' else kind}"


def _key_help(credential: Credential) -> str:
    if credential.place == "basic":
        return "User name and password, as user:password."
    if credential.name == "Cookie":
        return "The whole Cookie header of a session that is logged in."
    first, has_more, _ = credential.value.partition(" ")
    if credential.name == "Authorization" and has_more and first.isalpha():
        return f"The whole header, beginning with {first}."
    return ""


def propose_api(call: CurlCall, name: str) -> str:
    """Return the text of an `api.toml` for the API of a call; the key itself is not in it."""
    credentials = credentials_of(call)
    return api_text(new_api(call, name, Path(name), choose_key(credentials, None, is_new=True)))
