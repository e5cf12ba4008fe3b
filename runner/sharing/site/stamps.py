"""How files stood when they were read: what tells one state of them from another, and one program from another."""

import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, TypeAlias

import runner
from runner import __version__
from runner.catalog.digests import file_hash
from runner.catalog.index_walk import REPOSITORY_FILE

Stamp: TypeAlias = list[Any]
"""Name, size, moments of change in nanoseconds and inode; without the last four where there is no such file."""

_YOUNG: Final = 2_000_000_000
"""Nanoseconds; a file that was changed so shortly before may change once more without getting another stamp."""
_MAKERS: Final = ("jinja2", "markdown-it-py", "markupsafe", "pygments", "vl-convert-python")


def stamp(path: str | Path, name: str = "") -> Stamp:
    """Return how a file stands; a link stands for what it leads to."""
    try:
        status = os.stat(path)  # noqa: PTH116 - thousands of them
    except OSError:
        return [name]
    return [name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def stamps_below(folder: str | Path, above: str = "") -> Iterator[Stamp]:
    """Yield how everything in a folder stands, in order of names; of one that is not there, nothing."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        yield stamp(entry.path, f"{above}{entry.name}")
        if entry.is_dir(follow_symlinks=False):
            yield from stamps_below(entry.path, f"{above}{entry.name}/")


def repository_stamps(root: Path) -> list[Stamp]:
    """Return how all files of a repository stand of which a site is made."""
    below = (each for name in ("recipes", "cassettes") for each in stamps_below(root / name))
    return [stamp(root / REPOSITORY_FILE), *below]


def are_settled(stamps: Sequence[Stamp], moment: int) -> bool:
    """Whether files that were stamped at a moment, in nanoseconds since 1970, had rested long enough for it to hold."""
    return all(each[2] < moment - _YOUNG and each[3] < moment - _YOUNG for each in stamps if len(each) > 1)


def program_mark(templates: Path) -> str:
    """Return what is another one where this program, its templates or what renders them are other ones."""
    code = Path(runner.__file__).parent
    seen = [__version__, sys.version, *(f"{name} {version_of(name)}" for name in _MAKERS)]
    seen += [repr(each) for each in stamps_below(code) if each[0].endswith(".py")]
    seen += [repr(each) for each in stamps_below(templates)]
    return digest("\n".join(seen))


def digest(text: str) -> str:
    """Return the SHA-256 of a text, as hex."""
    return file_hash(text.encode(errors="surrogatepass"))


@cache  # whoever serves a site asks every half a second, and what is loaded stays as it is
def version_of(name: str) -> str:
    """Return the version of an installed distribution; `""` where there is none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
