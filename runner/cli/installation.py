"""Which program this is: its version and Python, how it was installed, and which extras came with it."""

import json
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from shlex import join
from urllib.parse import urlsplit
from urllib.request import url2pathname

from runner import __version__

NAME = "recipe-runner"
FOR_DEVELOPERS = frozenset({"test", "dev", "bench"})
"""Extras for work on this program itself."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The program.

    Attributes:
        recipes: Its version.
        python: Version of the Python it runs in.
        platform: Operating system and processor: `Linux x86_64`.
        kind: `wheel`, `editable checkout`, or `not installed` where it runs from a folder.
        folder: Where its code lies.
    """

    recipes: str
    python: str
    platform: str
    kind: str
    folder: str


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional part.

    Attributes:
        name: As in `recipe-runner[name]`.
        installed: Whether all that it needs is there.
        add: The command that installs it.
    """

    name: str
    installed: bool
    add: str


def read_installation(package: Path, search: Sequence[str]) -> Installation:
    """Describe the program that runs.

    Args:
        package: The folder of its code.
        search: Where installed distributions lie: `sys.path`.
    """
    return Installation(
        recipes=__version__,
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        kind=_kind(package.resolve(), _find(NAME, search)),
        folder=str(package),
    )


def read_extras(search: Sequence[str]) -> tuple[Extra, ...]:
    """Return the extras that a user may want, by name; none where the program is not installed."""
    found = _find(NAME, search)
    names = found.metadata.get_all("Provides-Extra") or [] if found else []
    return tuple(
        Extra(
            name=name,
            installed=all(_is_there(each, search) for each in _requirements(found, name)),
            add=join([sys.executable, "-m", "pip", "install", f"{NAME}[{name}]"]),
        )
        for name in sorted(set(names) - FOR_DEVELOPERS)
        if found
    )


def _find(name: str, search: Sequence[str]) -> Distribution | None:
    return next(iter(distributions(name=name, path=list(search))), None)


def _kind(package: Path, found: Distribution | None) -> str:
    """Tell how the code in `package` was installed; a distribution that belongs to other code says nothing about it."""
    if found is None:
        return "not installed"
    if Path(str(found.locate_file(package.name))).resolve() == package:
        return "wheel"
    origin = json.loads(found.read_text("direct_url.json") or "{}")
    is_editable = origin.get("dir_info", {}).get("editable", False)
    root = Path(url2pathname(urlsplit(origin.get("url", "")).path)).resolve()
    return "editable checkout" if is_editable and root == package.parent else "not installed"


def _requirements(found: Distribution, extra: str) -> Iterator[str]:
    """Yield what an extra adds to what is needed anyway."""
    from packaging.requirements import Requirement

    for text in found.requires or []:
        marker = Requirement(text).marker
        if marker and marker.evaluate({"extra": extra}) and not marker.evaluate({"extra": ""}):
            yield text


def _is_there(requirement: str, search: Sequence[str]) -> bool:
    from packaging.requirements import Requirement

    wanted = Requirement(requirement)
    found = _find(wanted.name, search)
    return found is not None and wanted.specifier.contains(found.version, prereleases=True)
