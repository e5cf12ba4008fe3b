"""Reading `api.toml`: how to reach an API. Strict, because a key will go where it says."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, cast, get_args

from runner.catalog.addresses import base_url, web_page
from runner.catalog.model import Api, Key, KeyPlace, Rate
from runner.catalog.tables import Table, read_table
from runner.catalog.wording import quoted

API_FILE: Final = "api.toml"

_KEYS: Final = (
    "title",
    "base-url",
    "docs",
    "sandbox",
    "sandbox-now",
    "timeout",
    "read-posts",
    "key",
    "limits",
    "errors",
)
_SANDBOX: Final = r"[A-Za-z_][A-Za-z0-9_]*:[A-Za-z_][A-Za-z0-9_]*"
_RATE: Final = r"([1-9][0-9]{0,6})/([1-9][0-9]{0,6})(s|m|h)"
_SECONDS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}
_DOTTED: Final = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"
_HEADER: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # RFC 9110, a token
_VARIABLE: Final = r"[A-Z][A-Z0-9_]*"
# What steers this machine or holds other secrets' places is no key of an API.
_NOT_A_KEY: Final = (
    r"PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|TERM|LANG|IFS|ENV|TMPDIR|TEMP|TMP|HOSTNAME|DISPLAY"
    r"|(?:PYTHON|LD_|DYLD_|LC_|XDG_|GIT_|SSH_|SSL_|BASH|RECIPES_).*|(?:HTTPS?|ALL|NO)_PROXY"
)
_LONGEST_TIMEOUT: Final = 3600
_PLACES: Final = get_args(KeyPlace)
_HOST_ALONE: Final = r"https?://[a-z0-9.-]+(?::[0-9]+)?"


def read_api(folder: Path) -> Api:
    """Read the `api.toml` of a folder below `recipes/`.

    Raises:
        BrokenSource: It is missing or breaks a rule.
    """
    return api_of(read_table(folder / API_FILE), folder)


def api_of(table: Table, folder: Path) -> Api:
    """Return the API that an `api.toml` describes, or is about to.

    Raises:
        BrokenSource: It breaks a rule.
    """
    table.allow(*_KEYS)
    table.require("title", "base-url")
    limits, errors = table.table("limits"), table.table("errors")
    limits.allow("rates", "retry-on")
    errors.allow("message", "id", "key-refused")
    address = _address(table, "base-url", base_url)
    return Api(
        folder=folder,
        name=folder.name.replace("_", "-"),
        title=table.text("title"),
        base_url=address,
        docs=_address(table, "docs", web_page) if "docs" in table else "",
        sandbox=_matching(table, "sandbox", _SANDBOX, "sandbox:app"),
        sandbox_now=_sandbox_now(table),
        sandbox_folder=None,
        timeout=_timeout(table),
        read_posts=_read_posts(table),
        key=_key(table.table("key"), address) if "key" in table else None,
        rates=tuple(_rate(limits, text) for text in limits.texts("rates")),
        error_message=_matching(errors, "message", _DOTTED, "error.message"),
        error_id=_matching(errors, "id", _DOTTED, "error.id"),
        key_refusals=errors.texts("key-refused"),
        **({"retry_on": _retry_on(limits)} if "retry-on" in limits else {}),
    )


def _address(table: Table, key: str, accept: Callable[[str], str]) -> str:
    try:
        return accept(table.text(key))
    except ValueError as error:
        raise table.broken(key, str(error), f'write {key} = "https://..."') from None


def _matching(table: Table, key: str, pattern: str, example: str) -> str:
    text = table.text(key)
    if text and not re.fullmatch(pattern, text):
        raise table.broken(key, f"cannot be {quoted(text)}", f'write it like {key} = "{example}"')
    return text


def _sandbox_now(table: Table) -> datetime | None:
    key = "sandbox-now"
    value = table.values.get(key)
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise _no_moment(table, key, value) from None
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise _no_moment(table, key, value)
    return value


def _no_moment(table: Table, key: str, value: object) -> Exception:
    return table.broken(
        key, f"must be a moment with its offset, not {quoted(value)}", f"write {key} = 2026-01-31T09:00:00Z"
    )


def _timeout(table: Table) -> float:
    value = table.values.get("timeout", 30)
    # nan is neither larger nor smaller than anything, so it is refused as well
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST_TIMEOUT:
        problem = f"must be seconds from 0 to {_LONGEST_TIMEOUT}, not {quoted(value)}"
        raise table.broken("timeout", problem, "write timeout = 30")
    return float(value)


def _read_posts(table: Table) -> tuple[str, ...]:
    paths = table.texts("read-posts")
    for path in paths:
        if not path.startswith("/") or any(each in path for each in "?# \\"):
            raise table.broken("read-posts", f"holds {quoted(path)}, which is no path", 'write it like "/articles"')
    return paths


def _key(table: Table, address: str) -> Key:
    table.allow("in", "name", "env", "help")
    table.require("in", "env")
    place = table.text("in")
    if place not in _PLACES:
        *most, last = (f'"{each}"' for each in _PLACES)
        raise table.broken("in", f"cannot be {quoted(place)}", f"write in = {', '.join(most)} or {last}")
    if place == "path" and not re.fullmatch(_HOST_ALONE, address):
        raise table.broken("in", "cannot be path where base-url is more than a host", "let base-url end after the host")
    if place in ("query", "header"):
        table.require("name")
    elif "name" in table:
        raise table.broken("name", f"means nothing for {place}", "remove it")
    name = _matching(table, "name", _HEADER, "X-Api-Key")
    env = _matching(table, "env", _VARIABLE, "SOME_API_KEY")
    if re.fullmatch(_NOT_A_KEY, env):
        raise table.broken("env", f"cannot be {env}, which is no variable for a key", 'write env = "SOME_API_KEY"')
    return Key(cast(KeyPlace, place), name, env, table.text("help"))


def _rate(table: Table, text: str) -> Rate:
    found = re.fullmatch(_RATE, text)
    if not found:
        raise table.broken("rates", f"holds {quoted(text)}, which is no rate", 'write it like "100/300s"')
    return Rate(int(found[1]), int(found[2]) * _SECONDS[found[3]])


def _retry_on(table: Table) -> tuple[int, ...]:
    value = table.values["retry-on"]
    if not isinstance(value, list) or not all(type(each) is int and 400 <= each <= 599 for each in value):
        raise table.broken("retry-on", "must be a list of statuses from 400 to 599", "write retry-on = [429, 503]")
    return tuple(value)
