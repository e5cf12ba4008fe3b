"""What a variable holds, as the key of an API: checked, and taken apart for hiding it."""

import re
from collections.abc import Iterator
from typing import Final

from runner.catalog import Api, Key
from runner.errors import KeyProblem

SANDBOX_KEY: Final = "sandbox"
_PART: Final = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~:=@+-]{1,200}"
_PATH: Final = re.compile(rf"/?{_PART}(?:/{_PART})*")
_ROUTE: Final = re.compile(r"[a-z_-]{1,15}|v[0-9]{1,3}")
"""A part of a path that is a word of the API and no secret: `services`, `v1`."""
_SHORTEST: Final = 6
"""Characters: a shorter part would be found in texts that have nothing to do with it."""


def usable_key(api: Api, text: str) -> str:
    """Return the key to put in, out of what a user gave; only a path key may be given in two ways.

    Args:
        api: Which wants the key.
        text: For a path key the whole address, as people copy it, or its path from the first slash on.

    Returns:
        Of a path key the path without its first slash: `services/T0/B0/x`. Any other key as it is.

    Raises:
        KeyProblem: A path key would lead elsewhere, or is no plain path; what was given is not quoted.
    """
    if api.key is None or api.key.place != "path" or not text:
        return text
    if is_usable_key(api, text):
        return text.removeprefix(api.base_url).removeprefix("/")
    raise KeyProblem(
        f"The key in {api.key.env} is no address at {api.base_url}, and no path from the slash on.",
        details=[api.key.help] if api.key.help else [],
        hint=f"export {api.key.env}={api.base_url}/...",
    )


def sandbox_key(key: Key) -> str:
    """Return what a run in a sandbox sends as its key: the word `sandbox`, for basic both as user and as password."""
    return f"{SANDBOX_KEY}:{SANDBOX_KEY}" if key.place == "basic" else SANDBOX_KEY


def is_usable_key(api: Api, text: str) -> bool:
    """Whether `usable_key` would take what a user gave."""
    if api.key is None or api.key.place != "path" or not text:
        return True
    path = text.removeprefix(api.base_url)
    return path.startswith("/") and is_path_key(path)


def is_path_key(text: str) -> bool:
    """Whether a text can be put in as a path, with or without its first slash: plain parts, none of them dots alone."""
    return _PATH.fullmatch(text) is not None


def secrets_of(api: Api, text: str) -> dict[str, str]:
    """Return what of a key must not be seen, by the name that may be shown for it: a path key also part by part."""
    if api.key is None or not text:
        return {}
    if api.key.place != "path":
        return {api.key.env: text}
    path = text.removeprefix(api.base_url).removeprefix("/")
    return {api.key.env: path, **dict(_secret_parts(api.key.env, path))}


def swap_path_key(address: str, old: str, new: str) -> str:
    """Return an address, or a path from its slash on, with `/new` in place of `/old` at the beginning of its path.

    Nothing takes its place if `new` is empty. Another address is returned as it is.
    """
    if not old:
        return address
    inserted = f"/{new}" if new else ""
    pattern = rf"((?:[a-z]+:)?//[^/?#]*)?/{re.escape(old)}(?=[/?#]|$)"
    return re.sub(rf"\A{pattern}", lambda found: (found[1] or "") + inserted, address, count=1)


def _secret_parts(name: str, path: str) -> Iterator[tuple[str, str]]:
    for number, part in enumerate(path.split("/"), start=1):
        if len(part) >= _SHORTEST and part != path and not _ROUTE.fullmatch(part):
            yield f"{name}_PART_{number}", part
