"""What the recorded cases of a recipe tell about it: the endpoints it calls, and the columns of its rows.

For listings and searches, so it is cheap and bounded: a cassette is not parsed, only the lines of its requests are
looked for, as our recorder and plain vcrpy write them. What looks otherwise is passed over, and so are links;
`recipes check` names what is wrong with a case.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from runner.errors import BrokenSource

MOST_BYTES: Final = 16_000_000
"""Of all cassettes of one recipe; what stands behind them is not looked at."""
MOST_ENDPOINTS: Final = 50
MOST_COLUMNS: Final = 200
LONGEST: Final = 200  # characters of an endpoint's path, or of a column's name
_LONGEST_ROW: Final = 1_000_000
_FIRST: Final = "default"

_REQUEST: Final = re.compile(
    rb"\n    method: [\"']?([A-Za-z]{1,20})[\"']?\r?\n    uri: [\"']?(https?://[^\s\"?#]{1,2000})"
)
_USER: Final = re.compile(r"(?<=://)[^/@]*@")
_HARMFUL: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # ends a line, or cannot be stored


class Recorded(NamedTuple):
    """What the cases of one recipe tell.

    Attributes:
        endpoints: `POST /articles`: method and path below the API's base URL, in recorded order; a call to anywhere
            else with its whole address, but without user and query.
        columns: Of the first row that was recorded, in its order; empty for a text.
    """

    endpoints: tuple[str, ...]
    columns: tuple[str, ...]


def read_recorded(folder: str, bases: Sequence[str]) -> Recorded:
    """Read what lies in `cassettes/<api>/<recipe-name>`; of a folder that is not there, nothing.

    Args:
        folder: Of the cases.
        bases: What `base_urls` returned for the repository.
    """
    files = _files(folder)
    return Recorded(_endpoints(files, bases), _columns(files))


def read_endpoints(folder: str, bases: Sequence[str]) -> tuple[str, ...]:
    """Read the endpoints alone, as `read_recorded` does."""
    return _endpoints(_files(folder), bases)


def base_urls(folders: Iterable[Path]) -> tuple[str, ...]:
    """Return the base URL of each API that can be read, the longest first, as one may lie below another.

    Args:
        folders: Those that hold an `api.toml`.
    """
    from runner.catalog.api import read_api

    found = []
    for folder in folders:
        with suppress(BrokenSource):
            found.append(read_api(folder).base_url)
    return tuple(sorted(found, key=len, reverse=True))


def endpoint_path(endpoint: str) -> str:
    """Return the path of an endpoint: the method alone says little, and many recipes share it."""
    return endpoint.partition(" ")[2]


def _files(folder: str) -> list[str]:
    """Return the plain files of a folder, those of the default case first, the others by name."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return []
    names.sort(key=lambda name: (name.rpartition(".")[0] != _FIRST, name))
    return [os.path.join(folder, name) for name in names]  # noqa: PTH118 - ten thousand times


def _endpoints(files: Iterable[str], bases: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for method, url in _requests(path for path in files if path.endswith(".yaml")):
        found[f"{method} {_below(url, bases)}"] = None
        if len(found) == MOST_ENDPOINTS:
            break
    return tuple(found)


def _requests(cassettes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield method and address of each request; whether an end in `'` is a quote or its own cannot be told."""
    rest = MOST_BYTES
    for path in cassettes:
        content = _beginning(path, rest)
        rest -= len(content)
        for method, url in _REQUEST.findall(content):
            yield method.decode().upper(), _clean(url.decode(errors="replace").removesuffix("'"))


def _below(url: str, bases: Sequence[str]) -> str:
    url = _USER.sub("", url, count=1)
    for base in bases:
        beginning, path = url[: len(base)], url[len(base) :]
        if beginning.lower() == base.lower() and path[:1] in ("", "/"):
            return _shortened(path or "/")
    return _shortened(url)


def _columns(files: Iterable[str]) -> tuple[str, ...]:
    for path in files:
        if path.endswith(".jsonl"):
            line, end, _ = _beginning(path, _LONGEST_ROW).partition(b"\n")
            with suppress(ValueError, RecursionError):  # no JSON, no UTF-8, or nested without end
                row = json.loads(line) if end else None
                if isinstance(row, dict) and row:
                    return tuple(_shortened(_clean(name)) for name in row)[:MOST_COLUMNS]
    return ()


def _beginning(path: str, most: int) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(most)
    except OSError:  # gone meanwhile, or not for us
        return b""


def _clean(text: str) -> str:
    return _HARMFUL.sub("\ufffd", text)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
