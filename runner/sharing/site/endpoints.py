"""What a recipe calls, from its cassettes: each endpoint of an API has a page."""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit
from zlib import crc32

from runner.catalog import Api
from runner.catalog.recorded import read_endpoints
from runner.recording.text_forms import is_id
from runner.sharing.site.clean import line, slug, web_link
from runner.sharing.site.model import Endpoint

_PLAIN: Final = re.compile(r"[A-Z]+ (/[a-z0-9]{1,20}){1,2}")
"""What makes a name of a file that no other endpoint makes."""


def endpoints_of(folder: str, apis: Sequence[Api]) -> Iterator[Endpoint]:
    """Yield each endpoint once, in recorded order; a number, date or hash in a path stands as `{}`.

    Args:
        folder: Of the cases of a recipe.
        apis: To which an address may belong.
    """
    seen = dict[str, Endpoint]()
    by_base = sorted(apis, key=lambda api: len(api.base_url), reverse=True)
    for each in read_endpoints(folder, ()):
        method, _, url = each.partition(" ")
        found = _endpoint(method, url, by_base)
        seen.setdefault(found.key, found)
    yield from seen.values()


def _endpoint(method: str, url: str, apis: Sequence[Api]) -> Endpoint:
    api = next((each for each in apis if _is_below(url, each.base_url)), None)
    parts = urlsplit(url)
    path = url[len(api.base_url) :] if api else parts.path
    name = line(f"{method} {'' if api else parts.netloc}{_template(path) or '/'}", 200)
    home = api.name if api else "elsewhere"
    key = f"{home} {name}"
    unique = slug(name) if _PLAIN.fullmatch(name) else f"{slug(name)}-{crc32(key.encode()):08x}"
    return Endpoint(
        key, f"endpoints/{slug(home)}/{unique}", name, line(api.title) if api else "", web_link(api.docs) if api else ""
    )


def _template(path: str) -> str:
    return "/".join("{}" if is_id(unquote(part)) else part for part in path.split("/"))


def _is_below(url: str, base: str) -> bool:
    return url[: len(base)].lower() == base.lower() and url[len(base) : len(base) + 1] in ("", "/")
